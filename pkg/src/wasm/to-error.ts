/** Converts rejections of the wasm to {@link AyrshareError}. */
import { AyrshareError, type AyrshareErrorInit, isAyrshareError } from "../errors/ayrshare-error.js";
import { attemptsOf, mismatchesOf } from "./raw-result.js";
import { isTrap } from "./trap.js";

/** What the wasm rejects a call with: plain data, with the original error as `cause`. */
export interface RawFailure extends Omit<AyrshareErrorInit, "details" | "attempts" | "mismatches"> {
  /** JSON text. */
  details?: string;
  /** Flat array: a status or a reason, then milliseconds. */
  attempts?: unknown[];
  /** Text: their number, then a line for each of the first 100. */
  mismatches?: string;
}

/** Converts any rejection to an {@link AyrshareError}. Unexpected values become kind `internal`, with the original as `cause`. */
export function toAyrshareError(failure: unknown): AyrshareError {
  if (isAyrshareError(failure)) return failure;
  if (!isRawFailure(failure)) {
    return new AyrshareError({
      kind: "internal",
      message: isTrap(failure) ? "the wasm module failed; the next call runs on a fresh instance" : "unexpected error: see `cause`",
      retryable: true,
      cause: failure,
    });
  }
  const { details, attempts, mismatches, ...rest } = failure;
  return new AyrshareError({
    ...rest,
    details: parsed(details),
    attempts: attempts && attemptsOf(attempts),
    mismatches: mismatches === undefined ? undefined : mismatchesOf(mismatches),
  });
}

function isRawFailure(value: unknown): value is RawFailure {
  try {
    return typeof value === "object" && value !== null && "kind" in value && !(value instanceof Error);
  } catch {
    // A Proxy whose traps throw.
    return false;
  }
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
