// Gauges: a ring for the used share of a quota, a bar for the remaining days of a link. The text beside them says the same.

import type { Finding, HealthLevel } from "ayrshare-user";
import { h } from "../dom.js";
import { dateText } from "../format.js";
import { texts } from "../texts.js";

const SVG = "http://www.w3.org/2000/svg";

/** A link with at least this many days left has a full bar. */
const FULL_BAR_DAYS = 60;

export function badge(level: HealthLevel): HTMLElement {
  return h("span", { class: "badge", "data-level": level, "data-testid": "badge" }, texts.health.level[level]);
}

/** Used share of a quota. */
export function quotaRing({ level, reason, used = 0, limit = 0, dueMs }: Finding): HTMLElement {
  const share = limit > 0 ? Math.min(1, Math.max(0, used / limit)) : 1;
  return h("div", { class: "gauge", "data-level": level, "data-testid": "ring" },
    ring(share),
    h("p", {},
      h("span", { class: "gauge-value" }, texts.health.usedOf(used, limit)),
      h("span", { class: "gauge-label" }, texts.health.quota[reason] ?? reason),
      dueMs !== undefined && h("span", { class: "gauge-label" }, texts.health.startsAgain(dateText(dueMs)))));
}

function ring(share: number): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 36 36");
  svg.setAttribute("class", "ring");
  svg.setAttribute("aria-hidden", "true");
  for (const [className, dash] of [["ring-track", "100 100"], ["ring-fill", `${Math.max(1, share * 100)} 100`]] as const) {
    const circle = document.createElementNS(SVG, "circle");
    const attributes = { cx: 18, cy: 18, r: 15.5, pathLength: 100, "stroke-dasharray": dash, class: className };
    for (const [name, value] of Object.entries(attributes)) circle.setAttribute(name, String(value));
    svg.append(circle);
  }
  return svg;
}

/** Days left until a link must be refreshed. */
export function daysBar({ level, reason, daysLeft = 0, dueMs = 0 }: Finding): HTMLElement {
  const expired = reason === "link_expired";
  const fill = h("span", { class: "meter-fill" });
  fill.style.setProperty("--share", String(expired ? 0 : Math.min(1, Math.max(0, daysLeft / FULL_BAR_DAYS))));
  return h("div", { class: "meter", "data-level": level, "data-testid": "days" },
    h("span", { class: "meter-label" }, expired ? texts.health.expiredOn(dateText(dueMs)) : texts.health.refreshBy(dateText(dueMs))),
    h("span", { class: "meter-value" }, expired ? texts.health.expired : texts.health.daysLeft(daysLeft)),
    h("span", { class: "meter-bar", "aria-hidden": "true" }, fill));
}
