/**
 * Cached responses in the store, and the generations that invalidate them. Stores have no transactions and may be asynchronous, so
 * nothing is ever read, changed and written back. A generation is a random token. An event replaces the token, and each cached response
 * has the token that was current when it was requested. If that differs from the token in the store, the cached response is invalid.
 *
 * An event identifies a profile by its reference id, which is unknown before the first response. So the whole account has a token, too,
 * which every event replaces before that of its profile. A first response is cached only if the account's token is the same before and
 * after the request.
 */
import { AyrshareError } from "../errors/ayrshare-error.js";
import { bytesOf } from "../wasm/compile.js";
import { within } from "./callback-timeout.js";
import type { StoredReply } from "../glue/ayrshare_user_gateway.js";
import type { GatewayStore, CachedResponse } from "./options.js";
import { MemoryStore, maxAgeOf } from "./store.js";

/** Maximum lifetime of a cached response in seconds, not counting the time for which it may be served stale. */
const DAY_S = 86_400;
const MARK = /(?:^|\n)x-gateway-generation: ([0-9a-f]{64}) ([0-9a-f-]{36})(?:\n|$)/;
const LENGTH = /(?:^|\n)x-gateway-length: (\d+)(?:\n|$)/;
const TOKEN = /^[0-9a-f-]{36}$/;
/** Created at first use, so that the module can be imported without it. */
let decoder: TextDecoder | undefined;

/** What the store has for a request. */
export interface Found {
  /** The cached response, if it is valid. */
  readonly answer?: CachedResponse | undefined;
  /** Name and current token of the profile's generation, if there was a cached response that names it. */
  readonly profile?: string | undefined;
  readonly token?: string | undefined;
}

/** The generation in which a response is requested. */
export interface Generation {
  readonly name: string;
  readonly token: string;
  readonly isAccount: boolean;
}

export interface CacheOptions {
  timeoutMs: number;
  staleIfErrorMs: number;
  /** Whether one request may await a promise of another. */
  isShared: boolean;
  tell: (error: unknown) => void;
}

/** @internal */
export class ResponseCache {
  /** Whether writes complete synchronously, so that awaiting them does not delay a response. */
  readonly isInstant: boolean;
  readonly #store: GatewayStore;
  readonly #timeoutMs: number;
  readonly #maxAgeS: number;
  readonly #tell: (error: unknown) => void;
  readonly #renewals: Map<string, Promise<string | undefined>> | undefined;

  constructor(store: GatewayStore, { timeoutMs, staleIfErrorMs, isShared, tell }: CacheOptions) {
    this.#store = store;
    this.isInstant = store instanceof MemoryStore;
    this.#timeoutMs = timeoutMs;
    this.#maxAgeS = DAY_S + Math.ceil(staleIfErrorMs / 1000);
    this.#tell = tell;
    this.#renewals = isShared ? new Map() : undefined;
  }

  /** Looks up the cached response with this name. */
  async find(name: string): Promise<Found> {
    return this.#within("get", async () => {
      const answer = await this.#get(name);
      const mark = answer && MARK.exec(answer.head);
      if (!mark) return { answer };
      const [, profile, since] = mark as unknown as [string, string, string];
      const token = await this.#token(profile);
      return { answer: token === since ? answer : undefined, profile, token };
    });
  }

  /** The generation for a new request; `undefined` if the store does not hold one. */
  async begin({ profile, token }: Found, account: string): Promise<Generation | undefined> {
    const name = profile ?? account;
    const present = token ?? (await this.#within("put", async () => (profile ? undefined : await this.#token(name)) ?? (await this.#renew(name))));
    return present === undefined ? undefined : { name, token: present, isAccount: profile === undefined };
  }

  /** Stores a response that was requested in this generation. If it names no profile, no event can invalidate it. */
  keep(name: string, { headers, body: sent, generation: profile }: StoredReply, since: Generation): Promise<void> {
    return this.#within("put", async () => {
      // A store may change or transfer what it gets, and callers get the same bytes.
      const body = this.isInstant ? sent : sent.slice();
      const maxAgeS = maxAgeOf(headers);
      // A store may cut a body short, and a shorter text can be a valid response.
      const head = `${headers}\nx-gateway-length: ${body.byteLength}`;
      if (profile === undefined) return void (await this.#store.put(name, { head, body }, maxAgeS));
      let { token } = since;
      if (profile !== since.name) {
        const present = (await this.#token(profile)) ?? (await this.#renew(profile));
        // The order matters, because an event replaces the account's token first.
        const isCurrent = since.isAccount && (await this.#token(since.name)) === since.token;
        if (present === undefined || !isCurrent) return void (await this.#store.delete(name));
        token = present;
      }
      await this.#store.put(name, { head: `${head}\nx-gateway-generation: ${profile} ${token}`, body }, maxAgeS);
    });
  }

  /** Deletes a cached response. */
  drop(name: string): Promise<void> {
    return this.#within("delete", async () => void (await this.#store.delete(name)));
  }

  /** Invalidates a profile's cached responses, including those of requests in progress. */
  async end(account: string, profile: string): Promise<void> {
    await this.#within("put", () => this.#write(account));
    await this.#within("put", () => this.#write(profile));
  }

  /** Malformed values count as absent and are overwritten later. */
  async #get(name: string): Promise<CachedResponse | undefined> {
    const found: unknown = await this.#store.get(name);
    // Nobody else can write to the memory store.
    if (this.isInstant) return found as CachedResponse | undefined;
    if (found === undefined || found === null) return undefined;
    const { head, body } = found as Partial<Record<keyof CachedResponse, unknown>>;
    const bytes = ownBytesOf(body);
    const length = typeof head === "string" ? LENGTH.exec(head)?.[1] : undefined;
    const isWhole = length === undefined || Number(length) === bytes?.byteLength;
    if (typeof head === "string" && bytes !== undefined && isWhole) return { head, body: bytes };
    const message = "`store.get` returned something that was not put there: it must return the same `{ head, body }`, with the body as bytes";
    this.#tell(new AyrshareError({ kind: "config", message }));
    return undefined;
  }

  async #token(name: string): Promise<string | undefined> {
    const found = await this.#get(name);
    const text = found && (decoder ??= new TextDecoder()).decode(found.body);
    return text !== undefined && TOKEN.test(text) ? text : undefined;
  }

  /** Writes a new token if there was none. If another request does the same concurrently, both use the token that was written last. */
  #renew(name: string): Promise<string | undefined> {
    const renewal = this.#renewals?.get(name);
    if (renewal !== undefined) return renewal;
    const renewing = this.#within("put", async () => {
      await this.#write(name);
      return this.#token(name);
    }).finally(() => this.#renewals?.delete(name));
    this.#renewals?.set(name, renewing);
    return renewing;
  }

  async #write(name: string): Promise<void> {
    const kept = { head: `cache-control: max-age=${this.#maxAgeS}`, body: new TextEncoder().encode(crypto.randomUUID()) };
    await this.#store.put(name, kept, this.#maxAgeS);
  }

  #within<T>(method: string, task: () => Promise<T>): Promise<T> {
    return this.isInstant ? task() : within(this.#timeoutMs, `\`store.${method}\``, "storeTimeoutMs", task);
  }
}

/**
 * Copies bytes of any realm, because a store may still change its own, and a `Response` takes no shared or resizable memory. Does not use
 * `instanceof`, which a Proxy passes.
 */
function ownBytesOf(body: unknown): Uint8Array | undefined {
  try {
    return bytesOf(body)?.slice();
  } catch {
    // Its memory was transferred, or it is a Proxy whose traps throw.
    return undefined;
  }
}
