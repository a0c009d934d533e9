// A page's requests in Chromium's DevTools: those of successful calls are never shown as failed, however the response was sent.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { createGateway } from "ayrshare-user/gateway";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { releaseBrowser, useBrowser } from "./browsers.mjs";

const dist = dirname(fileURLToPath(import.meta.resolve("ayrshare-user")));
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
const PAGE = `<!doctype html><meta charset="utf-8"><title>network</title><link rel="icon" href="data:,">
<script type="module">window.pkg = await import("/dist/index.min.js");</script>`;
const TIMES = 20;

/** How a body is sent: with a known length, so that the last byte marks the end, or with a separate end. */
const WAYS = {
  "with its length": (response, body) => response.setHeader("content-length", body.length).end(body),
  "in chunks": (response, body) => {
    response.write(body);
    setImmediate(() => response.end());
  },
  "in two parts, with its length": (response, body) => {
    response.setHeader("content-length", body.length).write(body.subarray(0, -1));
    setImmediate(() => response.end(body.subarray(-1)));
  },
};

let way;
let served;
let server;
let browser;
let page;
let network;
const requests = new Map();

before(async () => {
  served = await serveSandbox({ cors: true, batchDelayMs: 0, profiles: 200 });
  const gateway = createGateway({ apiKey: served.sandbox.apiKey, baseUrl: served.baseUrl, authorize: () => ({ profileKey: served.sandbox.profileKey(0), scope: "all-profiles" }) });
  server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/") return void response.setHeader("content-type", "text/html").end(PAGE);
    if (pathname.startsWith("/dist/")) {
      const bytes = await readFile(join(dist, basename(pathname)));
      return void response.setHeader("content-type", TYPES[extname(pathname)] ?? "application/octet-stream").end(bytes);
    }
    const answer = await gateway.fetch(new Request(new URL(request.url, `http://${request.headers.host}`), { headers: request.headers }));
    for (const [name, value] of answer.headers) if (name !== "content-length") response.setHeader(name, value);
    response.statusCode = answer.status;
    WAYS[way](response, Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await useBrowser("Chromium");
  page = await browser.newPage();
  network = await page.context().newCDPSession(page);
  network.on("Network.requestWillBeSent", ({ requestId, request }) => requests.set(requestId, { url: request.url }));
  network.on("Network.loadingFinished", ({ requestId }) => (requests.get(requestId).end = "finished"));
  network.on("Network.loadingFailed", ({ requestId, errorText }) => (requests.get(requestId).end = errorText));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => window.pkg !== undefined);
  await network.send("Network.enable");
});
after(async () => {
  await page?.close();
  await releaseBrowser("Chromium");
  server?.close();
  await served?.close();
});

const CALLS = {
  "a profile": async ({ AyrshareUser }) => void (await new AyrshareUser({ baseUrl: "/ayrshare" }).getUser()),
  "a ticket": async ({ AyrshareUser }) => void (await new AyrshareUser({ baseUrl: "/ayrshare" }).getUserBatch()),
  "the batch file of its host": async ({ AyrshareUser }) => {
    for await (const profile of new AyrshareUser({ baseUrl: "/ayrshare" }).streamProfiles()) void profile;
  },
  "a sweep": async ({ AyrshareUser }) => void (await new AyrshareUser({ baseUrl: "/ayrshare" }).sweepProfiles()),
};

for (const name of Object.keys(WAYS)) {
  for (const [what, call] of Object.entries(CALLS)) {
    test(`${what}, sent ${name}`, async () => {
      way = name;
      requests.clear();
      await page.evaluate(`(async () => { const call = ${call}; for (let left = ${TIMES}; left > 0; left -= 1) await call(window.pkg); })()`);
      // DevTools notice the end slightly later than the page.
      while ([...requests.values()].some(({ end }) => end === undefined)) await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      assert.ok(requests.size >= TIMES);
      assert.deepEqual([...requests.values()].filter(({ end }) => end !== "finished"), []);
    });
  }
}
