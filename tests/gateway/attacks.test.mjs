// The attack table. Each row runs in a real workerd, over raw sockets, so that no client corrects anything.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { packedRoot } from "../../scripts/lib/packed.mjs";
import { bundleWorker, serveWorker } from "../../scripts/lib/workerd.mjs";
import { serveCache } from "./cache-service.mjs";
import { ALICE, APP, BOB, GRANTS, KEY, profile, without } from "./helpers.mjs";
import { placeWorker } from "./place-worker.mjs";

const WEBHOOK_SECRET = "SENTINEL-WEBHOOK-SECRET";
let [sandbox, cache, hostile, worker, log] = [undefined, undefined, undefined, undefined, ""];

/** The next response of the hostile server. */
let answer = (response) => response.end();

before(async () => {
  const userProfiles = [profile(ALICE, "Alice", "ref-alice"), profile(BOB, "Bob", "ref-bob")];
  [sandbox, cache] = await Promise.all([serveSandbox({ apiKey: KEY, userProfiles, freshForMs: 600_000, batchDelayMs: 0, rateLimit: false }), serveCache()]);
  hostile = createServer((request, response) => answer(response, request)).listen(0, "127.0.0.1");
  await once(hostile, "listening");
  const folder = join(packedRoot, "attacked");
  const wasm = await bundleWorker({ source: placeWorker("worker.mjs", folder), folder });
  worker = await serveWorker({
    folder,
    wasm,
    bindings: { API_KEY: { env: "TEST_KEY" }, GRANTS: JSON.stringify(GRANTS), APP, SANDBOX: sandbox.baseUrl, HOSTILE: `http://127.0.0.1:${hostile.address().port}`, WEBHOOK_SECRET },
    services: { cache: `external = (address = "${cache.address}", http = ())` },
    cache: "cache",
    env: { ...process.env, TEST_KEY: KEY },
    onText: (text) => { log += text; },
  });
});
after(async () => {
  await worker?.stop();
  await sandbox?.close();
  cache?.close();
  hostile?.close();
  hostile?.closeAllConnections();
});

/** Sends these bytes, and reads until the response is complete or the server closes the connection. */
function send(bytes, { untilMs = 15_000 } = {}) {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(worker.port, "127.0.0.1", () => {
      for (let from = 0; from < bytes.length; from += 1 << 20) socket.write(bytes.slice(from, from + (1 << 20)));
    });
    const done = () => {
      socket.destroy();
      const [head, body = ""] = [text.slice(0, text.indexOf("\r\n\r\n")), text.slice(text.indexOf("\r\n\r\n") + 4)];
      const headers = Object.fromEntries(head.split("\r\n").slice(1).map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
      resolve({ status: Number(text.slice(9, 12)) || 0, headers, body, text });
    };
    socket.setEncoding("latin1").on("data", (part) => { text += part; });
    socket.on("error", done).on("close", done).setTimeout(untilMs, done);
  });
}

const lines = (headers) => Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");

/** Sends a raw, possibly malformed request. The response is searched for every planted key. */
async function raw(target, { method = "GET", as, headers = {}, body = "" } = {}) {
  const length = body === "" ? {} : { "content-length": Buffer.byteLength(body) };
  const all = { host: "gateway.example", connection: "close", ...(as && { "x-session": as }), ...length, ...headers };
  const reply = await send(`${method} ${target} HTTP/1.1\r\n${lines(all)}\r\n${body}`);
  without(reply.text, `the answer to ${method} ${target}`);
  assert.ok(!reply.text.includes(WEBHOOK_SECRET));
  return reply;
}

const requests = () => sandbox.sandbox.requests;
const refused = async (expected, target, options) => {
  sandbox.sandbox.clearRequests();
  const { status, text } = await raw(target, { as: "alice", ...options });
  assert.ok([expected].flat().includes(status), `${target} ${JSON.stringify(options)}: ${text.slice(0, 300)}`);
  assert.deepEqual(requests(), [], target);
};

