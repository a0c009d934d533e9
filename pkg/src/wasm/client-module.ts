/** Where this runtime finds the wasm modules, and loading them at the first call or earlier. */
import { __wbg_reset_state, WasmClient, initSync } from "../glue/ayrshare_user.js";
import { WasmModule } from "./wasm-module.js";
import type { InitSource } from "./compile.js";
import { loaders, sources } from "./parts.js";
import { clientTrap } from "./trap.js";

export type { InitSource } from "./compile.js";

/** @internal The wasm module for API calls. */
export const client = new WasmModule({ __wbg_reset_state, WasmClient, initSync }, clientTrap, "ayrshare_user.wasm", () => loaders.client());

/**
 * Loads the wasm before the first call. This is optional: otherwise the first call loads it.
 *
 * @param source - Where `ayrshare_user.wasm` is, if not beside the code: its URL, a `Response` or a promise of one, its
 *   bytes, or a compiled `WebAssembly.Module`. Objects of other realms are accepted.
 * @param batchWasm - The same for `ayrshare_user_batch.wasm`, which is loaded when a batch file is first read.
 * @param insightWasm - The same for `ayrshare_user_insight.wasm`, which is loaded when health, changes or `onDrift` are first used.
 * @throws {@link AyrshareError} of kind `internal` if the wasm cannot be loaded, of kind `config` if `source` is anything
 *   else. A failed load can be retried.
 */
export function init(source?: InitSource, batchWasm?: InitSource, insightWasm?: InitSource): Promise<void> {
  sources.batch = batchWasm ?? sources.batch;
  sources.insight = insightWasm ?? sources.insight;
  return client.init(source);
}
