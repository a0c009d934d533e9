/// <reference lib="esnext.disposable" preserve="true" />
/** The client: a thin face over the wasm, which decides everything. */
import { toAyrshareError } from "./failure.js";
import type { Selected, StreamOptions, SweepOptions, SweepReport } from "./batch-options.js";
import type { Context } from "./batch.js";
import { metaOf, remember, type RawAnswer } from "./meta.js";
import type { DeletedProfile, PinterestDetails, User, UserBatch } from "./model.js";
import type { CallOptions, ClientOptions, UserQuery } from "./options.js";
import type { Handle } from "./glue/ayrshare_user.js";
import { header, type Kept, readOptions } from "./glue/wire.js";
import { checked, read } from "./read.js";
import { client, load } from "./runtime.js";
import { ProfileStream, type Source } from "./stream.js";

/** Platforms that have details. */
export type DetailsPlatform = "pinterest";

/**
 * Reads Ayrshare user data.
 *
 * Making one does no I/O and loads nothing; the wasm is loaded at the first call. A client may be kept
 * for as long as you like, released with `using`, `[Symbol.dispose]()` or `free()`, or simply forgotten.
 *
 * @example
 * ```ts
 * const ayrshare = new AyrshareUser({ apiKey: process.env.AYRSHARE_API_KEY });
 * const user = await ayrshare.getUser();
 * ```
 */
export class AyrshareUser {
  /** A copy, so that a caller's later change of the object changes nothing here; or what is wrong with it. */
  #options: ClientOptions | string;
  /** What the rate-limit guard must not forget when the wasm's instance is lost. */
  readonly #kept: Kept = new Map();
  #handle: Handle | undefined;
  #madeIn = -1;
  #released = false;

  constructor(options: ClientOptions = {}) {
    this.#options = readOptions(options, "client");
  }

  /**
   * The linked social accounts of a profile (`GET /user`).
   *
   * @returns The JSON as Ayrshare sent it, unknown fields included; only an absent or `null` `activeSocialAccounts` or
   *   `displayNames` becomes `[]`, because both mean that nothing is linked. Fields that contradict the type are in
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
   * Details of one platform (`GET /user/details/:platform`); today the boards of Pinterest.
   *
   * @throws {@link AyrshareError}, as a rejection; kind `api` with code 156 where Pinterest is not linked.
   */
  getUserDetails(platform: DetailsPlatform, options?: CallOptions): Promise<PinterestDetails> {
    return this.#call("details", platform, options);
  }

  /**
   * The ticket of the file with all User Profiles (`GET /user/batch`). A Profile Key plays no part and is not sent.
   *
   * @throws {@link AyrshareError}, as a rejection.
   */
  getUserBatch(options?: CallOptions): Promise<UserBatch> {
    return this.#call("batch", undefined, options);
  }

  /**
   * All User Profiles, one at a time, from the batch file: orders it, waits for it, reads it in constant memory, and goes on
   * where a broken line left off. Nothing is sent before the first profile is asked for.
   *
   * @throws {@link AyrshareError}, as a rejection of what the stream hands out; kind `not_ready` where the file is not
   *   there within `wait`, `expired` where its address no longer works, `decode` for what is no list of profiles.
   */
  streamProfiles<const K extends string = string>(options: StreamOptions<K> = {}): ProfileStream<Selected<K>> {
    const open = async () => (await load("batch")).open(this.#context(), options);
    return new ProfileStream(open as () => Promise<Source<Selected<K>>>);
  }

  /**
   * Goes over all User Profiles and counts: accounts per network, links that need renewal, quotas nearly used up. Faster
   * than {@link AyrshareUser.streamProfiles}, because no profile leaves the wasm. Invalid records are counted, not thrown.
   *
   * @throws {@link AyrshareError}, as a rejection.
   */
  async sweepProfiles(options: SweepOptions = {}): Promise<SweepReport> {
    return (await load("batch")).sweep(this.#context(), options);
  }

  /**
   * A client with the same options for another User Profile. It shares no state with this one.
   *
   * @param profileKey - Calls reject with kind `config` where this is no text or an empty one. For the Primary Profile, make a client or a
   *   call with `profileKey: null`.
   */
  withProfile(profileKey: string): AyrshareUser {
    const options = this.#options;
    const client = new AyrshareUser();
    if (typeof options === "string") client.#options = options;
    // What is left out of an object may be given as nothing; an argument may not.
    else client.#options = { ...options, profileKey: profileKey ?? (false as never) };
    return client;
  }

  /** Gives the client's memory back. Calls under way end as they would; later ones reject with kind `config`. */
  free(): void {
    this.#released = true;
    if (this.#madeIn === client.generation) this.#handle?.free();
    this.#handle = undefined;
  }

  /** The same as {@link AyrshareUser.free}, for `using`. */
  [Symbol.dispose](): void {
    this.free();
  }

  /** @internal What the tests of this package use to meet a panic. */
  [Symbol.for("ayrshare-user.trap")](): Promise<object> {
    return this.#call("trap");
  }

  /** What a download takes from its client: no key. */
  #context(): Context {
    const { fetch, onEvent, onInvalid } = this.#given();
    const ask: Context["ask"] = async (signal) => {
      const batch = await this.getUserBatch({ signal });
      return [batch, header(metaOf(batch)?.headers, "date")];
    };
    return { fetch, onEvent, onInvalid, ask };
  }

  async #call<T extends object>(endpoint: string, argument?: unknown, options?: CallOptions): Promise<T> {
    try {
      const { onDrift } = this.#given();
      // Before anything is sent: a wasm that does not load is found at the first call, and not by missing reports.
      const tell = typeof onDrift === "function" ? await (await load("insight")).driftTeller(onDrift) : undefined;
      const answer = await client.call<RawAnswer>((glue, resolve, reject) =>
        this.#open(glue.Handle).call(endpoint, argument, options, resolve, reject),
      );
      const value = remember<T>(answer);
      await tell?.(endpoint, answer);
      return value;
    } catch (error) {
      throw toAyrshareError(error);
    }
  }

  /** @throws AyrshareError where the options could not be read. */
  #given(): ClientOptions {
    return checked(this.#options);
  }

  /** The handle in the present instance; after a trap, a new one with the same options. */
  #open(Made: typeof Handle): Handle {
    if (this.#released) throw { kind: "config", message: "this client was released: make a new one" };
    if (this.#handle === undefined || this.#madeIn !== client.generation) {
      this.#handle = new Made(this.#options, this.#kept);
      for (const [profile, memory] of this.#kept) this.#handle.restore(profile, ...memory);
      this.#madeIn = client.generation;
    }
    return this.#handle;
  }
}

/** {@link AyrshareUser.getUser} without keeping a client. */
export function getUser(options: ClientOptions & CallOptions, query?: UserQuery): Promise<User | DeletedProfile> {
  return once(options, (client, call) => client.getUser(query, call));
}

/** {@link AyrshareUser.getUserDetails} without keeping a client. */
export function getUserDetails(
  options: ClientOptions & CallOptions,
  platform: DetailsPlatform,
): Promise<PinterestDetails> {
  return once(options, (client, call) => client.getUserDetails(platform, call));
}

/** {@link AyrshareUser.getUserBatch} without keeping a client. */
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
