/** What an error means for the person at the terminal, and for the exit status. */
import { type AyrshareError, isAyrshareError } from "../errors/ayrshare-error.js";
import { FileError } from "./local-file.js";
import { OutputError } from "./output.js";
import { UsageError } from "./usage-error.js";

/** An error as a text and an exit status. */
export interface Failure {
  readonly message: string;
  readonly status: 1 | 2;
}

/** The names by which a user of the command knows the client's options. */
const NAMES: Readonly<Record<string, string>> = { apiKey: "AYRSHARE_API_KEY", profileKey: "AYRSHARE_PROFILE_KEY", baseUrl: "--base-url", refreshWithinDays: "--within" };

/** What to do next, unless the message already says it. */
const ADVICE: Readonly<Partial<Record<AyrshareError["kind"], string>>> = {
  decode: "Run the command again. If it fails again, please report it.",
  auth: "Check AYRSHARE_API_KEY, and AYRSHARE_PROFILE_KEY if it is set.",
  expired: "Run the command again: it orders a new file.",
  internal: "This is a mistake in ayrshare-user: please report it.",
  network: "Check the connection, and run the command again.",
  timeout: "Run the command again.",
};

/** The files that a user named, by the names that the library has for them. */
export type NamedFiles = Readonly<Partial<Record<"source" | "before" | "after", string>>>;

/** Describes an error. Neither it nor its message contains a key or a signed URL. */
export function failureOf(error: unknown, files: NamedFiles = {}): Failure {
  if (error instanceof UsageError) return { message: error.message, status: 2 };
  // The library reports that its source failed; the reason is in ours.
  if (isAyrshareError(error) && error.cause instanceof FileError) return failureOf(error.cause);
  if (isAyrshareError(error)) return { message: messageOf(error, files), status: error.kind === "config" ? 2 : 1 };
  if (error instanceof OutputError || error instanceof FileError) return { message: error.message, status: 1 };
  // The message of an error that nobody expected may contain anything, so only its name is shown.
  return { message: `Something unexpected went wrong (${error instanceof Error ? error.name : typeof error}). This is a mistake in ayrshare-user: please report it.`, status: 1 };
}

function messageOf(error: AyrshareError, files: NamedFiles): string {
  const { kind, status, code, retryAfterMs } = error;
  if (kind === "not_ready") return `The batch file is not ready yet. Run the command again${retryAfterMs === undefined ? " in some minutes" : ` ${inTime(retryAfterMs)}`}.`;
  const numbers = [status !== undefined && `HTTP ${status}`, code !== undefined && code !== status && `Ayrshare's code ${code}`].filter(Boolean).join(", ");
  const names = new Map(Object.entries({ ...NAMES, ...files }));
  // Other messages quote names from the data, too, and say at which byte they are.
  const ours = kind === "config" ? /`(\w+)`/g : /`(source|before|after)`(?! at byte)/g;
  const named = error.message.replaceAll(ours, (whole, name: string) => names.get(name) ?? whole);
  // A sentence starts with a capital, unless it starts with a name.
  const first = named[0] === error.message[0] ? named[0]?.toUpperCase() : named[0];
  const sentence = `${first ?? ""}${named.slice(1).replace(/[.\s]+$/, "")}${numbers === "" ? "" : ` (${numbers})`}.`;
  const next = nextOf(kind, retryAfterMs, Object.keys(files).length > 0);
  return next === undefined ? sentence : `${sentence} ${next}`;
}

function nextOf(kind: AyrshareError["kind"], retryAfterMs: number | undefined, isOfFile: boolean): string | undefined {
  if (kind === "rate_limit" && retryAfterMs !== undefined) return `Run the command again ${inTime(retryAfterMs)}.`;
  if (kind === "decode" && isOfFile) return "Check that the file is complete, and the right one.";
  return ADVICE[kind];
}

function inTime(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 120 ? `in ${seconds} ${seconds === 1 ? "second" : "seconds"}` : `in ${Math.ceil(seconds / 60)} minutes`;
}
