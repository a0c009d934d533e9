/** What an error means for the person at the terminal, and for the exit status. */
import { type AyrshareError, isAyrshareError } from "../errors/ayrshare-error.js";
import { FileError } from "./local-file.js";
import { OutputError } from "./output.js";
import { UsageError } from "./usage-error.js";
import { harmless } from "./text.js";

/** An error as a text and an exit status. */
export interface Failure {
  readonly message: string;
  readonly status: 1 | 2;
}

/** The names by which a user of the command knows the client's options. */
const NAMES: Readonly<Record<string, string>> = { apiKey: "AYRSHARE_API_KEY", profileKey: "AYRSHARE_PROFILE_KEY", baseUrl: "--base-url", refreshWithinDays: "--within" };

/** What to do next, unless the message already says it. */
const ADVICE: Readonly<Partial<Record<AyrshareError["kind"], string>>> = {
  auth: "Check AYRSHARE_API_KEY, and AYRSHARE_PROFILE_KEY if it is set.",
  expired: "Run the command again: it orders a new file.",
  internal: "This is a mistake in ayrshare-user: please report it.",
  network: "Check the connection, and run the command again.",
  timeout: "Run the command again.",
};

/** Describes an error. Neither it nor its message contains a key or a signed URL. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) return { message: error.message, status: 2 };
  // The library reports that its source failed; the reason is in ours.
  if (isAyrshareError(error) && error.cause instanceof FileError) return failureOf(error.cause);
  if (isAyrshareError(error)) return { message: harmless(messageOf(error)), status: error.kind === "config" ? 2 : 1 };
  if (error instanceof OutputError || error instanceof FileError) return { message: harmless(error.message), status: 1 };
  // The message of an error that nobody expected may contain anything, so only its name is shown.
  return { message: `Something unexpected went wrong (${error instanceof Error ? error.name : typeof error}). This is a mistake in ayrshare-user: please report it.`, status: 1 };
}

function messageOf(error: AyrshareError): string {
  const { kind, status, code, retryAfterMs } = error;
  if (kind === "not_ready") return `The batch file is not ready yet. Run the command again${retryAfterMs === undefined ? " in some minutes" : ` ${inTime(retryAfterMs)}`}.`;
  const numbers = [status !== undefined && `HTTP ${status}`, code !== undefined && code !== status && `Ayrshare's code ${code}`].filter(Boolean).join(", ");
  const named = error.message.replaceAll(/`(\w+)`/g, (whole, name: string) => NAMES[name] ?? whole);
  const sentence = `${named[0]?.toUpperCase() ?? ""}${named.slice(1).replace(/[.\s]+$/, "")}${numbers === "" ? "" : ` (${numbers})`}.`;
  const next = kind === "rate_limit" && retryAfterMs !== undefined ? `Run the command again ${inTime(retryAfterMs)}.` : ADVICE[kind];
  return next === undefined ? sentence : `${sentence} ${next}`;
}

function inTime(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 120 ? `in ${seconds} ${seconds === 1 ? "second" : "seconds"}` : `in ${Math.ceil(seconds / 60)} minutes`;
}
