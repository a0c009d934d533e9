/** The one error class, told apart by `kind`. */

/**
 * What went wrong.
 *
 * - `config`: an option or argument is wrong; nothing was sent
 * - `auth`: key or Profile Key refused, profile suspended, or the plan does not include the endpoint
 * - `api`: any other error answer, and HTTP 200 with `status: "error"`
 * - `rate_limit`: 429, or held back by the guard before sending
 * - `network`: `fetch` rejected (offline, DNS, TLS or CORS; a browser does not say which)
 * - `timeout`: one try or the whole call ran out of time; the message says which
 * - `aborted`: the caller's signal; `cause` is the signal's reason
 * - `decode`: not JSON, cut short, too large, or nothing to hand out; with `onInvalid: "throw"` any contradiction of the types
 * - `not_ready`: the batch file is not there yet
 * - `expired`: the batch file's address is no longer valid
 * - `internal`: a fault in this package; the next call runs on a fresh instance
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

/** One try of a call: its HTTP status, or why there was none, and how long it took. */
export interface Try {
  /** HTTP status, where an answer came. */
  readonly status?: number;
  /** Why no answer came. */
  readonly reason?: ErrorKind;
  /** Milliseconds from sending to the end of the body, or to the failure. */
  readonly durationMs: number;
}

/** A place where an answer contradicts its type. It says nothing of the value, which may be a secret. */
export interface Mismatch {
  /** Where, for example `displayNames[3].usedQuota`. */
  readonly path: string;
  /** The documented type. */
  readonly expected: "string" | "number" | "integer" | "boolean" | "array" | "object";
  /** What came instead; `missing` where a field is not there that is documented to be. */
  readonly found: "null" | "string" | "number" | "boolean" | "array" | "object" | "missing";
}

/** What an {@link AyrshareError} is made of. */
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
  tries?: readonly Try[] | undefined;
  url?: string | undefined;
  cause?: unknown;
}

/** The same in every realm and under every minifier. */
const BRAND = Symbol.for("ayrshare-user.error");

/**
 * Every failure of this package.
 *
 * Messages, addresses and details never hold an API key, a Profile Key or the query of a signed URL.
 */
export class AyrshareError extends Error {
  /** What went wrong. */
  readonly kind: ErrorKind;
  /** HTTP status of the answer. */
  declare readonly status?: number;
  /** Ayrshare's own error number, for example 144 for an unknown Profile Key. */
  declare readonly code?: number;
  /** Ayrshare's own category, for example `"authorization"`. */
  declare readonly action?: string;
  /** What else Ayrshare's error body said, as sent. */
  declare readonly details?: unknown;
  /** For `decode`: where in the body the fault is, for example `displayNames[3].id`. */
  declare readonly path?: string;
  /** For `decode`: every place where the body contradicts its type, `path` among them; the first 100. */
  declare readonly mismatches?: readonly Mismatch[];
  /** Whether the same call can succeed later without a change. */
  readonly retryable: boolean;
  /** Milliseconds to wait before the next call, where known. */
  declare readonly retryAfterMs?: number;
  /** Every try made, in order. Empty when nothing was sent. */
  readonly tries: readonly Try[];
  /** The address called, redacted. */
  declare readonly url?: string;

  constructor(init: AyrshareErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.kind = init.kind;
    this.retryable = init.retryable ?? false;
    this.tries = init.tries ?? [];
    for (const name of OPTIONAL) {
      const value = init[name];
      if (value !== undefined) (this as Record<string, unknown>)[name] = value;
    }
    Object.defineProperty(this, BRAND, { value: true });
  }

  /**
   * Brings an error back from what {@link AyrshareError.toJSON} made of it. Structured cloning keeps only an error's name, message,
   * stack and cause: send `error.toJSON()` through `postMessage` or JSON, and call this on the other side. `cause` and the original
   * stack do not travel.
   *
   * @throws {@link AyrshareError} of kind `config` when the value is something else.
   */
  static from(json: unknown): AyrshareError {
    if (isAyrshareError(json)) return json;
    const { kind, message } = Object(json) as Partial<AyrshareErrorInit>;
    if (typeof kind !== "string" || typeof message !== "string") {
      throw new AyrshareError({ kind: "config", message: "`AyrshareError.from` takes what `toJSON()` returned" });
    }
    return new AyrshareError(json as AyrshareErrorInit);
  }

  /** Every field but `cause` and the stack, for logs and for other threads; {@link AyrshareError.from} brings the error back. */
  toJSON(): Record<string, unknown> {
    const { name, message, kind, status, code, action, details, path, mismatches } = this;
    const { retryable, retryAfterMs, tries, url } = this;
    return { name, kind, message, status, code, action, details, path, mismatches, retryable, retryAfterMs, tries, url };
  }
}

const OPTIONAL = ["status", "code", "action", "details", "path", "mismatches", "retryAfterMs", "url"] as const;

// On the prototype, as built-in errors have it, and as a text that survives minifying.
Object.defineProperty(AyrshareError.prototype, "name", { value: "AyrshareError", configurable: true, writable: true });

/** Whether a caught value is an {@link AyrshareError}, also of another realm or copy of this package. */
export function isAyrshareError(value: unknown): value is AyrshareError {
  try {
    return BRAND in (value as object);
  } catch {
    // No object, or a Proxy that does not let one look.
    return false;
  }
}
