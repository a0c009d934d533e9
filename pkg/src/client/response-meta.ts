/** Metadata about the call behind a result, attached to the result without changing it. */
import type { Mismatch, Attempt } from "../errors/ayrshare-error.js";
import { header } from "../glue/fetch.js";
import type { Headers } from "../web-types.js";

/** The rate limit from the response headers. Fields are absent if their header was not sent or CORS hides it. */
export interface RateLimit {
  /** Calls allowed in the 5-minute window (`x-ratelimit-max`). */
  readonly max?: number;
  /** Calls made in the window so far (`x-ratelimit-count`). */
  readonly count?: number;
}

/** Metadata about the call behind a result. */
export interface ResponseMeta {
  /** HTTP status. */
  readonly status: number;
  /** The response headers. */
  readonly headers: Headers;
  /** Every attempt, in order; the last one succeeded. Empty if the result came from the cache. */
  readonly attempts: readonly Attempt[];
  /** Milliseconds spent waiting between attempts. */
  readonly waitedMs: number;
  /** Whether the result came from the in-memory cache (`cache: "until-next-update"`). */
  readonly fromCache: boolean;
  /** The profile's rate limit, if the headers include it. */
  readonly rateLimit?: RateLimit;
  /** The first 100 places where the result contradicts its type. Usually empty. */
  readonly mismatches: readonly Mismatch[];
  /** Total number of such places. */
  readonly mismatchCount: number;
}

/** Metadata about a call, as the wasm returns it. */
type RawCall = [status: number, headers: Headers, earlier: unknown[] | undefined, durationMs: number, waitedMs: number, fromCache: boolean, mismatches: string | undefined];

/** What the wasm resolves a call with. */
export type RawAnswer = [value: object, call: RawCall];

/** A base class whose constructor returns the given object, so that a derived class adds its private fields to that object. */
const ReturnsItsArgument = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * Metadata in a private field of the result. It does not show in the result's keys, in copies or in comparisons. A WeakMap would
 * do the same, but the garbage collector promotes its entries to the old generation, which costs time.
 */
class MetaSlot extends ReturnsItsArgument {
  readonly #call: RawCall;

  constructor(value: object, call: RawCall) {
    super(value);
    this.#call = call;
  }

  static callOf(value: unknown): RawCall | undefined {
    return typeof value === "object" && value !== null && #call in value ? value.#call : undefined;
  }
}

/** Unpacks a result of the wasm and attaches the call's metadata to it. */
export function remember<T extends object>(answer: RawAnswer): T {
  return new MetaSlot(...answer) as T;
}

/**
 * Returns the status, headers, attempts, waiting time and rate limit of the call behind a result.
 *
 * @param result - An object that a call of this package resolved to; not a copy of it.
 * @returns `undefined` for any other value.
 */
export function metaOf(result: object): ResponseMeta | undefined {
  const call = MetaSlot.callOf(result);
  if (call === undefined) return undefined;
  const [status, headers, earlier, durationMs, waitedMs, fromCache, mismatches = "0"] = call;
  const rateLimit = rateLimitOf(headers);
  return {
    status,
    headers,
    attempts: fromCache ? [] : [...attemptsOf(earlier ?? []), { status, durationMs }],
    waitedMs,
    fromCache,
    ...(rateLimit && { rateLimit }),
    mismatches: mismatchesOf(mismatches),
    mismatchCount: Number.parseInt(mismatches, 10),
  };
}

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

function rateLimitOf(headers: Headers): RateLimit | undefined {
  const max = numberOf(header(headers, "x-ratelimit-max"));
  const count = numberOf(header(headers, "x-ratelimit-count"));
  if (max === undefined && count === undefined) return undefined;
  return { ...(max !== undefined && { max }), ...(count !== undefined && { count }) };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
