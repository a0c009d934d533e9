// All profiles in the page: waiting, numbers, chart, table, stopping, dropped connections. With 100,000 profiles, see measured/.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { assertAccessible, assertShowsReport, assertTableOfLinks, BROWSERS, chooseFault, connectTo, detailsIn, openPage, runIs, screenshot, startPage, tally } from "./helpers.mjs";

const PROFILES = 4_000;

let started;
let large;
let report;

before(async () => {
  started = await startPage();
  large = await serveSandbox({ cors: true, profiles: PROFILES, batchDelayMs: 0 });
  report = await new AyrshareUser({ apiKey: large.sandbox.apiKey, baseUrl: large.baseUrl }).sweepProfiles({ refreshWithinDays: 365, maxEntries: 1 });
});

after(async () => {
  await started?.stop();
  await large?.close();
});

const read = (page) => page.getByRole("button", { name: /^Read (?:all profiles|again)$/ }).click();
/** Waits until the chart shows this many accounts. */
const chartShown = (page, accounts) => page.waitForFunction((accounts) => accounts === [...document.querySelectorAll("[data-network]")]
  .reduce((sum, { dataset }) => sum + Number(dataset.accounts), 0), accounts);

/** A sandbox for a single test. */
async function sandboxFor(t, options) {
  const served = await serveSandbox({ cors: true, ...options });
  t.after(() => served.close());
  return served;
}

