// Observing and controlling calls: events, drift, `metaOf` of retries, rotating keys, default headers.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { AyrshareUser, metaOf } from "ayrshare-user";
import { answering, failure, fixture, json } from "./helpers.mjs";

const SECRETS = { apiKey: "SENTINEL-API-KEY", profileKey: "SENTINEL-PROFILE-KEY" };
const URL = "https://app.ayrshare.com/api/user";
const good = () => json(fixture("user"));
/** Keeps the delay before a retry short. */
const failed = () => json({}, { status: 503, headers: { "retry-after": "1" } });

test("every event has its fields, and headers are redacted", async () => {
  const events = [];
  const { fetch } = answering(failed(), good());
  const headers = { "X-Upstream-Token": "SENTINEL-TOKEN", "X-Trace": "7" };
  const client = new AyrshareUser({ ...SECRETS, headers, fetch, onEvent: (event) => events.push(event) });
  await client.getUser();
  const hidden = { accept: "application/json", authorization: "[redacted]", "profile-key": "[redacted]", "x-upstream-token": "[redacted]", "x-trace": "7" };
  const of = (type, number) => ({ type, endpoint: "user", url: URL, attempt: number });
  const known = events.map(({ durationMs, waitMs, ...rest }) => rest);
  assert.deepEqual(known, [
    { ...of("request", 1), headers: hidden },
    { ...of("response", 1), status: 503 },
    { ...of("retry", 1), reason: "api" },
    { ...of("request", 2), headers: hidden },
    { ...of("response", 2), status: 200 },
  ]);
  assert.ok(events[1].durationMs >= 0 && events[4].durationMs >= 0);
  assert.ok(events[2].waitMs >= 1_000, String(events[2].waitMs));
  assert.doesNotMatch(JSON.stringify(events), /SENTINEL/);
});

test("events have their endpoint and a URL without its query", async () => {
  const events = [];
  const { fetch } = answering(good(), json(fixture("details")), json(fixture("batch")));
  const client = new AyrshareUser({ ...SECRETS, fetch, onEvent: ({ endpoint, url }) => events.push(`${endpoint} ${url}`) });
  await client.getUser({ instagramQuota: true });
  await client.getUserDetails("pinterest");
  await client.getUserBatch();
  assert.deepEqual([...new Set(events)], [`user ${URL}`, `details ${URL}/details/pinterest`, `batch ${URL}/batch`]);
});

test("a cached response emits its own event", async () => {
  const events = [];
  const { fetch } = answering(json({ nextUpdate: new Date(Date.now() + 3_600_000).toISOString() }));
  const client = new AyrshareUser({ ...SECRETS, fetch, cache: "until-next-update", onEvent: (event) => events.push(event) });
  await client.getUser();
  events.length = 0;
  await client.getUser();
  assert.deepEqual(events, [{ type: "cache", endpoint: "user", url: URL }]);
});

const HARMFUL = {
  throws: () => {
    throw new Error("an observer that throws");
  },
  "returns a rejected promise": async () => {
    throw new Error("an observer that rejects");
  },
  "returns a thenable that throws": () => ({
    then() {
      throw new Error("no thenable at all");
    },
  }),
  "changes what it was given": (event) => {
    for (const name of Object.keys(event)) event[name] = "changed";
    if (event.headers) event.headers.authorization = "changed";
  },
};

for (const [name, observer] of Object.entries(HARMFUL)) {
  test(`an observer that ${name} has no effect`, async (t) => {
    const unhandled = [];
    const note = (reason) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    process.on("uncaughtException", note);
    t.after(() => process.off("unhandledRejection", note).off("uncaughtException", note));
    let called = 0;
    const counted = (value) => {
      called += 1;
      return observer(value);
    };
    const { fetch, seen } = answering(failed(), json({ ...JSON.parse(fixture("user")), unknownField: 1 }));
    const client = new AyrshareUser({ ...SECRETS, fetch, onEvent: counted, onDrift: counted });
    const user = await client.getUser();
    assert.equal(user.displayNames.length, 10);
    assert.equal(metaOf(user).attempts.length, 2);
    await turn();
    await turn();
    assert.ok(called >= 6, String(called));
    assert.deepEqual(unhandled, []);
    assert.equal(seen.length, 2);
    assert.deepEqual(seen.map(({ init }) => init.headers.authorization), Array(2).fill(`Bearer ${SECRETS.apiKey}`));
  });
}

