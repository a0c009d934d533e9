/** The rate-limit guard shared by all isolates: one Durable Object per profile, through which requests to Ayrshare are sent. */
import { LONGEST_MS } from "./callback-timeout.js";
import { readBody } from "./read-body.js";
import type { GatewayOptions, GuardNamespace, GuardState } from "./options.js";
import { edge } from "./runtime.js";
import { hasMethods } from "./store.js";

/** The only request headers that an object forwards. */
const HEADERS = ["accept", "authorization", "profile-key"];
/** Response headers that are not forwarded: they describe the transfer to the object, or must not reach callers. */
const NOT_PASSED = ["connection", "content-encoding", "content-length", "keep-alive", "set-cookie", "transfer-encoding"];
/** Header with the timeout in milliseconds and the maximum body size in bytes, because an object does not know the gateway's options. */
const LIMITS = "x-ayrshare-guard-limits";
/** Header that means that there was no response, as opposed to a response of Ayrshare with the same status. */
const FAILED = "x-ayrshare-guard-failed";
/** Header with the status of Ayrshare's response, if no `Response` can be constructed with it, such as 999. */
const STATUS = "x-ayrshare-guard-status";
const NO_BODY = [101, 204, 205, 304];
const HELD = "the profile's rate limit is used up: nothing was sent; call again after `retryAfterMs`";

/** What `createGateway` passes to its wasm instead of `fetch`. */
type Send = (url: string, init: { headers: Record<string, string>; signal: AbortSignal }) => Promise<Response>;
type UpstreamResponse = { status: number; headers: [string, string][]; body: Uint8Array<ArrayBuffer> };

/** @internal The namespace from the option `guard`. Throws if it is invalid or conflicts with another option. */
export function guardOf({ guard, fetch, rateLimitGuard }: GatewayOptions): GuardNamespace | undefined {
  if (guard === undefined || guard === null) return undefined;
  const wrong = (message: string) => ({ kind: "config", message });
  if (!hasMethods(guard, "idFromName", "get")) throw wrong("`guard` must be the binding of a Durable Object namespace, such as `env.AYRSHARE_GUARD`");
  if (fetch !== undefined) throw wrong("`fetch` has no effect on calls that `guard` sends: remove one");
  if (rateLimitGuard === false) throw wrong("`guard` and `rateLimitGuard: false` exclude each other: remove one");
  return guard;
}

/**
 * @internal Sends a request through the profile's object. If that fails for any reason, the request is sent directly, protected only
 * by this isolate's guard: a failing guard must not prevent a response.
 */
export function sendThroughGuard(
  guard: GuardNamespace,
  { timeoutMs = 10_000, maxBodyBytes = 8_388_608 }: GatewayOptions,
  nameOf: (authorization: string, profileKey: string | undefined) => string,
  report: (error: unknown) => void,
): Send {
  return async (url, init) => {
    // Not before: the wasm checks them when it gets this function.
    const limits = `${Math.min(timeoutMs, LONGEST_MS)} ${maxBodyBytes}`;
    let response: Response;
    try {
      const id = immediate(guard.idFromName(nameOf(init.headers["authorization"] ?? "", init.headers["profile-key"])));
      response = await immediate(guard.get(id)).fetch(url, { ...init, headers: { ...init.headers, [LIMITS]: limits } });
      if (!response.headers.has(LIMITS)) throw new Error(`the guard's object responded with status ${response.status}`);
    } catch (error) {
      if (init.signal.aborted) throw error;
      report(error);
      return await globalThis.fetch(url, init);
    }
    if (response.headers.has(FAILED)) throw new TypeError("the guard's object could not reach the server");
    const status = response.headers.get(STATUS);
    return status === null ? response : Object.defineProperty(response, "status", { value: Number(status) });
  };
}

/** Refuses a promise where a binding never returns one. Its rejection would go unhandled, which ends a Node process. */
function immediate<T>(given: T): T {
  if (!(given instanceof Promise)) return given;
  given.catch(() => undefined);
  throw new TypeError("`guard.idFromName` and `guard.get` must not return promises");
}

