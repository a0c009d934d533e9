// Every js and ts block of README.md and of the guides runs unchanged against the sandbox.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";
import { DOCUMENTS, RUNNERS, blocksIn } from "./snippets.mjs";

const CODE = ["js", "mjs", "jsx", "ts", "mts", "tsx", "javascript", "typescript"];
// Commands have tests of their own; data is only shown.
const PROSE = ["sh", "text", "json", "jsonc", "yaml", "toml"];

for (const document of DOCUMENTS) {
  const all = blocksIn(document);
  const blocks = all.filter(({ file }) => file === undefined);
  const snippets = blocks.filter(({ language }) => CODE.includes(language));
  const runners = RUNNERS[document] ?? {};

  describe(document, () => {
    test("states the language of every block", () => {
      const odd = blocks.filter(({ language }) => !CODE.includes(language) && !PROSE.includes(language));
      assert.deepEqual(odd, [], "give the block a language, or name the language in snippets.test.mjs");
    });

    // Such a file is run by tests of its own.
    for (const { file, code } of all.filter(({ file }) => file !== undefined)) {
      test(`shows ${file} as it is`, () => assert.ok(readFileSync(at(file), "utf8").includes(code.trim()), "the block differs from the file"));
    }

    test("has as many snippets under each heading as RUNNERS in tests/docs/snippets.mjs has runners", () => {
      const count = {};
      for (const { heading } of snippets) count[heading] = (count[heading] ?? 0) + 1;
      const expected = Object.fromEntries(Object.entries(runners).map(([heading, { length }]) => [heading, length]));
      assert.deepEqual(count, expected, "each snippet needs a runner, each runner a snippet");
    });

    for (const [heading, below] of Object.entries(runners)) {
      const under = snippets.filter((snippet) => snippet.heading === heading);
      below.forEach((runner, index) => test(`${document}: ${heading}, snippet ${index + 1}`, (t) => runner(t, under[index].code)));
    }
  });
}

test("every document with runners exists", () => assert.deepEqual(Object.keys(RUNNERS).filter((name) => !DOCUMENTS.includes(name)), []));
