/** Changes as the wasm returns them. */
import type { Change, ProfileChanges } from "./types.js";

/** A change whose values are JSON text, so that they pass through the wasm unchanged. */
export type RawChange = Omit<Change, "before" | "after"> & { readonly before?: string; readonly after?: string };

/** Parses the values of changes. */
export function parseChanges(changes: readonly RawChange[]): Change[] {
  return changes.map(({ before, after, ...rest }) => ({
    ...rest,
    ...(before !== undefined && { before: JSON.parse(before) as unknown }),
    ...(after !== undefined && { after: JSON.parse(after) as unknown }),
  }));
}

/** Parses the values in the changes of each profile. */
export function parseProfiles(profiles: readonly ProfileChanges[]): ProfileChanges[] {
  return profiles.map((profile) => ({ ...profile, changes: parseChanges(profile.changes as readonly RawChange[]) }));
}
