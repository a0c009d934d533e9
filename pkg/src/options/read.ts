/** Reads options objects of callers. Their getters may run the caller's code. */
import { AyrshareError } from "../errors/ayrshare-error.js";
import { readOptions } from "../glue/fetch.js";

/**
 * @internal Copies an options object, reading each option once.
 *
 * @param list - The names of the options, separated by spaces, or the name of a list in fetch.js.
 * @throws {@link AyrshareError} of kind `config` if an option cannot be read or is unknown.
 */
export function read<T extends object>(given: T | null | undefined, list: string): T {
  return checked(readOptions(given ?? ({} as T), list));
}

/** @internal Returns the result of `readOptions`, or throws if that is an error message. */
export function checked<T extends object>(options: T | string): T {
  if (typeof options === "string") throw new AyrshareError({ kind: "config", message: options });
  return options;
}
