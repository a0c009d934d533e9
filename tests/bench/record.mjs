// Writes benchmark results for `--write`: results.json for machines, RESULTS.md for people, and the parts of README.md and of a guide that quote them.
// The texts depend only on results.json, so tests/docs can check that they match it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { at } from "../../scripts/lib/tools.mjs";

const RESULTS = at("tests/bench/results.json");
const found = {};

/** Records a table. In a title such as "batch from memory, 66.6 MB", the part before the comma is the table's name. */
export function record(title, rows) {
  const [name, ...conditions] = title.split(", ");
  found[name] = { conditions: conditions.join(", "), measured: new Date().toISOString().slice(0, 10), rows };
}

const rounded = (value) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3));
const HEADINGS = { name: "", ms: "ms", ratio: "ratio", perSecond: "requests/s", p50Ms: "p50 ms", p99Ms: "p99 ms", raw: "raw B", gzip: "gzip -9 B", brotli: "brotli 11 B" };

function table(rows) {
  const columns = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const cell = (value) => (typeof value === "number" ? rounded(value) : value);
  return [line(columns.map((name) => HEADINGS[name] ?? name)), line(columns.map((name) => (name === "name" ? "---" : "--:"))), ...rows.map((row) => line(columns.map((name) => cell(row[name]))))].join("\n");
}

/** The page of all tables. */
export function resultsPage({ machine, tables }) {
  const parts = Object.entries(tables).map(([name, { conditions, measured, rows }]) => `## ${name}\n\n${[conditions, measured].filter(Boolean).join("; ")}\n\n${table(rows)}\n`);
  return `# Benchmark results\n\nWritten by \`npm run bench\` on ${machine}. Ratios are relative to the first row, and medians of alternating runs. A busy machine\naffects the milliseconds more than the ratios.\n\n${parts.join("\n")}`;
}

/** Reads single results, in words. */
function quoting(tables) {
  const row = (name, of) => {
    const all = tables[name]?.rows ?? [];
    const one = all.find((found) => found.name === of);
    if (!one) throw new Error(`bench: results.json has no "${of}" in "${name}": run \`npm run bench\``);
    return one;
  };
  const ms = (name, of) => `${rounded(row(name, of).ms)} ms`;
  const bytes = (...parts) => `${rounded(parts.reduce((sum, part) => sum + row("size", part).brotli, 0))} B`;
  const perSecond = (of) => `${rounded(row("gateway", of).perSecond)}/s`;
  return { ms, bytes, perSecond };
}

const BATCH = "batch from memory";

/** A table with one row per comparison. */
function comparison(lines) {
  const rows = lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return `| | ayrshare-user | for comparison |\n|---|--:|---|\n${rows}\n`;
}

/** The README's part. */
function readmePart({ tables }) {
  const { ms, bytes } = quoting(tables);
  return comparison([
    ["A page downloads, brotli", bytes("wasm", "javascript"), `of which JavaScript ${bytes("javascript")}`],
    ["One `getUser()` over loopback", ms("call", "ayrshare-user"), `\`fetch\` + \`res.json()\` ${ms("call", "fetch + res.json()")}`],
    ["A 64 MB file, each profile checked", ms(BATCH, "streamProfiles"), `\`await res.json()\`, unchecked and all in memory, ${ms(BATCH, "await res.json()")}`],
    ["`sweepProfiles()` over it", ms("sweep", "sweepProfiles"), `a loop over \`res.json()\` ${ms("sweep", "the same over await res.json()")}`],
  ]);
}

/** The guide's part. */
function guidePart({ machine, tables }) {
  const { ms, bytes, perSecond } = quoting(tables);
  const table = comparison([
    ["A page downloads, brotli", bytes("wasm", "javascript"), `wasm ${bytes("wasm")}, JavaScript ${bytes("javascript")}`],
    ["Once it reads a batch file, in addition", bytes("batch wasm", "batch javascript"), ""],
    ["Once it computes health or changes, in addition", bytes("insight wasm", "insight javascript"), ""],
    ["From import to ready, Node", ms("start in Node", "ayrshare-user"), `\`social-media-api\` ${ms("start in Node", "social-media-api")}`],
    ["From import to ready, Chromium", ms("start in Chromium", "ayrshare-user"), `an empty module ${ms("start in Chromium", "an empty module")}`],
    ["One `getUser()` over loopback, Node", ms("call", "ayrshare-user"), `\`fetch\` + \`res.json()\` ${ms("call", "fetch + res.json()")}, \`social-media-api\` ${ms("call", "social-media-api")}`],
    ["A batch file of 64 MB, each profile checked", ms(BATCH, "streamProfiles"), `\`await res.json()\` ${ms(BATCH, "await res.json()")}, \`@discoveryjs/json-ext\` ${ms(BATCH, "@discoveryjs/json-ext")}`],
    ["The same unchecked", ms(BATCH, "streamProfiles, check: false"), `\`@streamparser/json\` ${ms(BATCH, "@streamparser/json")}, \`stream-json\` ${ms(BATCH, "stream-json")}`],
    ["`sweepProfiles()` over that file", ms("sweep", "sweepProfiles"), `a loop over \`res.json()\` ${ms("sweep", "the same over await res.json()")}`],
    ["Gateway in workerd, cached response", perSecond("cached"), `a hand-written pass-through ${perSecond("plain")}`],
    ["Gateway in workerd, fetched from upstream", perSecond("uncached"), ""],
  ]);
  return `${table}\nMeasured on ${machine}. [All tables](../../tests/bench/RESULTS.md), written by \`npm run bench\`.\n`;
}

/** The documents that quote results, each with its part. */
export const QUOTED = { "README.md": readmePart, "www/guides/speed.md": guidePart };

const MARKS = ["<!-- made by `npm run bench` -->\n", "<!-- end -->\n"];

/** A document's text with the part inserted. */
export function withPart(text, part) {
  const [from, to] = MARKS.map((mark) => text.indexOf(mark));
  if (from < 0 || to < from) throw new Error("bench: a document that quotes the results has no markers for them");
  return text.slice(0, from + MARKS[0].length) + part + text.slice(to);
}

export const readResults = () => (existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, "utf8")) : { tables: {} });

/** Writes the results to all files. Results that were not measured this time stay. */
export function writeResults() {
  const tables = { ...readResults().tables, ...found };
  const machine = `${cpus().length} cores of ${cpus()[0].model}`;
  const results = { machine, tables: Object.fromEntries(Object.entries(tables).sort(([one], [other]) => (one < other ? -1 : 1))) };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(at("tests/bench/RESULTS.md"), resultsPage(results));
  for (const [document, part] of Object.entries(QUOTED)) writeFileSync(at(document), withPart(readFileSync(at(document), "utf8"), part(results)));
}
