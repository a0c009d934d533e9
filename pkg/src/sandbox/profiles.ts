// All profiles of the sandbox: the primary, the user's own and the generated ones. Lookup by Profile Key takes constant time.

import type { Generator } from "./data/generator.js";
import type { SandboxPlan, Settings } from "./options.js";

/** Any JSON object. */
export type JsonObject = { readonly [name: string]: unknown };

/** The data of one profile of the sandbox. */
export interface SandboxProfile {
  /** Profile Key of the profile. Required for User Profiles; the Primary Profile does not need one. */
  profileKey?: string;
  /**
   * Body of `GET /user`, as Ayrshare would send it. `type` and `usedQuota` of an `instagram` entry are sent only if the request
   * asks for them.
   */
  user: JsonObject;
  /** The boards in the response of `GET /user/details/pinterest`, sent if the profile has Pinterest linked. Default `[]`. */
  boards?: readonly JsonObject[];
  /** Whether every call for the profile is rejected with 403 and code 276. */
  suspended?: boolean;
  /** Whether the profile is deleted: its key is rejected except with `validate`, and the next batch file leaves it out. */
  deleted?: boolean;
  /** Body of the `validate` response for a deleted profile. Default: an invented one, since Ayrshare's is not public. */
  deletion?: JsonObject;
  /** Plan of this profile, if it differs from the account's. */
  plan?: SandboxPlan;
}

/** State of a profile that can change while the sandbox runs. */
export type SandboxProfileState = Pick<SandboxProfile, "suspended" | "deleted" | "plan">;

const PRIMARY = "";

/** All profiles of one sandbox. The Primary Profile has the empty string as its key here, which `find` rejects in a header. */
export class Profiles {
  readonly #settings: Settings;
  readonly #generator: Generator;
  readonly #own = new Map<string, SandboxProfile>();
  readonly #states = new Map<string, SandboxProfileState>();

  constructor(settings: Settings, generator: Generator) {
    this.#settings = settings;
    this.#generator = generator;
    this.#own.set(PRIMARY, settings.primary);
    for (const profile of settings.userProfiles) this.#own.set(profile.profileKey as string, profile);
  }

  /** The profile for a `Profile-Key` header; `null` means that the header is absent. */
  find(profileKey: string | null): SandboxProfile | undefined {
    if (profileKey === PRIMARY) return undefined;
    const key = profileKey ?? PRIMARY;
    const found = this.#own.get(key) ?? this.#generated(key);
    if (found === undefined) return undefined;
    const profile = { ...found, ...this.#states.get(key) };
    return this.#settings.localImages && this.#own.has(key) ? withLocalImages(profile, this.#settings.imageOrigin) : profile;
  }

  /** Whether calls for this profile are rejected: it is suspended, or the Primary Profile is, which suspends all. */
  suspended(profile: SandboxProfile): boolean {
    return (profile.suspended ?? false) || (this.find(null)?.suspended ?? false);
  }

  setState(profileKey: string | null, state: SandboxProfileState): void {
    if (this.find(profileKey) === undefined) throw new TypeError("the sandbox has no profile with this Profile Key");
    const key = profileKey ?? PRIMARY;
    this.#states.set(key, { ...this.#states.get(key), ...state });
  }

  /** The user's own profiles for a batch file created now. */
  ownInFile(): SandboxProfile[] {
    const keys = [...this.#own.keys()].filter((key) => key !== PRIMARY || this.#settings.primaryInFile);
    const found = keys.map((key) => this.find(key === PRIMARY ? null : key) as SandboxProfile);
    return found.filter((profile) => !profile.deleted);
  }

  /** Ascending indexes of the generated profiles that a batch file created now leaves out. */
  deletedIndexes(): number[] {
    const deleted = [...this.#states].filter(([key, state]) => state.deleted === true && !this.#own.has(key));
    return deleted.map(([key]) => this.#generator.indexOf(key) as number).sort((a, b) => a - b);
  }

  #generated(key: string): SandboxProfile | undefined {
    const index = this.#generator.indexOf(key);
    return index === undefined || index >= this.#settings.profiles ? undefined : this.#generator.profile(index);
  }
}

/** The objects in `displayNames`. User-supplied data may have anything there. */
export function accountsOf(user: JsonObject): JsonObject[] {
  const { displayNames } = user;
  return Array.isArray(displayNames) ? displayNames.filter((entry) => typeof entry === "object" && entry !== null) : [];
}

/** Whether either list says that a network is linked. */
export function isLinked(user: JsonObject, network: string): boolean {
  const { activeSocialAccounts: active } = user;
  return (Array.isArray(active) && active.includes(network)) || accountsOf(user).some(({ platform }) => platform === network);
}

/** Maps the entries of `displayNames`. A body without the list is returned unchanged. */
export function mapAccounts(user: JsonObject, change: (account: JsonObject) => JsonObject): JsonObject {
  if (!Array.isArray(user.displayNames)) return user;
  const isEntry = (entry: unknown): entry is JsonObject => typeof entry === "object" && entry !== null;
  return { ...user, displayNames: user.displayNames.map((entry: unknown) => (isEntry(entry) ? change(entry) : entry)) };
}

/** Removes Instagram's `type` and `usedQuota`, which are sent only on request. */
export function withoutInstagramDetails(user: JsonObject): JsonObject {
  return mapAccounts(user, (account) => {
    if (account.platform !== "instagram") return account;
    const { type: _type, usedQuota: _usedQuota, ...rest } = account;
    return rest;
  });
}

function withLocalImages(profile: SandboxProfile, origin: string): SandboxProfile {
  const user = mapAccounts(profile.user, (account) => {
    if (typeof account.userImage !== "string") return account;
    const name = String(account.displayName ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    return { ...account, userImage: `${origin}/img/${name || "profile"}-${String(account.platform)}.svg` };
  });
  return { ...profile, user };
}
