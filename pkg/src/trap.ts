/**
 * Noticing a trap. A panic or an exhausted stack ends the code but not the promises it was to settle; without this
 * they would hang for ever, and every later call would meet a broken instance.
 */

/** How to reject the calls under way. */
export const pendingCalls = new Set<(reason: unknown) => void>();

let trapped = false;

/** Whether the present instance is unusable. */
export function hasTrapped(): boolean {
  return trapped;
}

/** To be called when a fresh instance is in place. */
export function clearTrap(): void {
  trapped = false;
}

/**
 * What a call into a dead instance gives. The generated code reads up to three numbers from it, of which all zero mean
 * "nothing, and no error".
 */
const NOTHING: readonly number[] = [0, 0, 0];

type WasmFunction = (...args: unknown[]) => unknown;

/**
 * Wraps the exports of an instance that run code of ours. The generated code enters the wasm only through them, also from timers and
 * promises, and turns errors that Rust returns into exceptions outside of them: what is thrown inside is a trap.
 */
export function watch(exports: WebAssembly.Exports): WebAssembly.Exports {
  const watched: WebAssembly.Exports = {};
  for (const [name, value] of Object.entries(exports)) {
    const runsOurCode = typeof value === "function" && !/^__(?:wbindgen|externref)_/.test(name);
    watched[name] = runsOurCode ? watchFunction(value as WasmFunction) : value;
  }
  return watched;
}

/**
 * Eight places are more than any export takes; a rest parameter would cost an array at each call.
 *
 * The function is kept out of sight of the optimizer: V8 in Node 20 inlines a wasm function that it knows, and then
 * aborts the process ("unreachable code", in its deoptimizer) in one of four loops of a few thousand calls.
 */
function watchFunction(call: WasmFunction): WasmFunction {
  const hidden = [call] as const;
  return (a, b, c, d, e, f, g, h) => {
    if (trapped) return NOTHING;
    try {
      return hidden[0](a, b, c, d, e, f, g, h);
    } catch (cause) {
      noteTrap(cause);
      return NOTHING;
    }
  };
}

/** Rejects every call under way; the next one runs on a fresh instance. */
export function noteTrap(cause: unknown): void {
  trapped = true;
  for (const reject of pendingCalls) reject(cause);
  pendingCalls.clear();
}
