/** Types of the gateway's options. The wasm validates every value at run time. */
import type { AyrshareEvent, Fetch } from "../options/types.js";
import type { WebhookEvent } from "./webhook-events.js";

/** What a caller may read. */
export interface Grant {
  /** The one User Profile whose data the caller may read. */
  profileKey?: string | null | undefined;
  /**
   * `"all-profiles"` allows the batch routes, in addition to the profile of `profileKey` if given. `"primary-profile"`
   * lets the caller read the account's Primary Profile; omitting `profileKey` is not enough.
   */
  scope?: "all-profiles" | "primary-profile" | null | undefined;
}

/** What a platform passes to `fetch` in addition to the request. Only `waitUntil` is used, if present. */
export interface GatewayContext {
  /** Keeps the isolate alive until the promise settles. Needed because responses are stored after they are sent. */
  waitUntil?(promise: Promise<unknown>): void;
}

/** A response in the store. */
export interface CachedResponse {
  /** Its headers, one per line, for example `etag: W/"…"`. */
  readonly head: string;
  /** The body, byte for byte. */
  readonly body: Uint8Array;
}

/**
 * A store for responses. Names are hexadecimal SHA-256 hashes and reveal nothing. `get` must return what the last `put` stored. If it
 * can return something older, as in Workers KV, responses that a webhook has invalidated may be served for that long.
 */
export interface GatewayStore {
  /** Gets the response with this name, if there is one. */
  get(name: string): CachedResponse | null | undefined | PromiseLike<CachedResponse | null | undefined>;
  /**
   * Stores a response, replacing the previous one.
   *
   * @param maxAgeS - Seconds after which the response may be deleted.
   */
  put(name: string, answer: CachedResponse, maxAgeS: number): unknown;
  /** Deletes the response with this name, if there is one. */
  delete(name: string): unknown;
}

/** The part of a Durable Object namespace binding that a gateway uses. */
export interface GuardNamespace {
  /** Gets the id of the object with this name. The name is a hash and does not reveal a key. */
  idFromName(name: string): unknown;
  /** Gets a stub of the object. */
  get(id: unknown): {
    /** Sends a request to the object. */
    fetch(url: string, init: { headers: Record<string, string>; signal: AbortSignal }): Promise<Response>;
  };
}

/** The part of a Durable Object's state that the guard uses. */
export interface GuardState {
  /** Persistent storage for the guard's state: rejections and pauses, as numbers. */
  readonly storage: {
    /** Gets the value with this name. */
    get(name: string): Promise<unknown>;
    /** Stores a value. */
    put(name: string, value: unknown): Promise<void>;
    /** Schedules an alarm at a time in milliseconds since 1970. */
    setAlarm(timeMs: number): Promise<void>;
    /** Deletes all values. */
    deleteAll(): Promise<void>;
  };
}

/** The profile that an event claims to be about. */
export interface WebhookProfile {
  /** Its reference id. Anyone can send one: the signature of the event is verified only afterwards. */
  readonly refId: string | undefined;
}

/** One secret, or several during a rotation: Ayrshare signs with both the old and the new one for a day. */
export type WebhookSecret = string | readonly string[];

/** Options for receiving Ayrshare's webhooks at `prefix` + `/webhook`. */
export interface WebhookOptions {
  /**
   * The secret that Ayrshare signs events with. If User Profiles have secrets of their own, a function that finds the secret by the
   * profile's reference id and returns `null` for an unknown profile; its events get 401. A profile without webhooks of its own uses
   * those of the Primary Profile, so return that secret as well. Anyone who posts to the URL can trigger this function, so it must be
   * cheap and have no side effects. It may take `callbackTimeoutMs`; if it takes longer or throws, Ayrshare is asked to send the event
   * again.
   */
  secret: WebhookSecret | ((profile: WebhookProfile) => WebhookSecret | null | undefined | PromiseLike<WebhookSecret | null | undefined>);
  /**
   * Called with each event whose signature is valid, once per isolate and `hookId`. If it throws, Ayrshare sends the event
   * again. After 8 seconds, the event is acknowledged while the function continues to run.
   */
  onEvent?: ((event: WebhookEvent, context: GatewayContext | undefined) => unknown) | undefined;
  /** Timeout in milliseconds for receiving the body of an event; after that, the response is 503. Default 5,000. */
  bodyTimeoutMs?: number | undefined;
  /**
   * The maximum age of an event's timestamp, in milliseconds. Older events get 401, and Ayrshare does not send them again. Default
   * 86,400,000 (24 hours), because a late retry may carry the time of the first attempt, and events are remembered for as long. The
   * signature does not cover the timestamp, so a shorter time does not keep a copied event out.
   */
  toleranceMs?: number | undefined;
}

