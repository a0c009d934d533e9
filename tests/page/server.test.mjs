// `npm start` as a server, in workerd: the real account behind it, what it forwards in each direction, and who has access.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { releaseBrowser, useBrowser } from "./browsers.mjs";
import { BROWSERS, openPage, raw, runIs, screenshot, startPage, tap } from "./helpers.mjs";

const KEY = "PLANTED0-0KEY000-0NEVER00-0SHOWN00";
const PROFILE = { profileKey: "PLANTED0-PROFILE-0NEVER00-0SHOWN00", user: { title: "A customer", refId: "abc", email: null } };
const SECRETS = [KEY, PROFILE.profileKey];

const without = (text, what) => SECRETS.forEach((secret) => assert.ok(!text.includes(secret), `a key in ${what}`));

describe("the real account behind the local server", () => {
  let upstream;
  let started;
  const at = (path) => new URL(path, started.url).href;
  const forwarded = async (call) => {
    upstream.sandbox.clearRequests();
    const answer = await call();
    return { answer, requests: [...upstream.sandbox.requests] };
  };

  before(async () => {
    upstream = await serveSandbox({ apiKey: KEY, userProfiles: [PROFILE], localImages: true, freshForMs: 600_000 });
    started = await startPage({ AYRSHARE_API_KEY: KEY, AYRSHARE_BASE_URL: upstream.baseUrl });
  });
  after(async () => {
    await started?.stop();
    await upstream?.close();
  });

  test("says so, and never prints the key", () => {
    assert.match(started.output(), /^start: your real account, the key stays in this server/m);
    without(started.output(), "the output");
  });

  for (const { name } of BROWSERS) {
    test(`works in ${name}, and the page never sends, receives, stores or prints the key`, async () => {
      const wire = await tap(started.url);
      const { page, seen, close } = await openPage(await useBrowser(name), wire.url);
      try {
        assert.equal(await page.getByTestId("mode").textContent(), "Your real account");
        assert.equal(await page.getByTestId("account").count(), 10);
        assert.equal(await page.getByTestId("board").count(), 2);
        assert.ok(await page.getByTestId("batch").isVisible());
        assert.deepEqual(seen.complaints, []);
        assert.deepEqual(seen.requests.filter((url) => !url.startsWith(wire.url)), []);
        for (const path of ["/ayrshare/user?instagramQuota=true", "/ayrshare/user/details/pinterest", "/ayrshare/user/batch"]) {
          assert.ok(wire.wire().includes(`GET ${path} `), path);
        }
        const held = await page.evaluate(() => JSON.stringify([document.documentElement.outerHTML, document.cookie, { ...localStorage }, { ...sessionStorage }]));
        // The page uses neither, so there is nothing to search.
        assert.deepEqual(await page.evaluate(async () => [await indexedDB.databases(), await caches.keys()]), [[], []]);
        without([wire.wire(), held, ...seen.requests, ...seen.console].join("\n"), "the page");
        await screenshot(page, `${name}-account`);
      } finally {
        await close();
        await releaseBrowser(name);
        wire.close();
      }
    });
  }

  for (const { name } of BROWSERS) {
    test(`reads all profiles through the gateway in ${name}, because the file host does not allow pages`, async () => {
      const source = await serveSandbox({ apiKey: KEY, profiles: 2_000, batchDelayMs: 1_500, localImages: true });
      const [own, browser] = await Promise.all([startPage({ AYRSHARE_API_KEY: KEY, AYRSHARE_BASE_URL: source.baseUrl }), useBrowser(name)]);
      try {
        const { page, seen, close } = await openPage(browser, own.url);
        await page.getByRole("button", { name: "Read all profiles" }).click();
        await runIs(page, "ended", "failed");
        assert.match(await page.getByTestId("run-status").textContent(), /^2,000 profiles read in /);
        assert.ok(seen.requests.includes(`${own.url}ayrshare/user/batch/profiles`));
        assert.deepEqual(seen.requests.filter((url) => !url.startsWith(own.url)), []);
        assert.deepEqual(seen.complaints, []);
        assert.ok(source.sandbox.requests.some(({ route }) => route === "file"));
        await page.getByRole("button", { name: "Code: All profiles" }).click();
        assert.ok((await page.getByTestId("drawer").innerText()).includes(`const batch = { ...ticket, url: "${own.url}ayrshare/user/batch/profiles" };`));
        await close();
      } finally {
        await releaseBrowser(name);
        await own.stop();
        await source.close();
      }
    });
  }

  test("forwards the three routes with only its own headers", async () => {
    const headers = { authorization: "Bearer other", "profile-key": "other", cookie: "a=b", "x-forwarded-for": "1.2.3.4", "x-own": "1" };
    for (const path of ["/user", "/user?instagramQuota=true&validate=false", "/user?instagramDetails=true", "/user/details/pinterest", "/user/batch"]) {
      const { answer, requests } = await forwarded(() => raw(at(`/ayrshare${path}`), { headers }));
      assert.equal(requests.length, 1, path);
      const [seen] = requests;
      assert.equal(seen.url, `${upstream.baseUrl}${path}`);
      assert.equal(seen.method, "GET");
      assert.equal(seen.headers.authorization, `Bearer ${KEY}`);
      for (const name of ["profile-key", "cookie", "x-forwarded-for", "x-own"]) assert.equal(seen.headers[name], undefined, name);
      assert.notEqual(answer.status, 404, path);
      without(JSON.stringify(answer), "the answer");
    }
  });

  test("returns only status, type, rate limit and freshness", async () => {
    const busy = { status: 429, headers: { "retry-after": "600", "x-ratelimit-max": "300", "set-cookie": "a=b", "x-trace": "1", etag: '"1"' }, body: { status: "error", message: `key ${KEY} is busy` } };
    const limited = await serveSandbox({ apiKey: KEY, faults: { failNext: [busy] } });
    const own = await startPage({ AYRSHARE_API_KEY: KEY, AYRSHARE_BASE_URL: limited.baseUrl });
    try {
      const { status, headers, body } = await raw(new URL("/ayrshare/user", own.url));
      assert.equal(status, 429);
      assert.equal(headers["retry-after"], "600");
      assert.equal(headers["x-ratelimit-max"], "300");
      assert.match(headers["content-type"], /^application\/json/);
      for (const name of ["set-cookie", "x-trace", "etag"]) assert.equal(headers[name], undefined, name);
      without(body, "the body");
      without(own.output(), "the output");
    } finally {
      await own.stop();
      await limited.close();
    }
  });

  test("caches a response until its nextUpdate", async () => {
    const asked = async () => (await raw(at("/ayrshare/user?instagramDetails=false"))).headers["x-gateway-cache"];
    assert.deepEqual([await asked(), await asked()], ["miss", "hit"]);
  });

  test("forwards nothing else", async () => {
    const refused = [
      ["/ayrshare"], ["/ayrshare/"], ["/ayrshare/post"], ["/ayrshare/user/"], ["/ayrshare/user/details"], ["/ayrshare/user/details/reddit"],
      ["/ayrshare/user?source=npm"], ["/ayrshare/user?instagramQuota=1"], ["/ayrshare/user/batch?validate=true"],
      ["/ayrshare/../user"], ["/ayrshare/user/%2e%2e/post"], ["//ayrshare/user"], ["http://ayrshare/user"],
      ["/ayrshare/user", { method: "POST" }], ["/ayrshare/user", { method: "DELETE" }],
    ];
    for (const [path, options] of refused) {
      const { answer, requests } = await forwarded(() => raw(at("/"), { path, ...options }));
      assert.ok(answer.status >= 400, `${path}: ${answer.status}`);
      assert.deepEqual(requests, [], path);
    }
  });

  test("responds only to its own page on this machine", async () => {
    const { port, host } = new URL(started.url);
    const strangers = [
      { host: "evil.example" }, { host: `evil.example:${port}` }, { host: "127.0.0.1" }, { host: `127.0.0.1.evil.example:${port}` },
      { host, origin: "https://evil.example" }, { host, origin: "null" }, { host, origin: `http://127.0.0.1:${Number(port) + 1}` },
      { host, "sec-fetch-site": "cross-site" }, { host, "sec-fetch-site": "same-site" },
    ];
    for (const headers of strangers) {
      for (const path of ["/", "/config.json", "/ayrshare/user"]) {
        const { answer, requests } = await forwarded(() => raw(at(path), { headers }));
        assert.equal(answer.status, 403, JSON.stringify(headers));
        assert.deepEqual(requests, []);
      }
    }
    for (const headers of [{ host: `localhost:${port}` }, { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" }]) {
      assert.equal((await raw(at("/ayrshare/user"), { headers })).status, 200);
    }
  });

  test("sends the page only the mode", async () => {
    const { body, headers } = await raw(at("/config.json"));
    assert.deepEqual(JSON.parse(body), {
      mode: "account", baseUrl: "/ayrshare", upstream: new URL(upstream.baseUrl).host, hasProfileKey: false, imageSources: ["https:"],
    });
    assert.equal(headers["cache-control"], "no-store");
  });

  test("shows the User Profile of AYRSHARE_PROFILE_KEY", async () => {
    const one = await startPage({ AYRSHARE_API_KEY: KEY, AYRSHARE_PROFILE_KEY: PROFILE.profileKey, AYRSHARE_BASE_URL: upstream.baseUrl });
    try {
      assert.equal(JSON.parse((await raw(new URL("/ayrshare/user", one.url))).body).title, "A customer");
      without(one.output(), "the output");
    } finally {
      await one.stop();
    }
  });
});

describe("the local server", () => {
  test("does not follow a redirect with the key", async () => {
    const visited = [];
    const redirecting = createServer((request, response) => {
      visited.push(request.url);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    redirecting.listen(0, "127.0.0.1");
    await once(redirecting, "listening");
    const started = await startPage({ AYRSHARE_API_KEY: KEY, AYRSHARE_BASE_URL: `http://127.0.0.1:${redirecting.address().port}/api/` });
    try {
      const { status, body } = await raw(new URL("/ayrshare/user", started.url));
      assert.equal(status, 502);
      assert.match(JSON.parse(body).message, /redirect/);
      assert.deepEqual(visited, ["/api/user"]);
    } finally {
      await started.stop();
      redirecting.close();
    }
  });

  test("sends every response with its policy and the right content type", async () => {
    const started = await startPage();
    try {
      const page = await raw(started.url);
      const policy = page.headers["content-security-policy"];
      assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
      assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|[ ;]\*/);
      assert.equal(page.headers["x-content-type-options"], "nosniff");
      assert.doesNotMatch(page.body, /<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=/);
      const script = /href="\.(\/assets\/client-[^"]+\.js)"/.exec(page.body)[1];
      const code = await raw(new URL(script, started.url));
      assert.match(code.headers["content-type"], /^text\/javascript/);
      const wasm = /ayrshare_user-[\w-]{8}\.wasm/.exec(code.body)[0];
      const decoder = await raw(new URL(`/assets/${wasm}`, started.url));
      assert.equal(decoder.headers["content-type"], "application/wasm");
      assert.match(decoder.headers["cache-control"], /immutable/);
      for (const path of ["/ayrshare/post", "/package.json", "/../package.json", "/assets/", "/%"]) {
        assert.ok([400, 404].includes((await raw(started.url, { path })).status), path);
      }
    } finally {
      await started.stop();
    }
  });

  test("uses the next port if its own is in use, and says so", async () => {
    const first = await startPage();
    const { port } = new URL(first.url);
    const second = await startPage({ PORT: port });
    try {
      assert.notEqual(second.url, first.url);
      assert.match(second.output(), new RegExp(`^start: port ${port} is in use, taking ${new URL(second.url).port}$`, "m"));
    } finally {
      await second.stop();
      await first.stop();
    }
  });

  test("stops everything it started on Ctrl-C", async () => {
    const started = await startPage();
    const { baseUrl } = await (await fetch(new URL("config.json", started.url))).json();
    await started.stop("SIGINT");
    for (const url of [started.url, baseUrl]) await assert.rejects(fetch(url), url);
  });

  test("rejects invalid settings without printing a key", async () => {
    const wrong = [
      { AYRSHARE_API_KEY: "PLANTED-KEY\u00e9" }, { AYRSHARE_API_KEY: "PLANTED KEY" }, { AYRSHARE_API_KEY: KEY, AYRSHARE_PROFILE_KEY: "PLANTED\nKEY" },
      { AYRSHARE_API_KEY: KEY, AYRSHARE_BASE_URL: "http://ayrshare.example/api" }, { AYRSHARE_API_KEY: KEY, AYRSHARE_BASE_URL: "https://PLANTED@ayrshare.example" },
      { PORT: "http" }, { PORT: "70000" },
    ];
    for (const settings of wrong) {
      const { url, output, ended } = await startPage(settings, { mayEnd: true });
      assert.equal(url, undefined);
      assert.equal(await ended, 1);
      assert.match(output(), /AYRSHARE_|PORT/);
      assert.doesNotMatch(output(), /PLANTED/);
    }
  });
});
