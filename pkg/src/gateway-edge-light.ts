/**
 * The gateway's entry for Vercel's edge runtime, where the suffix `?module` imports a module compiled at build time.
 *
 * @packageDocumentation
 */
import gateway from "./ayrshare_user_gateway.wasm?module";

import { setLoader } from "./gateway/runtime.js";

setLoader(() => gateway);

export * from "./gateway/core.js";
