// What a user may set on a sandbox, its defaults, and the check that a wrong value is named at once.

import type { SandboxFaults } from "./faults.js";
import { PROFILE_LIMIT } from "./generator.js";
import type { SandboxProfile } from "./profiles.js";

/** The plans that decide which endpoint is open; `"free"` stands for an account without a paid plan. */
export type SandboxPlan = "free" | "basic" | "premium" | "launch" | "business" | "enterprise";

/** Top-level shape of the batch file. Ayrshare publishes none, so a reader should accept all four. */
export type SandboxFileShape = "array" | "wrapped" | "keyed" | "ndjson";

/** Cross-origin answers of the sandbox. What Ayrshare itself answers is not documented. */
export interface SandboxCors {
  /** Value of `Access-Control-Allow-Origin`. Default `"*"`. */
  origin?: string;
  /** Headers a page may read besides the ones every page may. Default none: `x-ratelimit-*` then stay invisible. */
  exposeHeaders?: readonly string[];
  /** Whether the batch file's host answers cross-origin reads too. Default `true`. */
  files?: boolean;
}

/** Rate limit of each profile. */
export interface SandboxRateLimit {
  /** Requests a profile may make in one window. Default 300, the documented value. */
  max?: number;
  /** Length of the window in milliseconds; it begins with a profile's first request. Default 300,000 (5 minutes). */
  windowMs?: number;
  /**
   * Which headers tell about it: `"current"` (`x-ratelimit-max`, `x-ratelimit-count`), `"old"` (`x-ratelimit-remaining`,
   * `x-ratelimit-reset` in milliseconds), `"both"` or `"none"`. Default `"current"`.
   */
  headers?: "current" | "old" | "both" | "none";
  /** Whether a 429 carries `Retry-After` in seconds. No source says Ayrshare does. Default `false`. */
  retryAfter?: boolean;
  /** Answers of 429 within 24 hours after which a profile is suspended. Default 1,000, the documented value. */
  suspendAfter?: number;
}

/** Options of {@link createSandbox}. All are optional; times are in milliseconds. */
export interface SandboxOptions {
  /** The only key accepted as `Authorization: Bearer KEY`. Default {@link SANDBOX_API_KEY}. */
  apiKey?: string;
  /** The Primary Profile. Default: the documented sample, with its two Pinterest boards. */
  primary?: SandboxProfile;
  /** User Profiles of your own, each with its `profileKey`. They come first in the batch file. */
  userProfiles?: readonly SandboxProfile[];
  /** How many further User Profiles to generate. Default 10, or 0 when `userProfiles` is given. */
  profiles?: number;
  /** Seed of the generated profiles (a 32-bit integer): same seed and day, same profiles, byte for byte. Default 1. */
  seed?: number;
  /** Plan of the account. Default `"business"`, which opens all endpoints. A profile may have its own. */
  plan?: SandboxPlan;
  /**
   * From the answer of `/user/batch` to the file being there. `urlAvailable` has whole seconds, so a delay is rounded up to the
   * next one; 0 means at once. Default 0; with `serveSandbox` 1,000. (Ayrshare's sample: 5 minutes.)
   */
  batchDelayMs?: number;
  /** How long `/user/batch` keeps giving the same file: `nextUpdate - lastUpdated`. Default 720,000 (12 minutes, as in the sample). */
  batchWindowMs?: number;
  /** Life of the file's URL. Default 604,800,000 (7 days). */
  urlLifetimeMs?: number;
  /** Shape of the batch file. Default `"array"`. */
  fileShape?: SandboxFileShape;
  /** Whether the batch file also lists the Primary Profile, first. Default `false`. */
  primaryInFile?: boolean;
  /** Status before the file is there: 403 (`AccessDenied`) or 404 (`NoSuchKey`). Default 403. */
  notReadyStatus?: 403 | 404;
  /** Bytes per chunk of the streamed file. Default 65,536. */
  chunkBytes?: number;
  /** Where file URLs point to, without a slash at the end. Default `"https://storage.ayrshare-sandbox.invalid"`; `serveSandbox` sets it. */
  fileOrigin?: string;
  /** Where the pictures of generated profiles point to, without a slash at the end. Default: `fileOrigin`. */
  imageOrigin?: string;
  /** Whether pictures of the Primary Profile and of your own profiles are replaced by the sandbox's. Default `false`. */
  localImages?: boolean;
  /** Cross-origin answers: `false` sends no CORS header, `true` the defaults of {@link SandboxCors}. Default `false`. */
  cors?: boolean | SandboxCors;
  /** Rate limit per profile, or `false` for none and no headers. */
  rateLimit?: SandboxRateLimit | false;
  /** Status of a refused API key (code 102): sources have both. Default 403, the observed one. */
  invalidApiKeyStatus?: 401 | 403;
  /** Status of a refused Profile Key (code 144): sources have all three. Default 403. */
  invalidProfileKeyStatus?: 400 | 401 | 403;
  /** Status for a platform other than `pinterest` on `/user/details/:platform`; no source names it. Default 400. */
  unknownPlatformStatus?: 400 | 404;
  /**
   * When set, `/user` answers carry a `lastUpdated` of now and a `nextUpdate` this much later (Ayrshare's sample: 30,000), and
   * stay the same until then. When absent they keep the times of the profile's data.
   */
  freshForMs?: number;
  /** Faults to begin with; `sandbox.faults` changes them later. */
  faults?: SandboxFaults;
  /** The clock: milliseconds since the Unix epoch. Default `Date.now`. */
  now?: () => number;
}

