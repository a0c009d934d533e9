/** What a gateway takes, as TypeScript readers see it. The wasm checks every value again. */
import type { AyrshareEvent, Fetch } from "../options.js";
import type { WebhookEvent } from "./events.js";

/** What a caller may read. */
export interface Grant {
  /** The one User Profile whose data the caller may read. */
  profileKey?: string | null | undefined;
  /**
   * `"all-profiles"` opens the batch routes, beside the profile of `profileKey` if there is one. `"primary-profile"`
   * lets the caller read the account's Primary Profile; a missing `profileKey` alone never does.
   */
  scope?: "all-profiles" | "primary-profile" | null | undefined;
}

/** What a platform hands to `fetch` beside the request; only `waitUntil` is used, where there is one. */
export interface GatewayContext {
  /** Keeps the isolate alive until the promise settles: answers are stored after they were sent. */
  waitUntil?(promise: Promise<unknown>): void;
}

/** An answer in the store. */
export interface KeptAnswer {
  /** What is known of it: headers, each on a line of its own, as `etag: W/"…"`. */
  readonly head: string;
  /** The body, byte for byte. */
  readonly body: Uint8Array;
}

/**
 * A place to keep answers in. Names are SHA-256 in hexadecimal digits, and tell nothing. A `get` must give what the last `put` has
 * stored: where it may give something older, as in Workers KV, answers from before a webhook may come back for that long.
 */
export interface GatewayStore {
  /** What was put under this name, or nothing. */
  get(name: string): KeptAnswer | null | undefined | PromiseLike<KeptAnswer | null | undefined>;
  /**
   * Keeps an answer in place of the one before.
   *
   * @param maxAgeS - Seconds after which it may be forgotten.
   */
  put(name: string, answer: KeptAnswer, maxAgeS: number): unknown;
  /** Forgets what is kept under this name, if anything is. */
  delete(name: string): unknown;
}

/** The binding of a Durable Object namespace, as far as a gateway uses it. */
export interface GuardNamespace {
  /** The id of the object of that name: a hash, no key shows in it. */
  idFromName(name: string): unknown;
  /** The object, wherever it runs. */
  get(id: unknown): {
    /** Has the object make a call. */
    fetch(url: string, init: { headers: Record<string, string>; signal: AbortSignal }): Promise<Response>;
  };
}

/** What a runtime hands to a Durable Object, as far as the guard uses it. */
export interface GuardState {
  /** What outlives the object's memory: refusals and pauses, as numbers. */
  readonly storage: {
    /** What is stored under that name. */
    get(name: string): Promise<unknown>;
    /** Stores a value. */
    put(name: string, value: unknown): Promise<void>;
    /** Has the object woken at a time, in milliseconds since 1970. */
    setAlarm(timeMs: number): Promise<void>;
    /** Forgets everything. */
    deleteAll(): Promise<void>;
  };
}

/** The profile that an event says it is about. */
export interface WebhookProfile {
  /** Its reference id. Anybody can send one: the event's signature is checked only afterwards. */
  readonly refId: string | undefined;
}

/** One secret, or several while it is exchanged: Ayrshare signs with the old and the new one for a day. */
export type WebhookSecret = string | readonly string[];

/** Events that Ayrshare sends instead of being asked again and again, at `prefix` + `/webhook`. */
export interface WebhookOptions {
  /**
   * The secret that Ayrshare signs with. Each User Profile may have one of its own; then a function that finds it by the profile's
   * reference id, and `null` where there is none: such an event gets 401. A profile without webhooks of its own uses those of the Primary
   * Profile, so return that secret too. Anybody who posts to the address can have the function called: it must be cheap, and
   * must not do anything. It may take `callbackTimeoutMs`; after that, and where it throws, Ayrshare is told to send the event again.
   */
  secret: WebhookSecret | ((profile: WebhookProfile) => WebhookSecret | null | undefined | PromiseLike<WebhookSecret | null | undefined>);
  /**
   * Called with each event whose signature fits, once per isolate and `hookId`. Ayrshare sends an event again where this
   * throws. After 8 seconds the event counts as taken, and this goes on beside.
   */
  onEvent?: ((event: WebhookEvent, context: GatewayContext | undefined) => unknown) | undefined;
  /** Milliseconds the body of an event may take to arrive; after that it gets 503. Default 5,000. */
  bodyTimeoutMs?: number | undefined;
  /**
   * Milliseconds that an event's timestamp may lie in the past; older ones get 401, and Ayrshare does not send them again. Default
   * 86,400,000 (24 hours), since a late retry may carry the time of the first one, and events are remembered for as long. The signature
   * does not cover the timestamp, so a shorter time does not keep a copied event out.
   */
  toleranceMs?: number | undefined;
}

