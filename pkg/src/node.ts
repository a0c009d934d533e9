/**
 * The entry for Node and Bun. Node's `fetch` cannot read files.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";

import { setLoader } from "./runtime.js";

setLoader(() => readFile(new URL("./ayrshare_user.wasm", import.meta.url)));

export * from "./core.js";
