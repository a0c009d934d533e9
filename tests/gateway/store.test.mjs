// What the gateway caches: for whom, how long, under which names, and which stale responses it serves while Ayrshare fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createGateway } from "ayrshare-user/gateway";
import { ALICE, HERE, KEY, authorize, open, stoppedClock, titleOf, without } from "./helpers.mjs";

/** Lets everything proceed that waits only for promises. */
const settled = () => new Promise(setImmediate);

/** A store whose entries the tests can inspect: responses, and tokens of generations. */
function visible() {
  const kept = new Map();
  const responses = () => [...kept.values()].filter(({ head }) => head.includes("etag"));
  return { kept, responses, get: async (name) => kept.get(name), put: async (name, cached, maxAgeS) => void kept.set(name, { ...cached, maxAgeS }), delete: async (name) => void kept.delete(name) };
}

test("a response is cached until its nextUpdate, for one profile and query", async (t) => {
  const clock = stoppedClock(t);
  const { ask, sandbox } = open({ store: "memory", sandbox: { freshForMs: 60_000 } });
  const cache = async (path, as) => (await ask(`/ayrshare${path}`, { as })).headers["x-gateway-cache"];
  assert.deepEqual([await cache("/user", "alice"), await cache("/user", "alice"), await cache("/user", "bob"), await cache("/user", "bob")], ["miss", "hit", "miss", "hit"]);
  assert.deepEqual([await cache("/user?instagramQuota=true", "alice"), await cache("/user?instagramQuota=true", "alice")], ["miss", "hit"]);
  assert.equal(sandbox.requests.length, 3);
  clock.pass(10_000);
  const hit = await ask("/ayrshare/user", { as: "alice" });
  assert.deepEqual([titleOf(hit), hit.headers.age, hit.headers["cache-control"]], ["Alice", "10", "private, no-cache"]);
  assert.equal(titleOf(await ask("/ayrshare/user", { as: "bob" })), "Bob");
  clock.pass(55_000);
  assert.equal(await cache("/user", "alice"), "miss");
});

test("equivalent queries share one entry", async () => {
  const { ask, sandbox } = open();
  await ask("/ayrshare/user?instagramQuota=true&instagramDetails=false", { as: "alice" });
  const other = await ask("/ayrshare/user?instagramDetails=false&instagramQuota=true", { as: "alice", headers: { host: "evil.example", "x-forwarded-host": "evil.example", accept: "text/html" } });
  assert.equal(other.headers["x-gateway-cache"], "hit");
  assert.equal(sandbox.requests.length, 1);
});

test("a caller that already has the response gets 304, whether it is fetched or cached", async () => {
  const { ask } = open();
  const { headers } = await ask("/ayrshare/user", { as: "alice" });
  for (const tag of [headers.etag, `"x", ${headers.etag}`, "*"]) {
    const { status, body, headers: again } = await ask("/ayrshare/user", { as: "alice", headers: { "if-none-match": tag } });
    assert.deepEqual([status, body, again.etag], [304, "", headers.etag]);
  }
  assert.equal((await ask("/ayrshare/user", { as: "alice", headers: { "if-none-match": '"other"' } })).status, 200);
  assert.equal((await ask("/ayrshare/user", { headers: { "if-none-match": headers.etag } })).status, 401);
  assert.equal((await ask("/ayrshare/user", { as: "bob", headers: { "if-none-match": headers.etag } })).status, 200);
});

test("while Ayrshare fails, a stale response is served and marked; if it rejects the request, none is", async (t) => {
  const clock = stoppedClock(t);
  let upstream = "up";
  const fetch = (sandbox) => async (...args) => {
    if (upstream === "down") throw new TypeError("no route");
    return sandbox.fetch(...args);
  };
  const { ask, sandbox } = open({ fetch, maxRetries: 0 });
  await ask("/ayrshare/user", { as: "alice" });
  clock.pass(120_000);
  upstream = "down";
  const stale = await ask("/ayrshare/user", { as: "alice" });
  assert.deepEqual([stale.status, stale.headers["x-gateway-cache"], stale.headers.age, titleOf(stale)], [200, "stale", "120", "Alice"]);
  assert.equal((await ask("/ayrshare/user", { as: "bob" })).status, 502);
  upstream = "up";
  sandbox.setProfileState(ALICE, { suspended: true });
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 403);
  upstream = "down";
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 502, "a refusal drops what was kept");
});

test("staleIfErrorMs limits how long stale responses are served", async (t) => {
  const clock = stoppedClock(t);
  let isDown = false;
  const nextUpdate = new Date(clock.now() + 60_000).toISOString();
  const { ask } = open({ staleIfErrorMs: 5_000, maxRetries: 0, fetch: () => async () => (isDown ? Promise.reject(new TypeError("no")) : Response.json({ nextUpdate })) });
  await ask("/ayrshare/user", { as: "alice" });
  isDown = true;
  clock.pass(64_000);
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 200);
  clock.pass(2_000);
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 502);
});

