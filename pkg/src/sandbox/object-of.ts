/** Reading objects and lists of the tester: each value is read once, and what a getter or a Proxy throws becomes a `TypeError` that names it. */

const titleOf = (name: string): string => (name === "options" ? name : `option \`${name}\``);

/** Runs `read`. Whatever that throws becomes the cause of an error that names the option. */
export function reading<T>(name: string, kind: string, read: () => T | undefined): T {
  let cause: unknown;
  try {
    const found = read();
    if (found !== undefined) return found;
  } catch (error) {
    cause = error;
  }
  throw new TypeError(`sandbox ${titleOf(name)} must be ${kind} that can be read`, { cause });
}

/**
 * A copy, so that each option is read once. Inherited values count only for the names in `known`. A Map or a list would otherwise count
 * as an object without options.
 */
export function objectOf<T extends object>(given: T, name: string, known: readonly (keyof T & string)[] = []): T {
  return reading(name, "an object", () => {
    if (!/^.object (Object|Module)/.test(Object.prototype.toString.call(given))) return undefined;
    const copy = { ...given };
    for (const option of known) {
      const value = option in copy ? undefined : given[option];
      if (value !== undefined) copy[option] = value;
    }
    return copy;
  });
}

/** A copy of a list. */
export function listOf<T>(given: readonly T[], name: string): T[] {
  return reading(name, "a list", () => (Array.isArray(given) ? Array.from(given as readonly T[]) : undefined));
}