describe("paths", () => {
  const rows = [
    [404, "//user"], [404, "/ayrshare//user"], [404, "//ayrshare/user"], [404, "/ayrshare/%75ser"], [404, "/%61yrshare/user"], [404, "/ayrshare/user/"], [404, "/ayrshare/user/."],
    [404, "/ayrshare/user%2fbatch"], [404, "/ayrshare/user%2Fdetails%2Fpinterest"], [404, "/ayrshare/user%00"], [404, "/ayrshare/user;a=b"], [404, "/ayrshare/user%20"],
    [404, "/AYRSHARE/user"], [404, "/ayrshare/User"], [404, "/ayrshare/%2e%2e/post"], [404, "/ayrshare/user/%2e%2e/post"], [404, "/ayrshare/../../etc/passwd"], [404, "/ayrshare\\user"],
    [404, "/ayrshare/post"], [404, "/ayrshare/user/details"], [404, "/ayrshare/user/details/reddit"], [404, "/ayrshare/user/details/%70interest"], [404, "/ayrshare/user/batch/files"],
    [404, `/ayrshare/user/${BOB.toLowerCase()}`], [404, "/ayrshare"], [404, "/"], [404, "/ayrshare/user/../user/../profiles"], [414, `/ayrshare/${"a".repeat(9_000)}`], [414, `/ayrshare/user?${"a".repeat(9_000)}`],
  ];
  for (const [status, target] of rows) test(`${target.slice(0, 60)}: ${status}`, () => refused(status, target));
});

describe("methods", () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    test(`${method}: 405`, () => refused(405, "/ayrshare/user", { method, body: method === "DELETE" ? "" : "{}" }));
  }
  for (const method of ["TRACE", "CONNECT", "get", "GETX", "PROPFIND"]) {
    test(`${method}: rejected`, () => refused([400, 405, 501, 404, 0, 500], "/ayrshare/user", { method }));
  }
  test("a method in a header has no effect", async () => {
    await refused(405, "/ayrshare/user", { method: "POST", body: "{}", headers: { "x-http-method-override": "GET" } });
    assert.equal((await raw("/ayrshare/user", { as: "alice", headers: { "x-http-method-override": "POST" } })).status, 200);
  });
});

describe("queries", () => {
  const rows = ["profileKey=x", `profile-key=${BOB.slice(0, 3)}`, "instagramQuota=true&instagramQuota=true", "instagram%51uota=true", "instagramQuota=1", "instagramQuota", "validate=TRUE", "source=npm", "&", "a=b=c", "%00=1", "validate=false&", "__proto__=1"];
  for (const query of rows) test(`?${query}: 400`, () => refused(400, `/ayrshare/user?${query}`));
});

describe("another tenant's profile, requested in every place where a key fits", () => {
  const rows = [
    ["Profile-Key", { headers: { "Profile-Key": BOB } }], ["profile-key twice", { headers: { "profile-key": BOB, "PROFILE-KEY": BOB } }], ["Authorization", { headers: { authorization: `Bearer ${BOB}` } }],
    ["cookie", { headers: { cookie: `profileKey=${BOB}` } }], ["X-Profile-Key", { headers: { "x-profile-key": BOB, "x-forwarded-profile-key": BOB } }], ["body", { headers: {}, body: JSON.stringify({ profileKey: BOB }) }],
    ["user info", { headers: { host: "gateway.example", referer: `https://${BOB}@gateway.example/` } }], ["Connection", { headers: { connection: "close, profile-key", "profile-key": BOB } }],
  ];
  for (const [place, options] of rows) {
    test(`${place}: Alice stays Alice`, async () => {
      sandbox.sandbox.clearRequests();
      const { status, body } = await raw(`/ayrshare/user?validate=false`, { as: "alice", ...options });
      assert.equal(status, 200);
      assert.match(body, /"title":"Alice"/);
      for (const { headers, url } of requests()) {
        assert.equal(headers["profile-key"], ALICE);
        assert.equal(headers.authorization, `Bearer ${KEY}`);
        assert.ok(!JSON.stringify([headers, url]).includes(BOB));
      }
      assert.equal(requests().length, 1);
    });
  }
  test("without a session, none of them has an effect", async () => {
    for (const [, options] of rows) await refused(401, "/ayrshare/user", { as: undefined, ...options });
  });
  test("only the grant's headers are sent upstream", async () => {
    sandbox.sandbox.clearRequests();
    await raw("/ayrshare/user?validate=false", { as: "alice", headers: { cookie: "a=b", "x-own": "1", "x-forwarded-for": "6.6.6.6", "user-agent": "evil", "if-match": "x" } });
    const [{ headers }] = requests();
    assert.deepEqual(Object.keys(headers).filter((name) => !["host", "accept", "authorization", "profile-key", "connection", "content-length"].includes(name)), []);
  });
});

