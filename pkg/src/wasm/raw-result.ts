/** Results of calls as the wasm returns them: arrays and text, which cross its border faster than objects. */
import type { Attempt, Mismatch } from "../errors/ayrshare-error.js";
import type { Headers } from "../web-types.js";

/** Metadata about a call, as the wasm returns it. */
export type RawCall = [status: number, headers: Headers, earlier: unknown[] | undefined, durationMs: number, waitedMs: number, fromCache: boolean, mismatches: string | undefined];

/** What the wasm resolves a call with. */
export type RawResult = [value: object, call: RawCall];

/** Parses the mismatches that the wasm returns as text: their number, then a line for each of the first 100. */
export function mismatchesOf(text: string): Mismatch[] {
  return text
    .split("\n")
    .slice(1, -1)
    .map((line) => {
      const [path, expected, found] = line.split(" ");
      return { path, expected, found } as Mismatch;
    });
}

/** Parses the attempts that the wasm returns as a flat array: a status or a reason, then milliseconds. */
export function attemptsOf(flat: readonly unknown[]): Attempt[] {
  const attempts: Attempt[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const outcome = flat[at];
    const durationMs = flat[at + 1] as number;
    attempts.push((typeof outcome === "number" ? { status: outcome, durationMs } : { reason: outcome, durationMs }) as Attempt);
  }
  return attempts;
}
