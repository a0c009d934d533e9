// A table whose rows a worker holds: it can be searched, sorted by each column, and saved as a CSV file. Only the visible rows exist as elements;
// they are requested as the table scrolls.

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import type { Query, TableWindow } from "../all/protocol.js";
import { type Child, h, show } from "../dom.js";
import { PLATFORMS } from "../network-names.js";
import { networkOf } from "../networks.js";
import { texts } from "../texts.js";

const ROW_PX = 44;
/** Rows to request above and below the visible ones, so that scrolling does not show gaps. */
const MARGIN_ROWS = 30;
/** A saved file stays available for this long; browsers start to read it at once. */
const REVOKE_AFTER_MS = 60_000;

export interface Column<Row> {
  readonly id: string;
  readonly name: string;
  readonly className?: string;
  readonly cell: (row: Row) => Child[];
}

export interface TableOptions<Row> {
  /** Prefix of the ids and test ids of its elements. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  /** The column by which rows are sorted at first; empty for the order in which they came. */
  readonly sortedBy: string;
  readonly total: (rows: number) => string;
  readonly empty: string;
  /** Whether its rows can be filtered by network. */
  readonly byNetwork: boolean;
  /** Name of the CSV file. */
  readonly fileName: string;
  readonly ask: (from: number, to: number, query: Query) => void;
  readonly save: (query: Query) => void;
  readonly announce: (words: string) => void;
}

export class Table<Row> {
  readonly #options: TableOptions<Row>;
  readonly #total: HTMLElement;
  readonly #search: HTMLInputElement;
  readonly #network: HTMLSelectElement;
  readonly #save: HTMLButtonElement;
  readonly #heads: ReadonlyMap<string, HTMLElement>;
  readonly #none = h("p", { class: "quiet table-none" });
  readonly #body = h("div", { class: "table-body", role: "rowgroup" });
  readonly #table: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly element: HTMLElement;
  readonly #virtual: Virtualizer<HTMLElement, HTMLElement>;
  #sort: { readonly column: string; readonly descending: boolean };
  #from = 0;
  #rows: readonly Row[] = [];
  /** The request in progress, and whether another one has to follow. One at a time, because the worker may be busy. */
  #asked: Query | undefined;
  #again = false;
  /** The number of rows is announced once it is known, because the user changed the query. */
  #announces = false;