describe("origins", () => {
  for (const origin of ["null", "https://evil.example", `${APP}.evil.example`, "https://evilapp.example.com", `${APP}:443`, `${APP}:8443`, "http://app.example.com", "https://APP.EXAMPLE.COM", `${APP}/`, `${APP}, https://evil.example`, `https://evil.example, ${APP}`, "*", "file://", `https://app.example.com%00.evil.example`]) {
    test(`${JSON.stringify(origin)}: 403, and no CORS header`, async () => {
      for (const method of ["GET", "OPTIONS"]) {
        sandbox.sandbox.clearRequests();
        const { status, headers } = await raw("/ayrshare/user", { as: "alice", method, headers: { origin, "access-control-request-method": "GET" } });
        assert.equal(status, 403);
        assert.deepEqual(Object.keys(headers).filter((name) => name.startsWith("access-control")), []);
        assert.deepEqual(requests(), []);
      }
    });
  }
});

test("an empty Origin counts as absent, and pages get no access", async () => {
  const { headers } = await raw("/ayrshare/user", { as: "alice", headers: { origin: "" } });
  assert.deepEqual(Object.keys(headers).filter((name) => name.startsWith("access-control")), []);
});

describe("smuggling", () => {
  const smuggled = `GET /ayrshare/user/batch HTTP/1.1\r\nhost: x\r\nx-session: admin\r\n\r\n`;
  const head = "host: gateway.example\r\nx-session: alice\r\n";
  const rows = [
    ["CL.TE", `POST /ayrshare/user HTTP/1.1\r\n${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ["TE.CL", `POST /ayrshare/user HTTP/1.1\r\n${head}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n5c\r\n${smuggled}\r\n0\r\n\r\n`],
    ["two lengths", `POST /ayrshare/user HTTP/1.1\r\n${head}content-length: 0\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`],
    ["TE with a blank", `POST /ayrshare/user HTTP/1.1\r\n${head}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
    ["a folded header", `GET /ayrshare/user HTTP/1.1\r\n${head}x-a: b\r\n profile-key: ${BOB}\r\n\r\n`],
    ["a bare line end", `GET /ayrshare/user HTTP/1.1\r\n${head}x-a: b\nprofile-key: ${BOB}\r\n\r\n`],
    ["a zero byte", `GET /ayrshare/user HTTP/1.1\r\n${head}x-a: b\0c\r\n\r\n`],
    ["two hosts", `GET /ayrshare/user HTTP/1.1\r\nhost: evil.example\r\n${head}\r\n`],
    ["another's address", `GET https://evil.example/ayrshare/user HTTP/1.1\r\n${head}\r\n`],
    ["HTTP/0.9", "GET /ayrshare/user\r\n\r\n"],
  ];
  for (const [name, bytes] of rows) {
    test(`${name}: at most the caller's own profile is requested upstream`, async () => {
      sandbox.sandbox.clearRequests();
      const { text } = await send(bytes, { untilMs: 500 });
      without(text, name);
      for (const { headers, route } of requests()) assert.deepEqual([headers["profile-key"], route], [ALICE, "user"]);
    });
  }
});

describe("size", () => {
  const huge = "a".repeat(10_000_000);
  const rows = [
    ["10 MB of query", `GET /ayrshare/user?${huge} HTTP/1.1\r\nhost: x\r\nx-session: alice\r\n\r\n`],
    ["a header of 10 MB", `GET /ayrshare/user HTTP/1.1\r\nhost: x\r\nx-session: alice\r\nif-none-match: ${huge}\r\n\r\n`],
    ["10 MB of headers", `GET /ayrshare/user HTTP/1.1\r\nhost: x\r\nx-session: alice\r\n${"x-a: bbbbbbbbbbbbbbb\r\n".repeat(500_000)}\r\n`],
  ];
  for (const [name, bytes] of rows) {
    test(`${name}: rejected, and the gateway keeps working`, async () => {
      sandbox.sandbox.clearRequests();
      const { status } = await send(bytes);
      assert.ok(status === 0 || status >= 400, String(status));
      assert.deepEqual(requests(), []);
      assert.equal((await raw("/ayrshare/user", { as: "alice" })).status, 200);
    });
  }
});

describe("the store", () => {
  const cached = async (options, target = "/ayrshare/user?instagramDetails=true&instagramQuota=false") => (await raw(target, { as: "bob", ...options })).headers["x-gateway-cache"];
  test("is keyed by profile and query alone: Host, unkeyed headers or query order cannot poison an entry", async () => {
    const answers = () => [...cache.kept.values()].filter((kept) => kept.includes("x-gateway-times")).length;
    const earlier = answers();
    assert.equal(await cached({ headers: { host: "evil.example", "x-forwarded-host": "evil.example" } }), "miss");
    while (answers() === earlier) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = requests().length;
    const variants = [
      [{ headers: { host: "gateway.example" } }], [{ headers: { "x-forwarded-host": "evil.example", "x-original-url": "/evil" } }], [{ headers: { accept: "text/html", "accept-encoding": "br", "accept-language": "de" } }],
      [{ headers: { cookie: "a=b", authorization: "Bearer x" } }], [{ headers: { vary: "*", "cache-control": "no-cache", pragma: "no-cache", range: "bytes=0-3" } }],
      [{}, "/ayrshare/user?instagramQuota=false&instagramDetails=true"], [{ headers: { origin: APP } }], [{ method: "HEAD" }],
    ];
    for (const [options, target] of variants) assert.equal(await cached(options, target), "hit", JSON.stringify(options));
    assert.equal(requests().length, before);
    const { body, headers } = await raw("/ayrshare/user?instagramDetails=true&instagramQuota=false", { as: "bob", headers: { host: "gateway.example" } });
    assert.match(body, /"title":"Bob"/);
    assert.ok(!`${body}${JSON.stringify(headers)}`.includes("evil"));
    assert.equal(headers.vary, "Origin");
  });

  test("never serves one profile's response to another, or any to an unauthorized caller", async () => {
    assert.match((await raw("/ayrshare/user", { as: "alice" })).body, /"title":"Alice"/);
    assert.match((await raw("/ayrshare/user", { as: "bob" })).body, /"title":"Bob"/);
    assert.equal((await raw("/ayrshare/user")).status, 401);
    assert.equal((await raw("/ayrshare/user", { as: "admin" })).status, 403);
  });

  test("responds with 304 to callers that have the response", async () => {
    const { headers } = await raw("/ayrshare/user", { as: "alice" });
    const { status, body } = await raw("/ayrshare/user", { as: "alice", headers: { "if-none-match": headers.etag } });
    assert.deepEqual([status, body], [304, ""]);
  });

  test("contains no key, in names or values", () => {
    assert.ok(cache.kept.size >= 4);
    without(cache.wire(), "what the cache was sent");
    for (const name of cache.kept.keys()) assert.match(name, /^ayrshare-user-gateway\.invalid\/[0-9a-f]{64}$/);
  });
});

describe("a hostile server instead of Ayrshare", () => {
  const json = { "content-type": "application/json" };
  const rows = [
    ["a redirect", 502, (response) => response.writeHead(302, { location: "https://evil.example/" }).end()],
    ["a page", 502, (response) => response.writeHead(200, { "content-type": "text/html" }).end("<script>alert(1)</script>")],
    ["wrong types", 502, (response) => response.writeHead(200, json).end('{"displayNames":{"a":1}}')],
    ["a body of 20 MB", 502, (response) => response.writeHead(200, json).end(`{"title":"${"x".repeat(20_000_000)}"}`)],
    ["a body without end", 504, (response) => response.writeHead(200, json).write('{"title":"')],
    ["a length that is a lie", 502, (response) => { response.writeHead(200, { ...json, "content-length": 1_000 }).write('{"a":1}'); response.destroy(); }],
    ["the key", 502, (response, request) => response.writeHead(200, json).end(JSON.stringify({ title: request.headers.authorization }))],
    ["the key in an error", 500, (response, request) => response.writeHead(500, json).end(JSON.stringify({ status: "error", code: 1, action: request.headers["profile-key"], message: request.headers.authorization }))],
    ["401 for our key", 502, (response) => response.writeHead(401, json).end('{"status":"error","code":102,"message":"no"}')],
  ];
  for (const [name, expected, hostileAnswer] of rows) {
    test(`${name}: ${expected}`, async () => {
      answer = hostileAnswer;
      const { status, headers, body } = await raw("/hostile/user", { as: "alice" });
      assert.equal(status, expected, body);
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1)).status, "error");
    });
  }
  test("its cookies and headers are not forwarded", async () => {
    answer = (response) => response.writeHead(200, { ...json, "set-cookie": "a=b", "x-trace": "1", "access-control-allow-origin": "*", "content-security-policy": "x", "x-ratelimit-max": "300", "x-ratelimit-count": "<b>", refresh: "0;url=https://evil.example" }).end("{}");
    const { status, headers } = await raw("/hostile/user", { as: "alice" });
    assert.equal(status, 200);
    assert.equal(headers["x-ratelimit-max"], "300");
    for (const name of ["set-cookie", "x-trace", "access-control-allow-origin", "content-security-policy", "x-ratelimit-count", "refresh"]) assert.equal(headers[name], undefined, name);
  });
});

