/** Metadata about the call behind a result, attached to the result without changing it. */
import type { Mismatch, Attempt } from "../errors/ayrshare-error.js";
import { header } from "../glue/fetch.js";
import { attemptsOf, mismatchesOf, type RawCall, type RawResult } from "../wasm/raw-result.js";
import type { Headers } from "../web-types.js";

/** The rate limit from the response headers. Fields are absent if their header was not sent or CORS hides it. */
export interface RateLimit {
  /** Calls allowed in the 5-minute window (`x-ratelimit-max`). */
  readonly max?: number;
  /** Calls made in the window so far (`x-ratelimit-count`). */
  readonly count?: number;
}

/** Metadata about the call behind a result. Behind a result of {@link decodeUser} and its siblings there is no call, only a list of mismatches. */
export interface ResponseMeta {
  /** HTTP status. Absent if there was no call. */
  readonly status?: number;
  /** The response headers. Absent if there was no call. */
  readonly headers?: Headers;
  /** Every attempt, in order; the last one succeeded. Empty if the result came from the cache, or if there was no call. */
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

/** @internal The headers of a body that was not received by a call. */
export class NoHeaders extends Map<string, string> {}

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
export function remember<T extends object>(result: RawResult): T {
  return new MetaSlot(...result) as T;
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
  const isReceived = !(headers instanceof NoHeaders);
  const attempts = fromCache || !isReceived ? [] : [...attemptsOf(earlier ?? []), { status, durationMs }];
  const rest = { attempts, waitedMs, fromCache, mismatches: mismatchesOf(mismatches), mismatchCount: Number.parseInt(mismatches, 10) };
  return { ...(isReceived ? { status, headers, ...rest } : rest), ...(rateLimit && { rateLimit }) };
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
