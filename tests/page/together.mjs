// Runs the test files of this folder in one process, one after the other, so that they share their browsers. Each can be run alone, too.
import { readdirSync } from "node:fs";
import { after, before, describe } from "node:test";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { BROWSERS } from "./helpers.mjs";

before(() => Promise.all(BROWSERS.map(({ name }) => useBrowser(name))));
after(() => Promise.all(BROWSERS.map(({ name }) => releaseBrowser(name))));

for (const file of readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".test.mjs")).sort()) {
  // The tests of a file belong to the suite that imports it, and so do its hooks.
  describe(file, async () => { await import(`./${file}`); });
}
