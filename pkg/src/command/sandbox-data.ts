/** The invented data of `--sandbox`. The sandbox runs in this process, and no request leaves it. */
import type { SocialAccount, User } from "../model.js";
import type { ClientOptions } from "../options/types.js";
import { type LocalFile, fileOf } from "./local-file.js";

/** The sixteen special cases among the generated profiles, and some ordinary ones. */
const PROFILES = 25;

/** The options of a client for the sandbox. Its batch file is there at once. */
export async function sandboxOptions(): Promise<ClientOptions> {
  const { createSandbox } = await import("../sandbox/index.js");
  const { apiKey, fetch } = createSandbox({ profiles: PROFILES });
  return { apiKey, fetch };
}

/** Two batch files to compare: in the second, profiles have joined and left, and accounts were linked, unlinked and renamed. */
export async function sandboxFiles(): Promise<[LocalFile, LocalFile]> {
  const { createSandbox } = await import("../sandbox/index.js");
  const textOf = (profiles: number): Promise<string> => new Response(createSandbox({ profiles }).batchFile().stream()).text();
  const after = (JSON.parse(await textOf(PROFILES + 1)) as User[]).flatMap(changed);
  return [fileOf(await textOf(PROFILES)), fileOf(JSON.stringify(after))];
}

/** What a generated profile has become, by its index. */
function changed(profile: User, index: number): User[] {
  const [first] = profile.displayNames ?? [];
  switch (index) {
    case 2:
      return [unlinked(profile, first)];
    case 3:
      return [];
    case 4:
      return [{ ...profile, title: `${String(profile.title)} & Daughters` }];
    case 5:
      return [{ ...profile, displayNames: profile.displayNames.map((account) => (account === first ? { ...account, created: "2026-01-31T09:00:00.000Z" } : account)) }];
    default:
      return [profile];
  }
}

function unlinked(profile: User, account: SocialAccount | undefined): User {
  return {
    ...profile,
    activeSocialAccounts: profile.activeSocialAccounts.filter((network) => network !== account?.platform),
    displayNames: profile.displayNames.filter((other) => other !== account),
  };
}
