/** The gateway's shell: it moves bytes between the caller, the operator's code, the store and the wasm, which decides. */
import { AyrshareError, isAyrshareError } from "../errors.js";
import { toAyrshareError } from "../failure.js";
import type { EdgeGateway, Visit } from "../glue/ayrshare_user_gateway.js";
import type { Kept } from "../glue/wire.js";
import { AnswerCache } from "./cache.js";
import { guardOf, through } from "./guard.js";
import { Late, within } from "./limit.js";
import type { Gateway, GatewayContext, GatewayOptions, KeptAnswer } from "./options.js";
import { edge, type Glue } from "./runtime.js";
import { linesOf, openStore } from "./store.js";
import { eventOf, handled, headerOf, withDelivery, type Flat, type Handling } from "./webhook.js";

/** What asking Ayrshare gave, and what becomes of the store: `null` drops, a head is what to keep the bytes with. */
type Asked = [...Flat, keep?: string | null, bytes?: Uint8Array<ArrayBuffer>, profile?: string];
/** An event that is new: its id, the profile whose kept answers must go, and what is known of the delivery. */
type Claimed = [undefined, id: string, refId: string | undefined, deliveryId: string | undefined, attempt: number | undefined];
type Lines = { next(): Promise<Uint8Array | undefined>; cancel(): void; free(): void };
type Opened = [...Flat, first?: Uint8Array, lines?: Lines];

/** The only headers of a request that are looked at. */
const HEADERS = ["origin", "access-control-request-method", "if-none-match"];
/** The wasm never looks at longer texts, and its memory never shrinks: what a caller sends must not make it grow. */
const TEXT_MAX = 9_000;
const STALE_MS = 3_600_000;
const CALLBACK_TIMEOUT_MS = 10_000;
const STORE_TIMEOUT_MS = 2_000;
const BODY_TIMEOUT_MS = 5_000;
/** Whether a request may wait for what another one has begun. Workers and Vercel's edge runtime forbid it. */
const MAY_SHARE = (() => {
  const found = globalThis as unknown as Record<"process" | "Deno" | "Bun" | "WebSocketPair" | "EdgeRuntime", { versions?: { node?: string } } | undefined>;
  const isServer = (found.process?.versions?.node ?? found.Deno ?? found.Bun) !== undefined;
  return isServer && found.WebSocketPair === undefined && found.EdgeRuntime === undefined;
})();

/**
 * Makes a gateway: it holds the API key, and lets each caller read the profile that `authorize` grants. It keeps the guard's
 * and the memory store's state, so make one per isolate and not one per request.
 *
 * @throws {@link AyrshareError} of kind `config` where `authorize` is missing and `allowUnauthenticated` is not set. Any
 *   other wrong option makes `fetch` reject.
 *
 * @example
 * ```js
 * let gateway;
 * export default {
 *   fetch(request, env, ctx) {
 *     gateway ??= createGateway({
 *       apiKey: env.AYRSHARE_API_KEY,
 *       allowedOrigins: ["https://app.example.com"],
 *       authorize: async (request) => ({ profileKey: await profileOf(request) }),
 *     });
 *     return gateway.fetch(request, ctx);
 *   },
 * };
 * ```
 */
export function createGateway(options: GatewayOptions): Gateway {
  let given: GatewayOptions;
  try {
    given = { ...options };
  } catch (cause) {
    throw new AyrshareError({ kind: "config", message: "an option cannot be read: see `cause`", cause });
  }
  if (typeof given.authorize !== "function" && given.allowUnauthenticated !== true) {
    const message = "`authorize` is missing: without it anyone could read; pass a function, or set `allowUnauthenticated` to allow that";
    throw new AyrshareError({ kind: "config", message });
  }
  const shell = new Shell(given);
  const gateway: Gateway = { fetch: (request, context) => shell.fetch(request, context) };
  // What the tests of this package use to meet a panic.
  const trap = () => edge.run(async (wasm) => wasm.EdgeGateway.trap());
  return Object.defineProperty(gateway, Symbol.for("ayrshare-user.trap"), { value: trap });
}

