// The quick part of the matrix: rows that need no heavy tool. `npm test -- matrix-quick` runs it; `npm run matrix` runs all rows.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { matrixTools } from "../../scripts/lib/installed.mjs";
import { packedPackage, packedRoot } from "../../scripts/lib/packed.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { browsers } from "./browsers.mjs";
import { ROWS } from "./rows/index.mjs";
import { runRow } from "./runner.mjs";
import { namesIn, text } from "./table.mjs";

describe("rows", () => {
  const quick = ROWS.filter((row) => row.quick);
  const results = [];
  const { browser, close } = browsers();
  let served;
  before(async () => {
    served = await serveSandbox({ cors: true, batchDelayMs: 0 });
  });
  after(async () => {
    await Promise.all([served.close(), close()]);
    console.log(`\n${text(results)}\n`);
    assert.equal(results.length, quick.length, "a row did not run");
  });
  for (const row of quick) {
    test(row.name, async () => {
      const config = { baseUrl: served.baseUrl, apiKey: served.sandbox.apiKey };
      results.push(await runRow(row, { config, browser }));
    });
  }
});

test("the table in the docs has all rows and no others", () => {
  const names = ROWS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, "two rows have one name");
  assert.deepEqual(namesIn(readFileSync(new URL("README.md", import.meta.url), "utf8")), names, "run `npm run matrix`");
});

describe("the tarball", () => {
  const tarball = join(packedRoot, readdirSync(packedRoot).find((name) => name.endsWith(".tgz")) ?? "no tarball: run npm test");
  const clean = async (tool, ...args) => {
    const { code, output } = await run(process.execPath, [join(matrixTools, "node_modules", tool), ...args], { timeoutMs: 120_000 });
    assert.equal(code, 0, output);
  };
  test("publint reports no problems", () => clean("publint/src/cli.js", tarball, "--strict"));
  test("the types resolve like the code", () => {
    const { exports } = JSON.parse(readFileSync(join(packedPackage, "package.json"), "utf8"));
    // TypeScript's "node10" does not read `exports`, so it cannot find files of `dist` by another name.
    const untyped = Object.keys(exports).filter((name) => /\.wasm$|^\.\/openapi\.json$/.test(name));
    return clean("@arethetypeswrong/cli/dist/index.js", tarball, "--exclude-entrypoints", ...untyped);
  });
});
