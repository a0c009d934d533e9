// What a finished call must not leave behind, whatever its outcome: listeners on the caller's signal, timers, open requests, wasm memory,
// and references from the wasm to JavaScript values.
//
// Timers are counted by wrapping the globals that the wasm calls. Node's own fetch calls them too, so only those set from wasm
// count. Memory and references are read from the instance (../node/held.mjs).
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { collect, held } from "../node/held.mjs";
import { isWhole } from "../whole.mjs";
import { serveFaults } from "./server.mjs";
import { GOOD } from "./table.mjs";

const CALLS = 1_000;
const ROWS = [{ serve: [{ body: GOOD }] }, { serve: [{ status: 404 }] }, { serve: [{ act: "hang" }] }, { serve: [{ body: GOOD, stall: 20 }] }, { serve: [{ status: 503, headers: { "retry-after": "20" } }] }];
const [GOOD_ROW, ERROR_ROW, HANG_ROW, STALL_ROW, WAIT_ROW] = ROWS.keys();

const timers = new Set();
const { setTimeout: set, clearTimeout: clear } = globalThis;
globalThis.setTimeout = (callback, ms, ...rest) => {
  const timer = set(
    (...values) => {
      timers.delete(timer);
      callback(...values);
    },
    ms,
    ...rest,
  );
  if (new Error("who").stack.includes("wasm://")) timers.add(timer);
  return timer;
};
globalThis.clearTimeout = (timer) => {
  timers.delete(timer);
  clear(timer);
};

const { AyrshareUser, init } = await import("ayrshare-user");

/** A signal that counts its listeners by intercepting its methods. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const counts = { added: 0, live: new Map() };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (type, listener, ...rest) => {
    counts.added += 1;
    counts.live.set(listener, type);
    return addEventListener.call(signal, type, listener, ...rest);
  };
  signal.removeEventListener = (type, listener, ...rest) => {
    counts.live.delete(listener);
    return removeEventListener.call(signal, type, listener, ...rest);
  };
  return { controller, signal, counts };
}

let faults;
before(async () => {
  faults = await serveFaults(ROWS);
  await init();
});
after(() => faults.close());

const clientOf = (row, run) => new AyrshareUser({ apiKey: "KEY", baseUrl: `${faults.origin}/rows/${run}/${row}`, maxRetries: 0, timeoutMs: 60_000, totalTimeoutMs: 60_000 });

/** Waits until a condition becomes true, without a fixed time. */
async function until(isTrue, what) {
  for (let count = 0; count < 4_000; count += 1) {
    if (isTrue()) return;
    await sleep(25);
  }
  assert.fail(`it never came true that ${what}`);
}

/** Name, row, what ends the calls, and the expected kind. */
const OUTCOMES = [
  { name: "success", row: GOOD_ROW, kind: undefined },
  { name: "error", row: ERROR_ROW, kind: "api" },
  { name: "timeout before headers", row: HANG_ROW, options: { timeoutMs: 500 }, kind: "timeout" },
  { name: "timeout mid-body", row: STALL_ROW, options: { timeoutMs: 500 }, kind: "timeout" },
  { name: "abort before headers", row: HANG_ROW, abort: "requests", kind: "aborted" },
  { name: "abort mid-body", row: STALL_ROW, abort: "requests", kind: "aborted" },
  { name: "abort during the wait", row: WAIT_ROW, options: { maxRetries: 2 }, abort: "timers", kind: "aborted" },
];

describe(`${CALLS} calls on one signal leave nothing behind`, () => {
  for (const { name, row, options, abort, kind } of OUTCOMES) {
    test(name, async () => {
      const { controller, signal, counts } = countedSignal();
      const client = clientOf(row, name.replaceAll(" ", "-"));
      const log = faults.logOf(name.replaceAll(" ", "-"), row);
      const kinds = new Set();
      const one = () => client.getUser({}, { signal, ...options }).then(() => kinds.add(undefined), (error) => kinds.add(error.kind));
      for (let done = 0; done < CALLS; done += abort ? CALLS : 100) {
        const calls = Array.from({ length: abort ? CALLS : 100 }, one);
        if (abort) {
          await until(() => log.requests.length === CALLS, "every request is at the server");
          // Between attempts, the timer of the attempt is gone and that of the pause exists.
          if (abort === "timers") await until(() => log.open === 0 && timers.size === CALLS, "every call waits");
          controller.abort();
        }
        await Promise.all(calls);
      }
      assert.deepEqual([...kinds], [kind]);
      assert.equal(counts.added, abort ? 1 : CALLS / 100, "calls at a time share one listener");
      assert.equal(counts.live.size, 0, "listeners that were never removed");
      assert.equal(getEventListeners(signal, "abort").length, 0, "listeners, as Node counts them");
      assert.equal(timers.size, 0, "timers that still run");
      await until(() => log.open === 0, "the server has no open request");
      client.free();
    });
  }
});

