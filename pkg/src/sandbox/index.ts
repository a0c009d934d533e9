// The sandbox: a stand-in for Ayrshare's user endpoints and the host of its batch file, as one `fetch`, for tests without a network.

import { Api, type Call } from "./api.js";
import type { BatchFile } from "./batchfile.js";
import { FaultPlan, type SandboxFaults } from "./faults.js";
import { Generator } from "./generator.js";
import type { SandboxRequest } from "./log.js";
import { type SandboxOptions, settle } from "./options.js";
import { documentedPrimary } from "./primary.js";
import { Profiles, type SandboxProfile, type SandboxProfileState } from "./profiles.js";
import { Storage } from "./storage.js";
import { abortable } from "./transport.js";

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
  stream(from?: number, to?: number, chunkBytes?: number): ReadableStream<Uint8Array>;
}

/** A running sandbox. */
export interface Sandbox {
  /** The API key it accepts. */
  readonly apiKey: string;
  /** The API and the file's host as one `fetch`. No request leaves the process. */
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
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
  handle(call: Call, serves?: "all" | "api" | "files"): Promise<Response>;
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
    fetch: (input, init) => fetchFrom(api, input, init),
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
async function fetchFrom(api: Api, input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
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
