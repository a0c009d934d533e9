// The sandbox: a stand-in for Ayrshare's user endpoints and for the host of its batch file, for use in tests. It is a single `fetch`
// function without dependencies, opens no connections, and runs wherever `Request`, `Response` and `ReadableStream` are available.
// `ayrshare-user/sandbox/node` serves it on two ports, as does the command `ayrshare-sandbox`.
//
//   import { AyrshareUser } from "ayrshare-user";
//   import { createSandbox } from "ayrshare-user/sandbox";
//
//   const sandbox = createSandbox({ profiles: 1000 });
//   const ayrshare = new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
//   await ayrshare.getUser();                                        // the documented sample
//   await ayrshare.withProfile(sandbox.profileKey(0)).getUser();     // a generated profile
//   sandbox.faults = { failNext: [{ status: 503 }] };                // the next response is a 503
//   sandbox.requests.at(-1).headers["profile-key"];                  // what was sent
//
// Behaviour
//   Requests    Host and path prefix do not matter; every path that ends in /user, /user/details/:platform or /user/batch is served.
//   API key     missing or malformed: 401, code 102. Wrong: 403, code 102.
//   Profile-Key absent: the Primary Profile. Empty or unknown: 403, code 144. Suspended: 403, code 276. Ignored on /user/batch.
//   /user       the profile's data; Instagram's `type` and `usedQuota` only with instagramQuota=true or instagramDetails=true.
//               validate=true requires a Profile-Key (else 400, code 144) and reports a deletion with status 200.
//   /details    Pinterest boards; 400, code 156 if Pinterest is not linked; 400 for another platform.
//   /batch      a ticket whose URL stays the same for `batchWindowMs`; the file is available from `urlAvailable` to `urlExpires`.
//   Plans       403, code 169 if the plan does not include the endpoint. Method other than GET and HEAD: 405. Unknown path: 404.
//   Limits      300 requests per profile in 5 minutes, reported in x-ratelimit-max and x-ratelimit-count; then 429.
//   File        400 for any header that clients do not send by themselves (above all a second credential), 403 for an invalid
//               signature, before `urlAvailable` (AccessDenied) and after `urlExpires` (ExpiredToken), all as XML. Supports one byte
//               range, If-Range, If-Match, If-None-Match and HEAD. Generated on demand: any size, from any byte, in constant memory.
//   Profiles    the documented sample, your own, and any number of generated ones. The first sixteen generated profiles are
//               hand-picked cases: 0 all networks, 1 nothing linked, 2 an unknown network, 3 unusual characters, 4 long texts,
//               5 links overdue, due today and unknown, 6 Telegram and Google Business, 7 newer fields, 8 Pinterest, 9 links due
//               soon, 10 YouTube and Reddit, 11 unknown fields, 12 an empty list, 13 one network, 14 a fresh link, 15 newer networks.
//
// Invented, because no public source documents it: the shape of the batch file and whether it contains the primary (`fileShape`,
// `primaryInFile`), the response to `validate` for a deleted profile (`deletion`), the texts of errors, and a `code` that equals the HTTP
// status (on 400 for a platform, 404, 405, 429). Signatures only look real. Where sources disagree on a status, an option selects it.

import type { ByteStream, RequestInfo, RequestInit, Response } from "../web-types.js";
import { SandboxServer } from "./http/routes.js";
import type { BatchFile } from "./file/batch-file.js";
import type { Call, Serves } from "./http/request.js";
import { FaultPlan, type SandboxFaults } from "./faults.js";
import { Generator } from "./data/generator.js";
import type { SandboxRequest } from "./http/request-log.js";
import { type SandboxOptions, withDefaults } from "./options.js";
import { documentedPrimary } from "./data/primary.js";
import { Profiles } from "./profiles.js";
import { type SandboxProfile, type SandboxProfileState } from "./types.js";
import { Storage } from "./file/storage.js";
import { abortable } from "./http/broken-connections.js";

export type { Call as SandboxCall, Serves as SandboxServes } from "./http/request.js";
export type { SandboxCorruption, SandboxFault, SandboxFaults, SandboxFileFaults, SandboxRoute } from "./faults.js";
export type { SandboxRequest } from "./http/request-log.js";
export { SANDBOX_API_KEY } from "./options.js";
export type { SandboxCors, SandboxFileShape, SandboxOptions, SandboxRateLimit } from "./options.js";
export type { SandboxPlan } from "./types.js";
export { documentedPrimary } from "./data/primary.js";
export type { JsonObject, SandboxProfile, SandboxProfileState } from "./types.js";

