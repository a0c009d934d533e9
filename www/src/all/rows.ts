// The rows of a table, held by the worker: searched and sorted when rows are requested, because the page shows only a few of them.

import { fold, wordsOf } from "../search.js";
import { type Cell, csvOf } from "./csv.js";
import type { Query } from "./protocol.js";

/** While rows are added, they are sorted at most this often, and for at most this share of the time. */
const REORDER_MS = 1000;
const REORDER_SHARE = 0.1;

/** What a table needs to know about its rows. */
export interface RowShape<Row> {
  /** The values to sort by, for each column. */
  readonly columns: Readonly<Record<string, (row: Row) => string | number>>;
  /** The texts to search. */
  readonly texts: (row: Row) => readonly (string | undefined)[];
  readonly network?: (row: Row) => string | undefined;
  /** The fields of its CSV file. */
  readonly fields: Readonly<Record<string, (row: Row) => Cell>>;
}

const collator = new Intl.Collator("en", { numeric: true });

export class Rows<Row> {
  readonly #shape: RowShape<Row>;
  readonly #rows: Row[] = [];
  #ordered: readonly Row[] = [];
  #query = "";
  #orderedAtMs = -Infinity;
  #orderMs = 0;
  #complete = false;

  constructor(shape: RowShape<Row>) {
    this.#shape = shape;
  }

  add(row: Row): void {
    this.#rows.push(row);
  }

  get length(): number {
    return this.#rows.length;
  }

  /** All rows are there; from now on the order is exact. */
  complete(): void {
    this.#complete = true;
    this.#orderedAtMs = -Infinity;
  }

  window(from: number, to: number, query: Query): { total: number; rows: readonly Row[] } {
    const ordered = this.#order(query);
    return { total: ordered.length, rows: ordered.slice(from, to) };
  }

  /** The rows that the query finds, in its order. */
  csv(query: Query): Blob {
    return csvOf(this.#shape.fields, this.#order(query));
  }

  #order(query: Query): readonly Row[] {
    const key = JSON.stringify(query);
    const startMs = performance.now();
    const stale = !this.#complete && startMs - this.#orderedAtMs > Math.max(REORDER_MS, this.#orderMs / REORDER_SHARE);
    if (key === this.#query && !stale && this.#orderedAtMs !== -Infinity) return this.#ordered;
    this.#ordered = this.#sorted(this.#matching(query), query);
    this.#query = key;
    this.#orderedAtMs = performance.now();
    this.#orderMs = this.#orderedAtMs - startMs;
    return this.#ordered;
  }

  #matching({ search, network }: Query): Row[] {
    const { network: networkOf, texts } = this.#shape;
    const words = wordsOf(search);
    return this.#rows.filter((row) => {
      if (network !== undefined && networkOf?.(row) !== network) return false;
      if (words.length === 0) return true;
      const found = texts(row).map((text) => fold(text ?? ""));
      return words.every((word) => found.some((text) => text.includes(word)));
    });
  }

  #sorted(rows: Row[], { column, descending }: Query): readonly Row[] {
    const value = this.#shape.columns[column];
    if (!value) return rows;
    const direction = descending ? -1 : 1;
    return rows.sort((one, other) => direction * compare(value(one), value(other)));
  }
}

function compare(one: string | number, other: string | number): number {
  return typeof one === "string" || typeof other === "string" ? collator.compare(String(one), String(other)) : one - other;
}
