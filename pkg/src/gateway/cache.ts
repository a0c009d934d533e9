/**
 * Answers in the store, and the generations that end them. Stores have no transactions and may be asynchronous, so nothing is ever
 * read, changed and written back: a generation is a random token, an event puts a new one in its place, and an answer
 * carries the token that it was asked for under. Where that is not the token in the store, the answer does not count.
 *
 * An event names a profile by its reference id, which is not known before the first answer. So there is a token for the whole
 * account, too, which every event replaces before that of its profile: a first answer is kept only if the account's token is
 * the same before and after it was asked for.
 */
import { AyrshareError } from "../errors.js";
import { within } from "./limit.js";
import type { GatewayStore, KeptAnswer } from "./options.js";
import { MemoryStore, maxAgeOf } from "./store.js";

/** Longest life of a kept answer, in seconds, without the time it may stand in for a newer one. */
const DAY_S = 86_400;
const MARK = /(?:^|\n)x-gateway-generation: ([0-9a-f]{64}) ([0-9a-f-]{36})(?:\n|$)/;
const TOKEN = /^[0-9a-f-]{36}$/;
/** Made at first use, because importing needs nothing but the language. */
let decoder: TextDecoder | undefined;

/** What the store has for a request. */
export interface Found {
  /** The answer, if it counts. */
  readonly answer?: KeptAnswer | undefined;
  /** Name and present token of its profile's generation, where an answer was there that named it. */
  readonly profile?: string | undefined;
  readonly token?: string | undefined;
}

/** The generation that an answer is asked for under. */
export interface Generation {
  readonly name: string;
  readonly token: string;
  readonly isAccount: boolean;
}

export interface CacheOptions {
  timeoutMs: number;
  staleIfErrorMs: number;
  /** Whether a promise of one request may be awaited by another. */
  isShared: boolean;
  tell: (error: unknown) => void;
}

export class AnswerCache {
  /** Whether a write is done before anything else can happen, so that it may be awaited without holding an answer back. */
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

  /** The answer under this name, if it counts. */
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

  /** The generation to ask for a new answer under; `undefined` where the store holds none. */
  async begin({ profile, token }: Found, account: string): Promise<Generation | undefined> {
    const name = profile ?? account;
    const present = token ?? (await this.#within("put", async () => (profile ? undefined : await this.#token(name)) ?? (await this.#renew(name))));
    return present === undefined ? undefined : { name, token: present, isAccount: profile === undefined };
  }

  /** Keeps an answer that was asked for under this generation. Without a profile in it, no event can be about it. */
  keep(name: string, head: string, body: Uint8Array, profile: string | undefined, since: Generation): Promise<void> {
    return this.#within("put", async () => {
      const maxAgeS = maxAgeOf(head);
      if (profile === undefined) return void (await this.#store.put(name, { head, body }, maxAgeS));
      let { token } = since;
      if (profile !== since.name) {
        const present = (await this.#token(profile)) ?? (await this.#renew(profile));
        // Read in this order, because an event replaces the account's token first.
        const isCurrent = since.isAccount && (await this.#token(since.name)) === since.token;
        if (present === undefined || !isCurrent) return void (await this.#store.delete(name));
        token = present;
      }
      await this.#store.put(name, { head: `${head}\nx-gateway-generation: ${profile} ${token}`, body }, maxAgeS);
    });
  }

  /** Forgets an answer. */
  drop(name: string): Promise<void> {
    return this.#within("delete", async () => void (await this.#store.delete(name)));
  }

  /** Ends a profile's answers, those under way included. */
  async end(account: string, profile: string): Promise<void> {
    await this.#within("put", () => this.#write(account));
    await this.#within("put", () => this.#write(profile));
  }

  /** What is no answer counts as none, and is written over. */
  async #get(name: string): Promise<KeptAnswer | undefined> {
    const found: unknown = await this.#store.get(name);
    if (found === undefined || found === null) return undefined;
    const { head, body } = found as Partial<Record<keyof KeptAnswer, unknown>>;
    const bytes = bytesOf(body);
    if (typeof head === "string" && bytes !== undefined) return { head, body: bytes };
    const message = "`store.get` gave something that was not put there: it must give the same `{ head, body }` again, the body as bytes";
    this.#tell(new AyrshareError({ kind: "config", message }));
    return undefined;
  }

  async #token(name: string): Promise<string | undefined> {
    const found = await this.#get(name);
    const text = found && (decoder ??= new TextDecoder()).decode(found.body);
    return text !== undefined && TOKEN.test(text) ? text : undefined;
  }

  /** A new token where there was none. Whoever else did the same meanwhile, both go on with the one that is there in the end. */
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

/** Bytes of any realm, as bytes. */
function bytesOf(body: unknown): Uint8Array | undefined {
  if (body instanceof Uint8Array) return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  const isBuffer = Object.prototype.toString.call(body) === "[object ArrayBuffer]";
  return isBuffer ? new Uint8Array(body as ArrayBuffer) : undefined;
}
