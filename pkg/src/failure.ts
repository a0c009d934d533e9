/** Turning what the wasm rejects with into an {@link AyrshareError}. */
import { AyrshareError, type AyrshareErrorInit, isAyrshareError } from "./errors.js";
import { mismatchesOf, triesOf } from "./meta.js";
import { isTrap } from "./trap.js";

/** What the wasm rejects a call with: plain data, and the original failure as `cause`. */
export interface RawFailure extends Omit<AyrshareErrorInit, "details" | "tries" | "mismatches"> {
  /** Raw JSON text. */
  details?: string;
  /** Flat: a status or a reason, then milliseconds. */
  tries?: unknown[];
  /** How many there are, and a line for each of the first 100. */
  mismatches?: string;
}

/** Any rejection as an {@link AyrshareError}; what is not a failure of ours is `internal`, with the original as cause. */
export function toAyrshareError(failure: unknown): AyrshareError {
  if (isAyrshareError(failure)) return failure;
  if (!isRawFailure(failure)) {
    return new AyrshareError({
      kind: "internal",
      message: isTrap(failure) ? "the wasm module failed; the next call runs on a fresh instance" : "something unexpected was thrown: see `cause`",
      retryable: true,
      cause: failure,
    });
  }
  const { details, tries, mismatches, ...rest } = failure;
  return new AyrshareError({
    ...rest,
    details: parsed(details),
    tries: tries && triesOf(tries),
    mismatches: mismatches === undefined ? undefined : mismatchesOf(mismatches),
  });
}

function isRawFailure(value: unknown): value is RawFailure {
  return typeof value === "object" && value !== null && "kind" in value && !(value instanceof Error);
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
