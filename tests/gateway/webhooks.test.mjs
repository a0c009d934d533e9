// Webhooks: only events signed by Ayrshare are handled, each once, and they invalidate outdated cached responses.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { createGateway, isAyrshareError } from "ayrshare-user/gateway";
import { ALICE, HERE, KEY, authorize, open, stoppedClock } from "./helpers.mjs";

const SECRET = "SENTINEL-WEBHOOK-SECRET";
const seconds = (offset = 0) => String(Math.floor(Date.now() / 1000) + offset);
const sign = (body, secret = SECRET, encoding = "hex") => createHmac("sha256", secret).update(body).digest(encoding);
const social = { action: "social", created: "2026-11-20T10:00:00Z", code: 200, refId: "ref-alice", status: "success", hookId: "hook-1", type: "unlink", platform: "twitter", source: "user" };

function listen({ secret = SECRET, onEvent, webhooks, ...options } = {}) {
  const seen = [];
  const opened = open({ webhooks: { secret, onEvent: onEvent ?? ((event) => void seen.push(event)), ...webhooks }, ...options });
  const post = async (event, { headers, ...init } = {}) => {
    const body = typeof event === "string" ? event : JSON.stringify(event);
    const signed = { "x-authorization-timestamp": seconds(), "x-authorization-content-sha256": sign(body) };
    const response = await opened.ask("/ayrshare/webhook", { method: "POST", body, headers: { ...signed, ...headers }, ...init });
    assert.ok(!JSON.stringify(response).includes(SECRET));
    return response;
  };
  return { ...opened, seen, post };
}

describe("signatures", () => {
  test("are accepted in the older header, in the newer one, and during a rotation of secrets", async () => {
    const body = JSON.stringify(social);
    const older = "x-authorization-content-sha256";
    const newer = "x-authorization-content-sha256-v2";
    const good = [
      { [older]: sign(body) }, { [older]: sign(body).toUpperCase() }, { [older]: sign(body, SECRET, "base64") },
      { [older]: "0".repeat(64), [newer]: `v1=${sign(body)}` }, { [older]: "", [newer]: `v1=${sign(body, "old")},v1=${sign(body)}` }, { [older]: "", [newer]: `v1=${sign(body)} v1=${sign(body, "old")}` },
    ];
    for (const headers of good) {
      const { post, seen } = listen();
      assert.equal((await post(body, { headers })).status, 200, JSON.stringify(headers));
      assert.deepEqual(seen, [social]);
    }
    const two = listen({ secret: ["next", SECRET] });
    assert.equal((await two.post(body)).status, 200);
  });

  test("that are missing, wrong, for another body or secret, or too old are rejected before anything happens", async () => {
    const body = JSON.stringify(social);
    const stamp = "x-authorization-timestamp";
    const older = "x-authorization-content-sha256";
    const newer = "x-authorization-content-sha256-v2";
    const bad = [
      { [older]: "" }, { [older]: "0".repeat(64) }, { [older]: sign(`${body} `) }, { [older]: sign(body, "guess") }, { [older]: sign(body).slice(0, 63) }, { [older]: `v1=${sign(body)}` },
      { [older]: "", [newer]: sign(body) }, { [older]: "", [newer]: `v0=${sign(body)}` }, { [older]: "", [newer]: `${"v1=00,".repeat(200)}v1=${sign(body)}` },
      { [stamp]: "" }, { [stamp]: seconds(-86_410) }, { [stamp]: seconds(302) }, { [stamp]: "soon" }, { [stamp]: `${Date.now()}` },
    ];
    for (const headers of bad) {
      const { post, seen } = listen();
      assert.equal((await post(body, { headers })).status, 401, JSON.stringify(headers));
      assert.deepEqual(seen, []);
    }
    const { post } = listen();
    for (const timestamp of [seconds(-86_390), seconds(290)]) assert.equal((await post({ ...social, hookId: timestamp }, { headers: { [stamp]: timestamp } })).status, 200);
  });

  test("of a late retry are accepted for `toleranceMs`; ids are remembered for as long", async (t) => {
    const stamp = "x-authorization-timestamp";
    for (const [toleranceMs, age, status] of [[undefined, 3_700, 200], [300_000, 290, 200], [300_000, 310, 401], [0, 10, 401], [864e5 * 7, 600_000, 200], [864e5 * 7, 604_810, 401]]) {
      const { post, seen } = listen({ webhooks: { toleranceMs } });
      assert.equal((await post(social, { headers: { [stamp]: seconds(-age) } })).status, status, `${toleranceMs} ${age}`);
      assert.equal(seen.length, status === 200 ? 1 : 0);
    }
    const clock = stoppedClock(t);
    const { post, seen } = listen({ webhooks: { toleranceMs: 864e5 * 7 } });
    const headers = { [stamp]: seconds() };
    await post(social, { headers });
    clock.pass(864e5 * 2);
    assert.equal((await post(social, { headers })).status, 200);
    assert.equal(seen.length, 1);
    for (const toleranceMs of [-1, NaN, "1", Infinity]) await assert.rejects(listen({ webhooks: { toleranceMs } }).post(social), { kind: "config", message: /`?toleranceMs`?/ });
  });

  test("cover the raw body", async () => {
    const { post, seen } = listen();
    const body = '{ "action":"social" ,\n"x":"\u00e9\\u00e9", "n": 1.0 }';
    assert.equal((await post(body)).status, 200);
    assert.deepEqual(seen, [JSON.parse(body)]);
  });
});

