/// <reference lib="esnext.disposable" preserve="true" />
/** The client: a thin wrapper around the wasm module, which makes all decisions. */
import { toAyrshareError } from "../wasm/to-error.js";
import type { Selected, StreamOptions, SweepOptions, SweepReport } from "../batch/types.js";
import type { Context } from "../batch.js";
import { metaOf, remember } from "./response-meta.js";
import type { DeletedProfile, PinterestDetails, User, UserBatch } from "../model.js";
import type { CallOptions, ClientOptions, UserQuery } from "../options/types.js";
import type { WasmClient } from "../glue/ayrshare_user.js";
import { header, type GuardSnapshots, readOptions } from "../glue/fetch.js";
import { checked, read } from "../options/read.js";
import { client } from "../wasm/client-module.js";
import { expectErrorsOfSource } from "../batch/expect-errors.js";
import { loadBatch } from "../batch/load.js";
import { loadInsight } from "../insight/load.js";
import type { RawResult } from "../wasm/raw-result.js";
import { ProfileStream, type Source } from "../batch/profile-stream.js";

/** Platforms that `getUserDetails` supports. */
export type DetailsPlatform = "pinterest";

/**
 * Client for Ayrshare's user endpoints.
 *
 * Creating a client does no I/O; the wasm module is loaded at the first call. You can reuse a client for as long as you
 * like. Release it with `using`, `[Symbol.dispose]()` or `free()`, or leave it to the garbage collector.
 *
 * @example
 * ```ts
 * const ayrshare = new AyrshareUser({ apiKey: process.env.AYRSHARE_API_KEY });
 * const user = await ayrshare.getUser();
 * ```
 */
export class AyrshareUser {
  /** A copy, so that later changes to the caller's object have no effect; or a message that says what is wrong with it. */
  #options: ClientOptions | string;
  /** State of the rate-limit guard that must survive the loss of the wasm instance. */
  readonly #kept: GuardSnapshots = new Map();
  #handle: WasmClient | undefined;
  #generation = -1;
  #released = false;
  /** How many calls are being started. Each reads its options in the wasm, so a getter of the caller may run meanwhile. */
  #starting = 0;

  constructor(options: ClientOptions = {}) {
    this.#options = readOptions(options, "client");
  }

  /**
   * Gets the linked social accounts of a profile (`GET /user`).
   *
   * @returns The JSON as Ayrshare sent it, including unknown fields. If `activeSocialAccounts` or `displayNames` is absent or
   *   `null`, it becomes `[]`, because both mean that nothing is linked. Fields that contradict the type are listed in
   *   {@link metaOf}`(user).mismatches`; with `onInvalid: "throw"` they make the call reject.
   * @throws {@link AyrshareError}, as a rejection.
   */
  getUser(query: UserQuery & { validate: true }, options?: CallOptions): Promise<User | DeletedProfile>;
  getUser(query?: UserQuery & { validate?: false | undefined }, options?: CallOptions): Promise<User>;
  getUser(query?: UserQuery, options?: CallOptions): Promise<User | DeletedProfile>;
  getUser(query?: UserQuery, options?: CallOptions): Promise<User | DeletedProfile> {
    return this.#call("user", query, options);
  }

  /**
   * Gets the details of one platform (`GET /user/details/:platform`). Only Pinterest is supported: the details are its boards.
   *
   * @throws {@link AyrshareError}, as a rejection; kind `api` with code 156 if Pinterest is not linked.
   */
  getUserDetails(platform: DetailsPlatform, options?: CallOptions): Promise<PinterestDetails> {
    return this.#call("details", { platform }, options);
  }

  /**
   * Orders the file with all User Profiles, and gets its ticket (`GET /user/batch`). A Profile Key is not used and not sent.
   *
   * @throws {@link AyrshareError}, as a rejection.
   */
  getUserBatch(options?: CallOptions): Promise<UserBatch> {
    return this.#call("batch", undefined, options);
  }

