/** The gateway server: it passes data between the caller, the operator's code, the store and the wasm, which makes all decisions. */
import { AyrshareError, isAyrshareError } from "../errors/ayrshare-error.js";
import { toAyrshareError } from "../wasm/to-error.js";
import type { EdgeGateway, EncodedReply, FetchedReply, GatewayRequest } from "../glue/ayrshare_user_gateway.js";
import { type GuardSnapshots, readList, readOptions } from "../glue/fetch.js";
import { read } from "../options/read.js";
import { ResponseCache } from "./response-cache.js";
import { guardOf, sendThroughGuard } from "./durable-guard.js";
import { isCallbackTimeout, within } from "./callback-timeout.js";
import type { Gateway, GatewayContext, GatewayOptions, CachedResponse, WebhookOptions } from "./options.js";
import { edge, type Glue } from "./runtime.js";
import { linesOf, openStore } from "./store.js";
import { eventOf, handleEvent, headerOf, withDelivery, type Handling } from "./webhook.js";

/** The only request headers that the wasm reads. */
const HEADERS = ["origin", "access-control-request-method", "if-none-match"];
/** The wasm never needs longer texts. Its memory never shrinks, so callers must not be able to make it grow. */
const TEXT_MAX = 9_000;
const STALE_MS = 3_600_000;
const CALLBACK_TIMEOUT_MS = 10_000;
const STORE_TIMEOUT_MS = 2_000;
const BODY_TIMEOUT_MS = 5_000;
const OPTIONS =
  "apiKey profileKey authorize allowUnauthenticated allowedOrigins allowedHeaders allowCredentials prefix baseUrl fetch timeoutMs totalTimeoutMs maxRetries maxBodyBytes rateLimitGuard guard store staleIfErrorMs callbackTimeoutMs storeTimeoutMs waitMs idleTimeoutMs maxRecordBytes webhooks onEvent onError";
const WEBHOOKS = "secret onEvent bodyTimeoutMs toleranceMs";
/** Whether a request may await a promise of another. Workers and Vercel's edge runtime forbid it. */
const MAY_SHARE = (() => {
  const found = globalThis as unknown as Record<"process" | "Deno" | "Bun" | "WebSocketPair" | "EdgeRuntime", { versions?: { node?: string } } | undefined>;
  const isServer = (found.process?.versions?.node ?? found.Deno ?? found.Bun) !== undefined;
  return isServer && found.WebSocketPair === undefined && found.EdgeRuntime === undefined;
})();

/**
 * Creates a gateway. It holds the API key and lets each caller read the profile that `authorize` grants. It also holds the state of
 * the rate-limit guard and of the memory store, so create one per isolate, not one per request.
 *
 * @throws {@link AyrshareError} of kind `config` if `authorize` is missing and `allowUnauthenticated` is not set, or if an option is
 *   unknown or cannot be read. Any other invalid option makes `fetch` reject.
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
  const given = read(options, OPTIONS);
  if (given.webhooks !== undefined) given.webhooks = webhooksOf(given.webhooks);
  if (typeof given.authorize !== "function" && given.allowUnauthenticated !== true) {
    const message = "`authorize` is missing: without it anyone could read; pass a function, or set `allowUnauthenticated` to allow that";
    throw new AyrshareError({ kind: "config", message });
  }
  const server = new GatewayServer(given);
  return { fetch: (request, context) => server.fetch(request, context) };
}

/** Copies the options when the gateway is created, like all others, so that an event cannot trigger a getter. */
function webhooksOf(given: WebhookOptions | null): WebhookOptions | undefined {
  if (given === null) return undefined;
  const copy = readOptions(given, WEBHOOKS);
  if (typeof copy === "string") throw wrong(`\`webhooks\`: ${copy}`);
  return { ...copy, secret: (readList(copy.secret) as string[] | undefined) ?? copy.secret };
}

