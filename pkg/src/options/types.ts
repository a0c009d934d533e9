/** Types of options and events. The wasm validates every value at run time. */
import type { ErrorKind, Mismatch } from "../errors/ayrshare-error.js";
import type { EndpointName } from "../model.js";
import type { AbortSignal, RequestInit, Response } from "../web-types.js";

/** A function with the signature of the global `fetch`. It is called without `this`. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** Request headers; `null` removes a default header. */
export type HeaderOptions = Readonly<Record<string, string | null | undefined>>;

/** `"none"`: every call goes to the network. `"until-next-update"`: `getUser` uses a cached response until its `nextUpdate`. */
export type CacheMode = "none" | "until-next-update";

/**
 * What to do with a response that is usable but contradicts the types. `"report"`: it is returned as received, and
 * `metaOf(result).mismatches` lists the mismatches. `"throw"`: the call rejects with kind `decode`, and the error lists them.
 */
export type InvalidMode = "report" | "throw";

/**
 * Options of a client. Invalid options never throw; they make calls reject with kind `config`. In this and every other options object,
 * getters and inherited properties count as own properties, and `undefined` means the same as omitting the option.
 */
export interface ClientOptions {
  /**
   * The API key of the Primary Profile, or a function that returns it, called once per attempt.
   * Optional if `baseUrl` is a gateway that holds the key.
   */
  apiKey?: string | (() => string | PromiseLike<string>) | undefined;
  /** Profile Key of a User Profile. If omitted or `null`, calls are for the Primary Profile. */
  profileKey?: string | null | undefined;
  /**
   * Base URL of the API: Ayrshare, a gateway or a sandbox, with or without a trailing slash.
   * A path such as `/ayrshare` is resolved against the page's URL. Default `https://app.ayrshare.com/api`, the
   * host in the specification; Ayrshare's newer host is `https://api.ayrshare.com/api`.
   */
  baseUrl?: string | undefined;
  /** Used instead of the global `fetch`. The global is looked up at each call. */
  fetch?: Fetch | undefined;
  /** Additional request headers; `null` removes a default header. */
  headers?: HeaderOptions | undefined;
  /** Timeout of one attempt in milliseconds, including reading the response body. Default 10,000. */
  timeoutMs?: number | undefined;
  /** Timeout of the whole call in milliseconds, including delays between attempts. Default 30,000. */
  totalTimeoutMs?: number | undefined;
  /** Maximum number of retries after a failed attempt. Default 2; 0 disables retries. A 429 is retried at most once. */
  maxRetries?: number | undefined;
  /** Maximum size of an API response body in bytes. Default 8,388,608 (8 MiB). */
  maxBodyBytes?: number | undefined;
  /** Whether calls fail immediately while the profile's rate limit is known to be exhausted. Default true. */
  rateLimitGuard?: boolean | undefined;
  /** Whether `getUser` may be served from memory. Default `"none"`. */
  cache?: CacheMode | undefined;
  /** Whether responses that contradict the types are returned and reported, or rejected. Default `"report"`. */
  onInvalid?: InvalidMode | undefined;
  /** Allows a browser window to send an API key to Ayrshare, where anyone using the page can read it. Default false. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Called with every event. Events are redacted. Errors thrown by the function, and its rejections, are ignored. */
  onEvent?: ((event: AyrshareEvent) => void) | undefined;
  /**
   * Called once for each field, network and value that the types do not list, and for each field whose type differs from the documented
   * one. Errors thrown by the function, and its rejections, are ignored.
   */
  onDrift?: ((drift: Drift) => void) | undefined;
}

/** Options of one call. Options that are not set fall back to those of the client. */
export interface CallOptions {
  /** Aborts the call. */
  signal?: AbortSignal | undefined;
  /** Profile Key of another User Profile for this call; `null` for the Primary Profile. */
  profileKey?: string | null | undefined;
  /** Additional request headers; `null` removes a default header. */
  headers?: HeaderOptions | undefined;
  /** Timeout of one attempt in milliseconds, including reading the response body. */
  timeoutMs?: number | undefined;
  /** Timeout of the whole call in milliseconds, including delays between attempts. */
  totalTimeoutMs?: number | undefined;
  /** Maximum number of retries after a failed attempt. */
  maxRetries?: number | undefined;
  /** `"none"` sends a request and refreshes the cached entry. */
  cache?: CacheMode | undefined;
  /** Whether a response that contradicts the types is returned and reported, or rejected. */
  onInvalid?: InvalidMode | undefined;
}

/** Query of `GET /user`. */
export interface UserQuery {
  /** Adds `usedQuota` and `type` to the Instagram account. Default false. Source: specification. */
  instagramQuota?: boolean | undefined;
  /** The newer name of `instagramQuota`; makes the response slower. Default false. Source: newer official docs. */
  instagramDetails?: boolean | undefined;
  /** Checks whether the User Profile still exists; requires a Profile Key. Source: specification. */
  validate?: boolean | undefined;
}

/** An event emitted by a client as it works. Events never contain keys, signed queries or bodies. */
export type AyrshareEvent =
  | { readonly type: "request"; readonly endpoint: EndpointName; readonly url: string; readonly attempt: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: "response"; readonly endpoint: EndpointName; readonly url: string; readonly attempt: number; readonly status: number; readonly durationMs: number }
  | { readonly type: "retry"; readonly endpoint: EndpointName; readonly url: string; readonly attempt: number; readonly reason: ErrorKind; readonly waitMs: number }
  | { readonly type: "progress"; readonly endpoint: "file"; readonly url: string; readonly bytesRead: number; readonly bytesTotal?: number; readonly profiles: number; readonly resumes: number; readonly bytesReread: number; readonly waitMs?: number }
  | { readonly type: "cache"; readonly endpoint: EndpointName; readonly url: string };

/** Something in a response that the types do not list, or that contradicts them. */
export interface Drift {
  /**
   * `field`, `network`: the types do not list it. `value`: an unlisted value of a field whose values are documented. `mismatch`: the field's
   * type differs from the documented one.
   */
  readonly what: "field" | "network" | "value" | "mismatch";
  /** Path of the field, without array indices, for example `displayNames[].verifiedType`. */
  readonly path: string;
  /** The network or value, if it is a single short word. Not set for fields. */
  readonly value?: string;
  /** The documented type. Only set for a `mismatch`. */
  readonly expected?: Mismatch["expected"];
  /** The type received. Only set for a `mismatch`. */
  readonly found?: Mismatch["found"];
}
