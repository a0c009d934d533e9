// The header of the page's main part: the profile's data, and how much of the monthly quota is used.

import type { User } from "ayrshare-user";
import { h, type Child } from "../dom.js";
import { dayText, linkText, momentText, safeLink } from "../format.js";
import { texts } from "../texts.js";
import { externalLink, meter, oddNote, receipt, type Receipt } from "./parts.js";

export function profileHead(user: User, line: Receipt): Child[] {
  return [
    h("div", { class: "profile" },
      h("div", { class: "profile-who" },
        h("h1", { id: "profile-title" }, titleOf(user)),
        h("p", { class: "profile-mail" }, user.email ?? texts.profile.userProfile,
          user["suspended"] === true && h("span", { class: "chip warn" }, texts.profile.suspended))),
      calls(user)),
    facts(user),
    receipt(line),
    oddNote(line.odd),
  ];
}

export const titleOf = (user: User): string => user.title || texts.profile.untitled;

function calls(user: User): Child {
  const { monthlyApiCalls: used, monthlyApiCallsQuota: quota } = user;
  if (typeof used !== "number") return null;
  if (typeof quota !== "number") {
    return h("div", { class: "meter" },
      h("span", { class: "meter-label" }, texts.profile.calls),
      h("span", { class: "meter-value" }, texts.profile.callsPlain(used)),
      h("span", { class: "meter-aside" }, texts.profile.noQuota));
  }
  return meter(texts.profile.calls, used, quota, texts.profile.callsOf(used, quota), texts.profile.leftOver(quota - used));
}

function facts(user: User): HTMLElement {
  const created = user.created?.utc;
  const bio = safeLink(user.ayrlinkUrl ?? undefined);
  return factsOf([
    [texts.profile.created, created && h("time", { datetime: created }, dayText(created))],
    [texts.profile.bio, bio && externalLink(bio, linkText(bio))],
    [texts.profile.updated, user.lastUpdated && h("time", { datetime: user.lastUpdated }, momentText(user.lastUpdated))],
    [texts.profile.reference, user.refId && h("code", { class: "wrap" }, user.refId)],
  ]);
}

/** Facts and their names; those without a value are left out. */
export function factsOf(facts: readonly (readonly [name: string, value: Child])[]): HTMLElement {
  return h("dl", { class: "facts" },
    ...facts.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
