// Options of the sandbox, their defaults, and validation that names an invalid option.

import { listOf, objectOf } from "./object-of.js";
import type { SandboxPlan } from "./types.js";
import type { SandboxFaults } from "./faults.js";
import { PROFILE_LIMIT } from "./types.js";
import type { SandboxProfile } from "./types.js";

/** Top-level shape of the batch file. Ayrshare does not document it, so a reader should accept all four. */
export type SandboxFileShape = "array" | "wrapped" | "keyed" | "ndjson";

/** CORS headers of the sandbox. Those of Ayrshare itself are not documented. */
export interface SandboxCors {
  /** Value of `Access-Control-Allow-Origin`. Default `"*"`. */
  origin?: string;
  /** Response headers that pages may read in addition to the CORS-safelisted ones. Default: none, so `x-ratelimit-*` are hidden. */
  exposeHeaders?: readonly string[];
  /** Whether the host of the batch file allows cross-origin reads too. Default `true`. */
  files?: boolean;
}

/** Rate limit of each profile. */
export interface SandboxRateLimit {
  /** Maximum number of requests per profile and window. Default 300, the documented value. */
  max?: number;
  /** Length of the window in milliseconds. The window starts with a profile's first request. Default 300,000 (5 minutes). */
  windowMs?: number;
  /**
   * Which headers report the limit: `"current"` (`x-ratelimit-max`, `x-ratelimit-count`), `"old"` (`x-ratelimit-remaining`,
   * `x-ratelimit-reset` in milliseconds), `"both"` or `"none"`. Default `"current"`.
   */
  headers?: "current" | "old" | "both" | "none";
  /** Whether a 429 includes `Retry-After` in seconds. No source says that Ayrshare sends it. Default `false`. */
  retryAfter?: boolean;
  /** Number of 429 responses within 24 hours after which a profile is suspended. Default 1,000, the documented value. */
  suspendAfter?: number;
}

/**
 * Options of {@link createSandbox}. All are optional; times are in milliseconds. They are copied when the sandbox is created, except for the
 * bodies of profiles, which may change later.
 */
export interface SandboxOptions {
  /** The only API key that is accepted in `Authorization: Bearer KEY`. Default {@link SANDBOX_API_KEY}. */
  apiKey?: string;
  /** The Primary Profile. Default: the documented sample, with its two Pinterest boards. */
  primary?: SandboxProfile;
  /** Your own User Profiles, each with a `profileKey`. They come first in the batch file. */
  userProfiles?: readonly SandboxProfile[];
  /** Number of additional User Profiles to generate. Default 10, or 0 if `userProfiles` is given. */
  profiles?: number;
  /** Seed of the generated profiles (a 32-bit integer). The same seed and day give the same profiles, byte for byte. Default 1. */
  seed?: number;
  /** Plan of the account. Default `"business"`, which includes all endpoints. A profile can have its own plan. */
  plan?: SandboxPlan;
  /**
   * Delay between the response of `/user/batch` and the availability of the file. `urlAvailable` has whole seconds, so the delay is
   * rounded up to the next one; with 0 the file is available immediately. Default 0; with `serveSandbox` 1,000. (Ayrshare's sample:
   * 5 minutes.)
   */
  batchDelayMs?: number;
  /** How long `/user/batch` returns the same file: `nextUpdate - lastUpdated`. Default 720,000 (12 minutes, as in the sample). */
  batchWindowMs?: number;
  /** Lifetime of the file's URL. Default 604,800,000 (7 days). */
  urlLifetimeMs?: number;
  /** Shape of the batch file. Default `"array"`. */
  fileShape?: SandboxFileShape;
  /** Whether the batch file also contains the Primary Profile, as its first record. Default `false`. */
  primaryInFile?: boolean;
  /** Status before the file is available: 403 (`AccessDenied`) or 404 (`NoSuchKey`). Default 403. */
  notReadyStatus?: 403 | 404;
  /** Bytes per chunk of the streamed file. Default 65,536. */
  chunkBytes?: number;
  /** Origin of file URLs, without a trailing slash. Default `"https://storage.ayrshare-sandbox.invalid"`; `serveSandbox` sets it. */
  fileOrigin?: string;
  /** Origin of the picture URLs of generated profiles, without a trailing slash. Default: `fileOrigin`. */
  imageOrigin?: string;
  /** Whether the pictures of the Primary Profile and of your own profiles are replaced with the sandbox's pictures. Default `false`. */
  localImages?: boolean;
  /** CORS: `false` sends no CORS headers, `true` uses the defaults of {@link SandboxCors}. Default `false`. */
  cors?: boolean | SandboxCors;
  /** Rate limit per profile. `false` disables the limit and its headers. */
  rateLimit?: SandboxRateLimit | false;
  /** Status for a rejected API key (code 102); sources mention both. Default 403, the observed one. */
  invalidApiKeyStatus?: 401 | 403;
  /** Status for a rejected Profile Key (code 144); sources mention all three. Default 403. */
  invalidProfileKeyStatus?: 400 | 401 | 403;
  /** Status for a platform other than `pinterest` on `/user/details/:platform`; no source documents it. Default 400. */
  unknownPlatformStatus?: 400 | 404;
  /**
   * If set, `/user` responses have the current time as `lastUpdated` and a `nextUpdate` this much later (Ayrshare's sample: 30,000), and
   * stay the same until then. If omitted, responses have the times of the profile's data.
   */
  freshForMs?: number;
  /** Initial faults; `sandbox.faults` changes them later. */
  faults?: SandboxFaults;
  /** The clock: milliseconds since the Unix epoch. Default `Date.now`. */
  now?: () => number;
}

