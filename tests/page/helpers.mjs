// Helpers of the page tests: the page started with scripts/start.mjs, two real browsers, and a record of everything that
// a page sends to the network and the console.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, request as send } from "node:http";
import { once } from "node:events";
import { test } from "node:test";
import { chromium, firefox } from "playwright-core";
import * as tools from "../../scripts/lib/tools.mjs";
import { isWhole } from "../whole.mjs";

const FIX = "run `npm run setup -- --for test`, or name the program in";
const ADDRESS = /^start: (http:\/\/127\.0\.0\.1:\d+\/)$/m;

/**
 * Runs scripts/start.mjs on a free port until `stop()`; `output()` is everything it printed, `url` its address. If the script
 * exits instead, that is an error, unless the test expects it.
 */
export async function startPage(environment = {}, { mayEnd = false } = {}) {
  const { AYRSHARE_API_KEY, AYRSHARE_PROFILE_KEY, AYRSHARE_BASE_URL, NODE_OPTIONS, NODE_TEST_CONTEXT, ...env } = process.env;
  const child = spawn(process.execPath, [tools.at("scripts", "start.mjs")], { cwd: tools.root, env: { ...env, PORT: "0", ...environment } });
  let printed = "";
  const ended = once(child, "exit").then(([code, signal]) => code ?? signal);
  const ready = new Promise((resolve) => {
    const read = (text) => {
      printed += text;
      const address = ADDRESS.exec(printed)?.[1];
      // The mode is printed after the URL.
      if (address && printed.includes("Ctrl-C")) resolve(address);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
  });
  const url = await Promise.race([ready, ended.then(() => undefined)]);
  if (!url && !mayEnd) throw new Error(`npm start ended:\n${printed}`);
  const stop = async (signal = "SIGINT") => {
    child.kill(signal);
    return ended;
  };
  return { url, output: () => printed, stop, ended };
}

function program(name, path, variable) {
  if (!path || !existsSync(path)) throw new Error(`${name} is not on this machine: ${FIX} ${variable}`);
  return path;
}

/** The browsers that every page test runs in. Firefox takes the colour scheme and reduced motion only at launch. */
export const BROWSERS = [
  {
    name: "Chromium",
    launch: () =>
      chromium.launch({
        executablePath: program("Chromium", tools.chromium(), "CHROME_PATH"),
        args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
      }),
  },
  {
    name: "Firefox",
    launch: ({ dark = false, still = false } = {}) =>
      firefox.launch({
        channel: "moz-firefox",
        executablePath: program("Firefox ESR", tools.firefox(), "FIREFOX"),
        firefoxUserPrefs: { "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1, "ui.prefersReducedMotion": still ? 1 : 0 },
      }),
  },
];

/**
 * Registers tests of details that engines hardly differ in: in every browser in a whole run (`npm test -- --whole`), otherwise in Chromium alone.
 */
export const detailsIn = (name) => (name === "Chromium" || isWhole ? test : () => {});

/** The tabs that earlier tests have left in each browser, by their options. */
const tabs = new WeakMap();

/** The tab that was left last; its page still runs, because loading it once more takes half as long. */
let lastLeft;

/** Stops the page in the tab that was left last, unless that is the one to be used. */
async function stopOthers(page) {
  const other = lastLeft;
  lastLeft = undefined;
  if (other && other !== page && !other.isClosed()) await other.goto("about:blank");
}

/** Forgets what a test has left in a tab. */
async function reset(page, viewport) {
  page.removeAllListeners();
  const context = page.context();
  await page.evaluate(() => [localStorage, sessionStorage].forEach((storage) => storage.clear()));
  await Promise.all([page.unrouteAll(), page.setViewportSize(viewport), context.clearCookies(), context.clearPermissions(), context.setOffline(false)]);
}

async function newTab(browser, options) {
  const context = await browser.newContext(options);
  return { page: await context.newPage(), leave: () => context.close() };
}

/**
 * A tab that an earlier test of the same server has left, or a new one: there, the page takes four times as long to load. A tab that is not left
 * properly, because its test failed, is not used again.
 */
async function tabOf(browser, options, url) {
  if (!tabs.has(browser)) tabs.set(browser, new Map());
  const [left, name] = [tabs.get(browser), JSON.stringify([options, new URL(url).origin])];
  const page = left.get(name) ?? (await newTab(browser, options)).page;
  left.delete(name);
  const leave = async () => {
    if (left.has(name)) return page.context().close();
    await reset(page, options.viewport);
    left.set(name, page);
    lastLeft = page;
  };
  return { page, leave };
}

/**
 * Opens the page and waits until it has loaded. `seen` collects the URL of every request, and all errors and warnings. The tab
 * is one that nothing else uses if it is `isolated`, or if `before` changes its context.
 */
export async function openPage(browser, url, { width = 1280, height = 900, dark = false, reducedMotion = "no-preference", before, isolated = before !== undefined } = {}) {
  const options = { viewport: { width, height }, colorScheme: dark ? "dark" : "light", reducedMotion };
  const { page, leave } = isolated ? await newTab(browser, options) : await tabOf(browser, options, url);
  await stopOthers(page);
  const seen = { requests: [], complaints: [], console: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => {
    seen.console.push(message.text());
    if (["error", "warning"].includes(message.type())) seen.complaints.push(message.text());
  });
  page.on("pageerror", (error) => seen.complaints.push(error.message));
  await before?.(page);
  await page.goto(url);
  await settled(page);
  return { page, seen, close: leave };
}

/** Waits until all panels have loaded. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector("#profile > *") && !document.querySelector("[aria-busy]"));
}

/** Chooses a profile of the sandbox by the text of its button. */
export async function chooseProfile(page, words) {
  await unfold(page);
  await page.getByRole("button", { name: words }).click();
  await settled(page);
}

/** Enters another server in the connection panel and connects to it. */
export async function connectTo(page, { baseUrl, apiKey, profileKey = "" }) {
  await page.getByLabel("Another server").check();
  await page.getByLabel("Base URL").fill(baseUrl);
  await page.getByLabel("API key").fill(apiKey);
  await page.getByLabel("Profile Key").fill(profileKey);
  await page.getByRole("button", { name: "Connect" }).click();
  await settled(page);
}

/** Expands what a narrow page collapses. */
export async function unfold(page) {
  const summary = page.getByText("Connection and profiles");
  if (await summary.isVisible() && (await page.locator("details").getAttribute("open")) === null) await summary.click();
}

/** Chooses a fault of the sandbox by its label. */
export async function chooseFault(page, words) {
  await unfold(page);
  const answered = page.waitForResponse((response) => response.url().endsWith("/sandbox/control"));
  await page.getByLabel(words).check();
  await answered;
  await settled(page);
}

/** For what takes long with 100,000 profiles on a busy machine. */
export const PATIENCE = { timeout: 300_000 };

/** Waits until the run over all profiles is in one of these states. */
export async function runIs(page, ...states) {
  await page.waitForFunction((states) => states.includes(document.querySelector("[data-testid=run]").dataset.state), states, PATIENCE);
}

/**
 * The file that the page saves during `work`: its name and its text. Taken from the page's link, because Playwright does not report downloads of every
 * browser.
 */
export async function savedBy(page, work) {
  await page.evaluate(() => {
    window.savedFile = new Promise((resolve) => {
      const { click } = HTMLAnchorElement.prototype;
      HTMLAnchorElement.prototype.click = function () {
        HTMLAnchorElement.prototype.click = click;
        const { download, href } = this;
        // The page's policy does not let fetch read a blob's address.
        resolve({ name: download, isBlob: href.startsWith("blob:") });
        click.call(this);
      };
      const { createObjectURL } = URL;
      URL.createObjectURL = (blob) => {
        URL.createObjectURL = createObjectURL;
        window.savedBlob = blob;
        return createObjectURL(blob);
      };
    });
  });
  await work();
  const { name, isBlob } = await page.evaluate(() => window.savedFile);
  assert.ok(isBlob);
  return { name, text: await page.evaluate(async () => new TextDecoder("utf-8", { ignoreBOM: true }).decode(await window.savedBlob.arrayBuffer())) };
}

/** A number of the run over all profiles. */
export const tally = async (page, name) => Number(await page.getByTestId(`tally-${name}`).getAttribute("data-value"));

/** The numbers of a report that the page shows as tiles. */
const TILES = ["profiles", "accounts", "refreshSoon", "expired", "quotasHigh", "nothingLinked", "suspended", "invalid", "bytes"];

/** Checks that all numbers of the page are those of a report of `sweepProfiles`. */
export async function assertShowsReport(page, report) {
  for (const tile of TILES) assert.equal(await tally(page, tile), report[tile], tile);
  // The chart is drawn after the numbers.
  await page.waitForFunction((accounts) => accounts === [...document.querySelectorAll("[data-network]")]
    .reduce((sum, { dataset }) => sum + Number(dataset.accounts), 0), report.accounts, PATIENCE);
  const networks = await page.locator("[data-network]").evaluateAll((all) => all.map(({ dataset }) => [dataset.network, Number(dataset.accounts)]));
  assert.deepEqual(Object.fromEntries(networks), Object.fromEntries(report.networks.map(({ network, accounts }) => [network, accounts])));
}

/** Waits until a table says that it has this many rows, such as `2,000 links`. */
export const totalIs = (page, table, rows, words = table) => page.getByTestId(`${table}-total`).getByText(`${rows.toLocaleString("en-GB")} ${words}`, { exact: true }).waitFor(PATIENCE);

/**
 * Checks the table of links after a run: few rows however many links there are, in order, to the last one, also those of one network.
 */
export async function assertTableOfLinks(page, report) {
  const table = page.getByTestId("links");
  const rows = page.getByTestId("links-row");
  await rows.first().waitFor();
  const total = report.refreshSoon + report.expired;
  await totalIs(page, "links", total);
  assert.equal(await table.getByRole("table").getAttribute("aria-rowcount"), String(total + 1));
  assert.ok((await rows.count()) < 60);
  const [first] = report.links;
  assert.equal(await rows.first().locator(".cell-due").textContent(), new Date(first.dueMs).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }));
  await table.focus();
  await page.keyboard.press("End");
  await page.waitForFunction((last) => [...document.querySelectorAll("[data-testid=links-row]")].at(-1)?.getAttribute("aria-rowindex") === last, String(total + 1), PATIENCE);
  await page.getByLabel("Network", { exact: true }).selectOption("tiktok");
  await page.waitForFunction(() => {
    const networks = [...document.querySelectorAll("[data-testid=links-row] .cell-network")].map(({ textContent }) => textContent);
    return networks.length > 0 && networks.every((network) => network === "TikTok");
  });
}

