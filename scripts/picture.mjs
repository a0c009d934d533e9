// `npm run picture`: opens the built page with the sandbox's data in Chromium, and writes the pictures of README.md to www/pictures, light and dark.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { serveStatic } from "../tests/page/host.mjs";
import { build } from "./build.mjs";
import { Stop, main } from "./lib/run.mjs";
import { at, chromium } from "./lib/tools.mjs";
import { buildStaticPage } from "./page.mjs";
import { setup } from "./setup.mjs";

/** A whole page on a common screen. */
const SIZE = { width: 1_200, height: 1_200 };
const MOST_BYTES = 200_000;
/** Pixels for one, so that text is sharp on the screens that most people read README on. A picture by CDP needs it in its `clip`, too. */
const SCALE = 2;
/** The profile to show: everything is linked, and something needs attention. */
const PROFILE = "Corner Bakery";
/** The accounts that are shown: one row, so that README's text is not far below. */
const ACCOUNTS = 2;
/** Space around, in pixels, that contains nothing else. */
const MARGIN = { side: 24, top: 20, bottom: 12 };

/** Opens the page and resolves to a picture of one profile: its name, its health and its first accounts. */
async function pictureOf(browser, url, colorScheme) {
  const context = await browser.newContext({ viewport: SIZE, deviceScaleFactor: SCALE, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByTestId("account").first().waitFor();
  await page.getByRole("button", { name: PROFILE }).click();
  const title = page.getByRole("heading", { name: PROFILE, level: 1 });
  await title.waitFor();
  await page.mouse.move(0, 0);
  const cards = page.getByTestId("account");
  await page.waitForFunction(() => [...document.querySelectorAll(".card img")].every(({ complete, naturalWidth }) => complete && naturalWidth > 0));
  await page.evaluate(() => document.fonts.ready);
  const [top, first, last] = await Promise.all([title, cards.nth(0), cards.nth(ACCOUNTS - 1)].map((part) => part.boundingBox()));
  const [x, y] = [first.x - MARGIN.side, top.y - MARGIN.top];
  const clip = { x, y, width: last.x + last.width + MARGIN.side - x, height: last.y + last.height + MARGIN.bottom - y, scale: SCALE };
  // Playwright writes no WebP, which takes half of the bytes here.
  const session = await context.newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 80, clip });
  await context.close();
  return Buffer.from(data, "base64");
}

await main(process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href, async () => {
  await setup({ for: "picture" });
  await build();
  const host = await serveStatic(await buildStaticPage());
  const { chromium: playwright } = await import("playwright-core");
  const browser = await playwright.launch({ executablePath: chromium(), args: ["--no-sandbox"] });
  try {
    mkdirSync(at("www/pictures"), { recursive: true });
    for (const scheme of ["light", "dark"]) {
      const file = at(`www/pictures/page-${scheme}.webp`);
      writeFileSync(file, await pictureOf(browser, host.url, scheme));
      const { size } = statSync(file);
      if (size > MOST_BYTES) throw new Stop(`picture: ${file} has ${size} bytes, more than ${MOST_BYTES}`);
      console.log(`picture: ${file}, ${size} bytes`);
    }
  } finally {
    await browser.close();
    host.close();
  }
});
