// CSV in UTF-8.

import { type Cell, type Report, cellOf } from "../report.js";
import { harmless } from "../text.js";
import { csvRow } from "./csv-row.js";

/**
 * Writes the records as CSV, with a row of names first. In a terminal, each record is one line, and characters that would change how the line is shown
 * are escapes; in a file, line breaks and the direction of text stay as they are, because a spreadsheet needs them.
 */
export async function* csv(report: Report, isTerminal: boolean): AsyncGenerator<string> {
  const shown = (value: unknown): Cell => {
    const cell = cellOf(value);
    return isTerminal && typeof cell === "string" ? harmless(cell) : cell;
  };
  yield csvRow(report.columns.map(({ name }) => name));
  for await (const batch of report.records) {
    if (batch.length > 0) yield batch.map((record) => csvRow(report.columns.map(({ cell }) => shown(cell(record))))).join("");
  }
}