describe("in workerd", () => {
  test("the batch file streams as lines", async () => {
    const { status, body } = await raw("/ayrshare/user/batch/profiles?select=refId,title", { as: "admin" });
    assert.equal(status, 200);
    assert.match(body, /\{"title":"Alice","refId":"ref-alice"\}\n/);
  });

  test("a signed event drops that profile's cached responses", async () => {
    const post = (signature) => {
      const body = JSON.stringify({ action: "social", hookId: "h1", refId: "ref-bob", type: "unlink" });
      const headers = { "x-authorization-timestamp": Math.floor(Date.now() / 1000), "x-authorization-content-sha256": signature ?? createHmac("sha256", WEBHOOK_SECRET).update(body).digest("hex") };
      return raw("/ayrshare/webhook", { method: "POST", body, headers });
    };
    const cached = async () => (await raw("/ayrshare/user", { as: "bob" })).headers["x-gateway-cache"];
    await cached();
    while ((await cached()) !== "hit") await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await post("0".repeat(64))).status, 401);
    assert.equal(await cached(), "hit");
    assert.equal((await post()).status, 200);
    assert.equal((await post()).status, 200);
    assert.equal(await cached(), "miss");
    assert.equal(log.match(/^webhook/gm).length, 1);
  });

  test("an event invalidates everything that sixty concurrent queries of one profile have cached", async () => {
    const flags = ["", "true", "false"];
    const queries = flags.flatMap((quota) => flags.map((details) => `?${[quota && `instagramQuota=${quota}`, details && `instagramDetails=${details}`].filter(Boolean).join("&")}`));
    const cached = async (query) => (await raw(`/ayrshare/user${query}`, { as: "bob" })).headers["x-gateway-cache"];
    await Promise.all(Array.from({ length: 60 }, (_, at) => cached(queries[at % queries.length])));
    for (const query of queries) while ((await cached(query)) !== "hit") await new Promise((resolve) => setTimeout(resolve, 5));
    const body = JSON.stringify({ action: "social", hookId: "h2", refId: "ref-bob", type: "link" });
    const headers = { "x-authorization-timestamp": Math.floor(Date.now() / 1000), "x-authorization-content-sha256": createHmac("sha256", WEBHOOK_SECRET).update(body).digest("hex") };
    assert.equal((await raw("/ayrshare/webhook", { method: "POST", body, headers })).status, 200);
    for (const query of queries) assert.equal(await cached(query), "miss", query);
  });

  test("many concurrent callers each get their own response, and a trap in between is recovered from", async () => {
    const round = async () => {
      sandbox.sandbox.clearRequests();
      const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => raw("/ayrshare/user?validate=false", { as: index % 2 ? "alice" : "bob" })));
      assert.equal(requests().length, 60, "here nothing is shared between requests");
      answers.forEach(({ body }, index) => assert.match(body, index % 2 ? /"title":"Alice"/ : /"title":"Bob"/));
    };
    await round();
    assert.equal((await raw("/trap", { as: "alice" })).status, 500);
    await round();
  });

  test("the log contains no key", () => {
    assert.match(log, /event .*"type":"request"/);
    without(log, "the log");
    assert.ok(!log.includes(WEBHOOK_SECRET));
  });
});
