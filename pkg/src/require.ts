/**
 * The entry for `require` in Node, and for Jest. It is built as CommonJS into `dist/cjs`.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { setLoader } from "./runtime.js";

setLoader(() => readFile(join(__dirname, "..", "ayrshare_user.wasm")));

export * from "./core.js";
