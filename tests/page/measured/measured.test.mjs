// The page with 100,000 profiles, from a service, from a file and from the service worker of the static page: the numbers of sweepProfiles, no long
// task of the main thread, constant memory, and tables to their ends. Only Chromium reports tasks and memory. No other suite runs beside this one.
import assert from "node:assert/strict";
import { basename } from "node:path";
import { after, before, describe, test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { buildStaticPage } from "../../../scripts/page.mjs";
import { assertShowsFile, drop, sweepFile, temporaryFolder, warmed, writeBatchFile } from "../files.mjs";
import { assertAccessible, assertShowsReport, assertTableOfLinks, BROWSERS, connectTo, openPage, runIs, screenshot, startPage, tally, totalIs } from "../helpers.mjs";
import { serveStatic } from "../host.mjs";
import { heapsOf, judgeTasks, tasksDuring } from "../measure.mjs";

const FEW = 10_000;
const PROFILES = 100_000;
/** Maximum memory per row of the table of links; a profile of the sandbox has 2,300 bytes of JSON. */
const ROW_BYTES = 256;
/** Maximum memory for a profile of a file in the worker: its row, and those of its links. */
const PROFILE_BYTES = 320;
/** Maximum memory of the chart, the numbers and the visible rows of the tables. */
const VIEW_BYTES = 2_000_000;

const [{ name, launch }] = BROWSERS;
const read = (page) => page.getByRole("button", { name: /^Read (?:all profiles|again)$/ }).click();

/** Checks that reading ten times as many profiles leaves no more in the worker than `allowed`, and only what is visible in the page. */
function judgeHeaps(what, few, many, allowed) {
  console.log(`${what}, ${FEW} and ${PROFILES} profiles, MB held by the page, its worker, and resident: ${[few, many]
    .map((at) => [at.page, at.worker, at.resident].map((bytes) => (bytes / 1e6).toFixed(1)).join(" + ")).join(" -> ")}`);
  assert.ok(many.worker > few.worker, "the worker is measured");
  assert.ok(many.worker - few.worker < allowed, `${many.worker - few.worker} bytes more in the worker, ${allowed} allowed`);
  assert.ok(many.page - few.page < VIEW_BYTES, `${many.page - few.page} bytes more in the page`);
}

let browser;
let host;

before(async () => {
  host = await serveStatic(await buildStaticPage());
  browser = await launch();
});
after(async () => {
  await browser?.close();
  host?.close();
});

describe("all profiles of a service", () => {
  let [started, small, large, report, opened, few, many] = [];

  before(async () => {
    started = await startPage();
    [small, large] = await Promise.all([FEW, PROFILES].map((profiles) => serveSandbox({ cors: true, profiles, batchDelayMs: 0 })));
    report = await new AyrshareUser({ apiKey: large.sandbox.apiKey, baseUrl: large.baseUrl }).sweepProfiles({ refreshWithinDays: 365, maxEntries: 1 });
    opened = await openPage(browser, started.url, { isolated: true });
  });
  after(async () => {
    await opened?.close();
    await started?.stop();
    await Promise.all([small?.close(), large?.close()]);
  });

  const connect = ({ baseUrl, sandbox }) => connectTo(opened.page, { baseUrl, apiKey: sandbox.apiKey });
  const links = async () => (await tally(opened.page, "refreshSoon")) + (await tally(opened.page, "expired"));

  test("100,000 profiles give the same numbers as sweepProfiles, and the page stays responsive", async () => {
    const { page, seen } = opened;
    const heaps = await heapsOf(browser, page);
    await connect(small);
    await page.getByLabel("Refresh within").selectOption("365");
    await read(page);
    await runIs(page, "ended", "failed");
    assert.equal(await tally(page, "profiles"), FEW);
    await totalIs(page, "links", await links());
    few = { ...(await heaps()), links: await links() };

    await connect(large);
    await page.getByLabel("Refresh within").selectOption("365");
    const tasks = await tasksDuring(name, browser, page, async () => {
      await read(page);
      await runIs(page, "ended", "failed");
    });
    const status = await page.getByTestId("run-status").textContent();
    assert.match(status, /^100,000 profiles read in /);
    judgeTasks(`a service: ${status}`, tasks);
    assert.equal(report.profiles, PROFILES);
    await assertShowsReport(page, report);
    await totalIs(page, "links", report.refreshSoon + report.expired);
    many = { ...(await heaps()), links: await links() };
    assert.deepEqual(seen.complaints, []);
  });

  test("memory is constant: only the table's rows remain, even with ten times as many profiles", () => {
    assert.ok(many.links > few.links);
    judgeHeaps("a service", few, many, (many.links - few.links) * ROW_BYTES);
  });

  test("the table shows tens of thousands of links with a few dozen rows, in order, to its end, also by network", async () => {
    assert.ok(report.refreshSoon + report.expired > 20_000);
    await assertTableOfLinks(opened.page, report);
    await assertAccessible(opened.page, "with 100,000 profiles read");
  });
});

describe("all profiles of a file", () => {
  const files = temporaryFolder();
  const [small, large] = ["few.json", "all.json"].map(files.path);
  let [report, opened, loaded, few, many] = [];

  before(async () => {
    await writeBatchFile(small, { profiles: FEW });
    await writeBatchFile(large, { profiles: PROFILES });
    report = await sweepFile(large);
    opened = await openPage(browser, host.url, { isolated: true });
    await warmed(opened.page);
    loaded = opened.seen.requests.length;
  });
  after(async () => {
    await opened?.close();
    files.remove();
  });

  async function dropAndRead(path) {
    await drop(name, opened.page, [path]);
    await opened.page.getByRole("heading", { level: 1, name: basename(path) }).waitFor();
    await runIs(opened.page, "ended", "failed");
  }

  test("100,000 dropped profiles: the numbers of sweepProfiles, no request, and the page stays responsive", async () => {
    const { page, seen } = opened;
    await page.getByLabel("Refresh within").selectOption("365");
    await page.context().setOffline(true);
    const heaps = await heapsOf(browser, page);
    await dropAndRead(small);
    await totalIs(page, "profiles", FEW);
    few = await heaps();

    const tasks = await tasksDuring(name, browser, page, () => dropAndRead(large));
    const status = await page.getByTestId("run-status").textContent();
    assert.match(status, /^100,000 profiles read in /);
    judgeTasks(`a file: ${status}`, tasks);
    assert.equal(report.profiles, PROFILES);
    await totalIs(page, "profiles", PROFILES);
    many = await heaps();
    await assertShowsFile(page, report);
    assert.deepEqual(seen.requests.slice(loaded), [], "nothing was requested after loading");
    assert.deepEqual(seen.complaints, []);
    await screenshot(page, "measured-file");
  });

  test("memory is constant: only rows remain, with ten times as many profiles", () => {
    judgeHeaps("a file", few, many, (PROFILES - FEW) * PROFILE_BYTES);
  });
});

test("all profiles of the static page's service worker: the page stays responsive", async () => {
  const { page, seen, close } = await openPage(browser, host.url, { isolated: true });
  const tasks = await tasksDuring(name, browser, page, async () => {
    await read(page);
    await runIs(page, "ended", "failed");
  });
  const status = await page.getByTestId("run-status").textContent();
  assert.match(status, /^100,004 profiles read in /);
  judgeTasks(`the static page: ${status}`, tasks);
  assert.deepEqual(seen.requests.filter((address) => !address.startsWith(host.url)), []);
  assert.deepEqual(seen.complaints, []);
  await close();
});