export const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Checks all axe-core rules for WCAG 2.2 A and AA and for best practices. Contrast, which takes two thirds of the time, is checked in Chromium
 * alone: every engine computes the same colours.
 */
export async function assertAccessible(page, what) {
  const contrast = page.context?.().browser().browserType().name() === "chromium";
  if (!await page.evaluate(() => "axe" in window)) await (page.installAxe?.() ?? page.evaluate(AXE));
  const found = await page.evaluate(async (contrast) => {
    // Otherwise, entry animations would be checked halfway.
    await Promise.all(document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity).map(({ finished }) => finished.catch(() => {})));
    // Style sheets and media are fetched only for rules on sound and video, of which the page has none.
    if (document.querySelector("audio, video")) return ["sound or video: remove `preload: false`"];
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"], preload: false, rules: { "color-contrast": { enabled: contrast } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join("; ")}`);
  }, contrast);
  assert.deepEqual(found, [], what);
}

/** Saves a screenshot under target/screenshots/ for inspection. */
export async function screenshot(page, name) {
  const folder = tools.at("target", "screenshots");
  mkdirSync(folder, { recursive: true });
  await page.evaluate(async () => {
    for (const image of document.images) image.loading = "eager";
    await Promise.allSettled([...document.images].map((image) => image.decode()));
  });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** The path of the script that pages run first. */
const FIRST = "/tap.js";

/**
 * A recording proxy: forwards everything to `target` unchanged except Host and Origin, and records every byte as text. With `first`, the text of a
 * script, pages run it first. `scripts` are texts that pages may load, by their paths.
 */
export async function tap(target, { first, scripts = {} } = {}) {
  const { host, port, hostname, pathname } = new URL(target);
  const own = { ...scripts, ...(first && { [FIRST]: first }) };
  let wire = "";
  const server = createServer((incoming, outgoing) => {
    if (own[incoming.url]) return void outgoing.setHeader("content-type", "text/javascript").end(own[incoming.url]);
    wire += `${incoming.method} ${incoming.url} ${JSON.stringify(incoming.rawHeaders)}\n`;
    const headers = { ...incoming.headers, host, connection: "close", ...(incoming.headers.origin && { origin: new URL(target).origin }) };
    const onward = send({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      wire += `${answer.statusCode} ${JSON.stringify(answer.rawHeaders)}\n`;
      if (first && answer.headers["content-type"]?.startsWith("text/html")) return void passWithScript(answer, outgoing);
      outgoing.writeHead(answer.statusCode, answer.rawHeaders);
      answer.on("data", (chunk) => { wire += chunk.toString("latin1"); });
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}${pathname}`,
    wire: () => wire,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function passWithScript(answer, outgoing) {
  const html = (await answer.setEncoding("utf8").toArray()).join("");
  const { "content-length": _, ...headers } = answer.headers;
  outgoing.writeHead(answer.statusCode, headers).end(html.replace("<head>", `<head><script src="${FIRST}"></script>`));
}

/** Sends one request with exactly these headers; `fetch` does not allow Host or Origin. */
export function raw(url, { method = "GET", headers = {}, path } = {}) {
  const { hostname, port, pathname, search, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = send({ hostname, port, method, path: path ?? pathname + search, headers: { host, ...headers } }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text) => { body += text; });
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    outgoing.once("error", reject).end();
  });
}
