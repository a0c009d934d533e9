import { Trap } from "../trap.js";

/** Of `ayrshare_user_gateway.wasm`. Apart from the others, so that no page downloads even this line. */
export const gatewayTrap = new Trap();
