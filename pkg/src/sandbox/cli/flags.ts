// The flags of `ayrshare-sandbox`: one table for both the parser and the help.

import type { SandboxCorruption, SandboxFault, SandboxFileFaults } from "../faults.js";
import type { ServeOptions } from "../node.js";
import type { SandboxCors, SandboxRateLimit } from "../options.js";

/** A parsed command line. */
export interface ParsedArgs {
  help: boolean;
  options: ServeOptions;
  /** Indexes of generated profiles to suspend and to delete. */
  suspended: number[];
  deleted: number[];
  /** Path of a JSON file with profiles. */
  data?: string;
}

/** An invalid command line. The message says how to fix it. */
export class FlagError extends Error {}

interface Flag {
  /** Placeholder for the value in the help; absent for a switch. */
  value?: string;
  help: string;
  apply: (parsed: ParsedArgs, value: string) => void;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function duration(value: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value);
  if (parts === null) throw new FlagError("needs a duration such as 250ms, 5s, 12m, 3h or 7d");
  return Number(parts[1]) * (UNITS_MS[parts[2] as string] as number);
}

function whole(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new FlagError("needs a whole number, 0 or more");
  return Number(value);
}

function shareOf(value: string): number {
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(value)) throw new FlagError("needs a share from 0 to 1 such as 0.01");
  return Number(value);
}

function integer(value: string): number {
  if (!/^-?\d{1,15}$/.test(value)) throw new FlagError("needs a whole number");
  return Number(value);
}

function port(value: string): number {
  if (whole(value) > 65_535) throw new FlagError("needs a port from 0 to 65535");
  return whole(value);
}

function list<T>(value: string, read: (item: string) => T): T[] {
  return value.split(",").map((item) => read(item.trim()));
}

function oneOf<const T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new FlagError(`needs one of ${allowed.join(", ")}`);
  return found;
}

const status = <const T extends string>(value: string, allowed: readonly T[]): number => Number(oneOf(value, allowed));

function failure(item: string): SandboxFault {
  const parts = /^([2-5]\d\d)(?:x(\d+))?$/.exec(item);
  if (parts === null) throw new FlagError("needs statuses such as 503 or 500x2,429");
  const code = Number(parts[1]);
  const body = { action: "request", status: "error", code, message: "Fault requested by --fail-next." };
  return { status: code, times: Number(parts[2] ?? 1), body };
}

function corruption(item: string): SandboxCorruption {
  const [record = "", kind = "syntax"] = item.split(":");
  return { record: whole(record), kind: oneOf(kind, ["syntax", "utf8", "shape", "control"]) };
}

function limit(parsed: ParsedArgs, change: SandboxRateLimit): void {
  const { rateLimit } = parsed.options;
  parsed.options.rateLimit = rateLimit === false ? false : { ...rateLimit, ...change };
}

function cors(parsed: ParsedArgs, change: SandboxCors): void {
  const known = parsed.options.cors;
  parsed.options.cors = { ...(typeof known === "object" ? known : {}), ...change };
}

function fileFault(parsed: ParsedArgs, change: SandboxFileFaults): void {
  const { faults } = parsed.options;
  parsed.options.faults = { ...faults, file: { ...faults?.file, ...change } };
}

const set = (change: (options: ServeOptions, value: string) => void) => (parsed: ParsedArgs, value: string): void => change(parsed.options, value);