describe("a secret per profile", () => {
  const ALICES = "SENTINEL-SECRET-OF-ALICE";
  const BOBS = "SENTINEL-SECRET-OF-BOB";
  const SECRETS_BY_REF = { "ref-alice": ALICES, "ref-bob": ["SENTINEL-OLD-SECRET-OF-BOB", BOBS] };
  const signed = (body, secret) => ({ "x-authorization-content-sha256": sign(body, secret) });
  const posting = (secret, options) => {
    const asked = [];
    const opened = listen({ secret: (profile) => (asked.push(profile), secret(profile)), ...options });
    const post = (event, by, headers) => {
      const body = typeof event === "string" ? event : JSON.stringify(event);
      return opened.post(body, { headers: { ...signed(body, by), ...headers } });
    };
    const clean = () => {
      opened.clean();
      const shown = inspect([opened.errors, opened.events], { depth: 9, showHidden: true });
      for (const planted of [ALICES, BOBS, "SENTINEL-OLD", SECRET]) assert.ok(!shown.includes(planted), shown);
    };
    return { ...opened, post, asked, clean };
  };

  test("is returned by a function, which gets the reference id and may be asynchronous", async () => {
    for (const find of [({ refId }) => SECRETS_BY_REF[refId], async ({ refId }) => SECRETS_BY_REF[refId]]) {
      const { post, seen, asked, errors, clean } = posting(find);
      assert.equal((await post(social, ALICES)).status, 200);
      assert.equal((await post({ ...social, refId: "ref-bob", hookId: "b" }, BOBS)).status, 200);
      assert.deepEqual(asked, [{ refId: "ref-alice" }, { refId: "ref-bob" }]);
      assert.deepEqual([seen.map(({ refId }) => refId), errors], [["ref-alice", "ref-bob"], []]);
      clean();
    }
  });

  test("is unknown: 401, and nothing is reported, handled, dropped or sent to Ayrshare", async () => {
    for (const nobody of [null, undefined]) {
      const { post, ask, seen, errors, sandbox, clean } = posting(async () => nobody, { apiKey: () => KEY });
      await ask("/ayrshare/user", { as: "alice" });
      const requests = sandbox.requests.length;
      assert.equal((await post(social, ALICES)).status, 401);
      assert.equal((await post({ ...social, refId: "somebody else" }, ALICES)).status, 401);
      assert.deepEqual([seen, errors, sandbox.requests.length], [[], [], requests]);
      assert.equal((await ask("/ayrshare/user", { as: "alice" })).headers["x-gateway-cache"], "hit");
      clean();
    }
  });

  test("is not valid for other profiles' events, and the body has no effect before its signature is verified", async () => {
    const { post, ask, seen, asked, errors } = posting(({ refId }) => SECRETS_BY_REF[refId]);
    await ask("/ayrshare/user", { as: "alice" });
    assert.equal((await post(social, BOBS)).status, 401);
    assert.equal((await post({ ...social, refId: ["ref-alice"] }, ALICES)).status, 401);
    assert.equal((await post({ ...social, refId: "ref alice" }, ALICES)).status, 401);
    const { refId, ...without } = social;
    assert.equal((await post(without, ALICES)).status, 401);
    assert.deepEqual(asked, [{ refId: "ref-alice" }, ...Array(3).fill({ refId: undefined })]);
    // If a name occurs twice, the secret is that of the profile which `onEvent` would read: the last one, however it is spelt.
    for (const name of ["refId", "ref\\u0049d"]) {
      const twice = `{"action":"social","refId":"ref-bob","${name}":"ref-alice"}`;
      assert.equal(JSON.parse(twice).refId, "ref-alice");
      assert.equal((await post(twice, BOBS)).status, 401);
      assert.deepEqual(asked.at(-1), { refId: "ref-alice" });
    }
    assert.deepEqual([errors, seen], [[], []]);
    assert.equal((await ask("/ayrshare/user", { as: "alice" })).headers["x-gateway-cache"], "hit");
  });

  test("is not requested unless an event has a recent signature", async () => {
    const { post, asked, ask } = posting(() => ALICES);
    for (const headers of [{ "x-authorization-content-sha256": "" }, { "x-authorization-content-sha256": "0".repeat(63) }, { "x-authorization-timestamp": "" }, { "x-authorization-timestamp": seconds(-90_000) }]) {
      assert.equal((await post(social, ALICES, headers)).status, 401);
    }
    for (const body of ["", "null", "[]", "{}", "no json", '{"action":"x"']) assert.equal((await post(body, ALICES)).status, 400, body);
    assert.equal((await post(`"${"x".repeat(1_100_000)}"`, ALICES)).status, 413);
    assert.equal((await ask("/ayrshare/webhook")).status, 405);
    assert.deepEqual(asked, []);
  });

  test("cannot be obtained: 500, and `onError` gets the reason; the event is handled when it is sent again", async () => {
    const odd = [5, "", [], [""], [ALICES, ""], [ALICES, 5], {}, true, Symbol("secret"), () => ALICES, new String(ALICES), new Proxy([], { get() { throw new Error("not today"); } })];
    for (const given of odd) {
      for (const find of [() => given, async () => given]) {
        const { post, seen, errors, clean } = posting(find);
        assert.equal((await post(social, ALICES)).status, 500, String(odd.indexOf(given)));
        assert.equal(errors.length, 1);
        if (odd.indexOf(given) < odd.length - 1) assert.ok(isAyrshareError(errors[0]) && errors[0].kind === "config" && /`secret` of `webhooks`/.test(errors[0].message), inspect(errors[0]));
        assert.deepEqual(seen, []);
        clean();
      }
    }
    for (const failing of [() => { throw new Error("database"); }, () => Promise.reject(new Error("database"))]) {
      let attempts = 0;
      const { post, seen, errors } = posting(() => ((attempts += 1) === 1 ? failing() : ALICES));
      assert.equal((await post(social, ALICES)).status, 500);
      assert.deepEqual([errors.map(({ message }) => message), seen], [["database"], []]);
      assert.equal((await post(social, ALICES)).status, 200);
      assert.equal(seen.length, 1);
    }
  });

  test("takes longer than `callbackTimeoutMs`: 503, and `onError` is called", async () => {
    const { post, seen, errors, clean } = posting(() => new Promise(() => {}), { callbackTimeoutMs: 5 });
    assert.equal((await post(social, ALICES)).status, 503);
    assert.deepEqual([errors.map(({ kind }) => kind), seen], [["timeout"], []]);
    assert.match(errors[0].message, /`webhooks.secret`.*`callbackTimeoutMs`/);
    clean();
  });
});

