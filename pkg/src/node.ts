/**
 * The entry for Node and Bun. It reads the wasm from disk because Node's `fetch` does not support file URLs.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";

import { setLoaders } from "./wasm/parts.js";

setLoaders({
  client: () => readFile(new URL("./ayrshare_user.wasm", import.meta.url)),
  batch: () => readFile(new URL("./ayrshare_user_batch.wasm", import.meta.url)),
  insight: () => readFile(new URL("./ayrshare_user_insight.wasm", import.meta.url)),
});

export * from "./exports.js";
