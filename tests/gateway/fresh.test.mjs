// Newly started Workers in a real workerd: many concurrent requests to an isolate that has not loaded anything, and a Cache API that
// stores nothing.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { packedRoot } from "../../scripts/lib/packed.mjs";
import { at } from "../../scripts/lib/tools.mjs";
import { bundleWorker, serveWorker } from "../../scripts/lib/workerd.mjs";
import { serveCache } from "./cache-service.mjs";
import { ALICE, BOB, GRANTS, KEY, profile, without } from "./helpers.mjs";

const PROFILES = 1_500;
const folder = join(packedRoot, "fresh");
let [sandbox, wasm] = [undefined, undefined];

before(async () => {
  const userProfiles = [profile(ALICE, "Alice", "ref-alice"), profile(BOB, "Bob", "ref-bob")];
  sandbox = await serveSandbox({ apiKey: KEY, userProfiles, profiles: PROFILES, freshForMs: 600_000, batchDelayMs: 0, rateLimit: false });
  mkdirSync(folder, { recursive: true });
  copyFileSync(at("tests/gateway/fresh-worker.mjs"), join(folder, "source.mjs"));
  wasm = await bundleWorker({ source: join(folder, "source.mjs"), folder });
});
after(() => sandbox?.close());

/** Starts a separate Worker in its own process. Returns it and what it has printed. */
async function start(t, options) {
  let log = "";
  const bindings = { API_KEY: { env: "TEST_KEY" }, GRANTS: JSON.stringify(GRANTS), SANDBOX: sandbox.baseUrl };
  const worker = await serveWorker({ folder, wasm, bindings, env: { ...process.env, TEST_KEY: KEY }, onText: (text) => { log += text; }, ...options });
  t.after(() => worker.stop());
  const ask = async (path, as = "alice") => {
    const response = await fetch(`${worker.url}${path}`, { headers: { "x-session": as } });
    const body = await response.text();
    without(body, `the answer to ${path}`);
    return { status: response.status, headers: response.headers, body };
  };
  return { worker, ask, log: () => log };
}

/** Reads the first bytes of a response and disconnects. Returns whether more would have followed. */
function hangUp(url, as) {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { "x-session": as }, agent: false }, (response) => {
      response.once("data", () => {
        resolve({ status: response.statusCode, isMidway: !response.complete });
        request.destroy();
      });
      response.once("end", () => resolve({ status: response.statusCode, isMidway: false }));
      response.on("error", () => {});
    });
    request.on("error", reject);
  });
}

describe("twenty requests at once, half of them streams that are cancelled midway", () => {
  // The current compatibility date, and the oldest one that supports creating streams: in between, the rules changed for what one
  // request may do with promises of another.
  for (const date of ["2026-04-01", "2022-11-30"]) {
    test(`none uses another's I/O, on a fresh isolate and again on the same one (compatibility date ${date})`, async (t) => {
      const { worker, ask, log } = await start(t, { date });
      const titled = async (path, as, title) => {
        const { status, body } = await ask(path, as);
        assert.equal(status, 200, `${path}: ${body.slice(0, 300)}`);
        assert.equal(JSON.parse(body).title, title);
      };
      const whole = async (path, as) => {
        const { status, body } = await ask(path, as);
        assert.equal(status, 200, `${path}: ${body.slice(0, 300)}`);
        assert.equal(body.split("\n").length - 1, PROFILES + 2, path);
      };
      const swept = async () => {
        const { status, body } = await ask("/client/sweep");
        assert.equal(status, 200, body.slice(0, 300));
        assert.equal(JSON.parse(body).profiles, PROFILES + 2);
      };
      const cancelled = async (path) => assert.deepEqual(await hangUp(`${worker.url}${path}`, "admin"), { status: 200, isMidway: true }, path);
      for (let round = 0; round < 2; round += 1) {
        const others = [
          titled("/ayrshare/user", "alice", "Alice"), titled("/ayrshare/user", "bob", "Bob"), titled("/client/user", "", "Primary Profile"), titled("/client/user", "", "Primary Profile"),
          whole("/ayrshare/user/batch/profiles", "admin"), whole("/client/profiles"), swept(), swept(), titled("/ayrshare/user?validate=false", "alice", "Alice"), titled("/ayrshare/user?validate=false", "bob", "Bob"),
        ];
        const streams = Array.from({ length: 10 }, (_, index) => cancelled(index % 2 ? "/client/profiles" : "/ayrshare/user/batch/profiles"));
        await Promise.all([...others, ...streams]);
      }
      assert.doesNotMatch(log(), /different request|hung|hang|uncaught|thrown|^error/im);
      without(log(), "the log");
    });
  }
});

test("calls and sweeps work with any compatibility date", async (t) => {
  const { ask, log } = await start(t, { date: "2021-11-03" });
  const asked = ["/client/user", "/ayrshare/user", "/client/sweep"].flatMap((path) => Array(4).fill(path));
  const answers = await Promise.all(asked.map((path) => ask(path)));
  for (const [index, { status, body }] of answers.entries()) {
    assert.equal(status, 200, `${asked[index]}: ${body.slice(0, 300)}`);
    assert.match(body, [/"title":"Primary Profile"/, /"title":"Alice"/, /"profiles":1502/][Math.floor(index / 4)]);
  }
  assert.doesNotMatch(log(), /different request|hung|hang|uncaught|thrown|^error/im);
});

describe("a Cache API that stores nothing", () => {
  test("is detected and reported once; memory is used instead", async (t) => {
    const cache = await serveCache({ keeps: false });
    t.after(() => cache.close());
    const { ask, log } = await start(t, { services: { cache: `external = (address = "${cache.address}", http = ())` }, cache: "cache" });
    const source = async (as) => (await ask("/ayrshare/user", as)).headers.get("x-gateway-cache");
    for (const as of ["alice", "bob"]) {
      assert.equal(await source(as), "miss");
      // `ctx.waitUntil` stores the response after it was sent.
      let attempts = 0;
      for (; attempts < 200 && (await source(as)) !== "hit"; attempts += 1) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.ok(attempts < 200, "nothing is ever kept");
    }
    assert.deepEqual(log().match(/^error .*$/gm)?.length, 1, log());
    assert.match(log(), /^error the Cache API of this Worker stores nothing/m);
    assert.ok(cache.wire().includes("PUT "), "it was tried");
    assert.equal(cache.kept.size, 0);
  });
});
