// Concurrent identical calls share one request, in runtimes that allow it. For workerd, tests/gateway/attacks.test.mjs checks that
// nothing is shared.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALICE, APP, BOB, open, titleOf, trap } from "./helpers.mjs";

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

/** A store that responds some turns later. */
function later() {
  const kept = new Map();
  const after = async (task) => (await turns(2), task());
  return { get: (name) => after(() => kept.get(name)), put: (name, cached) => after(() => void kept.set(name, cached)), delete: (name) => after(() => void kept.delete(name)) };
}

/** A gateway in front of a server that responds on command. */
function gated({ answer, ...options } = {}) {
  const sent = [];
  let open_;
  const gate = new Promise((resolve) => { open_ = resolve; });
  const given = answer ?? ((headers) => Response.json({ title: headers["profile-key"] === ALICE ? "Alice" : headers["profile-key"] === BOB ? "Bob" : "Primary", refId: "r", nextUpdate: "2999-01-01T00:00:00Z" }));
  const fetch = () => async (url, { headers, signal }) => {
    sent.push({ url, headers, signal });
    await Promise.race([gate, new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))]);
    return given(headers);
  };
  return { ...open({ fetch, maxRetries: 0, ...options }), sent, release: () => open_() };
}

for (const [kind, store] of [["memory", () => "memory"], ["none", () => "none"], ["a slow store", later]]) {
  test(`1,500 concurrent calls for one profile are one request (store: ${kind})`, async () => {
    const { ask, sent, release } = gated({ store: store() });
    const all = Array.from({ length: 1_500 }, () => ask("/ayrshare/user", { as: "alice" }));
    await turns();
    release();
    for (const answer of await Promise.all(all)) assert.deepEqual([answer.status, titleOf(answer), answer.headers["x-gateway-cache"]], [200, "Alice", "miss"]);
    assert.equal(sent.length, 1);
    await turns();
    await ask("/ayrshare/user?instagramQuota=true", { as: "alice" });
    assert.equal(sent.length, 2, "what has ended is not joined");
  });
}

test("a 429 is one request, too, all callers get it, and no later call is sent", async () => {
  const answer = () => Response.json({ status: "error", code: 109, message: "too many" }, { status: 429, headers: { "retry-after": "120" } });
  const { ask, sent, release } = gated({ answer, store: "none" });
  const all = Array.from({ length: 1_500 }, () => ask("/ayrshare/user", { as: "alice" }));
  await turns();
  release();
  for (const { status, headers, body } of await Promise.all(all)) assert.deepEqual([status, headers["retry-after"], JSON.parse(body).code], [429, "120", 109]);
  for (const query of ["", "?instagramQuota=true"]) {
    const held = await Promise.all(Array.from({ length: 100 }, () => ask(`/ayrshare/user${query}`, { as: "alice" })));
    assert.deepEqual([...new Set(held.map(({ status }) => status))], [429]);
  }
  assert.equal(sent.length, 1);
});

test("other profiles, queries and gateways share nothing; each caller gets its own response", async () => {
  const { ask, sent, release } = gated({ store: "none" });
  const other = gated({ store: "none" });
  other.release();
  const kinds = [["alice"], ["bob"], ["primary"], ["alice", "?instagramQuota=true"], ["alice", "?validate=false"]];
  const all = kinds.map(([as, query = ""]) => ask(`/ayrshare/user${query}`, { as }));
  const head = ask("/ayrshare/user", { as: "alice", method: "HEAD" });
  const page = ask("/ayrshare/user", { as: "alice", headers: { origin: APP } });
  const known = ask("/ayrshare/user", { as: "alice", headers: { "if-none-match": "*" } });
  assert.equal(titleOf(await other.ask("/ayrshare/user", { as: "alice" })), "Alice");
  await turns();
  release();
  assert.deepEqual((await Promise.all(all)).map(titleOf), ["Alice", "Bob", "Primary", "Alice", "Alice"]);
  assert.deepEqual([sent.length, other.sent.length], [kinds.length, 1]);
  assert.deepEqual([(await head).status, (await head).body], [200, ""]);
  assert.equal((await page).headers["access-control-allow-origin"], APP);
  assert.deepEqual([(await known).status, (await known).body], [304, ""]);
});

