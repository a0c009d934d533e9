/** The parts of fetch.js that the package's TypeScript also uses. */

/** Returns a copy of the options, or a message that describes what is wrong with them. */
export function readOptions<T>(given: T, list: string): T | string;
/** A copy of an array; `undefined` if it is not an array or cannot be read. */
export function readList(given: unknown): unknown[] | undefined;
/** The header's value, if it is present and readable. */
export function header(headers: unknown, name: string): string | undefined;
/** Calls an observer. Whatever it throws or rejects with is ignored. */
export function tell(observer: (event: never) => unknown, event: unknown): Promise<void>;
/** The rate-limit guard's state of each profile, by Profile Key. */
export type GuardSnapshots = Map<string, number[]>;
