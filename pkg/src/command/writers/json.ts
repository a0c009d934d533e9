// JSON: one value, or one value per line (NDJSON).

import type { Report } from "../report.js";
import { harmlessJson } from "../text.js";

/** Writes the whole result, or a list of all records. */
export async function* json(report: Report): AsyncGenerator<string> {
  if (report.whole !== undefined) {
    yield `${harmlessJson(JSON.stringify(report.whole, undefined, 2))}\n`;
    return;
  }
  let separator = "[\n";
  for await (const batch of report.records) {
    if (batch.length === 0) continue;
    yield separator + batch.map(line).join(",\n");
    separator = ",\n";
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

/** Writes each record on a line of its own. */
export async function* ndjson(report: Report): AsyncGenerator<string> {
  for await (const batch of report.records) if (batch.length > 0) yield `${batch.map(line).join("\n")}\n`;
}

function line(record: object): string {
  return harmlessJson(JSON.stringify(record));
}
