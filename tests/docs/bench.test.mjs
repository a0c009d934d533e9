// The numbers in README.md, in a guide and in RESULTS.md must match results.json, which `npm run bench` writes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";
import { QUOTED, readResults, resultsPage, withPart } from "../bench/record.mjs";

const results = readResults();

describe("the benchmark results", () => {
  test("are in results.json", () => assert.ok(Object.keys(results.tables).length >= 8));

  test("in RESULTS.md match results.json", () => {
    assert.equal(readFileSync(at("tests/bench/RESULTS.md"), "utf8"), resultsPage(results), "run `npm run bench`");
  });

  for (const [document, part] of Object.entries(QUOTED)) {
    test(`in ${document} match results.json`, () => {
      const text = readFileSync(at(document), "utf8");
      assert.equal(text, withPart(text, part(results)), "run `npm run bench`");
    });
  }
});
