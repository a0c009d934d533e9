/**
 * The inline entry for Cloudflare Workers: bytes may be compiled there only while the script starts.
 *
 * @packageDocumentation
 */
import base64 from "inline:ayrshare_user.wasm";

import { decode } from "./base64.js";
import { setLoader } from "./runtime.js";

const wasm = new WebAssembly.Module(decode(base64));
setLoader(() => wasm, true);

export * from "./core.js";
