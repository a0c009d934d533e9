/** Where this runtime finds the wasm, and loading it at the first call or ahead of it. */
import { __wbg_reset_state, Handle, initSync } from "./glue/ayrshare_user.js";
import { Instance } from "./instance.js";
import type { InitSource } from "./load.js";
import { clientTrap } from "./trap.js";

export type { InitSource } from "./load.js";

/** Where each of the two modules is. */
export interface Loaders {
  /** `ayrshare_user.wasm`, for the calls. */
  client: () => InitSource;
  /** `ayrshare_user_data.wasm`, for the batch file and `onDrift`; loaded when the first of them is used. */
  data: () => InitSource;
}

let loaders: Loaders;
let isFinal = false;

/**
 * Says where this runtime finds the wasm. Called once by each entry.
 *
 * @param final - Stays whatever other entries say: who imports the inline entry does so because files do not arrive.
 */
export function setLoaders(given: Loaders, final = false): void {
  if (isFinal) return;
  loaders = given;
  isFinal = final;
}

/** @internal The module that makes the calls. */
export const client = new Instance({ __wbg_reset_state, Handle, initSync }, clientTrap, "ayrshare_user.wasm", () => loaders.client());

let dataSource: InitSource | undefined;

/** @internal Where the module is that looks into data. */
export function loadData(): InitSource {
  return dataSource ?? loaders.data();
}

/**
 * Loads the wasm ahead of the first call. Nobody has to: the first call does it.
 *
 * @param source - Where `ayrshare_user.wasm` is, if not beside the code: its address, a `Response` or a promise of one, its
 *   bytes, or a compiled `WebAssembly.Module`; of any realm.
 * @param data - The same for `ayrshare_user_data.wasm`, which is loaded when the first batch file is read.
 * @throws {@link AyrshareError} of kind `internal` when it cannot be loaded, of kind `config` when `source` is
 *   something else. A failed load can be tried again.
 */
export function init(source?: InitSource, data?: InitSource): Promise<void> {
  dataSource = data ?? dataSource;
  return client.init(source);
}
