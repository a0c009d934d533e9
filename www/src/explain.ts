// What a failed call means to a person: a title, and what to do next. Ayrshare's own sentence stands between
// the two unchanged. The code decides before the kind does, since one HTTP status stands for many causes.

import type { AyrshareError } from "ayrshare-user";
import type { Mode } from "./config.js";

export interface Explanation {
  readonly title: string;
  readonly next: string;
}

const BY_CODE: ReadonlyMap<number, Explanation> = new Map([
  [102, {
    title: "The API key was refused",
    next: "Copy the key again from the Ayrshare dashboard, under API Key. A Profile Key does not work in its place.",
  }],
  [106, {
    title: "The monthly quota is used up",
    next: "Calls work again when the month starts over, or with a larger plan.",
  }],
  [144, {
    title: "The Profile Key was refused",
    next: "Check that the key belongs to a User Profile of this account, and that the profile still exists.",
  }],
  [169, {
    title: "The plan does not include this",
    next: "This call needs a larger Ayrshare plan. Everything else on this page keeps working.",
  }],
  [276, {
    title: "This profile is suspended",
    next: "Ayrshare has stopped this profile. Its owner can ask Ayrshare's support to open it again; choose another profile meanwhile.",
  }],
]);

const BY_KIND: Readonly<Record<string, Explanation>> = {
  config: {
    title: "This connection cannot work",
    next: "Nothing was sent. Correct the setting named above and connect again.",
  },
  auth: { title: "Access was refused", next: "Check the keys, and that the plan includes this call." },
  api: { title: "Ayrshare answered with an error", next: "The message above is Ayrshare's own. Trying again helps only if it says so." },
  rate_limit: { title: "Too many calls for now", next: "Ayrshare counts calls per profile in windows of five minutes. Wait for the time shown, then try again." },
  network: { title: "The server could not be reached", next: "Check that it runs, that the address is right, and that it lets this page call it (CORS)." },
  timeout: { title: "The answer took too long", next: "The server may be busy. Trying again often works." },
  aborted: { title: "The call was stopped", next: "Start it again when you are ready." },
  decode: { title: "The answer is not what the documentation promises", next: "Check that the address is an Ayrshare API. If it is, the documentation and the answer differ at the place named above." },
  not_ready: { title: "The file is not ready yet", next: "Wait until its time of availability." },
  expired: { title: "The file has expired", next: "Ask for a new one." },
  internal: { title: "The decoder stopped", next: "The next call starts a fresh one. Please report what you did." },
};

const UNKNOWN: Explanation = { title: "The call failed", next: "Try again in a moment." };

const KEY_IN_PAGE: Explanation = {
  title: "An Ayrshare key does not belong in a page",
  next: "Stop this server and start it with AYRSHARE_API_KEY=… npm start. The key then stays in the server, and the page shows your account.",
};

const SERVER_GONE: Explanation = {
  title: "The local server could not be reached",
  next: "Check that npm start still runs in its terminal.",
};

/** `keyAtAyrshare`: a typed-in key was aimed at Ayrshare itself, which the client refuses in a page. */
export function explain(error: AyrshareError, mode: Mode, keyAtAyrshare = false): Explanation {
  if (error.kind === "config" && keyAtAyrshare) return KEY_IN_PAGE;
  if (error.kind === "network" && mode === "account") return SERVER_GONE;
  const byCode = error.code === undefined ? undefined : BY_CODE.get(error.code);
  return byCode ?? BY_KIND[error.kind] ?? UNKNOWN;
}