for (const { name } of BROWSERS) {
  describe(`all profiles in ${name}`, () => {
    let browser;
    const detail = detailsIn(name);
    const open = (options) => openPage(browser, started.url, options);

    before(async () => { browser = await useBrowser(name); });
    after(() => releaseBrowser(name));

    test("4,000 profiles give the same numbers as sweepProfiles; the table has few rows, in order, to its end, also by network", async () => {
      const { page, seen, close } = await open();
      await connectTo(page, { baseUrl: large.baseUrl, apiKey: large.sandbox.apiKey });
      await page.getByLabel("Refresh within").selectOption("365");
      await read(page);
      await runIs(page, "ended", "failed");
      assert.match(await page.getByTestId("run-status").textContent(), /^4,000 profiles read in /);
      assert.equal(report.profiles, PROFILES);
      await assertShowsReport(page, report);
      assert.ok(report.refreshSoon + report.expired > 1_000);
      await assertTableOfLinks(page, report);
      assert.deepEqual(seen.complaints, []);
      await assertAccessible(page, "with all profiles read");
      await screenshot(page, `${name}-all`);
      await close();
    });

    detail("counts down until the file is available, then reads; the keyboard starts and stops it, and the focus stays", async (t) => {
      const { page, close } = await open();
      const slow = await sandboxFor(t, { profiles: 20_000, batchDelayMs: 6_000, faults: { file: { bytesPerSecond: 500_000 } } });
      await connectTo(page, { baseUrl: slow.baseUrl, apiKey: slow.sandbox.apiKey });
      await page.getByRole("button", { name: "Read all profiles" }).focus();
      await page.keyboard.press("Enter");
      await runIs(page, "waiting");
      assert.match(await page.getByTestId("run-status").textContent(), /^The file is ready in \d+ s$/);
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Stop");
      await runIs(page, "reading");
      await page.waitForFunction(() => Number(document.querySelector("[data-testid=tally-profiles]").dataset.value) > 0);
      await screenshot(page, `${name}-reading`);
      await page.keyboard.press("Enter");
      await runIs(page, "cancelled");
      assert.match(await page.getByTestId("run-status").textContent(), /^Stopped after [\d,]+ profiles$/);
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Read again");
      const stopped = await tally(page, "profiles");
      assert.ok(stopped > 0 && stopped < 20_000, String(stopped));
      await close();
    });

    detail("can be stopped while it waits, and then requests no file", async (t) => {
      const { page, seen, close } = await open();
      const never = await sandboxFor(t, { profiles: 10, batchDelayMs: 600_000 });
      await connectTo(page, { baseUrl: never.baseUrl, apiKey: never.sandbox.apiKey });
      await read(page);
      await runIs(page, "waiting");
      await page.getByRole("button", { name: "Stop" }).click();
      await runIs(page, "cancelled");
      assert.deepEqual(never.sandbox.requests.filter(({ route }) => route === "file"), []);
      assert.deepEqual(seen.complaints, []);
      await close();
    });

    test("resumes after dropped connections, says so, and misses nothing", async (t) => {
      const { page, close } = await open();
      const broken = await sandboxFor(t, { profiles: 3_000, batchDelayMs: 0, faults: { file: { cutAtBytes: [1_500_000, 4_000_000] } } });
      await connectTo(page, { baseUrl: broken.baseUrl, apiKey: broken.sandbox.apiKey });
      await page.evaluate(() => {
        window.said = [];
        const status = document.querySelector("[data-testid=run-status]");
        const note = () => void (window.said.at(-1) === status.textContent.slice(0, 16) || window.said.push(status.textContent.slice(0, 16)));
        new MutationObserver(note).observe(status, { childList: true, characterData: true, subtree: true });
      });
      await read(page);
      await runIs(page, "ended");
      assert.equal((await page.evaluate(() => window.said)).filter((words) => words === "Connection lost;").length, 2);
      // A connection that dropped before anything was read of it is not resumed, but made again.
      assert.match(await page.getByTestId("resumes").textContent(), /^The connection dropped (?:1 time|2 times); reading resumed where it stopped$/);
      assert.ok(broken.sandbox.requests.some(({ route, headers }) => route === "file" && headers.range));
      assert.equal(await tally(page, "profiles"), 3_000);
      await screenshot(page, `${name}-resumed`);
      await close();
    });

    detail("the chart shows the last numbers, even if they arrive between its frame and the table's", async (t) => {
      const { page, close } = await open();
      const slow = await sandboxFor(t, { profiles: 2_000, batchDelayMs: 0, faults: { file: { bytesPerSecond: 1_000_000 } } });
      await connectTo(page, { baseUrl: slow.baseUrl, apiKey: slow.sandbox.apiKey });
      await read(page);
      await runIs(page, "reading");
      await page.evaluate(drawChartAndHoldTable);
      // Polls by time, because polling by frames does not work while frames are held.
      await page.waitForFunction(() => document.querySelector("[data-testid=run]").dataset.state === "ended", undefined, { polling: 100 });
      await page.evaluate(() => { window.letGo(); });
      const accounts = await tally(page, "accounts");
      assert.ok(accounts > 0);
      await chartShown(page, accounts);
      await close();
    });

    detail("counts mismatched profiles like any other, shows how many records were invalid, and explains why it cannot start", async (t) => {
      const { page, close } = await open();
      const odd = await sandboxFor(t, {
        profiles: 200, batchDelayMs: 0, faults: { file: { corrupt: [{ record: 3, kind: "shape" }, { record: 9, kind: "utf8" }] } },
      });
      await connectTo(page, { baseUrl: odd.baseUrl, apiKey: odd.sandbox.apiKey });
      await read(page);
      await runIs(page, "ended");
      assert.deepEqual([await tally(page, "profiles"), await tally(page, "invalid")], [199, 2], "a record that is not UTF-8 is not a profile");
      await chooseNothingAndFail(page);
      await close();
    });
  });
}

/** Switches to the page's own sandbox, with an invalid key. */
async function chooseNothingAndFail(page) {
  await page.getByLabel("Sandbox").check();
  await chooseFault(page, "Wrong key");
  await read(page);
  await runIs(page, "failed");
  assert.match(await page.getByTestId("run").getByTestId("failure").innerText(), /^The API key was rejected\n/);
  await chooseFault(page, "Nothing");
}

/** In the page: holds animation frames back, releases them one by one until the chart is redrawn, and keeps holding the table's frame. */
async function drawChartAndHoldTable() {
  const held = [];
  const request = window.requestAnimationFrame;
  const chart = document.querySelector("[data-testid=chart]");
  window.letGo = () => {
    window.requestAnimationFrame = request;
    for (const work of held.splice(0)) work(performance.now());
  };
  window.requestAnimationFrame = (work) => held.push(work);
  const before = chart.textContent;
  while (chart.textContent === before) {
    held.shift()?.(performance.now());
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
