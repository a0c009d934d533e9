// `npm run matrix` runs every row with the packed tarball and writes the table in tests/matrix/README.md. `npm run matrix -- webpack next` runs the
// rows with these words in their names and writes nothing. Tools are installed once into target/npm.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "../../scripts/build.mjs";
import { installPacked, packedPackage } from "../../scripts/lib/packed.mjs";
import { Stop, main, seconds } from "../../scripts/lib/run.mjs";
import { at, target } from "../../scripts/lib/tools.mjs";
import { setup } from "../../scripts/setup.mjs";
import { resultOf, runRow } from "./runner.mjs";
import { markdown } from "./table.mjs";

async function runAll(rows, context) {
  const results = [];
  for (const row of rows) {
    const began = performance.now();
    const result = await runRow(row, context).catch((error) => ({ name: row.name, writes: row.writes, result: "FAILED", why: error.message }));
    results.push(result);
    console.log(`matrix: ${row.name.padEnd(44)} ${result.result.padEnd(10)} ${seconds(began).padStart(7)}${result.why ? `\n${result.why}\n` : ""}`);
  }
  return results;
}

/** Rows without the expected result, including those that silently did not run. */
function failuresOf(rows, results) {
  return rows.filter((row) => results.find(({ name }) => name === row.name)?.result !== resultOf(row)).map(({ name }) => name);
}

function chosen(all, words) {
  const rows = words.length === 0 ? all : all.filter(({ name }) => words.some((word) => name.toLowerCase().includes(word.toLowerCase())));
  if (rows.length === 0) throw new Stop(`matrix: no row's name has any of these words: ${words.join(", ")}`);
  return rows;
}

await main(true, async () => {
  const began = performance.now();
  await setup({ for: "test" });
  // Imported here, because these need packages that setup installs.
  const [{ ROWS }, { browsers }] = await Promise.all([import("./rows/index.mjs"), import("./browsers.mjs")]);
  const rows = chosen(ROWS, process.argv.slice(2));
  await build();
  await installPacked();
  const { serveSandbox } = await import(pathToFileURL(join(packedPackage, "dist/sandbox/node.js")).href);
  const served = await serveSandbox({ cors: true, batchDelayMs: 0 });
  const { browser, close } = browsers();
  const config = { baseUrl: served.baseUrl, apiKey: served.sandbox.apiKey };
  const results = await runAll(rows, { config, browser }).finally(() => Promise.all([served.close(), close()]));
  const failures = failuresOf(rows, results);
  if (rows === ROWS) {
    mkdirSync(join(target, "matrix"), { recursive: true });
    writeFileSync(join(target, "matrix", "results.json"), `${JSON.stringify(results, null, 2)}\n`);
    writeFileSync(at("tests/matrix/README.md"), markdown(results));
  }
  console.log(`matrix: ${rows.length - failures.length} of ${rows.length} rows as they must be, ${seconds(began)}`);
  if (failures.length > 0) throw new Stop(`matrix: FAILED: ${failures.join("; ")}`);
});
