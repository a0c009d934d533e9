// Routing, the order of the checks that reject a request, and the endpoints' responses.

import { json, refuse } from "./responses.js";
import type { Call, Serves } from "./request.js";
import { allowOrigin, preflight } from "./cors.js";
import { FaultPlan, type SandboxFault, type SandboxFaults, type SandboxRoute } from "../faults.js";
import { picture } from "../data/images.js";
import { RateLimits } from "./rate-limits.js";
import { note, type SandboxRequest } from "./request-log.js";
import { makeOdd } from "../data/odd-fields.js";
import type { Settings } from "../options.js";
import type { SandboxPlan } from "../types.js";
import { type Profiles } from "../profiles.js";
import { isLinked, readingBody, withoutInstagramDetails } from "../data/user-body.js";
import { type JsonObject, type SandboxProfile } from "../types.js";
import { hashText } from "../data/random.js";
import { isFilePath, type Storage } from "../file/storage.js";
import { forever, isTroubled, pause, type Trouble, withTrouble } from "./broken-connections.js";
import { encode } from "../data/utf8.js";

interface Route {
  name: SandboxRoute;
  /** Platform of `details`, name of `image`. */
  value: string;
}

/** The plans that include an endpoint, from the documentation; for `/user` also from an older copy that lists Basic. */
const PLANS: Readonly<Record<string, readonly SandboxPlan[]>> = {
  user: ["basic", "premium", "launch", "business", "enterprise"],
  details: ["premium", "business", "enterprise"],
  batch: ["launch", "business", "enterprise"],
};

/** Statuses of responses without a body. */
const BODILESS = [204, 205, 304];

/** Routes by the end of the path, so that any host and prefix works. */
export function routeOf(pathname: string, serves: Serves): Route {
  if (serves !== "api" && isFilePath(pathname)) return { name: "file", value: "" };
  const image = /\/img\/([\w-]+)\.svg$/.exec(pathname);
  if (serves !== "api" && image !== null) return { name: "image", value: image[1] as string };
  const api = /(?:^|\/)user(?:\/(batch|details\/([^/]+)))?\/?$/.exec(pathname);
  if (serves === "files" || api === null) return { name: "none", value: "" };
  if (api[1] === undefined) return { name: "user", value: "" };
  return api[1] === "batch" ? { name: "batch", value: "" } : { name: "details", value: api[2] as string };
}

/** Handles all requests, both of `sandbox.fetch` and of the Node server. */
export class SandboxServer {
  readonly log: SandboxRequest[] = [];
  faults = new FaultPlan({});
  readonly #settings: Settings;
  readonly #profiles: Profiles;
  readonly #storage: Storage;
  readonly #limits: RateLimits;

  constructor(settings: Settings, profiles: Profiles, storage: Storage, faults: SandboxFaults) {
    this.#settings = settings;
    this.#profiles = profiles;
    this.#storage = storage;
    this.#limits = new RateLimits(settings.rateLimit);
    this.faults = new FaultPlan(faults);
  }

  /** Handles a request. `streams` says whether the body arrives in pieces. Rejects as `fetch` does if the connection fails. */
  async handle(call: Call, serves: Serves = "all"): Promise<{ response: Response; streams: boolean }> {
    const route = routeOf(call.url.pathname, serves);
    const { method, url, headers } = call;
    const entry = note(this.log, {
      method,
      url: url.href,
      host: url.host,
      route: route.name,
      headers: Object.fromEntries(headers),
      timeMs: this.#settings.now(),
      status: 0,
    });
    const cors = this.#corsFor(route);
    if (method === "OPTIONS" && cors !== null) {
      const response = this.#finish(preflight(route.name === "file"), route);
      entry.status = response.status;
      return { response, streams: false };
    }
    const fault = this.faults.take(route.name);
    const waitMs = this.faults.latencyMs + (fault?.delayMs ?? 0);
    if (waitMs > 0) await pause(waitMs, call.signal);
    if (fault?.connection === "reset") throw new TypeError("fetch failed");
    if (fault?.connection === "hang") await forever(call.signal);
    const { response, trouble } = replaces(fault) ? { response: replacement(fault), trouble: {} } : this.#respond(call, route);
    const finished = this.#finish(response, route);
    for (const [name, value] of Object.entries(fault?.headers ?? {})) {
      if (value === "") finished.headers.delete(name);
      else finished.headers.set(name, value);
    }
    entry.status = finished.status;
    if (method === "HEAD") return { response: new Response(null, finished), streams: false };
    const all: Trouble = { ...trouble, ...fault };
    const streams = route.name === "file" || isTroubled(all);
    return { response: isTroubled(all) ? await withTrouble(finished, all) : finished, streams };
  }

