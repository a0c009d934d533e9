/** The package's only error class. `kind` says what went wrong. */

/**
 * What went wrong.
 *
 * - `config`: an option or argument is invalid; no request was sent
 * - `auth`: the API key or Profile Key was rejected, the profile is suspended, or the plan does not include the endpoint
 * - `api`: any other error response, including HTTP 200 with `status: "error"`
 * - `rate_limit`: the API responded with 429, or the rate-limit guard rejected the call before sending it
 * - `network`: `fetch` rejected (offline, DNS, TLS or CORS; browsers do not say which), or the `source` of a batch file failed
 * - `timeout`: one attempt or the whole call timed out, or the `source` of a batch file stalled; the message says which
 * - `aborted`: the caller's signal aborted the call; `cause` is the signal's reason
 * - `decode`: the response is not JSON, truncated, too large or unusable; with `onInvalid: "throw"` also any mismatch with the types
 * - `not_ready`: the batch file is not available yet
 * - `expired`: the URL of the batch file has expired
 * - `internal`: a fault in this package, or one of its files failed to load; the next call uses a fresh instance
 */
export type ErrorKind =
  | "config"
  | "auth"
  | "api"
  | "rate_limit"
  | "network"
  | "timeout"
  | "aborted"
  | "decode"
  | "not_ready"
  | "expired"
  | "internal";

/** One attempt of a call: its HTTP status, or why there was none, and how long it took. */
export interface Attempt {
  /** HTTP status, if a response was received. */
  readonly status?: number;
  /** Why no response was received. */
  readonly reason?: ErrorKind;
  /** Milliseconds from sending the request to the end of the body, or to the failure. */
  readonly durationMs: number;
}

/** A place where a response contradicts its type. The value is not included because it may be a secret. */
export interface Mismatch {
  /** Path of the value, for example `displayNames[3].usedQuota`. */
  readonly path: string;
  /** The documented type. */
  readonly expected: "string" | "number" | "integer" | "boolean" | "array" | "object";
  /** The type received; `missing` if a required field is absent. */
  readonly found: "null" | "string" | "number" | "boolean" | "array" | "object" | "missing";
}

/** Fields of an {@link AyrshareError}. */
export interface AyrshareErrorInit {
  kind: ErrorKind;
  message: string;
  status?: number | undefined;
  code?: number | undefined;
  action?: string | undefined;
  details?: unknown;
  path?: string | undefined;
  mismatches?: readonly Mismatch[] | undefined;
  retryable?: boolean | undefined;
  retryAfterMs?: number | undefined;
  attempts?: readonly Attempt[] | undefined;
  url?: string | undefined;
  cause?: unknown;
}

/** Identifies the error across realms, copies of the package and minifiers. */
const BRAND = Symbol.for("ayrshare-user.error");

/**
 * The error that every failing call of this package rejects with.
 *
 * Messages, URLs and details never contain an API key, a Profile Key or the query of a signed URL.
 */
export class AyrshareError extends Error {
  /** What went wrong. */
  readonly kind: ErrorKind;
  /** HTTP status of the response. */
  declare readonly status?: number;
  /** Ayrshare's own error number, for example 144 for an unknown Profile Key. */
  declare readonly code?: number;
  /** Ayrshare's own error category, for example `"authorization"`. */
  declare readonly action?: string;
  /** The other fields of Ayrshare's error body, as received. */
  declare readonly details?: unknown;
  /** For `decode`: where in the body the error is, for example `displayNames[3].id`. */
  declare readonly path?: string;
  /** For `decode`: the first 100 places where the body contradicts its type, including `path`. */
  declare readonly mismatches?: readonly Mismatch[];
  /** Whether the same call may succeed later without changes. */
  readonly retryable: boolean;
  /** Milliseconds to wait before the next call, if known. */
  declare readonly retryAfterMs?: number;
  /** Every attempt, in order. Empty if no request was sent. */
  readonly attempts: readonly Attempt[];
  /** The requested URL, redacted. */
  declare readonly url?: string;

  constructor(init: AyrshareErrorInit) {
    const fields = fieldsOf(init);
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.kind = fields.kind ?? "internal";
    for (const name of FIELDS.slice(3)) {
      const value = fields[name as keyof AyrshareErrorInit];
      if (value !== undefined) (this as Record<string, unknown>)[name] = value;
    }
    this.retryable ??= false;
    this.attempts ??= [];
    Object.defineProperty(this, BRAND, { value: true });
  }

  /**
   * Restores an error from the result of {@link AyrshareError.toJSON}. Structured cloning preserves only an error's name, message,
   * stack and cause, so send `error.toJSON()` through `postMessage` or JSON, and call this on the other side. `cause` and the original
   * stack are lost.
   *
   * @throws {@link AyrshareError} of kind `config` if the value is anything else.
   */
  static from(json: unknown): AyrshareError {
    if (isAyrshareError(json)) return json;
    try {
      const fields = Object.fromEntries(FIELDS.map((name) => [name, (json as Record<string, unknown>)[name]])) as unknown as AyrshareErrorInit;
      if (typeof fields.kind === "string" && typeof fields.message === "string") return new AyrshareError(fields);
    } catch {
      // It has getters that throw.
    }
    throw new AyrshareError({ kind: "config", message: "`AyrshareError.from` takes what `toJSON()` returned" });
  }

  /** Every field except `cause` and the stack, for logs and other threads. {@link AyrshareError.from} restores the error. */
  toJSON(): Record<string, unknown> {
    return Object.fromEntries(FIELDS.map((name) => [name, this[name as keyof this]]));
  }
}

/** The first three are every error's. */
const FIELDS = "name message kind status code action details path mismatches retryable retryAfterMs attempts url".split(" ");

/** Reads each field once. One that cannot be read counts as not given: creating an error must not throw another one. */
function fieldsOf(init: AyrshareErrorInit): Partial<AyrshareErrorInit> {
  const fields: Record<string, unknown> = {};
  for (const name of [...FIELDS, "cause"]) {
    try {
      const value = (init as unknown as Record<string, unknown>)[name];
      fields[name] = name === "message" && value !== undefined ? String(value) : value;
    } catch {
      // A getter or Proxy that throws, a message without a text, or no object at all.
    }
  }
  return fields;
}

// On the prototype, as for built-in errors, and as a string literal, so that minifiers cannot change it.
Object.defineProperty(AyrshareError.prototype, "name", { value: "AyrshareError", configurable: true, writable: true });

/** Whether a caught value is an {@link AyrshareError}, including one from another realm or another copy of this package. */
export function isAyrshareError(value: unknown): value is AyrshareError {
  try {
    return BRAND in (value as object);
  } catch {
    // Not an object, or a Proxy whose `has` trap throws.
    return false;
  }
}
