/**
 * The entry for `require` in Node and for Jest. It is built as CommonJS into `dist/cjs`.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { setLoaders } from "./wasm/parts.js";

const read = (name: string) => readFile(join(__dirname, "..", name));
setLoaders({
  client: () => read("ayrshare_user.wasm"),
  batch: () => read("ayrshare_user_batch.wasm"),
  insight: () => read("ayrshare_user_insight.wasm"),
});

export * from "./exports.js";
