/** The rate-limit guard of all isolates: a Durable Object for each profile, and the way through it to Ayrshare. */
import { bounded } from "./bytes.js";
import type { GatewayOptions, GuardNamespace, GuardState } from "./options.js";
import { edge } from "./runtime.js";

/** All that an object passes on of a request. */
const HEADERS = ["accept", "authorization", "profile-key"];
/** What belongs to a body as it came over the line, or to nobody behind the gateway. */
const NOT_PASSED = ["connection", "content-encoding", "content-length", "keep-alive", "set-cookie", "transfer-encoding"];
/** Milliseconds and bytes that an answer may take: an object does not know the options of the gateway. */
const LIMITS = "x-ayrshare-guard-limits";
/** Marks that no answer came, as opposed to an answer of Ayrshare's with this status. */
const FAILED = "x-ayrshare-guard-failed";
/** Longer ones are none to a timer. */
const LONGEST_MS = 2 ** 31 - 1;
const NO_BODY = [101, 204, 205, 304];
const HELD = "the profile's rate limit is used up: nothing was sent; call again after `retryAfterMs`";

/** What `createGateway` hands to its wasm in place of `fetch`. */
type Send = (url: string, init: { headers: Record<string, string>; signal: AbortSignal }) => Promise<Response>;
type Answer = { status: number; headers: [string, string][]; body: Uint8Array<ArrayBuffer> };

/** @internal The namespace of the option, and options that go with it. */
export function guardOf({ guard, fetch, rateLimitGuard }: GatewayOptions): GuardNamespace | undefined {
  if (guard === undefined || guard === null) return undefined;
  const wrong = (message: string) => ({ kind: "config", message });
  if ([guard.idFromName, guard.get].some((method) => typeof method !== "function")) {
    throw wrong("`guard` must be the binding of a Durable Object namespace, as `env.AYRSHARE_GUARD`");
  }
  if (fetch !== undefined) throw wrong("`fetch` has no effect on calls that `guard` sends: leave one of them out");
  if (rateLimitGuard === false) throw wrong("`guard` and `rateLimitGuard: false` exclude each other: leave one out");
  return guard;
}

/**
 * @internal Sends through the profile's object. Where that fails, whatever the reason, the request is sent from here, and the
 * guard of this isolate is all there is: better an answer than none because of a helper.
 */
export function through(
  guard: GuardNamespace,
  { timeoutMs = 10_000, maxBodyBytes = 8_388_608 }: GatewayOptions,
  nameOf: (authorization: string, profileKey: string | undefined) => string,
  tell: (error: unknown) => void,
): Send {
  const limits = `${Math.min(timeoutMs, LONGEST_MS)} ${maxBodyBytes}`;
  return async (url, init) => {
    let answer: Response;
    try {
      const id = guard.idFromName(nameOf(init.headers["authorization"] ?? "", init.headers["profile-key"]));
      answer = await guard.get(id).fetch(url, { ...init, headers: { ...init.headers, [LIMITS]: limits } });
      if (!answer.headers.has(LIMITS)) throw new Error(`the guard's object answered with ${answer.status}`);
    } catch (error) {
      if (init.signal.aborted) throw error;
      tell(error);
      return await globalThis.fetch(url, init);
    }
    if (answer.headers.has(FAILED)) throw new TypeError("the guard's object could not reach the server");
    return answer;
  };
}

/**
 * The Durable Object of one profile: while the profile's rate limit is used up it sends nothing, whichever isolate asks, and
 * concurrent calls for the same thing share one request. Export it from the Worker's main module, bind it, and pass the
 * binding as `guard`. What it knows survives its eviction; keys are in its memory only while a request is under way.
 *
 * @example
 * ```ts
 * export { AyrshareGuard } from "ayrshare-user/gateway";
 * ```
 */
export class AyrshareGuard {
  readonly #storage: GuardState["storage"];
  readonly #flights = new Map<string, Promise<Answer>>();
  #memory: Float64Array = new Float64Array();
  #recalled: Promise<void> | undefined;

  constructor(state: GuardState) {
    this.#storage = state.storage;
  }

  /** Sends a gateway's request, or joins one for the same that is under way. */
  async fetch(request: Request): Promise<Response> {
    const [timeoutMs, maxBytes] = (request.headers.get(LIMITS) ?? "").split(" ").map(Number) as [number, number];
    if (!(timeoutMs >= 0 && maxBytes >= 0)) throw new Error("the guard's object takes requests of a gateway only");
    const headers = HEADERS.flatMap((name) => [[name, request.headers.get(name)]]).filter((pair): pair is [string, string] => pair[1] !== null);
    const what = JSON.stringify([request.url, headers]);
    let flight = this.#flights.get(what);
    if (flight === undefined) {
      // Not the first caller's signal: others wait for the same answer.
      const init: RequestInit = { headers, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) };
      flight = this.#send(request.url, init, maxBytes).finally(() => this.#flights.delete(what));
      this.#flights.set(what, flight);
    }
    const { status, headers: answered, body } = await flight;
    return new Response(NO_BODY.includes(status) ? null : body, { status, headers: [...answered, [LIMITS, ""]] });
  }

  /** Forgets what has lapsed, so that an object which is not used any more takes no space. */
  async alarm(): Promise<void> {
    this.#memory = new Float64Array();
    await this.#storage.deleteAll();
  }

  async #send(url: string, init: RequestInit, maxBytes: number): Promise<Answer> {
    await (this.#recalled ??= this.#recall());
    const pauseMs = await edge.run(async (wasm) => wasm.guard_pause(this.#memory, Date.now()));
    if (pauseMs > 0) return held(pauseMs);
    const response = await fetch(url, init).catch(() => undefined);
    const body = response && (await bounded(response, maxBytes).catch(() => undefined));
    // An answer that broke off may still have told a limit.
    if (response !== undefined) await this.#learn(response);
    if (response === undefined || body === undefined) return { status: 502, headers: [[FAILED, "yes"]], body: new Uint8Array() };
    const headers = [...response.headers].filter(([name]) => !NOT_PASSED.includes(name));
    return { status: response.status, headers, body };
  }

  /** A window that is not used up is cheaper to forget than to store at each call. */
  async #learn({ status, headers }: Response): Promise<void> {
    const nowMs = Date.now();
    const [pauseMs, lapsesAtMs] = await edge.run(async (wasm) => {
      // In one step with the reading, so that answers which come together are all remembered.
      this.#memory = wasm.guard_learn(this.#memory, status, headers, nowMs);
      return [wasm.guard_pause(this.#memory, nowMs), wasm.guard_lapses_at(this.#memory)] as const;
    });
    if (pauseMs <= 0) return;
    await this.#storage.put("memory", [...this.#memory]);
    await this.#storage.setAlarm(Math.ceil(lapsesAtMs));
  }

  async #recall(): Promise<void> {
    try {
      const kept = await this.#storage.get("memory");
      if (Array.isArray(kept)) this.#memory = Float64Array.from(kept);
    } catch (error) {
      this.#recalled = undefined;
      throw error;
    }
  }
}

function held(pauseMs: number): Answer {
  const body = JSON.stringify({ action: "gateway", status: "error", message: HELD });
  const headers: [string, string][] = [
    ["content-type", "application/json"],
    ["retry-after", String(Math.ceil(pauseMs / 1000))],
  ];
  return { status: 429, headers, body: new TextEncoder().encode(body) };
}
