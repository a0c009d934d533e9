/** What is known about the call behind a result, kept beside the result and not in it. */
import type { Mismatch, Try } from "./errors.js";
import { header } from "./glue/wire.js";
import type { Headers } from "./platform.js";

/** The rate limit as the answer's headers told it. Absent where they were not sent or CORS hides them. */
export interface RateLimit {
  /** Calls allowed in the 5-minute window (`x-ratelimit-max`). */
  readonly max?: number;
  /** Calls made in the window so far (`x-ratelimit-count`). */
  readonly count?: number;
}

/** The call behind a result. */
export interface ResponseMeta {
  /** HTTP status. */
  readonly status: number;
  /** The answer's headers. */
  readonly headers: Headers;
  /** Every try made, in order; the last one succeeded. Empty when the answer came from memory. */
  readonly tries: readonly Try[];
  /** Milliseconds spent waiting between tries. */
  readonly waitedMs: number;
  /** Whether the answer came from memory (`cache: "until-next-update"`). */
  readonly fromCache: boolean;
  /** The rate limit of the profile, where the headers tell it. */
  readonly rateLimit?: RateLimit;
  /** Where the result contradicts its type: the first 100 places. Mostly none. */
  readonly mismatches: readonly Mismatch[];
  /** How many such places there are. */
  readonly mismatchCount: number;
}

/** How an answer came about, as the wasm tells it. */
type RawCall = [status: number, headers: Headers, earlier: unknown[] | undefined, durationMs: number, waitedMs: number, fromCache: boolean, mismatches: string | undefined];

/** What the wasm resolves a call with. */
export type RawAnswer = [value: object, call: RawCall];

/** As a base class, it makes the derived constructor put its private fields on the given object. */
const Given = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * A note on a value that nothing shows but this class: no key, no copy, no comparison. A WeakMap would do the same, but what it
 * holds the collector takes for old, and moves it about.
 */
class Noted extends Given {
  readonly #call: RawCall;

  constructor(value: object, call: RawCall) {
    super(value);
    this.#call = call;
  }

  static callOf(value: unknown): RawCall | undefined {
    return typeof value === "object" && value !== null && #call in value ? value.#call : undefined;
  }
}

/** Unpacks an answer of the wasm, remembering how it came about. */
export function remember<T extends object>(answer: RawAnswer): T {
  return new Noted(...answer) as T;
}

/**
 * Status, headers, tries, time waited and rate-limit state of the call behind a result.
 *
 * @param result - An object that a call of this package resolved to, itself and not a copy.
 * @returns `undefined` for any other value.
 */
export function metaOf(result: object): ResponseMeta | undefined {
  const call = Noted.callOf(result);
  if (call === undefined) return undefined;
  const [status, headers, earlier, durationMs, waitedMs, fromCache, mismatches = "0"] = call;
  const rateLimit = rateLimitOf(headers);
  return {
    status,
    headers,
    tries: fromCache ? [] : [...triesOf(earlier ?? []), { status, durationMs }],
    waitedMs,
    fromCache,
    ...(rateLimit && { rateLimit }),
    mismatches: mismatchesOf(mismatches),
    mismatchCount: Number.parseInt(mismatches, 10),
  };
}

/** The wasm hands mismatches over as a text: how many there are, and then a line for each of the first 100. */
export function mismatchesOf(text: string): Mismatch[] {
  return text
    .split("\n")
    .slice(1, -1)
    .map((line) => {
      const [path, expected, found] = line.split(" ");
      return { path, expected, found } as Mismatch;
    });
}

/** The wasm hands tries over flat: a status or a reason, then milliseconds. */
export function triesOf(flat: readonly unknown[]): Try[] {
  const tries: Try[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const outcome = flat[at];
    const durationMs = flat[at + 1] as number;
    tries.push((typeof outcome === "number" ? { status: outcome, durationMs } : { reason: outcome, durationMs }) as Try);
  }
  return tries;
}

function rateLimitOf(headers: Headers): RateLimit | undefined {
  const max = numberOf(header(headers, "x-ratelimit-max"));
  const count = numberOf(header(headers, "x-ratelimit-count"));
  if (max === undefined && count === undefined) return undefined;
  return { ...(max !== undefined && { max }), ...(count !== undefined && { count }) };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
