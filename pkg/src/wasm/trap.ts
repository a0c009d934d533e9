/**
 * Detects traps of the wasm. A panic or stack overflow stops the code without settling its promises. Without this module,
 * those promises would stay pending forever, and every later call would use a broken instance.
 */

/**
 * What a call into a trapped instance returns. The generated code reads up to three numbers from it; all zeros mean
 * "no value and no error".
 */
const NOTHING: readonly number[] = [0, 0, 0];

/** Errors that ended an instance. */
const causes = new WeakSet<object>();

/** Whether an instance ended because of this error. */
export const isTrap = (cause: unknown) => causes.has(cause as object);

type WasmFunction = (...args: unknown[]) => unknown;

/** Trap state of one wasm module. */
export class Trap {
  /** The reject functions of the calls in progress. */
  readonly pending = new Set<(reason: unknown) => void>();
  /** Whether the current instance is unusable. */
  hasTrapped = false;

  /**
   * Wraps those exports of an instance that run our code. The generated code enters the wasm only through them, even from timers and
   * promises, and throws the errors that Rust returns outside of them. So anything thrown inside is a trap.
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
   * No export takes more than nine arguments. A rest parameter would allocate an array for each call.
   *
   * The array hides the function from the optimizer: if V8 in Node 20 can see a wasm function, it inlines it, and then
   * aborts the process ("unreachable code", in its deoptimizer) in about one of four runs of a few thousand calls.
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

  /** Rejects every call in progress. The next call runs on a fresh instance. */
  note(cause: unknown): void {
    this.hasTrapped = true;
    if (typeof cause === "object" && cause !== null) causes.add(cause);
    for (const reject of this.pending) reject(cause);
    this.pending.clear();
  }
}

/** For `ayrshare_user.wasm`. */
export const clientTrap = new Trap();
/** For `ayrshare_user_batch.wasm`. */
export const batchTrap = new Trap();
/** For `ayrshare_user_insight.wasm`. */
export const insightTrap = new Trap();
