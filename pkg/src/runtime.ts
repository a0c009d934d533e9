/**
 * The one wasm instance: loaded at the first call, and made anew from the kept module after a trap.
 */
import { compile, type InitSource } from "./load.js";
import * as glue from "./glue/ayrshare_user.js";
import { clearTrap, hasTrapped, pendingCalls } from "./trap.js";

export type { InitSource } from "./load.js";

/** The generated functions. */
export type Glue = typeof glue;
/** A client inside the wasm. */
export type Handle = glue.Handle;

let loader: () => InitSource;
let loading: Promise<void> | undefined;
let generation = 0;

/** Says where this runtime finds the wasm. Called once by each entry. */
export function setLoader(load: () => InitSource): void {
  loader = load;
}

/** The number of the present instance; handles of earlier ones are gone. */
export function instance(): number {
  return generation;
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
  glue.initSync({ module: await compile(source ?? loader()) });
}

/**
 * Runs one call. If the wasm traps meanwhile, whoever caused it, the call rejects: its state died with the
 * instance.
 */
export async function run<T>(task: (wasm: Glue) => Promise<T>): Promise<T> {
  await init();
  if (hasTrapped()) renew();
  return new Promise<T>((resolve, reject) => {
    pendingCalls.add(reject);
    const settle = <V>(then: (value: V) => void) => (value: V) => {
      pendingCalls.delete(reject);
      then(value);
    };
    try {
      task(glue).then(settle(resolve), settle(reject));
    } catch (error) {
      settle(reject)(error);
    }
  });
}

/** From the kept module, without a download or a compilation. */
function renew(): void {
  glue.__wbg_reset_state();
  generation += 1;
  clearTrap();
}
