// The numbers in README.md and RESULTS.md must match results.json, which `npm run bench` writes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";
import { readResults, readmePart, resultsPage, withPart } from "../bench/record.mjs";

const results = readResults();

describe("the benchmark results", () => {
  test("are in results.json", () => assert.ok(Object.keys(results.tables).length >= 8));

  test("in RESULTS.md match results.json", () => {
    assert.equal(readFileSync(at("tests/bench/RESULTS.md"), "utf8"), resultsPage(results), "run `npm run bench`");
  });

  test("in README.md match results.json", () => {
    const readme = readFileSync(at("README.md"), "utf8");
    assert.equal(readme, withPart(readme, readmePart(results)), "run `npm run bench`");
  });
});