class GatewayServer {
  readonly #options: GatewayOptions;
  #cache: ResponseCache | undefined;
  #hasWritten = false;
  #gateway: EdgeGateway | undefined;
  #generation = -1;
  /** State of the rate-limit guard that must survive the loss of the wasm instance. */
  readonly #remembered: GuardSnapshots = new Map();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  async fetch(request: Request, context: GatewayContext | undefined): Promise<Response> {
    try {
      return await edge.run((wasm) => this.#serve(wasm, request, context));
    } catch (cause) {
      const error = toAyrshareError(cause);
      // With invalid options, every request rejects, so that the mistake is found at the first one.
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
    const { reply, request: gatewayRequest } = gateway.receive(request.method.slice(0, TEXT_MAX), request.url.slice(0, TEXT_MAX), headers);
    if (reply) return respond(reply);
    if (!gatewayRequest) return this.#event(wasm, gateway, request, context);
    const generation = edge.generation;
    try {
      return (await this.#refusal(gatewayRequest, request)) ?? (await this.#answer(gatewayRequest, request, context));
    } finally {
      // In a newer instance, the pointer may belong to another object.
      if (edge.generation === generation) gatewayRequest.free();
    }
  }

  /** Calls `authorize` and gets the API key. Returns a response if the request is rejected. */
  async #refusal(gatewayRequest: GatewayRequest, request: Request): Promise<Response | undefined> {
    const { authorize } = this.#options;
    const alive = whileAlive();
    let grant: Granted | undefined = {};
    let key: string | undefined;
    try {
      if (authorize) grant = grantOf(await this.#callback("`authorize`", () => authorize(request)));
      if (grant) key = await this.#key();
    } catch (error) {
      this.#tell(error);
      return respond(alive(() => gatewayRequest.fail(isCallbackTimeout(error))));
    }
    const refused = alive(() => (grant && key !== undefined ? gatewayRequest.grant(key, grant.profileKey, grant.scope) : gatewayRequest.refuse()));
    if (refused?.status === 500) {
      this.#tell(wrong("`authorize` returned an invalid grant, or `apiKey` is not valid in a header"));
    }
    return refused && respond(refused);
  }

  async #answer(gatewayRequest: GatewayRequest, request: Request, context: GatewayContext | undefined): Promise<Response> {
    const alive = whileAlive();
    if (gatewayRequest.is_profiles()) return this.#profiles(gatewayRequest, request);
    const cache = this.#cache;
    const name = cache && gatewayRequest.cache_key();
    const found = cache && name && (await this.#stored(() => cache.find(name)));
    let kept = found ? found.answer : undefined;
    if (kept) {
      const { head } = kept;
      const hit = alive(() => gatewayRequest.cached_reply(head));
      if (hit) return respond(hit, kept);
      if (hit === null) {
        this.#tell(wrong("`store.get` returned a changed `head`: it must return the same `{ head, body }` that was put"));
        kept = undefined;
      }
    }
    const account = found && found.profile === undefined ? (alive(() => gatewayRequest.generation()) as string) : "";
    const since = cache && found && (await this.#stored(() => cache.begin(found, account)));
    const shared = MAY_SHARE ? (since ? since.token : "") : undefined;
    const { reply, change } = await new Promise<FetchedReply>((resolve) => alive(() => gatewayRequest.fetch_upstream(kept?.head, shared, request.signal, resolve)));
    if (cache && name && change === "drop") await this.#beside(cache, cache.drop(name), context);
    else if (cache && name && change && change !== "drop" && since) await this.#beside(cache, cache.keep(name, change, since), context);
    return respond(reply, kept);
  }

  /** Runs a store operation. The store is the operator's or remote; if it fails, the gateway works without it. */
  async #stored<T>(task: () => Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  /** Writes to the store without delaying the response. */
  #beside(cache: ResponseCache, change: Promise<void>, context: GatewayContext | undefined): Promise<unknown> | undefined {
    const changing = this.#stored(() => change);
    if (cache.isInstant) return changing;
    try {
      if (typeof context?.waitUntil === "function") context.waitUntil(changing);
    } catch (error) {
      this.#tell(error);
    }
    return undefined;
  }

  /** Streams the records of the batch file with backpressure. */
  async #profiles(gatewayRequest: GatewayRequest, request: Request): Promise<Response> {
    const generation = edge.generation;
    const { reply, first, rest: lines } = await gatewayRequest.profiles(request.signal);
    if (first === undefined || lines === undefined) return respond(reply);
    let isOver = false;
    const end = () => {
      if (isOver || edge.generation !== generation) return;
      isOver = true;
      lines.cancel();
      lines.free();
    };
    if (request.method === "HEAD") {
      end();
      return respond(reply);
    }
    let next: Uint8Array | undefined = first;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      if (next !== undefined) controller.enqueue(next);
      next = await edge.run(async () => whileAlive(generation)(() => lines.next()));
      if (next !== undefined || isOver) return;
      controller.close();
      end();
    };
    const failing = (controller: ReadableStreamDefaultController<Uint8Array>) =>
      pull(controller).catch((error: unknown) => {
        // The stream failed because the caller disconnected.
        if (isOver) return;
        end();
        this.#tell(toAyrshareError(error));
        throw new Error("the batch file could not be read to its end");
      });
    const stream = new ReadableStream<Uint8Array>({ pull: failing, cancel: end }, { highWaterMark: 0 });
    return new Response(stream, { status: 200, headers: linesOf(reply.headers) });
  }

