// Explains a failed call: a title, and what to do next. The page shows Ayrshare's message between the two. An explanation for
// the code takes precedence over one for the kind, because one kind has many causes.

import type { AyrshareError } from "ayrshare-user";
import type { Mode } from "./config.js";
import { type Explanation, texts } from "./texts.js";

const { notProfiles, damaged, unreadable, refused } = texts.file.explain;
const { byCode, byKind, keyInPage, serverGone, unknown } = texts.explain;

/** `keyAtAyrshare`: the user entered a key for Ayrshare itself, which the client does not allow in a page. */
export function explain(error: AyrshareError, mode: Mode, keyAtAyrshare = false): Explanation {
  if (error.kind === "config" && keyAtAyrshare) return keyInPage;
  if (error.kind === "network" && mode === "account") return serverGone;
  const coded = error.code === undefined ? undefined : byCode[error.code];
  return coded ?? byKind[error.kind] ?? unknown;
}

/** Explains why a file could not be read to its end. `profilesRead` tells a file of another kind from one that is damaged. */
export function explainFile(error: AyrshareError, profilesRead: number): Explanation {
  if (error.kind === "decode") return profilesRead > 0 ? damaged : notProfiles;
  if (["api", "auth", "rate_limit"].includes(error.kind)) return refused;
  if (error.kind === "network" || error.kind === "timeout") return unreadable;
  return byKind[error.kind] ?? unknown;
}
