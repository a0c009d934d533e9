// The demo page with its sandbox, in two real browsers, started with scripts/start.mjs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { documentedPrimary } from "ayrshare-user/sandbox";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { BROWSERS, chooseProfile, connectTo, detailsIn, openPage, screenshot, settled, startPage } from "./helpers.mjs";

const SAMPLE = documentedPrimary.user;
const WRONG_KEY = "WRONGKEY-PLANTED0-IN0THIS0-TEST0000";

let started;
let other;

before(async () => {
  started = await startPage();
  other = await serveSandbox({ cors: { exposeHeaders: ["retry-after"] }, localImages: true, batchDelayMs: 1_800_000 });
});

after(async () => {
  await started?.stop();
  await other?.close();
});

for (const { name } of BROWSERS) {
  describe(`page in ${name}`, () => {
    let browser;
    const detail = detailsIn(name);
    const open = (options) => openPage(browser, started.url, options);

    before(async () => { browser = await useBrowser(name); });
    after(() => releaseBrowser(name));

    test("shows the complete documented sample, without requests to other origins and without errors", async () => {
      const { page, seen, close } = await open();
      assert.equal(await page.getByTestId("mode").textContent(), "Sandbox");
      assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "Primary Profile");
      const main = page.getByRole("main");
      for (const words of [SAMPLE.email, SAMPLE.refId, "49 of 500", "2 Nov 2022"]) assert.ok(await main.getByText(words, { exact: true }).isVisible(), words);

      const cards = await page.getByTestId("account").evaluateAll((all) =>
        all.map((card) => [card.dataset.platform, card.querySelector("h3").textContent, card.querySelector("img")?.naturalWidth > 0]));
      assert.deepEqual(cards, SAMPLE.displayNames.map(({ platform, displayName, userImage }) => [platform, displayName, userImage !== undefined]));
      const card = (platform) => page.locator(`[data-platform="${platform}"]`);
      assert.match(await card("instagram").innerText(), /34 of 50\n\s*posts in 24 hours[^]*Business or creator/);
      assert.match(await card("linkedin").innerText(), /Act now[^]*Link expired[^]*Company page/);
      assert.match(await card("twitter").innerText(), /4,323 of 100,000[^]*2 Feb 2024/);
      assert.equal(await card("facebook").getByRole("link").getAttribute("href"), "https://www.facebook.com/ayrshare");

      assert.deepEqual(await page.getByTestId("board").evaluateAll((all) => all.map((board) =>
        [board.querySelector("h3").textContent, board.querySelector("[data-privacy]").textContent])), [
        ["Coworking", "Public"], ["Social Media Networks", "Public"],
      ]);

      const ticket = page.getByTestId("batch");
      assert.match(await ticket.innerText(), /(?:Available in|Ready, expires in)\s+\d/);
      assert.equal(await ticket.locator("time").count(), 4);
      assert.match(await page.getByTestId("decoded").textContent(), /^Decoded by Rust in WebAssembly, [1-9]\d* KB$/);
      assert.match(await page.getByTestId("took").first().textContent(), /^[\d.]+ m?s$/);
      assert.equal(await page.getByRole("status").textContent(), "Primary Profile loaded, 10 linked accounts");

      const config = await (await fetch(new URL("config.json", started.url))).json();
      const allowed = new Set([started.url, config.baseUrl, ...config.imageSources].map((url) => new URL(url).origin));
      assert.deepEqual(seen.requests.filter((url) => !allowed.has(new URL(url).origin)), []);
      assert.deepEqual(seen.complaints, []);
      await screenshot(page, `${name}-light`);
      await close();
    });

    detail("counts down to the file", async () => {
      const { page, close } = await open();
      // Its file becomes available in half an hour, so the countdown runs however slow the machine is.
      await connectTo(page, { baseUrl: other.baseUrl, apiKey: other.sandbox.apiKey });
      const countdown = page.getByTestId("countdown");
      const first = await countdown.textContent();
      await page.waitForFunction((before) => document.querySelector("[data-testid=countdown]").textContent !== before, first);
      await close();
    });

    detail("says when nothing is linked, and that boards need Pinterest", async () => {
      const { page, close } = await open();
      await chooseProfile(page, /Nothing linked/);
      assert.deepEqual(await page.getByTestId("empty").locator("h3").allTextContents(), ["Nothing linked", "Pinterest is not linked", "Nothing to compare yet"]);
      assert.equal(await page.getByTestId("account").count(), 0);
      assert.equal(await page.getByTestId("failure").count(), 0);
      await screenshot(page, `${name}-nothing-linked`);
      await close();
    });

    detail("explains a suspended profile once, and still shows the batch ticket", async () => {
      const { page, close } = await open();
      await chooseProfile(page, /Suspended/);
      const failure = page.getByTestId("failure");
      assert.equal(await failure.count(), 1);
      assert.match(await failure.innerText(), /^This profile is suspended\n[^]*auth\s+HTTP 403\s+Ayrshare code 276$/);
      assert.equal(await failure.getByRole("button").count(), 0);
      assert.ok(await page.getByTestId("batch").isVisible());
      await screenshot(page, `${name}-suspended`);
      await close();
    });

    test("treats names, links and networks as data", async () => {
      const { page, close } = await open();
      await chooseProfile(page, /unknown network/);
      const cards = page.getByTestId("account");
      assert.deepEqual(await cards.evaluateAll((all) => all.map(({ dataset }) => dataset.platform)), ["instagram", "mastodon", "pinterest"]);
      assert.equal(await cards.nth(2).locator("h3").textContent(), "<b>Not markup</b>");
      assert.equal(await cards.nth(2).getByRole("link").count(), 0);
      await close();
    });

    test("explains a rejected key that the user entered, and keeps it out of URLs and storage", async () => {
      const { page, seen, close } = await open();
      await connectTo(page, { baseUrl: other.baseUrl, apiKey: WRONG_KEY });
      const failure = page.getByTestId("failure");
      assert.equal(await failure.count(), 1);
      assert.match(await failure.innerText(), /^The API key was rejected\n[^]*HTTP 403\s+Ayrshare code 102$/);
      assert.equal(await page.getByTestId("mode").textContent(), "Another server");
      const kept = await page.evaluate(() => JSON.stringify([location.href, document.cookie, { ...localStorage }, { ...sessionStorage }, history.state]));
      for (const text of [kept, ...seen.requests, ...seen.console, await page.content()]) assert.ok(!text.includes(WRONG_KEY));
      assert.deepEqual(await page.evaluate(async () => [await indexedDB.databases(), await caches.keys()]), [[], []]);
      assert.ok(other.sandbox.requests.some(({ headers }) => headers.authorization === `Bearer ${WRONG_KEY}`));
      await screenshot(page, `${name}-refused`);
      await close();
    });

    test("refuses to send a key to Ayrshare from a page, and says what to do instead", async () => {
      const { page, seen, close } = await open();
      await connectTo(page, { baseUrl: "https://app.ayrshare.com/api", apiKey: WRONG_KEY });
      assert.match(await page.getByTestId("failure").innerText(), /^An Ayrshare key does not belong in a page\n[^]*AYRSHARE_API_KEY/);
      assert.deepEqual(seen.requests.filter((url) => url.includes("ayrshare.com")), []);
      await close();
    });

    detail("offers to try again after a temporary failure, and then works", async () => {
      const { page, close } = await open();
      other.sandbox.faults = { failNext: [{ status: 503, body: "", times: 1000 }] };
      await connectTo(page, { baseUrl: other.baseUrl, apiKey: other.sandbox.apiKey });
      const failure = page.getByTestId("failure");
      assert.equal(await failure.getAttribute("data-kind"), "api");
      other.sandbox.faults = {};
      await failure.getByRole("button", { name: "Try again" }).click();
      await page.getByTestId("account").first().waitFor();
      assert.equal(await page.getByTestId("account").count(), 10);
      assert.equal(await page.getByTestId("failure").count(), 0);
      await close();
    });

    detail("disables the retry for as long as the server requested", async () => {
      const { page, close } = await open();
      other.sandbox.faults = { failNext: [{ status: 429, headers: { "retry-after": "90" }, body: { status: "error", code: 429, message: "slow down" }, times: 1000 }] };
      await connectTo(page, { baseUrl: other.baseUrl, apiKey: other.sandbox.apiKey });
      other.sandbox.faults = {};
      const failure = page.getByTestId("failure");
      assert.equal(await failure.getAttribute("data-kind"), "rate_limit");
      const button = failure.getByRole("button");
      assert.match(await button.textContent(), /^Try again in 1 min \d+ s$/);
      assert.ok(await button.isDisabled());
      await screenshot(page, `${name}-rate-limit`);
      await close();
    });

    detail("shows initials if a picture does not load", async () => {
      const { page, close } = await open({ before: (page) => page.route(/\/img\//, (route) => route.abort()) });
      await page.waitForFunction(() => document.querySelectorAll("[data-testid=initials]").length === 10);
      assert.equal(await page.locator(".card img").count(), 0);
      await close();
    });

    test("fits a phone", async () => {
      const { page, close } = await open({ width: 360, height: 780 });
      for (const profile of [/documented sample/, /Everything linked/, /unknown network/, /Suspended/, /Nothing linked/]) {
        await chooseProfile(page, profile);
        const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        assert.ok(content <= screen, `${profile}: ${content} px of content on ${screen} px`);
      }
      await chooseProfile(page, /Everything linked/);
      await page.getByText("Connection and profiles").click();
      await screenshot(page, `${name}-phone`);
      await close();
    });

    test("works from the keyboard, with a visible focus", async () => {
      // Firefox shows no focus in a tab where the mouse was used last.
      const { page, close } = await open({ isolated: true });
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the profile");
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.id), "main");
      await page.getByRole("button", { name: /documented sample/ }).focus();
      await page.keyboard.press("Tab");
      assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none");
      await page.keyboard.press("Enter");
      await settled(page);
      await page.getByRole("heading", { level: 1, name: "Corner Bakery" }).waitFor();
      assert.equal(await page.getByRole("button", { name: /Corner Bakery/ }).getAttribute("aria-current"), "true");
      for (const role of ["banner", "complementary", "main", "contentinfo"]) assert.equal(await page.getByRole(role).count(), 1, role);
      await close();
    });
  });
}
