// All profiles in the page: waiting, numbers, chart, table, stopping, dropped connections; and 100,000 profiles, with a responsive main
// thread and constant memory.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { assertAccessible, BROWSERS, chooseFault, connectTo, openPage, runIs, screenshot, startPage } from "./helpers.mjs";
import { heapsOf, judgeTasks, tasksDuring } from "./measure.mjs";

const PROFILES = 100_000;
/** Maximum memory per row of the table; a profile of the sandbox has 2,300 bytes of JSON. */
const ROW_BYTES = 256;
/** Maximum memory of the chart, ten numbers and the visible rows of the table. */
const VIEW_BYTES = 2_000_000;

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
const tally = async (page, name) => Number(await page.getByTestId(`tally-${name}`).getAttribute("data-value"));
/** Waits until the table has this many links. */
const linksShown = (page, total) => page.getByTestId("links-total").getByText(`${total.toLocaleString("en-GB")} links`, { exact: true }).waitFor();
/** Waits until the chart shows this many accounts. */
const chartShown = (page, accounts) => page.waitForFunction((accounts) => accounts === [...document.querySelectorAll("[data-network]")]
  .reduce((sum, { dataset }) => sum + Number(dataset.accounts), 0), accounts);
const toLarge = (page) => connectTo(page, { baseUrl: large.baseUrl, apiKey: large.sandbox.apiKey });

/** A sandbox for a single test. */
async function sandboxFor(t, options) {
  const served = await serveSandbox({ cors: true, ...options });
  t.after(() => served.close());
  return served;
}

