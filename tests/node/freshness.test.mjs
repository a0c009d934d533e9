// `cache: "until-next-update"`: a fresh response is not fetched again, and no call gets a response for another profile.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AyrshareUser, metaOf } from "ayrshare-user";
import { answering, failure, fixture, json, stoppedClock } from "./helpers.mjs";

const MAX_KEPT = 256;
const HOUR_MS = 3_600_000;
const keeping = (options) => ({ apiKey: "KEY", maxRetries: 0, cache: "until-next-update", ...options });

/** Each response has its own number as title, and a `nextUpdate`. */
function numbered({ forMs = HOUR_MS } = {}) {
  let number = 0;
  const seen = [];
  const fetch = async (url, init) => {
    seen.push({ url, init });
    number += 1;
    return json({ title: String(number), nextUpdate: new Date(Date.now() + forMs).toISOString(), displayNames: [{ platform: "telegram", id: 1 }] });
  };
  return { fetch, seen };
}

test("until nextUpdate the response comes from memory, then from the network", async (t) => {
  const clock = stoppedClock(t);
  const { fetch, seen } = numbered();
  const client = new AyrshareUser(keeping({ fetch }));
  const first = await client.getUser();
  assert.equal(metaOf(first).fromCache, false);
  assert.equal(metaOf(first).attempts.length, 1);
  clock.pass(HOUR_MS - 1);
  const kept = await client.getUser();
  assert.deepEqual(kept, first);
  const meta = metaOf(kept);
  assert.deepEqual([meta.fromCache, meta.attempts, meta.status, meta.waitedMs], [true, [], 200, 0]);
  assert.match(meta.headers.get("content-type"), /json/);
  assert.equal(seen.length, 1);
  clock.pass(1);
  const next = await client.getUser();
  assert.deepEqual([next.title, metaOf(next).fromCache, seen.length], ["2", false, 2]);
});

test("with an `apiKey` function, a response is cached for its key alone", async () => {
  const seen = [];
  let account = "A";
  const fetch = async (url, { headers }) => {
    seen.push(headers.authorization);
    return json({ title: headers.authorization, nextUpdate: new Date(Date.now() + HOUR_MS).toISOString() });
  };
  const client = new AyrshareUser(keeping({ fetch, apiKey: async () => `KEY-OF-${account}` }));
  const read = async (next) => {
    account = next;
    const user = await client.getUser();
    return [user.title, metaOf(user).fromCache];
  };
  assert.deepEqual(await read("A"), ["Bearer KEY-OF-A", false]);
  assert.deepEqual(await read("B"), ["Bearer KEY-OF-B", false]);
  assert.deepEqual(await read("A"), ["Bearer KEY-OF-A", true]);
  assert.deepEqual(await read("B"), ["Bearer KEY-OF-B", true]);
  assert.equal(seen.length, 2);
});

test("a cached response is served although the guard holds calls back, also with an `apiKey` function", async () => {
  for (const apiKey of ["KEY", () => "KEY"]) {
    const body = { title: "cached", nextUpdate: new Date(Date.now() + HOUR_MS).toISOString() };
    let sent = 0;
    const fetch = async () => {
      sent += 1;
      return json(body, { headers: { "x-ratelimit-max": "1", "x-ratelimit-count": "1" } });
    };
    const client = new AyrshareUser(keeping({ apiKey, fetch }));
    await client.getUser();
    assert.equal(metaOf(await client.getUser()).fromCache, true);
    await failure(client.getUser({}, { cache: "none" }), "rate_limit");
    assert.equal(sent, 1);
  }
});

