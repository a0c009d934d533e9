/** What a command found out, in a form that every writer can write. */
import type { HealthLevel } from "../insight/types.js";

/** What a cell can hold; `undefined` is an empty one. */
export type Cell = string | number | boolean | undefined;

/** The cell for a value, which may be of another type than documented: objects and lists become JSON. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : (value as string | number | boolean);
}

/** A column of the table and of the CSV. */
export interface Column<T> {
  /** Its name in the CSV. */
  readonly name: string;
  /** Its heading in the table; columns without one are only in the CSV. */
  readonly title?: string;
  readonly cell: (record: T) => unknown;
  /** Whether the table may cut it to fit the terminal; the other columns are short and only make sense as a whole. */
  readonly isLong?: boolean;
  /** How the table shows the cell, if not as the CSV has it. */
  readonly shown?: (record: T) => unknown;
}

/** The result of a command. */
export interface Report<T extends object = object> {
  /** The whole result, for `json`. Absent if it is the list of all records, which may be too long for memory. */
  readonly whole?: unknown;
  /** What `ndjson`, `csv` and the table list, in batches. Read once. */
  readonly records: Iterable<readonly T[]> | AsyncIterable<readonly T[]>;
  readonly columns: readonly Column<T>[];
  /** Lines above the table. */
  readonly above?: readonly string[];
  /** What the table says if there are no records. */
  readonly ifEmpty: string;
  /** How urgent a record is, for its colour in the table. */
  readonly levelOf?: (record: T) => HealthLevel;
  /** The highest level of everything that was read, for `--fail-on`. */
  readonly level?: HealthLevel;
  /** What to tell on standard error after the last record. */
  readonly notes?: () => readonly string[];
}
