// The rate-limit guard: calls that the server would reject are not sent, and profiles and clients do not affect each other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { answering, failure, fixture, json, stoppedClock } from "./helpers.mjs";

const WINDOW_MS = 300_000;
const user = (headers) => json(fixture("user"), { headers });
const refusal = (headers) => json({ status: "error", message: "slow down" }, { status: 429, headers });
const spent = () => user({ "x-ratelimit-max": "300", "x-ratelimit-count": "300" });

const clientOf = (responses, options) => {
  const { fetch, seen } = answering(...responses);
  return { client: new AyrshareUser({ apiKey: "KEY", maxRetries: 0, fetch, ...options }), seen };
};

/** Asserts that a call fails immediately and reports the known wait. */
async function assertHeld(call, retryAfterMs) {
  const error = await failure(call, "rate_limit");
  assert.equal(error.retryAfterMs, retryAfterMs);
  assert.equal(error.retryable, true);
  assert.equal(error.status, undefined);
  assert.deepEqual(error.attempts, []);
}

const USED_UP = [
  ["max and count", { "x-ratelimit-max": "300", "x-ratelimit-count": "300" }, WINDOW_MS],
  ["a count above max", { "x-ratelimit-max": "300", "x-ratelimit-count": "301" }, WINDOW_MS],
  ["remaining and reset", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "60000" }, 60_000],
  ["remaining alone", { "x-ratelimit-remaining": "0" }, WINDOW_MS],
];

for (const [name, headers, heldMs] of USED_UP) {
  test(`a window that is exhausted according to ${name}: nothing is sent until it has passed`, async (t) => {
    const clock = stoppedClock(t);
    const events = [];
    const { client, seen } = clientOf([user(headers), user()], { onEvent: ({ type }) => events.push(type) });
    await client.getUser();
    events.length = 0;
    await assertHeld(client.getUser(), heldMs);
    clock.pass(heldMs - 1);
    await assertHeld(client.getUserDetails("pinterest"), 1);
    assert.equal(seen.length, 1);
    assert.deepEqual(events, []);
    clock.pass(1);
    await client.getUser();
    assert.equal(seen.length, 2);
  });
}

const NOT_USED_UP = [
  { "x-ratelimit-max": "300", "x-ratelimit-count": "299" },
  { "x-ratelimit-remaining": "1", "x-ratelimit-reset": "60000" },
  { "x-ratelimit-max": "0", "x-ratelimit-count": "0" },
  { "x-ratelimit-max": "three", "x-ratelimit-count": "-1" },
  {},
];

test("a window that is not exhausted does not hold calls back", async () => {
  for (const headers of NOT_USED_UP) {
    const { client, seen } = clientOf([user(headers)]);
    await client.getUser();
    await client.getUser();
    assert.equal(seen.length, 2, JSON.stringify(headers));
  }
});

test("the window starts with its first response: later ones do not extend it", async (t) => {
  const clock = stoppedClock(t);
  const { client } = clientOf([user({ "x-ratelimit-max": "300", "x-ratelimit-count": "299" }), spent()]);
  await client.getUser();
  clock.pass(100_000);
  await client.getUser();
  await assertHeld(client.getUser(), WINDOW_MS - 100_000);
});

const REFUSED = [
  ["Retry-After", { "retry-after": "30" }, 30_000],
  ["x-ratelimit-reset", { "x-ratelimit-reset": "45000" }, 45_000],
  ["nothing", {}, WINDOW_MS],
];

for (const [name, headers, heldMs] of REFUSED) {
  test(`after a 429 with ${name}, calls fail immediately until the time has passed`, async (t) => {
    const clock = stoppedClock(t);
    const { client, seen } = clientOf([refusal(headers), user()]);
    const refused = await failure(client.getUser(), "rate_limit");
    assert.deepEqual([refused.status, refused.retryAfterMs, refused.attempts.length], [429, heldMs, 1]);
    await assertHeld(client.getUser(), heldMs);
    clock.pass(heldMs - 1);
    await assertHeld(client.getUser(), 1);
    assert.equal(seen.length, 1);
    clock.pass(1);
    await client.getUser();
    assert.equal(seen.length, 2);
  });
}

