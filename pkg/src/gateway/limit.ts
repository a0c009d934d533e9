/** Waiting for the operator's own code, and no longer than it may take. */
import { AyrshareError } from "../errors.js";

/** Timers hold a signed 32-bit count of milliseconds; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Something took longer than it may. */
export class Late extends AyrshareError {
  constructor(what: string, option: string) {
    super({ kind: "timeout", message: `${what} took longer than \`${option}\` allows` });
  }
}

/**
 * What the task gives, unless that takes longer than `ms`. A task that does not wait costs no timer, and no timer outlives the
 * call; the outcome of a task that comes too late is ignored.
 */
export async function within<T>(ms: number, what: string, option: string, task: () => T | PromiseLike<T>): Promise<T> {
  const given = task();
  const isPromise = (typeof given === "object" || typeof given === "function") && given !== null && typeof (given as PromiseLike<T>).then === "function";
  if (!isPromise || ms === Infinity) return await given;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(what, option)), Math.min(ms, LONGEST_MS));
  });
  try {
    return await Promise.race([given, late]);
  } finally {
    clearTimeout(timer);
  }
}
