/** Places to keep answers in. What is kept, under which name and how long is decided in the wasm. */
import type { GatewayOptions, GatewayStore, KeptAnswer } from "./options.js";

/** Bounds of the memory store: about as much as an isolate can spare. */
const MAX_ENTRIES = 2_000;
const MAX_BYTES = 16 * 2 ** 20;

/** The store that the option asks for; `undefined` for none. */
export function openStore(option: GatewayOptions["store"], url: (name: string) => string): GatewayStore | undefined {
  if (option === "none") return undefined;
  if (option === "memory") return new MemoryStore();
  if (typeof option === "object") return usable(option);
  if (option !== undefined && option !== "cache") throw wrong();
  const cache = (globalThis as { caches?: { default?: Cache } }).caches?.default;
  if (option === "cache") return new CacheStore(cache ?? missing(), url);
  return cache === undefined ? new MemoryStore() : new CacheStore(cache, url, new MemoryStore());
}

function usable(store: GatewayStore): GatewayStore {
  if ([store?.get, store?.put, store?.delete].some((method) => typeof method !== "function")) throw wrong();
  return store;
}

const wrong = () => ({ kind: "config", message: '`store` must be "cache", "memory", "none", or have the methods get, put and delete' });

function missing(): never {
  throw { kind: "config", message: '`store` is "cache", but this runtime has no `caches.default`: leave it out, or use "memory"' };
}

/** Of one isolate. The answer that was not asked for the longest goes first. */
export class MemoryStore implements GatewayStore {
  readonly #kept = new Map<string, { answer: KeptAnswer; untilMs: number }>();
  #bytes = 0;

  get(name: string): KeptAnswer | undefined {
    const found = this.#kept.get(name);
    if (found === undefined) return undefined;
    if (found.untilMs <= Date.now()) return void this.delete(name);
    this.#kept.delete(name);
    this.#kept.set(name, found);
    return found.answer;
  }

  put(name: string, answer: KeptAnswer, maxAgeS: number): void {
    this.delete(name);
    if (answer.body.byteLength > MAX_BYTES) return;
    this.#kept.set(name, { answer, untilMs: Date.now() + maxAgeS * 1000 });
    this.#bytes += answer.body.byteLength;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_ENTRIES && this.#bytes <= MAX_BYTES) break;
      this.delete(oldest);
    }
  }

  delete(name: string): void {
    this.#bytes -= this.#kept.get(name)?.answer.body.byteLength ?? 0;
    this.#kept.delete(name);
  }
}

/** The Cache API of Workers: of one data centre. Where it is there but does not work, as in a bare workerd, memory steps in. */
class CacheStore implements GatewayStore {
  readonly #cache: Cache;
  readonly #url: (name: string) => string;
  readonly #otherwise: GatewayStore | undefined;
  #works = true;

  constructor(cache: Cache, url: (name: string) => string, otherwise?: GatewayStore) {
    this.#cache = cache;
    this.#url = url;
    this.#otherwise = otherwise;
  }

  async get(name: string): Promise<KeptAnswer | null | undefined> {
    return this.#try(
      async () => {
        const found = await this.#cache.match(this.#url(name));
        if (found === undefined) return undefined;
        const head = [...found.headers].map(([key, value]) => `${key}: ${value}`).join("\n");
        return { head, body: new Uint8Array(await found.arrayBuffer()) };
      },
      (store) => store.get(name),
    );
  }

  async put(name: string, answer: KeptAnswer, maxAgeS: number): Promise<void> {
    const headers = linesOf(answer.head);
    await this.#try(
      () => this.#cache.put(this.#url(name), new Response(answer.body as BodyInit, { headers })),
      (store) => store.put(name, answer, maxAgeS),
    );
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

/** Headers, each on a line of its own, by name; none comes twice. An object, which workerd reads in half the time of pairs. */
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