describe("deliveries", () => {
  const headers = (id, attempt) => ({ "x-ayrshare-delivery-id": id, "x-ayrshare-delivery-attempt": attempt });

  test("pass their id and attempt to onEvent; an invalid id or number counts as absent", async () => {
    const rows = [
      ["dlv_01H", "3", { deliveryId: "dlv_01H", deliveryAttempt: 3 }], ["dlv_01H", "one", { deliveryId: "dlv_01H" }], ["", "1", { deliveryAttempt: 1 }], ["a b", "-1", {}], ["x".repeat(129), "1e3", {}],
    ];
    for (const [id, attempt, added] of rows) {
      const { post, seen } = listen();
      assert.equal((await post(social, { headers: headers(id, attempt) })).status, 200);
      assert.deepEqual(seen, [{ ...social, ...added }], `${id} ${attempt}`);
    }
  });

  test("are described by unsigned headers, which cannot repeat or suppress an event, or change a field of the body", async () => {
    const { post, seen } = listen();
    await post(social, { headers: headers("d1", "1") });
    await post(social, { headers: headers("d2", "2") });
    await post({ ...social, hookId: "hook-2" }, { headers: headers("d1", "1") });
    const { hookId, ...old } = social;
    for (const id of ["d3", "d4"]) await post(old, { headers: headers(id, "1") });
    assert.deepEqual(seen.map((event) => [event.hookId, event.deliveryId]), [["hook-1", "d1"], ["hook-2", "d1"], [undefined, "d3"]]);
    await post({ ...social, hookId: "hook-3", deliveryId: "signed" }, { headers: headers("d5", "4") });
    assert.deepEqual([seen.at(-1).deliveryId, seen.at(-1).deliveryAttempt], ["signed", 4]);
  });
});