class Shell {
  readonly #options: GatewayOptions;
  #cache: AnswerCache | undefined;
  #hasWritten = false;
  #gateway: EdgeGateway | undefined;
  #madeIn = -1;
  /** What the rate-limit guard must not forget when the wasm's instance is lost. */
  readonly #remembered: Kept = new Map();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  async fetch(request: Request, context: GatewayContext | undefined): Promise<Response> {
    try {
      return await edge.run((wasm) => this.#serve(wasm, request, context));
    } catch (cause) {
      const error = toAyrshareError(cause);
      // A gateway with a fault in its options never answers, so that the fault is found at the first request.
      if (error.kind === "config") throw error;
      this.#tell(error);
      const body = JSON.stringify({ action: "gateway", status: "error", message: "the gateway failed" });
      return new Response(body, { status: 500, headers: { "cache-control": "no-store", "content-type": "application/json; charset=utf-8" } });
    }
  }

  async #serve(wasm: Glue, request: Request, context: GatewayContext | undefined): Promise<Response> {
    const gateway = this.#open(wasm);
    let headers = "";
    for (const name of HEADERS) {
      const text = request.headers.get(name);
      if (text !== null) headers += `${name}: ${text.slice(0, TEXT_MAX)}\n`;
    }
    const received: unknown = gateway.receive(request.method.slice(0, TEXT_MAX), request.url.slice(0, TEXT_MAX), headers);
    if (Array.isArray(received)) return respond(received as Flat);
    if (received === undefined) return this.#event(wasm, gateway, request, context);
    const visit = received as Visit;
    const madeIn = edge.generation;
    try {
      return (await this.#refusal(visit, request)) ?? (await this.#answer(visit, request, context));
    } finally {
      // In a newer instance, its number may be somebody else's.
      if (edge.generation === madeIn) visit.free();
    }
  }

  /** Asks the operator's code who this is; a reply, where that ends it. */
  async #refusal(visit: Visit, request: Request): Promise<Response | undefined> {
    const { authorize } = this.#options;
    const alive = life();
    let grant: Granted | undefined = {};
    let key: string | undefined;
    try {
      if (authorize) grant = grantOf(await this.#callback("`authorize`", () => authorize(request)));
      if (grant) key = await this.#key();
    } catch (error) {
      this.#tell(error);
      const failed = alive(() => visit.fail(error instanceof Late)) as Flat;
      return respond(failed);
    }
    const refused = alive(() => (grant && key !== undefined ? visit.grant(key, grant.profileKey, grant.scope) : visit.refuse())) as Flat | undefined;
    if (refused?.[0].startsWith("500")) {
      this.#tell(wrong("`authorize` gave a grant that no caller can have, or `apiKey` a key that no header can carry"));
    }
    return refused && respond(refused);
  }

  async #answer(visit: Visit, request: Request, context: GatewayContext | undefined): Promise<Response> {
    const alive = life();
    if (visit.is_profiles()) return this.#profiles(visit, request);
    const cache = this.#cache;
    const name = cache && visit.name();
    const found = cache && name && (await this.#stored(() => cache.find(name)));
    let kept = found ? found.answer : undefined;
    if (kept) {
      const { head } = kept;
      const hit = alive(() => visit.hit(head)) as Flat | null | undefined;
      if (hit) return respond(hit, kept);
      if (hit === null) {
        this.#tell(wrong("`store.get` gave an answer whose `head` was changed: it must give the same `{ head, body }` again"));
        kept = undefined;
      }
    }
    const account = found && found.profile === undefined ? (alive(() => visit.generation()) as string) : "";
    const since = cache && found && (await this.#stored(() => cache.begin(found, account)));
    const shared = MAY_SHARE ? (since ? since.token : "") : undefined;
    const asked = await new Promise<Asked>((resolve) => alive(() => visit.ask(kept?.head, shared, request.signal, resolve)));
    const [head, body, keep, bytes, profile] = asked;
    if (cache && name && keep === null) await this.#beside(cache, cache.drop(name), context);
    if (cache && name && keep && bytes && since) await this.#beside(cache, cache.keep(name, keep, bytes, profile, since), context);
    return respond([head, body], kept);
  }

  /** The store is the operator's, or a network away: where it fails, nothing is kept. */
  async #stored<T>(task: () => Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  /** A change of the store never holds an answer back. */
  #beside(cache: AnswerCache, change: Promise<void>, context: GatewayContext | undefined): Promise<unknown> | undefined {
    const changing = this.#stored(() => change);
    if (cache.isInstant) return changing;
    try {
      if (typeof context?.waitUntil === "function") context.waitUntil(changing);
    } catch (error) {
      this.#tell(error);
    }
    return undefined;
  }