  async #event(wasm: Glue, gateway: EdgeGateway, request: Request, context: GatewayContext | undefined): Promise<Response> {
    const { webhooks } = this.#options;
    if (webhooks === undefined) throw new Error("`webhooks` is not set");
    const alive = whileAlive();
    const event = await eventOf(wasm, gateway, request, {
      secret: webhooks.secret,
      bodyTimeoutMs: webhooks.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
      ask: (task) => this.#callback("`webhooks.secret`", task),
      tell: (error) => this.#tell(error),
    });
    if (!event.body) return respond(event.refused);
    const { body } = event;
    const [sent, attempts] = [headerOf(request, "x-ayrshare-delivery-id"), headerOf(request, "x-ayrshare-delivery-attempt")];
    const { reply, id = "", outdated, deliveryId, attempt } = alive(() => gateway.claim(body, sent, attempts));
    if (reply) return respond(reply);
    const handling: Handling = {
      first: async () => {
        if (outdated !== undefined) await this.#forget(gateway, outdated);
      },
      run: async () => void (await webhooks.onEvent?.(withDelivery(JSON.parse(new TextDecoder().decode(body)), deliveryId, attempt), context)),
      settle: (isDone) => alive(() => gateway.settle(id, isDone)),
      tell: (error) => this.#tell(error),
      context,
    };
    return respond(await handleEvent(handling, wasm));
  }

  /** Invalidates all cached responses of the profile with this reference id, including those of requests in progress. */
  async #forget(gateway: EdgeGateway, refId: string): Promise<void> {
    if (this.#cache === undefined) return;
    const alive = whileAlive();
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

  /** The gateway in the current instance. After a trap, a new one with the same options. */
  #open(wasm: Glue): EdgeGateway {
    if (this.#gateway === undefined || this.#generation !== edge.generation) {
      const guard = guardOf(this.#options);
      const nameOf = (authorization: string, profileKey: string | undefined) => gateway.guard_name(authorization, profileKey);
      const send = guard && sendThroughGuard(guard, this.#options, nameOf, (error) => this.#tell(error));
      const gateway: EdgeGateway = new wasm.EdgeGateway(this.#options, send, this.#remembered);
      this.#cache ??= this.#openCache(wasm);
      this.#gateway = gateway;
      this.#generation = edge.generation;
    }
    return this.#gateway;
  }

  #openCache(wasm: Glue): ResponseCache | undefined {
    const { store: option, storeTimeoutMs = STORE_TIMEOUT_MS, staleIfErrorMs = STALE_MS } = this.#options;
    const tell = (error: unknown) => this.#tell(error);
    const store = openStore(option, wasm.store_url, tell);
    return store && new ResponseCache(store, { timeoutMs: storeTimeoutMs, staleIfErrorMs, isShared: MAY_SHARE, tell });
  }

  #tell(error: unknown): void {
    try {
      if (this.#options.onError) {
        // Errors and rejections of an observer are ignored.
        Promise.resolve(this.#options.onError(error)).catch(() => undefined);
      } else if (!this.#hasWritten) {
        this.#hasWritten = true;
        // An error of the operator's code may contain a key.
        const what = isAyrshareError(error) ? error.message : "a function or store of your options failed";
        console.error(`ayrshare-user/gateway: ${what}. Set \`onError\` to see this and every later failure.`);
      }
    } catch {
      // Errors of an observer are ignored.
    }
  }
}

type Granted = { profileKey?: string | undefined; scope?: string | undefined };

/** Validates what `authorize` returned; `undefined` means an unknown caller. */
function grantOf(given: unknown): Granted | undefined {
  if (given === null || given === undefined) return undefined;
  const { profileKey, scope } = given as Record<"profileKey" | "scope", unknown>;
  const isText = (value: unknown): value is string | null | undefined => value === null || value === undefined || typeof value === "string";
  if (typeof given === "object" && isText(profileKey) && isText(scope)) return { profileKey: profileKey ?? undefined, scope: scope ?? undefined };
  throw wrong("`authorize` must return null or `{ profileKey?, scope? }`, both of them strings");
}

const wrong = (message: string) => new AyrshareError({ kind: "config", message });

/** Returns a function that makes calls only while the current instance is alive: during any `await`, a trap may end it. */
function whileAlive(generation = edge.generation): <T>(call: () => T) => T {
  return (call) => {
    if (edge.generation !== generation) throw new Error("the wasm instance is gone");
    return call();
  };
}

function respond({ status, headers, body }: EncodedReply, kept?: CachedResponse): Response {
  return new Response(body === true ? ((kept?.body ?? null) as BodyInit | null) : body, { status, headers: linesOf(headers) });
}

