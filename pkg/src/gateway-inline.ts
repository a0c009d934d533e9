/**
 * The gateway's entry with the wasm embedded in the JavaScript, for tools that do not copy the .wasm files. The file is larger.
 *
 * @packageDocumentation
 */
import gateway from "inline:ayrshare_user_gateway.wasm";

import { embedded } from "./wasm/base64.js";
import { setLoader } from "./gateway/runtime.js";

setLoader(embedded(gateway), true);

export * from "./gateway/core.js";
