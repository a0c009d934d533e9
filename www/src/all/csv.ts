// A table as a CSV file, written as the command `ayrshare-user` writes it.

import { csvRow } from "../../../pkg/src/command/writers/csv-row.js";

export type Cell = string | number | boolean | undefined;

/** Without it, Excel takes UTF-8 for the computer's old code page. */
const BYTE_ORDER_MARK = "\ufeff";

/** Rows per piece of the file, so that the text of a long table is not in memory twice. */
const PIECE = 10_000;

export function csvOf<Row>(fields: Readonly<Record<string, (row: Row) => Cell>>, rows: readonly Row[]): Blob {
  const [names, values] = [Object.keys(fields), Object.values(fields)];
  const pieces = [BYTE_ORDER_MARK + csvRow(names)];
  for (let from = 0; from < rows.length; from += PIECE) {
    pieces.push(rows.slice(from, from + PIECE).map((row) => csvRow(values.map((value) => value(row)))).join(""));
  }
  return new Blob(pieces, { type: "text/csv;charset=utf-8" });
}
