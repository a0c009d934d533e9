/**
 * The entry for Vercel's edge runtime, where the suffix `?module` asks for a module compiled at build time.
 *
 * @packageDocumentation
 */
import wasm from "./ayrshare_user.wasm?module";

import { setLoader } from "./runtime.js";

setLoader(() => wasm);

export * from "./core.js";
