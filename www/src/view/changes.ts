// What has changed since the same profile was last loaded.

import type { Change } from "ayrshare-user";
import { h, type Child } from "../dom.js";
import { momentOf } from "../format.js";
import { markOf, networkOf } from "../networks.js";
import { texts } from "../texts.js";
import { emptyNote } from "./parts.js";

export interface ChangesActions {
  readonly lookAgain: () => void;
  /** Only with a sandbox. */
  readonly letChange: (() => void) | undefined;
}

/** `changes` is `undefined` after the first load. */
export function changesBody(changes: readonly Change[] | undefined, sinceMs: number, actions: ChangesActions): Child[] {
  const since = momentOf(sinceMs);
  return [
    changes === undefined ? emptyNote(texts.changes.first, texts.changes.firstNext)
      : changes.length === 0 ? emptyNote(texts.changes.none, texts.changes.noneNext(since))
        : h("div", {},
          h("p", { class: "quiet" }, texts.changes.since(changes.length, since)),
          changeRows(changes)),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "button", on: { click: actions.lookAgain } }, texts.changes.lookAgain),
      actions.letChange && h("button", { type: "button", class: "button", on: { click: actions.letChange } }, texts.changes.letChange)),
  ];
}

export function changeRows(changes: readonly Change[]): HTMLElement {
  return h("ul", { class: "rows", role: "list" }, ...changes.map(row));
}

function row({ kind, network, path, before, after }: Change): HTMLElement {
  const what = network === undefined ? texts.changes.profile : networkOf(network).name;
  const values = path !== undefined && h("p", { class: "change-values" },
    before !== undefined && h("del", {}, valueText(before)),
    after !== undefined && h("ins", {}, valueText(after)));
  return h("li", { class: "row change", "data-kind": kind, "data-testid": "change" },
    network === undefined ? h("span", { class: "mark blank", "aria-hidden": "true", "data-letters": "P" }) : markOf(network),
    h("div", {}, h("h3", {}, `${what} ${texts.changes.kinds[kind]}`), path !== undefined && h("p", {}, h("code", {}, path)), values));
}

const LONGEST = 120;

function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
