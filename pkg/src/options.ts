/** Options and events, as TypeScript readers see them. The wasm checks every value again. */
import type { ErrorKind, Mismatch } from "./errors.js";
import type { AbortSignal, RequestInit, Response } from "./platform.js";

/** A function like the global `fetch`. It is called without `this`. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** Request headers; `null` removes a default header. */
export type HeaderOptions = Readonly<Record<string, string | null | undefined>>;

/** `"none"`: every call goes to the network. `"until-next-update"`: `getUser` answers from memory until the answer's own `nextUpdate`. */
export type CacheMode = "none" | "until-next-update";

/**
 * What to do with an answer that contradicts the types, though there is something to hand out. `"report"`: it is handed out as it came, and
 * `metaOf(result).mismatches` lists the places. `"throw"`: the call rejects with kind `decode`, and the error lists them.
 */
export type InvalidMode = "report" | "throw";

/**
 * Options of a client. Wrong ones make calls reject with kind `config`; they never throw. Here and in all other options, a getter and what
 * an object inherits count as its own properties, and `undefined` is the same as left out.
 */
export interface ClientOptions {
  /**
   * The API key of the Primary Profile, or a function that returns it, asked once per try.
   * May be left out where `baseUrl` is a gateway that holds the key.
   */
  apiKey?: string | (() => string | PromiseLike<string>) | undefined;
  /** Profile Key of a User Profile. Without one, and with `null`, calls are for the Primary Profile. */
  profileKey?: string | null | undefined;
  /**
   * Where the API is: Ayrshare, a gateway or a sandbox, with or without a trailing slash.
   * A path such as `/ayrshare` is resolved against the page. Default `https://app.ayrshare.com/api`, the
   * specification's host; the vendor's newer one is `https://api.ayrshare.com/api`.
   */
  baseUrl?: string | undefined;
  /** Used instead of the global `fetch`, which is looked up at each call. */
  fetch?: Fetch | undefined;
  /** Further request headers; `null` removes a default one. */
  headers?: HeaderOptions | undefined;
  /** Milliseconds one try may take, its body included. Default 10,000. */
  timeoutMs?: number | undefined;
  /** Milliseconds the whole call may take, its waits included. Default 30,000. */
  totalTimeoutMs?: number | undefined;
  /** How often a failed try is repeated at most. Default 2; 0 means none. A 429 is repeated at most once. */
  maxRetries?: number | undefined;
  /** Bytes an answer of the API may have at most. Default 8,388,608 (8 MiB). */
  maxBodyBytes?: number | undefined;
  /** Whether calls fail at once while a profile's rate limit is known to be used up. Default true. */
  rateLimitGuard?: boolean | undefined;
  /** Whether `getUser` may answer from memory. Default `"none"`. */
  cache?: CacheMode | undefined;
  /** Whether answers that contradict the types are handed out and reported, or rejected. Default `"report"`. */
  onInvalid?: InvalidMode | undefined;
  /** Allows an API key aimed at Ayrshare inside a window, where everybody can read it. Default false. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Called with every event, redacted. What it throws, or rejects with, is ignored. */
  onEvent?: ((event: AyrshareEvent) => void) | undefined;
  /**
   * Called once for every field, network and value that the types do not know, and for every field of another type than documented. What it
   * throws, or rejects with, is ignored.
   */
  onDrift?: ((drift: Drift) => void) | undefined;
}

/** Options of one call; what is not set is the client's. */
export interface CallOptions {
  /** Ends the call when aborted. */
  signal?: AbortSignal | undefined;
  /** Another User Profile for this call; `null` for the Primary Profile. */
  profileKey?: string | null | undefined;
  /** Further request headers; `null` removes a default one. */
  headers?: HeaderOptions | undefined;
  /** Milliseconds one try may take, its body included. */
  timeoutMs?: number | undefined;
  /** Milliseconds the whole call may take, its waits included. */
  totalTimeoutMs?: number | undefined;
  /** How often a failed try is repeated at most. */
  maxRetries?: number | undefined;
  /** `"none"` goes to the network and refreshes what is kept. */
  cache?: CacheMode | undefined;
  /** Whether an answer that contradicts the types is handed out and reported, or rejected. */
  onInvalid?: InvalidMode | undefined;
}

/** Query of `GET /user`. */
export interface UserQuery {
  /** Adds `usedQuota` and `type` to the Instagram account. Default false. Source: specification. */
  instagramQuota?: boolean | undefined;
  /** The newer name of `instagramQuota`; makes the answer slower. Default false. Source: newer official docs. */
  instagramDetails?: boolean | undefined;
  /** Asks whether the User Profile still exists; needs a Profile Key. Source: specification. */
  validate?: boolean | undefined;
}

/** The endpoint of an event; `file` is the batch file itself. */
export type EndpointName = "user" | "details" | "batch" | "file";

/** What a client does, as it does it. Holds no key, no signed query and no body. */
export type AyrshareEvent =
  | { readonly type: "request"; readonly endpoint: EndpointName; readonly url: string; readonly try: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: "response"; readonly endpoint: EndpointName; readonly url: string; readonly try: number; readonly status: number; readonly durationMs: number }
  | { readonly type: "retry"; readonly endpoint: EndpointName; readonly url: string; readonly try: number; readonly reason: ErrorKind; readonly waitMs: number }
  | { readonly type: "progress"; readonly endpoint: "file"; readonly url: string; readonly bytesRead: number; readonly bytesTotal?: number; readonly profiles: number; readonly resumes: number; readonly bytesReread: number; readonly waitMs?: number }
  | { readonly type: "cache"; readonly endpoint: EndpointName; readonly url: string };

/** Something in an answer that the types do not know, or that contradicts them. */
export interface Drift {
  /** What is unknown: a field, a network, or a value of a field with known values. Or a field whose value is a `mismatch`. */
  readonly what: "field" | "network" | "value" | "mismatch";
  /** Where, with list positions left open, for example `displayNames[].verifiedType`. */
  readonly path: string;
  /** The network or value, where it is one short plain word. Fields never tell their value. */
  readonly value?: string;
  /** Of a `mismatch`: the documented type. */
  readonly expected?: Mismatch["expected"];
  /** Of a `mismatch`: what came instead. */
  readonly found?: Mismatch["found"];
}
