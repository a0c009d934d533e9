// The commands in package.json install what they need themselves; until then, they can import only Node's modules.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const IMPORT = /^(?:import|export)\b[^"=]*"([^"]+)";$/gm;
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const entries = Object.entries(scripts).map(([name, command]) => [name, command.match(/^node (\S+\.mjs)$/)?.[1]]);

/** The static imports of a file and of all files that it imports, as Map(specifier -> file). */
function imported(file, found = new Map()) {
  for (const [, specifier] of readFileSync(join(root, file), "utf8").matchAll(IMPORT)) {
    const name = specifier.startsWith(".") ? join(dirname(file), specifier) : specifier;
    if (found.has(name)) continue;
    found.set(name, file);
    if (specifier.startsWith(".")) imported(name, found);
  }
  return found;
}

describe("before setup has run", () => {
  for (const [name, file] of entries) {
    test(`npm run ${name} can import everything that it needs`, () => {
      assert.ok(file, "it is started by Node itself");
      const found = imported(file);
      assert.ok(found.has("scripts/lib/run.mjs"), "the pattern finds imports");
      const packages = [...found].filter(([name]) => !name.startsWith("node:") && !name.endsWith(".mjs"));
      assert.deepEqual(packages, []);
    });
  }
});
