/**
 * The entry for browsers and every tool that supports `new URL("./file", import.meta.url)`.
 *
 * @packageDocumentation
 */
import { setLoaders } from "./wasm/parts.js";

setLoaders({
  client: () => new URL("./ayrshare_user.wasm", import.meta.url),
  batch: () => new URL("./ayrshare_user_batch.wasm", import.meta.url),
  insight: () => new URL("./ayrshare_user_insight.wasm", import.meta.url),
});

export * from "./exports.js";
