// Thousands of clients, created, used and released in different ways: neither the wasm memory nor the heap grows.
import { collect, held } from "./held.mjs";
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { describe, test } from "node:test";
import { isWhole } from "../whole.mjs";

const CLIENTS = isWhole ? 100_000 : 20_000;
const BATCH = 1_000;
const HEAP_NOISE = 4_000_000;

// Explicit release must work without finalizers, so FinalizationRegistry is disabled for those tests.
let finalizes = true;
const { FinalizationRegistry } = globalThis;
globalThis.FinalizationRegistry = class extends FinalizationRegistry {
  constructor(finalize) {
    super((value) => finalizes && finalize(value));
  }
};

const { AyrshareUser } = await import("ayrshare-user");

/** A call makes the client open its handle in the wasm. This call is rejected before anything is sent. */
const use = (client) => client.getUserDetails("no-such-platform").then(assert.fail, ({ kind }) => assert.equal(kind, "config"));

const WAYS = {
  "free()": (client) => client.free(),
  // What the `using` keyword does. Node 20 cannot parse it.
  "using": (client) => client[Symbol.dispose](),
  "dropped, left to FinalizationRegistry": () => {},
};

async function batch(leave) {
  const clients = Array.from({ length: BATCH }, (_, index) => new AyrshareUser({ apiKey: `KEY-${index}`, profileKey: "PROFILE", headers: { "x-a": "b" } }));
  await Promise.all(clients.map(use));
  clients.forEach(leave);
}

async function settle() {
  collect();
  // Finalizers run in their own task.
  await turn();
  await turn();
}

async function state() {
  await settle();
  await settle();
  return { ...held(), heap: process.memoryUsage().heapUsed };
}

describe(`${CLIENTS.toLocaleString("en")} clients leave nothing behind`, () => {
  for (const [name, leave] of Object.entries(WAYS)) {
    test(name, async () => {
      finalizes = name.startsWith("dropped");
      for (let warm = 0; warm < 5; warm += 1) await batch(leave).then(settle);
      const before = await state();
      for (let done = 0; done < CLIENTS; done += BATCH) await batch(leave).then(settle);
      const after = await state();
      assert.equal(after.bytes, before.bytes, "wasm memory grew");
      assert.equal(after.handles, before.handles, "JavaScript values stayed in the wasm");
      assert.ok(after.heap - before.heap < HEAP_NOISE, `the heap grew by ${after.heap - before.heap} bytes`);
    });
  }
});