const UNKNOWN = {
  title: "t",
  futureField: { secret: "x" },
  displayNames: [
    { platform: "telegram", id: 1, oddField: 1 },
    { platform: "telegram", id: 2, oddField: 2 },
    { platform: "orbit", id: 3, anything: 1 },
    { platform: "instagram", id: "4", refreshRequired: "2024-01-01", type: "future" },
  ],
};

test("unknown fields and values are reported once, with their path", async () => {
  const drifts = [];
  const more = { ...UNKNOWN, anotherField: 1 };
  const { fetch } = answering(json(UNKNOWN), json(UNKNOWN), json(more));
  const client = new AyrshareUser({ ...SECRETS, fetch, onDrift: (drift) => drifts.push(drift) });
  const user = await client.getUser();
  assert.deepEqual(user.futureField, { secret: "x" });
  const ofKind = (what) => drifts.filter((drift) => drift.what === what);
  const paths = ofKind("field").map(({ path }) => path);
  assert.equal(paths.filter((path) => path === "futureField").length, 1);
  assert.equal(paths.filter((path) => path === "displayNames[].oddField").length, 1);
  assert.deepEqual(ofKind("network").map(({ path, value }) => [path, value]), [["displayNames[].platform", "orbit"]]);
  assert.deepEqual(ofKind("value").map(({ path, value }) => [path, value]), [["displayNames[].type", "future"]]);
  assert.ok(ofKind("field").every((drift) => !("value" in drift)));
  const once = drifts.length;
  await client.getUser();
  assert.equal(drifts.length, once, "not again on the second response");
  await client.getUser();
  assert.deepEqual(drifts.slice(once), [{ what: "field", path: "anotherField" }]);
});

test("a response of the documented shape reports no drift", async () => {
  const drifts = [];
  const { fetch } = answering(json({ displayNames: [{ platform: "telegram", id: 1, displayName: "T" }], title: "t", email: null, refId: "r" }));
  await new AyrshareUser({ ...SECRETS, fetch, onDrift: (drift) => drifts.push(drift) }).getUser();
  assert.deepEqual(drifts, []);
});

test("metaOf lists failed attempts and the waiting time", async () => {
  const { fetch } = answering(json({}, { status: 500 }), good());
  const { attempts, waitedMs, status, fromCache } = metaOf(await new AyrshareUser({ ...SECRETS, fetch }).getUser());
  assert.deepEqual(attempts.map(({ durationMs, ...rest }) => rest), [{ status: 500 }, { status: 200 }]);
  assert.ok(attempts.every(({ durationMs }) => durationMs >= 0));
  assert.ok(waitedMs > 0, String(waitedMs));
  assert.deepEqual([status, fromCache], [200, false]);
});

test("metaOf lists an attempt without a response", async () => {
  const { fetch } = answering(new TypeError("fetch failed"), good());
  const { attempts } = metaOf(await new AyrshareUser({ ...SECRETS, fetch }).getUser());
  assert.deepEqual(attempts.map(({ status, reason }) => status ?? reason), ["network", 200]);
});

test("a key function is called once per attempt, and a rotated key is used", async () => {
  let asked = 0;
  const { fetch, seen } = answering(failed(), good());
  const client = new AyrshareUser({ fetch, apiKey: async () => `KEY-${(asked += 1)}` });
  await client.getUser();
  await client.getUser();
  assert.deepEqual(seen.map(({ init }) => init.headers.authorization), ["Bearer KEY-1", "Bearer KEY-2", "Bearer KEY-3"]);
  assert.equal(asked, 3);
});

