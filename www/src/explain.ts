// Explains a failed call: a title, and what to do next. The page shows Ayrshare's message between the two. An explanation for
// the code takes precedence over one for the kind, because one kind has many causes.

import type { AyrshareError } from "ayrshare-user";
import type { Mode } from "./config.js";
import { type Explanation, texts } from "./texts.js";

const { byCode, byKind, keyInPage, serverGone, unknown } = texts.explain;

/** `keyAtAyrshare`: the user entered a key for Ayrshare itself, which the client does not allow in a page. */
export function explain(error: AyrshareError, mode: Mode, keyAtAyrshare = false): Explanation {
  if (error.kind === "config" && keyAtAyrshare) return keyInPage;
  if (error.kind === "network" && mode === "account") return serverGone;
  const coded = error.code === undefined ? undefined : byCode[error.code];
  return coded ?? byKind[error.kind] ?? unknown;
}
