// The table of links that need attention. Only the visible rows exist as elements; they are requested from the worker as the
// table scrolls.

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import type { LinkRow } from "../all/protocol.js";
import { h, show } from "../dom.js";
import { dateText } from "../format.js";
import { markOf, networkOf, PLATFORMS } from "../networks.js";
import { texts } from "../texts.js";

const ROW_PX = 44;
/** Rows to request above and below the visible ones, so that scrolling does not show gaps. */
const MARGIN_ROWS = 30;

export type AskRows = (from: number, to: number, network: string | undefined) => void;

export class LinksTable {
  readonly #ask: AskRows;
  readonly #total = h("span", { class: "quiet", "data-testid": "links-total" });
  readonly #filter = h("select", { id: "links-network", on: { change: () => { this.#refilter(); } } });
  readonly #body = h("div", { class: "links-body", role: "rowgroup" });
  readonly #table: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly element: HTMLElement;
  readonly #virtual: Virtualizer<HTMLElement, HTMLElement>;
  #from = 0;
  #rows: readonly LinkRow[] = [];

  constructor(ask: AskRows) {
    this.#ask = ask;
    const { columns, links, network, everyNetwork, noLinks } = texts.all;
    const heads = [columns.profile, columns.network, columns.due, columns.left];
    show(this.#filter, h("option", { value: "" }, everyNetwork), ...PLATFORMS.map((platform) => h("option", { value: platform }, networkOf(platform).name)));
    this.#table = h("div", { class: "links-table", role: "table", "aria-label": links, "aria-rowcount": 1 },
      h("div", { class: "links-head", role: "rowgroup" },
        h("div", { class: "links-row", role: "row", "aria-rowindex": 1 }, ...heads.map((head) => h("span", { role: "columnheader" }, head)))),
      this.#body);
    this.#scroller = h("div", { class: "links-scroll", tabindex: 0, role: "region", "aria-label": links, "data-testid": "links" }, this.#table);
    this.element = h("div", { class: "links", hidden: true },
      h("header", { class: "links-bar" },
        h("h3", {}, links), this.#total,
        h("p", { class: "links-filter" }, h("label", { for: "links-network" }, network), this.#filter)),
      this.#scroller,
      h("p", { class: "quiet links-none" }, noLinks));
    this.#virtual = new Virtualizer<HTMLElement, HTMLElement>(this.#options(0));
    this.#virtual._didMount();
    this.#virtual._willUpdate();
  }

  /** Requests the visible rows again, because there are more rows or their order has changed. */
  refresh(): void {
    this.element.hidden = false;
    this.#virtual._willUpdate();
    const range = this.#virtual.calculateRange();
    const from = Math.max(0, (range?.startIndex ?? 0) - MARGIN_ROWS);
    this.#ask(from, (range?.endIndex ?? 0) + 2 * MARGIN_ROWS, this.#filter.value || undefined);
  }

  rows(from: number, total: number, rows: readonly LinkRow[]): void {
    const same = from === this.#from && total === this.#virtual.options.count && JSON.stringify(rows) === JSON.stringify(this.#rows);
    if (same) return;
    this.#from = from;
    this.#rows = rows;
    if (total !== this.#virtual.options.count) this.#virtual.setOptions(this.#options(total));
    this.#total.textContent = texts.all.linksOf(total);
    this.#table.setAttribute("aria-rowcount", String(total + 1));
    this.element.dataset["empty"] = String(total === 0);
    this.#body.style.setProperty("block-size", `${total * ROW_PX}px`);
    this.#draw();
  }

  #refilter(): void {
    this.#scroller.scrollTop = 0;
    this.refresh();
  }

  #options(count: number) {
    return {
      count,
      getScrollElement: () => this.#scroller,
      estimateSize: () => ROW_PX,
      overscan: 6,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => { this.#scrolled(); },
    };
  }

  #scrolled(): void {
    this.#draw();
    const range = this.#virtual.calculateRange();
    if (!range) return;
    const missing = range.startIndex < this.#from || range.endIndex >= this.#from + this.#rows.length;
    if (missing && range.endIndex < this.#virtual.options.count) this.refresh();
  }

  #draw(): void {
    const items = this.#virtual.getVirtualItems();
    show(this.#body, ...items.map(({ index, start }) => {
      const row = this.#rows[index - this.#from];
      const element = row ? linkRow(row, index) : h("div", { class: "links-row", role: "row", "aria-rowindex": index + 2 }, h("span", { role: "cell" }));
      element.style.setProperty("transform", `translateY(${start}px)`);
      return element;
    }));
  }
}

function linkRow({ title, refId, network, dueMs, daysLeft, expired }: LinkRow, index: number): HTMLElement {
  const { untitled, expired: over } = texts.all;
  return h("div", { class: "links-row", role: "row", "aria-rowindex": index + 2, "data-testid": "link-row" },
    h("span", { role: "cell", class: "links-name", title: refId }, title || untitled),
    h("span", { role: "cell", class: "links-network" }, markOf(network), h("span", {}, networkOf(network).name)),
    h("span", { role: "cell", class: "links-due" }, dateText(dueMs)),
    h("span", { role: "cell" }, h("span", { class: "badge", "data-level": expired || daysLeft < 1 ? "now" : "soon" },
      expired ? over(-daysLeft - 1) : texts.health.daysLeft(daysLeft))));
}