test("a batch ticket is requested once, and one that contains the key of a caller's grant is withheld only from that caller", async () => {
  const answer = () => Response.json({ success: true, url: `https://files.example/${ALICE}`, urlAvailable: "2999-01-01T00:00:00Z", urlExpires: "2999-01-01T00:00:00Z", lastUpdated: "2999-01-01T00:00:00Z", nextUpdate: "2999-01-01T00:00:00Z" });
  const authorize = (request) => (request.headers.get("x-session") === "both" ? { profileKey: ALICE, scope: "all-profiles" } : { scope: "all-profiles" });
  const { gateway, sent, release } = gated({ answer, authorize });
  const all = ["admin", "both"].map((as) => gateway.fetch(new Request("https://gateway.example/ayrshare/user/batch", { headers: { "x-session": as } })));
  await turns();
  release();
  assert.deepEqual((await Promise.all(all)).map(({ status }) => status), [200, 502]);
  assert.equal(sent.length, 1);
});

test("a caller that disconnects does not affect the others; when the last one disconnects, the request is aborted", async () => {
  const { ask, sent, release } = gated({ store: "none" });
  const [first, second] = [new AbortController(), new AbortController()];
  const all = [ask("/ayrshare/user", { as: "alice", signal: first.signal }), ask("/ayrshare/user", { as: "alice", signal: second.signal }), ask("/ayrshare/user", { as: "alice" })];
  await turns();
  first.abort();
  assert.equal((await all[0]).status, 503);
  second.abort();
  assert.equal((await all[1]).status, 503);
  assert.equal(sent[0].signal.aborted, false);
  const late = ask("/ayrshare/user", { as: "alice" });
  await turns();
  release();
  assert.deepEqual([titleOf(await all[2]), titleOf(await late), sent.length], ["Alice", "Alice", 1]);

  const alone = gated({ store: "none" });
  const callers = Array.from({ length: 3 }, () => new AbortController());
  const left = callers.map(({ signal }) => alone.ask("/ayrshare/user", { as: "alice", signal }));
  await turns();
  for (const caller of callers) caller.abort();
  assert.deepEqual((await Promise.all(left)).map(({ status }) => status), [503, 503, 503]);
  assert.equal(alone.sent[0].signal.aborted, true);
  const after = alone.ask("/ayrshare/user", { as: "alice" });
  await turns();
  alone.release();
  assert.deepEqual([titleOf(await after), alone.sent.length], ["Alice", 2], "nobody joins what was aborted");
});

test("the response is cached even if the caller that asked first disconnects", async () => {
  const { ask, sent, release } = gated({ store: "memory" });
  const [first, second] = [new AbortController(), new AbortController()];
  const left = [first, second].map(({ signal }) => ask("/ayrshare/user", { as: "alice", signal }));
  const rest = [1, 2].map(() => ask("/ayrshare/user", { as: "alice" }));
  await turns();
  first.abort();
  second.abort();
  assert.deepEqual((await Promise.all(left)).map(({ status }) => status), [503, 503]);
  release();
  assert.deepEqual((await Promise.all(rest)).map(titleOf), ["Alice", "Alice"]);
  const after = await ask("/ayrshare/user", { as: "alice" });
  assert.deepEqual([titleOf(after), after.headers["x-gateway-cache"], sent.length], ["Alice", "hit", 1]);
});

test("a caller that has already disconnected sends nothing", async () => {
  const { ask, sent } = gated({ store: "none" });
  assert.equal((await ask("/ayrshare/user", { as: "alice", signal: AbortSignal.abort() })).status, 503);
  assert.equal(sent.length, 0);
});

test("a trap fails all callers of a shared request, and the next call succeeds", async () => {
  const { ask, gateway, sent, release } = gated({ store: "none" });
  const all = Array.from({ length: 5 }, () => ask("/ayrshare/user", { as: "alice" }));
  await turns();
  await trap(gateway);
  assert.deepEqual((await Promise.all(all)).map(({ status }) => status), [500, 500, 500, 500, 500]);
  release();
  assert.equal(titleOf(await ask("/ayrshare/user", { as: "alice" })), "Alice");
  assert.equal(sent.length, 2);
});

test("of the callers that share a request, one stores the response, once", async () => {
  const store = later();
  let puts = 0;
  const { put } = store;
  store.put = (name, cached, maxAgeS) => (cached.head.includes("etag") && (puts += 1), put(name, cached, maxAgeS));
  const { ask, release } = gated({ store });
  const all = Array.from({ length: 50 }, () => ask("/ayrshare/user", { as: "alice" }));
  await turns(40);
  release();
  await Promise.all(all);
  await turns(40);
  assert.equal(puts, 1);
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).headers["x-gateway-cache"], "hit");
});
