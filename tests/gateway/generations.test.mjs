// After a webhook event, no older response is served, whatever the store does and whatever is in progress.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { ALICE, open } from "./helpers.mjs";

const SECRET = "SENTINEL-WEBHOOK-SECRET";
const FLAGS = ["", "true", "false"];
/** Every query for a profile whose response is cached. */
const QUERIES = FLAGS.flatMap((quota) => FLAGS.map((details) => `?${[quota && `instagramQuota=${quota}`, details && `instagramDetails=${details}`].filter(Boolean).join("&")}`));

/** Lets everything proceed that waits only for promises and immediates. */
const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

/** A store in which each operation takes a different number of turns. */
function slow() {
  const kept = new Map();
  let step = 0;
  const later = async (task) => {
    await turns((step += 7) % 5);
    return task();
  };
  return {
    kept,
    get: (name) => later(() => kept.get(name)),
    put: (name, cached) => later(() => void kept.set(name, cached)),
    delete: (name) => later(() => void kept.delete(name)),
  };
}

/** A gateway in front of a server whose responses contain a number that events increase. */
function numbered({ store, hold = async () => {}, ...options }) {
  let number = 0;
  const fetch = () => async (url, { headers }) => {
    const title = `${number}`;
    await hold(url);
    const refId = headers["profile-key"] === ALICE ? "ref-alice" : "ref-bob";
    return Response.json({ title, refId, nextUpdate: "2999-01-01T00:00:00Z" });
  };
  const opened = open({ fetch, store, webhooks: { secret: SECRET }, ...options });
  let events = 0;
  const event = async (gateway = opened.ask) => {
    number += 1;
    const body = JSON.stringify({ action: "social", refId: "ref-alice", hookId: `hook-${(events += 1)}` });
    const signature = createHmac("sha256", SECRET).update(body).digest("hex");
    const headers = { "x-authorization-timestamp": String(Math.floor(Date.now() / 1000)), "x-authorization-content-sha256": signature };
    const { status } = await gateway("/ayrshare/webhook", { method: "POST", body, headers });
    assert.equal(status, 200);
  };
  const read = async (query = "", as = "alice") => {
    const { status, headers, body } = await opened.ask(`/ayrshare/user${query}`, { as });
    assert.equal(status, 200, body);
    return [JSON.parse(body).title, headers["x-gateway-cache"]];
  };
  return { ...opened, event, read };
}

for (const [kind, make] of [["a slow store", slow], ["memory", () => "memory"]]) {
  test(`an event invalidates everything that sixty concurrent queries of one profile have cached (${kind})`, async () => {
    const { event, read, errors } = numbered({ store: make() });
    const all = () => Promise.all(Array.from({ length: 60 }, (_, at) => read(QUERIES[at % QUERIES.length])));
    await all();
    await turns(200);
    // The profile's generation is known now, so everything can be cached.
    await all();
    await turns(200);
    for (const query of QUERIES) assert.deepEqual(await read(query), ["0", "hit"], query);
    assert.deepEqual(await read("", "bob"), ["0", "miss"]);
    await event();
    const after = await all();
    assert.deepEqual([...new Set(after.map(([title]) => title))], ["1"]);
    assert.ok(after.some(([, cache]) => cache === "miss"));
    await turns(200);
    for (const query of QUERIES) assert.deepEqual(await read(query), ["1", "hit"], query);
    assert.deepEqual(errors, []);
  });

  test(`a response in progress when the event arrives is not cached, and no later caller gets it (${kind})`, async () => {
    let release;
    const gate = new Promise((resolve) => { release = resolve; });
    let isHeld = true;
    const { event, read, sandbox } = numbered({ store: make(), hold: () => (isHeld ? gate : undefined) });
    const early = read();
    await turns(60);
    await event();
    isHeld = false;
    const later = read();
    assert.deepEqual(await later, ["1", "miss"], "it does not join the request from before the event");
    release();
    assert.deepEqual(await early, ["0", "miss"], "this one had asked before");
    await turns(200);
    assert.equal((await read())[0], "1");
    await turns(200);
    assert.deepEqual(await read(), ["1", "hit"]);
    assert.equal(sandbox.requests.length, 0, "the sandbox is not asked here");
  });

  test(`the same for a profile that is already known (${kind})`, async () => {
    let release;
    let gate;
    const { event, read } = numbered({ store: make(), hold: () => gate });
    await read();
    await turns(200);
    gate = new Promise((resolve) => { release = resolve; });
    const early = read("?instagramQuota=true");
    await turns(60);
    await event();
    gate = undefined;
    release();
    assert.deepEqual(await early, ["0", "miss"]);
    await turns(200);
    assert.deepEqual(await read("?instagramQuota=true"), ["1", "miss"]);
    assert.deepEqual(await read(), ["1", "miss"]);
  });
}

test("an event that reaches another gateway on the same store invalidates the cached responses of both", async () => {
  const store = slow();
  const [one, other] = [numbered({ store }), numbered({ store })];
  await one.read();
  await turns(200);
  assert.deepEqual(await other.read(), ["0", "hit"]);
  await other.event();
  assert.deepEqual(await one.read(), ["0", "miss"], "one's own server has not changed, but it is asked");
  await turns(200);
  assert.equal((await other.read())[1], "hit");
});

test("a token that the store loses invalidates cached responses instead of reviving older ones", async () => {
  const store = slow();
  const { event, read } = numbered({ store });
  const tokens = () => [...store.kept].filter(([, { head }]) => !head.includes("etag")).map(([name]) => name);
  await read();
  await turns(200);
  const before = new Map(store.kept);
  await event();
  // The store loses what the event wrote, and returns the older response again.
  for (const name of tokens()) store.kept.delete(name);
  for (const [name, cached] of before) if (cached.head.includes("etag")) store.kept.set(name, cached);
  assert.deepEqual(await read(), ["1", "miss"]);
});

test("no older response is served while Ayrshare fails, either", async () => {
  const store = slow();
  let isDown = false;
  const { ask, event, read } = numbered({ store, maxRetries: 0, hold: async () => { if (isDown) throw new TypeError("no route"); } });
  await read();
  await turns(200);
  await event();
  isDown = true;
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 502);
});

test("an event whose token cannot be stored is rejected, so that it is sent again", async () => {
  const store = slow();
  const { event, read, errors } = numbered({ store });
  await read();
  await turns(200);
  const { put } = store;
  store.put = async () => { throw new Error("the store is full"); };
  await assert.rejects(event(), /500 !== 200/);
  assert.equal(errors.at(-1).message, "the store is full");
  store.put = put;
  await event();
  assert.deepEqual(await read(), ["2", "miss"]);
});

test("profiles without a reference id are cached, because no event can be about them", async () => {
  const { ask } = open({ store: slow(), fetch: () => async () => Response.json({ title: "x", nextUpdate: "2999-01-01T00:00:00Z" }) });
  await ask("/ayrshare/user", { as: "alice" });
  await turns(200);
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).headers["x-gateway-cache"], "hit");
});
