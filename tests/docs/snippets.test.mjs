// Every js and ts block of README.md runs unchanged against the sandbox.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { RUNNERS, blocksOf } from "./snippets.mjs";

const CODE = ["js", "mjs", "jsx", "ts", "mts", "tsx", "javascript", "typescript"];
const PROSE = ["sh", "text"];

const blocks = blocksOf(readFileSync(new URL("../../README.md", import.meta.url), "utf8"));
const snippets = blocks.filter(({ language }) => CODE.includes(language));

describe("README.md", () => {
  test("states the language of every block", () => {
    const odd = blocks.filter(({ language }) => !CODE.includes(language) && !PROSE.includes(language));
    assert.deepEqual(odd, [], "give the block a language, or name the language in snippets.test.mjs");
  });

  test("has as many snippets under each heading as RUNNERS in tests/docs/snippets.mjs has runners", () => {
    const count = {};
    for (const { heading } of snippets) count[heading] = (count[heading] ?? 0) + 1;
    const runners = Object.fromEntries(Object.entries(RUNNERS).map(([heading, { length }]) => [heading, length]));
    assert.deepEqual(count, runners, "each snippet needs a runner, each runner a snippet");
  });

  for (const [heading, runners] of Object.entries(RUNNERS)) {
    const below = snippets.filter((snippet) => snippet.heading === heading);
    runners.forEach((runner, index) => test(`${heading}, snippet ${index + 1}`, (t) => runner(t, below[index].code)));
  }
});
