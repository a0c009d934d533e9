// The browsers behind one face: Playwright drives Chromium and Firefox, WebKitGTK has a driver of its own.
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

const LAUNCH = { WebKitGTK: launchWebKit, ...Object.fromEntries(BROWSERS.map(({ name, launch }) => [name, () => inPlaywright(launch)])) };

/** Launches each browser once, when it is first asked for. */
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
