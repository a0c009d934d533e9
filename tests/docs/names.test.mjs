// A name of a type means one thing in the whole crate, so that a reader who has met it once knows it everywhere.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
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
