/** Timeouts for the operator's code. */
import { AyrshareError } from "../errors/ayrshare-error.js";

/** Timers take a signed 32-bit number of milliseconds; a longer delay would fire immediately. */
export const LONGEST_MS = 2 ** 31 - 1;

/** The error for exceeding a timeout. */
export class CallbackTimeout extends AyrshareError {
  constructor(what: string, option: string) {
    super({ kind: "timeout", message: `${what} took longer than \`${option}\` allows` });
  }
}

/** Whether an error is one. What the operator's code throws may be a Proxy whose traps throw. */
export function isCallbackTimeout(error: unknown): boolean {
  try {
    return error instanceof CallbackTimeout;
  } catch {
    return false;
  }
}

/**
 * Runs a task with a timeout of `ms`. A synchronous task needs no timer, and no timer outlives the call. The outcome of a late
 * task is ignored.
 */
export async function within<T>(ms: number, what: string, option: string, task: () => T | PromiseLike<T>): Promise<T> {
  const given = task();
  const isPromise = (typeof given === "object" || typeof given === "function") && given !== null && typeof (given as PromiseLike<T>).then === "function";
  if (!isPromise || ms === Infinity) return await given;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CallbackTimeout(what, option)), Math.min(ms, LONGEST_MS));
  });
  try {
    return await Promise.race([given, late]);
  } finally {
    clearTimeout(timer);
  }
}
