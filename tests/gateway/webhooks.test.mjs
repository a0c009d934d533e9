// Webhooks: only events that Ayrshare signed count, each once, and they drop what has become old.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { createGateway } from "ayrshare-user/gateway";
import { HERE, KEY, authorize, open } from "./helpers.mjs";

const SECRET = "SENTINEL-WEBHOOK-SECRET";
const seconds = (offset = 0) => String(Math.floor(Date.now() / 1000) + offset);
const sign = (body, secret = SECRET, encoding = "hex") => createHmac("sha256", secret).update(body).digest(encoding);
const social = { action: "social", created: "2026-11-20T10:00:00Z", code: 200, refId: "ref-alice", status: "success", hookId: "hook-1", type: "unlink", platform: "twitter", source: "user" };

function listen({ secret = SECRET, onEvent, ...options } = {}) {
  const seen = [];
  const opened = open({ webhooks: { secret, onEvent: onEvent ?? ((event) => void seen.push(event)) }, ...options });
  const post = async (event, { headers, ...init } = {}) => {
    const body = typeof event === "string" ? event : JSON.stringify(event);
    const signed = { "x-authorization-timestamp": seconds(), "x-authorization-content-sha256": sign(body) };
    const answer = await opened.ask("/ayrshare/webhook", { method: "POST", body, headers: { ...signed, ...headers }, ...init });
    assert.ok(!JSON.stringify(answer).includes(SECRET));
    return answer;
  };
  return { ...opened, seen, post };
}

describe("signatures", () => {
  test("of the older header, of the newer one, and while secrets are exchanged", async () => {
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

  test("that are missing, wrong, of another body or secret, or out of time are refused before anything happens", async () => {
    const body = JSON.stringify(social);
    const stamp = "x-authorization-timestamp";
    const older = "x-authorization-content-sha256";
    const newer = "x-authorization-content-sha256-v2";
    const bad = [
      { [older]: "" }, { [older]: "0".repeat(64) }, { [older]: sign(`${body} `) }, { [older]: sign(body, "guess") }, { [older]: sign(body).slice(0, 63) }, { [older]: `v1=${sign(body)}` },
      { [older]: "", [newer]: sign(body) }, { [older]: "", [newer]: `v0=${sign(body)}` }, { [older]: "", [newer]: `${"v1=00,".repeat(200)}v1=${sign(body)}` },
      { [stamp]: "" }, { [stamp]: seconds(-301) }, { [stamp]: seconds(302) }, { [stamp]: "soon" }, { [stamp]: `${Date.now()}` },
    ];
    for (const headers of bad) {
      const { post, seen } = listen();
      assert.equal((await post(body, { headers })).status, 401, JSON.stringify(headers));
      assert.deepEqual(seen, []);
    }
    const { post } = listen();
    for (const timestamp of [seconds(-290), seconds(290)]) assert.equal((await post({ ...social, hookId: timestamp }, { headers: { [stamp]: timestamp } })).status, 200);
  });

  test("cover the raw body", async () => {
    const { post, seen } = listen();
    const body = '{ "action":"social" ,\n"x":"\u00e9\\u00e9", "n": 1.0 }';
    assert.equal((await post(body)).status, 200);
    assert.deepEqual(seen, [JSON.parse(body)]);
  });
});

describe("events", () => {
  test("count once, by hookId; those without one by their body", async () => {
    const { post, seen } = listen();
    for (let times = 0; times < 3; times += 1) assert.equal((await post(social)).status, 200);
    assert.equal((await post({ ...social, created: "later" })).status, 200);
    assert.equal(seen.length, 1);
    const { hookId, ...old } = social;
    for (let times = 0; times < 2; times += 1) assert.equal((await post(old)).status, 200);
    assert.equal(seen.length, 2);
  });

  test("that fail count as new when they come again; those still handled are put off", async () => {
    let tries = 0;
    let finish;
    const { post, told } = listen({
      onEvent: async ({ hookId }) => {
        if (hookId === "slow") return new Promise((resolve) => { finish = resolve; });
        if ((tries += 1) === 1) throw new Error("database");
      },
    });
    assert.equal((await post(social)).status, 500);
    assert.equal(told[0].message, "database");
    assert.equal((await post(social)).status, 200);
    assert.equal((await post(social)).status, 200);
    assert.equal(tries, 2);
    const first = post({ ...social, hookId: "slow" });
    while (finish === undefined) await new Promise(setImmediate);
    assert.equal((await post({ ...social, hookId: "slow" })).status, 503);
    finish();
    assert.equal((await first).status, 200);
  });

  test("of any action are passed on as they came; what is no event is refused", async () => {
    const { post, seen } = listen();
    const batch = { action: "batch", hookId: "b", url: "https://me.example/hook", fileUrl: "https://files.example/x?sig=1" };
    const unknown = { action: "somethingNew", hookId: "n", nested: { deep: [1] } };
    for (const event of [batch, unknown]) assert.equal((await post(event)).status, 200);
    assert.deepEqual(seen, [batch, unknown]);
    for (const body of ["", "null", "[]", "{}", '{"action":7}', "no json", '{"action":"x"']) assert.equal((await post(body)).status, 400, body);
    assert.equal((await post(`"${"x".repeat(1_100_000)}"`)).status, 413);
    assert.equal(seen.length, 2);
  });

  test("of kind social drop that profile's kept answers, all of them and no others", async () => {
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

  test("have a route only where webhooks are wanted, and only for POST", async () => {
    const { ask } = open();
    assert.equal((await ask("/ayrshare/webhook", { method: "POST", body: "{}" })).status, 404);
    const listening = listen();
    for (const method of ["GET", "PUT", "DELETE"]) {
      const { status, headers } = await listening.ask("/ayrshare/webhook", { method });
      assert.deepEqual([status, headers.allow], [405, "POST"]);
    }
  });

  test("that take longer than Ayrshare waits count as taken, and go on beside", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let finish;
    const waiting = [];
    const gateway = createGateway({ apiKey: KEY, authorize, webhooks: { secret: SECRET, onEvent: () => new Promise((resolve) => { finish = resolve; }) } });
    const body = JSON.stringify(social);
    const headers = { "x-authorization-timestamp": seconds(), "x-authorization-content-sha256": sign(body) };
    const answer = gateway.fetch(new Request(`${HERE}/ayrshare/webhook`, { method: "POST", body, headers }), { waitUntil: (promise) => waiting.push(promise) });
    while (finish === undefined) await new Promise(setImmediate);
    t.mock.timers.tick(8_000);
    assert.equal((await answer).status, 200);
    assert.equal(waiting.length, 1);
    finish();
    assert.equal(await waiting[0], true);
  });
});
