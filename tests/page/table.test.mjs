// The table of links in the page: search, sorting and the CSV file, with the mouse and with the keyboard.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { parse } from "csv-parse/sync";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { assertAccessible, BROWSERS, connectTo, detailsIn, openPage, runIs, savedBy, screenshot, startPage, unfold } from "./helpers.mjs";

const PROFILES = 1_500;
/** The networks whose links have to be renewed, by the names that the page shows. */
const NETWORK_NAMES = { linkedin: "LinkedIn", tiktok: "TikTok" };

let started;
let source;
let report;

before(async () => {
  started = await startPage();
  source = await serveSandbox({ cors: true, profiles: PROFILES, batchDelayMs: 0 });
  report = await new AyrshareUser({ apiKey: source.sandbox.apiKey, baseUrl: source.baseUrl }).sweepProfiles({ refreshWithinDays: 365, maxEntries: 100_000 });
});

after(async () => {
  await started?.stop();
  await source?.close();
});

const cells = (page, className) => page.getByTestId("links-row").locator(className).allTextContents();
const head = (page, name) => page.getByTestId("links").getByRole("columnheader", { name, exact: true });
const sortBy = (page, name) => head(page, name).getByRole("button").click();
const total = (page, rows) => page.getByTestId("links-total").getByText(rows === 1 ? "1 link" : `${rows.toLocaleString("en-GB")} links`, { exact: true }).waitFor();
/** Waits until the first row has this text in this column. */
const firstIs = (page, className, words) => page.waitForFunction(([className, words]) => document.querySelector(`[data-testid=links-row] ${className}`)?.textContent === words, [className, words]);

async function readAll(browser, options) {
  const opened = await openPage(browser, started.url, options);
  await unfold(opened.page);
  await connectTo(opened.page, { baseUrl: source.baseUrl, apiKey: source.sandbox.apiKey });
  await opened.page.getByLabel("Refresh within").selectOption("365");
  await opened.page.getByRole("button", { name: "Read all profiles" }).click();
  await runIs(opened.page, "ended", "failed");
  await total(opened.page, report.links.length);
  return opened;
}

async function saved(page) {
  const { name, text } = await savedBy(page, () => page.getByRole("button", { name: "Save as CSV" }).click());
  return { name, text, data: parse(text, { columns: true, bom: true, record_delimiter: "\r\n" }) };
}

for (const { name } of BROWSERS) {
  describe(`the table of links in ${name}`, () => {
    let browser;
    const detail = detailsIn(name);
    /** The page of the tests that need no other size. Each restores the table. */
    let opened;

    before(async () => {
      browser = await useBrowser(name);
      opened = await readAll(browser);
    });
    after(async () => {
      await opened?.close();
      await releaseBrowser(name);
    });

    test("each column sorts it, and its head says how", async () => {
      const { page, seen } = opened;
      assert.equal(await head(page, "Due").getAttribute("aria-sort"), "ascending");
      const titles = report.links.map(({ title }) => title).sort(new Intl.Collator("en", { numeric: true }).compare);
      await sortBy(page, "Profile");
      await firstIs(page, ".cell-name", titles[0]);
      assert.deepEqual(await page.locator("[data-testid=links] [aria-sort]").allTextContents(), ["Profile"]);
      assert.equal(await head(page, "Profile").getAttribute("aria-sort"), "ascending");
      await head(page, "Profile").getByRole("button").focus();
      await page.keyboard.press("Enter");
      await firstIs(page, ".cell-name", titles.at(-1));
      assert.equal(await head(page, "Profile").getAttribute("aria-sort"), "descending");
      const shown = await cells(page, ".cell-name");
      assert.deepEqual(shown, titles.reverse().slice(0, shown.length));
      await sortBy(page, "Network");
      await firstIs(page, ".cell-network", NETWORK_NAMES[report.links.map(({ network }) => network).sort((one, other) => (NETWORK_NAMES[one] < NETWORK_NAMES[other] ? -1 : 1))[0]]);
      await sortBy(page, "Left");
      await firstIs(page, ".cell-name", report.links[0].title);
      assert.deepEqual(seen.complaints, []);
      await assertAccessible(page, "a sorted table");
    });

    detail("a search leaves the rows that match, says how many, and keeps its place", async () => {
      const { page } = opened;
      const { title } = report.links[5];
      const search = page.getByLabel("Search", { exact: true }).locator("visible=true");
      const matching = report.links.filter((link) => link.title.toLowerCase().includes(title.toLowerCase())).length;
      await search.pressSequentially(title.toUpperCase());
      await total(page, matching);
      assert.ok(matching < report.links.length);
      assert.ok((await cells(page, ".cell-name")).every((words) => words.includes(title)));
      assert.ok((await page.getByRole("status").textContent()).startsWith(`${matching} link`), "it is announced");
      await search.fill("linkedin");
      await total(page, report.links.filter(({ network }) => network === "linkedin").length);
      await search.fill("no profile is called this");
      await page.getByText("No row matches.").waitFor();
      await assertAccessible(page, "a search without a result");
      await search.fill("");
      await total(page, report.links.length);
    });

    test("it is saved as CSV, as searched and sorted, without a request", async () => {
      const { page, seen } = opened;
      const loaded = seen.requests.length;
      const all = await saved(page);
      assert.equal(all.name, "links.csv");
      const expected = report.links.map(({ refId, title, network, daysLeft, expired }) => [refId, title, network, String(daysLeft), String(expired)].join());
      assert.deepEqual(all.data.map(({ refId, title, network, daysLeft, expired }) => [refId, title, network, daysLeft, expired].join()).sort(), expected.sort());
      const seconds = ({ dueMs, due }) => Math.round((dueMs ?? Date.parse(due)) / 1000);
      const off = all.data.map(seconds).sort((one, other) => one - other).map((at, index) => Math.abs(at - seconds(report.links[index])));
      assert.ok(Math.max(...off) < 120, "links that only have a number of days are counted from the time of reading");
      await page.getByLabel("Network", { exact: true }).selectOption("tiktok");
      await total(page, report.links.filter(({ network }) => network === "tiktok").length);
      await sortBy(page, "Due");
      await page.waitForFunction(() => document.querySelector("[data-testid=links] [aria-sort=ascending]"));
      await sortBy(page, "Due");
      await page.waitForFunction(() => document.querySelector("[data-testid=links] [aria-sort=descending]"));
      const some = await saved(page);
      const times = some.data.map(({ due }) => Date.parse(due));
      assert.ok(times.length > 10 && some.data.every(({ network }) => network === "tiktok"));
      assert.deepEqual(times, times.toSorted((one, other) => other - one));
      assert.deepEqual(seen.requests.slice(loaded), []);
      assert.deepEqual(seen.complaints, []);
      // Taking a screenshot makes Firefox complain of an inline style.
      await screenshot(page, `${name}-table`);
      await page.getByLabel("Network", { exact: true }).selectOption("");
      await total(page, report.links.length);
    });

    detail("fits a phone", async () => {
      const { page, close } = await readAll(browser, { width: 360, height: 780 });
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(content <= screen, `${content} px of content on ${screen} px`);
      await assertAccessible(page, "the table on a phone");
      await page.getByTestId("links").scrollIntoViewIfNeeded();
      await screenshot(page, `${name}-table-phone`);
      await close();
    });
  });
}
