// Tables for people. In a terminal, they fit its width; elsewhere, nothing is cut.

import { type Column, type Report, cellOf } from "../report.js";
import type { Style } from "../style.js";
import { count, cut, harmless, widthOf } from "../text.js";

/** The columns' widths follow from this many records, because the later ones are not known yet. */
const MEASURED = 200;

const GAP = "  ";

/** No column gets narrower than this in order to fit. */
const NARROWEST = 8;

/** Writes the lines above the table, and the table, without columns that are empty as far as all records are known. `columns` is the width of the terminal, if it is one. */
export async function* table(report: Report, style: Style, columns: number | undefined): AsyncGenerator<string> {
  const { above = [] } = report;
  if (above.length > 0) yield `${above.map(harmless).join("\n")}\n`;
  const shown = report.columns.filter(({ title }) => title !== undefined);
  let measured: object[] | undefined = [];
  let layout: Layout | undefined;
  for await (const batch of report.records) {
    if (layout === undefined) {
      measured = [...(measured ?? []), ...batch];
      if (measured.length < MEASURED) continue;
      layout = layoutOf(shown, measured, columns);
      yield (above.length > 0 ? "\n" : "") + heading(layout, style) + lines(measured, layout, report, style);
      measured = undefined;
    } else yield lines(batch, layout, report, style);
  }
  if (layout !== undefined) return;
  if (measured === undefined || measured.length === 0) {
    yield `${above.length > 0 ? "\n" : ""}${report.ifEmpty}\n`;
    return;
  }
  const all = measured;
  const filled = shown.filter(({ cell, shown: own = cell }) => all.some((record) => cellOf(own(record)) !== undefined));
  layout = layoutOf(filled, measured, columns);
  yield (above.length > 0 ? "\n" : "") + heading(layout, style) + lines(measured, layout, report, style);
}

interface Layout {
  readonly columns: readonly { readonly title: string; readonly text: (record: object) => string; readonly width: number; readonly isNumber: boolean }[];
  /** Whether longer cells are cut. */
  readonly cuts: boolean;
}

function layoutOf(shown: readonly Column<object>[], records: readonly object[], room: number | undefined): Layout {
  const made = shown.map(({ title = "", cell, shown: own = cell, isLong = false }) => {
    const cells = records.map((record) => cellOf(own(record)));
    return {
      title: title.toUpperCase(),
      text: (record: object) => textOf(own(record)),
      // Not `Math.max(...)`: a batch may have more records than a call may have arguments.
      width: cells.reduce<number>((width, value) => Math.max(width, widthOf(textOf(value))), title.length),
      isLong,
      isNumber: cells.every((value) => typeof value !== "string") && cells.some((value) => typeof value === "number"),
    };
  });
  let excess = room === undefined ? 0 : made.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length) - room;
  // The long columns give way first, and of these the widest.
  for (const group of [made.filter(({ isLong }) => isLong), made]) {
    while (excess > 0 && group.length > 0) {
      const widest = group.reduce((a, b) => (b.width > a.width ? b : a));
      if (widest.width <= NARROWEST) break;
      widest.width -= 1;
      excess -= 1;
    }
  }
  return { columns: made, cuts: room !== undefined };
}

function textOf(value: unknown): string {
  const cell = cellOf(value);
  if (cell === undefined) return "";
  if (typeof cell === "number") return count(cell);
  return typeof cell === "boolean" ? (cell ? "yes" : "no") : harmless(cell);
}

function heading({ columns }: Layout, style: Style): string {
  return `${style.bold(aligned(columns.map(({ title, width, isNumber }) => ({ text: title, width, isNumber }))))}\n`;
}

function lines(records: readonly object[], { columns, cuts }: Layout, { levelOf }: Report, style: Style): string {
  return records
    .map((record) => {
      const cells = columns.map(({ text, width, isNumber }) => ({ text: cuts ? cut(text(record), width) : text(record), width, isNumber }));
      const line = aligned(cells);
      return `${levelOf === undefined ? line : style.level(levelOf(record), line)}\n`;
    })
    .join("");
}

function aligned(cells: readonly { text: string; width: number; isNumber: boolean }[]): string {
  return cells
    .map(({ text, width, isNumber }) => {
      const room = " ".repeat(Math.max(0, width - widthOf(text)));
      return isNumber ? room + text : text + room;
    })
    .join(GAP)
    .trimEnd();
}