  /**
   * Streams all User Profiles from the batch file, one at a time: orders the file, waits until it is available, reads it in
   * constant memory, and resumes after dropped connections. No request is sent before the first profile is requested.
   *
   * @throws {@link AyrshareError}, as a rejection while you read the stream; kind `not_ready` if the file is not
   *   available within `waitMs`, `expired` if its URL has expired, `decode` if it is not a list of profiles.
   */
  streamProfiles<const K extends string = string>(options: StreamOptions<K> = {}): ProfileStream<Selected<K>> {
    expectErrorsOfSource(options);
    const open = async () => (await loadBatch()).open(this.#context(), options);
    return new ProfileStream(open as () => Promise<Source<Selected<K>>>);
  }

  /**
   * Reads all User Profiles and counts accounts per network, links that need renewal and quotas that are nearly used up.
   * Faster than {@link AyrshareUser.streamProfiles}, because no profile is copied out of the wasm. By default, invalid records
   * are counted and do not throw.
   *
   * @throws {@link AyrshareError}, as a rejection.
   */
  async sweepProfiles(options: SweepOptions = {}): Promise<SweepReport> {
    expectErrorsOfSource(options);
    return (await loadBatch()).sweep(this.#context(), options);
  }

  /**
   * Returns a client with the same options for another User Profile. The two clients share no state.
   *
   * @param profileKey - If this is not a string, or is empty, calls reject with kind `config`. For the Primary Profile, create a client or
   *   make a call with `profileKey: null`.
   */
  withProfile(profileKey: string): AyrshareUser {
    const options = this.#options;
    const client = new AyrshareUser();
    if (typeof options === "string") client.#options = options;
    // An option may be `undefined`; this argument may not. `false` makes validation fail.
    else client.#options = { ...options, profileKey: profileKey ?? (false as never) };
    return client;
  }

  /** Releases the client's memory. Calls in progress complete normally; later calls reject with kind `config`. */
  free(): void {
    this.#released = true;
    // The wasm is still using the handle. It is freed when the call has started.
    if (this.#starting > 0) return;
    if (this.#generation === client.generation) this.#handle?.free();
    this.#handle = undefined;
  }

  /** Same as {@link AyrshareUser.free}; called by `using`. */
  [Symbol.dispose](): void {
    this.free();
  }

  /** What a download needs of its client. The key is not part of it. */
  #context(): Context {
    const { fetch, onEvent, onInvalid } = this.#given();
    const requestTicket: Context["requestTicket"] = async (signal) => {
      const batch = await this.getUserBatch({ signal });
      return [batch, header(metaOf(batch)?.headers, "date")];
    };
    return { fetch, onEvent, onInvalid, requestTicket };
  }

  async #call<T extends object>(endpoint: string, parameters?: unknown, options?: CallOptions): Promise<T> {
    try {
      const { onDrift } = this.#given();
      // Loaded before the request is sent, so that a wasm file that fails to load rejects the first call; otherwise reports would just be missing.
      const tell = typeof onDrift === "function" ? await (await loadInsight()).createDriftReporter(onDrift) : undefined;
      const result = await client.call<RawResult>((glue, resolve, reject) => {
        const handle = this.#open(glue.WasmClient);
        this.#starting += 1;
        try {
          handle.call(endpoint, parameters, options, resolve, reject);
        } finally {
          this.#starting -= 1;
          if (this.#released) this.free();
        }
      });
      const value = remember<T>(result);
      await tell?.(endpoint, result);
      return value;
    } catch (error) {
      throw toAyrshareError(error);
    }
  }

  /** @throws AyrshareError if the options could not be read. */
  #given(): ClientOptions {
    return checked(this.#options);
  }

  /** The handle in the current instance. After a trap, a new handle with the same options. */
  #open(Made: typeof WasmClient): WasmClient {
    if (this.#released) throw { kind: "config", message: "this client was released: make a new one" };
    if (this.#handle === undefined || this.#generation !== client.generation) {
      this.#handle = new Made(this.#options, this.#kept);
      this.#generation = client.generation;
    }
    return this.#handle;
  }
}

/** {@link AyrshareUser.getUser} without creating a client. */
export function getUser(options: ClientOptions & CallOptions, query?: UserQuery): Promise<User | DeletedProfile> {
  return once(options, (client, call) => client.getUser(query, call));
}

/** {@link AyrshareUser.getUserDetails} without creating a client. */
export function getUserDetails(
  options: ClientOptions & CallOptions,
  platform: DetailsPlatform,
): Promise<PinterestDetails> {
  return once(options, (client, call) => client.getUserDetails(platform, call));
}

/** {@link AyrshareUser.getUserBatch} without creating a client. */
export function getUserBatch(options: ClientOptions & CallOptions): Promise<UserBatch> {
  return once(options, (client, call) => client.getUserBatch(call));
}

async function once<T>(
  options: ClientOptions & CallOptions,
  task: (client: AyrshareUser, call: CallOptions) => Promise<T>,
): Promise<T> {
  const { signal, ...rest } = read(options, "both");
  const client = new AyrshareUser(rest as ClientOptions);
  try {
    return await task(client, { signal });
  } finally {
    client.free();
  }
}
