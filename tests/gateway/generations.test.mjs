// After a webhook event no older answer is served: whatever the store does, and whatever is under way.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { ALICE, open } from "./helpers.mjs";

const SECRET = "SENTINEL-WEBHOOK-SECRET";
const FLAGS = ["", "true", "false"];
/** Every way to ask for a profile whose answer is kept. */
const QUERIES = FLAGS.flatMap((quota) => FLAGS.map((details) => `?${[quota && `instagramQuota=${quota}`, details && `instagramDetails=${details}`].filter(Boolean).join("&")}`));

/** Lets everything that waits for nothing but promises and immediates go on. */
const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

/** A store in which every step takes some turns, each another number of them. */
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
    put: (name, answer) => later(() => void kept.set(name, answer)),
    delete: (name) => later(() => void kept.delete(name)),
  };
}

/** A gateway before a server whose answers carry a number that events raise. */
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
  test(`sixty queries of one profile at once leave nothing behind that an event does not end (${kind})`, async () => {
    const { event, read, told } = numbered({ store: make() });
    const all = () => Promise.all(Array.from({ length: 60 }, (_, at) => read(QUERIES[at % QUERIES.length])));
    await all();
    await turns(200);
    // What is known of the profile now lets everything be kept.
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
    assert.deepEqual(told, []);
  });

  test(`an answer that is under way when the event comes is not kept, and nobody who asks later gets it (${kind})`, async () => {
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

  test(`the same with a profile that is known already (${kind})`, async () => {
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

test("an event that reaches another gateway on the same store ends the answers of both", async () => {
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

test("a token that the store forgets ends the answers instead of reviving older ones", async () => {
  const store = slow();
  const { event, read } = numbered({ store });
  const tokens = () => [...store.kept].filter(([, { head }]) => !head.includes("etag")).map(([name]) => name);
  await read();
  await turns(200);
  const before = new Map(store.kept);
  await event();
  // The store loses what the event wrote, and brings the older answer back.
  for (const name of tokens()) store.kept.delete(name);
  for (const [name, answer] of before) if (answer.head.includes("etag")) store.kept.set(name, answer);
  assert.deepEqual(await read(), ["1", "miss"]);
});

test("no older answer stands in while Ayrshare fails, either", async () => {
  const store = slow();
  let isDown = false;
  const { ask, event, read } = numbered({ store, maxRetries: 0, hold: async () => { if (isDown) throw new TypeError("no route"); } });
  await read();
  await turns(200);
  await event();
  isDown = true;
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 502);
});

test("an event whose token cannot be stored is refused, so that it is sent again", async () => {
  const store = slow();
  const { event, read, told } = numbered({ store });
  await read();
  await turns(200);
  const { put } = store;
  store.put = async () => { throw new Error("the store is full"); };
  await assert.rejects(event(), /500 !== 200/);
  assert.equal(told.at(-1).message, "the store is full");
  store.put = put;
  await event();
  assert.deepEqual(await read(), ["2", "miss"]);
});

test("profiles without a reference id are kept, as no event can be about them", async () => {
  const { ask } = open({ store: slow(), fetch: () => async () => Response.json({ title: "x", nextUpdate: "2999-01-01T00:00:00Z" }) });
  await ask("/ayrshare/user", { as: "alice" });
  await turns(200);
  assert.equal((await ask("/ayrshare/user", { as: "alice" })).headers["x-gateway-cache"], "hit");
});
