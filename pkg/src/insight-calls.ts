/** What profiles need and what has changed in them: asked of the wasm module that looks into profiles, loaded at the first question. */
import { AyrshareError } from "./errors.js";
import type { Change, DiffOptions, Health, HealthOptions, ProfilesDiff } from "./insight-results.js";
import type { InsightGlue } from "./insight.js";
import type { User } from "./model.js";
import { read } from "./read.js";
import { load } from "./runtime.js";

/** A change as it leaves the wasm: values as JSON text, so that they pass unchanged. */
type RawChange = Omit<Change, "before" | "after"> & { readonly before?: string; readonly after?: string };

/**
 * What a profile needs and by when: links to refresh, quotas nearly used up, suspension; by the rules that
 * {@link AyrshareUser.sweepProfiles} counts by. A field of the wrong type counts as unknown; an account whose `platform` is no string
 * gets no verdict.
 *
 * @param user - What {@link AyrshareUser.getUser} resolved to, or a profile of the batch file.
 * @throws {@link AyrshareError}, as a rejection: kind `decode` where there is nothing to judge: `user` is no object, `displayNames`
 *   or `activeSocialAccounts` is neither list nor `null`, an account is no object; `config` for a wrong option.
 * @example
 * ```ts
 * const { level, findings } = await accountHealth(user);
 * if (level !== "ok") console.log(findings[0].message);
 * ```
 */
export async function accountHealth(user: User, options: HealthOptions = {}): Promise<Health> {
  const text = jsonOf(user, "user");
  const given = read(options, "now refreshWithinDays quotaShare");
  return inWasm((wasm) => wasm.health(text, { ...given, now: millisecondsOf(given.now) }) as Health);
}

/**
 * What has changed between two snapshots of a profile, in an order that does not depend on theirs. Without a change, `[]`.
 * A field of the wrong type is compared like any other. What does not say which network it is of, in `displayNames` or
 * `activeSocialAccounts`, is neither linked nor unlinked: a change of it is a `field_changed` with the name of the list and no network.
 *
 * @throws {@link AyrshareError}, as a rejection: kind `decode` where there is nothing to compare, as for {@link accountHealth}, its path beginning
 *   with `before` or `after`; `config` for a wrong option.
 */
export async function diffUsers(before: User, after: User, options: DiffOptions = {}): Promise<Change[]> {
  const [old, present] = [jsonOf(before, "before"), jsonOf(after, "after")];
  return parsed(await inWasm((wasm) => wasm.changes(old, present, options, false) as RawChange[]));
}

/**
 * Which profiles have joined, left and changed between two lists, such as two batch files. Profiles are told apart by
 * `refId`; of several with the same, the last counts. Those without one are compared in their order. A `refId` that is no string counts as its
 * text; where one such profile is new or gone, and one other is left over on the other side, they are taken for the same.
 *
 * @throws {@link AyrshareError}, as a rejection, as {@link diffUsers} does.
 */
export async function diffProfiles(before: readonly User[], after: readonly User[], options: DiffOptions = {}): Promise<ProfilesDiff> {
  const [old, present] = [jsonOf(before, "before"), jsonOf(after, "after")];
  const diff = await inWasm((wasm) => wasm.changes(old, present, options, true) as ProfilesDiff);
  const changed = diff.changed.map((profile) => ({ ...profile, changes: parsed(profile.changes as RawChange[]) }));
  return { ...diff, changed };
}

async function inWasm<T>(task: (wasm: InsightGlue) => T): Promise<T> {
  return (await load("insight")).answer(task);
}

/** What has no JSON, such as `undefined` or a cycle, is a mistake of the caller. */
function jsonOf(value: unknown, name: string): string {
  let cause: unknown;
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (error) {
    cause = error;
  }
  throw new AyrshareError({ kind: "config", message: `\`${name}\` must be data that JSON can hold`, retryable: false, cause });
}

/** Of a Date of any realm. Other values are checked in the wasm. */
function millisecondsOf(now: unknown): unknown {
  try {
    return (now as Date).getTime();
  } catch {
    return now;
  }
}

function parsed(changes: readonly RawChange[]): Change[] {
  return changes.map(({ before, after, ...rest }) => ({
    ...rest,
    ...(before !== undefined && { before: JSON.parse(before) as unknown }),
    ...(after !== undefined && { after: JSON.parse(after) as unknown }),
  }));
}
