// Files opened on the static page, without a request: the numbers of sweepProfiles, responses of one call, comparisons. With 100,000 profiles, see
// measured/.
import assert from "node:assert/strict";
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { diffProfiles } from "ayrshare-user";
import { parse } from "csv-parse/sync";
import { buildStaticPage } from "../../scripts/page.mjs";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { assertShowsFile, choose, drop, sweepFile, temporaryFolder, warmed, writeBatchFile } from "./files.mjs";
import { assertAccessible, BROWSERS, detailsIn, openPage, runIs, savedBy, screenshot, totalIs } from "./helpers.mjs";
import { serveStatic } from "./host.mjs";

const PROFILES = 4_000;
const RESPONSE = readFileSync(new URL("../fixtures/user.json", import.meta.url));

const files = temporaryFolder();
const [large, small, later] = ["all.json", "some.json", "later.json"].map(files.path);
let host;
let report;
let differences;

before(async () => {
  host = await serveStatic(await buildStaticPage());
  await writeBatchFile(large, { profiles: PROFILES });
  await writeBatchFile(small, { profiles: 500 });
  report = await sweepFile(large);
  const profiles = JSON.parse(readFileSync(small, "utf8"));
  const changed = changedCopy(profiles);
  writeFileSync(later, JSON.stringify(changed));
  // Ties are decided by the order in which the files were opened.
  utimesSync(small, 1_700_000_000, 1_700_000_000);
  utimesSync(later, 1_700_100_000, 1_700_100_000);
  differences = await diffProfiles(profiles, changed);
});

after(() => {
  host?.close();
  files.remove();
});

/** A list in which profiles joined and left, and accounts were linked, unlinked, linked again and renamed. */
function changedCopy(profiles) {
  const copy = structuredClone(profiles).slice(2);
  const [renamed, unlinked, relinked] = copy.filter(({ displayNames }) => displayNames?.length > 2);
  renamed.title = "Another name";
  renamed.displayNames[0].displayName = "=Renamed";
  const { platform } = unlinked.displayNames.pop();
  unlinked.activeSocialAccounts = unlinked.activeSocialAccounts.filter((name) => name !== platform);
  relinked.displayNames[0].created = "2026-01-02T03:04:05.678Z";
  copy.push({ refId: "joined-1", title: "New customer", activeSocialAccounts: [], displayNames: [] });
  return copy;
}

const compared = (page, ...states) => page.waitForFunction((states) => states.includes(document.querySelector("[data-testid=comparison]")?.dataset.state), states, { timeout: 120_000 });

