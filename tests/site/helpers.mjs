// The built site on a plain file host, below a sub-path, and pages of it in Chromium with everything that they complain about.
import { readdirSync } from "node:fs";
import { after, before } from "node:test";
import { buildStaticPage } from "../../scripts/page.mjs";
import { BROWSERS } from "../page/helpers.mjs";
import { serveStatic } from "../page/host.mjs";

/** Builds the site and serves it as a host does that has other sites as well. */
export async function serveSite() {
  const folder = await buildStaticPage();
  const pages = readdirSync(folder, { recursive: true }).map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".html")).sort();
  return { ...(await serveStatic(folder, { below: "/x/y/" })), folder, pages };
}

/** Serves the site and launches Chromium for the tests of a file. `site` is empty until they begin. */
export function siteInChromium() {
  const site = {};
  let browser;
  before(async () => {
    Object.assign(site, await serveSite());
    browser = await BROWSERS[0].launch();
  });
  after(async () => {
    await browser?.close();
    site.close?.();
  });
  return { site, openTab: (options) => openTab(browser, options) };
}

/** Opens a new page; `complaints` collects every console message, error and failed request. */
async function openTab(browser, { dark = false, width = 1280, height = 900 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("response", (response) => response.status() >= 400 && complaints.push(`${response.status()} ${response.url()}`));
  page.on("requestfailed", (request) => complaints.push(`failed ${request.url()}`));
  return { page, complaints, close: () => context.close() };
}