/** Options of a gateway. Invalid options make `fetch` reject with kind `config`, except that `createGateway` throws without `authorize`. */
export interface GatewayOptions {
  /** The API key of the Primary Profile, or a function that returns it, called once per request. */
  apiKey: string | (() => string | PromiseLike<string>);
  /**
   * Returns what the sender of a request may read: a grant, or `null` for an unknown sender (401). If it throws, the response is a
   * 500 without details, and `onError` gets the error.
   */
  authorize?: ((request: Request) => Grant | null | undefined | PromiseLike<Grant | null | undefined>) | undefined;
  /** Lets everyone read the profile of `profileKey`, instead of `authorize`. The batch routes stay closed. */
  allowUnauthenticated?: boolean | undefined;
  /** With `allowUnauthenticated`: the User Profile that everyone can read. If omitted, the Primary Profile. */
  profileKey?: string | undefined;
  /** Origins whose pages may read responses, as browsers send them, for example `https://app.example.com`. Others get 403. */
  allowedOrigins?: readonly string[] | undefined;
  /** Additional request headers that these pages may send, for example the one that `authorize` reads. */
  allowedHeaders?: readonly string[] | undefined;
  /** Whether these pages may send cookies. Default false. */
  allowCredentials?: boolean | undefined;
  /** Path prefix of the routes. Default `/ayrshare`. */
  prefix?: string | undefined;
  /** Base URL of the API. Default `https://app.ayrshare.com/api`. */
  baseUrl?: string | undefined;
  /** Used instead of the global `fetch`. The global is looked up at each call. */
  fetch?: Fetch | undefined;
  /** Timeout of one attempt in milliseconds, including reading the response body. Default 10,000. */
  timeoutMs?: number | undefined;
  /** Timeout of the whole call in milliseconds, including delays between attempts. Default 30,000. */
  totalTimeoutMs?: number | undefined;
  /** Maximum number of retries after a failed attempt. Default 2. */
  maxRetries?: number | undefined;
  /** Maximum size of an API response body in bytes. Default 8,388,608 (8 MiB). */
  maxBodyBytes?: number | undefined;
  /** Whether calls fail immediately while the profile's rate limit is known to be exhausted. Default true. */
  rateLimitGuard?: boolean | undefined;
  /**
   * The namespace of the {@link AyrshareGuard} objects, one per profile. With it, all isolates share what they know about rate limits,
   * and concurrent identical calls share one request. If an object fails, its calls are sent without it, and `onError` gets the
   * error. Without this option, each isolate has its own guard.
   */
  guard?: GuardNamespace | undefined;
  /**
   * Where responses are cached until their own `nextUpdate`. Default: the Cache API of Workers, or memory if there is
   * none. `"none"` disables caching.
   */
  store?: "cache" | "memory" | "none" | GatewayStore | undefined;
  /** Milliseconds for which a stale response may be served while Ayrshare fails. Default 3,600,000 (1 hour). */
  staleIfErrorMs?: number | undefined;
  /** Timeout in milliseconds of `authorize` and of an `apiKey` function; after that, the caller gets 503. Default 10,000. */
  callbackTimeoutMs?: number | undefined;
  /**
   * Timeout in milliseconds of a read from the store, and of a write; after that, the request continues without the store. A response
   * that is ready does not wait for writes. Default 2,000.
   */
  storeTimeoutMs?: number | undefined;
  /** Milliseconds that `/user/batch/profiles` waits for the batch file. Default 900,000 (15 minutes). */
  waitMs?: number | undefined;
  /** Milliseconds without receiving a byte after which the connection to the batch file counts as dropped. Default 30,000. */
  idleTimeoutMs?: number | undefined;
  /** Maximum size of one record of the batch file in bytes. Default 4,194,304 (4 MiB). */
  maxRecordBytes?: number | undefined;
  /** Enables the route for webhooks. */
  webhooks?: WebhookOptions | undefined;
  /** Called with every event of calls to Ayrshare. Events are redacted. Errors thrown by the function are ignored. */
  onEvent?: ((event: AyrshareEvent) => void) | undefined;
  /**
   * Called with errors thrown by the operator's functions and store, and with errors about invalid values that they return; callers
   * never see them. Errors thrown by this function are ignored. Without it, only the first error is logged to the console.
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** A gateway. */
export interface Gateway {
  /**
   * Handles one request. Does not use `this`.
   *
   * @throws {@link AyrshareError} of kind `config`, as a rejection, if an option is invalid.
   */
  fetch(this: void, request: Request, context?: GatewayContext): Promise<Response>;
}
