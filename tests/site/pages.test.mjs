// Pages of the site in Chromium under the real content security policy: silent, accessible, in light and dark, and no wider than a phone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { documentPolicy } from "../../www/server/security.mjs";
import { assertAccessible, screenshot } from "../page/helpers.mjs";
import { siteInChromium } from "./helpers.mjs";

/** Of the reference, the pages that differ in kind; of everything else, all pages. */
const REFERENCE = /^reference\/(?:index|\w+\/index|index\/classes\/AyrshareUser|index\/interfaces\/ClientOptions|index\/type-aliases\/SocialAccount|index\/functions\/sweepProfiles|sandbox\/variables\/\w+)\.html$/;
const ALSO_DARK_AND_NARROW = ["guides/gateway.html", "guides/index.html", "reference/index/classes/AyrshareUser.html", "api/index.html"];

const { site, openTab } = siteInChromium();

/** Swagger UI has written its operations and schemas. */
const apiIsShown = (page) => page.locator("#viewer .models").waitFor();

/** Opens the first operation, and the list of schemas with the first of them. */
async function openParts(page) {
  await page.locator("#viewer .opblock-summary [aria-expanded=false]").first().click();
  await page.locator("#viewer .opblock-body .responses-table").first().waitFor();
  await page.locator("#viewer .models > h4 [aria-expanded=false]").click();
  await page.locator("#viewer .models .json-schema-2020-12-accordion").first().click();
}

test("every page has the demo's policy", () => {
  assert.ok(site.pages.length > 100);
  const policies = ["&#39;", "&#x27;"].map((quote) => `content="${documentPolicy().replaceAll("'", quote)}"`);
  const has = (page) => policies.some((policy) => readFileSync(join(site.folder, page), "utf8").includes(policy));
  assert.deepEqual(site.pages.filter((page) => !has(page)), []);
});

test("guides, API and pages of each kind of the reference log nothing and are accessible", async () => {
  const pages = site.pages.filter((page) => page !== "index.html" && (!page.startsWith("reference/") || REFERENCE.test(page)));
  assert.ok(pages.filter((page) => page.startsWith("guides/")).length > 5 && pages.filter((page) => page.startsWith("reference/")).length >= 9 && pages.includes("api/index.html"), pages.join());
  const { page, complaints, close } = await openTab();
  for (const name of pages) {
    await page.goto(site.url + name, { waitUntil: "load" });
    if (name === "api/index.html") {
      await apiIsShown(page);
      await assertAccessible(page, name);
      await openParts(page);
    }
    await assertAccessible(page, name);
    assert.deepEqual(complaints, [], name);
  }
  await close();
});

describe("in the dark and on a phone", () => {
  for (const [view, options] of [["dark", { dark: true }], ["phone", { width: 390, height: 844 }]]) {
    test(`pages are accessible and not wider than the window: ${view}`, async () => {
      const { page, complaints, close } = await openTab(options);
      for (const name of ALSO_DARK_AND_NARROW) {
        await page.goto(site.url + name, { waitUntil: "load" });
        if (name === "api/index.html") {
          await apiIsShown(page);
          await openParts(page);
        }
        await assertAccessible(page, `${view}: ${name}`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, name);
        await screenshot(page, `site-${name.replaceAll(/[/.]/g, "-")}-${view}`);
      }
      assert.deepEqual(complaints, []);
      await close();
    });
  }
});

test("the list of pages is folded on a phone, and opens by keyboard", async () => {
  const { page, close } = await openTab({ width: 390, height: 844 });
  await page.goto(`${site.url}guides/gateway.html`, { waitUntil: "load" });
  const link = page.getByRole("navigation", { name: "Pages: Guides" }).getByRole("link", { name: "Gateway" });
  assert.equal(await link.isVisible(), false);
  await page.getByText("Pages: Guides").focus();
  await page.keyboard.press("Enter");
  assert.equal(await link.isVisible(), true);
  assert.equal(await link.getAttribute("aria-current"), "page");
  await close();
});

test("the demo and the pages beside it have the same navigation, and it leads to all of them", async () => {
  const { page, complaints, close } = await openTab();
  const links = () => page.getByRole("navigation", { name: "Site" }).getByRole("link").evaluateAll((all) => all.map(({ textContent, href }) => `${textContent} ${href.replace(/index\.html$/, "")}`));
  await page.goto(site.url);
  await page.getByRole("link", { name: "Guides" }).waitFor();
  const [search, ...inDemo] = (await links()).reverse();
  assert.match(search, /^Search .*guides\/index\.html\?search$/);
  for (const part of ["Guides", "Reference", "API", "Demo"]) {
    await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: part }).click();
    await page.waitForURL((url) => url.pathname === (part === "Demo" ? "/x/y/index.html" : `/x/y/${part.toLowerCase()}/index.html`));
    if (part !== "Demo") assert.deepEqual(await links(), inDemo.toReversed());
  }
  await page.getByTestId("account").first().waitFor();
  assert.deepEqual(complaints, []);
  await close();
});
