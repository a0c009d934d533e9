/** `compare`: what has changed between two batch files. */
import { compareProfiles } from "../../node.js";
import type { Change, ProfileName } from "../../insight/types.js";
import { NEVER_IDLE_MS } from "../from-file.js";
import type { Progressed } from "../progress.js";
import type { ProfilesComparison } from "../../batch/compare-types.js";
import type { Report } from "../report.js";
import { counted } from "../text.js";

/** One change: of a profile that joined, left, or has changed. */
type Entry = ProfileName & Omit<Change, "kind"> & { readonly kind: Change["kind"] | "joined" | "left" };

/** So many profiles are listed of each kind. */
const MAX_ENTRIES = 100_000;

/** A source of `compareProfiles`. */
type Source = Parameters<typeof compareProfiles>[0];

/** Compares the files, and lists the changes. */
export async function compare(before: Source, after: Source, onEvent: (event: Progressed) => void): Promise<Report<Entry>> {
  const comparison = await compareProfiles(before, after, { maxEntries: MAX_ENTRIES, idleTimeoutMs: NEVER_IDLE_MS, onEvent });
  const { joined, left, changed } = comparison;
  const entries: Entry[] = [
    ...joined.map((profile) => ({ kind: "joined" as const, ...profile })),
    ...left.map((profile) => ({ kind: "left" as const, ...profile })),
    ...changed.flatMap(({ changes, ...profile }) => changes.map((change) => ({ ...change, ...profile }))),
  ];
  return {
    whole: comparison,
    records: [entries],
    columns: [
      { name: "kind", title: "Change", cell: ({ kind }) => kind },
      { name: "network", title: "Network", cell: ({ network }) => network },
      { name: "title", title: "Title", cell: ({ title }) => title, isLong: true },
      { name: "path", cell: ({ path }) => path },
      { name: "before", title: "Before", cell: (entry) => entry.before, shown: (entry) => nameOf(entry.before), isLong: true },
      { name: "after", title: "After", cell: (entry) => entry.after, shown: (entry) => nameOf(entry.after), isLong: true },
      { name: "refId", title: "Ref id", cell: ({ refId }) => refId, isLong: true },
    ],
    above: summary(comparison),
    ifEmpty: "Nothing has changed.",
    notes: () => notes(comparison),
  };
}

/** Of a whole account, the table shows a name. */
function nameOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { displayName, username, pageName, channelTitle, id } = value as Record<string, unknown>;
  return [displayName, username, pageName, channelTitle, id].find((name) => typeof name === "string");
}

function summary({ before, after, counts }: ProfilesComparison): string[] {
  const file = ({ profiles, accounts }: ProfilesComparison["before"]): string => `${counted(profiles, "profile")} with ${counted(accounts, "linked account")}`;
  const parts = [
    [counts.joined, "profile", "joined"],
    [counts.left, "profile", "left"],
    [counts.linked, "account", "linked"],
    [counts.unlinked, "account", "unlinked"],
    [counts.relinked, "account", "linked again"],
    [counts.renamed, "account or profile", "renamed", "accounts or profiles"],
  ] as const;
  return [`Before: ${file(before)}`, `After: ${file(after)}`, ...parts.flatMap(([number, one, verb, many]) => (number > 0 ? [`${counted(number, one, many)} ${verb}`] : []))];
}

function notes({ before, after, counts, joined, left, changed }: ProfilesComparison): string[] {
  const unreadable = before.unreadable + after.unreadable;
  const leftOut = counts.joined - joined.length + counts.left - left.length + counts.changed - changed.length;
  return [
    ...(unreadable > 0 ? [`${counted(unreadable, "record")} could not be read as a profile and ${unreadable === 1 ? "was" : "were"} skipped.`] : []),
    ...(leftOut > 0 ? [`${counted(leftOut, "changed profile")} ${leftOut === 1 ? "is" : "are"} not listed.`] : []),
  ];
}
