/** What of wire.js the package's TypeScript uses as well. */

/** A copy of the options, or what is wrong with them. */
export function readOptions<T>(given: T, list: string): T | string;
/** A copy of an array; nothing where it is none or cannot be read. */
export function readList(given: unknown): unknown[] | undefined;
/** The header's value, where it is there and can be read. */
export function header(headers: unknown, name: string): string | undefined;
/** Calls an observer. What it throws, or rejects with, is ignored. */
export function tell(observer: (event: never) => unknown, event: unknown): Promise<void>;
/** What the rate-limit guard knows of profiles, by their Profile Keys. */
export type Kept = Map<string, [number, number, number, number, number, number]>;
