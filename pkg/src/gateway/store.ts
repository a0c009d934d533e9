/** Stores for responses. The wasm decides what is stored, under which name and for how long. */
import { AyrshareError } from "../errors/ayrshare-error.js";
import type { GatewayOptions, GatewayStore, CachedResponse } from "./options.js";

/** Limits of the memory store: about as much as an isolate can spare. */
const MAX_ENTRIES = 2_000;
const MAX_BYTES = 16 * 2 ** 20;

/** Opens the store that the option selects; `undefined` for `"none"`. */
export function openStore(option: GatewayOptions["store"], url: (name: string) => string, tell: (error: unknown) => void): GatewayStore | undefined {
  if (option === "none") return undefined;
  if (option === "memory") return new MemoryStore();
  if (typeof option === "object") return usable(option);
  if (option !== undefined && option !== "cache") throw wrong();
  const cache = (globalThis as { caches?: { default?: Cache } }).caches?.default;
  if (option === "cache") return new CacheStore(cache ?? missing(), url, tell);
  return cache === undefined ? new MemoryStore() : new CacheStore(cache, url, tell, new MemoryStore());
}

function usable(store: GatewayStore): GatewayStore {
  if (!hasMethods(store, "get", "put", "delete")) throw wrong();
  return store;
}

/** @internal Whether an object passed by the operator has these methods. If reading one throws, it does not. */
export function hasMethods<T>(object: T, ...names: (keyof T)[]): boolean {
  try {
    return names.every((name) => typeof object[name] === "function");
  } catch {
    return false;
  }
}

const wrong = () => ({ kind: "config", message: '`store` must be "cache", "memory", "none", or have the methods get, put and delete' });

function missing(): never {
  throw { kind: "config", message: '`store` is "cache", but this runtime has no `caches.default`: leave it out, or use "memory"' };
}

/** An LRU cache in the memory of one isolate. */
export class MemoryStore implements GatewayStore {
  readonly #kept = new Map<string, { cached: CachedResponse; untilMs: number }>();
  #bytes = 0;

  get(name: string): CachedResponse | undefined {
    const found = this.#kept.get(name);
    if (found === undefined) return undefined;
    if (found.untilMs <= Date.now()) return void this.delete(name);
    this.#kept.delete(name);
    this.#kept.set(name, found);
    return found.cached;
  }

  put(name: string, cached: CachedResponse, maxAgeS: number): void {
    this.delete(name);
    if (cached.body.byteLength > MAX_BYTES) return;
    this.#kept.set(name, { cached, untilMs: Date.now() + maxAgeS * 1000 });
    this.#bytes += cached.body.byteLength;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_ENTRIES && this.#bytes <= MAX_BYTES) break;
      this.delete(oldest);
    }
  }

  delete(name: string): void {
    this.#bytes -= this.#kept.get(name)?.cached.body.byteLength ?? 0;
    this.#kept.delete(name);
  }
}

const WITHOUT_EFFECT = "the Cache API of this Worker stores nothing, as in previews and on workers.dev";
const MEMORY_INSTEAD = `${WITHOUT_EFFECT}: responses are cached in the memory of each isolate. Serve the Worker from your own domain, or set \`store\` to your own store`;
const NOTHING_KEPT = `${WITHOUT_EFFECT}, and \`store\` is "cache": no response is cached. Omit \`store\`, or serve the Worker from your own domain`;

/** An entry with a shorter lifetime may be gone for that reason, so it is not checked. */
const PROBED_S = 60;

/**
 * The Cache API of Workers, which is local to a data centre. If it exists but fails, as in a bare workerd, or silently stores nothing,
 * memory is used. To notice that, the first entry is looked up right after it was put, once per isolate.
 */
class CacheStore implements GatewayStore {
  readonly #cache: Cache;
  readonly #url: (name: string) => string;
  readonly #otherwise: GatewayStore | undefined;
  readonly #tell: (error: unknown) => void;
  #works = true;
  #isProven = false;

  constructor(cache: Cache, url: (name: string) => string, tell: (error: unknown) => void, otherwise?: GatewayStore) {
    this.#cache = cache;
    this.#url = url;
    this.#tell = tell;
    this.#otherwise = otherwise;
  }

  async get(name: string): Promise<CachedResponse | null | undefined> {
    return this.#try(
      async () => {
        const found = await this.#cache.match(this.#url(name));
        if (found === undefined) return undefined;
        this.#isProven = true;
        const head = [...found.headers].map(([key, value]) => `${key}: ${value}`).join("\n");
        return { head, body: new Uint8Array(await found.arrayBuffer()) };
      },
      (store) => store.get(name),
    );
  }

  async put(name: string, cached: CachedResponse, maxAgeS: number): Promise<void> {
    const headers = linesOf(cached.head);
    const put = () => this.#cache.put(this.#url(name), new Response(cached.body as BodyInit, { headers }));
    await this.#try(
      async () => {
        // Any cached entry may be evicted at any time, but two in a row are unlikely.
        for (let times = 0; times < 2; times += 1) {
          await put();
          if (this.#isProven || maxAgeS < PROBED_S || (await this.#has(name))) return;
        }
        this.#giveUp();
        await this.#otherwise?.put(name, cached, maxAgeS);
      },
      (store) => store.put(name, cached, maxAgeS),
    );
  }

  async #has(name: string): Promise<boolean> {
    const found = await this.#cache.match(this.#url(name));
    // Not awaited: cancelling one branch of a tee settles only after the other branch is read or cancelled.
    found?.body?.cancel().catch(() => undefined);
    this.#isProven ||= found !== undefined;
    return found !== undefined;
  }

  /** Reports once that the Cache API stores nothing, and stops checking. */
  #giveUp(): void {
    if (!this.#works) return;
    this.#works = false;
    this.#isProven = this.#otherwise === undefined;
    this.#tell(new AyrshareError({ kind: "config", message: this.#isProven ? NOTHING_KEPT : MEMORY_INSTEAD }));
  }

  async delete(name: string): Promise<void> {
    await this.#try(
      () => this.#cache.delete(this.#url(name)),
      (store) => store.delete(name),
    );
  }

  async #try<T, O>(task: () => Promise<T>, otherwise: (store: GatewayStore) => O): Promise<T | Awaited<O>> {
    if (this.#works || this.#otherwise === undefined) {
      try {
        return await task();
      } catch (error) {
        if (this.#otherwise === undefined) throw error;
        this.#works = false;
      }
    }
    return await otherwise(this.#otherwise as GatewayStore);
  }
}

/** Parses headers, one per line and each only once. Returns an object, because workerd reads one twice as fast as pairs. */
export function linesOf(lines: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let from = 0; from < lines.length; ) {
    let end = lines.indexOf("\n", from);
    if (end < 0) end = lines.length;
    const colon = lines.indexOf(": ", from);
    if (end > from) headers[lines.slice(from, colon)] = lines.slice(colon + 2, end);
    from = end + 1;
  }
  return headers;
}

/** The seconds in `cache-control: max-age=…`. */
export function maxAgeOf(head: string): number {
  return Number(/cache-control: max-age=(\d+)/.exec(head)?.[1] ?? 0);
}
