// The numbers in README.md and RESULTS.md are those of results.json, which `npm run bench` writes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";
import { readResults, readmePart, resultsPage, withPart } from "../bench/record.mjs";

const results = readResults();

describe("what the benchmarks found", () => {
  test("is in results.json", () => assert.ok(Object.keys(results.tables).length >= 8));

  test("stands in RESULTS.md as results.json has it", () => {
    assert.equal(readFileSync(at("tests/bench/RESULTS.md"), "utf8"), resultsPage(results), "run `npm run bench`");
  });

  test("stands in README.md as results.json has it", () => {
    const readme = readFileSync(at("README.md"), "utf8");
    assert.equal(readme, withPart(readme, readmePart(results)), "run `npm run bench`");
  });
});