/** Options of a gateway. But for the missing `authorize`, wrong ones make `fetch` reject with kind `config`. */
export interface GatewayOptions {
  /** The API key of the Primary Profile, or a function that returns it, asked once per request. */
  apiKey: string | (() => string | PromiseLike<string>);
  /**
   * Says what the sender of a request may read: `null` for nobody known (401), otherwise a grant. What it throws becomes a
   * 500 without detail, and is told to `onError`.
   */
  authorize?: ((request: Request) => Grant | null | undefined | PromiseLike<Grant | null | undefined>) | undefined;
  /** Lets everybody read the one profile of `profileKey`, in place of `authorize`. The batch routes stay closed. */
  allowUnauthenticated?: boolean | undefined;
  /** With `allowUnauthenticated`: the User Profile that everybody reads. Without one, it is the Primary Profile. */
  profileKey?: string | undefined;
  /** Origins whose pages may read answers, as browsers send them, such as `https://app.example.com`. Others get 403. */
  allowedOrigins?: readonly string[] | undefined;
  /** Further request headers that these pages may send, such as the one that `authorize` reads. */
  allowedHeaders?: readonly string[] | undefined;
  /** Whether these pages may send cookies. Default false. */
  allowCredentials?: boolean | undefined;
  /** Where the routes begin. Default `/ayrshare`. */
  prefix?: string | undefined;
  /** Where Ayrshare is. Default `https://app.ayrshare.com/api`. */
  baseUrl?: string | undefined;
  /** Used instead of the global `fetch`, which is looked up at each call. */
  fetch?: Fetch | undefined;
  /** Milliseconds one try may take, its body included. Default 10,000. */
  timeoutMs?: number | undefined;
  /** Milliseconds the whole call may take, its waits included. Default 30,000. */
  totalTimeoutMs?: number | undefined;
  /** How often a failed try is repeated at most. Default 2. */
  maxRetries?: number | undefined;
  /** Bytes an answer of the API may have at most. Default 8,388,608 (8 MiB). */
  maxBodyBytes?: number | undefined;
  /** Whether calls fail at once while a profile's rate limit is known to be used up. Default true. */
  rateLimitGuard?: boolean | undefined;
  /**
   * The namespace of the {@link AyrshareGuard} objects, one for each profile: all isolates then know of a rate limit that one
   * of them met, and concurrent calls for the same thing share one request. Where an object fails, its calls are sent
   * without it and `onError` is told. Without this option each isolate guards for itself.
   */
  guard?: GuardNamespace | undefined;
  /**
   * Where answers are kept until their own `nextUpdate`. By default the Cache API of Workers, and memory where there is
   * none; `"none"` keeps nothing.
   */
  store?: "cache" | "memory" | "none" | GatewayStore | undefined;
  /** Milliseconds a kept answer may stand in for a newer one while Ayrshare fails. Default 3,600,000 (1 hour). */
  staleIfErrorMs?: number | undefined;
  /** Milliseconds `authorize` may take, and an `apiKey` function; after that the caller gets 503. Default 10,000. */
  callbackTimeoutMs?: number | undefined;
  /**
   * Milliseconds that reading from the store may take, and writing; after that the request goes on without it. Where the answer is
   * there already, it does not wait for writing at all. Default 2,000.
   */
  storeTimeoutMs?: number | undefined;
  /** Milliseconds `/user/batch/profiles` waits for the batch file. Default 900,000 (15 minutes). */
  wait?: number | undefined;
  /** Milliseconds without a byte after which the line to the batch file counts as broken. Default 30,000. */
  idleTimeoutMs?: number | undefined;
  /** Bytes one record of the batch file may have at most. Default 4,194,304 (4 MiB). */
  maxRecordBytes?: number | undefined;
  /** Opens the route for webhooks. */
  webhooks?: WebhookOptions | undefined;
  /** Called with every event of the calls to Ayrshare, redacted. What it throws is ignored. */
  onEvent?: ((event: AyrshareEvent) => void) | undefined;
  /**
   * Called with what the operator's own functions and store threw, and with what is wrong with what they gave; callers never see it.
   * What it throws is ignored. Without it, the first failure is written to the console.
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** A gateway. */
export interface Gateway {
  /**
   * Answers one request. Needs no `this`.
   *
   * @throws {@link AyrshareError} of kind `config`, as a rejection, where the options are wrong.
   */
  fetch(this: void, request: Request, context?: GatewayContext): Promise<Response>;
}