  constructor(options: TableOptions<Row>) {
    this.#options = options;
    const { id, title, columns, byNetwork } = options;
    this.#sort = { column: options.sortedBy, descending: false };
    this.#total = h("span", { class: "quiet", "data-testid": `${id}-total` });
    this.#search = h("input", { type: "search", id: `${id}-search`, autocomplete: "off", spellcheck: "false", on: { input: () => { this.#requery(); } } });
    this.#network = h("select", { id: `${id}-network`, on: { change: () => { this.#requery(); } } },
      h("option", { value: "" }, texts.table.everyNetwork), ...PLATFORMS.map((platform) => h("option", { value: platform }, networkOf(platform).name)));
    this.#save = h("button", { type: "button", class: "button", on: { click: () => { this.#saveAs(); } } }, texts.table.save);
    this.#heads = new Map(columns.map(({ id: column, name, className }) => [column, this.#head(column, name, className)]));
    this.#table = h("div", { class: "table-rows", role: "table", "aria-label": title, "aria-rowcount": 1 },
      h("div", { class: "table-head", role: "rowgroup" }, h("div", { class: "table-row", role: "row", "aria-rowindex": 1 }, ...this.#heads.values())),
      this.#body);
    this.#scroller = h("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": title, "data-testid": id }, this.#table);
    this.element = h("div", { class: "table", hidden: true, "data-table": id },
      h("header", { class: "table-bar" },
        h("h3", {}, title), this.#total,
        h("p", { class: "table-filters" },
          h("span", {}, h("label", { for: this.#search.id }, texts.table.search), this.#search),
          byNetwork && h("span", {}, h("label", { for: this.#network.id }, texts.table.network), this.#network),
          this.#save)),
      this.#scroller,
      this.#none);
    this.#showSort();
    this.#virtual = new Virtualizer<HTMLElement, HTMLElement>(this.#virtualOptions(0));
    this.#virtual._didMount();
    this.#virtual._willUpdate();
  }

  /** Hides the table and drops its rows; the search and the order stay. */
  clear(): void {
    this.element.hidden = true;
    this.#asked = undefined;
    this.#again = false;
    this.#announces = false;
    this.#save.disabled = false;
    this.#set(0, 0, []);
  }

  /** Requests the visible rows again, because there are more rows or their order has changed. */
  refresh(): void {
    this.element.hidden = false;
    this.#again = this.#asked !== undefined;
    if (this.#again) return;
    this.#virtual._willUpdate();
    const range = this.#virtual.calculateRange();
    const from = Math.max(0, (range?.startIndex ?? 0) - MARGIN_ROWS);
    this.#asked = this.#query();
    this.#options.ask(from, (range?.endIndex ?? 0) + 2 * MARGIN_ROWS, this.#asked);
  }

  /** Shows requested rows. */
  show({ from, total, rows, query }: TableWindow): void {
    if (!same(query, this.#asked)) return;
    this.#asked = undefined;
    if (same(query, this.#query())) {
      this.#set(from, total, rows as readonly Row[]);
      if (this.#announces) this.#options.announce(this.#options.total(total));
      this.#announces = false;
    }
    if (this.#again) this.refresh();
  }

  focus(): void {
    this.#scroller.focus();
  }

  /** Offers a CSV file to the user. */
  download(file: Blob): void {
    const url = URL.createObjectURL(file);
    h("a", { href: url, download: this.#options.fileName }).click();
    setTimeout(() => { URL.revokeObjectURL(url); }, REVOKE_AFTER_MS);
    this.#save.disabled = false;
    this.#options.announce(texts.table.saved(this.#options.fileName));
  }

  #set(from: number, total: number, rows: readonly Row[]): void {
    const unchanged = total > 0 && from === this.#from && total === this.#virtual.options.count && JSON.stringify(rows) === JSON.stringify(this.#rows);
    if (unchanged) return;
    this.#from = from;
    this.#rows = rows;
    if (total !== this.#virtual.options.count) this.#virtual.setOptions(this.#virtualOptions(total));
    this.#total.textContent = this.#options.total(total);
    this.#table.setAttribute("aria-rowcount", String(total + 1));
    this.element.dataset["empty"] = String(total === 0);
    const { search, network } = this.#query();
    this.#none.textContent = search.trim() !== "" || network !== undefined ? texts.table.noMatch : this.#options.empty;
    this.#body.style.setProperty("block-size", `${total * ROW_PX}px`);
    this.#draw();
  }

  #query(): Query {
    const network = this.#network.value;
    return { search: this.#search.value, ...this.#sort, ...(network !== "" && { network }) };
  }

  #requery(): void {
    this.#scroller.scrollTop = 0;
    this.#announces = true;
    this.refresh();
  }

  #saveAs(): void {
    this.#save.disabled = true;
    this.#options.save(this.#query());
  }

  #head(column: string, name: string, className: string | undefined): HTMLElement {
    return h("span", { role: "columnheader", class: className },
      h("button", { type: "button", class: "table-sort", on: { click: () => { this.#sortBy(column); } } }, name));
  }

  #sortBy(column: string): void {
    const { column: current, descending } = this.#sort;
    this.#sort = { column, descending: column === current && !descending };
    this.#showSort();
    this.#requery();
  }

  #showSort(): void {
    const { column, descending } = this.#sort;
    for (const [id, head] of this.#heads) {
      if (id === column) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  #virtualOptions(count: number) {
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
    const focused = this.#body.contains(document.activeElement) ? document.activeElement?.closest("[role=row]")?.getAttribute("aria-rowindex") : undefined;
    show(this.#body, ...items.map(({ index, start }) => {
      const element = this.#row(this.#rows[index - this.#from], index);
      element.style.setProperty("transform", `translateY(${start}px)`);
      return element;
    }));
    // The rows were recreated; keep the focus on the same one.
    if (focused) this.#body.querySelector<HTMLElement>(`[aria-rowindex="${focused}"] button`)?.focus({ preventScroll: true });
  }

  #row(row: Row | undefined, index: number): HTMLElement {
    if (!row) return h("div", { class: "table-row", role: "row", "aria-rowindex": index + 2 }, h("span", { role: "cell" }));
    return h("div", { class: "table-row", role: "row", "aria-rowindex": index + 2, "data-testid": `${this.#options.id}-row` },
      ...this.#options.columns.map(({ cell, className }) => h("span", { role: "cell", class: className }, ...cell(row))));
  }
}

const same = (one: Query, other: Query | undefined): boolean => JSON.stringify(one) === JSON.stringify(other);
