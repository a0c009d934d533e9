/** The gateway's shell: it moves bytes between the caller, the operator's code, the store and the wasm, which decides. */
import { AyrshareError } from "../errors.js";
import { toAyrshareError } from "../failure.js";
import type { EdgeGateway, Visit } from "../glue/ayrshare_user_gateway.js";
import type { Kept } from "../glue/wire.js";
import { guardOf, through } from "./guard.js";
import type { Gateway, GatewayContext, GatewayOptions, GatewayStore, KeptAnswer } from "./options.js";
import { edge, type Glue } from "./runtime.js";
import { linesOf, maxAgeOf, openStore } from "./store.js";
import { eventOf, handled, type Flat, type Handling } from "./webhook.js";

/** What asking Ayrshare gave, and what becomes of the store: `null` drops, a head is what to keep the bytes with. */
type Asked = [...Flat, keep?: string | null, bytes?: Uint8Array<ArrayBuffer>, listName?: string];
type Lines = { next(): Promise<Uint8Array | undefined>; cancel(): void; free(): void };
type Opened = [...Flat, first?: Uint8Array, lines?: Lines];

/** The only headers of a request that are looked at. */
const HEADERS = ["origin", "access-control-request-method", "if-none-match"];
/** The wasm never looks at longer texts, and its memory never shrinks: what a caller sends must not make it grow. */
const TEXT_MAX = 9_000;
/** Longest life of a kept answer, in seconds, without the time it may stand in for a newer one. */
const DAY_S = 86_400;
const STALE_MS = 3_600_000;

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
  const given = { ...options };
  if (typeof given.authorize !== "function" && given.allowUnauthenticated !== true) {
    const message = "`authorize` is missing: without it everybody could read; give a function, or set `allowUnauthenticated` if everybody may";
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
  #store: GatewayStore | undefined;
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
      return (await this.#refusal(visit, request)) ?? (await this.#answer(wasm, visit, request, context));
    } finally {
      // In a newer instance, its number may be somebody else's.
      if (edge.generation === madeIn) visit.free();
    }
  }

  /** Asks the operator's code who this is; a reply, where that ends it. */
  async #refusal(visit: Visit, request: Request): Promise<Response | undefined> {
    let refused: Flat | undefined;
    const { authorize } = this.#options;
    const alive = life();
    try {
      const grant = await authorize?.(request);
      const isKnown = authorize === undefined || (grant !== null && grant !== undefined);
      const key = isKnown ? await this.#key() : undefined;
      refused = alive(() => visit.grant(grant, key)) as Flat | undefined;
      if (refused?.[0].startsWith("500")) {
        const message = "`authorize` must return null or `{ profileKey?, scope? }`, and `apiKey` must be a key as a header can carry it";
        this.#tell(new AyrshareError({ kind: "config", message }));
      }
    } catch (error) {
      this.#tell(error);
      refused = alive(() => visit.fail()) as Flat | undefined;
    }
    return refused && respond(refused);
  }

  async #answer(wasm: Glue, visit: Visit, request: Request, context: GatewayContext | undefined): Promise<Response> {
    const alive = life();
    if (visit.is_profiles()) return this.#profiles(visit, request);
    const name = this.#store && visit.name();
    const kept = name === undefined ? undefined : await this.#kept(name);
    const hit = kept && (alive(() => visit.hit(kept.head)) as Flat | undefined);
    if (hit) return respond(hit, kept);
    const asked = await new Promise<Asked>((resolve) => alive(() => visit.ask(kept?.head, request.signal, resolve)));
    const [head, body, keep, bytes, listName] = asked;
    if (name !== undefined && keep !== undefined) {
      const changing = this.#change(wasm, name, keep, bytes, listName).catch((error: unknown) => this.#tell(error));
      if (typeof context?.waitUntil === "function") context.waitUntil(changing);
      else await changing;
    }
    return respond([head, body], kept);
  }

  /** The store is the operator's, or a network away: where it fails, nothing is kept. */
  async #kept(name: string): Promise<KeptAnswer | undefined> {
    try {
      return (await this.#store?.get(name)) ?? undefined;
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  async #change(wasm: Glue, name: string, head: string | null, body?: Uint8Array<ArrayBuffer>, listName?: string): Promise<void> {
    const store = this.#store;
    if (store === undefined) return;
    if (head === null || body === undefined) {
      await store.delete(name);
      return;
    }
    await store.put(name, { head, body }, maxAgeOf(head));
    if (listName === undefined) return;
    const list = textOf(await store.get(listName));
    const maxAgeS = DAY_S + Math.ceil((this.#options.staleIfErrorMs ?? STALE_MS) / 1000);
    const names = { head: `cache-control: max-age=${maxAgeS}`, body: new TextEncoder().encode(wasm.with_name(list, name) ?? list) };
    await store.put(listName, names, maxAgeS);
  }

  /** The batch file's records, read only as fast as the caller takes them. */
  async #profiles(visit: Visit, request: Request): Promise<Response> {
    const madeIn = edge.generation;
    const [head, body, first, lines] = (await visit.profiles(request.signal)) as Opened;
    if (first === undefined || lines === undefined) return respond([head, body]);
    const end = () => {
      if (edge.generation !== madeIn) return;
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
      if (next !== undefined) return;
      controller.close();
      end();
    };
    const failing = (controller: ReadableStreamDefaultController<Uint8Array>) =>
      pull(controller).catch((error: unknown) => {
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
    const event = await eventOf(wasm, gateway, request, webhooks.secret);
    if (!event.body) return respond(event.refused);
    const { body } = event;
    const claimed = alive(() => gateway.claim(body)) as [...Flat] | [undefined, string, string | undefined];
    if (claimed[0] !== undefined) return respond(claimed as Flat);
    const [, id, refId] = claimed;
    const handling: Handling = {
      run: async () => {
        if (refId !== undefined) await this.#forget(gateway, refId);
        await webhooks.onEvent?.(JSON.parse(new TextDecoder().decode(body)), context);
      },
      settle: (isDone) => alive(() => gateway.settle(id as string, isDone)) as Flat,
      tell: (error) => this.#tell(error),
      context,
    };
    return respond(await handled(handling, wasm));
  }

  /** Drops every answer kept for the profile with this reference id. */
  async #forget(gateway: EdgeGateway, refId: string): Promise<void> {
    const store = this.#store;
    if (store === undefined) return;
    const alive = life();
    const key = await this.#key();
    const listName = alive(() => gateway.list_name(key, refId));
    const names = textOf(await store.get(listName)).split("\n");
    for (const name of names) if (name !== "") await store.delete(name);
    await store.delete(listName);
  }

  async #key(): Promise<string> {
    const { apiKey } = this.#options;
    return typeof apiKey === "function" ? await apiKey() : apiKey;
  }

  /** The gateway in the present instance; after a trap, a new one with the same options. */
  #open(wasm: Glue): EdgeGateway {
    if (this.#gateway === undefined || this.#madeIn !== edge.generation) {
      const guard = guardOf(this.#options);
      const nameOf = (authorization: string, profileKey: string | undefined) => gateway.guard_name(authorization, profileKey);
      const send = guard && through(guard, this.#options, nameOf, (error) => this.#tell(error));
      const gateway: EdgeGateway = new wasm.EdgeGateway(this.#options, send, this.#remembered);
      for (const [profile, memory] of this.#remembered) gateway.restore(profile, ...memory);
      this.#store ??= openStore(this.#options.store, wasm.store_url);
      this.#gateway = gateway;
      this.#madeIn = edge.generation;
    }
    return this.#gateway;
  }

  #tell(error: unknown): void {
    try {
      this.#options.onError?.(error);
    } catch {
      // What an observer throws is its own affair.
    }
  }
}

/** Calls only as long as the instance lives in which the called thing was made: a trap ends it at any `await`. */
function life(madeIn = edge.generation): <T>(call: () => T) => T {
  return (call) => {
    if (edge.generation !== madeIn) throw new WebAssembly.RuntimeError("its instance is gone");
    return call();
  };
}

const textOf = (kept: KeptAnswer | null | undefined) => (kept ? new TextDecoder().decode(kept.body) : "");

function respond([head, body]: Flat, kept?: KeptAnswer): Response {
  const status = Number(head.slice(0, 3));
  const headers = linesOf(head.slice(3));
  return new Response(body === true ? ((kept?.body ?? null) as BodyInit | null) : body, { status, headers });
}