test("names are hashes that nobody can guess, and neither names nor heads contain a key", async () => {
  const store = visible();
  const { ask } = open({ store });
  for (const as of ["alice", "bob"]) await ask("/ayrshare/user", { as });
  await settled();
  const names = [...store.kept.keys()];
  assert.equal(names.length, 5, "a response and a token for each, and one for the account");
  for (const [name, { head, body }] of store.kept) {
    assert.match(name, /^[0-9a-f]{64}$/);
    without(`${name} ${head} ${Buffer.from(body)}`, "the store");
  }
  const other = visible();
  await createGateway({ apiKey: `${KEY}2`, authorize, store: other, fetch: async () => Response.json({ refId: "ref-alice", nextUpdate: "2999-01-01T00:00:00Z" }) })
    .fetch(new Request(`${HERE}/ayrshare/user`, { headers: { "x-session": "alice" } }));
  await settled();
  assert.equal(other.kept.size, 3);
  for (const name of other.kept.keys()) assert.ok(!names.includes(name), "another account's name");
});

test("a response with fields of the wrong type is passed through unchanged; without a valid nextUpdate, it is not cached", async () => {
  const sent = [];
  const odd = (more) => JSON.stringify({ refId: 7, displayNames: [{ id: 1 }, { platform: "gmb", created: [] }], ...more });
  const bodies = [odd({ nextUpdate: 4 }), odd({ nextUpdate: null }), odd({ nextUpdate: "2999-01-01T00:00:00Z" })];
  const { ask, errors } = open({ fetch: () => async () => new Response(sent[sent.push(bodies[sent.length]) - 1]) });
  for (const [body, source] of [[bodies[0], "miss"], [bodies[1], "miss"], [bodies[2], "miss"], [bodies[2], "hit"]]) {
    const reply = await ask("/ayrshare/user", { as: "alice" });
    assert.deepEqual([reply.status, reply.body, reply.headers["x-gateway-cache"]], [200, body, source]);
  }
  assert.deepEqual([sent.length, errors], [3, []]);
});

test("errors, batch tickets, details and responses without nextUpdate are never cached", async () => {
  const store = visible();
  const { ask } = open({ store, sandbox: { faults: { failNext: [{ status: 500 }, { status: 500 }, { status: 500 }] } } });
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 500);
  await ask("/ayrshare/user/batch", { as: "admin" });
  await ask("/ayrshare/user/details/pinterest", { as: "primary" });
  await ask("/ayrshare/user?validate=true", { as: "alice" });
  await settled();
  assert.deepEqual(store.responses(), []);
  const without = open({ store, fetch: () => async () => Response.json({ title: "x" }) });
  await without.ask("/ayrshare/user", { as: "alice" });
  await settled();
  assert.deepEqual(store.responses(), []);
});

test("a failing store costs only the cache hit, and is reported", async () => {
  const rejects = (name) => async () => { throw new Error(name); };
  const throws = (name) => () => { throw new Error(name); };
  for (const [get, put, expected] of [[throws("get"), throws("put"), ["get"]], [rejects("get"), rejects("put"), ["get"]], [() => null, throws("put"), ["put"]], [async () => undefined, rejects("put"), ["put"]]]) {
    const { ask, errors } = open({ store: { get, put, delete: rejects("delete") } });
    assert.equal(titleOf(await ask("/ayrshare/user", { as: "alice" })), "Alice");
    await settled();
    assert.deepEqual(errors.map(({ message }) => message), expected);
  }
});

test("a store may change the bytes that it got, and those that it returned", async () => {
  const fill = (body) => body.fill(0x20);
  const transfer = (body) => structuredClone(body.buffer, { transfer: [body.buffer] });
  const later = async (turns, task) => {
    for (let turn = 0; turn < turns; turn += 1) await undefined;
    task();
  };
  // Without a reference id, it is stored before the first response is sent.
  const fetch = () => async () => Response.json({ title: "Alice", nextUpdate: "2999-01-01T00:00:00Z" });
  for (const spoil of [fill, transfer]) {
    for (const turns of [0, 1, 2, 3, 5, 8]) {
      const kept = new Map();
      const put = (name, { head, body }) => {
        kept.set(name, { head, body: body.slice() });
        return later(turns, () => spoil(body));
      };
      const get = (name) => {
        const found = kept.get(name);
        const body = found?.body.slice();
        // Not before the gateway has it.
        void later(turns + 2, () => body && spoil(body));
        return found && { ...found, body };
      };
      const { ask, errors } = open({ fetch, store: { get, put, delete: (name) => void kept.delete(name) } });
      for (const expected of ["miss", "hit"]) {
        const replies = await Promise.all([1, 2, 3].map(() => ask("/ayrshare/user", { as: "alice" })));
        for (const reply of replies) assert.deepEqual([titleOf(reply), reply.headers["x-gateway-cache"]], ["Alice", expected], `${spoil.name} ${turns}`);
        await settled();
      }
      assert.deepEqual(errors, []);
    }
  }
});

