// The comparison of two files: what to compare, how far it is, how many differences there are, and the table of them.

import { AyrshareError } from "ayrshare-user";
import type { Background, Run } from "../all/background.js";
import type { Difference, DifferenceRow, FromRun, Outcome } from "../all/protocol.js";
import { h, show } from "../dom.js";
import { markOf, networkOf } from "../networks.js";
import { type Explanation, texts } from "../texts.js";
import { changeRows } from "./changes.js";
import { failureNote } from "./failure.js";
import { dropZone, fileButton } from "./open-file.js";
import { emptyNote } from "./parts.js";
import { type Column, Table } from "./table.js";

export interface ComparisonActions {
  readonly announce: (words: string) => void;
  readonly explain: (error: AyrshareError) => Explanation;
  /** A second file was chosen. */
  readonly chosen: (files: readonly File[]) => void;
}

const KINDS: readonly Difference[] = ["joined", "left", "linked", "unlinked", "relinked", "renamed", "id_changed"];

export class Comparison {
  readonly #background: Background;
  readonly #actions: ComparisonActions;
  readonly #table: Table<DifferenceRow>;
  readonly #status = h("p", { class: "run-status", "data-testid": "compare-status" });
  readonly #bar = h("progress", { max: 1, "aria-label": texts.file.compareProgress });
  readonly #stop = h("button", { type: "button", class: "button", on: { click: () => { this.#cancel(); } } }, texts.all.cancel);
  readonly #result = h("div");
  readonly #body = h("div", { class: "run compared", "data-testid": "comparison", "data-state": "idle" });
  readonly element = h("div", { class: "comparison" });
  #run: Run | undefined;
  #files: readonly [before: File, after: File] | undefined;

  constructor(background: Background, actions: ComparisonActions) {
    this.#background = background;
    this.#actions = actions;
    this.#table = new Table({
      id: "differences", title: texts.file.differences, columns: COLUMNS, sortedBy: "profile", total: texts.file.differencesOf, empty: texts.file.noDifferences,
      byNetwork: true, fileName: "differences.csv", announce: actions.announce,
      ask: (from, to, query) => { this.#run?.ask({ type: "rows", table: "differences", from, to, query }); },
      save: (query) => { this.#run?.ask({ type: "csv", table: "differences", query }); },
    });
  }

  /** Asks for a second file. */
  clear(): void {
    this.#end();
    this.#files = undefined;
    this.#body.dataset["state"] = "idle";
    show(this.element, dropZone("compare", this.#actions.chosen));
  }

  /** Compares two files. The one that was changed earlier on this computer counts as the older one, until the user swaps them. */
  compare(open: File, second: File): void {
    this.#start(second.lastModified < open.lastModified ? [second, open] : [open, second]);
  }

  #start(files: readonly [before: File, after: File]): void {
    this.#end();
    this.#files = files;
    const [before, after] = files;
    const names = h("p", { class: "compared-files" },
      h("span", {}, texts.file.from, " ", h("strong", { class: "wrap", "data-testid": "compare-before" }, before.name)),
      h("span", {}, texts.file.to, " ", h("strong", { class: "wrap", "data-testid": "compare-after" }, after.name)));
    const swap = h("button", { type: "button", class: "button", on: { click: () => { this.#start([after, before]); } } }, texts.file.swap);
    show(this.#body, this.#status, this.#bar, this.#result);
    show(this.#result);
    show(this.element, names, this.#body, this.#table.element,
      h("div", { class: "actions" }, this.#stop, swap, ...fileButton("compare", texts.file.another, this.#actions.chosen)));
    this.#enter("reading", texts.file.comparing.before);
    this.#run = this.#background.begin({ type: "compare", before, after }, (message) => { this.#onMessage(message); });
  }

  #onMessage(message: FromRun): void {
    if (message.type === "comparing") this.#progress(message.side, message.share);
    else if (message.type === "compared") this.#show(message.outcome, message.tookMs);
    else if (message.type === "refused") this.#fail(new AyrshareError(message.error));
    else if (message.type === "rows") this.#table.show(message);
    else if (message.type === "csv") this.#table.download(message.file);
  }

  #progress(side: "before" | "after", share: number | undefined): void {
    this.#status.textContent = texts.file.comparing[side];
    if (share === undefined) this.#bar.removeAttribute("value");
    else this.#bar.value = (share + (side === "after" ? 1 : 0)) / 2;
  }

  #show(outcome: Outcome, tookMs: number): void {
    if (outcome.kind === "different") {
      this.#enter("failed", texts.file.different.title);
      show(this.#result, emptyNote(texts.file.different.title, texts.file.different.next));
      return;
    }
    if (outcome.kind === "responses") {
      this.#enter("ended", texts.file.changes(outcome.changes.length, tookMs));
      show(this.#result, outcome.changes.length > 0 ? changeRows(outcome.changes) : null);
      return;
    }
    const { counts, before, after, leftOut } = outcome;
    this.#enter("ended", texts.file.compared(before, after, tookMs));
    show(this.#result,
      h("dl", { class: "tiles differences" }, ...KINDS.map((kind) => h("div", { class: "tile", "data-tile": kind },
        h("dt", {}, texts.file.counts[kind]), h("dd", { "data-value": counts[kind], "data-testid": `count-${kind}` }, texts.all.count(counts[kind]))))),
      leftOut > 0 && h("p", { class: "quiet" }, texts.file.leftOut(leftOut)));
    this.#table.refresh();
  }

  #fail(error: AyrshareError): void {
    const files = this.#files;
    if (error.kind === "aborted" || !files) {
      this.#enter("cancelled", texts.file.compareCancelled);
      return;
    }
    this.#enter("failed", texts.file.notCompared);
    show(this.#result, failureNote(error, this.#actions.explain(error), () => { this.#start(files); }));
  }

  #cancel(): void {
    this.#end();
    this.#enter("cancelled", texts.file.compareCancelled);
  }

  #end(): void {
    this.#run?.end();
    this.#run = undefined;
    this.#table.clear();
  }

  #enter(state: "reading" | "ended" | "cancelled" | "failed", words: string): void {
    this.#body.dataset["state"] = state;
    this.#status.textContent = words;
    this.#bar.hidden = state !== "reading";
    this.#bar.removeAttribute("value");
    const hadFocus = document.activeElement === this.#stop;
    this.#stop.hidden = state !== "reading";
    // Hiding a focused button would move the focus to the top of the page.
    if (hadFocus && state !== "reading") this.element.querySelector<HTMLElement>(".actions > button:not([hidden])")?.focus();
    this.#actions.announce(words);
  }
}

const COLUMNS: readonly Column<DifferenceRow>[] = [
  { id: "profile", name: texts.all.columns.profile, className: "cell-name", cell: ({ title, refId }) => [h("span", { title: refId }, title || refId || texts.all.untitled)] },
  {
    id: "network", name: texts.all.columns.network, className: "cell-network",
    cell: ({ network }) => (network === undefined ? [] : [markOf(network), h("span", {}, networkOf(network).name)]),
  },
  { id: "kind", name: texts.file.columns.kind, cell: ({ kind }) => [h("span", { class: "chip", "data-difference": kind }, texts.file.kinds[kind])] },
  { id: "before", name: texts.file.columns.before, className: "cell-text cell-before", cell: ({ before }) => [before !== undefined && h("del", { title: before }, before)] },
  { id: "after", name: texts.file.columns.after, className: "cell-text", cell: ({ after }) => [after !== undefined && h("ins", { title: after }, after)] },
];
