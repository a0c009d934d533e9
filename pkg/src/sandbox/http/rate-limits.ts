// The rate limit: a fixed window per profile, its headers, and the suspension of a profile that keeps exceeding it.

import { refuse } from "./responses.js";
import type { SandboxRateLimit } from "../options.js";

const DAY_MS = 86_400_000;
const MAX_PROFILES = 10_000;

interface Window {
  startMs: number;
  count: number;
}

/** Counts requests per Profile Key. The Primary Profile has the empty key. */
export class RateLimits {
  readonly #limit: Required<SandboxRateLimit> | null;
  readonly #windows = new Map<string, Window>();
  readonly #refused = new Map<string, Window>();

  constructor(limit: Required<SandboxRateLimit> | null) {
    this.#limit = limit;
  }

  /** Counts one request. Returns the headers for its response, and a 429 response if it exceeds the limit. */
  count(key: string, nowMs: number): { headers: [string, string][]; refusal: Response | null; exhausted: boolean } {
    const limit = this.#limit;
    if (limit === null) return { headers: [], refusal: null, exhausted: false };
    const window = bump(this.#windows, key, nowMs, limit.windowMs);
    const resetMs = window.startMs + limit.windowMs - nowMs;
    const over = window.count > limit.max;
    const headers = headersOf(limit, Math.min(window.count, limit.max), resetMs);
    if (!over) return { headers, refusal: null, exhausted: false };
    if (limit.retryAfter) headers.push(["retry-after", String(Math.ceil(resetMs / 1000))]);
    const refused = bump(this.#refused, key, nowMs, DAY_MS);
    return { headers, refusal: refuse.tooMany(), exhausted: refused.count >= limit.suspendAfter };
  }
}

function headersOf(limit: Required<SandboxRateLimit>, used: number, resetMs: number): [string, string][] {
  const headers: [string, string][] = [];
  if (limit.headers === "current" || limit.headers === "both") {
    headers.push(["x-ratelimit-max", String(limit.max)], ["x-ratelimit-count", String(used)]);
  }
  if (limit.headers === "old" || limit.headers === "both") {
    headers.push(["x-ratelimit-remaining", String(limit.max - used)], ["x-ratelimit-reset", String(resetMs)]);
  }
  return headers;
}

/** Adds one to the window of a key, and starts a new window if the last one has ended. Drops the oldest keys beyond a maximum. */
function bump(windows: Map<string, Window>, key: string, nowMs: number, lengthMs: number): Window {
  const known = windows.get(key);
  const window = known !== undefined && nowMs < known.startMs + lengthMs ? known : { startMs: nowMs, count: 0 };
  window.count += 1;
  if (window === known) return window;
  windows.delete(key);
  windows.set(key, window);
  if (windows.size > MAX_PROFILES) windows.delete(windows.keys().next().value as string);
  return window;
}
