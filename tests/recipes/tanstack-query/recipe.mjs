import assert from "node:assert/strict";

const VITE = "vite/bin/vite.js";
const AT = ["--host", "127.0.0.1", "--port", "%PORT%", "--strictPort"];

const isUser = (request) => request.url().endsWith("/ayrshare/user");

/** React mounts everything twice in development. The first mount's call is aborted before anything is sent. */
async function oneRequest({ browser, origin }) {
  const page = await browser.newPage();
  const sent = [];
  page.on("request", (request) => void (isUser(request) && sent.push(request.url())));
  await page.goto(origin);
  await page.getByRole("listitem").first().waitFor();
  assert.equal(sent.length, 1, "requests under StrictMode");
  await page.close();
}

/** Leaving the page's component ends its request, and opening it again shows the user. */
async function endsOnUnmount({ browser, origin }) {
  const page = await browser.newPage();
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route("**/ayrshare/user", async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  const asked = page.waitForRequest(isUser);
  await page.goto(origin);
  await asked;
  const outcome = Promise.race(["requestfailed", "requestfinished"].map((name) => page.waitForEvent(name, isUser).then(() => name)));
  await page.getByRole("button", { name: "Close" }).click();
  release();
  assert.equal(await outcome, "requestfailed", "the request outlives its component");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("listitem").first().waitFor();
  await page.close();
}

const check = async (given) => {
  await oneRequest(given);
  await endsOnUnmount(given);
};

export default {
  title: "TanStack Query",
  quick: true,
  build: [["typescript/bin/tsc"], [VITE, "build"]],
  runs: [
    { serve: [VITE, "preview", ...AT], gateway: true, open: ["/"], check },
    { serve: [VITE, ...AT], gateway: true, check },
  ],
};
