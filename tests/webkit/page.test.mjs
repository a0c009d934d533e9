// The demo page in WebKitGTK through WebDriver: every panel and fault, all profiles, the keyboard, dark mode, reduced motion, narrow windows.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { buildStaticPage } from "../../scripts/page.mjs";
import { assertAccessible, runIs, screenshot, settled, startPage } from "../page/helpers.mjs";
import { serveStatic } from "../page/host.mjs";
import { openInWebKit } from "./page.mjs";

const REFUSED = [
  ["Wrong key", "The API key was rejected", /auth\s+HTTP 403\s+Ayrshare code 102/],
  ["Suspended profile", "This profile is suspended", /auth\s+HTTP 403\s+Ayrshare code 276/],
  ["Rate limit", "Too many calls", /rate_limit\s+HTTP 429/],
  ["Wrong shape", "The response does not match the documentation", /decode[^]*at displayNames\b/],
];

let started;

/** The browser of all tests that need no other one. */
let shared;

before(async () => { started = await startPage(); });
after(async () => {
  await shared?.close();
  await started?.stop();
});
/** Clears the sandbox's faults, even after a failed test. */
afterEach(() => fetch(new URL("sandbox/control", started.url), { method: "POST", body: JSON.stringify({ faults: {} }) }));

/** Opens the page for one test, in the shared browser, or with other options in a browser of its own. */
async function open(t, options) {
  if (!options) {
    if (shared) await shared.load();
    else shared = await openInWebKit(started.url);
    return shared;
  }
  const { page, url, close } = await openInWebKit(options.url ?? started.url, options);
  t.after(close);
  return { page, url };
}

const choose = async (page, words) => {
  await page.click(".profile-button", words);
  await page.waitForFunction((words) => document.querySelector(".profile-button[aria-current]")?.textContent.includes(words), words);
  await settled(page);
};
/** How many responses the page has received to its commands to the sandbox. */
const countResponses = () => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/sandbox/control")).length;
/** Chooses a fault. The page then loads everything once more. */
const fault = async (page, words) => {
  const earlier = await page.evaluate(countResponses);
  await page.click(".faults label", words);
  await page.waitForFunction(`(earlier) => (${countResponses})() > earlier`, earlier);
};
const failure = "#profile [data-testid=failure]";
const complaints = (page) => page.evaluate(() => window.complaints);
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
const tally = (page) => page.evaluate(() => Object.fromEntries([...document.querySelectorAll("[data-tile] dd")].map(({ dataset }) => [dataset.testid.slice(6), Number(dataset.value)])));
const shows = (page, selector, words) => page.waitForFunction(([selector, words]) => document.querySelector(selector)?.innerText.includes(words), [selector, words]);

async function connect(page, { baseUrl, sandbox }) {
  await page.click("label", "Another server");
  await page.fill("#base-url", baseUrl);
  await page.fill("#api-key", sandbox.apiKey);
  await page.click("form button", "Connect");
  await shows(page, "[data-testid=mode]", "Another server");
  await settled(page);
}

/** A sandbox for a single test. */
async function sandboxFor(t, options) {
  const served = await serveSandbox({ cors: true, ...options });
  t.after(() => served.close());
  return served;
}

