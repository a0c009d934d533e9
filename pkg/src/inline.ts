/**
 * The entry with the wasm inside the JavaScript, for tools that neither serve nor copy a file. Larger to download.
 *
 * @packageDocumentation
 */
import base64 from "inline:ayrshare_user.wasm";

import { setLoader } from "./runtime.js";
import { decode } from "./base64.js";

setLoader(() => decode(base64), true);

export * from "./core.js";
