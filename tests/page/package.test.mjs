// The package in a page without a bundler: static files, two real browsers.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { BROWSERS } from "./helpers.mjs";

const dist = dirname(fileURLToPath(import.meta.resolve("ayrshare-user")));
const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const tests = fileURLToPath(new URL("../", import.meta.url));
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json; charset=utf-8" };
const PAGE = `<!doctype html><meta charset="utf-8"><title>package</title><link rel="icon" href="data:,">
<script type="module">window.trapping = await import("/trapping.mjs");
window.pkg = await import("/dist/index.min.js");</script>`;

let server;
let origin;

before(async () => {
  server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const name = basename(pathname);
    // The sandbox's responses depend on the time; these are the documented ones, byte for byte.
    const api = { "/api/user": "user", "/api/user/details/pinterest": "details", "/api/user/batch": "batch" }[pathname];
    if (pathname === "/") return void response.setHeader("content-type", "text/html").end(PAGE);
    const file = api ? join(fixtures, `${api}.json`) : join(name.endsWith(".mjs") ? tests : dist, name);
    const bytes = await readFile(file).catch(() => undefined);
    if (!bytes) return void response.writeHead(404).end();
    response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream").end(bytes);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

for (const { name } of BROWSERS) {
  describe(`package in ${name}`, () => {
    let browser;
    let page;
    const complaints = [];

    before(async () => {
      browser = await useBrowser(name);
      page = await browser.newPage();
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      await page.goto(origin);
      await page.waitForFunction(() => window.pkg !== undefined);
    });
    after(() => releaseBrowser(name));

    test("the documented bodies equal the results of the engine's JSON.parse", async () => {
      const seen = await page.evaluate(async () => {
        const client = new window.pkg.AyrshareUser({ apiKey: "KEY", baseUrl: "/api" });
        const parsed = async (path) => JSON.parse(await (await fetch(`/api/${path}`)).text());
        return {
          ours: [await client.getUser(), await client.getUserDetails("pinterest"), await client.getUserBatch()],
          theirs: [await parsed("user"), await parsed("user/details/pinterest"), await parsed("user/batch")],
        };
      });
      assert.equal(seen.ours[0].displayNames.length, 10);
      assert.deepEqual(seen.ours, seen.theirs);
    });

    test("a key for Ayrshare is refused in a window, and nothing is sent", async () => {
      const asked = [];
      page.on("request", (request) => asked.push(request.url()));
      const kinds = await page.evaluate(async () => {
        const kindOf = (client) => client.getUser().then(() => "ok", (error) => error.kind);
        const { AyrshareUser } = window.pkg;
        return [await kindOf(new AyrshareUser({ apiKey: "KEY" })), await kindOf(new AyrshareUser({ apiKey: "KEY", baseUrl: "https://api.ayrshare.com/api" }))];
      });
      assert.deepEqual(kinds, ["config", "config"]);
      assert.deepEqual(asked, []);
    });

    test("a trap rejects calls in progress; the next call works; no error is left uncaught", async () => {
      const seen = await page.evaluate(async () => {
        const { AyrshareUser } = window.pkg;
        const stuck = new AyrshareUser({ apiKey: "KEY", baseUrl: "/api", fetch: () => new Promise(() => {}) });
        const client = new AyrshareUser({ apiKey: "KEY", baseUrl: "/api" });
        const kindOf = (promise) => promise.then(() => "ok", (error) => error.kind);
        const pending = kindOf(stuck.getUser());
        await new Promise((resolve) => setTimeout(resolve, 20));
        window.trapping.corrupt("calls");
        const trapped = kindOf(new AyrshareUser({ apiKey: "KEY", baseUrl: "/api" }).getUser());
        return [await trapped, await pending, await kindOf(client.getUser())];
      });
      assert.deepEqual(seen, ["internal", "internal", "ok"]);
      assert.deepEqual(complaints, []);
    });
  });
}
