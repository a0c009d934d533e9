/** Reading options objects of the sandbox. */

/** A copy, so that each option is read once. A Map or a list would otherwise count as an object without options. */
export function objectOf<T extends object>(given: T, name: string): T {
  let cause: unknown;
  try {
    if (/^.object (Object|Module)/.test(Object.prototype.toString.call(given))) return { ...given };
  } catch (error) {
    cause = error;
  }
  throw new TypeError(`sandbox ${name === "options" ? name : `option \`${name}\``} must be an object that can be read`, { cause });
}
