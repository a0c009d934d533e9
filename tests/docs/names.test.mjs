// A name of a type means one thing in the whole crate, so that a reader who has met it once knows it everywhere.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { sources } from "./arrows.mjs";

/** The types that a source declares, apart from associated types of traits, which have the names that their trait gives them. */
const typesIn = (text) => [...text.matchAll(/^(?:pub(?:\([^)]*\))? )?type (\w+)|^\s*(?:pub(?:\([^)]*\))? )?(?:struct|enum|trait|union) (\w+)/gm)].map(([, alias, other]) => alias ?? other);

const byName = new Map();
for (const { file, text } of sources()) for (const name of typesIn(text)) byName.set(name, [...(byName.get(name) ?? []), file]);

describe("the types of the crate", () => {
  test("have names of their own", () => {
    assert.ok(byName.size > 200, `the pattern finds only ${byName.size} types`);
    assert.deepEqual(Object.fromEntries([...byName].filter(([, files]) => files.length > 1)), {});
  });

  test("would be found if two shared a name", () => {
    assert.deepEqual(typesIn("pub(crate) struct A;\nenum B {}\n  pub trait A {}\ntype C = A;\nimpl B {\n  type Item = A;\n}\n"), ["A", "B", "A", "C"]);
  });
});

describe("comments", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const below = (folder) => readdirSync(root + folder, { recursive: true }).map((file) => `${folder}/${file.replaceAll("\\", "/")}`);
  const files = ["src", "pkg/src", "www/src", "scripts", "tests"].flatMap(below).filter((file) => /\.(rs|ts|mjs|js)$/.test(file) && !/node_modules|\/glue\//.test(file));
  const names = new Set(files.map((file) => file.split("/").pop()));
  const comments = (file) => readFileSync(root + file, "utf8").split("\n").flatMap((line) => /^\s*(?:\/\/|\/?\*)(.*)$/.exec(line)?.[1] ?? []);
  const ours = files.filter((file) => /^(src|pkg\/src|www\/src)\//.test(file));

  test("name files that exist", () => {
    const found = ours.flatMap((file) => comments(file).flatMap((text) => [...text.matchAll(/`(?:[\w-]+\/)*([\w-]+\.(?:rs|ts|mjs))`/g)].map(([, name]) => [file, name])));
    assert.ok(found.length > 10, `the pattern finds only ${found.length} names`);
    assert.deepEqual(found.filter(([, name]) => !names.has(name)), []);
  });

  test("name modules that exist, in the table of a module", () => {
    const found = ours.filter((file) => file.endsWith("/mod.rs")).flatMap((file) => {
      const siblings = readdirSync(root + file.replace(/mod\.rs$/, "")).map((name) => name.replace(/\.rs$/, ""));
      const firstColumns = comments(file).flatMap((text) => /^! \| (\[?`[^|]*)\|/.exec(text)?.[1] ?? []);
      return firstColumns.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => [file, name, siblings.includes(name)]));
    });
    assert.ok(found.length > 10, `the pattern finds only ${found.length} names`);
    assert.deepEqual(found.filter(([, , exists]) => !exists), []);
  });

  test("link to types by their names", () => {
    const links = ours.filter((file) => file.endsWith(".rs")).flatMap((file) => comments(file).flatMap((text) => [...text.matchAll(/\[`(?:\w+::)*([A-Z]\w+)`\]\((?:\w+::)*([A-Z]\w+)\)/g)].map(([, shown, target]) => [file, shown, target])));
    assert.ok(links.length > 10, `the pattern finds only ${links.length} links`);
    // A link to a variant goes to its enum.
    assert.deepEqual(links.filter(([, shown, target]) => shown !== target && !/^HandOver$/.test(shown)), []);
  });
});
