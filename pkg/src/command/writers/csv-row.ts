// A row of a CSV file by RFC 4180. The demo page writes its files with it, too. A library would be more code than the two rules of quoting, and would leave
// the rules about formulas and control characters to us; tests read the result with somebody else's parser.

import { escaped } from "../text.js";

/** Characters with which spreadsheets start formulas; the last four are the full-width forms of the first. */
const FORMULA = "[=+\\-@\uff1d\uff0b\uff0d\uff20]";

/** White space and invisible characters before a formula are ignored, and some white space starts a cell of its own. */
const AT_START = new RegExp(`^(?=[\\t\\r\\n]|[\\s\\p{Cf}]*${FORMULA})`, "u");

/** Where the locale's separator is a semicolon, a spreadsheet splits cells there, does not see our quotes, and ends rows at every line break. */
const AFTER_SEPARATOR = new RegExp(`([;\\t\\r\\n][\\s\\p{Cf}]*"?)(?=${FORMULA})`, "gu");

/** No spreadsheet shows these, Excel's files cannot contain most of them, and a terminal obeys some. Tabs and line breaks are text to a spreadsheet. */
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/** The cells as a row, with its line break: nothing in it runs as a formula, and control characters are escapes such as `\u001b`. */
export function csvRow(cells: readonly (string | number | boolean | undefined)[]): string {
  return `${cells.map(field).join(",")}\r\n`;
}

function field(cell: string | number | boolean | undefined): string {
  if (cell === undefined) return "";
  // A number cannot be a formula, and a negative one should stay a number.
  if (typeof cell !== "string") return String(cell);
  const shown = cell.replace(CONTROL, escaped);
  const text = shown.replace(AFTER_SEPARATOR, "$1'").replace(AT_START, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
