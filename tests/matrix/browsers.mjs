// One interface to all browsers: Playwright drives Chromium and Firefox; WebKitGTK has its own driver.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { chromium } from "playwright-core";
import { installTools } from "../../scripts/lib/installed.mjs";
import { BROWSERS } from "../page/helpers.mjs";
import { launchWebKit } from "./webkit.mjs";

const PATIENCE_MS = 60_000;

async function inPlaywright(launch) {
  const browser = await launch();
  return {
    version: () => browser.version(),
    close: () => browser.close(),
    async report(url) {
      const page = await browser.newPage();
      const complaints = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => complaints.push(message.text()));
      try {
        await page.goto(url);
        await page.waitForFunction(() => globalThis.report !== undefined, undefined, { timeout: PATIENCE_MS }).catch(() => {
          throw new Error(`${url} reported nothing:\n${complaints.join("\n")}`);
        });
        return await page.evaluate(() => globalThis.report);
      } finally {
        await page.close();
      }
    },
  };
}

/** An old Chromium, as it is packed for functions in the cloud. */
async function launchOld(name) {
  const folder = join(await installTools("matrix/tools/old-chromium"), "node_modules", name);
  const executablePath = join(folder, "chromium");
  writeFileSync(executablePath, brotliDecompressSync(readFileSync(join(folder, "bin", "chromium.br"))));
  chmodSync(executablePath, 0o755);
  return chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote"] });
}
const OLD = Object.fromEntries(["92", "103"].map((version) => [`Chromium ${version}`, () => inPlaywright(() => launchOld(`chromium-${version}`))]));

const LAUNCH = { WebKitGTK: launchWebKit, ...OLD, ...Object.fromEntries(BROWSERS.map(({ name, launch }) => [name, () => inPlaywright(launch)])) };

/** Launches each browser once, when it is first needed. */
export function browsers() {
  const launched = new Map();
  return {
    browser(name) {
      if (!launched.has(name)) launched.set(name, LAUNCH[name]());
      return launched.get(name);
    },
    close: () => Promise.all([...launched.values()].map((browser) => browser.then(({ close }) => close(), () => {}))),
  };
}