/** The default API key of a sandbox. It is not valid anywhere else. */
export const SANDBOX_API_KEY = "SANDBOX0-SANDBOX0-SANDBOX0-SANDBOX0";

/** Options with every default filled in. */
export type Settings = Required<Omit<SandboxOptions, "cors" | "rateLimit" | "freshForMs" | "primary">> & {
  cors: Required<SandboxCors> | null;
  rateLimit: Required<SandboxRateLimit> | null;
  freshForMs: number | null;
  primary: SandboxProfile;
};

const MINUTE_MS = 60_000;

const oneOf: Partial<Record<keyof SandboxOptions, readonly unknown[]>> = {
  plan: ["free", "basic", "premium", "launch", "business", "enterprise"],
  fileShape: ["array", "wrapped", "keyed", "ndjson"],
  notReadyStatus: [403, 404],
  invalidApiKeyStatus: [401, 403],
  invalidProfileKeyStatus: [400, 401, 403],
  unknownPlatformStatus: [400, 404],
};

const durations = ["batchDelayMs", "batchWindowMs", "urlLifetimeMs", "freshForMs"] as const;

/** Fills in the defaults. Throws a `TypeError` that names the option if one is invalid. */
export function withDefaults(given: SandboxOptions, documented: SandboxProfile): Settings {
  const options = copyOf(given);
  check(options);
  const fileOrigin = options.fileOrigin ?? "https://storage.ayrshare-sandbox.invalid";
  return {
    apiKey: options.apiKey ?? SANDBOX_API_KEY,
    primary: options.primary ?? documented,
    userProfiles: options.userProfiles ?? [],
    profiles: options.profiles ?? (options.userProfiles === undefined ? 10 : 0),
    seed: options.seed ?? 1,
    plan: options.plan ?? "business",
    batchDelayMs: options.batchDelayMs ?? 0,
    batchWindowMs: options.batchWindowMs ?? 12 * MINUTE_MS,
    urlLifetimeMs: options.urlLifetimeMs ?? 7 * 24 * 60 * MINUTE_MS,
    fileShape: options.fileShape ?? "array",
    primaryInFile: options.primaryInFile ?? false,
    notReadyStatus: options.notReadyStatus ?? 403,
    chunkBytes: options.chunkBytes ?? 65_536,
    fileOrigin,
    imageOrigin: options.imageOrigin ?? fileOrigin,
    localImages: options.localImages ?? false,
    cors: corsOf(options.cors ?? false),
    rateLimit: rateLimitOf(options.rateLimit ?? {}),
    invalidApiKeyStatus: options.invalidApiKeyStatus ?? 403,
    invalidProfileKeyStatus: options.invalidProfileKeyStatus ?? 403,
    unknownPlatformStatus: options.unknownPlatformStatus ?? 400,
    freshForMs: options.freshForMs ?? null,
    faults: options.faults ?? {},
    now: options.now ?? Date.now,
  };
}

