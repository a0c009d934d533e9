/**
 * The gateway's inline entry for Cloudflare Workers. Workers can compile bytes only during script startup.
 *
 * @packageDocumentation
 */
import bytes from "inline:ayrshare_user_gateway.wasm";

import { decode } from "./wasm/base64.js";
import { setLoader } from "./gateway/runtime.js";

const gateway = new WebAssembly.Module(decode(bytes));
setLoader(() => gateway, true);

export * from "./gateway/core.js";
