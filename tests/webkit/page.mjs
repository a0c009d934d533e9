// The page in WebKitGTK through WebDriver: the parts of Playwright's page that the helpers use, and finding elements by their text.
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openWebKit } from "../matrix/webkit.mjs";
import { AXE, settled, tap } from "../page/helpers.mjs";

const PATIENCE_MS = 60_000;
/** The protocol's name for an element. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** The protocol's codes of keys that are not characters. */
const KEYS = { Tab: "\ue004", Enter: "\ue007", Escape: "\ue00c", End: "\ue010" };

/** The driver's errors for an element that the page has replaced or covered since it was found. */
const OUTDATED = /stale element reference|element click intercepted|element not interactable/;

/** Where a page finds the text of axe-core, which the driver fails to run at times, without a word about why. */
const AXE_PATH = "/axe.js";

/** Records errors and warnings of a page. It runs before the page's own scripts. */
const NOTE_COMPLAINTS = `
window.complaints = [];
for (const level of ["error", "warn"]) {
  const say = console[level];
  console[level] = (...words) => { complaints.push(words.join(" ")); say.apply(console, words); };
}
addEventListener("error", ({ message, target }) => complaints.push("error: " + (message ?? target.src ?? target.href)), true);
addEventListener("unhandledrejection", ({ reason }) => complaints.push("rejected: " + reason));
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => complaints.push("policy: " + violatedDirective + " " + blockedURI));
`;

/**
 * Opens the page in a new browser.
 *
 * @param {string} url
 * @param {{ dark?: boolean, still?: string, language?: string, phone?: boolean }} how `still` is the folder of a GTK configuration
 *   without animations
 */
export async function openInWebKit(url, { dark = false, still, language = "C", phone = false } = {}) {
  const env = { LANG: language, LC_ALL: language, ...(dark && { GTK_THEME: "Adwaita:dark" }), ...(still && { XDG_CONFIG_HOME: still }) };
  const [driver, wire] = [await openWebKit({ env, args: ["--javascript-can-open-windows-automatically=true"] }), await tap(url, { first: NOTE_COMPLAINTS, scripts: { [AXE_PATH]: AXE } })];
  const page = pageOf(driver);
  await driver.call("POST", "/window/rect", { x: 0, y: 0, width: 1280, height: 900 });
  const load = async () => {
    await driver.call("POST", "/url", { url: wire.url });
    if (phone) await page.narrow();
    await settled(page);
  };
  await load();
  return {
    page,
    url: wire.url,
    /** Loads the page once more, with all its state lost. */
    load,
    close: () => driver.close().finally(() => wire.close()),
  };
}

function pageOf({ call }) {
  /** Runs a function in the page, like Playwright. Resolves to its result. */
  const evaluate = async (work, argument) => {
    const script = `const done = arguments[1]; Promise.resolve(arguments[0]).then(${work}).then((value) => done([value]), (error) => done([, String(error)]))`;
    const [value, error] = await call("POST", "/execute/async", { script, args: [argument ?? null] });
    if (error) throw new Error(`in the page: ${error}`);
    return value;
  };

  const waitForFunction = async (work, argument, { timeout = PATIENCE_MS } = {}) => {
    for (const end = Date.now() + timeout; ;) {
      const value = await evaluate(work, argument);
      if (value) return value;
      if (Date.now() > end) throw new Error(`in vain: ${work} ${JSON.stringify(argument)}; the page says: ${await evaluate(() => document.body.innerText)}`);
      await pause(50);
    }
  };

  /** Waits for the first visible element that matches the selector and has these words in its text or label. */
  const find = (selector, words = "") =>
    waitForFunction(([selector, words]) => {
      const all = [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
      return all.find((element) => `${element.getAttribute("aria-label") ?? ""} ${element.textContent}`.includes(words)) ?? null;
    }, [selector, words]);

  /** Finds an element and works on it, and does so again if the page replaces it meanwhile, like Playwright. */
  const withElement = async (selector, words, work) => {
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const element = await find(selector, words);
      try {
        return await work(element);
      } catch (error) {
        if (!OUTDATED.test(error.message) || Date.now() > end) throw error;
      }
    }
  };

  const on = (element, action, body = {}) => call("POST", `/element/${element[ELEMENT]}/${action}`, body);

  /** Waits until the element is where it was in the frame before; the driver would click beside one that moves. */
  const atRest = (element) =>
    evaluate(async (element) => {
      const frame = () => new Promise(requestAnimationFrame);
      const place = () => { const { x, y } = element.getBoundingClientRect(); return `${x} ${y}`; };
      element.scrollIntoView({ block: "center", behavior: "instant" });
      for (let before = ""; before !== place();) {
        before = place();
        await frame();
        await frame();
      }
    }, element);

  return {
    evaluate,
    waitForFunction,
    installAxe: () =>
      evaluate(async (path) => {
        const script = Object.assign(document.createElement("script"), { src: path });
        // Removed only after that, because WebKit may forget the listeners of an element that is in no document.
        await new Promise((resolve, reject) => {
          script.onload = () => resolve();
          script.onerror = () => reject(new Error(`${path} did not load`));
          document.head.append(script);
        });
        script.remove();
      }, AXE_PATH),
    click: (selector, words) =>
      withElement(selector, words, async (element) => {
        await atRest(element);
        await on(element, "click");
      }),
    fill: (selector, text) =>
      withElement(selector, "", async (field) => {
        await on(field, "clear");
        await on(field, "value", { text });
      }),
    async press(name) {
      const value = KEYS[name];
      await call("POST", "/actions", { actions: [{ type: "key", id: "keys", actions: [{ type: "keyDown", value }, { type: "keyUp", value }] }] });
    },
    textOf: (selector) => evaluate((selector) => document.querySelector(selector)?.innerText ?? null, selector),
    allOf: (selector) => evaluate((selector) => [...document.querySelectorAll(selector)].map((element) => element.innerText), selector),
    reload: () => call("POST", "/refresh", {}),
    screenshot: async ({ path }) => writeFileSync(path, Buffer.from(await call("GET", "/screenshot"), "base64")),
    /** Opens the page in a window without a toolbar, because other windows cannot be as narrow as a phone. */
    async narrow() {
      const wide = await call("GET", "/window");
      await evaluate(() => void window.open(location.href, "phone", "popup,width=375,height=812,toolbar=no,menubar=no"));
      let phone;
      while (!(phone = (await call("GET", "/window/handles")).find((handle) => handle !== wide))) await pause(50);
      await call("POST", "/window", { handle: phone });
      await call("POST", "/window/rect", { x: 0, y: 0, width: 360, height: 800 });
      await waitForFunction(() => innerWidth === 360);
    },
  };
}
