// The table in src/README.md says which module uses which. The sources must match it exactly.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { namesAtRoot, sources } from "./arrows.mjs";
import { circles, crateUses, rooms, scriptUses } from "./rooms.mjs";

const OF_JAVASCRIPT = /\b(wasm_bindgen\w*|js_sys|web_sys|gloo_net|serde_wasm_bindgen)\b/;
const page = readFileSync(new URL("../../src/README.md", import.meta.url), "utf8");
const [, table] = /^## Which way the arrows go\n([^]*?)^## /m.exec(page);
const declared = new Set([...readFileSync(new URL("../../src/lib.rs", import.meta.url), "utf8").matchAll(/^(?:pub )?mod (\w+);/gm)].map(([, name]) => name));

/** Rows of the form "| `module` | what it does | `used`, `used` |" as Map(module -> names in the last column). */
const rows = new Map(
  [...table.matchAll(/^\| `(\w+)` \|.*\|([^|]*)\|$/gm)].map(([, name, uses]) => [name, [...uses.matchAll(/`(\w+)`/g)].map(([, used]) => used).sort()]),
);
const files = sources();

describe("src/README.md", () => {
  test("has a row for every module of the crate", () => {
    assert.deepEqual([...rows.keys()].sort(), [...declared].sort());
  });

  for (const [name, uses] of rows) {
    if (name === "web") continue;
    test(`lists what ${name} uses`, () => {
      const found = files.filter(({ path }) => path[0] === name).flatMap((file) => [...namesAtRoot(file)]);
      const others = new Set(found.filter((other) => declared.has(other) && other !== name));
      assert.deepEqual([...others].sort(), uses);
    });
  }

  test("has no cycles between modules", () => {
    const reach = (name, seen) => (rows.get(name) ?? []).flatMap((next) => (seen.has(next) ? [] : [next, ...reach(next, seen.add(next))]));
    const cyclic = [...rows.keys()].filter((name) => reach(name, new Set()).includes(name));
    assert.deepEqual(cyclic, []);
  });

  test("is right that only web uses JavaScript", () => {
    assert.deepEqual(files.filter(({ path, text }) => path[0] !== "web" && OF_JAVASCRIPT.test(text)).map(({ file }) => file), []);
    assert.ok(files.some(({ path, text }) => path[0] === "web" && OF_JAVASCRIPT.test(text)), "the pattern finds nothing at all");
  });

  test("is right that only web uses time and randomness", () => {
    const CLOCK = /\bstd::time::|\b(SystemTime|Instant)::|\bDate::now\b|\bMath::random\b|\brand::/;
    assert.deepEqual(files.filter(({ path, text }) => path[0] !== "web" && CLOCK.test(text)).map(({ file }) => file), []);
  });
});

describe("the files", () => {
  for (const [name, uses] of [["src", crateUses()], ["pkg/src", scriptUses("pkg/src")], ["www/src", scriptUses("www/src")]]) {
    test(`of ${name} have no import cycle`, () => {
      assert.ok([...uses.values()].filter((used) => used.size > 0).length > uses.size / 3, "the patterns find hardly anything");
      assert.deepEqual(circles(uses), []);
    });
  }

  test("would be found in an import cycle", () => {
    const uses = (pairs) => new Map(pairs.map(([from, ...to]) => [from, new Set(to)]));
    assert.deepEqual(circles(uses([["a", "b"], ["b", "c"], ["c", "a"], ["d", "a"]])), [["a", "b", "c"]]);
    assert.deepEqual(circles(uses([["a", "b"], ["b", "c"], ["c"]])), []);
  });
});

describe("the rooms", () => {
  for (const [name, found] of [["web", rooms(crateUses(), "web/")], ["pkg/src", rooms(scriptUses("pkg/src"))], ["www/src", rooms(scriptUses("www/src"))]]) {
    test(`of ${name} use what the table says`, () => {
      const stated = [...table.matchAll(new RegExp(`^\\| \`${name}/([\\w-]+)\` \\|([^|]*)\\|$`, "gm"))].map(([, room, uses]) => [room, [...uses.matchAll(/`([\w-]+)`/g)].map(([, used]) => used).sort()]);
      assert.deepEqual(Object.fromEntries([...found].map(([room, used]) => [room, [...used].sort()])), Object.fromEntries(stated));
    });
    test(`of ${name} have no import cycle`, () => assert.deepEqual(circles(found), []));
  }
});
