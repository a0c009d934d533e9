/// <reference lib="esnext.disposable" preserve="true" />
/** The client: a thin face over the wasm, which decides everything. */
import { toAyrshareError } from "./failure.js";
import { remember, type RawAnswer } from "./meta.js";
import type { DeletedProfile, PinterestDetails, User, UserBatch } from "./model.js";
import type { CallOptions, ClientOptions, UserQuery } from "./options.js";
import { type Glue, type Handle, instance, run } from "./instance.js";

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
  readonly #options: ClientOptions;
  #handle: Handle | undefined;
  #madeIn = -1;
  #released = false;

  constructor(options: ClientOptions = {}) {
    // A copy, so that a caller's later change of the object changes nothing here.
    this.#options = isObject(options) ? { ...options } : options;
  }

  /**
   * The linked social accounts of a profile (`GET /user`).
   *
   * @returns The JSON as Ayrshare sent it, unknown fields included; only an absent `activeSocialAccounts` or
   *   `displayNames` becomes `[]`, because absence means that nothing is linked.
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

  /** A client with the same options for another User Profile. It shares no state with this one. */
  withProfile(profileKey: string): AyrshareUser {
    return new AyrshareUser(isObject(this.#options) ? { ...this.#options, profileKey } : this.#options);
  }

  /** Gives the client's memory back. Calls under way end as they would; later ones reject with kind `config`. */
  free(): void {
    this.#released = true;
    if (this.#madeIn === instance()) this.#handle?.free();
    this.#handle = undefined;
  }

  [Symbol.dispose](): void {
    this.free();
  }

  /** @internal What the tests of this package use to meet a panic. */
  [Symbol.for("ayrshare-user.trap")](): Promise<object> {
    return this.#call("trap");
  }

  async #call<T extends object>(endpoint: string, argument?: unknown, options?: CallOptions): Promise<T> {
    try {
      return remember<T>(await run((glue) => this.#open(glue).call(endpoint, argument, options) as Promise<RawAnswer>));
    } catch (error) {
      throw toAyrshareError(error);
    }
  }

  /** The handle in the present instance; after a trap, a new one with the same options. */
  #open(glue: Glue): Handle {
    if (this.#released) throw { kind: "config", message: "this client was released: make a new one" };
    if (this.#handle === undefined || this.#madeIn !== instance()) {
      this.#handle = new glue.Handle(this.#options);
      this.#madeIn = instance();
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
  const { signal, ...rest } = isObject(options) ? options : { ...(options as object) };
  const client = new AyrshareUser(rest as ClientOptions);
  try {
    return await task(client, signal === undefined ? {} : { signal });
  } finally {
    client.free();
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
