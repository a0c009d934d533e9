import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { packedPackage } from "../../../scripts/lib/packed.mjs";
import { chromium as chromiumPath } from "../../../scripts/lib/tools.mjs";

/** Chromium's id: half of the hash of the manifest's key, in the letters from a to p. */
const { key } = JSON.parse(readFileSync(new URL("manifest.json", import.meta.url), "utf8"));
const hash = createHash("sha256").update(Buffer.from(key, "base64")).digest("hex").slice(0, 32);
const ID = hash.replaceAll(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
/** Chromium's own line about a response with an error status. */
const STATUS_LINE = /^Failed to load resource: the server responded with a status of 40[13]/;
const PATIENCE = { timeout: 30_000 };

/** Opens the popup as a page, and waits until its text contains `wanted`. */
async function popup(context, wanted, allowed) {
  const page = await context.newPage();
  const written = [];
  page.on("pageerror", (error) => written.push(String(error)));
  page.on("console", (message) => written.push(message.text()));
  await page.goto(`chrome-extension://${ID}/popup.html`);
  await page.waitForFunction((text) => document.body.innerText.includes(text), wanted, PATIENCE).catch(async () => {
    assert.fail(`the popup does not show ${wanted}:\n${await page.evaluate(() => document.body.innerText)}\n${written.join("\n")}`);
  });
  const text = await page.evaluate(() => document.body.innerText);
  await page.close();
  assert.deepEqual(written.filter((line) => !allowed?.test(line)), []);
  return text;
}

export default {
  title: "Browser extension, Manifest V3",
  tools: "matrix/tools/servers",
  build: [["esbuild/bin/esbuild", "src/background.js", "src/popup.js", "--bundle", "--minify", "--outdir=out", '--define:GATEWAY="http://127.0.0.1:%PORT%"', "--log-level=error"]],
  serve: ["node", "gateway.js"],
  async check({ folder, sandbox, profileKey, baseUrl }) {
    const { AyrshareUser, accountHealth } = await import(pathToFileURL(join(packedPackage, "dist/node.js")).href);
    const home = mkdtempSync(join(tmpdir(), "recipe-extension-"));
    const context = await chromium.launchPersistentContext(home, {
      executablePath: chromiumPath(),
      ignoreDefaultArgs: ["--disable-extensions"],
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", `--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
    });
    try {
      const [worker = await context.waitForEvent("serviceworker", PATIENCE)] = context.serviceWorkers();
      assert.equal(new URL(worker.url()).host, ID);
      const logIn = (session) => worker.evaluate((session) => chrome.storage.local.set({ session }), session);
      const showsBadge = async (wanted) => {
        let text;
        for (const until = Date.now() + PATIENCE.timeout; Date.now() < until; await pause(50)) {
          text = await worker.evaluate(() => chrome.action.getBadgeText({}));
          if (text === wanted) return;
        }
        assert.equal(text, wanted, "the badge");
      };
      await popup(context, "Please log in.", STATUS_LINE);
      sandbox.setProfileState(profileKey, { suspended: true });
      await logIn("session-of-a-visitor");
      assert.match(await popup(context, "suspended", STATUS_LINE), /auth/);
      sandbox.setProfileState(profileKey, { suspended: false });
      const text = await popup(context, sandbox.profile(profileKey).user.title);
      for (const { displayName } of sandbox.profile(profileKey).user.displayNames) assert.ok(text.includes(displayName ?? "without a name"), displayName);
      await logIn("nobody");
      await showsBadge("?");
      const { findings } = await accountHealth(await new AyrshareUser({ apiKey: sandbox.apiKey, baseUrl }).withProfile(profileKey).getUser());
      assert.ok(findings.length > 0);
      await logIn("session-of-a-visitor");
      await showsBadge(String(findings.length));
    } finally {
      await context.close();
      rmSync(home, { recursive: true, force: true });
    }
  },
};
