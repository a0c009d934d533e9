/** Loading the wasm, at the first call or ahead of it. */
import { compile, type InitSource } from "./load.js";
import { initSync } from "./glue/ayrshare_user.js";

export type { InitSource } from "./load.js";

let loader: () => InitSource;
let loading: Promise<void> | undefined;

/** Says where this runtime finds the wasm. Called once by each entry. */
export function setLoader(load: () => InitSource): void {
  loader = load;
}

/**
 * Loads the wasm ahead of the first call. Nobody has to: the first call does it.
 *
 * @param source - Where the wasm is, if not beside the code: its address, a `Response` or a promise of one, its
 *   bytes, or a compiled `WebAssembly.Module`.
 * @throws {@link AyrshareError} of kind `internal` when it cannot be loaded. A failed load can be tried again.
 */
export function init(source?: InitSource): Promise<void> {
  loading ??= start(source).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function start(source: InitSource | undefined): Promise<void> {
  initSync({ module: await compile(source ?? loader()) });
}
