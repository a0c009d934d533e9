/** Where this runtime finds the wasm, and loading it at the first call or ahead of it. */
import { __wbg_reset_state, Handle, initSync } from "./glue/ayrshare_user.js";
import { Instance } from "./instance.js";
import { failed, type InitSource } from "./load.js";
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

let givenData: InitSource | undefined;

type Data = typeof import("./data.js");
let data: Data | undefined;

/** @internal Makes {@link looking} do without a dynamic import. */
export function setData(module: Data): void {
  data = module;
}

/** @internal What looks into data. Loaded when it is first needed, unless somebody has imported it by hand. */
export async function looking(): Promise<Data> {
  try {
    return data ?? (await import("./data.js"));
  } catch (cause) {
    throw failed("could not load data.js", cause, "serve all files of the package; a service worker without a bundler must import dist/data.js beside dist/index.js");
  }
}

/** @internal Where the wasm is that looks into data. */
export function dataSource(): InitSource {
  return givenData ?? loaders.data();
}

/**
 * Loads the wasm ahead of the first call. Nobody has to: the first call does it.
 *
 * @param source - Where `ayrshare_user.wasm` is, if not beside the code: its address, a `Response` or a promise of one, its
 *   bytes, or a compiled `WebAssembly.Module`; of any realm.
 * @param dataWasm - The same for `ayrshare_user_data.wasm`, which is loaded when the first batch file is read.
 * @throws {@link AyrshareError} of kind `internal` when it cannot be loaded, of kind `config` when `source` is
 *   something else. A failed load can be tried again.
 */
export function init(source?: InitSource, dataWasm?: InitSource): Promise<void> {
  givenData = dataWasm ?? givenData;
  return client.init(source);
}
