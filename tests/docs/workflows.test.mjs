// GitHub's workflows never run here, so what can be read from them is tested: pinned actions, few rights, and scripts that exist.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";

const { scripts } = JSON.parse(readFileSync(at("package.json"), "utf8"));
const folder = at(".github/workflows");

for (const file of readdirSync(folder)) {
  const text = readFileSync(`${folder}/${file}`, "utf8");
  describe(`.github/workflows/${file}`, () => {
    test("pins every action by a commit, and says which version that is", () => {
      const used = text.match(/^.*\buses:.*$/gm);
      assert.ok(used.length > 0);
      assert.deepEqual(used.filter((line) => !/uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)), []);
    });

    test("may read alone, unless a job asks for more", () => assert.match(text, /^permissions:\n  contents: read\n$/m));

    test("runs scripts that package.json has", () => {
      const named = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name);
      assert.deepEqual(named.filter((name) => !(name in scripts)), []);
    });
  });
}