test("writes are passed to waitUntil, if there is one", async () => {
  const store = visible();
  const { ask } = open({ store });
  const waiting = [];
  await ask("/ayrshare/user", { as: "alice", context: { waitUntil: (promise) => waiting.push(promise) } });
  assert.equal(waiting.length, 1);
  await Promise.all(waiting);
  assert.equal(store.responses().length, 1);
  const rest = open({ store: visible() });
  const context = { waitUntil: () => { throw new Error("too late"); } };
  assert.equal((await rest.ask("/ayrshare/user", { as: "alice", context })).status, 200);
  assert.deepEqual(rest.errors.map(({ message }) => message), ["too late"]);
});

test("the memory store has a maximum size", async () => {
  let who = 0;
  const fetch = () => async () => new Response(JSON.stringify({ refId: `r${who}`, nextUpdate: "2999-01-01T00:00:00Z", pad: "x".repeat(4_000_000) }));
  const { gateway } = open({ fetch, store: "memory", authorize: () => ({ profileKey: `P-${who}` }) });
  const ask = async (number) => {
    who = number;
    const response = await gateway.fetch(new Request(`${HERE}/ayrshare/user`));
    await response.arrayBuffer();
    return response.headers.get("x-gateway-cache");
  };
  for (let number = 0; number < 8; number += 1) assert.equal(await ask(number), "miss");
  assert.equal(await ask(7), "hit");
  assert.equal(await ask(0), "miss", "the oldest went");
});


/** Replaces the Cache API until the test ends. `keeps` says for each put whether it has an effect. */
function fakeCache(t, keeps) {
  const kept = new Map();
  const counts = { put: 0, match: 0 };
  const cache = {
    match: async (url) => ((counts.match += 1), kept.get(url)?.clone()),
    put: async (url, response) => void ((counts.put += 1), keeps(counts.put) && kept.set(url, response)),
    delete: async (url) => kept.delete(url),
  };
  const had = Object.getOwnPropertyDescriptor(globalThis, "caches");
  Object.defineProperty(globalThis, "caches", { configurable: true, value: { default: cache } });
  t.after(() => (had ? Object.defineProperty(globalThis, "caches", had) : delete globalThis.caches));
  return { kept, counts };
}

const sources = async (ask, count, as = "alice") => {
  const found = [];
  for (let times = 0; times < count; times += 1) {
    found.push((await ask("/ayrshare/user", { as })).headers["x-gateway-cache"]);
    for (let turn = 0; turn < 100; turn += 1) await settled();
  }
  return found;
};

test("a Cache API that stores nothing is reported once, and memory is used instead", async (t) => {
  const { kept, counts } = fakeCache(t, () => false);
  const { ask, errors, clean } = open({});
  assert.deepEqual(await sources(ask, 4), ["miss", "hit", "hit", "hit"]);
  assert.deepEqual(await sources(ask, 2, "bob"), ["miss", "hit"]);
  assert.deepEqual(errors.map(({ kind }) => kind), ["config"]);
  assert.match(errors[0].message, /Cache API .* stores nothing.*memory/);
  assert.equal(kept.size, 0);
  const puts = counts.put;
  await sources(ask, 2);
  assert.equal(counts.put, puts, "it is not tried again");
  clean();
  const many = open({});
  await Promise.all(Array.from({ length: 20 }, (_, index) => many.ask(`/ayrshare/user?instagramQuota=${index % 2 === 0}`, { as: index % 3 ? "alice" : "bob" })));
  assert.equal(many.errors.length, 1);
});

test("a Cache API that stores nothing but was requested by name is reported once, and nothing is cached", async (t) => {
  fakeCache(t, () => false);
  const { ask, errors } = open({ store: "cache" });
  assert.deepEqual(await sources(ask, 3), ["miss", "miss", "miss"]);
  assert.deepEqual(errors.map(({ kind, message }) => [kind, /stores nothing.*no response is cached/.test(message)]), [["config", true]]);
});

test("a Cache API that works, or loses one entry, is not reported, and is no longer checked once it has proven to work", async (t) => {
  for (const keeps of [() => true, (number) => number !== 1]) {
    const { counts } = fakeCache(t, keeps);
    const { ask, errors } = open({});
    assert.deepEqual(await sources(ask, 2), ["miss", "hit"]);
    const before = { ...counts };
    assert.deepEqual(await sources(ask, 2, "bob"), ["miss", "hit"]);
    assert.deepEqual(errors, []);
    assert.deepEqual({ put: counts.put - before.put, match: counts.match - before.match }, { put: 2, match: 7 });
  }
});
