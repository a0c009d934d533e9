// Compares two files: two lists of profiles, or two responses of one call.

import { compareProfiles, diffUsers, type CompareEvent } from "ayrshare-user";
import { textOf } from "../readable.js";
import { responseOf } from "./from-file.js";
import type { Difference, DifferenceRow, Outcome } from "./protocol.js";
import { Rows } from "./rows.js";
import { errorMessage, type Post, type Running } from "./run.js";
import { DIFFERENCES } from "./tables.js";

export function compareFiles(before: File, after: File, post: Post, signal: AbortSignal): Running {
  const rows = new Rows<DifferenceRow>(DIFFERENCES);
  const startedMs = performance.now();
  compare(before, after, rows, post, signal).then((outcome) => {
    rows.complete();
    post({ type: "compared", outcome, tookMs: performance.now() - startedMs });
  }, (error: unknown) => { post({ type: "refused", error: errorMessage(error) }); });
  return { tables: { differences: rows } };
}

async function compare(before: File, after: File, rows: Rows<DifferenceRow>, post: Post, signal: AbortSignal): Promise<Outcome> {
  const [old, present] = [await responseOf(before), await responseOf(after)];
  if (old && present) return { kind: "responses", changes: await diffUsers(old, present) };
  if (old || present) return { kind: "different" };
  return compareLists(before, after, rows, post, signal);
}

const KINDS: readonly string[] = ["linked", "unlinked", "relinked", "renamed", "id_changed"] satisfies Difference[];
/** Rows of the table; there are more differences than that only if two files have little in common. */
const MOST_ROWS = 100_000;

async function compareLists(before: File, after: File, rows: Rows<DifferenceRow>, post: Post, signal: AbortSignal): Promise<Outcome> {
  const { joined, left, changed, counts, before: old, after: present } = await compareProfiles(before, after, {
    signal, maxEntries: MOST_ROWS,
    onEvent: (event) => { postProgress(event, post); },
  });
  for (const { refId, title } of joined) rows.add(rowOf("joined", { refId, title }));
  for (const { refId, title } of left) rows.add(rowOf("left", { refId, title }));
  for (const { refId, title, changes } of changed) {
    for (const change of changes) if (isDifference(change.kind)) rows.add(rowOf(change.kind, { refId, title, ...change }));
  }
  const leftOut = counts.joined - joined.length + counts.left - left.length + counts.changed - changed.length;
  return { kind: "lists", counts: { ...counts, id_changed: counts.idChanged }, before: old.profiles, after: present.profiles, leftOut };
}

function postProgress(event: CompareEvent, post: Post): void {
  if (event.type !== "progress") return;
  const { side, bytesRead, bytesTotal } = event;
  post({ type: "comparing", side, share: bytesTotal === undefined || bytesRead === undefined ? undefined : bytesRead / bytesTotal });
}

const isDifference = (kind: string): kind is Difference => KINDS.includes(kind);

type Given = Partial<Pick<DifferenceRow, "refId" | "title" | "network" | "path">> & { readonly before?: unknown; readonly after?: unknown };

function rowOf(kind: Difference, { refId, title, network, path, before, after }: Given): DifferenceRow {
  return { kind, refId, title, network, path, before: valueText(before), after: valueText(after) };
}

/** A value as text. Of an account that was linked or unlinked, its name. */
function valueText(value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  const { displayName, username, pageName, channelTitle } = (value ?? {}) as Record<string, unknown>;
  return textOf(displayName ?? username ?? pageName ?? channelTitle) ?? JSON.stringify(value);
}