for (const { name } of BROWSERS) {
  describe(`files in ${name}`, () => {
    let browser;
    const detail = detailsIn(name);

    before(async () => { browser = await useBrowser(name); });
    after(() => releaseBrowser(name));

    async function open(options) {
      const opened = await openPage(browser, host.url, options);
      await warmed(opened.page);
      return { ...opened, loaded: opened.seen.requests.length };
    }

    test("4,000 dropped profiles: the numbers of sweepProfiles, and no request", async () => {
      const { page, seen, loaded, close } = await open();
      await page.getByLabel("Refresh within").selectOption("365");
      await page.context().setOffline(true);
      await drop(name, page, [large]);
      await page.getByRole("heading", { level: 1, name: "all.json" }).waitFor();
      await runIs(page, "ended", "failed");
      assert.match(await page.getByTestId("run-status").textContent(), /^4,000 profiles read in /);
      assert.equal(report.profiles, PROFILES);
      await assertShowsFile(page, report);
      assert.deepEqual(seen.requests.slice(loaded), [], "nothing was requested after loading");
      assert.deepEqual(seen.complaints, []);
      await assertAccessible(page, "a file and one of its profiles");
      await screenshot(page, `${name}-file`);
      await close();
    });

    detail("the response of one call is shown as the page shows a profile, also compressed, and with a mismatched field", async () => {
      const { page, seen, loaded, close } = await open();
      const cards = () => page.getByTestId("account").evaluateAll((all) => all.map((card) => [card.dataset.platform, card.querySelector("h3").textContent]));
      const findings = () => page.getByTestId("finding").allInnerTexts();
      const expected = [await cards(), await findings()];
      const user = JSON.parse(RESPONSE);
      const paths = ["user.json", "user.json.gz", "odd.json"].map(files.path);
      writeFileSync(paths[0], RESPONSE);
      writeFileSync(paths[1], gzipSync(RESPONSE));
      writeFileSync(paths[2], JSON.stringify({ ...user, title: "Odd", email: 7 }));
      await page.getByLabel("Open a file").check();
      await choose(page, paths[0]);
      await page.getByRole("heading", { level: 1, name: user.title, exact: true }).waitFor();
      assert.deepEqual((await cards()).map(([platform]) => platform), user.displayNames.map(({ platform }) => platform));
      assert.equal((await cards()).length, expected[0].length);
      assert.equal((await findings()).length > 0, expected[1].length > 0);
      assert.equal(await page.locator("#all").isVisible(), false);
      assert.equal(await page.getByTestId("odd").count(), 0);
      await assertAccessible(page, "a response");
      await drop(name, page, [paths[1]]);
      await page.getByText("user.json.gz", { exact: true }).waitFor();
      assert.equal((await cards()).length, expected[0].length);
      await drop(name, page, [paths[2]]);
      await page.getByRole("heading", { level: 1, name: "Odd", exact: true }).waitFor();
      assert.match(await page.getByTestId("odd").innerText(), /email is of type number, expected string/);
      await drop(name, page, [paths[0]], "[data-drop=compare]");
      await compared(page, "ended", "failed");
      const kinds = await page.getByTestId("change").evaluateAll((all) => all.map(({ dataset }) => dataset.kind));
      assert.ok(kinds.includes("renamed"), kinds.join());
      assert.deepEqual(seen.requests.slice(loaded), []);
      assert.deepEqual(seen.complaints, []);
      await screenshot(page, `${name}-file-responses`);
      await close();
    });

    test("two files are compared: counts as diffProfiles has them, and a table to search, sort and save", async () => {
      const { page, seen, loaded, close } = await open();
      await drop(name, page, [small]);
      await runIs(page, "ended", "failed");
      await drop(name, page, [later], "[data-drop=compare]");
      await compared(page, "ended", "failed");
      assert.match(await page.getByTestId("compare-status").textContent(), /^500 profiles compared with 499 in /);
      const kinds = differences.changed.flatMap(({ changes }) => changes.map(({ kind }) => kind));
      const expected = { joined: differences.joined.length, left: differences.left.length };
      for (const kind of ["linked", "unlinked", "relinked", "renamed", "id_changed"]) expected[kind] = kinds.filter((one) => one === kind).length;
      for (const [kind, value] of Object.entries(expected)) assert.equal(Number(await page.getByTestId(`count-${kind}`).getAttribute("data-value")), value, kind);
      assert.ok(expected.left > 0 && expected.unlinked > 0 && expected.relinked > 0 && expected.renamed > 1);
      const total = Object.values(expected).reduce((sum, value) => sum + value);
      await totalIs(page, "differences", total);

      const table = page.locator("[data-table=differences]");
      await table.getByRole("columnheader", { name: "Change" }).getByRole("button").click();
      await page.waitForFunction(() => document.querySelector("[data-testid=differences-row] [data-difference]").dataset.difference === "joined");
      await table.getByLabel("Search").fill("renamed");
      await totalIs(page, "differences", expected.renamed);
      await assertAccessible(page, "a comparison");
      const { text } = await savedBy(page, () => table.getByRole("button", { name: "Save as CSV" }).click());
      const data = parse(text, { columns: true, bom: true, record_delimiter: "\r\n" });
      assert.equal(data.length, expected.renamed);
      assert.ok(data.some(({ after }) => after === "'=Renamed"));
      assert.deepEqual(seen.requests.slice(loaded), []);
      assert.deepEqual(seen.complaints, []);
      // Taking a screenshot makes Firefox complain of an inline style.
      await screenshot(page, `${name}-file-compared`);

      await page.getByRole("button", { name: "Swap the files" }).click();
      await compared(page, "ended", "failed");
      assert.equal(await page.getByTestId("compare-before").textContent(), "later.json");
      assert.equal(Number(await page.getByTestId("count-joined").getAttribute("data-value")), expected.left);
      writeFileSync(files.path("one.json"), RESPONSE);
      await choose(page, files.path("one.json"), "file-compare");
      await page.getByRole("heading", { name: "These files are of different kinds" }).waitFor();
      await close();
    });

    test("two files dropped at once are compared, the one that was changed earlier first", async () => {
      const { page, close } = await open();
      await drop(name, page, [later, small]);
      await compared(page, "ended", "failed");
      assert.equal(await page.getByTestId("compare-before").textContent(), "some.json");
      assert.equal(await page.getByTestId("compare-after").textContent(), "later.json");
      assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "later.json");
      await page.getByLabel("Sandbox").check();
      await page.getByRole("heading", { level: 1, name: "Primary Profile" }).waitFor();
      assert.equal(await page.getByTestId("comparison").count(), 0);
      assert.ok(await page.getByRole("button", { name: "Read all profiles" }).isVisible());
      await close();
    });

    detail("works from the keyboard and on a phone", async () => {
      const { page, close } = await open({ width: 360, height: 780 });
      await page.getByText("Connection and profiles").click();
      await page.getByLabel("Sandbox").focus();
      for (let step = 0; step < 2; step += 1) await page.keyboard.press("ArrowDown");
      await page.getByRole("heading", { level: 1, name: "Open a file" }).waitFor();
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Choose a file");
      await assertAccessible(page, "no file yet, on a phone");
      await screenshot(page, `${name}-file-ask`);
      await choose(page, small);
      await runIs(page, "ended", "failed");
      const button = page.getByTestId("profiles-row").first().getByRole("button");
      const title = await button.textContent();
      await button.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(content <= screen, `${content} px of content on ${screen} px`);
      await assertAccessible(page, "a file on a phone");
      await screenshot(page, `${name}-file-phone`);
      await page.getByRole("button", { name: "Back to some.json" }).click();
      assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "profiles");
      await close();
    });
  });
}
