// Runs one row of the matrix: writes its app beside its tools, runs its commands, and reads the program's report.
//
// A row is plain data:
//   name, writes   columns of the table; `writes` is what a user must write or configure
//   tools          the folder in tests/matrix/tools with the tools it needs; if absent, those of tests/matrix itself
//   version        the package whose version the table shows, or a function; if absent, the browser's version
//   node           the folder of another Node version to run its commands with
//   app            rows with the same value are parts of one app, which is written and built once
//   files          names and contents of the app's files; `%PORT%` in them and in commands is replaced with a free port
//   build          commands to run first; `copyWasm` is a folder that then gets a copy of the package's .wasm files
//   print          a command that prints the report; or
//   serve          a command that starts a server, where `answer` is the path that returns the report; or
//   page           the path that a browser opens, served by `serve` or from the app's folder `site`, with `headers`
//   browser        the browser, if not Chromium
//   prefetched     how many .wasm files the page's HTML announces for prefetching
//   bucket         whether the program gets a bucket of R2, and reads sources from it, too
//   noGzip         whether the runtime has no DecompressionStream that works
//   error          a pattern for our error, in rows that cannot work
//   lateErrors     patterns for our errors, in rows where everything works except streams and health
//   quick          part of `npm test`
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { toolsOf } from "../../scripts/lib/installed.mjs";
import { packedPackage } from "../../scripts/lib/packed.mjs";
import { TOO_LONG_MS, finished, placeApp, served } from "./apps.mjs";
import { serveFolder } from "./site.mjs";

const EXPECTED = { names: 10, boards: 2, streamed: { profiles: 10, networks: 14 }, sources: "string,bytes,blob,response,stream,iterable,gzip", judged: 10, decoded: 10, error: { kind: "auth", code: 144 } };

const folderOf = ({ tools }) => (tools ? `matrix/tools/${tools}` : "matrix");

/** Writes the files of one app. program.cjs is the same program, for tools that cannot import modules. */
function write(folder, files) {
  const program = readFileSync(new URL("program.mjs", import.meta.url), "utf8");
  const required = `${program.replace("export async", "async")}module.exports = { program };\n`;
  const all = { "package.json": JSON.stringify({ name: "app", private: true, type: "module" }), "program.mjs": program, "program.cjs": required, ...files };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

function copyWasm(to) {
  const dist = join(packedPackage, "dist");
  for (const name of readdirSync(dist).filter((file) => file.endsWith(".wasm"))) copyFileSync(join(dist, name), join(to, name));
}

/** Writes a row's app and returns what runs its commands. */
const place = (row, config) =>
  placeApp({
    folder: folderOf(row),
    name: row.app ?? row.name,
    node: row.node,
    env: { CONFIG: JSON.stringify(config) },
    write: (folder, filled) => write(folder, Object.fromEntries(Object.entries(row.files).map(([name, text]) => [name, filled(text)]))),
  });

async function printed(app, command) {
  const output = await finished(app, command);
  const report = /REPORT (\{.*\}|".*")/.exec(output)?.[1];
  assert.ok(report, `no report in the output:\n${output}`);
  return JSON.parse(report);
}

const asked = (url, config) => `${url}?${new URLSearchParams(config)}`;

async function answered(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TOO_LONG_MS) });
  const text = await answer.text();
  assert.ok(answer.ok, `${answer.status} ${text}`);
  return JSON.parse(text);
}

/** How many .wasm files a page announces for prefetching. */
async function prefetched(url) {
  const html = await (await fetch(url)).text();
  return html.match(/<link [^>]*\brel="?prefetch\b[^>]*>/g)?.filter((link) => link.includes(".wasm")).length ?? 0;
}

/** The apps that have been written and built. */
const apps = new Map();
function built(row, config) {
  const key = row.app ?? row.name;
  if (!apps.has(key)) apps.set(key, place(row, config).then(async (app) => {
    for (const command of row.build ?? []) await finished(app, command);
    if (row.copyWasm) copyWasm(join(app.folder, row.copyWasm));
    return app;
  }));
  return apps.get(key);
}

/** The report of the row's program, and the size of what a browser downloaded for it. */
async function reported(row, { config, browser }) {
  const app = await built(row, config);
  if (row.print) return { report: await printed(app, row.print) };
  const opened = async (origin) => (await browser(row.browser ?? "Chromium")).report(asked(`${origin}/${row.page}`, config));
  if (row.serve) {
    const take = async (origin) => {
      if (row.prefetched !== undefined) assert.equal(await prefetched(`${origin}/${row.page}`), row.prefetched, ".wasm files announced for prefetching");
      return row.answer ? answered(asked(`${origin}${row.answer}`, config)) : opened(origin);
    };
    return { report: await served(app, row.serve, take) };
  }
  const site = await serveFolder(join(app.folder, row.site ?? "."), row.headers);
  try {
    return { report: await opened(site.origin), download: site.download() };
  } finally {
    site.close();
  }
}

async function versionOf(row, browser) {
  if (typeof row.version === "function") return row.version();
  if (row.version === undefined) return (await browser(row.browser ?? "Chromium")).version();
  return JSON.parse(readFileSync(join(toolsOf(folderOf(row)), "node_modules", row.version, "package.json"), "utf8")).version;
}

function mustBeOurs({ kind, message }, error) {
  assert.equal(kind, "internal", message);
  assert.match(message, error);
}

/** The table's text for a row with the expected result. */
export const resultOf = ({ error, lateErrors }) => (error ? "our error" : lateErrors ? "works; streams, health: our error" : "works");

const sourcesOf = ({ bucket, noGzip }) => `${EXPECTED.sources}${bucket ? ",R2 body,gzip in R2" : ""}${noGzip ? ": our error" : ""}`;

/** Runs a row. Resolves to its line of the table; rejects if the result is not as expected. */
export async function runRow(row, context) {
  const { report, download } = await reported(row, context);
  const { startUpMs, ...outcome } = report;
  if (row.error) mustBeOurs(outcome, row.error);
  else if (row.lateErrors) {
    mustBeOurs(outcome.streamed, row.lateErrors.streamed);
    mustBeOurs(outcome.judged, row.lateErrors.judged);
    mustBeOurs(outcome.sources, row.lateErrors.streamed);
    const { streamed, sources, judged } = EXPECTED;
    assert.deepEqual({ ...outcome, streamed, sources, judged }, EXPECTED);
  } else assert.deepEqual(outcome, { ...EXPECTED, sources: sourcesOf(row) });
  return { name: row.name, version: await versionOf(row, context.browser), result: resultOf(row), writes: row.writes, startUpMs, download };
}
