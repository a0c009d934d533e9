// What a failed call means to a person: a title, and what to do next. Ayrshare's own sentence stands between
// the two unchanged. The code decides before the kind does, since one HTTP status stands for many causes.

import type { AyrshareError } from "ayrshare-user";
import type { Mode } from "./config.js";
import { type Explanation, texts } from "./texts.js";

const { byCode, byKind, keyInPage, serverGone, unknown } = texts.explain;

/** `keyAtAyrshare`: a typed-in key was aimed at Ayrshare itself, which the client refuses in a page. */
export function explain(error: AyrshareError, mode: Mode, keyAtAyrshare = false): Explanation {
  if (error.kind === "config" && keyAtAyrshare) return keyInPage;
  if (error.kind === "network" && mode === "account") return serverGone;
  const coded = error.code === undefined ? undefined : byCode[error.code];
  return coded ?? byKind[error.kind] ?? unknown;
}
