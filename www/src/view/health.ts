// The health strip: what needs attention, the most urgent first.

import type { Finding, Health } from "ayrshare-user";
import { h, type Child } from "../dom.js";
import { markOf } from "../networks.js";
import { texts } from "../texts.js";

export function healthStrip(health: Health): Child {
  const urgent = health.findings.filter(({ level }) => level !== "ok");
  return h("div", { class: "strip", "data-level": health.level, "data-testid": "health" },
    h("p", { class: "strip-verdict" }, h("span", { class: "strip-dot", "aria-hidden": "true" }), texts.health.verdict(urgent.length)),
    urgent.length === 0
      ? h("p", { class: "strip-calm" }, texts.health.calm(health.accounts.length))
      : h("ul", { class: "strip-list", role: "list" }, ...urgent.map(item)));
}

function item({ level, message, network }: Finding): HTMLElement {
  return h("li", { class: "strip-item", "data-level": level, "data-testid": "finding" },
    network ? markOf(network) : h("span", { class: "mark blank", "aria-hidden": "true", "data-letters": "!" }),
    h("p", {}, h("span", { class: "strip-level" }, texts.health.level[level]), message));
}
