/**
 * The entry for browsers and every tool that understands `new URL("./file", import.meta.url)`.
 *
 * @packageDocumentation
 */
import { setLoaders } from "./runtime.js";

setLoaders({
  client: () => new URL("./ayrshare_user.wasm", import.meta.url),
  data: () => new URL("./ayrshare_user_data.wasm", import.meta.url),
  insight: () => new URL("./ayrshare_user_insight.wasm", import.meta.url),
});

export * from "./core.js";
