/**
 * The entry for Cloudflare Workers, which may not compile WebAssembly while they run: importing the file gives a
 * module that was compiled at deployment.
 *
 * @packageDocumentation
 */
import wasm from "./ayrshare_user.wasm";

import { setLoader } from "./runtime.js";

setLoader(() => wasm);

export * from "./core.js";
