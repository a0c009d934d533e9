// The command is in the package, where npm and npx find it, and in nothing that a page loads.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { BIN, environment } from "./helpers.mjs";

const folder = process.env.AYRSHARE_USER_DIR;
const { bin, exports, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

test("package.json names it, and it can be executed", () => {
  assert.equal(join(folder, bin["ayrshare-user"]), BIN);
  assert.ok(readFileSync(BIN, "utf8").startsWith("#!/usr/bin/env node\n"));
  assert.ok(statSync(BIN).mode & 0o100);
});

test("npx runs the installed package", () => {
  const npx = (...words) => spawnSync("npx", ["--offline", "ayrshare-user", ...words], { cwd: join(folder, "../.."), env: environment(), encoding: "utf8" });
  assert.equal(npx("--version").stdout, `${version}\n`);
  const { status, stdout, stderr } = npx("boards", "--sandbox", "--format", "csv");
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /^id,name,/);
});

/** A file of the package, and all files that it imports, also later. */
function reached(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path] of readFileSync(join(folder, file), "utf8").matchAll(/(?:\bfrom ?|\bimport ?\(? ?)"(\.[^"]+\.js)"/g)) reached(normalize(join(dirname(file), path)), found);
  return found;
}

test("no entry of the package imports it", () => {
  const SAID = "AYRSHARE_API_KEY is not set";
  const has = (file) => readFileSync(join(folder, file), "utf8").includes(SAID);
  assert.ok([...reached(bin["ayrshare-user"])].some(has), "the search finds it");
  const entries = [...JSON.stringify(exports).matchAll(/"\.\/(dist\/[^"]+\.js)"/g)].map(([, file]) => file);
  assert.ok(entries.length > 10);
  const small = readdirSync(join(folder, "dist")).filter((name) => name.endsWith(".min.js")).map((name) => `dist/${name}`);
  for (const entry of [...entries, ...small]) assert.deepEqual([...reached(entry)].filter(has), [], entry);
});
