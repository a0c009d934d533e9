// The search in Chromium, on a site below a sub-path: it finds words of guides, reference and API, by keyboard alone, and leads to them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "../page/helpers.mjs";
import { siteInChromium } from "./helpers.mjs";

const { site, openTab } = siteInChromium();

async function searching(from, words) {
  const tab = await openTab();
  await tab.page.goto(site.url + from, { waitUntil: "load" });
  await tab.page.keyboard.press("/");
  await tab.page.getByRole("dialog", { name: "Search" }).waitFor();
  await tab.page.keyboard.type(words);
  await tab.page.locator("#search-status").filter({ hasText: "found" }).waitFor();
  return tab;
}

for (const { part, from, words, title, url } of [
  { part: "a class of the reference", from: "guides/gateway.html", words: "AyrshareUser client", title: "AyrshareUser", url: "reference/index/classes/AyrshareUser.html" },
  { part: "a part of a name in the reference", from: "reference/index.html", words: "dangerously browser", title: "dangerouslyAllowBrowser?", url: "reference/index/interfaces/ClientOptions.html#dangerouslyallowbrowser" },
  { part: "a section of a guide", from: "reference/index/classes/AyrshareUser.html", words: "rate-limit guard durable objects", title: "The rate-limit guard and Durable Objects", url: "guides/gateway.html#the-rate-limit-guard-and-durable-objects" },
  { part: "an operation of the API", from: "api/index.html", words: "/user/batch", title: "GET /user/batch", url: "api/index.html#operations-user-getUserBatch" },
]) {
  test(`finds ${part}, and Enter leads there`, async () => {
    const { page, complaints, close } = await searching(from, words);
    const found = page.getByRole("dialog").getByRole("link").filter({ has: page.getByText(title, { exact: true }) }).first();
    await found.waitFor();
    while (!(await found.evaluate((link) => link === document.activeElement))) {
      const before = await page.evaluate(() => document.activeElement.outerHTML);
      await page.keyboard.press("ArrowDown");
      assert.notEqual(await page.evaluate(() => document.activeElement.outerHTML), before, "it can be reached by arrow keys");
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(site.url + url);
    const id = url.split("#")[1];
    if (id) await page.locator(`[id="${id}"]`).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });
}

test("is accessible with and without results, says when nothing is found, and Escape closes it", async () => {
  const { page, complaints, close } = await searching("guides/index.html", "gateway");
  await assertAccessible(page, "search with results");
  await page.getByLabel("Words to find").fill("xyzzyqwerty");
  await page.getByText("Nothing found").waitFor();
  await assertAccessible(page, "search without results");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.deepEqual(complaints, []);
  await close();
});

test("opens from the demo's link, and a slash in a field is only a slash", async () => {
  const { page, close } = await openTab();
  await page.goto(site.url);
  await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Search" }).click();
  await page.getByRole("dialog", { name: "Search" }).waitFor();
  await page.keyboard.type("a/b");
  assert.equal(await page.getByLabel("Words to find").inputValue(), "a/b");
  await close();
});
