/** Where this runtime finds the wasm modules, and loading them at the first call or earlier. */
import { __wbg_reset_state, WasmClient, initSync } from "../glue/ayrshare_user.js";
import { AyrshareError } from "../errors/ayrshare-error.js";
import { readOptions } from "../glue/fetch.js";
import { WasmModule } from "./wasm-module.js";
import type { InitSources } from "./compile.js";
import { loaders, sources } from "./parts.js";
import { clientTrap } from "./trap.js";

export type { InitSource, InitSources } from "./compile.js";

/** @internal The wasm module for API calls. */
export const client = new WasmModule({ __wbg_reset_state, WasmClient, initSync }, clientTrap, "ayrshare_user.wasm", () => loaders.client());

/**
 * Loads the wasm for API calls before the first call, and sets where each file is. This is optional: each file is found beside the code, and
 * loaded when it is first needed.
 *
 * @param given - The files that are elsewhere. A failed load can be retried, also with another source.
 * @throws {@link AyrshareError} of kind `internal` if the wasm cannot be loaded, of kind `config` if a source is of another type.
 */
export async function init(given: InitSources = {}): Promise<void> {
  const options = readOptions(given, "client batch insight");
  if (typeof options === "string") throw new AyrshareError({ kind: "config", message: `write \`init({ client: source })\`: ${options}` });
  sources.batch = options.batch ?? sources.batch;
  sources.insight = options.insight ?? sources.insight;
  await client.init(options.client);
}
