/** Reading what callers hand in, which may run code of theirs. */
import { AyrshareError } from "./errors.js";
import { readOptions } from "./glue/wire.js";

/**
 * @internal A copy of an options object, each option read once.
 *
 * @param list - The names of the options, with blanks between them, or the name of a list in wire.js.
 * @throws {@link AyrshareError} of kind `config` where it cannot be read or holds other names.
 */
export function read<T extends object>(given: T | null | undefined, list: string): T {
  return checked(readOptions(given ?? ({} as T), list));
}

/** @internal What `readOptions` has returned, unless that is a fault. */
export function checked<T extends object>(options: T | string): T {
  if (typeof options === "string") throw new AyrshareError({ kind: "config", message: options });
  return options;
}
