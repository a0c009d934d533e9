import { Trap } from "../wasm/trap.js";

/** For `ayrshare_user_gateway.wasm`. In its own file, so that pages do not download it. */
export const gatewayTrap = new Trap();
