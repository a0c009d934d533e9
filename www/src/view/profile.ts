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
  return h("dl", { class: "facts" },
    created && fact(texts.profile.created, h("time", { datetime: created }, dayText(created))),
    bio && fact(texts.profile.bio, externalLink(bio, linkText(bio))),
    user.lastUpdated && fact(texts.profile.updated,
      h("time", { datetime: user.lastUpdated }, momentText(user.lastUpdated))),
    user.refId && fact(texts.profile.reference, h("code", { class: "wrap" }, user.refId)));
}

const fact = (name: string, value: Child): HTMLElement => h("div", {}, h("dt", {}, name), h("dd", {}, value));