/**
 * The Durable Object of one profile. While the profile's rate limit is exhausted, it sends no requests for any isolate. Concurrent
 * identical calls share one request. Export it from the Worker's main module, bind it, and pass the binding as `guard`. Its state
 * survives eviction; keys are in its memory only while a request is in progress.
 *
 * @example
 * ```ts
 * export { AyrshareGuard } from "ayrshare-user/gateway";
 * ```
 */
export class AyrshareGuard {
  readonly #storage: GuardState["storage"];
  readonly #inFlight = new Map<string, Promise<UpstreamResponse>>();
  #memory: Float64Array = new Float64Array();
  #recalled: Promise<void> | undefined;

  constructor(state: GuardState) {
    this.#storage = state.storage;
  }

  /** Sends a gateway's request, or joins an identical request in progress. */
  async fetch(request: Request): Promise<Response> {
    const [timeoutMs, maxBytes] = (request.headers.get(LIMITS) ?? "").split(" ").map(Number) as [number, number];
    if (!(timeoutMs >= 0 && maxBytes >= 0)) throw new Error("the guard's object only accepts requests from a gateway");
    const headers = HEADERS.flatMap((name) => [[name, request.headers.get(name)]]).filter((pair): pair is [string, string] => pair[1] !== null);
    const what = JSON.stringify([request.url, headers]);
    let sending = this.#inFlight.get(what);
    if (sending === undefined) {
      // The first caller's signal is not used, because others wait for the same response.
      const init: RequestInit = { headers, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) };
      sending = this.#send(request.url, init, maxBytes).finally(() => this.#inFlight.delete(what));
      this.#inFlight.set(what, sending);
    }
    const { status, headers: sent, body } = await sending;
    // If the constructor threw, the gateway would send the request again.
    const isValid = status >= 200 && status <= 599;
    const own: [string, string][] = isValid ? [] : [[STATUS, String(status)]];
    return new Response(NO_BODY.includes(status) ? null : body, { status: isValid ? status : 502, headers: [...sent, ...own, [LIMITS, ""]] });
  }

  /** Deletes expired state, so that unused objects take no space. */
  async alarm(): Promise<void> {
    this.#memory = new Float64Array();
    await this.#storage.deleteAll();
  }

  async #send(url: string, init: RequestInit, maxBytes: number): Promise<UpstreamResponse> {
    await (this.#recalled ??= this.#recall());
    const pauseMs = await edge.run(async (wasm) => wasm.guard_pause(this.#memory, Date.now()));
    if (pauseMs > 0) return held(pauseMs);
    const response = await fetch(url, init).catch(() => undefined);
    const body = response && (await readBody(response, maxBytes).catch(() => undefined));
    // The headers of a truncated response may still contain a rate limit.
    if (response !== undefined) await this.#learn(response);
    if (response === undefined || body === undefined) return { status: 502, headers: [[FAILED, "yes"]], body: new Uint8Array() };
    const headers = [...response.headers].filter(([name]) => !NOT_PASSED.includes(name));
    return { status: response.status, headers, body };
  }

  /** Stores the state only if the limit is exhausted; storing it after every call would cost too much. */
  async #learn({ status, headers }: Response): Promise<void> {
    const nowMs = Date.now();
    const [pauseMs, lapsesAtMs] = await edge.run(async (wasm) => {
      // Read and written without an `await` in between, so that no concurrent response is lost.
      this.#memory = wasm.guard_learn(this.#memory, status, headers, nowMs);
      return [wasm.guard_pause(this.#memory, nowMs), wasm.guard_lapses_at(this.#memory)] as const;
    });
    if (pauseMs <= 0) return;
    // Not awaited, and errors are ignored: without this response, the gateway would send the request again, although the limit is exhausted.
    void this.#save(Math.ceil(lapsesAtMs)).catch(() => undefined);
  }

  async #save(alarmMs: number): Promise<void> {
    await Promise.all([this.#storage.put("memory", [...this.#memory]), this.#storage.setAlarm(alarmMs)]);
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

function held(pauseMs: number): UpstreamResponse {
  const body = JSON.stringify({ action: "gateway", status: "error", message: HELD });
  const headers: [string, string][] = [
    ["content-type", "application/json"],
    ["retry-after", String(Math.ceil(pauseMs / 1000))],
  ];
  return { status: 429, headers, body: new TextEncoder().encode(body) };
}
