// The guides about recipes and for Rust show the apps' own files, and every recipe.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";
import { filesIn, guides, withFiles } from "../recipes/guides.mjs";

const PROSE = ["sh", "text"];

describe("the guides that show apps", () => {
  for (const [path, text] of Object.entries(guides())) {
    test(`${path} shows the files as they are`, () => assert.equal(withFiles(text), text, "run `npm run recipes -- --guide`"));

    test(`${path} names the file of each block`, () => {
      const blocks = [...text.matchAll(/^```(\w+)\n/gm)].filter(([, language]) => !PROSE.includes(language));
      assert.equal(filesIn(text).length, blocks.length, "put `<!-- file: … -->` before the block");
    });
  }

  test("show every recipe", () => {
    const shown = Object.values(guides()).flatMap(filesIn).map((file) => /^tests\/recipes\/([^/]+)\/./.exec(file)?.[1]);
    const folders = readdirSync(at("tests/recipes"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    assert.deepEqual([...new Set(shown.filter(Boolean))].sort(), folders.sort());
  });
});
