/**
 * Noticing a trap. A panic or an exhausted stack ends the code but not the promises it was to settle; without this
 * they would hang for ever, and every later call would meet a broken instance.
 */

/**
 * What a call into a dead instance gives. The generated code reads up to three numbers from it, of which all zero mean
 * "nothing, and no error".
 */
const NOTHING: readonly number[] = [0, 0, 0];

/** What has ended an instance. */
const causes = new WeakSet<object>();

/** Whether this is why an instance of the wasm ended. */
export const isTrap = (cause: unknown) => causes.has(cause as object);

type WasmFunction = (...args: unknown[]) => unknown;

/** What is known about traps of one wasm module's present instance. */
export class Trap {
  /** How to reject the calls under way. */
  readonly pending = new Set<(reason: unknown) => void>();
  /** Whether the present instance is unusable. */
  hasTrapped = false;

  /**
   * Wraps the exports of an instance that run code of ours. The generated code enters the wasm only through them, also from timers and
   * promises, and turns errors that Rust returns into exceptions outside of them: what is thrown inside is a trap.
   */
  watch(exports: WebAssembly.Exports): WebAssembly.Exports {
    const watched: WebAssembly.Exports = {};
    for (const [name, value] of Object.entries(exports)) {
      const runsOurCode = typeof value === "function" && !/^__(?:wbindgen|externref)_/.test(name);
      watched[name] = runsOurCode ? this.#watchFunction(value as WasmFunction) : value;
    }
    return watched;
  }

  /**
   * No export takes more than nine values; a rest parameter would cost an array at each call.
   *
   * The function is kept out of sight of the optimizer: V8 in Node 20 inlines a wasm function that it knows, and then
   * aborts the process ("unreachable code", in its deoptimizer) in one of four loops of a few thousand calls.
   */
  #watchFunction(call: WasmFunction): WasmFunction {
    const hidden = [call] as const;
    return (a, b, c, d, e, f, g, h, i) => {
      if (this.hasTrapped) return NOTHING;
      try {
        return hidden[0](a, b, c, d, e, f, g, h, i);
      } catch (cause) {
        this.note(cause);
        return NOTHING;
      }
    };
  }

  /** Rejects every call under way; the next one runs on a fresh instance. */
  note(cause: unknown): void {
    this.hasTrapped = true;
    if (typeof cause === "object" && cause !== null) causes.add(cause);
    for (const reject of this.pending) reject(cause);
    this.pending.clear();
  }
}

/** Of `ayrshare_user.wasm`. */
export const clientTrap = new Trap();
/** Of `ayrshare_user_batch.wasm`. */
export const batchTrap = new Trap();
/** Of `ayrshare_user_insight.wasm`. */
export const insightTrap = new Trap();
