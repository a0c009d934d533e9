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
 * Wraps the exports of an instance. The generated code enters the wasm only through them, also from timers and
 * promises, and turns errors that Rust returns into exceptions outside of them: what is thrown inside is a trap.
 */
export function watch(exports: WebAssembly.Exports): WebAssembly.Exports {
  const watched: WebAssembly.Exports = {};
  for (const [name, value] of Object.entries(exports)) {
    watched[name] = typeof value === "function" ? watchFunction(value as (...args: unknown[]) => unknown) : value;
  }
  return watched;
}

function watchFunction(call: (...args: unknown[]) => unknown): (...args: unknown[]) => unknown {
  return (...args) => {
    try {
      return call(...args);
    } catch (cause) {
      trapped = true;
      for (const reject of pendingCalls) reject(cause);
      pendingCalls.clear();
      return undefined;
    }
  };
}
