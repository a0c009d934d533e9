// The guard across isolates, with real Durable Objects in a real workerd: one request for many, one 429 for all.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { AyrshareGuard, createGateway } from "ayrshare-user/gateway";
import { packedRoot } from "../../scripts/lib/packed.mjs";
import { bundleWorker, serveWorker } from "../../scripts/lib/workerd.mjs";
import { ALICE, BOB, GRANTS, HERE, KEY, authorize, without } from "./helpers.mjs";
import { placeWorker } from "./place-worker.mjs";

const folder = join(packedRoot, "guarded");
const MANY = 50;
let [upstream, wasm, worker, log] = [undefined, undefined, undefined, ""];
/** The requests that reached the fake Ayrshare server, how it responds, and who waits for how many calls to reach an object. */
let [requests, answer, arrived, awaited] = [[], undefined, 0, []];

const TITLES = { [ALICE]: "Alice", [BOB]: "Bob", undefined: "Primary" };
const user = ({ headers }) => JSON.stringify({ title: TITLES[headers["profile-key"]], nextUpdate: "2999-01-01T00:00:00Z" });
const fine = (response, request) => response.writeHead(200, { "content-type": "application/json", "x-ratelimit-max": "300", "x-ratelimit-count": "1" }).end(user(request));
const refuse = (seconds) => (response) => response.writeHead(429, { "content-type": "application/json", "retry-after": String(seconds) }).end('{"status":"error","code":109,"message":"too many"}');

function serve() {
  const bindings = {
    API_KEY: { env: "TEST_KEY" }, GRANTS: JSON.stringify(GRANTS), UPSTREAM: `http://127.0.0.1:${upstream.address().port}`,
    GUARD: { objects: "AyrshareGuard" }, BROKEN: { objects: "Broken" }, other: { service: "other" },
  };
  const services = { objects: `disk = (path = ${JSON.stringify(join(folder, "objects"))}, writable = true)` };
  const env = { ...process.env, TEST_KEY: KEY };
  return serveWorker({ folder, wasm, bindings, services, env, again: ["other"], objects: ["AyrshareGuard", "Broken"], disk: "objects", onText: (text) => { log += text; } });
}

before(async () => {
  upstream = createServer((request, response) => {
    if (request.url === "/-arrived") {
      arrived += 1;
      for (const { number, resolve } of awaited) if (arrived >= number) resolve();
      return response.end();
    }
    requests.push(request);
    return answer(response, request);
  }).listen(0, "127.0.0.1");
  await once(upstream, "listening");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "objects"), { recursive: true });
  wasm = await bundleWorker({ source: placeWorker("guard-worker.mjs", folder), folder });
  worker = await serve();
});
after(async () => {
  await worker?.stop();
  upstream?.close();
  upstream?.closeAllConnections();
});
beforeEach(async () => {
  // Tests must not share the objects' state.
  await worker.stop();
  for (const name of readdirSync(join(folder, "objects"))) rmSync(join(folder, "objects", name), { recursive: true });
  worker = await serve();
  [requests, answer, arrived, awaited] = [[], fine, 0, []];
});

/** Resolves when this many calls have reached an object. */
function calls(number) {
  return new Promise((resolve) => {
    awaited.push({ number, resolve });
    if (arrived >= number) resolve();
  });
}

async function ask(as, { path = "/ayrshare/user", isolate = "main", gateway = "GUARD" } = {}) {
  const response = await fetch(`${worker.url}${path}`, { headers: { "x-session": as, "x-isolate": isolate, "x-gateway": gateway } });
  const body = await response.text();
  without(body + JSON.stringify([...response.headers]), "an answer");
  return { status: response.status, headers: Object.fromEntries(response.headers), body: JSON.parse(body) };
}

test("fifty concurrent identical calls from two isolates are one request, and all get its response", async () => {
  answer = (response, request) => void calls(MANY).then(() => fine(response, request));
  const all = await Promise.all(Array.from({ length: MANY }, (_, number) => ask("alice", { isolate: number % 2 ? "main" : "other" })));
  assert.deepEqual(requests.map(({ url }) => url), ["/user"]);
  for (const { status, body } of all) assert.deepEqual([status, body.title], [200, "Alice"]);
  answer = fine;
  await ask("alice");
  assert.equal(requests.length, 2, "an answer that has come is not kept by the object");
});

test("other profiles and other queries never share a request", async () => {
  const kinds = [["alice"], ["bob"], ["primary"], ["alice", { path: "/ayrshare/user?instagramQuota=true" }]];
  answer = (response, request) => void calls(kinds.length).then(() => fine(response, request));
  const all = await Promise.all(kinds.map((kind) => ask(...kind)));
  assert.deepEqual(all.map(({ body }) => body.title), ["Alice", "Bob", "Primary", "Alice"]);
  assert.equal(requests.length, kinds.length);
});