test("a slow response does not replace the one of a later refresh", async () => {
  const answers = [];
  const fetch = () => new Promise((resolve) => answers.push((title) => resolve(json({ title, nextUpdate: new Date(Date.now() + HOUR_MS).toISOString() }))));
  const client = new AyrshareUser(keeping({ fetch }));
  const sent = async (count) => { while (answers.length < count) await new Promise(setImmediate); };
  const slow = client.getUser();
  await sent(1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const refresh = client.getUser({}, { cache: "none" });
  await sent(2);
  answers[1]("new");
  assert.equal((await refresh).title, "new");
  answers[0]("old");
  assert.equal((await slow).title, "old");
  assert.equal((await client.getUser()).title, "new");
});

test("without the option every call goes to the network", async () => {
  const { fetch, seen } = numbered();
  const client = new AyrshareUser({ apiKey: "KEY", fetch });
  await client.getUser();
  assert.equal(metaOf(await client.getUser()).fromCache, false);
  assert.equal(seen.length, 2);
});

test("the option can be given for single calls", async () => {
  const { fetch, seen } = numbered();
  const client = new AyrshareUser({ apiKey: "KEY", fetch });
  const call = { cache: "until-next-update" };
  await client.getUser({}, call);
  assert.equal((await client.getUser({}, call)).title, "1");
  assert.equal((await client.getUser()).title, "2");
  assert.equal(seen.length, 2);
});

test("each caller gets its own copy", async () => {
  const { fetch } = numbered();
  const client = new AyrshareUser(keeping({ fetch }));
  const first = await client.getUser();
  first.title = "changed";
  first.displayNames.length = 0;
  const second = await client.getUser();
  assert.equal(second.title, "1");
  assert.equal(second.displayNames.length, 1);
  second.displayNames[0].id = 2;
  const third = await client.getUser();
  assert.equal(third.displayNames[0].id, 1);
  assert.notEqual(second, third);
});

test("cached responses get their empty lists too", async () => {
  const { fetch, seen } = answering(json({ nextUpdate: new Date(Date.now() + HOUR_MS).toISOString() }));
  const client = new AyrshareUser(keeping({ fetch }));
  const lists = ({ activeSocialAccounts, displayNames }) => [activeSocialAccounts, displayNames];
  assert.deepEqual([lists(await client.getUser()), lists(await client.getUser())], [[[], []], [[], []]]);
  assert.equal(seen.length, 1);
});

test("profiles, accounts and queries are cached separately", async () => {
  const { fetch, seen } = numbered();
  const client = new AyrshareUser(keeping({ fetch }));
  const calls = [
    [{}, {}],
    [{}, { profileKey: "ONE" }],
    [{}, { profileKey: "TWO" }],
    [{}, { headers: { "Profile-Key": "THREE" } }],
    [{}, { headers: { Authorization: "Bearer ANOTHER" } }],
    [{}, { headers: { "X-End-User": "somebody" } }],
    [{ instagramQuota: true }, {}],
    [{ instagramQuota: false }, {}],
    [{ instagramDetails: true }, {}],
    [{ instagramQuota: true }, { profileKey: "ONE" }],
  ];
  const titles = async () => {
    const users = [];
    for (const call of calls) users.push(await client.getUser(...call));
    return users.map(({ title }) => Number(title));
  };
  const expected = calls.map((_, index) => index + 1);
  assert.deepEqual(await titles(), expected);
  assert.deepEqual(await titles(), expected);
  assert.equal(seen.length, calls.length);
});

test("clients share nothing", async () => {
  const { fetch, seen } = numbered();
  const client = new AyrshareUser(keeping({ fetch, profileKey: "SAME" }));
  await client.getUser();
  await client.withProfile("SAME").getUser();
  await new AyrshareUser(keeping({ fetch, profileKey: "SAME" })).getUser();
  assert.equal(seen.length, 3);
});

test(`at most ${MAX_KEPT} responses are cached`, async (t) => {
  stoppedClock(t);
  const { fetch, seen } = numbered();
  const client = new AyrshareUser(keeping({ fetch }));
  const profile = (number) => client.getUser({}, { profileKey: `P${number}` });
  for (let number = 0; number <= MAX_KEPT; number += 1) await profile(number);
  assert.equal(seen.length, MAX_KEPT + 1);
  for (let number = 1; number <= MAX_KEPT; number += 1) await profile(number);
  assert.equal(seen.length, MAX_KEPT + 1, "the newest are kept");
  await profile(0);
  assert.equal(seen.length, MAX_KEPT + 2, "the oldest had to go");
});

test("errors are never cached", async () => {
  const later = new Date(Date.now() + HOUR_MS).toISOString();
  const failures = [
    json({ status: "error", code: 144, message: "no", nextUpdate: later }, { status: 403 }),
    json({ status: "error", code: 144, message: "no", nextUpdate: later }),
    json({ displayNames: 5, nextUpdate: later }),
    new TypeError("fetch failed"),
  ];
  const { fetch, seen } = answering(...failures, json({ title: "good", nextUpdate: later }));
  const client = new AyrshareUser(keeping({ fetch }));
  for (const kind of ["auth", "auth", "decode", "network"]) await failure(client.getUser(), kind);
  assert.equal((await client.getUser()).title, "good");
  assert.equal(seen.length, 5);
});

test("an error does not change a cached response", async () => {
  const { fetch, seen } = answering(json({ title: "kept", nextUpdate: new Date(Date.now() + HOUR_MS).toISOString() }), json({}, { status: 500 }));
  const client = new AyrshareUser(keeping({ fetch }));
  await client.getUser();
  await failure(client.getUser({}, { cache: "none" }), "api");
  assert.equal((await client.getUser()).title, "kept");
  assert.equal(seen.length, 2);
});

test("a response without a nextUpdate is not cached", async () => {
  const past = new Date(Date.now() - 1000).toISOString();
  for (const nextUpdate of [undefined, "", "soon", past]) {
    const { fetch, seen } = answering(json({ title: "t", nextUpdate }));
    const client = new AyrshareUser(keeping({ fetch }));
    await client.getUser();
    assert.equal(metaOf(await client.getUser()).fromCache, false, String(nextUpdate));
    assert.equal(seen.length, 2);
  }
});

test('`cache: "none"` for a call goes to the network and refreshes the cached entry', async () => {
  const { fetch, seen } = numbered();
  const client = new AyrshareUser(keeping({ fetch }));
  await client.getUser();
  assert.equal((await client.getUser({}, { cache: "none" })).title, "2");
  const kept = await client.getUser();
  assert.deepEqual([kept.title, metaOf(kept).fromCache, seen.length], ["2", true, 2]);
});

test("a newer response that cannot be cached removes the older one", async () => {
  const { fetch, seen } = answering(json({ title: "1", nextUpdate: new Date(Date.now() + HOUR_MS).toISOString() }), json({ title: "2" }), json({ title: "3" }));
  const client = new AyrshareUser(keeping({ fetch }));
  await client.getUser();
  await client.getUser({}, { cache: "none" });
  assert.equal((await client.getUser()).title, "3");
  assert.equal(seen.length, 3);
});

test("boards and batch tickets are never cached", async () => {
  const nextUpdate = new Date(Date.now() + HOUR_MS).toISOString();
  const calls = [["details", (client) => client.getUserDetails("pinterest")], ["batch", (client) => client.getUserBatch()]];
  for (const [name, call] of calls) {
    const { fetch, seen } = answering(json({ ...JSON.parse(fixture(name)), nextUpdate }));
    const client = new AyrshareUser(keeping({ fetch }));
    await call(client);
    assert.equal(metaOf(await call(client)).fromCache, false);
    assert.equal(seen.length, 2);
  }
});

test("an aborted signal rejects, whether the response is cached or not", async () => {
  const { fetch, seen } = numbered();
  const events = [];
  const client = new AyrshareUser(keeping({ fetch, onEvent: ({ type }) => events.push(type) }));
  await client.getUser();
  events.length = 0;
  const reason = { why: "changed my mind" };
  const error = await failure(client.getUser({}, { signal: AbortSignal.abort(reason) }), "aborted");
  assert.equal(error.cause, reason);
  assert.deepEqual(error.attempts, []);
  assert.deepEqual(events, []);
  assert.equal(metaOf(await client.getUser({}, { signal: new AbortController().signal })).fromCache, true);
  assert.equal(seen.length, 1);
});
