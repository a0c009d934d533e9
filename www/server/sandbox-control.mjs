// Commands of the demo page to its sandbox: set faults, and simulate a change in a profile. It has no key and affects only the
// sandbox. It maps plain data to plain data, so that a server and a service worker can both use it.

/** Path of the control, relative to the page. */
export const CONTROL_PATH = "sandbox/control";

/**
 * @param {{ sandbox: { faults: object }, profiles: { profileKey?: string, user: object }[] }} demo the sandbox and the profiles that it
 *   was created with, including the Primary Profile
 * @returns {(command: unknown) => { status: number, body: object }} a handler of the commands `{ faults }` and
 *   `{ change: profileKey | null }`
 */
export function sandboxControl({ sandbox, profiles }) {
  return (command) => {
    const { faults, change } = typeof command === "object" && command !== null ? command : {};
    if (typeof faults === "object" && faults !== null) {
      sandbox.faults = faults;
      return { status: 200, body: { faults } };
    }
    const profile = profiles.find(({ profileKey }) => change === (profileKey ?? null));
    if (!profile) return { status: 400, body: { message: "the sandbox knows `faults` and `change`" } };
    // The sandbox has read `user` already, but builds each response from this object.
    Object.assign(profile.user, changed(profile.user));
    return { status: 200, body: { change } };
  };
}

/** Simulates changes of a customer's profile: a rename, an unlinked account, a newly linked one, posts and calls used. */
function changed(user) {
  const [first, ...others] = user.displayNames ?? [];
  const calls = (user.monthlyApiCalls ?? 0) + 7;
  const created = new Date().toISOString();
  if (!first) {
    const linked = { created, displayName: user.title, platform: "bluesky", username: "newcomer.example" };
    return { ...user, monthlyApiCalls: calls, activeSocialAccounts: ["bluesky"], displayNames: [linked] };
  }
  const last = others.at(-1);
  const kept = [first, ...others].filter((account) => account !== last).map((account) => edited(account, first));
  const added = { created, displayName: user.title, platform: "mastodon", username: "on.the.fediverse" };
  const displayNames = [...kept.filter(({ platform }) => platform !== "mastodon"), added];
  return { ...user, monthlyApiCalls: calls, displayNames, activeSocialAccounts: displayNames.map(({ platform }) => platform) };
}

function edited(account, first) {
  const quota = typeof account.usedQuota === "number" && { usedQuota: account.usedQuota + 1 };
  const name = account === first && { displayName: `${account.displayName ?? account.platform} & friends` };
  return { ...account, ...quota, ...name };
}
