/** The one wasm instance, and the calls that run on it. After a trap it is made anew from the kept module. */
import * as glue from "./glue/ayrshare_user.js";
import { init } from "./runtime.js";
import { clearTrap, hasTrapped, noteTrap, pendingCalls } from "./trap.js";

/** The generated functions. */
export type Glue = typeof glue;
/** A client inside the wasm. */
export type Handle = glue.Handle;

let generation = 0;

/** The number of the present instance; handles of earlier ones are gone. */
export function instance(): number {
  return generation;
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
      // Thrown by the generated code itself: a failure that Rust returned, or no memory for the arguments.
      if (error instanceof WebAssembly.RuntimeError) noteTrap(error);
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
