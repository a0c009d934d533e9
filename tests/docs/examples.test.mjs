// Every example in the comments of pkg/src runs against the sandbox and, if it is TypeScript, compiles under strict rules.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { transform } from "esbuild";
import { at } from "../../scripts/lib/tools.mjs";
import { EXAMPLES, examples } from "./examples.mjs";

const found = examples();
const rows = Object.entries(EXAMPLES).flatMap(([file, all]) => {
  const inFile = found.filter((example) => example.file === file);
  return all.map((row, index) => ({ ...row, ...inFile[index], name: `${file}, example ${index + 1}` }));
});

/** A user's project with the installed package and each example as a program. */
function programs() {
  const folder = at("target/docs/examples");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(process.env.AYRSHARE_USER_DIR, join(folder, "node_modules/ayrshare-user"));
  for (const name of ["@types", "undici-types"]) symlinkSync(at("node_modules", name), join(folder, "node_modules", name));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const files = rows.filter(({ language }) => language === "ts").map(({ name, declared, code }) => {
    const file = `${name.replaceAll(/\W+/g, "-")}.ts`;
    writeFileSync(join(folder, file), `${declared}\n${code}\nexport {};\n`);
    return file;
  });
  return { folder, files };
}

describe("the examples in pkg/src", () => {
  test("have one row each in EXAMPLES of tests/docs/examples.mjs", () => {
    const count = {};
    for (const { file } of found) count[file] = (count[file] ?? 0) + 1;
    assert.deepEqual(count, Object.fromEntries(Object.entries(EXAMPLES).map(([file, { length }]) => [file, length])));
  });

  test("compile under strict rules", () => {
    const { folder, files } = programs();
    assert.ok(files.length > 0);
    const flags = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--types", "node", "--preserveSymlinks"];
    const { status, stdout } = spawnSync(process.execPath, [at("node_modules/typescript/bin/tsc"), ...flags, ...files], { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });

  for (const { name, language, code, runs } of rows) {
    test(name, async (t) => {
      assert.ok(["js", "ts"].includes(language), `it is in \`${language}\``);
      await runs(t, language === "ts" ? (await transform(code, { loader: "ts", format: "esm", target: "node20" })).code : code);
    });
  }
});
