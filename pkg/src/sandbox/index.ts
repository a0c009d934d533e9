// The sandbox: a stand-in for Ayrshare's user endpoints and for the host of its batch file, for your own tests. It is one `fetch`, has no
// dependency, opens no connection, and runs wherever `Request`, `Response` and `ReadableStream` do. `ayrshare-user/sandbox/node` puts
// it behind two ports, and the command `ayrshare-sandbox` does so from a shell.
//
//   import { AyrshareUser } from "ayrshare-user";
//   import { createSandbox } from "ayrshare-user/sandbox";
//
//   const sandbox = createSandbox({ profiles: 1000 });
//   const ayrshare = new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
//   await ayrshare.getUser();                                        // the documented sample
//   await ayrshare.withProfile(sandbox.profileKey(0)).getUser();     // a generated profile
//   sandbox.faults = { failNext: [{ status: 503 }] };                // the next answer is a 503
//   sandbox.requests.at(-1).headers["profile-key"];                  // what was sent
//
// What it does
//   Requests    Host and path prefix do not matter: whatever ends in /user, /user/details/:platform or /user/batch is answered.
//   API key     missing or malformed: 401, code 102. Wrong: 403, code 102.
//   Profile-Key absent: the Primary Profile. Empty or unknown: 403, code 144. Suspended: 403, code 276. No role on /user/batch.
//   /user       the profile's data; Instagram's `type` and `usedQuota` only with instagramQuota=true or instagramDetails=true.
//               validate=true needs a Profile-Key (else 400, code 144) and tells of a deletion with 200.
//   /details    Pinterest boards; 400, code 156 when Pinterest is not linked; 400 for another platform.
//   /batch      a ticket whose URL stays the same for `batchWindowMs`; the file is there from `urlAvailable` to `urlExpires`.
//   Plans       403, code 169 where the plan lacks the endpoint. Method other than GET and HEAD: 405. Unknown path: 404.
//   Limits      300 requests per profile in 5 minutes, told in x-ratelimit-max and x-ratelimit-count; then 429.
//   File        400 for any header beyond those every client sends (a second credential above all), 403 for a signature that is not
//               the URL's own, before `urlAvailable` (AccessDenied) and past `urlExpires` (ExpiredToken), all as XML. One byte range,
//               If-Range, If-Match, If-None-Match, HEAD. Made while it is read: any size, from any byte, in constant memory.
//   Profiles    the documented sample, your own, and any number of generated ones. The first sixteen generated profiles are
//               hand-picked cases: 0 all networks, 1 nothing linked, 2 an unknown network, 3 awkward characters, 4 long texts,
//               5 links overdue, due today and unknown, 6 Telegram and Google Business, 7 newer fields, 8 Pinterest, 9 links due
//               soon, 10 YouTube and Reddit, 11 unknown fields, 12 an empty list, 13 one network, 14 a fresh link, 15 newer networks.
//
// What is invented, because no public source tells: the shape of the batch file and whether the primary is in it (`fileShape`,
// `primaryInFile`), the answer to `validate` for a deleted profile (`deletion`), the texts of errors, and a `code` that equals the HTTP
// status (on 400 for a platform, 404, 405, 429). Signatures only look like signatures. Where sources disagree on a status there is an
// option.

import type { ByteStream, RequestInfo, RequestInit, Response } from "../platform.js";
import { Api } from "./api.js";
import type { BatchFile } from "./batchfile.js";
import type { Call, Serves } from "./call.js";
import { FaultPlan, type SandboxFaults } from "./faults.js";
import { Generator } from "./generator.js";
import type { SandboxRequest } from "./log.js";
import { type SandboxOptions, settle } from "./options.js";
import { documentedPrimary } from "./primary.js";
import { Profiles, type SandboxProfile, type SandboxProfileState } from "./profiles.js";
import { Storage } from "./storage.js";
import { abortable } from "./transport.js";

export type { Call as SandboxCall, Serves as SandboxServes } from "./call.js";
export type { SandboxCorruption, SandboxFault, SandboxFaults, SandboxFileFaults, SandboxRoute } from "./faults.js";
export type { SandboxRequest } from "./log.js";
export { SANDBOX_API_KEY } from "./options.js";
export type { SandboxCors, SandboxFileShape, SandboxOptions, SandboxPlan, SandboxRateLimit } from "./options.js";
export { documentedPrimary } from "./primary.js";
export type { JsonObject, SandboxProfile, SandboxProfileState } from "./profiles.js";

/** The batch file of a sandbox, read without a URL: for benchmarks, and for making files. */
export interface SandboxFile {
  /** Length in bytes. */
  readonly size: number;
  /** Number of profiles in it. */
  readonly profiles: number;
  /** The bytes `[from, to)`, made while they are read; chunks of `chunkBytes` (65,536). */
  stream(from?: number, to?: number, chunkBytes?: number): ByteStream;
}

/** A running sandbox. */
export interface Sandbox {
  /** The API key it accepts. */
  readonly apiKey: string;
  /** The API and the file's host as one `fetch`. No request leaves the process. */
  readonly fetch: (input: RequestInfo, init?: RequestInit) => Promise<Response>;
  /** The last 1,000 requests, oldest first. */
  readonly requests: readonly SandboxRequest[];
  /** Forgets the requests seen so far. */
  clearRequests(): void;
  /** The faults in force. Setting them replaces all, and starts their counts anew. */
  faults: SandboxFaults;
  /** Profile Key of generated profile `index`, from 0. */
  profileKey(index: number): string;
  /** What the sandbox holds under a Profile Key (`null`: the Primary Profile), or `undefined`. */
  profile(profileKey: string | null): SandboxProfile | undefined;
  /** Suspends, deletes or moves a profile (`null`: the Primary Profile) to another plan. Throws when there is no such profile. */
  setProfileState(profileKey: string | null, state: SandboxProfileState): void;
  /** The batch file as a ticket issued now would lead to. */
  batchFile(): SandboxFile;
  /** For hosts: answers a request for the whole sandbox or one of its two hosts. */
  handle(call: Call, serves?: Serves): Promise<Response>;
}

/** Makes a sandbox. Does no I/O. Throws a `TypeError` that names a wrong option. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const settings = settle(options, documentedPrimary);
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
  const api = new Api(settings, profiles, storage, options.faults ?? {});
  return {
    apiKey: settings.apiKey,
    // By the mark the package knows that a key given to it reaches nobody, and takes it in a page too.
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
    handle: async (call, serves) => (await api.handle(call, serves)).answer,
  };
}

/** `fetch` with the sandbox at the other end: same argument checks, same abort behaviour, same rejections. */
async function fetchFrom(api: Api, input: RequestInfo, init: RequestInit = {}): Promise<Response> {
  // The signal stays out of the Request: one made with a signal listens to it until it is collected.
  const { signal: given, ...rest } = init;
  const request = input instanceof Request && Object.keys(rest).length === 0 ? input : new Request(input, rest);
  const signal = given ?? (input instanceof Request ? input.signal : null);
  signal?.throwIfAborted();
  const url = new URL(request.url);
  const handled = api.handle({ method: request.method, url, headers: request.headers, signal });
  const { answer, streams } = await (signal ? orAbort(handled, signal) : handled);
  const response = signal && streams ? abortable(answer, signal) : answer;
  url.hash = "";
  Object.defineProperty(response, "url", { value: url.href, configurable: true });
  return response;
}

/** The promise, or a rejection with the signal's reason, whichever comes first; leaves no listener. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