  /** The batch file's records, read only as fast as the caller takes them. */
  async #profiles(visit: Visit, request: Request): Promise<Response> {
    const madeIn = edge.generation;
    const [head, body, first, lines] = (await visit.profiles(request.signal)) as Opened;
    if (first === undefined || lines === undefined) return respond([head, body]);
    let isOver = false;
    const end = () => {
      if (isOver || edge.generation !== madeIn) return;
      isOver = true;
      lines.cancel();
      lines.free();
    };
    if (request.method === "HEAD") {
      end();
      return respond([head, body]);
    }
    let next: Uint8Array | undefined = first;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      if (next !== undefined) controller.enqueue(next);
      next = await edge.run(async () => life(madeIn)(() => lines.next()));
      if (next !== undefined || isOver) return;
      controller.close();
      end();
    };
    const failing = (controller: ReadableStreamDefaultController<Uint8Array>) =>
      pull(controller).catch((error: unknown) => {
        // The caller has left, and that is why.
        if (isOver) return;
        end();
        this.#tell(toAyrshareError(error));
        throw new Error("the batch file broke off");
      });
    const stream = new ReadableStream<Uint8Array>({ pull: failing, cancel: end }, { highWaterMark: 0 });
    return new Response(stream, { status: 200, headers: linesOf(head.slice(head.indexOf("\n"))) });
  }

  async #event(wasm: Glue, gateway: EdgeGateway, request: Request, context: GatewayContext | undefined): Promise<Response> {
    const { webhooks } = this.#options;
    if (webhooks === undefined) throw new Error("there is no webhook");
    const alive = life();
    const event = await eventOf(wasm, gateway, request, {
      secret: webhooks.secret,
      bodyTimeoutMs: webhooks.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
      ask: (task) => this.#callback("`webhooks.secret`", task),
      tell: (error) => this.#tell(error),
    });
    if (!event.body) return respond(event.refused);
    const { body } = event;
    const [sent, attempts] = [headerOf(request, "x-ayrshare-delivery-id"), headerOf(request, "x-ayrshare-delivery-attempt")];
    const claimed = alive(() => gateway.claim(body, sent, attempts)) as [...Flat] | Claimed;
    if (claimed[0] !== undefined) return respond(claimed as Flat);
    const [, id, refId, deliveryId, attempt] = claimed as Claimed;
    const handling: Handling = {
      first: async () => {
        if (refId !== undefined) await this.#forget(gateway, refId);
      },
      run: async () => void (await webhooks.onEvent?.(withDelivery(JSON.parse(new TextDecoder().decode(body)), deliveryId, attempt), context)),
      settle: (isDone) => alive(() => gateway.settle(id, isDone)) as Flat,
      tell: (error) => this.#tell(error),
      context,
    };
    return respond(await handled(handling, wasm));
  }

  /** Ends every answer of the profile with this reference id, those under way included. */
  async #forget(gateway: EdgeGateway, refId: string): Promise<void> {
    if (this.#cache === undefined) return;
    const alive = life();
    const key = await this.#key();
    const [account, profile] = alive(() => [gateway.generation(key), gateway.generation(key, refId)] as const);
    await this.#cache.end(account, profile);
  }

  async #key(): Promise<string> {
    const { apiKey } = this.#options;
    const key: unknown = typeof apiKey === "function" ? await this.#callback("`apiKey`", () => apiKey()) : apiKey;
    if (typeof key !== "string") throw wrong("the `apiKey` function must return a string");
    return key;
  }

  #callback<T>(what: string, task: () => T | PromiseLike<T>): Promise<T> {
    return within(this.#options.callbackTimeoutMs ?? CALLBACK_TIMEOUT_MS, what, "callbackTimeoutMs", task);
  }

  /** The gateway in the present instance; after a trap, a new one with the same options. */
  #open(wasm: Glue): EdgeGateway {
    if (this.#gateway === undefined || this.#madeIn !== edge.generation) {
      const guard = guardOf(this.#options);
      const nameOf = (authorization: string, profileKey: string | undefined) => gateway.guard_name(authorization, profileKey);
      const send = guard && through(guard, this.#options, nameOf, (error) => this.#tell(error));
      const gateway: EdgeGateway = new wasm.EdgeGateway(this.#options, send, this.#remembered);
      for (const [profile, memory] of this.#remembered) gateway.restore(profile, ...memory);
      this.#cache ??= this.#openCache(wasm);
      this.#gateway = gateway;
      this.#madeIn = edge.generation;
    }
    return this.#gateway;
  }

  #openCache(wasm: Glue): AnswerCache | undefined {
    const { store: option, storeTimeoutMs = STORE_TIMEOUT_MS, staleIfErrorMs = STALE_MS } = this.#options;
    const tell = (error: unknown) => this.#tell(error);
    const store = openStore(option, wasm.store_url, tell);
    return store && new AnswerCache(store, { timeoutMs: storeTimeoutMs, staleIfErrorMs, isShared: MAY_SHARE, tell });
  }

  #tell(error: unknown): void {
    try {
      if (this.#options.onError) {
        // Neither what an observer throws nor what its promise rejects with may end anything.
        Promise.resolve(this.#options.onError(error)).catch(() => undefined);
      } else if (!this.#hasWritten) {
        this.#hasWritten = true;
        // An error of the operator's own code may hold a key.
        const what = isAyrshareError(error) ? error.message : "a function or store of your options failed";
        console.error(`ayrshare-user/gateway: ${what}. Set \`onError\` to see this and every later failure.`);
      }
    } catch {
      // The same.
    }
  }
}

type Granted = { profileKey?: string | undefined; scope?: string | undefined };

/** What `authorize` returned; `undefined` for a caller it does not know. */
function grantOf(given: unknown): Granted | undefined {
  if (given === null || given === undefined) return undefined;
  const { profileKey, scope } = given as Record<"profileKey" | "scope", unknown>;
  const isText = (value: unknown): value is string | null | undefined => value === null || value === undefined || typeof value === "string";
  if (typeof given === "object" && isText(profileKey) && isText(scope)) return { profileKey: profileKey ?? undefined, scope: scope ?? undefined };
  throw wrong("`authorize` must return null or `{ profileKey?, scope? }`, both of them strings");
}

const wrong = (message: string) => new AyrshareError({ kind: "config", message });

/** Calls only as long as the instance lives in which the called thing was made: a trap ends it at any `await`. */
function life(madeIn = edge.generation): <T>(call: () => T) => T {
  return (call) => {
    if (edge.generation !== madeIn) throw new WebAssembly.RuntimeError("its instance is gone");
    return call();
  };
}

function respond([head, body]: Flat, kept?: KeptAnswer): Response {
  const status = Number(head.slice(0, 3));
  const headers = linesOf(head.slice(3));
  return new Response(body === true ? ((kept?.body ?? null) as BodyInit | null) : body, { status, headers });
}

