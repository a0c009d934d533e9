// The endpoints, end to end, over real HTTP against the sandbox.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AyrshareUser, accountOf, metaOf } from "ayrshare-user";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { CALLS, answering, failure, fixture, json } from "./helpers.mjs";

let host;
let client;
before(async () => {
  host = await serveSandbox({ apiKey: "SENTINEL-API-KEY", batchDelayMs: 5_000 });
  client = new AyrshareUser({ apiKey: "SENTINEL-API-KEY", baseUrl: host.baseUrl });
});
after(() => host.close());

test("GET /user returns the documented sample, as JSON.parse would", async () => {
  const user = await client.getUser({ instagramQuota: true });
  const sample = JSON.parse(fixture("user"));
  assert.deepEqual({ ...user, lastUpdated: 0, nextUpdate: 0 }, { ...sample, lastUpdated: 0, nextUpdate: 0 });
  assert.equal(user.displayNames.length, 10);
});

test("GET /user/details/pinterest returns the documented boards", async () => {
  assert.deepEqual(await client.getUserDetails("pinterest"), JSON.parse(fixture("details")));
});

test("GET /user/batch returns a ticket", async () => {
  const batch = await client.getUserBatch();
  assert.deepEqual(Object.keys(batch), Object.keys(JSON.parse(fixture("batch"))));
  assert.equal(batch.success, true);
});

test("the sandbox supports each endpoint", async () => {
  for (const [method, ...given] of Object.values(CALLS)) assert.equal(metaOf(await client[method](...given)).status, 200, method);
});

test("unknown fields pass through, and ids are unchanged", async () => {
  const body = {
    ...JSON.parse(fixture("user")),
    futureField: { deep: [1, null, "ä\u0000\ud83d\ude00"] },
    displayNames: [
      { platform: "telegram", id: -1001234567890123, created: "2022-11-17T18:55:16.320Z", displayName: "T" },
      { platform: "youtube", id: "106891058521430758565", displayName: "Y", odd: 1 },
      { platform: "orbit", id: { any: "shape" }, extra: [1] },
    ],
    __proto__: { not: "own" },
  };
  const text = JSON.stringify(body).replace('"title"', '"__proto__":{"polluted":true},"title"');
  const { fetch } = answering(json(text));
  const user = await new AyrshareUser({ apiKey: "KEY", fetch }).getUser();
  assert.deepEqual(user, JSON.parse(text));
  assert.equal({}.polluted, undefined);
  assert.equal(accountOf(user, "telegram").id, -1001234567890123);
  assert.equal(accountOf(user, "youtube").id, "106891058521430758565");
  assert.deepEqual(accountOf(user, "orbit").extra, [1]);
  assert.equal(accountOf(user, "reddit"), undefined);
});

test("absent lists become empty lists, and nothing else is added", async () => {
  const { fetch } = answering(json({ email: null, refId: "r" }));
  const user = await new AyrshareUser({ apiKey: "KEY", fetch }).getUser();
  assert.deepEqual(user, { email: null, refId: "r", activeSocialAccounts: [], displayNames: [] });
});

test("a deleted profile is recognized", async () => {
  const { fetch, seen } = answering(json({ deleted: true, deletedAt: "2024-01-01T00:00:00Z" }));
  const gone = await new AyrshareUser({ apiKey: "KEY", profileKey: "P", fetch }).getUser({ validate: true });
  assert.deepEqual(gone, { deleted: true, deletedAt: "2024-01-01T00:00:00Z" });
  assert.equal(seen[0].url, "https://app.ayrshare.com/api/user?validate=true");
});

test("only the requested parameters and headers are sent", async () => {
  const { fetch, seen } = answering(json(fixture("user")));
  const client = new AyrshareUser({ apiKey: "KEY", profileKey: "PROFILE", fetch, headers: { Accept: null, "X-Trace": "1" } });
  await client.getUser({ instagramQuota: true, instagramDetails: true, validate: false });
  const { url, init } = seen[0];
  assert.equal(url, "https://app.ayrshare.com/api/user?instagramQuota=true&instagramDetails=true&validate=false");
  assert.deepEqual(Object.keys(init).sort(), ["headers", "method", "redirect", "signal"]);
  assert.deepEqual(init.headers, { authorization: "Bearer KEY", "profile-key": "PROFILE", "x-trace": "1" });
  assert.equal(init.method, "GET");
  assert.equal(init.redirect, "manual");
});

