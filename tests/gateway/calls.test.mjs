// The gateway in this process, on the sandbox: who may read what, what is sent upstream, and what is returned.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { createGateway, isAyrshareError } from "ayrshare-user/gateway";
import { ALICE, APP, BOB, HERE, KEY, open, titleOf } from "./helpers.mjs";

describe("creating a gateway", () => {
  test("fails without authorize, unless everyone may read, and with an unknown option", () => {
    for (const options of [{ apiKey: KEY }, { apiKey: KEY, authorize: undefined }, { apiKey: KEY, authorize: null }, { apiKey: KEY, authorize: "yes" }]) {
      assert.throws(() => createGateway(options), (error) => isAyrshareError(error) && error.kind === "config" && /`authorize` is missing/.test(error.message));
    }
    assert.throws(() => createGateway({ apiKey: KEY, allowUnauthenticated: "yes" }), /authorize/);
    assert.throws(() => createGateway({ apiKey: KEY, authorise: () => null }), (error) => isAyrshareError(error) && /did you mean `authorize`/.test(error.message));
    createGateway({ apiKey: KEY, allowUnauthenticated: true });
  });

  test("with any other invalid option makes fetch reject and name it, and sends nothing", async () => {
    const wrong = [
      ["apiKey", { apiKey: undefined }], ["apiKey", { apiKey: "" }], ["apiKey", { apiKey: "a\nb" }], ["apiKey", { apiKey: 7 }],
      ["allowedOrigins", { allowedOrigins: ["*"] }], ["allowedOrigins", { allowedOrigins: ["https://app.example.com/"] }], ["allowedOrigins", { allowedOrigins: APP }],
      ["prefix", { prefix: "ayrshare" }], ["prefix", { prefix: "/a/../b" }], ["allowedHeaders", { allowedHeaders: ["a b"] }],
      ["staleIfErrorMs", { staleIfErrorMs: -1 }], ["maxRetries", { maxRetries: 0.5 }], ["timeoutMs", { timeoutMs: 0 }], ["baseUrl", { baseUrl: "http://example.com" }],
      ["secret", { webhooks: { secret: "" } }], ["secret", { webhooks: { secret: [] } }], ["onEvent", { webhooks: { secret: "s", onEvent: 1 } }],
      ["authorize", { allowUnauthenticated: true, authorize: () => null }], ["profileKey", { profileKey: ALICE }],
      ["store", { store: "cache" }], ["store", { store: "disk" }],
    ];
    for (const [name, options] of wrong) {
      const { ask, sandbox, clean } = open(options);
      const { allowUnauthenticated } = options;
      await assert.rejects(ask("/ayrshare/user", { as: "alice" }), (error) => isAyrshareError(error) && error.kind === "config" && error.message.includes(name), `${name} ${allowUnauthenticated}`);
      assert.equal(sandbox.requests.length, 0);
      clean();
    }
  });
});

describe("who may read what", () => {
  test("an unknown caller gets 401, and nothing is sent", async () => {
    const { ask, sandbox } = open();
    for (const path of ["/user", "/user/details/pinterest", "/user/batch", "/user/batch/profiles"]) {
      const { status, body } = await ask(`/ayrshare${path}`);
      assert.equal(status, 401, path);
      assert.deepEqual(JSON.parse(body), { action: "gateway", status: "error", message: "the gateway does not know the caller: log in first" });
    }
    assert.equal(sandbox.requests.length, 0);
  });

  test("each caller reads the profile of its grant and no other", async () => {
    const { ask, sandbox, clean } = open();
    assert.equal(titleOf(await ask("/ayrshare/user", { as: "alice" })), "Alice");
    assert.equal(titleOf(await ask("/ayrshare/user", { as: "bob" })), "Bob");
    assert.equal(titleOf(await ask("/ayrshare/user", { as: "primary" })), "Primary Profile");
    assert.deepEqual(sandbox.requests.map(({ headers }) => headers["profile-key"]), [ALICE, BOB, undefined]);
    clean();
  });

  test("a grant for a profile does not allow the batch routes, nor one for all profiles a single profile", async () => {
    const { ask, sandbox } = open();
    for (const [as, path] of [["alice", "/user/batch"], ["alice", "/user/batch/profiles"], ["primary", "/user/batch"], ["admin", "/user"], ["admin", "/user/details/pinterest"]]) {
      assert.equal((await ask(`/ayrshare${path}`, { as })).status, 403, `${as} ${path}`);
    }
    assert.equal(sandbox.requests.length, 0);
    assert.equal((await ask("/ayrshare/user/batch", { as: "admin" })).status, 200);
    assert.equal(sandbox.requests[0].headers["profile-key"], undefined);
  });

  test("if authorize throws or returns something invalid, the caller gets a 500 without details, and only onError the error", async () => {
    const faults = [
      () => { throw new Error(`database at ${ALICE}`); }, async () => { throw ALICE; }, () => "alice", () => 7, () => true, () => ({ profileKey: "" }), () => ({ profileKey: 7 }),
      () => ({ profileKey: "a\nb" }), () => ({ scope: "everything" }), () => ({ profileKey: ALICE, scope: "primary-profile" }), () => ({ scope: ["all-profiles"] }),
    ];
    for (const authorize of faults) {
      const { ask, sandbox, errors } = open({ authorize });
      const { status, body } = await ask("/ayrshare/user");
      assert.equal(status, 500, String(authorize));
      assert.equal(JSON.parse(body).message, "the gateway failed");
      assert.equal(errors.length, 1, String(authorize));
      assert.equal(sandbox.requests.length, 0);
    }
    const { ask } = open({ authorize: () => ({}) });
    assert.equal((await ask("/ayrshare/user")).status, 403);
  });

  test("an apiKey function is called per request, and its failure is a 500 without details", async () => {
    let asked = 0;
    const { ask, errors } = open({ apiKey: async () => ((asked += 1) > 1 ? Promise.reject(new Error(KEY)) : KEY) });
    assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 200);
    const { status, body } = await ask("/ayrshare/user", { as: "alice" });
    assert.equal(status, 500);
    assert.equal(JSON.parse(body).message, "the gateway failed");
    assert.equal(errors[0].message, KEY);
    assert.equal((await ask("/ayrshare/user")).status, 401);
    assert.equal(asked, 2);
  });

  test("with allowUnauthenticated, everyone reads the one profile, and never the batch", async () => {
    const { ask, sandbox } = open({ allowUnauthenticated: true, profileKey: BOB });
    assert.equal(titleOf(await ask("/ayrshare/user")), "Bob");
    assert.equal((await ask("/ayrshare/user/batch")).status, 403);
    assert.equal(sandbox.requests.length, 1);
  });
});

