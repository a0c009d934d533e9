/**
 * The gateway's entry for `require` in Node. It is built as CommonJS into `dist/cjs`.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { setLoader } from "./gateway/runtime.js";

setLoader(() => readFile(join(__dirname, "..", "ayrshare_user_gateway.wasm")));

export * from "./gateway/core.js";
