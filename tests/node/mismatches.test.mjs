// One wrong field never makes a response unusable: what is reported and where, and what is rejected on request. ../faults/odd.mjs, which
// browsers run too, replaces every value of every sample with every JSON type.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AyrshareError, AyrshareUser, getUser, metaOf } from "ayrshare-user";
import { CALLS, answering, failure, json, stoppedClock } from "./helpers.mjs";

const NEXT = "2024-01-04T15:51:47.775Z";
const ODD = { refId: 7, title: null, displayNames: [{ platform: "instagram", usedQuota: "s3cret" }, { id: 1 }], nextUpdate: [NEXT] };
const PLACES = [
  { path: "displayNames[0].usedQuota", expected: "number", found: "string" },
  { path: "displayNames[1].platform", expected: "string", found: "missing" },
  { path: "nextUpdate", expected: "string", found: "array" },
  { path: "refId", expected: "string", found: "number" },
];

function clientOf(options, ...answers) {
  const { fetch, seen } = answering(...answers);
  return { client: new AyrshareUser({ apiKey: "k", fetch, ...options }), seen };
}

test("a mismatched response is returned as received, and every place is reported", async () => {
  const { client } = clientOf({}, json(ODD));
  const user = await client.getUser();
  assert.deepEqual(user, { ...ODD, activeSocialAccounts: [] });
  const { mismatches, mismatchCount } = metaOf(user);
  assert.deepEqual([mismatches, mismatchCount], [PLACES, 4]);
});

test("a valid response has no mismatches", async () => {
  const user = await clientOf({}, json({ refId: "r", email: null })).client.getUser();
  assert.deepEqual([metaOf(user).mismatches, metaOf(user).mismatchCount], [[], 0]);
});

test("the list of places is limited, and the others are counted", async () => {
  const user = await clientOf({}, json({ activeSocialAccounts: Array(250).fill(7) })).client.getUser();
  const { mismatches, mismatchCount } = metaOf(user);
  assert.deepEqual([mismatches.length, mismatchCount, mismatches.at(-1).path], [100, 250, "activeSocialAccounts[99]"]);
});

test("with \"throw\", client and call options make the call reject with the same places, without values", async () => {
  const thrown = [
    () => clientOf({ onInvalid: "throw" }, json(ODD)).client.getUser(),
    () => clientOf({}, json(ODD)).client.getUser({}, { onInvalid: "throw" }),
    () => clientOf({ onInvalid: "report" }, json(ODD)).client.getUser({}, { onInvalid: "throw" }),
    () => getUser({ apiKey: "k", onInvalid: "throw", fetch: answering(json(ODD)).fetch }),
  ];
  for (const call of thrown) {
    const error = await failure(call(), "decode");
    assert.deepEqual([error.path, error.mismatches, error.status, error.retryable], [PLACES[0].path, PLACES, 200, false]);
    assert.equal(error.message, "the response has an unexpected shape: `displayNames[0].usedQuota` is of type string, expected number");
    assert.deepEqual(error.attempts.map(({ status }) => status), [200]);
    assert.deepEqual(error.toJSON().mismatches, PLACES);
    assert.doesNotMatch(JSON.stringify(error), /s3cret/);
  }
  const reported = await clientOf({ onInvalid: "throw" }, json(ODD)).client.getUser({}, { onInvalid: "report" });
  assert.equal(metaOf(reported).mismatchCount, 4);
});

test("other errors have no list", async () => {
  const error = await failure(clientOf({}, json("<html>")).client.getUser(), "decode");
  assert.equal(error.mismatches, undefined);
  assert.ok(!("mismatches" in new AyrshareError({ kind: "api", message: "m" })));
});

test("every call takes the option, and refuses any other value of it", async () => {
  const bodies = { user: { refId: 1 }, details: { pinterest: [{ id: 1, name: "n" }] }, batch: { success: 1, url: "https://a/b", urlAvailable: NEXT, urlExpires: NEXT } };
  for (const [name, [method, ...query]] of Object.entries(CALLS)) {
    const before = name === "user" ? [{}] : query;
    const { client } = clientOf({}, json(bodies[name]));
    assert.equal(metaOf(await client[method](...before)).mismatchCount, 1);
    assert.equal((await failure(client[method](...before, { onInvalid: "throw" }), "decode")).mismatches.length, 1);
    for (const onInvalid of ["skip", "", 1, {}]) {
      assert.match((await failure(client[method](...before, { onInvalid }), "config")).message, /`onInvalid` must be "report" or "throw"/);
    }
  }
  assert.match((await failure(clientOf({ onInvalid: "skip" }).client.getUser(), "config")).message, /onInvalid/);
});

test("a mismatched response is cached like any other until its next update", async (t) => {
  const clock = stoppedClock(t);
  const later = new Date(clock.now() + 1_000).toISOString();
  const { client, seen } = clientOf({ cache: "until-next-update" }, json({ refId: 7, nextUpdate: later }));
  assert.equal(metaOf(await client.getUser()).mismatchCount, 1);
  const kept = await client.getUser();
  assert.deepEqual([metaOf(kept).fromCache, metaOf(kept).mismatchCount, seen.length], [true, 1, 1]);
  const error = await failure(client.getUser({}, { onInvalid: "throw" }), "decode");
  assert.deepEqual([error.mismatches.length, error.attempts.length, seen.length], [1, 0, 1]);
});

test("a response whose `nextUpdate` has the wrong type is not cached", async () => {
  const { client, seen } = clientOf({ cache: "until-next-update" }, json(ODD));
  await client.getUser();
  await client.getUser();
  assert.equal(seen.length, 2);
});

test("drift reports each mismatch once", async () => {
  const drifts = [];
  const { client } = clientOf({ onDrift: (drift) => drifts.push(drift) }, json({ displayNames: [{ platform: "gmb", created: 1 }, { platform: "x", id: 7 }, { platform: "reddit", created: 2, brandNew: 1 }] }));
  await client.getUser();
  await client.getUser();
  assert.deepEqual(drifts, [
    { what: "mismatch", path: "displayNames[].created", expected: "string", found: "number" },
    { what: "network", path: "displayNames[].platform", value: "x" },
    { what: "field", path: "displayNames[].brandNew" },
  ]);
});

test("the client's `onInvalid` applies to its streams and sweeps, unless their options set it", async () => {
  const { createSandbox } = await import("ayrshare-user/sandbox");
  const sandbox = createSandbox();
  const record = '[{"refId":"r0"},{"refId":5}]';
  const fetch = async (url, init) => (String(url).includes("/api/") ? sandbox.fetch(url, init) : new Response(record));
  const strict = new AyrshareUser({ apiKey: sandbox.apiKey, fetch, onInvalid: "throw" });
  const refs = async (options) => {
    const found = [];
    for await (const { refId } of strict.streamProfiles(options)) found.push(refId);
    return found;
  };
  const { path } = await failure(refs(), "decode");
  assert.equal(path, "refId");
  await failure(strict.sweepProfiles(), "decode");
  assert.deepEqual(await refs({ onInvalid: "report" }), ["r0", 5]);
  assert.equal((await strict.sweepProfiles({ onInvalid: "report" })).profiles, 2);
});
