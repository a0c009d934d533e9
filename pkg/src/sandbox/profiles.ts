// All profiles of the sandbox: the primary, the user's own and the generated ones. Lookup by Profile Key takes constant time.

import { mapAccounts, readingBody } from "./data/user-body.js";
import type { SandboxProfile, SandboxProfileState } from "./types.js";
import type { Generator } from "./data/generator.js";
import type { Settings } from "./options.js";
import type { SandboxPlan } from "./types.js";

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
    return this.#settings.localImages && this.#own.has(key) ? readingBody(profile, () => withLocalImages(profile, this.#settings.imageOrigin)) : profile;
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

function withLocalImages(profile: SandboxProfile, origin: string): SandboxProfile {
  const user = mapAccounts(profile.user, (account) => {
    if (typeof account.userImage !== "string") return account;
    const name = String(account.displayName ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    return { ...account, userImage: `${origin}/img/${name || "profile"}-${String(account.platform)}.svg` };
  });
  return { ...profile, user };
}