test("50 concurrent calls on one signal cause no leak warning, and all of them abort", async (t) => {
  const warnings = [];
  const note = (warning) => warnings.push(String(warning));
  process.on("warning", note);
  t.after(() => process.off("warning", note));
  const controller = new AbortController();
  const { signal } = controller;
  const client = clientOf(HANG_ROW, "fifty");
  const log = faults.logOf("fifty", HANG_ROW);
  const calls = Array.from({ length: 50 }, () => client.getUser({}, { signal }));
  await until(() => log.requests.length === 50, "every request is at the server");
  assert.equal(getEventListeners(signal, "abort").length, 1);
  controller.abort(new Error("enough"));
  for (const { reason } of await Promise.allSettled(calls)) {
    assert.equal(reason.kind, "aborted");
    assert.equal(reason.cause, signal.reason);
  }
  assert.equal(getEventListeners(signal, "abort").length, 0);
  // Node warns one turn later.
  await turn();
  assert.deepEqual(warnings, []);
});

test("calls on one signal end independently of each other", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const [quick, slow] = [clientOf(GOOD_ROW, "apart"), clientOf(HANG_ROW, "apart")];
  const log = faults.logOf("apart", HANG_ROW);
  const waiting = slow.getUser({}, { signal });
  await until(() => log.requests.length === 1, "the request is at the server");
  await quick.getUser({}, { signal });
  assert.equal(getEventListeners(signal, "abort").length, 1);
  controller.abort();
  await assert.rejects(waiting, { kind: "aborted" });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

/** Responses without a network, so that ten thousand calls take a second. */
const responses = {
  success: () => Promise.resolve(new Response(GOOD)),
  error: () => Promise.resolve(new Response('{"code":156,"message":"no","details":{"a":1}}', { status: 400 })),
  network: () => Promise.reject(new TypeError("failed")),
  "a fetch that throws": () => {
    throw new TypeError("failed");
  },
  decode: () => Promise.resolve(new Response('{"displayNames":5}')),
  "an apiKey that throws": () => assert.fail("nothing may be sent"),
  timeout: (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
};

/** What the wasm holds after the clients that earlier tests did not free are collected, so that they are not counted later. */
async function heldBefore() {
  for (let count = 0; count < 5; count += 1) {
    collect();
    await turn();
  }
  return held();
}

async function callsOf(client, count, options) {
  for (let done = 0; done < count; done += 100) {
    await Promise.all(Array.from({ length: 100 }, () => client.getUser({}, options).catch(() => {})));
  }
  await turn();
}

/** Every way to pass options, including none. */
const OPTIONS = [[], [undefined, undefined], [{}, {}], [{ instagramQuota: true }, { profileKey: "PROFILE", headers: { "x-a": "b", accept: null }, maxRetries: 0, totalTimeoutMs: 60_000 }]];

describe("thousands of calls leave the wasm as it was", () => {
  for (const [name, fetch] of Object.entries(responses)) {
    test(name, async () => {
      const onEvent = () => {
        throw new Error("an observer that throws");
      };
      const apiKey = () => {
        if (name === "an apiKey that throws") throw new Error("no key");
        return "KEY";
      };
      const client = new AyrshareUser({ apiKey, fetch, maxRetries: 0, onEvent, onDrift: onEvent, ...(name === "timeout" && { timeoutMs: 1 }) });
      const { signal } = new AbortController();
      const rounds = async (count) => {
        for (let done = 0; done < count; done += 100) {
          const calls = Array.from({ length: 96 }, (_, index) => client.getUser(...OPTIONS[index % OPTIONS.length]));
          calls.push(client.getUser({}, { signal }), client.getUser({}, { maxRetries: -1 }), client.getUserDetails("pinterest"), client.getUserBatch());
          await Promise.allSettled(calls);
        }
        await turn();
      };
      await rounds(1_000);
      const before = await heldBefore();
      await rounds(isWhole && name === "success" ? 10_000 : 2_000);
      assert.deepEqual(held(), before);
      assert.equal(timers.size, 0);
      assert.equal(getEventListeners(signal, "abort").length, 0);
      client.free();
    });
  }

  test("with 3,000 profiles, each with a rate limit and a cached response, memory stays bounded", async () => {
    const body = JSON.stringify({ nextUpdate: new Date(Date.now() + 3_600_000).toISOString() });
    const headers = { "x-ratelimit-max": "300", "x-ratelimit-count": "1" };
    const client = new AyrshareUser({ apiKey: "KEY", cache: "until-next-update", fetch: () => Promise.resolve(new Response(body, { headers })) });
    const round = async (from) => {
      for (let number = from; number < from + 1_500; number += 1) await client.getUser({}, { profileKey: `PROFILE-${number}` });
    };
    await round(10_000);
    const before = await heldBefore();
    await round(20_000);
    assert.deepEqual(held(), before);
    client.free();
  });
});

describe("clients", () => {
  const used = async (release) => {
    const client = new AyrshareUser({ apiKey: "KEY", fetch: responses.success, onEvent: () => {} });
    await client.getUser();
    release(client);
  };

  test("2,000 released clients leave the wasm as it was", async () => {
    for (let count = 0; count < 100; count += 1) await used((client) => client.free());
    const before = await heldBefore();
    for (let count = 0; count < 2_000; count += 1) await used((client) => client.free());
    assert.deepEqual(held(), before);
  });

  test("the garbage collector releases 1,000 dropped clients", async () => {
    await used((client) => client.free());
    const before = (await heldBefore()).handles;
    for (let count = 0; count < 1_000; count += 1) await used(() => {});
    const forgotten = held().handles;
    for (let count = 0; count < 100 && held().handles > before; count += 1) {
      collect();
      await sleep(10);
    }
    assert.ok(forgotten > before, "nothing was held, so nothing was shown");
    assert.equal(held().handles, before);
  });
});
