/** Loading the wasm, at the first call or ahead of it. */
import { isAyrshareError } from "./errors.js";
import { compile, failed, type InitSource } from "./load.js";
import { initSync } from "./glue/ayrshare_user.js";

export type { InitSource } from "./load.js";

let loader: () => InitSource;
let isFinal = false;
let loading: Promise<void> | undefined;

/**
 * Says where this runtime finds the wasm. Called once by each entry.
 *
 * @param final - Stays whatever other entries say: who imports the inline entry does so because files do not arrive.
 */
export function setLoader(load: () => InitSource, final = false): void {
  if (isFinal) return;
  loader = load;
  isFinal = final;
}

/**
 * Loads the wasm ahead of the first call. Nobody has to: the first call does it.
 *
 * @param source - Where the wasm is, if not beside the code: its address, a `Response` or a promise of one, its
 *   bytes, or a compiled `WebAssembly.Module`; of any realm.
 * @throws {@link AyrshareError} of kind `internal` when it cannot be loaded, of kind `config` when `source` is
 *   something else. A failed load can be tried again.
 */
export function init(source?: InitSource): Promise<void> {
  loading ??= start(source).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function start(source: InitSource | undefined): Promise<void> {
  initSync({ module: await get(() => (source === undefined ? loader() : source)) });
}

/** Files that cannot be read, bundles that do not know their own address and promises given by callers fail here. */
async function get(source: () => InitSource): Promise<WebAssembly.Module> {
  try {
    return await compile(source());
  } catch (error) {
    throw isAyrshareError(error) ? error : failed(`could not get ayrshare_user.wasm (${String(error)})`, error);
  }
}
