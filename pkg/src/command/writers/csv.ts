// CSV by RFC 4180, in UTF-8. A library would be more code than these rules, and the only third-party JavaScript in the package; a test reads the
// result with somebody else's parser.

import { type Report, cellOf } from "../report.js";

/** Characters with which spreadsheets start formulas; the last four are the full-width forms of the first. */
const FORMULA = "[=+\\-@\uff1d\uff0b\uff0d\uff20]";

/** White space before a formula is ignored, and some of it starts a cell of its own. */
const AT_START = new RegExp(`^(?=[\\t\\r\\n]|[\\s\\0]*${FORMULA})`);

/** Where the locale's separator is a semicolon, a spreadsheet splits cells there, does not see our quotes, and ends rows at every line break. */
const AFTER_SEPARATOR = new RegExp(`([;\\t\\r\\n]\\s*"?)(?=${FORMULA})`, "g");

/** Writes the records as CSV, with a row of names first. */
export async function* csv(report: Report): AsyncGenerator<string> {
  yield row(report.columns.map(({ name }) => name));
  for await (const batch of report.records) {
    if (batch.length > 0) yield batch.map((record) => row(report.columns.map(({ cell }) => cell(record)))).join("");
  }
}

function row(cells: readonly unknown[]): string {
  return `${cells.map(field).join(",")}\r\n`;
}

function field(value: unknown): string {
  const cell = cellOf(value);
  if (cell === undefined) return "";
  // A number cannot be a formula, and a negative one should stay a number.
  if (typeof cell !== "string") return String(cell);
  const text = cell.replace(AFTER_SEPARATOR, "$1'").replace(AT_START, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