test("a 429 in one isolate holds back the others, nothing is sent, and other profiles are unaffected", async () => {
  answer = refuse(120);
  assert.equal((await ask("alice")).status, 429);
  answer = fine;
  const { status, headers, body } = await ask("alice", { isolate: "other" });
  assert.deepEqual([status, requests.length], [429, 1]);
  assert.ok(Number(headers["retry-after"]) > 0 && Number(headers["retry-after"]) <= 120, headers["retry-after"]);
  assert.match(body.message, /^the profile's rate limit is used up: nothing was sent/);
  for (const as of ["bob", "primary"]) assert.equal((await ask(as, { isolate: "other" })).status, 200);
  assert.deepEqual(requests.map((request) => TITLES[request.headers["profile-key"]]), ["Alice", "Bob", "Primary"]);
});

test("so does an exhausted window, even after the objects are evicted", async () => {
  answer = (response, request) => response.writeHead(200, { "content-type": "application/json", "x-ratelimit-max": "300", "x-ratelimit-count": "300" }).end(user(request));
  assert.equal((await ask("alice")).status, 200);
  await worker.stop();
  worker = await serve();
  answer = fine;
  assert.equal((await ask("alice", { isolate: "other" })).status, 429);
  assert.equal((await ask("bob", { isolate: "other" })).status, 200);
  assert.deepEqual(requests.map((request) => TITLES[request.headers["profile-key"]]), ["Alice", "Bob"]);
});

test("neither the objects' names nor their stored values reveal a key", async () => {
  answer = refuse(120);
  for (const as of ["alice", "bob", "primary"]) await ask(as);
  await worker.stop();
  const files = readdirSync(join(folder, "objects"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(files.length >= 3, "an object for each");
  for (const { name, parentPath } of files) without(`${name} ${readFileSync(join(parentPath, name), "latin1")}`, "the storage");
  worker = await serve();
});

test("if an object fails, the isolate sends and guards the call itself, and the failure is reported", async () => {
  const broken = (as) => ask(as, { gateway: "BROKEN" });
  const before = log.length;
  assert.equal((await broken("alice")).body.title, "Alice");
  assert.match(log.slice(before), /error the object is broken/);
  answer = refuse(120);
  assert.equal((await broken("alice")).status, 429);
  answer = fine;
  assert.deepEqual([(await broken("alice")).status, (await broken("bob")).status], [429, 200]);
  assert.equal(requests.length, 3, "held back by the isolate's own guard");
});

test("the upstream server gets the same request as without objects", async () => {
  await ask("alice");
  await ask("alice", { gateway: "BROKEN" });
  const [guarded, direct] = requests.map(({ method, url, rawHeaders }) => ({ method, url, rawHeaders: rawHeaders.filter((_, at) => !/^(connection|keep-alive)$/i.test(rawHeaders[at])) }));
  assert.deepEqual(guarded, direct);
});

test("missing responses, redirects, cookies, encodings and huge bodies are handled as without an object", async () => {
  const answers = {
    dropped: (response) => response.destroy(),
    cut: (response) => response.writeHead(200, { "content-type": "application/json", "content-length": 900 }).write("{}", () => response.destroy()),
    redirect: (response) => response.writeHead(302, { location: "https://elsewhere.example/" }).end(),
    cookie: (response, request) => response.writeHead(200, { "content-type": "application/json", "set-cookie": "a=b" }).end(user(request)),
    gzip: (response, request) => response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(gzipSync(user(request))),
    huge: (response) => response.writeHead(200, { "content-type": "application/json" }).end(`{"title":"${"x".repeat(9_000_000)}"}`),
    wrong: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>hello"),
    empty: (response) => response.writeHead(204).end(),
    beyond: (response) => response.writeHead(999, { "content-type": "application/json" }).end('{"status":"error","message":"beyond"}'),
    unavailable: (response) => response.writeHead(503, { "retry-after": "7" }).end('{"status":"error","message":"later"}'),
  };
  for (const [name, given] of Object.entries(answers)) {
    answer = given;
    const [guarded, direct] = [await ask("alice"), await ask("alice", { gateway: "BROKEN" })];
    assert.deepEqual(guarded, direct, name);
    // workerd itself sometimes resends a request if a keep-alive connection drops.
    assert.ok(requests.length === 2 || ["dropped", "cut"].includes(name), name);
    requests = [];
  }
});

test("an object survives a trap in the wasm", async () => {
  assert.equal((await ask("alice")).status, 200);
  assert.equal((await ask("alice", { path: "/trap" })).status, 500);
  assert.equal((await ask("alice")).status, 200);
  answer = refuse(120);
  await ask("alice");
  assert.equal((await ask("alice", { isolate: "other" })).status, 429);
  assert.equal(requests.length, 3);
});

test("the log contains no key", () => without(log, "the log"));

test("an object's name is a hash of account and profile", async () => {
  const names = [];
  const guard = { idFromName: (name) => names.push(name), get: () => ({ fetch: async () => { throw new Error("not there"); } }) };
  for (const apiKey of [KEY, `${KEY}2`]) {
    const gateway = createGateway({ apiKey, authorize, guard, baseUrl: "http://127.0.0.1:9", maxRetries: 0, store: "none" });
    for (const as of ["alice", "bob", "primary", "alice"]) await gateway.fetch(new Request(`${HERE}/ayrshare/user`, { headers: { "x-session": as } }));
  }
  for (const name of names) assert.match(name, /^[0-9a-f]{64}$/);
  assert.deepEqual([names.length, new Set(names).size, names[3] === names[0]], [8, 6, true]);
});

test("an aborted call is not sent again without the object", async (t) => {
  const sent = t.mock.method(globalThis, "fetch", async () => assert.fail("sent"));
  const caller = new AbortController();
  const stub = { fetch: (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)) ?? caller.abort()) };
  const gateway = createGateway({ apiKey: KEY, authorize, guard: { idFromName: String, get: () => stub } });
  const response = await gateway.fetch(new Request(`${HERE}/ayrshare/user`, { headers: { "x-session": "alice" }, signal: caller.signal }));
  assert.deepEqual([response.status, sent.mock.callCount()], [503, 0]);
});

test("invalid bindings and options without effect are rejected", async () => {
  const guard = { idFromName: String, get: () => ({}) };
  for (const wrong of [{ guard: {} }, { guard: "AYRSHARE_GUARD" }, { guard, fetch }, { guard, rateLimitGuard: false }]) {
    const gateway = createGateway({ apiKey: KEY, authorize, ...wrong });
    await assert.rejects(gateway.fetch(new Request(`${HERE}/ayrshare/user`)), { kind: "config", message: /`guard`/ });
  }
});

/** An object whose storage the tests can inspect. */
function object(kept = new Map()) {
  const storage = { get: async (name) => kept.get(name), put: async (name, value) => void kept.set(name, value), setAlarm: async (timeMs) => void kept.set("alarm", timeMs), deleteAll: async () => kept.clear() };
  return { kept, object: new AyrshareGuard({ storage }) };
}
const asked = () => new Request("https://ayrshare.example/user", { headers: { "x-ayrshare-guard-limits": "1000 1000" } });

test("an unused object empties its storage", async (t) => {
  t.mock.method(globalThis, "fetch", async () => new Response("{}", { status: 429, headers: { "retry-after": "60" } }));
  const { kept, object: guard } = object();
  assert.equal((await guard.fetch(asked())).status, 429);
  assert.ok(kept.get("memory").every(Number.isFinite) && kept.get("alarm") > Date.now() + 59_000);
  await guard.alarm();
  assert.equal(kept.size, 0);
  assert.equal(fetch.mock.callCount(), 1);
  await guard.fetch(asked());
  assert.equal(fetch.mock.callCount(), 2);
});

test("concurrent rejections are all remembered", async (t) => {
  // The remembered state decays with each millisecond.
  t.mock.method(Date, "now", () => 1_704_383_497_775);
  t.mock.method(globalThis, "fetch", async () => new Response("{}", { status: 429, headers: { "retry-after": "60" } }));
  const { kept, object: guard } = object();
  const all = Array.from({ length: 3 }, (_, number) => new Request(`https://ayrshare.example/user?number=${number}`, { headers: asked().headers }));
  await Promise.all(all.map((request) => guard.fetch(request)));
  assert.ok(kept.get("memory").includes(3), `${kept.get("memory")}`);
});

test("if storage fails, the call fails, and the next one retries", async (t) => {
  t.mock.method(globalThis, "fetch", async () => new Response("{}"));
  let fails = true;
  const guard = new AyrshareGuard({ storage: { get: async () => { if (fails) throw new Error("no storage"); } } });
  await assert.rejects(guard.fetch(asked()), /no storage/);
  fails = false;
  assert.equal((await guard.fetch(asked())).status, 200);
});

test("an object only accepts requests from a gateway", async () => {
  await assert.rejects(object().object.fetch(new Request("https://ayrshare.example/user")), /requests from a gateway/);
});
