// The page as static files on a plain file host: the sandbox is a service worker, the policy is in the
// document, and there are no requests to other origins. Also its size.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { buildStaticPage, pageWeight } from "../../scripts/page.mjs";
import { serveStatic } from "./host.mjs";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { assertAccessible, BROWSERS, chooseFault, openPage, runIs, screenshot } from "./helpers.mjs";

let host;

before(async () => { host = await serveStatic(await buildStaticPage()); });
after(() => host.close());

test("its size, and the client's share of it", () => {
  const { total, client } = pageWeight();
  console.log(`page weight: ${total} bytes after brotli, ${client} of them (${Math.round((client / total) * 100)} %) the client`);
  assert.ok(client > 0 && client < total);
  assert.ok(total < 300_000, `${total} bytes`);
});

test("the policy allows no inline code or style, no eval but wasm, and no other origin", () => {
  const policy = /http-equiv="content-security-policy" content="([^"]*)"/i.exec(readFileSync(join("www", "dist-static", "index.html"), "utf8"))?.[1].replaceAll("&#39;", "'");
  assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
});

for (const { name } of BROWSERS) {
  describe(`static page in ${name}`, () => {
    let browser;

    before(async () => { browser = await useBrowser(name); });
    after(() => releaseBrowser(name));

    test("shows the sample, simulates a failure, reads many profiles, and sends no request elsewhere", async () => {
      const { page, seen, close } = await openPage(browser, host.url);
      assert.equal(await page.getByTestId("account").count(), 10);
      assert.equal(await page.getByTestId("board").count(), 2);
      await page.waitForFunction(() => [...document.querySelectorAll(".card img")].every(({ complete, naturalWidth }) => complete && naturalWidth > 0));
      await chooseFault(page, "Suspended profile");
      assert.equal(await page.getByTestId("failure").getByRole("heading").textContent(), "This profile is suspended");
      await chooseFault(page, "Nothing");
      // All of them are read in measured/.
      await page.getByRole("button", { name: "Read all profiles" }).click();
      await page.waitForFunction(() => Number(document.querySelector("[data-testid=tally-profiles]").dataset.value) > 1_000, undefined, { timeout: 120_000 });
      await page.getByRole("button", { name: "Stop" }).click();
      await runIs(page, "cancelled");
      assert.ok((await page.getByTestId("links-row").count()) > 0);
      await assertAccessible(page, "static page");
      assert.deepEqual(seen.requests.filter((address) => !address.startsWith(host.url)), []);
      assert.deepEqual(seen.complaints.filter((words) => !/status of 403/.test(words)), []);
      await screenshot(page, `${name}-static`);
      await close();
    });

    test("also works on a second visit, when the service worker is already installed", async () => {
      const { page, close } = await openPage(browser, host.url);
      await page.reload();
      await page.getByTestId("account").first().waitFor();
      assert.equal(await page.getByTestId("account").count(), 10);
      await close();
    });
  });
}
