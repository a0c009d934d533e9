/** Node streams that the caller hands over before anybody reads them. */

/**
 * @internal Listens for errors of a Node stream until it is read. Without a listener, one that fails meanwhile, such as that of a file that does
 * not exist, would end the process. Its iterator still reports the error.
 */
export function expectErrors(source: unknown): void {
  try {
    const { pipe, on } = source as { pipe?: unknown; on?: (event: "error", listener: () => void) => unknown };
    if (typeof pipe === "function") on?.call(source, "error", () => undefined);
  } catch {
    // Not an object, or its getters throw: whoever reads it reports that.
  }
}

/** @internal The same for the option `source`, without running a getter. */
export function expectErrorsOfSource(options: object): void {
  try {
    expectErrors(Object.getOwnPropertyDescriptor(options, "source")?.value);
  } catch {
    // Not an object, or a Proxy whose traps throw.
  }
}