/** Every flag, in the order of the help. */
export const FLAGS: Readonly<Record<string, Flag>> = {
  port: { value: "N", help: "port of the API (default: any free port)", apply: set((o, v) => (o.port = port(v))) },
  "files-port": {
    value: "N",
    help: "port of the batch file and the pictures (default: any free port)",
    apply: set((o, v) => (o.filesPort = port(v))),
  },
  host: { value: "ADDRESS", help: "address to listen on (default: 127.0.0.1)", apply: set((o, v) => (o.host = v)) },
  "api-key": {
    value: "KEY",
    help: "the only API key accepted (default: a public sandbox key, printed at start)",
    apply: set((o, v) => (o.apiKey = v)),
  },
  profiles: { value: "N", help: "generated User Profiles (default: 10)", apply: set((o, v) => (o.profiles = whole(v))) },
  seed: { value: "N", help: "seed of the generated profiles (default: 1)", apply: set((o, v) => (o.seed = integer(v))) },
  data: { value: "FILE", help: "JSON file { primary?, userProfiles? } with your own profiles", apply: (parsed, v) => (parsed.data = v) },
  suspended: {
    value: "I,I",
    help: "generated profiles to suspend, by index from 0",
    apply: (parsed, v) => (parsed.suspended = list(v, whole)),
  },
  deleted: { value: "I,I", help: "generated profiles to delete, by index from 0", apply: (parsed, v) => (parsed.deleted = list(v, whole)) },
  plan: {
    value: "PLAN",
    help: "free, basic, premium, launch, business or enterprise (default: business)",
    apply: set((o, v) => (o.plan = oneOf(v, ["free", "basic", "premium", "launch", "business", "enterprise"]))),
  },
  "batch-delay": {
    value: "TIME",
    help: "delay until the batch file is available (default: 1s)",
    apply: set((o, v) => (o.batchDelayMs = duration(v))),
  },
  "batch-window": {
    value: "TIME",
    help: "how long tickets point to the same file (default: 12m)",
    apply: set((o, v) => (o.batchWindowMs = duration(v))),
  },
  "url-lifetime": { value: "TIME", help: "lifetime of the file's URL (default: 7d)", apply: set((o, v) => (o.urlLifetimeMs = duration(v))) },
  "file-shape": {
    value: "SHAPE",
    help: "array, wrapped, keyed or ndjson (default: array)",
    apply: set((o, v) => (o.fileShape = oneOf(v, ["array", "wrapped", "keyed", "ndjson"]))),
  },
  "primary-in-file": { help: "include the Primary Profile in the batch file", apply: set((o) => (o.primaryInFile = true)) },
  "not-ready-status": {
    value: "403|404",
    help: "status before the file is available (default: 403)",
    apply: set((o, v) => (o.notReadyStatus = status(v, ["403", "404"]) as 403)),
  },
  "fresh-for": {
    value: "TIME",
    help: "set nextUpdate of /user responses this far ahead (Ayrshare: 30s)",
    apply: set((o, v) => (o.freshForMs = duration(v))),
  },
  "local-images": { help: "replace the documented picture URLs with the sandbox's own", apply: set((o) => (o.localImages = true)) },
  cors: { help: "allow cross-origin requests", apply: (parsed) => cors(parsed, {}) },
  "cors-origin": {
    value: "ORIGIN",
    help: "the only origin allowed (default: any); implies --cors",
    apply: (parsed, v) => cors(parsed, { origin: v }),
  },
  "expose-headers": {
    value: "A,B",
    help: "response headers pages may read; implies --cors",
    apply: (parsed, v) => cors(parsed, { exposeHeaders: list(v, String) }),
  },
  "no-file-cors": { help: "forbid cross-origin reads of the batch file", apply: (parsed) => cors(parsed, { files: false }) },
  "rate-limit": {
    value: "N",
    help: "maximum requests per profile and window (default: 300)",
    apply: (parsed, v) => limit(parsed, { max: whole(v) }),
  },
  "rate-window": {
    value: "TIME",
    help: "length of the window (default: 5m)",
    apply: (parsed, v) => limit(parsed, { windowMs: duration(v) }),
  },
  "rate-headers": {
    value: "WHICH",
    help: "current, old, both or none (default: current)",
    apply: (parsed, v) => limit(parsed, { headers: oneOf(v, ["current", "old", "both", "none"]) }),
  },
  "retry-after": { help: "send Retry-After with a 429", apply: (parsed) => limit(parsed, { retryAfter: true }) },
  "no-rate-limit": { help: "disable the rate limit and its headers", apply: set((o) => (o.rateLimit = false)) },
  "invalid-api-key-status": {
    value: "401|403",
    help: "status for a rejected API key (default: 403)",
    apply: set((o, v) => (o.invalidApiKeyStatus = status(v, ["401", "403"]) as 403)),
  },
  "invalid-profile-key-status": {
    value: "400|401|403",
    help: "status for a rejected Profile Key (default: 403)",
    apply: set((o, v) => (o.invalidProfileKeyStatus = status(v, ["400", "401", "403"]) as 403)),
  },
  "unknown-platform-status": {
    value: "400|404",
    help: "status for details of other platforms (default: 400)",
    apply: set((o, v) => (o.unknownPlatformStatus = status(v, ["400", "404"]) as 400)),
  },
  latency: { value: "TIME", help: "delay before every response", apply: set((o, v) => (o.faults = { ...o.faults, latencyMs: duration(v) })) },
  "fail-next": {
    value: "S,S",
    help: "statuses of the next API responses, such as 500x2,429",
    apply: set((o, v) => (o.faults = { ...o.faults, failNext: list(v, failure) })),
  },
  "odd-fields": {
    value: "SHARE",
    help: "share of fields that become null or another type, by seed, such as 0.01",
    apply: set((o, v) => (o.faults = { ...o.faults, oddFields: shareOf(v) })),
  },
  "cut-file-at": {
    value: "B,B",
    help: "drop the connection once at each of these bytes of the file",
    apply: (parsed, v) => fileFault(parsed, { cutAtBytes: list(v, whole) }),
  },
  "corrupt-record": {
    value: "N[:KIND]",
    help: "corrupt records of the file: syntax, utf8, shape or control (default: syntax)",
    apply: (parsed, v) => fileFault(parsed, { corrupt: list(v, corruption) }),
  },
  "file-rate": {
    value: "BYTES",
    help: "download speed in bytes per second",
    apply: (parsed, v) => fileFault(parsed, { bytesPerSecond: Math.max(1, whole(v)) }),
  },
  "file-length-offset": {
    value: "N",
    help: "bytes to add to Content-Length, negative to subtract",
    apply: (parsed, v) => fileFault(parsed, { contentLengthOffset: integer(v) }),
  },
  "file-changes-after": {
    value: "N",
    help: "change the file after this many downloads",
    apply: (parsed, v) => fileFault(parsed, { changeAfter: whole(v) }),
  },
  "ignore-range": { help: "ignore Range and always send the whole file", apply: (parsed) => fileFault(parsed, { ignoreRange: true }) },
  help: { help: "show this help and exit", apply: (parsed) => (parsed.help = true) },
};