/** A copy of the options, of the objects in them and of the profiles. The bodies of profiles stay the tester's. */
function copyOf(given: SandboxOptions): SandboxOptions {
  const options = objectOf(given, "options", OPTIONS);
  const { cors, rateLimit, primary, userProfiles } = options;
  if (cors !== undefined && cors !== null && typeof cors !== "boolean") {
    const copy = objectOf(cors, "cors");
    if (copy.exposeHeaders !== undefined) copy.exposeHeaders = listOf(copy.exposeHeaders, "cors.exposeHeaders");
    options.cors = copy;
  }
  if (rateLimit !== undefined && rateLimit !== null && rateLimit !== false) options.rateLimit = objectOf(rateLimit, "rateLimit");
  if (primary !== undefined) options.primary = objectOf(primary, "primary", PROFILE);
  if (userProfiles !== undefined) options.userProfiles = listOf(userProfiles, "userProfiles").map((profile) => objectOf(profile, "userProfiles", PROFILE));
  return options;
}

const PROFILE = ["profileKey", "user", "boards", "suspended", "deleted", "deletion", "plan"] as const;

function corsOf(cors: boolean | SandboxCors): Required<SandboxCors> | null {
  if (cors === false) return null;
  return { origin: "*", exposeHeaders: [], files: true, ...(cors === true ? {} : cors) };
}

function rateLimitOf(limit: SandboxRateLimit | false): Required<SandboxRateLimit> | null {
  if (limit === false) return null;
  return { max: 300, windowMs: 5 * MINUTE_MS, headers: "current", retryAfter: false, suspendAfter: 1_000, ...limit };
}

/** The names of all options. The compiler checks that the list is complete. */
const KNOWN: Readonly<Record<keyof SandboxOptions, true>> = {
  apiKey: true, primary: true, userProfiles: true, profiles: true, seed: true, plan: true, batchDelayMs: true, batchWindowMs: true,
  urlLifetimeMs: true, fileShape: true, primaryInFile: true, notReadyStatus: true, chunkBytes: true, fileOrigin: true, imageOrigin: true,
  localImages: true, cors: true, rateLimit: true, invalidApiKeyStatus: true, invalidProfileKeyStatus: true, unknownPlatformStatus: true,
  freshForMs: true, faults: true, now: true,
};

/** The same as a list. */
export const OPTIONS = Object.keys(KNOWN) as (keyof SandboxOptions)[];

function check(options: SandboxOptions): void {
  const refuse = (name: string, expected: string): never => {
    throw new TypeError(`sandbox option \`${name}\` must be ${expected}`);
  };
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(KNOWN, name));
  if (unknown !== undefined) throw new TypeError(`unknown sandbox option \`${unknown}\``);
  for (const [name, allowed] of Object.entries(oneOf)) {
    const value = options[name as keyof SandboxOptions];
    if (value !== undefined && !allowed.includes(value)) refuse(name, `one of ${allowed.join(", ")}`);
  }
  for (const name of durations) {
    const value = options[name];
    if (value !== undefined && !(Number.isFinite(value) && value >= 0)) refuse(name, "a number of milliseconds, 0 or more");
  }
  const { apiKey, profiles, seed, chunkBytes, rateLimit, now } = options;
  if (now !== undefined && typeof now !== "function") refuse("now", "a function");
  if (apiKey !== undefined && !(typeof apiKey === "string" && /^[\x21-\x7e]+$/.test(apiKey))) refuse("apiKey", "visible ASCII characters without spaces");
  if (profiles !== undefined && !(Number.isSafeInteger(profiles) && profiles >= 0 && profiles <= PROFILE_LIMIT)) {
    refuse("profiles", `a whole number from 0 to ${PROFILE_LIMIT}`);
  }
  if (seed !== undefined && !Number.isInteger(seed)) refuse("seed", "an integer");
  if (chunkBytes !== undefined && !(Number.isInteger(chunkBytes) && chunkBytes > 0)) refuse("chunkBytes", "a whole number above 0");
  const max = rateLimit ? rateLimit.max : undefined;
  if (max !== undefined && !(Number.isInteger(max) && max >= 0)) {
    refuse("rateLimit.max", "a whole number, 0 or more");
  }
  const hasUser = (profile: SandboxProfile | undefined): boolean =>
    typeof profile?.user === "object" && profile.user !== null && !Array.isArray(profile.user);
  if (options.primary !== undefined && !hasUser(options.primary)) refuse("primary", "a profile whose `user` is an object");
  if (!(options.userProfiles ?? []).every(hasUser)) refuse("userProfiles", "profiles that each have an object `user`");
  const keys = (options.userProfiles ?? []).map((profile) => profile.profileKey);
  if (keys.some((key) => key === undefined || key === "")) refuse("userProfiles", "profiles that each have a profileKey");
  if (new Set(keys).size !== keys.length) refuse("userProfiles", "profiles with different profileKeys");
}
