// A trap in the gateway's wasm: the fresh instance gets the state of the rate-limit guard, so that nothing held back is sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALICE, BOB, open, stoppedClock, trap } from "./helpers.mjs";

const HOLD_S = 30;
const json = (body, init) => new Response(JSON.stringify(body), { ...init, headers: { "content-type": "application/json", ...init?.headers } });
const refusal = () => json({ status: "error", code: 109, message: "too many" }, { status: 429, headers: { "retry-after": String(HOLD_S) } });
const spent = () => json({ title: "Alice" }, { headers: { "x-ratelimit-max": "300", "x-ratelimit-count": "300" } });

/** A gateway without a cache, and the Profile Keys of the requests that it has sent. */
function limited(answer, options) {
  const sent = [];
  const fetch = () => async (_url, { headers }) => {
    sent.push(headers["profile-key"]);
    return headers["profile-key"] === ALICE ? answer() : json({ title: "somebody" });
  };
  return { ...open({ store: "none", maxRetries: 0, fetch, ...options }), sent };
}

async function held(ask, seconds, as = "alice") {
  const { status, headers } = await ask("/ayrshare/user", { as });
  assert.deepEqual([status, headers["retry-after"]], [429, String(seconds)]);
}

for (const [name, answer, seconds] of [["a 429", refusal, HOLD_S], ["a window used up by a success", spent, 300]]) {
  test(`after ${name}, a trap in this or another gateway does not release calls that were held back`, async (t) => {
    const clock = stoppedClock(t);
    const { ask, gateway, sent, clean } = limited(answer);
    await ask("/ayrshare/user", { as: "alice" });
    await held(ask, seconds);
    assert.deepEqual(sent, [ALICE]);
    for (const trapped of [gateway, open().gateway, gateway]) {
      await trap(trapped);
      await held(ask, seconds);
      assert.equal((await ask("/ayrshare/user", { as: "bob" })).status, 200);
    }
    assert.deepEqual(sent, [ALICE, BOB, BOB, BOB]);
    clock.pass(seconds * 1_000 - 1);
    await held(ask, 1);
    assert.equal(sent.length, 4);
    clock.pass(1);
    await ask("/ayrshare/user", { as: "alice" });
    assert.deepEqual(sent.slice(4), [ALICE]);
    clean();
  });
}

test("a disabled guard remembers nothing after a trap", async () => {
  const { ask, gateway, sent } = limited(refusal, { rateLimitGuard: false });
  await ask("/ayrshare/user", { as: "alice" });
  await trap(gateway);
  await ask("/ayrshare/user", { as: "alice" });
  assert.deepEqual(sent, [ALICE, ALICE]);
});

test("a separate gateway does not share this state", async (t) => {
  stoppedClock(t);
  const [one, other] = [limited(refusal), limited(refusal)];
  await one.ask("/ayrshare/user", { as: "alice" });
  await trap(one.gateway);
  await other.ask("/ayrshare/user", { as: "alice" });
  assert.deepEqual([one.sent, other.sent], [[ALICE], [ALICE]]);
});