/** Parses a command line. Throws a {@link FlagError} that names the flag. */
export function readFlags(words: readonly string[]): ParsedArgs {
  const parsed: ParsedArgs = { help: false, options: {}, suspended: [], deleted: [] };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name = "", inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word === "-h" ? "--help" : word) ?? [];
    const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
    // Messages do not repeat unknown words: a mistyped one could be a key.
    if (flag === undefined) throw new FlagError(name ? `unknown flag --${name}` : "only flags are accepted, each starting with --");
    if (flag.value === undefined && inline !== undefined) throw new FlagError(`--${name} takes no value`);
    const value = flag.value === undefined ? "" : (inline ?? rest.shift());
    if (value === undefined || (flag.value !== undefined && value === "")) throw new FlagError(`--${name} needs a value: ${flag.value}`);
    try {
      flag.apply(parsed, value);
    } catch (error) {
      throw error instanceof FlagError ? new FlagError(`--${name} ${error.message}`) : error;
    }
  }
  return parsed;
}

/** The text of `--help`. */
export function helpText(): string {
  const names = Object.entries(FLAGS).map(([name, { value }]) => `--${name}${value === undefined ? "" : ` ${value}`}`);
  const width = Math.max(...names.map((name) => name.length));
  const lines = Object.values(FLAGS).map(({ help }, i) => `  ${(names[i] as string).padEnd(width)}  ${help}`);
  return [
    "ayrshare-sandbox: a stand-in for Ayrshare's user endpoints, for tests",
    "",
    "Usage: npx ayrshare-sandbox --port 8788 --profiles 1000 --batch-delay 5s",
    "",
    ...lines,
    "",
  ].join("\n");
}