describe("page in WebKitGTK", () => {
  test("every panel shows the sample, without requests to other origins, errors or findings of axe", async (t) => {
    const { page, url } = await open(t);
    assert.equal(await page.textOf("h1"), "Primary Profile");
    assert.equal((await page.allOf("[data-testid=account]")).length, 10);
    assert.match(await page.textOf("[data-platform=instagram]"), /34 of 50\s*posts in 24 hours/);
    assert.match(await page.textOf("[data-platform=linkedin]"), /Act now[^]*Link expired/);
    assert.match(await page.textOf("[data-testid=health]"), /1 thing needs attention[^]*LinkedIn link expired/);
    assert.deepEqual((await page.allOf("[data-testid=board] h3")), ["Coworking", "Social Media Networks"]);
    assert.match(await page.textOf("[data-testid=batch]"), /(?:Available in|Ready, expires in)\s+\d/);
    assert.match(await page.textOf("#changes"), /Nothing to compare yet/);
    assert.match(await page.textOf("[data-testid=decoded]"), /^Decoded by Rust in WebAssembly, [1-9]\d* KB$/);
    await page.waitForFunction(() => [...document.querySelectorAll(".card img")].every(({ complete, naturalWidth }) => complete && naturalWidth > 0));
    const config = await (await fetch(new URL("config.json", started.url))).json();
    const allowed = [url, config.baseUrl, ...config.imageSources].map((address) => new URL(address).origin);
    const asked = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    assert.deepEqual(asked.filter((address) => !allowed.includes(new URL(address).origin)), []);
    assert.deepEqual(await complaints(page), []);
    await assertAccessible(page, "WebKitGTK");
    await screenshot(page, "WebKitGTK-light");
  });

  test("badges, ring and bar show what a profile needs; a second load shows what has changed", async (t) => {
    const { page } = await open(t);
    await choose(page, "Everything linked");
    assert.equal((await page.allOf("[data-testid=finding]")).length, 3);
    assert.match(await page.textOf("[data-platform=linkedin] [data-testid=days]"), /Refresh by[^]*[23] days/);
    assert.match(await page.evaluate(() => document.querySelector("[data-platform=instagram] .ring-fill").getAttribute("stroke-dasharray")), /^9\d 100$/);
    assert.deepEqual(await page.allOf("[data-testid=board] [data-privacy]"), ["Public", "Protected", "Secret"]);
    await page.click("#changes button", "Load again");
    await shows(page, "#changes", "Nothing has changed");
    await page.click("#changes button", "Simulate a change");
    await page.waitForFunction(() => document.querySelector("[data-testid=change]"));
    const kinds = await page.evaluate(() => [...document.querySelectorAll("[data-testid=change]")].map(({ dataset }) => dataset.kind));
    for (const kind of ["renamed", "quota_changed", "unlinked", "linked"]) assert.ok(kinds.includes(kind), `${kind} in ${kinds}`);
    await settled(page);
    await assertAccessible(page, "changes in WebKitGTK");
    await screenshot(page, "WebKitGTK-changes");
  });

  for (const [words, title, print] of REFUSED) {
    test(`fault: ${words}`, async (t) => {
      const { page } = await open(t);
      await fault(page, words);
      await shows(page, failure, title);
      assert.match(await page.textOf(failure), print);
      if (words === "Rate limit") await countsDown(page);
      await settled(page);
      await assertAccessible(page, `${words} in WebKitGTK`);
      await screenshot(page, `WebKitGTK-fault-${words.toLowerCase().replaceAll(" ", "-")}`);
      await fault(page, "Nothing");
      await page.waitForFunction(() => document.querySelectorAll("[data-testid=account]").length === 10);
    });
  }

  test("fault: One mismatched field affects only that field, and an unobtrusive notice names it", async (t) => {
    const { page } = await open(t);
    await fault(page, "One mismatched field");
    await shows(page, "#profile [data-testid=odd]", "displayNames[1].refreshDaysRemaining is of type string, expected number");
    await settled(page);
    assert.equal(await page.evaluate(() => document.querySelectorAll("[data-testid=account]").length), 3);
    assert.equal(await page.evaluate(() => document.querySelectorAll("[data-testid=failure]").length), 0);
    await assertAccessible(page, "one odd field in WebKitGTK");
    await screenshot(page, "WebKitGTK-fault-one-odd-field");
    await fault(page, "Nothing");
    await page.waitForFunction(() => !document.querySelector("[data-testid=odd]"));
  });

  test("faults: with Slow responses, skeletons are shown first; with Dropped connection, the download resumes", async (t) => {
    const { page } = await open(t);
    await fault(page, "Slow responses");
    await page.waitForFunction(() => document.querySelector(".skeleton"));
    await settled(page);
    await fault(page, "Dropped connection");
    await settled(page);
    await page.click("#all-head button", "Read all profiles");
    await shows(page, "[data-testid=resumes]", "reading resumed where it stopped");
    await page.click("#all-head button", "Stop");
    await runIs(page, "cancelled");
  });

  test("5,000 profiles give the same numbers as sweepProfiles; the table scrolls to its end and filters by network", async (t) => {
    const { page } = await open(t);
    const served = await sandboxFor(t, { profiles: 5_000, batchDelayMs: 2_000 });
    const report = await new AyrshareUser({ apiKey: served.sandbox.apiKey, baseUrl: served.baseUrl }).sweepProfiles({ maxEntries: 1 });
    await connect(page, served);
    await page.click("#all-head button", "Read all profiles");
    await runIs(page, "ended", "failed");
    const { perSecond, ...counted } = await tally(page);
    assert.ok(perSecond > 0);
    assert.deepEqual(counted, Object.fromEntries(Object.keys(counted).map((name) => [name, report[name]])));
    await page.waitForFunction(() => document.querySelector(".chart canvas"));
    const total = report.refreshSoon + report.expired;
    await shows(page, "[data-testid=links-total]", `${total.toLocaleString("en-GB")} links`);
    assert.ok((await page.allOf("[data-testid=links-row]")).length < 60);
    await page.evaluate(() => document.querySelector("[data-testid=links]").focus());
    await page.press("End");
    await page.waitForFunction((last) => [...document.querySelectorAll("[data-testid=links-row]")].at(-1)?.getAttribute("aria-rowindex") === last, String(total + 1));
    await page.evaluate(() => {
      const filter = document.querySelector("#links-network");
      filter.value = "tiktok";
      filter.dispatchEvent(new Event("change"));
    });
    await page.waitForFunction(() => {
      const networks = [...document.querySelectorAll("[data-testid=links-row] .cell-network")].map(({ textContent }) => textContent);
      return networks.length > 0 && networks.every((network) => network === "TikTok");
    });
    assert.deepEqual(await complaints(page), []);
    await assertAccessible(page, "all profiles in WebKitGTK");
    await screenshot(page, "WebKitGTK-all");
  });

  test("with the keyboard only: the skip link, a profile, the drawer and back, starting and stopping a run", async (t) => {
    const { page } = await open(t);
    const slow = await sandboxFor(t, { profiles: 20_000, batchDelayMs: 3_000, faults: { file: { bytesPerSecond: 1_000_000 } } });
    await page.press("Tab");
    assert.equal(await focused(page), "Skip to the profile");
    await page.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.evaluate(() => document.querySelectorAll(".profile-button")[0].focus());
    await page.press("Tab");
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none");
    await page.press("Enter");
    await shows(page, "h1", "Corner Bakery");
    await settled(page);
    await page.evaluate(() => document.querySelector("#accounts .code-button").focus());
    await page.press("Enter");
    await shows(page, "[data-testid=drawer]", "accountHealth(user)");
    await page.press("Escape");
    await page.waitForFunction(() => !document.querySelector("[data-testid=drawer]").open);
    assert.equal(await focused(page), "Code: Linked accounts");
    await connect(page, slow);
    await page.evaluate(() => document.querySelector("#all-head .primary").focus());
    await page.press("Enter");
    await runIs(page, "waiting");
    assert.match(await page.textOf("[data-testid=run-status]"), /^The file is ready in \d+ s$/);
    assert.equal(await focused(page), "Stop");
    await runIs(page, "reading");
    await page.waitForFunction(() => Number(document.querySelector("[data-testid=tally-profiles]").dataset.value) > 0);
    await page.press("Enter");
    await runIs(page, "cancelled");
    assert.match(await page.textOf("[data-testid=run-status]"), /^Stopped after [\d,]+ profiles$/);
    assert.equal(await focused(page), "Read again");
  });

  test("dark mode is used if the user prefers it, and is accessible", async (t) => {
    const { page } = await open(t, { dark: true });
    await choose(page, "Everything linked");
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), "rgb(16, 19, 18)");
    await assertAccessible(page, "dark in WebKitGTK");
    await screenshot(page, "WebKitGTK-dark");
  });

  test("fits a phone, and is accessible there", async (t) => {
    const { page } = await open(t, { phone: true });
    await page.click("summary", "Connection and profiles");
    for (const profile of ["The documented sample", "Everything linked", "An unknown network", "Suspended", "Nothing linked"]) {
      await choose(page, profile);
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(content <= screen, `${profile}: ${content} px of content on ${screen} px`);
      await assertAccessible(page, `${profile} on a phone in WebKitGTK`);
    }
    await choose(page, "Everything linked");
    await screenshot(page, "WebKitGTK-phone");
  });

  test("nothing moves if the user prefers reduced motion", async (t) => {
    const still = mkdtempSync(join(tmpdir(), "ayrshare-still-"));
    t.after(() => rmSync(still, { recursive: true }));
    for (const version of ["3.0", "4.0"]) {
      mkdirSync(join(still, `gtk-${version}`));
      writeFileSync(join(still, `gtk-${version}`, "settings.ini"), "[Settings]\ngtk-enable-animations=0\n");
    }
    const { page } = await open(t, { still });
    await page.click("#all-head button", "Read all profiles");
    await page.waitForFunction(() => document.querySelector(".run progress").checkVisibility());
    assert.deepEqual(await page.evaluate(() => document.getAnimations().map(({ animationName }) => animationName)), []);
  });

  test("in a browser whose language is not a valid language tag, only the bars are missing", async (t) => {
    const { page } = await open(t, { language: "C.UTF-8" });
    assert.equal(await page.evaluate(() => navigator.language), "C");
    const served = await sandboxFor(t, { profiles: 500, batchDelayMs: 0 });
    await connect(page, served);
    await page.click("#all-head button", "Read all profiles");
    await runIs(page, "ended");
    await page.waitForFunction(() => document.querySelector("[data-network=linkedin]")?.dataset.accounts > 0);
    await page.waitForFunction(() => document.querySelector(".chart-plot").hidden);
  });

  test("works as static files with a service worker as the sandbox", async (t) => {
    const host = await serveStatic(await buildStaticPage());
    t.after(() => host.close());
    const { page, url } = await open(t, { url: host.url });
    assert.equal((await page.allOf("[data-testid=account]")).length, 10);
    await page.click("#all-head button", "Read all profiles");
    await page.waitForFunction(() => Number(document.querySelector("[data-testid=tally-profiles]").dataset.value) > 1_000);
    await page.click("#all-head button", "Stop");
    await runIs(page, "cancelled");
    const asked = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    assert.deepEqual(asked.filter((address) => !address.startsWith(url) && !address.endsWith("/tap.js")), []);
    assert.deepEqual(await complaints(page), []);
  });
});

/** Asserts that the button shows how long it stays disabled, and counts down. */
async function countsDown(page) {
  const button = `${failure} button`;
  const first = await page.textOf(button);
  assert.match(first, /^Try again in \d+ s$/);
  assert.ok(await page.evaluate((button) => document.querySelector(button).disabled, button));
  await page.waitForFunction(([button, first]) => {
    const text = document.querySelector(button).textContent;
    return text !== first && /^Try again in \d+ s$/.test(text);
  }, [button, first]);
}