test("a failure whose headers report an exhausted window is not retried within it", async () => {
  const failed = json({}, { status: 500, headers: { "x-ratelimit-max": "300", "x-ratelimit-count": "300" } });
  const { client, seen } = clientOf([failed, user()], { maxRetries: 2 });
  const error = await failure(client.getUser(), "api");
  assert.ok(error.retryAfterMs > WINDOW_MS - 60_000, String(error.retryAfterMs));
  assert.equal(seen.length, 1);
});

test("one profile never holds back another", async (t) => {
  stoppedClock(t);
  const answerOf = (_url, { headers }) => (headers["profile-key"] === "SPENT" ? spent() : user());
  const { client, seen } = clientOf([answerOf], { profileKey: "SPENT" });
  await client.getUser();
  await assertHeld(client.getUser(), WINDOW_MS);
  await client.getUser({}, { profileKey: "OTHER" });
  await client.getUser({}, { profileKey: null });
  await client.getUserBatch().catch(() => {});
  await assertHeld(client.getUser({}, { profileKey: "SPENT" }), WINDOW_MS);
  assert.deepEqual(seen.map(({ init }) => init.headers["profile-key"]), ["SPENT", "OTHER", undefined, undefined]);
});

test("the Primary Profile holds back its own calls, the batch file's included, and no User Profile's", async (t) => {
  stoppedClock(t);
  const { client, seen } = clientOf([spent(), user()]);
  await client.getUser();
  await assertHeld(client.getUserBatch(), WINDOW_MS);
  await client.getUser({}, { profileKey: "OTHER" });
  assert.equal(seen.length, 2);
});

test("a profile named by a header counts as that profile", async (t) => {
  stoppedClock(t);
  const { client, seen } = clientOf([spent(), user()]);
  await client.getUser({}, { headers: { "Profile-Key": "SPENT" } });
  await assertHeld(client.getUser({}, { profileKey: "SPENT" }), WINDOW_MS);
  await client.getUser();
  assert.deepEqual(seen.map(({ init }) => init.headers["profile-key"]), ["SPENT", undefined]);
});

test("a derived client and another client share nothing with this one", async (t) => {
  stoppedClock(t);
  const { client, seen } = clientOf([spent()], { profileKey: "SAME" });
  const other = new AyrshareUser({ apiKey: "KEY", profileKey: "SAME", fetch: answering(user()).fetch });
  await client.getUser();
  await assertHeld(client.getUser(), WINDOW_MS);
  await client.withProfile("SAME").getUser();
  assert.equal(seen.length, 2);
  await other.getUser();
});

test("`rateLimitGuard: false` sends anyway", async () => {
  const { client, seen } = clientOf([spent(), refusal({ "retry-after": "30" }), user()], { rateLimitGuard: false });
  await client.getUser();
  await failure(client.getUser(), "rate_limit");
  await client.getUser();
  assert.equal(seen.length, 3);
});

/** Bodies that cannot be read, with the headers that announce them. */
const UNREADABLE = {
  "breaks off": [() => new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) })],
  "never ends": [() => new ReadableStream({ pull: () => new Promise(() => {}) })],
  "is too large": [() => "x".repeat(2_000)],
  "is announced as too large": [() => new ReadableStream(), { "content-length": "2000" }],
  "is not bytes": [() => new ReadableStream({ start: (controller) => { controller.enqueue("text"); controller.close(); } })],
};

for (const [name, [body, headers]] of Object.entries(UNREADABLE)) {
  test(`a 429 whose body ${name} is a 429: it is not retried, and nothing more is sent`, async (t) => {
    stoppedClock(t);
    const response = () => new Response(body(), { status: 429, headers });
    const { client, seen } = clientOf([response], { maxRetries: 2, timeoutMs: 200, maxBodyBytes: 1_000 });
    const error = await failure(client.getUser(), "rate_limit");
    assert.deepEqual([error.status, error.retryable, error.retryAfterMs], [429, true, WINDOW_MS]);
    await assertHeld(client.getUser(), WINDOW_MS);
    assert.equal(seen.length, 1);
  });
}

test("a 429 without a readable body says how long to wait in its headers", async (t) => {
  stoppedClock(t);
  const response = () => new Response(UNREADABLE["breaks off"][0](), { status: 429, headers: { "retry-after": "60" } });
  const { client, seen } = clientOf([response]);
  assert.equal((await failure(client.getUser(), "rate_limit")).retryAfterMs, 60_000);
  await assertHeld(client.getUser(), 60_000);
  assert.equal(seen.length, 1);
});
