// Health, gauges, boards, changes, the code drawer and the fault menu, in two real browsers; axe-core checks every state.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { assertAccessible, BROWSERS, chooseFault, chooseProfile, detailsIn, openPage, screenshot, settled, startPage } from "./helpers.mjs";

/** What each fault shows in place of the profile: the title of the failure and its small print. */
const REFUSED = [
  ["Wrong key", "The API key was rejected", /auth\s+HTTP 403\s+Ayrshare code 102/],
  ["Suspended profile", "This profile is suspended", /auth\s+HTTP 403\s+Ayrshare code 276/],
  ["Rate limit", "Too many calls", /rate_limit\s+HTTP 429/],
  ["Wrong shape", "The response does not match the documentation", /decode[^]*at displayNames\b/],
];

// What axe judges differs little between engines.
const WIDTHS = { Chromium: { light: [1680, 390], dark: [1680, 390] }, Firefox: { light: [1680], dark: [390] } };

for (const { name, launch } of BROWSERS) {
  describe(`panels in ${name}`, () => {
    let browser;
    const detail = detailsIn(name);
    // One server per browser, because the tests change its data.
    let started;
    const open = (options) => openPage(browser, started.url, options);

    before(async () => { [browser, started] = await Promise.all([useBrowser(name), startPage()]); });
    after(() => Promise.all([releaseBrowser(name), started?.stop()]));

    test("the strip shows what needs attention, the most urgent first; badges, ring and bar agree", async () => {
      const { page, seen, close } = await open();
      await chooseProfile(page, /Everything linked/);
      const strip = page.getByTestId("health");
      assert.equal(await strip.getAttribute("data-level"), "now");
      const findings = await page.getByTestId("finding").locator("p").allInnerTexts();
      assert.deepEqual(findings.map((text) => text.split("\n")[0]), ["Act now", "Due soon", "Due soon"]);
      assert.match(findings[0], /The TikTok link expired on \d{4}-\d\d-\d\d: link the account again\.$/);
      assert.match(findings[1], /The LinkedIn link must be refreshed by/);
      assert.match(findings[2], /Instagram: \d+ of 50 posts in 24 hours are used\./);
      const card = (platform) => page.locator(`[data-platform="${platform}"]`);
      const badges = ["tiktok", "linkedin", "instagram", "bluesky"].map((platform) => card(platform).getByTestId("badge").textContent());
      assert.deepEqual(await Promise.all(badges), ["Act now", "Due soon", "Due soon", "Healthy"]);
      assert.match(await card("linkedin").getByTestId("days").innerText(), /Refresh by[^]*[23] days/);
      const dash = await card("instagram").locator(".ring-fill").getAttribute("stroke-dasharray");
      const [used] = /\d+/.exec(await card("instagram").getByTestId("ring").innerText());
      assert.equal(dash, `${used * 2} 100`);
      assert.deepEqual(await page.getByTestId("board").evaluateAll((all) => all.map((board) => board.querySelector("[data-privacy]").textContent)), ["Public", "Protected", "Secret"]);
      await assertAccessible(page, "a profile with everything linked");
      assert.deepEqual(seen.complaints, []);
      await close();
    });

    test("a second load shows what has changed since the first, or that nothing has", async () => {
      const { page, close } = await open();
      await chooseProfile(page, /unknown network/);
      const changes = page.locator("#changes");
      assert.match(await changes.innerText(), /Nothing to compare yet/);
      await changes.getByRole("button", { name: "Load again" }).click();
      await changes.getByText("Nothing has changed").waitFor();
      await changes.getByRole("button", { name: "Simulate a change" }).focus();
      await page.keyboard.press("Enter");
      await page.getByTestId("change").first().waitFor();
      const kinds = await page.getByTestId("change").evaluateAll((all) => all.map(({ dataset }) => dataset.kind));
      for (const kind of ["renamed", "quota_changed", "unlinked"]) assert.ok(kinds.includes(kind), `${kind} in ${kinds}`);
      assert.match(await changes.innerText(), /Instagram renamed\s+displayName\s+東京カメラ店\s+東京カメラ店 & friends/);
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Simulate a change");
      await settled(page);
      await assertAccessible(page, "changes");
      await screenshot(page, `${name}-changes`);
      await close();
    });

    test("the drawer shows the code of a view without a key, copies it, and restores the focus", async () => {
      const { page, close } = await open();
      if (name === "Chromium") await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await chooseProfile(page, /Everything linked/);
      const config = await (await fetch(new URL("config.json", started.url))).json();
      const views = { "Linked accounts": /accountHealth\(user\)/, "Pinterest boards": /getUserDetails\("pinterest"\)/, Changes: /diffUsers\(before, after\)/, "All profiles": /streamProfiles/ };
      for (const [view, code] of Object.entries(views)) {
        const button = page.getByRole("button", { name: `Code: ${view}` });
        await button.focus();
        await page.keyboard.press("Enter");
        const drawer = page.getByTestId("drawer");
        await drawer.waitFor();
        const text = await drawer.locator("pre").innerText();
        assert.match(text, code);
        assert.match(text, new RegExp(config.baseUrl.replaceAll(".", "\\.")));
        for (const key of [config.apiKey, ...config.profiles.map(({ profileKey }) => profileKey).filter(Boolean)]) assert.ok(!text.includes(key));
        if (view === "Changes") {
          await assertAccessible(page, "the drawer");
          await screenshot(page, `${name}-drawer`);
          await drawer.getByRole("button", { name: "Copy" }).click();
          await drawer.getByRole("button", { name: "Copied" }).waitFor();
          if (name === "Chromium") assert.equal((await page.evaluate(() => navigator.clipboard.readText())).trim(), text.trim());
        }
        await page.keyboard.press("Escape");
        await drawer.waitFor({ state: "hidden" });
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), `Code: ${view}`);
      }
      await close();
    });

    for (const [fault, title, print] of REFUSED) {
      detail(`fault: ${fault}`, async () => {
        const { page, close } = await open();
        await chooseFault(page, fault);
        const failure = page.locator("#profile").getByTestId("failure");
        assert.equal(await failure.getByRole("heading").textContent(), title);
        assert.match(await failure.innerText(), print);
        if (fault === "Rate limit") await countsDown(page, failure.getByRole("button"));
        await assertAccessible(page, fault);
        await screenshot(page, `${name}-fault-${fault.toLowerCase().replaceAll(" ", "-")}`);
        await chooseFault(page, "Nothing");
        assert.equal(await page.getByTestId("account").count(), 10);
        assert.equal(await page.getByTestId("failure").count(), 0);
        await close();
      });
    }

    test("fault: One mismatched field affects only that field, and an unobtrusive notice names it", async () => {
      const { page, seen, close } = await open();
      assert.equal(await page.getByTestId("odd").count(), 0);
      await chooseFault(page, "One mismatched field");
      const notice = page.locator("#profile").getByTestId("odd");
      assert.match(await notice.innerText(), /^1 field does not match the documentation[^]*\ndisplayNames\[1\]\.refreshDaysRemaining is of type string, expected number$/);
      assert.equal(await notice.getAttribute("role"), null, "it does not interrupt");
      assert.equal(await page.getByTestId("failure").count(), 0);
      assert.equal(await page.locator("#profile-title").textContent(), "Corner Bakery");
      const badge = (platform) => page.locator(`[data-platform="${platform}"]`).getByTestId("badge").textContent();
      assert.deepEqual(await Promise.all(["instagram", "linkedin", "tiktok"].map(badge)), ["Due soon", "Healthy", "Due soon"]);
      const findings = await page.getByTestId("finding").locator("p").allInnerTexts();
      assert.equal(findings.length, 2);
      assert.doesNotMatch(findings.join(), /LinkedIn/);
      assert.doesNotMatch(await page.locator("main").innerText(), /NaN|undefined|\[object/);
      // The changes since the last visit list it as a changed field.
      for (const part of ["#profile", "#health", "#accounts"]) assert.doesNotMatch(await page.locator(part).innerText(), /fortnight/, part);
      assert.deepEqual(seen.complaints, []);
      await assertAccessible(page, "one odd field");
      await screenshot(page, `${name}-fault-one-odd-field`);
      await chooseFault(page, "Nothing");
      assert.equal(await page.getByTestId("odd").count(), 0);
      await close();
    });

    detail("fault: with Slow responses, skeletons are shown first, then the data", async () => {
      const { page, close } = await open();
      await page.getByLabel("Slow responses").check();
      await page.locator(".skeleton").first().waitFor();
      await settled(page);
      assert.equal(await page.getByTestId("account").count(), 10);
      await chooseFault(page, "Nothing");
      await close();
    });

    detail("fault: with Dropped connection, reading all profiles resumes", async () => {
      const { page, close } = await open();
      await chooseFault(page, "Dropped connection");
      await page.getByRole("button", { name: "Read all profiles" }).click();
      await page.getByTestId("resumes").waitFor();
      assert.match(await page.getByTestId("resumes").textContent(), /^The connection dropped \d times?; reading resumed/);
      await page.getByRole("button", { name: "Stop" }).click();
      await chooseFault(page, "Nothing");
      await close();
    });

    describe("for a user who prefers dark colours and reduced motion", () => {
      let other;
      const openDark = (options) => openPage(other, started.url, { dark: true, reducedMotion: "reduce", ...options });

      before(async () => { other = name === "Firefox" ? await launch({ dark: true, still: true }) : browser; });
      after(() => other !== browser && other?.close());

      test("nothing moves", async () => {
        const { page, close } = await openDark();
        await page.getByRole("button", { name: "Read all profiles" }).click();
        await page.locator(".run progress").waitFor();
        assert.deepEqual(await page.evaluate(() => document.getAnimations().map(({ animationName }) => animationName)), []);
        await close();
      });

      test("colours are dark", async () => {
        const { page, close } = await openDark();
        await chooseProfile(page, /Everything linked/);
        const [paper, ink] = await page.evaluate(() => {
          const { backgroundColor, color } = getComputedStyle(document.documentElement);
          return [backgroundColor, color].map((rgb) => rgb.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0));
        });
        assert.ok(paper < 150 && ink > 600, `${paper} on ${ink}`);
        await screenshot(page, `${name}-dark`);
        await close();
      });

      for (const width of WIDTHS[name].dark) test(`every profile is accessible at ${width} pixels`, () => assertAllAccessible(openDark, { width, theme: "dark" }));
    });

    for (const width of WIDTHS[name].light) detail(`every profile is accessible at ${width} pixels`, () => assertAllAccessible(open, { width, theme: "light" }));

    async function assertAllAccessible(open, { width, theme }) {
      const { page, close } = await open({ width });
      for (const profile of [/documented sample/, /Suspended/, /Nothing linked/, /Everything linked/]) {
        await chooseProfile(page, profile);
        await assertAccessible(page, `${profile}, ${theme}, at ${width} pixels`);
      }
      await screenshot(page, `${name}-${theme}-${width}`);
      await close();
    }
  });
}

/** Asserts that a button shows how long it stays disabled, and counts down. */
async function countsDown(page, button) {
  const first = await button.textContent();
  assert.match(first, /^Try again in \d+ s$/);
  assert.ok(await button.isDisabled());
  await page.waitForFunction((first) => {
    const text = document.querySelector("#profile [data-testid=failure] button").textContent;
    return text !== first && /^Try again in \d+ s$/.test(text);
  }, first);
}
