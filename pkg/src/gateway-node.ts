/**
 * The gateway's entry for Node and Bun. It reads the wasm from disk because Node's `fetch` does not support file URLs.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";

import { setLoader } from "./gateway/runtime.js";

setLoader(() => readFile(new URL("./ayrshare_user_gateway.wasm", import.meta.url)));

export * from "./gateway/core.js";
