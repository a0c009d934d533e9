/**
 * The gateway's entry for Cloudflare Workers, where importing the file returns a module compiled at deployment.
 *
 * @packageDocumentation
 */
import gateway from "./ayrshare_user_gateway.wasm";

import { setLoader } from "./gateway/runtime.js";

setLoader(() => gateway);

export * from "./gateway/core.js";