/** The API key a sandbox accepts unless told otherwise. It opens nothing anywhere else. */
export const SANDBOX_API_KEY = "SANDBOX0-SANDBOX0-SANDBOX0-SANDBOX0";

/** Options with every default filled in. */
export type Settings = Required<Omit<SandboxOptions, "cors" | "rateLimit" | "freshForMs" | "faults" | "primary">> & {
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

/** Fills in the defaults; throws a `TypeError` that names the option at fault. */
export function settle(options: SandboxOptions, documented: SandboxProfile): Settings {
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
    now: options.now ?? Date.now,
  };
}

function corsOf(cors: boolean | SandboxCors): Required<SandboxCors> | null {
  if (cors === false) return null;
  return { origin: "*", exposeHeaders: [], files: true, ...(cors === true ? {} : cors) };
}

function rateLimitOf(limit: SandboxRateLimit | false): Required<SandboxRateLimit> | null {
  if (limit === false) return null;
  return { max: 300, windowMs: 5 * MINUTE_MS, headers: "current", retryAfter: false, suspendAfter: 1_000, ...limit };
}

/** Every option, by name; the compiler sees that none is missing. */
const KNOWN: Readonly<Record<keyof SandboxOptions, true>> = {
  apiKey: true, primary: true, userProfiles: true, profiles: true, seed: true, plan: true, batchDelayMs: true, batchWindowMs: true,
  urlLifetimeMs: true, fileShape: true, primaryInFile: true, notReadyStatus: true, chunkBytes: true, fileOrigin: true, imageOrigin: true,
  localImages: true, cors: true, rateLimit: true, invalidApiKeyStatus: true, invalidProfileKeyStatus: true, unknownPlatformStatus: true,
  freshForMs: true, faults: true, now: true,
};

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
  const { apiKey, profiles, seed, chunkBytes, rateLimit } = options;
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) refuse("apiKey", "visible ASCII characters without spaces");
  if (profiles !== undefined && !(Number.isSafeInteger(profiles) && profiles >= 0 && profiles <= PROFILE_LIMIT)) {
    refuse("profiles", `a whole number from 0 to ${PROFILE_LIMIT}`);
  }
  if (seed !== undefined && !Number.isInteger(seed)) refuse("seed", "an integer");
  if (chunkBytes !== undefined && !(Number.isInteger(chunkBytes) && chunkBytes > 0)) refuse("chunkBytes", "a whole number above 0");
  if (rateLimit && rateLimit.max !== undefined && !(Number.isInteger(rateLimit.max) && rateLimit.max >= 0)) {
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