/** The batch file of a sandbox, readable without a URL. Useful for benchmarks and for writing files. */
export interface SandboxFile {
  /** Length in bytes. */
  readonly size: number;
  /** Number of profiles in it. */
  readonly profiles: number;
  /** The bytes `[from, to)`, generated as they are read, in chunks of `chunkBytes` (default 65,536). */
  stream(from?: number, to?: number, chunkBytes?: number): ByteStream;
}

/** A running sandbox. */
export interface Sandbox {
  /** The API key it accepts. */
  readonly apiKey: string;
  /** The API and the file host as one `fetch` function. No request leaves the process. */
  readonly fetch: (input: RequestInfo, init?: RequestInit) => Promise<Response>;
  /** The last 1,000 requests, oldest first. */
  readonly requests: readonly SandboxRequest[];
  /** Clears `requests`. */
  clearRequests(): void;
  /** The active faults. Setting them replaces all faults and resets their counts. */
  faults: SandboxFaults;
  /** Profile Key of the generated profile `index`, starting at 0. */
  profileKey(index: number): string;
  /** The profile with a Profile Key (`null`: the Primary Profile), or `undefined`. */
  profile(profileKey: string | null): SandboxProfile | undefined;
  /** Suspends or deletes a profile (`null`: the Primary Profile), or moves it to another plan. Throws if there is no such profile. */
  setProfileState(profileKey: string | null, state: SandboxProfileState): void;
  /** The batch file that a ticket issued now would point to. */
  batchFile(): SandboxFile;
  /** For servers: handles a request to the whole sandbox or to one of its two hosts. */
  handle(call: Call, serves?: Serves): Promise<Response>;
}

/** Creates a sandbox. Does no I/O. Throws a `TypeError` that names the option if one is invalid. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const settings = withDefaults(options, documentedPrimary);
  const { seed, imageOrigin, now } = settings;
  const generator = new Generator({ seed, imageOrigin, nowMs: now() });
  const profiles = new Profiles(settings, generator);
  const storage = new Storage(settings, () => ({
    shape: settings.fileShape,
    own: profiles.ownInFile(),
    generator,
    generated: settings.profiles,
    leftOut: profiles.deletedIndexes(),
  }));
  const api = new SandboxServer(settings, profiles, storage, settings.faults);
  return {
    apiKey: settings.apiKey,
    // With this mark, the client accepts an API key in a page too, because the key never leaves the process.
    fetch: Object.assign((input: RequestInfo, init?: RequestInit) => fetchFrom(api, input, init), { isAyrshareSandbox: true }),
    requests: api.log,
    clearRequests: () => void api.log.splice(0),
    get faults() {
      return api.faults.given;
    },
    set faults(given) {
      api.faults = new FaultPlan(given);
    },
    profileKey: (index) => generator.profileKey(index),
    profile: (profileKey) => profiles.find(profileKey),
    setProfileState: (profileKey, state) => profiles.setState(profileKey, state),
    batchFile: (): BatchFile => storage.file(),
    handle: async (call, serves) => (await api.handle(call, serves)).response,
  };
}

/** A `fetch` that the sandbox responds to, with the same argument checks, abort behaviour and rejections as the real one. */
async function fetchFrom(api: SandboxServer, input: RequestInfo, init: RequestInit = {}): Promise<Response> {
  // The signal is not passed to the Request: a Request listens to its signal until it is garbage-collected.
  const { signal: given, ...rest } = init;
  const request = input instanceof Request && Object.keys(rest).length === 0 ? input : new Request(input, rest);
  const signal = given ?? (input instanceof Request ? input.signal : null);
  signal?.throwIfAborted();
  const url = new URL(request.url);
  const handled = api.handle({ method: request.method, url, headers: request.headers, signal });
  const { response: whole, streams } = await (signal ? orAbort(handled, signal) : handled);
  const response = signal && streams ? abortable(whole, signal) : whole;
  url.hash = "";
  Object.defineProperty(response, "url", { value: url.href, configurable: true });
  return response;
}

/** Resolves like the promise, or rejects with the signal's reason, whichever happens first. Removes its listener. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