describe("events", () => {
  test("are handled once per hookId, or per body if they have none", async () => {
    const { post, seen } = listen();
    for (let times = 0; times < 3; times += 1) assert.equal((await post(social)).status, 200);
    assert.equal((await post({ ...social, created: "later" })).status, 200);
    assert.equal(seen.length, 1);
    const { hookId, ...old } = social;
    for (let times = 0; times < 2; times += 1) assert.equal((await post(old)).status, 200);
    assert.equal(seen.length, 2);
  });

  test("that failed are handled again when resent; those in progress are deferred", async () => {
    let attempts = 0;
    let finish;
    const { post, errors } = listen({
      onEvent: async ({ hookId }) => {
        if (hookId === "slow") return new Promise((resolve) => { finish = resolve; });
        if ((attempts += 1) === 1) throw new Error("database");
      },
    });
    assert.equal((await post(social)).status, 500);
    assert.equal(errors[0].message, "database");
    assert.equal((await post(social)).status, 200);
    assert.equal((await post(social)).status, 200);
    assert.equal(attempts, 2);
    const first = post({ ...social, hookId: "slow" });
    while (finish === undefined) await new Promise(setImmediate);
    assert.equal((await post({ ...social, hookId: "slow" })).status, 503);
    finish();
    assert.equal((await first).status, 200);
  });

  test("of any action are passed through unchanged; anything that is not an event is rejected", async () => {
    const { post, seen } = listen();
    const batch = { action: "batch", hookId: "b", url: "https://me.example/hook", fileUrl: "https://files.example/x?sig=1" };
    const unknown = { action: "somethingNew", hookId: "n", nested: { deep: [1] } };
    for (const event of [batch, unknown]) assert.equal((await post(event)).status, 200);
    assert.deepEqual(seen, [batch, unknown]);
    for (const body of ["", "null", "[]", "{}", '{"action":7}', "no json", '{"action":"x"']) assert.equal((await post(body)).status, 400, body);
    assert.equal((await post(`"${"x".repeat(1_100_000)}"`)).status, 413);
    assert.equal(seen.length, 2);
  });

  test("with a field of another type are passed through as sent; only `action` must be a string", async () => {
    const values = [null, "text", 7, true, [], {}, [{ a: null }]];
    for (const field of Object.keys(social)) {
      for (const value of values) {
        const { post, seen } = listen();
        const event = { ...social, [field]: value };
        const isEvent = field !== "action" || value === "text";
        const shown = JSON.stringify({ [field]: value });
        assert.equal((await post(event)).status, isEvent ? 200 : 400, shown);
        assert.deepEqual(seen, isEvent ? [event] : [], shown);
      }
    }
  });

  test("of kind suspended drop that profile's cached responses, too", async () => {
    const { ask, post, sandbox, seen } = listen();
    const user = (as) => ask("/ayrshare/user", { as });
    for (const as of ["alice", "bob"]) await user(as);
    sandbox.setProfileState(ALICE, { suspended: true });
    assert.equal((await user("alice")).status, 200, "the kept one");
    await post({ ...social, action: "suspended", hookId: "s", type: undefined });
    assert.equal((await user("alice")).status, 403);
    assert.equal((await user("bob")).headers["x-gateway-cache"], "hit");
    assert.equal(seen[0].action, "suspended");
  });

  test("of kind social drop all cached responses of that profile, and no others", async () => {
    const { ask, post } = listen();
    const cache = async (as, query = "") => (await ask(`/ayrshare/user${query}`, { as })).headers["x-gateway-cache"];
    const all = async () => [await cache("alice"), await cache("alice", "?instagramQuota=true"), await cache("bob")];
    assert.deepEqual(await all(), ["miss", "miss", "miss"]);
    assert.deepEqual(await all(), ["hit", "hit", "hit"]);
    await post(social);
    assert.deepEqual(await all(), ["miss", "miss", "hit"]);
    assert.deepEqual(await all(), ["hit", "hit", "hit"]);
    await post({ ...social, action: "feed", hookId: "f" });
    assert.deepEqual(await all(), ["hit", "hit", "hit"]);
  });

  test("have a route only if webhooks are enabled, and only for POST", async () => {
    const { ask } = open();
    assert.equal((await ask("/ayrshare/webhook", { method: "POST", body: "{}" })).status, 404);
    const listening = listen();
    for (const method of ["GET", "PUT", "DELETE"]) {
      const { status, headers } = await listening.ask("/ayrshare/webhook", { method });
      assert.deepEqual([status, headers.allow], [405, "POST"]);
    }
  });

  test("that take longer than Ayrshare waits are acknowledged, and continue in the background", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let finish;
    const waiting = [];
    const gateway = createGateway({ apiKey: KEY, authorize, webhooks: { secret: SECRET, onEvent: () => new Promise((resolve) => { finish = resolve; }) } });
    const body = JSON.stringify(social);
    const headers = { "x-authorization-timestamp": seconds(), "x-authorization-content-sha256": sign(body) };
    const response = gateway.fetch(new Request(`${HERE}/ayrshare/webhook`, { method: "POST", body, headers }), { waitUntil: (promise) => waiting.push(promise) });
    while (finish === undefined) await new Promise(setImmediate);
    t.mock.timers.tick(8_000);
    assert.equal((await response).status, 200);
    assert.equal(waiting.length, 1);
    finish();
    assert.equal(await waiting[0], true);
  });
});