  #corsFor(route: Route): Settings["cors"] {
    const { cors } = this.#settings;
    return cors !== null && route.name === "file" && !cors.files ? null : cors;
  }

  #finish(response: Response, route: Route): Response {
    response.headers.set("date", new Date(this.#settings.now()).toUTCString());
    const cors = this.#corsFor(route);
    if (cors !== null) allowOrigin(response, cors);
    return response;
  }

  #respond(call: Call, route: Route): { response: Response; trouble: Trouble } {
    if (route.name === "file") return this.#storage.serve(call.method, call.url, call.headers, this.faults);
    return { response: this.#whole(call, route), trouble: {} };
  }

  #whole(call: Call, route: Route): Response {
    if (route.name === "none") return refuse.notFound();
    if (call.method !== "GET" && call.method !== "HEAD") return refuse.method();
    return route.name === "image" ? picture(route.value) : this.#admitted(call, route);
  }

  /** Checks in this order: API key, Profile Key, rate limit, suspension, plan. */
  #admitted(call: Call, route: Route): Response {
    const { apiKey, invalidApiKeyStatus, invalidProfileKeyStatus, now } = this.#settings;
    const bearer = /^Bearer +(\S+)$/i.exec(call.headers.get("authorization") ?? "");
    if (bearer === null) return refuse.noApiKey();
    if (bearer[1] !== apiKey) return refuse.badApiKey(invalidApiKeyStatus);
    const key = route.name === "batch" ? null : call.headers.get("profile-key");
    const profile = this.#profiles.find(key);
    if (profile === undefined) return refuse.badProfileKey(invalidProfileKeyStatus);
    const { headers, refusal, exhausted } = this.#limits.count(key ?? "", now());
    if (exhausted) this.#profiles.setState(key, { suspended: true });
    const response = refusal ?? this.#endpoint(call, route, key, profile);
    for (const [name, value] of headers) response.headers.set(name, value);
    return response;
  }

  #endpoint(call: Call, route: Route, key: string | null, profile: SandboxProfile): Response {
    const validate = route.name === "user" && call.url.searchParams.get("validate") === "true";
    if (validate && key === null) return refuse.validateNeedsProfileKey();
    const body = (read: () => Response): Response => readingBody(profile, read);
    if (profile.deleted) return validate ? body(() => json(deletionOf(profile))) : refuse.badProfileKey(this.#settings.invalidProfileKeyStatus);
    if (this.#profiles.suspended(profile)) return refuse.suspended();
    const plan = profile.plan ?? this.#settings.plan;
    if (!PLANS[route.name]?.includes(plan)) return refuse.plan(call.url.pathname.replace(/^.*(?=\/user)/, ""));
    if (route.name === "batch") return json(this.#storage.ticket(this.#settings.now()));
    if (route.name === "user") return body(() => this.#withOddFields(this.#user(profile.user, call.url.searchParams), `user ${key}`));
    return body(() => this.#details(route.value, profile, `details ${key}`));
  }

  #withOddFields(body: JsonObject, name: string): Response {
    const { oddFields } = this.faults;
    if (oddFields === 0) return json(body);
    const bytes = encode(JSON.stringify(body));
    makeOdd(bytes, oddFields, hashText(name, this.#settings.seed));
    return json(bytes);
  }

  #user(user: JsonObject, query: URLSearchParams): JsonObject {
    const asked = ["instagramQuota", "instagramDetails"].some((name) => query.get(name) === "true");
    const body = asked ? user : withoutInstagramDetails(user);
    const { freshForMs, now } = this.#settings;
    if (freshForMs === null) return body;
    const since = freshForMs === 0 ? now() : Math.floor(now() / freshForMs) * freshForMs;
    return { ...body, lastUpdated: new Date(since).toISOString(), nextUpdate: new Date(since + freshForMs).toISOString() };
  }

  #details(platform: string, profile: SandboxProfile, name: string): Response {
    if (platform !== "pinterest") return refuse.unknownPlatform(this.#settings.unknownPlatformStatus);
    if (!isLinked(profile.user, platform)) return refuse.notLinked(platform);
    return this.#withOddFields({ pinterest: profile.boards ?? [] }, name);
  }
}

/** Invented, because Ayrshare's response for a deleted profile is not public. */
function deletionOf({ deletion, user }: SandboxProfile): JsonObject {
  return deletion ?? { deleted: true, deletedAt: "2024-03-01T09:30:00.000Z", refId: user.refId, title: user.title };
}

function replaces(fault: SandboxFault | undefined): fault is SandboxFault {
  return fault?.status !== undefined || fault?.body !== undefined;
}

function replacement({ status = 200, body = "" }: SandboxFault): Response {
  if (BODILESS.includes(status)) return new Response(null, { status });
  if (typeof body === "string" || body instanceof Uint8Array) {
    return new Response(body as BodyInit, { status, headers: { "content-type": "application/json; charset=utf-8" } });
  }
  return json(body, status);
}
