// Files that cannot be read: each gets a sentence on the page, nothing hangs, and the next file is read.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { buildStaticPage } from "../../scripts/page.mjs";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { choose, drop, temporaryFolder, warmed, writeBatchFile } from "./files.mjs";
import { assertAccessible, BROWSERS, openPage, runIs, screenshot } from "./helpers.mjs";
import { serveStatic } from "./host.mjs";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const SPARSE_BYTES = 5_000_000_000;

const files = temporaryFolder();
const good = files.path("good.json");
let host;

before(async () => {
  host = await serveStatic(await buildStaticPage());
  await writeBatchFile(good, { profiles: 300 });
  const text = readFileSync(good);
  const write = (name, bytes) => writeFileSync(files.path(name), bytes);
  write("empty.json", "");
  write("spaces.json", " \n\n");
  write("picture.png", PNG);
  write("other.json", JSON.stringify({ name: "left-pad", versions: ["1.0.0"] }));
  write("numbers.json", "[1, 2, 3]");
  write("text.json", "Dear Ayrshare, please find attached");
  write("cut.json", text.subarray(0, text.length / 2));
  write("cut.json.gz", gzipSync(text).subarray(0, 20_000));
  write("cut-at-once.json.gz", gzipSync(text).subarray(0, 12));
  write("error.json", JSON.stringify({ action: "authorization", status: "error", code: 276, message: "Account suspended." }));
  write("sparse.json", "[");
  truncateSync(files.path("sparse.json"), SPARSE_BYTES);
  write("huge.json.gz", hugeList());
  mkdirSync(files.path("folder"));
  write("folder/inside.json", "[]");
});

after(() => {
  host?.close();
  files.remove();
});

/** A compressed list that begins with 5 GB of spaces. Its end is missing, because nobody is to get there. */
function hugeList() {
  const block = (text) => deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH });
  const spaces = block(" ".repeat(1_000_000));
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  return Buffer.concat([header, block("["), ...Array.from({ length: SPARSE_BYTES / 1_000_000 }, () => spaces)]);
}

/** The file, the title that the page shows for it, and how many of its profiles are read. */
const BAD = [
  ["empty.json", "This file is empty"],
  ["spaces.json", "This file has no profiles that can be read"],
  ["picture.png", "This file has no profiles that can be read"],
  ["other.json", "This file has no profiles that can be read"],
  ["text.json", "This file has no profiles that can be read"],
  ["cut.json", "This file is damaged"],
  ["cut.json.gz", "This file is damaged"],
  ["cut-at-once.json.gz", "This file has no profiles that can be read"],
  ["error.json", "This file contains an error of Ayrshare"],
  ["sparse.json", "This file has no profiles that can be read"],
];

/** Waits until the page says something about the file, and returns it. */
async function verdict(page) {
  const note = page.locator("#profile [role=alert], #run [role=alert]").first();
  await note.waitFor({ timeout: 60_000 });
  return { title: await note.getByRole("heading").textContent(), text: await note.innerText() };
}

async function readsGood(page) {
  await choose(page, good, "file-another");
  await page.getByRole("heading", { level: 1, name: "good.json" }).waitFor();
  await runIs(page, "ended");
  assert.equal(await page.getByTestId("tally-profiles").getAttribute("data-value"), "300");
  assert.equal(await page.locator("#profile [role=alert], #run [role=alert]").count(), 0);
}

for (const { name } of BROWSERS) {
  describe(`bad files in ${name}`, () => {
    let browser;
    let page;
    let seen;

    before(async () => {
      browser = await useBrowser(name);
      ({ page, seen } = await openPage(browser, host.url));
      await warmed(page);
    });
    after(() => releaseBrowser(name));

    const checked = new Set();

    for (const [file, title] of BAD) {
      test(file, async () => {
        await drop(name, page, [files.path(file)]);
        const said = await verdict(page);
        assert.equal(said.title, title);
        assert.match(said.text, /\.$/m, "it has full sentences");
        assert.doesNotMatch(said.text, /undefined|\[object|NaN|file\.invalid/);
        // Files with the same title differ in a sentence.
        if (!checked.has(title)) await assertAccessible(page, file);
        checked.add(title);
        await readsGood(page);
      });
    }

    test("a folder", async () => {
      if (name === "Chromium") await drop(name, page, [files.path("folder")]);
      // Firefox has no protocol to drop a folder, so the page gets an event like that of a folder.
      else {
        await page.evaluate(() => {
          const items = [{ kind: "file", webkitGetAsEntry: () => ({ isDirectory: true }) }];
          const event = new Event("drop", { bubbles: true, cancelable: true });
          Object.defineProperty(event, "dataTransfer", { value: { items, files: [new File([], "folder")], types: ["Files"] } });
          document.querySelector("#profile").dispatchEvent(event);
        });
      }
      assert.equal((await verdict(page)).title, "This is a folder");
      await assertAccessible(page, "a folder");
      await readsGood(page);
    });

    test("three files at once", async () => {
      await drop(name, page, ["other.json", "cut.json", "good.json"].map(files.path));
      assert.equal((await verdict(page)).title, "These are too many files");
      await readsGood(page);
    });

    test("a file that is gone when it is read", async () => {
      const gone = files.path("gone.json");
      writeFileSync(gone, readFileSync(good));
      await choose(page, gone, "file-another");
      await runIs(page, "ended", "failed");
      rmSync(gone);
      await page.getByRole("button", { name: "Read again" }).click();
      assert.equal((await verdict(page)).title, "The browser could not read this file");
      await readsGood(page);
    });

    test("a list of 5 GB is stopped in the middle", async () => {
      await choose(page, files.path("huge.json.gz"), "file-another");
      await page.getByRole("heading", { level: 1, name: "huge.json.gz" }).waitFor();
      await runIs(page, "reading");
      await page.getByRole("button", { name: "Stop" }).click();
      await runIs(page, "cancelled", "failed", "ended");
      assert.equal(await page.getByTestId("run-status").textContent(), "Stopped after 0 profiles");
      await readsGood(page);
    });

    test("a second file that cannot be read", async () => {
      await choose(page, files.path("cut.json"), "file-compare");
      await page.waitForFunction(() => document.querySelector("[data-testid=comparison]").dataset.state === "failed");
      assert.equal(await page.getByTestId("comparison").getByRole("heading").textContent(), "This file has no profiles that can be read");
      await choose(page, good, "file-compare");
      await page.waitForFunction(() => document.querySelector("[data-testid=comparison]").dataset.state === "ended");
    });

    test("the console is silent", async () => {
      assert.deepEqual(seen.complaints, []);
      await drop(name, page, [files.path("cut.json")]);
      await verdict(page);
      await screenshot(page, `${name}-bad-file`);
    });
  });
}