describe("what is sent and returned", () => {
  test("of the caller's request, only a known path and query are sent upstream", async () => {
    const { ask, sandbox } = open();
    const headers = { authorization: "Bearer mine", "profile-key": BOB, cookie: "a=b", "x-forwarded-for": "1.2.3.4", "x-own": "1", referer: "https://a.example", "accept-language": "de" };
    await ask("/ayrshare/user?validate=false&instagramQuota=true", { as: "alice", headers });
    const [{ method, url, headers: sent }] = sandbox.requests;
    assert.equal(method, "GET");
    assert.equal(new URL(url).search, "?instagramQuota=true&validate=false");
    assert.deepEqual({ ...sent }, { accept: "application/json", authorization: `Bearer ${KEY}`, "profile-key": ALICE });
  });

  test("the body is returned byte for byte, and only listed headers", async () => {
    const body = '{"activeSocialAccounts":[],\n "displayNames": [], "title":"\u00e9\\u0041", "big":12345678901234567890, "x": 1.0 }';
    const headers = { "content-type": "application/json", "set-cookie": "a=b", "x-trace": "1", server: "x", "x-ratelimit-max": "300", "access-control-allow-origin": "*" };
    const { ask } = open({ fetch: () => async () => new Response(body, { headers }) });
    const response = await ask("/ayrshare/user", { as: "alice" });
    assert.equal(response.body, body);
    assert.deepEqual(Object.keys(response.headers).sort(), ["cache-control", "content-type", "cross-origin-resource-policy", "etag", "vary", "x-content-type-options", "x-gateway-cache", "x-ratelimit-max"]);
    assert.equal(response.headers["cache-control"], "private, no-cache");
  });

  test("errors retain Ayrshare's status, code, rate limit and wait, but never a key", async () => {
    const error = { action: "authorization", status: "error", code: 144, message: `no profile ${ALICE} for ${KEY}` };
    const { ask, clean } = open({
      fetch: () => async () => Response.json(error, { status: 403, headers: { "x-ratelimit-max": "300", "x-ratelimit-count": "7", "retry-after": "9" } }),
    });
    const { status, headers, body } = await ask("/ayrshare/user", { as: "alice" });
    assert.equal(status, 403);
    assert.deepEqual(JSON.parse(body), { ...error, message: "no profile [redacted] for [redacted]" });
    assert.deepEqual([headers["x-ratelimit-max"], headers["x-ratelimit-count"], headers["retry-after"], headers["cache-control"]], ["300", "7", "9", "no-store"]);
    clean();
  });

  test("a misbehaving upstream server gives a 502 or 504 in JSON", async () => {
    const cases = [
      [502, () => new Response(null, { status: 302, headers: { location: "https://evil.example/" } })],
      [502, () => new Response("<html>", { headers: { "content-type": "text/html" } })],
      [502, () => Response.json({ displayNames: 7 })],
      [502, () => new Response("x".repeat(9_000_000))],
      [502, () => Response.json({ title: KEY })],
      // In JSON, any character may be escaped.
      [502, () => new Response(`{"title":"${[...KEY].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join("")}"}`)],
      [502, () => Response.json({ title: `a ${ALICE}` })],
      [502, () => Response.json({ message: "wrong key", status: "error", code: 102 }, { status: 401 })],
      [502, () => { throw new TypeError(`no route, ${KEY}`); }],
      [504, (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))],
    ];
    for (const [expected, upstream] of cases) {
      const { ask, clean } = open({ fetch: () => async (...args) => upstream(...args), maxRetries: 0, timeoutMs: 200 });
      const { status, headers, body } = await ask("/ayrshare/user", { as: "alice" });
      assert.equal(status, expected, body);
      assert.equal(JSON.parse(body).status, "error");
      assert.equal(headers["cache-control"], "no-store");
      clean();
    }
  });

  test("transient failures are retried, and the guard holds back calls beyond the limit", async () => {
    const { ask, sandbox } = open({ store: "none", sandbox: { faults: { failNext: [{ status: 503 }] }, rateLimit: { max: 3 } } });
    assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 200);
    assert.equal(sandbox.requests.length, 2);
    for (let more = 0; more < 4; more += 1) await ask("/ayrshare/user", { as: "alice" });
    const { length } = sandbox.requests;
    const { status, headers } = await ask("/ayrshare/user", { as: "alice" });
    assert.equal(status, 429);
    assert.match(headers["retry-after"], /^\d+$/);
    assert.equal(sandbox.requests.length, length);
    assert.equal((await ask("/ayrshare/user", { as: "bob" })).status, 200);
  });

  test("validate is sent only for a User Profile", async () => {
    const { ask } = open();
    assert.equal((await ask("/ayrshare/user?validate=true", { as: "alice" })).status, 200);
    assert.equal((await ask("/ayrshare/user?validate=true", { as: "primary" })).status, 400);
  });

  test("HEAD is GET without the body; OPTIONS lists the methods", async () => {
    const { ask } = open();
    for (const [path, as] of [["/user", "alice"], ["/user/details/pinterest", "primary"], ["/user/batch", "admin"], ["/user/batch/profiles", "admin"], ["/user/batch", "alice"]]) {
      const [get, head] = [await ask(`/ayrshare${path}`, { as }), await ask(`/ayrshare${path}`, { as, method: "HEAD" })];
      assert.equal(head.status, get.status, path);
      assert.equal(head.body, "");
      for (const name of ["content-type", "cache-control", "vary"]) assert.equal(head.headers[name], get.headers[name], `${path} ${name}`);
    }
    const { status, headers } = await ask("/ayrshare/user", { method: "OPTIONS" });
    assert.deepEqual([status, headers.allow], [204, "GET, HEAD, OPTIONS"]);
  });

  test("the package's client reads its responses, including errors", async () => {
    const { gateway, sandbox } = open();
    const fetch = (url, init) => gateway.fetch(new Request(url, init));
    const client = new AyrshareUser({ baseUrl: `${HERE}/ayrshare`, fetch, headers: { "x-session": "alice" } });
    assert.equal((await client.getUser()).title, "Alice");
    await assert.rejects(client.getUserBatch(), (error) => isAyrshareError(error) && error.kind === "auth" && error.status === 403);
    sandbox.setProfileState(ALICE, { suspended: true });
    await assert.rejects(client.getUserDetails("pinterest"), (error) => isAyrshareError(error) && error.kind === "auth" && error.code === 276 && /^the profile is suspended: contact Ayrshare support: Ayrshare says `[^`]+`$/.test(error.message) && !/suspended: .*suspended: /.test(error.message));
    const nobody = new AyrshareUser({ baseUrl: `${HERE}/ayrshare`, fetch });
    await assert.rejects(nobody.getUser(), (error) => isAyrshareError(error) && error.kind === "auth" && error.status === 401);
  });
});

describe("pages of other origins", () => {
  test("listed ones get exactly the headers they need, including the preflight", async () => {
    const { ask } = open({ allowedHeaders: ["X-Session"], allowCredentials: true });
    const preflight = await ask("/ayrshare/user", { method: "OPTIONS", headers: { origin: APP, "access-control-request-method": "GET", "access-control-request-headers": "x-session" } });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers["access-control-allow-origin"], APP);
    assert.equal(preflight.headers["access-control-allow-headers"], "authorization, if-none-match, x-session");
    assert.equal(preflight.headers["access-control-max-age"], "7200");
    assert.equal(preflight.headers["access-control-allow-credentials"], "true");
    const { headers } = await ask("/ayrshare/user", { as: "alice", headers: { origin: APP } });
    assert.equal(headers["access-control-allow-origin"], APP);
    assert.match(headers["access-control-expose-headers"], /retry-after.*x-ratelimit-count/);
    assert.equal(headers.vary, "Origin");
  });

  test("all others get 403 and no CORS header, and nothing is sent", async () => {
    const { ask, sandbox } = open();
    for (const origin of ["null", "https://evil.example", `${APP}.evil.example`, `https://evil-app.example.com`, `${APP}:8443`, "http://app.example.com", "https://APP.example.com", `${APP}/`, "*"]) {
      for (const method of ["GET", "OPTIONS", "HEAD"]) {
        const { status, headers } = await ask("/ayrshare/user", { as: "alice", method, headers: { origin, "access-control-request-method": "GET" } });
        assert.equal(status, 403, origin);
        assert.deepEqual(Object.keys(headers).filter((name) => name.startsWith("access-control")), [], origin);
      }
    }
    assert.equal(sandbox.requests.length, 0);
  });
});