test("a key function may return the key itself", async () => {
  const { fetch, seen } = answering(good());
  await new AyrshareUser({ fetch, apiKey: () => "PLAIN" }).getUser();
  assert.equal(seen[0].init.headers.authorization, "Bearer PLAIN");
});

const NO_KEY = {
  throws: () => {
    throw new Error("the vault is closed");
  },
  rejects: () => Promise.reject(new Error("the vault is closed")),
  "returns nothing": () => undefined,
  "returns a number": () => 5,
  "resolves to an object": async () => ({ key: "KEY" }),
  "returns an empty key": () => "",
  "resolves to a key with a line break": async () => "KEY\r\nx-evil: 1",
};

for (const [name, apiKey] of Object.entries(NO_KEY)) {
  test(`a key function that ${name} is an invalid option, and nothing is sent`, async () => {
    const { fetch, seen } = answering(good());
    const error = await failure(new AyrshareUser({ apiKey, fetch }).getUser(), "config");
    assert.match(error.message, /`apiKey`/);
    assert.equal(error.retryable, false);
    assert.equal(error.cause?.message, name === "throws" || name === "rejects" ? "the vault is closed" : undefined);
    assert.equal(seen.length, 0);
  });
}

test("the caller's signal ends a call whose key function never settles", async () => {
  const { fetch, seen } = answering(good());
  const controller = new AbortController();
  const apiKey = () => {
    controller.abort("enough");
    return new Promise(() => {});
  };
  const error = await failure(new AyrshareUser({ apiKey, fetch }).getUser({}, { signal: controller.signal }), "aborted");
  assert.equal(error.cause, "enough");
  assert.equal(seen.length, 0);
});

test("a value replaces a default header and null removes it; the call's headers apply after the client's", async () => {
  const { fetch, seen } = answering(good());
  const client = new AyrshareUser({ ...SECRETS, fetch, headers: { ACCEPT: null, "Profile-Key": null, "X-Client": "1", "x-both": "client" } });
  await client.getUser({}, { headers: { accept: "text/json", "X-Both": "call", "x-client": null, "x-none": undefined } });
  await client.getUser();
  const authorization = `Bearer ${SECRETS.apiKey}`;
  assert.deepEqual(seen.map(({ init }) => init.headers), [
    { authorization, accept: "text/json", "x-both": "call" },
    { authorization, "x-client": "1", "x-both": "client" },
  ]);
});

test("of many headers the last of each name counts, in what is sent and in what observers see", async () => {
  const many = (name, text) => Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${name}-${index}`, text(index)]));
  const { fetch, seen } = answering(good());
  const events = [];
  const headers = { ...many("x-a", () => "client"), "X-Twice": null, "x-twice": "1", "x-gone": "1", "X-Gone": null, ["__proto__"]: "own", Accept: "text/json" };
  const client = new AyrshareUser({ ...SECRETS, fetch, headers, onEvent: (event) => events.push(event) });
  await client.getUser({}, { headers: many("X-A", (index) => [null, "call", undefined][index % 3]) });
  const expected = { accept: "text/json", authorization: `Bearer ${SECRETS.apiKey}`, "profile-key": SECRETS.profileKey, "x-twice": "1" };
  for (let index = 0; index < 300; index += 1) if (index % 3 > 0) expected[`x-a-${index}`] = index % 3 === 1 ? "call" : "client";
  const { ["__proto__"]: _, ...sent } = Object.fromEntries(Object.entries(seen[0].init.headers));
  assert.deepEqual(sent, expected);
  const { headers: shown } = events.find(({ type }) => type === "request");
  assert.deepEqual(Object.keys(shown).sort(), Object.keys(seen[0].init.headers).sort());
});