test("profiles: the client's, another one for a call, the primary one, and none for the batch file", async () => {
  const { fetch, seen } = answering(() => json(fixture("user")), () => json(fixture("user")), () => json(fixture("user")), () => json(fixture("user")), () => json(fixture("batch")));
  const client = new AyrshareUser({ apiKey: "KEY", profileKey: "ONE", fetch });
  await client.getUser();
  await client.getUser({}, { profileKey: "TWO" });
  await client.getUser({}, { profileKey: null });
  await client.withProfile("THREE").getUser();
  await client.getUserBatch();
  assert.deepEqual(seen.map(({ init }) => init.headers["profile-key"]), ["ONE", "TWO", undefined, "THREE", undefined]);
});

test("metaOf returns the metadata of a call", async () => {
  const user = await client.getUser();
  const meta = metaOf(user);
  assert.equal(meta.status, 200);
  assert.equal(meta.headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal(meta.attempts.length, 1);
  assert.equal(meta.attempts[0].status, 200);
  assert.ok(meta.attempts[0].durationMs >= 0);
  assert.equal(meta.waitedMs, 0);
  assert.equal(meta.fromCache, false);
  assert.ok(meta.rateLimit.max > 0);
  assert.ok(meta.rateLimit.count > 0);
});

test("the metadata is not part of the result: it shows in no key, copy or comparison", async () => {
  const user = await client.getUser();
  const sample = JSON.parse(JSON.stringify(user));
  assert.deepEqual(Object.getOwnPropertyNames(user), Object.getOwnPropertyNames(sample));
  assert.deepEqual(Object.getOwnPropertySymbols(user), []);
  assert.equal(metaOf(Object.freeze(user)).status, 200);
  for (const other of [{ ...user }, structuredClone(user), Object.create(user), null, undefined, "text", 1]) assert.equal(metaOf(other), undefined);
});

test("Content-Length is only a hint: the whole body is read, in any pieces, and nothing after it", async () => {
  const text = fixture("user");
  const bytes = new TextEncoder().encode(text);
  const get = (body, length) =>
    new AyrshareUser({ apiKey: "KEY", fetch: async () => new Response(body, { headers: { "content-length": String(length) } }) }).getUser();
  const pieces = (cuts) => {
    const parts = cuts.map((cut, index) => bytes.slice(cuts[index - 1] ?? 0, cut));
    return new ReadableStream({ pull: (controller) => (parts.length > 0 ? controller.enqueue(parts.shift()) : controller.close()) }, { highWaterMark: 0 });
  };
  for (const length of [0, 1, bytes.length - 1, bytes.length, bytes.length + 1]) {
    assert.deepEqual(await get(text, length), JSON.parse(text), String(length));
    assert.deepEqual(await get(pieces([7, 1000, bytes.length]), length), JSON.parse(text), `${length}, in pieces`);
  }
  let isClosed = false;
  const stays = new ReadableStream({ start: (controller) => controller.enqueue(bytes), pull: () => ((isClosed = true), new Promise(() => {})) }, { highWaterMark: 0 });
  assert.deepEqual(await get(stays, bytes.length), JSON.parse(text));
  assert.ok(isClosed, "the end is asked for");
});

test("a response without a stream, as from polyfills, is read if it has a Content-Length", async () => {
  const bytes = new TextEncoder().encode(fixture("user"));
  const response = (headers) => ({ ok: true, status: 200, type: "default", headers: new Headers(headers), arrayBuffer: async () => bytes.slice().buffer });
  const get = (headers, options) => new AyrshareUser({ apiKey: "KEY", fetch: async () => response(headers), ...options }).getUser();
  assert.deepEqual(await get({ "content-length": String(bytes.length) }), JSON.parse(fixture("user")));
  assert.match((await failure(get({ "content-length": "10" }, { maxBodyBytes: 100 }), "decode")).message, /maxBodyBytes/);
  for (const headers of [{}, { "content-length": String(bytes.length), "content-encoding": "gzip" }]) {
    assert.match((await failure(get(headers), "config")).message, /neither a ReadableStream of bytes/);
  }
});

test("the sandbox rejects what Ayrshare would reject, and the client says why", async () => {
  const wrong = (options) => new AyrshareUser({ apiKey: "SENTINEL-API-KEY", baseUrl: host.baseUrl, ...options });
  const badKey = await failure(wrong({ apiKey: "WRONG" }).getUser(), "auth");
  assert.deepEqual([badKey.status, badKey.code, badKey.action], [403, 102, "authorization"]);
  const noKey = await failure(wrong({ apiKey: undefined }).getUser(), "auth");
  assert.equal(noKey.status, 401);
  const badProfile = await failure(wrong({ profileKey: "UNKNOWN" }).getUser(), "auth");
  assert.equal(badProfile.code, 144);
  assert.equal(badProfile.attempts.length, 1);
  assert.equal(badProfile.retryable, false);
  assert.match(badProfile.url, /\/api\/user$/);
});
