/** Reads a file that is already here, instead of an API. Nothing is sent. */
import { gunzipSync } from "node:zlib";
import { decodePinterestDetails, decodeUser, streamProfiles, sweepProfiles } from "../node.js";
import { isAyrshareError } from "../errors/ayrshare-error.js";
import type { AyrshareEvent } from "../options/types.js";
import { FileError, type LocalFile } from "./local-file.js";
import type { Origin } from "./origin.js";

/** A response for one profile is not larger, nor is one that comes from the API. */
const RESPONSE_MAX_BYTES = 8_388_608;

/** Fields of which a profile has at least one. */
const FIELDS_OF_PROFILES = ["activeSocialAccounts", "displayNames", "refId", "title", "created", "email"];

/** The reader waits as long as the writer of a pipe needs; Ctrl-C ends it. The largest delay of a timer. */
export const NEVER_IDLE_MS = 2_147_483_647;

/** Reads the file as a batch file, or as the response for one profile. `path` is how the user named it. */
export function fromFile(file: LocalFile, path: string, onEvent: (event: AyrshareEvent) => void): Origin {
  return {
    user: async () => {
      const bytes = await bytesOf(file, path);
      if (isBatchFile(new TextDecoder().decode(bytes))) throw new FileError(notOneProfile(path));
      return decodeUser(bytes).catch(notAResponse(path));
    },
    boards: async () => decodePinterestDetails(await bytesOf(file, path)).catch(notAResponse(path)),
    ticket: () => Promise.reject(new Error("`batch` has no --file")),
    profiles: (where) => {
      const stream = streamProfiles(file, { where, onEvent, idleTimeoutMs: NEVER_IDLE_MS });
      return { batches: stream.batches(), invalid: () => stream.progress.invalid };
    },
    sweep: (options) => sweepProfiles(file, { ...options, onEvent, idleTimeoutMs: NEVER_IDLE_MS }),
  };
}

async function bytesOf(file: LocalFile, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > RESPONSE_MAX_BYTES) throw new FileError(notOneProfile(path));
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return withoutMark(bytes);
  try {
    return withoutMark(gunzipSync(bytes, { maxOutputLength: RESPONSE_MAX_BYTES }));
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw new FileError(notOneProfile(path));
    throw new FileError(`${path} could not be read: its gzip data is damaged or incomplete.`);
  }
}

/** Without the byte order mark that some editors write, which batch files may have, too. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** Whether the text holds several profiles: as a list, by their ids, inside another object, or one per line. */
function isBatchFile(text: string): boolean {
  // Also if it is not complete.
  if (/^\s*\[/.test(text)) return true;
  const whole = parsed(text);
  if (whole === undefined) return isObject(parsed(text.slice(0, Math.max(0, text.indexOf("\n")))));
  if (!isObject(whole) || FIELDS_OF_PROFILES.some((name) => Object.hasOwn(whole, name))) return false;
  return Object.values(whole).some((value) => isObject(value) || (Array.isArray(value) && value.some(isObject)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An error response is decoded to the error of a call, whose advice is about calls. */
function notAResponse(path: string): (error: unknown) => never {
  return (error) => {
    const isOfCall = isAyrshareError(error) && !["config", "decode", "internal"].includes(error.kind);
    throw isOfCall ? new FileError(`${path} holds an error of Ayrshare, not its data: ${error.message}.`) : error;
  };
}

function notOneProfile(path: string): string {
  return `${path} is not the response for one profile. If it is a batch file, use \`sweep\`: npx ayrshare-user sweep --file ${path}`;
}
