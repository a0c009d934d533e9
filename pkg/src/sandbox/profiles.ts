// Who exists in the sandbox: the primary, the user's own profiles and the generated ones, found by Profile Key in constant time.

import type { Generator } from "./generator.js";
import type { SandboxPlan, Settings } from "./options.js";

/** Any JSON object. */
export type JsonObject = { readonly [name: string]: unknown };

/** One profile of the sandbox, as data. */
export interface SandboxProfile {
  /** The key that selects it. Needed for User Profiles; the Primary Profile needs none. */
  profileKey?: string;
  /**
   * Body of `GET /user`, as Ayrshare would send it. `type` and `usedQuota` of an `instagram` entry are given only when the caller
   * asks for them.
   */
  user: JsonObject;
  /** Body of `GET /user/details/pinterest`, given when the profile has Pinterest linked. Default `[]`. */
  boards?: readonly JsonObject[];
  /** Whether every call for it is refused with 403 and code 276. */
  suspended?: boolean;
  /** Whether it is gone: its key is unknown, only `validate` still knows it, and the next batch file leaves it out. */
  deleted?: boolean;
  /** Body of the `validate` answer for a deleted profile. Default: an invented one, since Ayrshare's is not public. */
  deletion?: JsonObject;
  /** A plan other than the account's. */
  plan?: SandboxPlan;
}

/** What can change about a profile while the sandbox runs. */
export type SandboxProfileState = Pick<SandboxProfile, "suspended" | "deleted" | "plan">;

const PRIMARY = "";

/** All profiles of one sandbox. The key of the Primary Profile is the empty text here, which no header can carry. */
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

  /** The profile a `Profile-Key` header selects; `null` is an absent header. */
  find(profileKey: string | null): SandboxProfile | undefined {
    if (profileKey === PRIMARY) return undefined;
    const key = profileKey ?? PRIMARY;
    const found = this.#own.get(key) ?? this.#generated(key);
    if (found === undefined) return undefined;
    const profile = { ...found, ...this.#states.get(key) };
    return this.#settings.localImages && this.#own.has(key) ? withLocalImages(profile, this.#settings.imageOrigin) : profile;
  }

  /** Whether calls for this profile are refused: its own state, or the primary's, which counts for all. */
  suspended(profile: SandboxProfile): boolean {
    return (profile.suspended ?? false) || (this.find(null)?.suspended ?? false);
  }

  setState(profileKey: string | null, state: SandboxProfileState): void {
    if (this.find(profileKey) === undefined) throw new TypeError("the sandbox has no profile with this Profile Key");
    const key = profileKey ?? PRIMARY;
    this.#states.set(key, { ...this.#states.get(key), ...state });
  }

  /** The user's own profiles that belong into a batch file made now. */
  ownInFile(): SandboxProfile[] {
    const keys = [...this.#own.keys()].filter((key) => key !== PRIMARY || this.#settings.primaryInFile);
    const found = keys.map((key) => this.find(key === PRIMARY ? null : key) as SandboxProfile);
    return found.filter((profile) => !profile.deleted);
  }

  /** Indexes of the generated profiles a batch file made now leaves out, ascending. */
  deletedIndexes(): number[] {
    const deleted = [...this.#states].filter(([key, state]) => state.deleted === true && !this.#own.has(key));
    return deleted.map(([key]) => this.#generator.indexOf(key) as number).sort((a, b) => a - b);
  }

  #generated(key: string): SandboxProfile | undefined {
    const index = this.#generator.indexOf(key);
    return index === undefined || index >= this.#settings.profiles ? undefined : this.#generator.profile(index);
  }
}

/** Entries of `displayNames`, whatever a user put there. */
export function accountsOf(user: JsonObject): JsonObject[] {
  const { displayNames } = user;
  return Array.isArray(displayNames) ? displayNames.filter((entry) => typeof entry === "object" && entry !== null) : [];
}

/** Whether a network is linked to the profile, by either of the two lists. */
export function isLinked(user: JsonObject, network: string): boolean {
  const { activeSocialAccounts: active } = user;
  return (Array.isArray(active) && active.includes(network)) || accountsOf(user).some(({ platform }) => platform === network);
}

/** The body with its `displayNames` entries replaced one by one; a body without the list stays without it. */
export function mapAccounts(user: JsonObject, change: (account: JsonObject) => JsonObject): JsonObject {
  if (!Array.isArray(user.displayNames)) return user;
  const isEntry = (entry: unknown): entry is JsonObject => typeof entry === "object" && entry !== null;
  return { ...user, displayNames: user.displayNames.map((entry: unknown) => (isEntry(entry) ? change(entry) : entry)) };
}

/** Instagram's `type` and `usedQuota` are answered only when asked for. */
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
