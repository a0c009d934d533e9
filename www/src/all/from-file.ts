// Reads a file that the user opened: the list of all profiles, or the response of one call.

import { accountHealth, decodeUser, metaOf, streamProfiles, type User } from "ayrshare-user";
import { Counting } from "./counting.js";
import type { OpenedProfile } from "./protocol.js";
import { errorMessage, type Post, type Running } from "./run.js";

/** Lists are longer than this, and the client accepts no longer response. */
const LONGEST_RESPONSE = 8_388_608;
const GZIP = [0x1f, 0x8b];

export function readFile(file: File, withinDays: number, post: Post, signal: AbortSignal): Running {
  const counting = new Counting(post, signal, { listsProfiles: true });
  const { links, listed } = counting.counts;
  void counting.count(() => Promise.resolve(streamProfiles(file, counting.options)), withinDays);
  const open = async (index: number): Promise<void> => {
    post({ type: "profile", index, profile: await profileAt(file, index, withinDays, signal).catch(() => undefined) });
  };
  return { tables: { links, ...(listed && { profiles: listed }) }, open };
}

/** Finds out whether a file is the response of one call, and reads it if so. Whether it is a list, its reader says. */
export function recognize(file: File, post: Post): Running {
  const startedMs = performance.now();
  const read = async (): Promise<void> => {
    const text = await responseIn(file);
    const profile = text === undefined ? undefined : await openedFrom(text);
    post({ type: "recognized", profile, tookMs: performance.now() - startedMs });
  };
  read().catch((error: unknown) => { post({ type: "refused", error: errorMessage(error) }); });
  return { tables: {} };
}

/** The profile at this place among those that can be read. The file is read again up to there, so that profiles need not be kept in memory. */
async function profileAt(file: File, index: number, withinDays: number, signal: AbortSignal): Promise<OpenedProfile | undefined> {
  let before = 0;
  // The same options as when the rows were made, so that the places are the same.
  for await (const batch of streamProfiles(file, new Counting(() => undefined, signal).options).batches()) {
    const profile = batch[index - before];
    if (profile) return openedFrom(JSON.stringify(profile), withinDays);
    before += batch.length;
  }
  return undefined;
}

async function openedFrom(text: string, withinDays?: number): Promise<OpenedProfile> {
  const user = await decodeUser(text);
  const health = await accountHealth(user, withinDays === undefined ? {} : { refreshWithinDays: withinDays });
  const { mismatches, mismatchCount } = metaOf(user) ?? { mismatches: [], mismatchCount: 0 };
  return { user, health, odd: mismatchCount > 0 ? { mismatches, count: mismatchCount } : undefined };
}

/** The response of `GET /user`, if that is what the file contains. */
export async function responseOf(file: File): Promise<User | undefined> {
  const text = await responseIn(file);
  return text === undefined ? undefined : decodeUser(text);
}

/** The text of the file if it is the response of `GET /user`: one object that is a profile or an error. */
async function responseIn(file: File): Promise<string | undefined> {
  if (file.size > LONGEST_RESPONSE) return undefined;
  try {
    const text = await shortText(file);
    return text !== undefined && isResponse(JSON.parse(text)) ? text : undefined;
  } catch {
    // Not JSON, damaged or unreadable. The reader of lists says what and where.
    return undefined;
  }
}

function isResponse(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { displayNames, activeSocialAccounts, refId, title, status } = value as Record<string, unknown>;
  return Array.isArray(displayNames) || Array.isArray(activeSocialAccounts) || typeof refId === "string" || typeof title === "string" || status === "error";
}

/** The text of a file, which may be compressed; `undefined` if it is too long for a response. */
async function shortText(file: File): Promise<string | undefined> {
  const start = new Uint8Array(await file.slice(0, GZIP.length).arrayBuffer());
  const isGzip = GZIP.every((byte, at) => start[at] === byte);
  if (!isGzip) return file.text();
  const decoder = new TextDecoder();
  let [text, length] = ["", 0];
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > LONGEST_RESPONSE) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
