/** Functions for the health of a profile and for changes between profiles. They load the insight wasm module at the first call. */
import { AyrshareError } from "../errors/ayrshare-error.js";
import type { Change, DiffOptions, Health, HealthOptions, ProfilesDiff } from "./types.js";
import type { InsightGlue } from "../insight.js";
import type { User } from "../model.js";
import { read } from "../options/read.js";
import { loadInsight } from "./load.js";
import { parseChanges, parseProfiles, type RawChange } from "./parse-changes.js";

/**
 * Reports what a profile needs and by when: links to refresh, quotas that are nearly used up, and suspension. Uses the same
 * rules as {@link AyrshareUser.sweepProfiles}. A field of the wrong type counts as unknown; an account whose `platform` is not a string
 * gets no verdict.
 *
 * @param user - What {@link AyrshareUser.getUser} resolved to, or a profile of the batch file.
 * @throws {@link AyrshareError}, as a rejection: kind `decode` if there is nothing to judge (`user` is not an object, `displayNames`
 *   or `activeSocialAccounts` is neither a list nor `null`, or an account is not an object); `config` if an option is invalid.
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
 * Lists the changes between two snapshots of a profile. Their order does not depend on the order within the snapshots. If nothing
 * changed, the list is empty. A field of the wrong type is compared like any other. An entry of `displayNames` or `activeSocialAccounts`
 * that does not name its network counts neither as linked nor as unlinked: a change of it is a `field_changed` whose path is the name of
 * the list, without a `network`.
 *
 * @throws {@link AyrshareError}, as a rejection: kind `decode` if there is nothing to compare, as for {@link accountHealth}, with a path that
 *   starts with `before` or `after`; `config` if an option is invalid.
 */
export async function diffUsers(before: User, after: User, options: DiffOptions = {}): Promise<Change[]> {
  const [old, present] = [jsonOf(before, "before"), jsonOf(after, "after")];
  return parseChanges(await inWasm((wasm) => wasm.changes(old, present, options, false) as RawChange[]));
}

/**
 * Lists the profiles that joined, left and changed between two lists, for example two batch files. Profiles are identified by
 * `refId`; if several share one, the last counts. Profiles without a `refId` are compared in order. A `refId` that is not a string is
 * compared by its JSON text. If exactly one such profile remains on each side, the two count as the same profile.
 *
 * @throws {@link AyrshareError}, as a rejection, as {@link diffUsers} does.
 */
export async function diffProfiles(before: readonly User[], after: readonly User[], options: DiffOptions = {}): Promise<ProfilesDiff> {
  const [old, present] = [jsonOf(before, "before"), jsonOf(after, "after")];
  const diff = await inWasm((wasm) => wasm.changes(old, present, options, true) as ProfilesDiff);
  return { ...diff, changed: parseProfiles(diff.changed) };
}

async function inWasm<T>(task: (wasm: InsightGlue) => T): Promise<T> {
  return (await loadInsight()).run(task);
}

/** A value that has no JSON form, such as `undefined` or a cycle, is the caller's mistake. */
function jsonOf(value: unknown, name: string): string {
  let cause: unknown;
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (error) {
    cause = error;
  }
  throw new AyrshareError({ kind: "config", message: `\`${name}\` must be JSON-serializable`, retryable: false, cause });
}

/** Converts a `Date` of any realm. The wasm checks other values. */
function millisecondsOf(now: unknown): unknown {
  try {
    return (now as Date).getTime();
  } catch {
    return now;
  }
}
