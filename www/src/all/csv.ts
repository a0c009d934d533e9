// A table as a CSV file by RFC 4180.

import { unparse } from "papaparse";

export type Cell = string | number | boolean | undefined;

/**
 * What a spreadsheet may run as a formula. Names and titles are untrusted, so such cells get an apostrophe in front. Spreadsheets ignore spaces before
 * a formula, and some read the full-width signs like the plain ones.
 */
const FORMULA = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** Without it, Excel takes UTF-8 for the computer's old code page. */
const BYTE_ORDER_MARK = "\ufeff";

/** Rows per piece of the file, so that the text of a long table is not in memory twice. */
const PIECE = 10_000;

export function csvOf<Row>(fields: Readonly<Record<string, (row: Row) => Cell>>, rows: readonly Row[]): Blob {
  const [names, values] = [Object.keys(fields), Object.values(fields)];
  const pieces = [`${BYTE_ORDER_MARK}${names.join(",")}\r\n`];
  for (let from = 0; from < rows.length; from += PIECE) {
    const data = rows.slice(from, from + PIECE).map((row) => values.map((value) => value(row)));
    pieces.push(`${unparse(data, { escapeFormulae: FORMULA, newline: "\r\n" })}\r\n`);
  }
  return new Blob(pieces, { type: "text/csv;charset=utf-8" });
}
