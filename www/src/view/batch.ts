// The batch file as a ticket: when it becomes available and when it expires, with a live countdown to the next of the two.
// Its URL is signed and therefore a credential, so only the host and the file name are shown.

import type { UserBatch } from "ayrshare-user";
import { h, type Child } from "../dom.js";
import { durationText, momentText, timeOf } from "../format.js";
import { texts } from "../texts.js";
import { every } from "../ticker.js";

export interface BatchActions {
  readonly askAgain: () => void;
  readonly announce: (words: string) => void;
}

type Phase = "waiting" | "open" | "gone" | "unknown";

export function ticket(batch: UserBatch, actions: BatchActions): HTMLElement {
  const label = h("p", { class: "ticket-label" });
  const left = h("p", { class: "ticket-left", role: "timer", "data-testid": "countdown" });
  const again = h("button", { type: "button", class: "button", hidden: true, on: { click: actions.askAgain } }, texts.batch.again);
  const element = h("div", { class: "ticket", "data-testid": "batch" },
    h("div", { class: "ticket-main" }, label, left, again),
    h("div", { class: "ticket-stub" }, times(batch), fileName(batch.url)));
  let last: Phase | undefined;
  every(element, (now) => {
    const { phase, leftMs } = phaseOf(batch, now);
    if (last === "waiting" && phase === "open") actions.announce(texts.batch.opened);
    last = phase;
    element.dataset["phase"] = phase;
    label.textContent = labelOf(phase);
    left.textContent = leftMs === undefined ? "" : durationText(leftMs);
    again.hidden = phase !== "gone";
    return leftMs !== undefined;
  });
  return element;
}

function phaseOf(batch: UserBatch, now: number): { phase: Phase; leftMs?: number } {
  const available = timeOf(batch.urlAvailable);
  const expires = timeOf(batch.urlExpires);
  if (expires !== undefined && now >= expires) return { phase: "gone" };
  if (available !== undefined && now < available) return { phase: "waiting", leftMs: available - now };
  return expires === undefined ? { phase: "unknown" } : { phase: "open", leftMs: expires - now };
}

function labelOf(phase: Phase): string {
  const { willOpen, isOpen, gone, unknown } = texts.batch;
  return { waiting: willOpen, open: isOpen, gone, unknown }[phase];
}

function times(batch: UserBatch): HTMLElement {
  const line = (name: string, iso: string | undefined): Child =>
    iso && h("div", {}, h("dt", {}, name), h("dd", {}, h("time", { datetime: iso }, momentText(iso))));
  return h("dl", { class: "times" },
    line(texts.batch.available, batch.urlAvailable),
    line(texts.batch.expires, batch.urlExpires),
    line(texts.batch.made, batch.lastUpdated ?? undefined),
    line(texts.batch.next, batch.nextUpdate ?? undefined));
}

function fileName(url: string | undefined): Child {
  if (!url || !URL.canParse(url)) return null;
  const { host, pathname } = new URL(url);
  return h("p", { class: "ticket-file" }, h("code", { class: "wrap" }, `${host}/…/${pathname.split("/").at(-1) ?? ""}`));
}