for (const { name, launch } of BROWSERS) {
  describe(`all profiles in ${name}`, () => {
    let browser;
    const open = (options) => openPage(browser, started.url, options);

    before(async () => { browser = await launch(); });
    after(() => browser?.close());

    test("100,000 profiles give the same numbers as sweepProfiles, and the page stays responsive", async () => {
      const { page, seen, close } = await open();
      await toLarge(page);
      await page.getByLabel("Refresh within").selectOption("365");
      const tasks = await tasksDuring(name, browser, page, async () => {
        await read(page);
        await runIs(page, "ended", "failed");
      });
      const status = await page.getByTestId("run-status").textContent();
      assert.match(status, /^100,000 profiles read in /);
      judgeTasks(`${name}: ${status}`, tasks);

      const { profiles, accounts, refreshSoon, expired, quotasHigh, nothingLinked, suspended, invalid, bytes } = report;
      const expected = { profiles, accounts, refreshSoon, expired, quotasHigh, nothingLinked, suspended, invalid, bytes };
      assert.equal(profiles, PROFILES);
      for (const [tile, value] of Object.entries(expected)) assert.equal(await tally(page, tile), value, tile);
      await linksShown(page, refreshSoon + expired);
      await chartShown(page, accounts);
      const networks = await page.locator("[data-network]").evaluateAll((all) => all.map(({ dataset }) => [dataset.network, Number(dataset.accounts)]));
      assert.deepEqual(Object.fromEntries(networks), Object.fromEntries(report.networks.map(({ network, accounts }) => [network, accounts])));
      assert.deepEqual(seen.complaints, []);
      await assertAccessible(page, "with all profiles read");
      await screenshot(page, `${name}-all`);
      await close();
    });

    if (name === "Chromium") {
      test("memory is constant: only the table's rows remain, even with ten times as many profiles", async (t) => {
        const [few, many] = [await holds(t, 10_000), await holds(t, PROFILES)];
        assert.ok(many.links > few.links);
        const allowed = (many.links - few.links) * ROW_BYTES;
        assert.ok(many.worker - few.worker < allowed, `${many.worker - few.worker} bytes more in the worker, ${allowed} allowed`);
        assert.ok(many.page - few.page < VIEW_BYTES, `${many.page - few.page} bytes more in the page`);
      });
    }

    /** Reads this many profiles, prints the memory at the start, middle and end, and returns what remains after a garbage collection. */
    async function holds(t, profiles) {
      const served = await sandboxFor(t, { profiles, batchDelayMs: 0 });
      const { page, close } = await open();
      const heaps = await heapsOf(browser, page);
      await connectTo(page, { baseUrl: served.baseUrl, apiKey: served.sandbox.apiKey });
      const start = await heaps();
      await read(page);
      await page.waitForFunction((half) => Number(document.querySelector("[data-testid=tally-profiles]").dataset.value) > half, profiles / 2);
      const middle = await heaps();
      await runIs(page, "ended", "failed");
      assert.equal(await tally(page, "profiles"), profiles);
      const links = (await tally(page, "refreshSoon")) + (await tally(page, "expired"));
      await linksShown(page, links);
      const end = await heaps();
      console.log(`${profiles} profiles, MB held by the page, its worker, and resident in its process: ${[start, middle, end]
        .map((at) => [at.page, at.worker, at.resident].map((bytes) => (bytes / 1e6).toFixed(1)).join(" + ")).join(" -> ")}`);
      await close();
      return { ...end, links };
    }

    test("the table shows tens of thousands of links with a few dozen rows, in order, to its end, also by network", async () => {
      const { page, close } = await open();
      await toLarge(page);
      await page.getByLabel("Refresh within").selectOption("365");
      await read(page);
      await runIs(page, "reading");
      await screenshot(page, `${name}-reading`);
      await runIs(page, "ended");
      const table = page.getByTestId("links");
      const rows = page.getByTestId("links-row");
      await rows.first().waitFor();
      const total = report.refreshSoon + report.expired;
      await linksShown(page, total);
      assert.ok(total > 20_000, String(total));
      assert.equal(await table.getByRole("table").getAttribute("aria-rowcount"), String(total + 1));
      assert.ok((await rows.count()) < 60);
      const [first] = report.links;
      assert.equal(await rows.first().locator(".cell-due").textContent(), new Date(first.dueMs).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }));
      await table.focus();
      await page.keyboard.press("End");
      await page.waitForFunction((last) => [...document.querySelectorAll("[data-testid=links-row]")].at(-1)?.getAttribute("aria-rowindex") === last, String(total + 1));
      await page.getByLabel("Network", { exact: true }).selectOption("tiktok");
      await page.waitForFunction(() => {
        const networks = [...document.querySelectorAll("[data-testid=links-row] .cell-network")].map(({ textContent }) => textContent);
        return networks.length > 0 && networks.every((network) => network === "TikTok");
      });
      await close();
    });

    test("counts down until the file is available, then reads; the keyboard starts and stops it, and the focus stays", async (t) => {
      const { page, close } = await open();
      const slow = await sandboxFor(t, { profiles: 20_000, batchDelayMs: 6_000, faults: { file: { bytesPerSecond: 1_000_000 } } });
      await connectTo(page, { baseUrl: slow.baseUrl, apiKey: slow.sandbox.apiKey });
      await page.getByRole("button", { name: "Read all profiles" }).focus();
      await page.keyboard.press("Enter");
      await runIs(page, "waiting");
      assert.match(await page.getByTestId("run-status").textContent(), /^The file is ready in \d+ s$/);
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Stop");
      await runIs(page, "reading");
      await page.waitForFunction(() => Number(document.querySelector("[data-testid=tally-profiles]").dataset.value) > 0);
      await page.keyboard.press("Enter");
      await runIs(page, "cancelled");
      assert.match(await page.getByTestId("run-status").textContent(), /^Stopped after [\d,]+ profiles$/);
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Read again");
      const stopped = await tally(page, "profiles");
      assert.ok(stopped > 0 && stopped < 20_000, String(stopped));
      await close();
    });

    test("can be stopped while it waits, and then requests no file", async (t) => {
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
      assert.equal(await page.getByTestId("resumes").textContent(), "The connection dropped 2 times; reading resumed where it stopped");
      assert.ok(broken.sandbox.requests.some(({ route, headers }) => route === "file" && headers.range));
      assert.equal(await tally(page, "profiles"), 3_000);
      await screenshot(page, `${name}-resumed`);
      await close();
    });

    test("the chart shows the last numbers, even if they arrive between its frame and the table's", async (t) => {
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

    test("counts mismatched profiles like any other, shows how many records were invalid, and explains why it cannot start", async (t) => {
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
