// Invalid values from the operator's functions and stores, and their timeouts.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { before, describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { AyrshareGuard, createGateway, init, isAyrshareError } from "ayrshare-user/gateway";
import { ALICE, HERE, KEY, authorize, open, titleOf, trap, without } from "./helpers.mjs";

const SECRET = "SENTINEL-WEBHOOK-SECRET";
const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};
const never = () => new Promise(() => {});
/** A copy of bytes in the given memory. */
const copyInto = (buffer, bytes) => {
  const copy = new Uint8Array(buffer);
  copy.set(bytes);
  return copy;
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
/** The same options, with a count of how often each is read. */
const counted = (options, reads) => Object.defineProperties({}, Object.fromEntries(Object.entries(options).map(([name, value]) => [name, { enumerable: true, get: () => { reads[name] = (reads[name] ?? 0) + 1; return value; } }])));
/** The names of a gateway's options, as in `GatewayOptions`. */
const OPTIONS = ["apiKey", "profileKey", "authorize", "allowUnauthenticated", "allowedOrigins", "allowedHeaders", "allowCredentials", "prefix", "baseUrl", "fetch", "timeoutMs", "totalTimeoutMs", "maxRetries", "maxBodyBytes", "rateLimitGuard", "guard", "store", "staleIfErrorMs", "callbackTimeoutMs", "storeTimeoutMs", "waitMs", "idleTimeoutMs", "maxRecordBytes", "webhooks", "onEvent", "onError"];
const throwing = (name) => Object.defineProperty({}, name, { enumerable: true, get: () => { throw new Error(`the getter of ${name}`); } });

// Loaded first, so that the tests do not depend on how long loading takes.
before(() => init());

/** A user's mistake must not be reported as a fault of the wasm. */
function blameless(errors, what) {
  for (const error of errors) assert.doesNotMatch(String(error?.message ?? ""), /wasm|memory access|out of bounds|unexpected/, what);
}

describe("return values", () => {
  test("of apiKey: anything but a string that is valid in a header is a 500, reported as a fault of the option", async () => {
    const odd = [5, {}, Symbol("key"), null, undefined, "", "a\nb", [KEY], 5n, () => KEY, true, new String(KEY), NaN, revoked()];
    for (const given of odd) {
      for (const apiKey of [() => given, async () => given]) {
        const what = `${typeof given} ${Object.prototype.toString.call(given === odd.at(-1) ? 0 : given)}`;
        const { ask, sandbox, errors } = open({ apiKey });
        const { status, body } = await ask("/ayrshare/user", { as: "alice" });
        assert.deepEqual([status, JSON.parse(body).message], [500, "the gateway failed"], what);
        assert.equal(errors.length, 1, what);
        assert.match(errors[0].message, /`apiKey`|revoked/, what);
        blameless(errors, what);
        assert.equal(sandbox.requests.length, 0);
      }
    }
  });

  test("of authorize: anything but null or a grant is a 500, reported as a fault of the option", async () => {
    const odd = [
      5, "alice", true, Symbol("grant"), 5n, () => ({ profileKey: ALICE }), { profileKey: 5 }, { profileKey: Symbol("key") }, { profileKey: new String(ALICE) }, { profileKey: {} },
      { profileKey: ALICE, scope: 1 }, { scope: Symbol("scope") }, throwing("profileKey"), throwing("scope"), revoked(), throwing("then"),
    ];
    for (const given of odd) {
      for (const given_ of [() => given, async () => given]) {
        const { ask, sandbox, errors } = open({ authorize: given_ });
        assert.equal((await ask("/ayrshare/user")).status, 500, String(odd.indexOf(given)));
        assert.equal(errors.length, 1);
        blameless(errors);
        assert.equal(sandbox.requests.length, 0);
      }
    }
  });

  test("of a store: anything that was not put there is a miss, is reported, and is never sent to a caller", async () => {
    const body = new TextEncoder().encode('{"title":"Alice"}');
    const head = 'cache-control: max-age=9\netag: W/"1"\nx-gateway-times: 1 9999999999999 9999999999999 ';
    const odd = [
      5, "text", true, Symbol("kept"), 5n, {}, [], { head }, { body }, { head: 5, body }, { head: null, body }, { head, body: "text" }, { head, body: {} }, { head, body: [1, 2] },
      { head, body: new Blob(["text"]) }, { head, body: new ReadableStream() }, { head, body: JSON.parse(JSON.stringify(body)) }, { head: "", body }, { head: "x", body }, { head: head.replace("etag", "tag"), body },
      { head: head.replace('W/"1"', "a b\u00e9"), body }, { head: head.replace("9999999999999", "soon"), body }, throwing("head"), throwing("body"), revoked(), throwing("then"),
    ];
    for (const [number, given] of odd.entries()) {
      for (const get of [() => given, async () => given]) {
        const { ask, errors } = open({ store: { get, put: () => undefined, delete: () => undefined } });
        const reply = await ask("/ayrshare/user", { as: "alice" });
        assert.deepEqual([reply.status, titleOf(reply), reply.headers["x-gateway-cache"]], [200, "Alice", "miss"], String(number));
        assert.ok(errors.length > 0, `${number} is reported`);
        blameless(errors, String(number));
      }
    }
  });

  test("of a store that passes everything through JSON: the gateway responds without it, and reports why", async () => {
    const kept = new Map();
    const store = { get: (name) => JSON.parse(kept.get(name) ?? "null"), put: (name, cached) => void kept.set(name, JSON.stringify(cached)), delete: (name) => void kept.delete(name) };
    const { ask, errors } = open({ store });
    for (let times = 0; times < 3; times += 1) assert.equal(titleOf(await ask("/ayrshare/user", { as: "alice" })), "Alice");
    assert.match(errors[0].message, /`store\.get` returned something that was not put there/);
  });

  test("of a store: bytes of every type are accepted", async () => {
    const copies = {
      buffer: (bytes) => Buffer.from(bytes),
      arrayBuffer: (bytes) => bytes.slice().buffer,
      dataView: (bytes) => new DataView(bytes.slice().buffer),
      realm: (bytes) => runInNewContext("Uint8Array").from(bytes),
      realmBuffer: (bytes) => runInNewContext("Uint8Array").from(bytes).buffer,
      shared: (bytes) => copyInto(new SharedArrayBuffer(bytes.length), bytes),
      resizable: (bytes) => copyInto(new ArrayBuffer(bytes.length, { maxByteLength: 2 * bytes.length }), bytes),
    };
    for (const [kind, copy] of Object.entries(copies)) {
      const kept = new Map();
      const { ask, errors } = open({ store: { get: (name) => kept.get(name), put: (name, { head, body }) => void kept.set(name, { head, body: copy(body) }), delete: (name) => kept.delete(name) } });
      await ask("/ayrshare/user", { as: "alice" });
      await turns(1);
      const hit = await ask("/ayrshare/user", { as: "alice" });
      assert.deepEqual([titleOf(hit), hit.headers["x-gateway-cache"]], ["Alice", "hit"], kind);
      assert.deepEqual(errors, [], kind);
    }
  });

  test("of a store: bytes that are not whole any more are a miss, and are reported", async () => {
    const odd = {
      short: (bytes) => bytes.slice(0, 10),
      long: (bytes) => Buffer.concat([bytes, Buffer.from("{}")]),
      empty: () => new Uint8Array(),
      transferred: (bytes) => { const copy = bytes.slice(); structuredClone(copy.buffer, { transfer: [copy.buffer] }); return copy; },
      proxy: (bytes) => new Proxy(bytes.slice(), {}),
      "a class with getters that lie": (bytes) => new (class extends Uint8Array { get byteLength() { return 3; } })(bytes),
      "only the prototype": () => Object.create(Uint8Array.prototype),
      "only the name": () => ({ [Symbol.toStringTag]: "ArrayBuffer" }),
    };
    for (const [kind, change] of Object.entries(odd)) {
      const kept = new Map();
      // Entries as long as a token stay as they are.
      const changed = (found) => found && (found.body.byteLength > 60 ? { head: found.head, body: change(found.body) } : found);
      const { ask, errors } = open({ store: { get: (name) => changed(kept.get(name)), put: (name, cached) => void kept.set(name, cached), delete: (name) => void kept.delete(name) } });
      for (let time = 0; time < 2; time += 1) {
        const reply = await ask("/ayrshare/user", { as: "alice" });
        assert.deepEqual([reply.status, titleOf(reply), reply.headers["x-gateway-cache"]], [200, "Alice", "miss"], kind);
        await turns(1);
      }
      assert.match(errors[0].message, /`store\.get` returned something that was not put there/, kind);
      blameless(errors, kind);
    }
  });

  test("thrown by the operator's functions: a Proxy whose traps throw is as good an error as any", async () => {
    const trapped = new Proxy({}, { getPrototypeOf: () => { throw new Error("trap"); }, has: () => { throw new Error("trap"); } });
    for (const thrown of [revoked(), trapped]) {
      for (const name of ["authorize", "apiKey"]) {
        const { ask, errors } = open({ [name]: () => { throw thrown; } });
        assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 500);
        assert.equal(errors.length, 1);
        assert.ok(errors[0] === thrown, name);
      }
      const broken = new Proxy(new Request(`${HERE}/ayrshare/user`), { get: () => { throw thrown; } });
      assert.equal((await open().gateway.fetch(broken)).status, 500);
    }
  });

  test("of a guard: a promise instead of an id or a stub is reported, and its rejection goes nowhere", async (t) => {
    const unhandled = [];
    const note = (reason) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    t.after(() => process.off("unhandledRejection", note));
    const rejecting = async () => { throw new Error("no object"); };
    for (const odd of [{ idFromName: rejecting }, { get: rejecting }]) {
      const sandbox = open().sandbox;
      t.mock.method(globalThis, "fetch", sandbox.fetch);
      const errors = [];
      const guard = { idFromName: String, get: () => ({}), ...odd };
      const gateway = createGateway({ apiKey: KEY, authorize, guard, store: "none", onError: (error) => errors.push(error) });
      const response = await gateway.fetch(new Request(`${HERE}/ayrshare/user`, { headers: { "x-session": "alice" } }));
      assert.deepEqual([response.status, errors.length], [200, 1]);
      assert.match(errors[0].message, /must not return promises/);
      await turns(2);
    }
    assert.deepEqual(unhandled, []);
  });

  test("of an object's storage: failing after a 429, it costs no second request", async (t) => {
    const fail = () => { throw new Error("no storage"); };
    for (const odd of [{ put: fail }, { put: async () => fail() }, { put: never }, { setAlarm: fail }, { setAlarm: async () => fail() }]) {
      const sent = t.mock.method(globalThis, "fetch", async () => new Response("{}", { status: 429 }));
      const object = new AyrshareGuard({ storage: { get: async () => undefined, put: async () => {}, setAlarm: async () => {}, ...odd } });
      const guard = { idFromName: String, get: () => ({ fetch: (url, options) => object.fetch(new Request(url, options)) }) };
      const gateway = createGateway({ apiKey: KEY, authorize, guard, store: "none", maxRetries: 0, onError: () => {} });
      for (let time = 0; time < 2; time += 1) {
        const response = await gateway.fetch(new Request(`${HERE}/ayrshare/user`, { headers: { "x-session": "alice" } }));
        assert.equal(response.status, 429);
      }
      assert.equal(sent.mock.callCount(), 1);
      sent.mock.restore();
    }
  });

  test("of onError and waitUntil: exceptions and rejections have no effect", async () => {
    for (const onError of [() => { throw new Error("a"); }, async () => { throw new Error("b"); }, () => throwing("then"), () => ({ then: () => { throw new Error("c"); } })]) {
      const { ask } = open({ onError, authorize: () => 5 });
      assert.equal((await ask("/ayrshare/user")).status, 500);
      await turns(2);
    }
    await assert.rejects(open({ onError: 5 }).ask("/ayrshare/user"), { kind: "config", message: /`onError`/ });
    // A store that really stores entries: only then is there a promise to pass to waitUntil.
    const kept = new Map();
    const store = { get: async (name) => kept.get(name), put: async (name, cached) => void kept.set(name, cached), delete: async (name) => void kept.delete(name) };
    for (const context of [throwing("waitUntil"), { waitUntil: () => { throw new Error("d"); } }]) {
      kept.clear();
      const { ask, errors } = open({ store });
      assert.equal((await ask("/ayrshare/user", { as: "alice", context })).status, 200);
      await turns(2);
      assert.equal(errors.length, 1);
      assert.match(errors[0].message, /^(the getter of waitUntil|d)$/);
    }
  });

  const isConfig = (pattern) => (error) => isAyrshareError(error) && error.kind === "config" && pattern.test(error.message) && error.attempts.length === 0;

  test("of an options object: throwing properties and values that are not options objects are rejected when the gateway is created", () => {
    for (const name of OPTIONS) {
      const inherited = Object.create(throwing(name));
      for (const options of [throwing(name), inherited]) assert.throws(() => createGateway(options), isConfig(new RegExp(`\`${name}\``)), name);
    }
    for (const options of [revoked(), new Proxy({}, { ownKeys: () => { throw new Error("ownKeys"); } }), new Map([["apiKey", KEY]]), [], new Date(), Promise.resolve({}), 5, "apiKey", () => ({})]) {
      assert.throws(() => createGateway(options), isConfig(/options/));
    }
    for (const options of [undefined, null, {}]) assert.throws(() => createGateway(options), isConfig(/`authorize` is missing/));
    assert.throws(() => createGateway({ apiKey: KEY, authorize, profilekey: ALICE }), isConfig(/unknown option `profilekey`: did you mean `profileKey`/));
    for (const webhooks of [5, "secret", [], new Map(), revoked(), throwing("secret"), throwing("onEvent"), throwing("bodyTimeoutMs"), { secrets: [SECRET] }]) {
      assert.throws(() => createGateway({ apiKey: KEY, authorize, webhooks }), isConfig(/^`webhooks`: /));
    }
  });

  test("of an options object: inherited options and getters count, so that no gateway reads a wider profile than requested", async () => {
    class Options {
      get profileKey() { return ALICE; }
      get allowUnauthenticated() { return true; }
    }
    const { gateway: made } = open({ allowUnauthenticated: true });
    assert.equal(typeof made.fetch, "function");
    const seen = [];
    const fetch = async (_url, { headers }) => {
      seen.push(headers["profile-key"]);
      return new Response("{}");
    };
    const gateway = createGateway(Object.assign(new Options(), { apiKey: KEY, fetch }));
    assert.equal((await gateway.fetch(new Request(`${HERE}/ayrshare/user`))).status, 200);
    assert.deepEqual(seen, [ALICE]);
  });

  test("of an options object: each option is read once, when the gateway is created", async () => {
    const reads = {};
    const { gateway: _, ...rest } = open();
    const webhooks = counted({ secret: [SECRET], onEvent: () => {}, bodyTimeoutMs: 1_000 }, reads);
    const gateway = createGateway(counted({ apiKey: KEY, authorize, fetch: rest.sandbox.fetch, webhooks }, reads));
    const made = { ...reads };
    assert.deepEqual([...new Set(Object.values(made))], [1]);
    const event = JSON.stringify({ action: "social", refId: "ref-alice", hookId: "1" });
    const headers = { "x-authorization-timestamp": String(Math.floor(Date.now() / 1000)), "x-authorization-content-sha256": createHmac("sha256", SECRET).update(event).digest("hex") };
    for (let times = 0; times < 2; times += 1) {
      assert.equal((await gateway.fetch(new Request(`${HERE}/ayrshare/user`, { headers: { "x-session": "alice" } }))).status, 200);
      assert.equal((await gateway.fetch(new Request(`${HERE}/ayrshare/webhook`, { method: "POST", body: event, headers }))).status, 200);
    }
    assert.deepEqual(reads, made);
  });

  test("of a store, a guard, names and numbers that throw: `config` at the first request", async () => {
    const methods = { idFromName: () => {}, get: () => {} };
    const store = { get: () => {}, put: () => {}, delete: () => {} };
    const rows = [
      ["store", [throwing("get"), { ...store, put: 5 }, Object.assign(throwing("delete"), { get: () => {}, put: () => {} }), revoked(), new Map(), Symbol("store"), 5, []]],
      ["guard", [throwing("get"), throwing("idFromName"), revoked(), {}, 5, Symbol("guard"), "guard"]],
      ["allowedOrigins", [revoked(), new Map(), new Proxy([], { get: () => { throw new Error("get"); } }), [Symbol("a")], "https://app.example.com"]],
      ["allowedHeaders", [revoked(), new Set(), [5]]],
    ];
    for (const [name, values] of rows) {
      for (const value of values) await assert.rejects(open({ fetch: undefined, [name]: value }).ask("/ayrshare/user"), isConfig(new RegExp(`\`${name}\``)), `${name} ${values.indexOf(value)}`);
    }
    for (const name of ["timeoutMs", "totalTimeoutMs", "maxRetries", "maxBodyBytes", "staleIfErrorMs", "callbackTimeoutMs", "storeTimeoutMs", "waitMs", "idleTimeoutMs", "maxRecordBytes", "prefix", "baseUrl", "profileKey", "onEvent", "onError", "rateLimitGuard", "allowCredentials"]) {
      for (const value of [Symbol("value"), 5n, {}, revoked(), throwing("toString")]) {
        for (const guard of [undefined, methods]) {
          const gateway = createGateway({ apiKey: KEY, authorize, [name]: value, ...(guard && { guard }) });
          await assert.rejects(gateway.fetch(new Request(`${HERE}/ayrshare/user`)), isConfig(new RegExp(`\`${name}\``)), name);
        }
      }
    }
  });
});

test("without onError, only the first failure is logged to the console, without a key", async (t) => {
  const written = t.mock.method(console, "error", () => {});
  const gateway = createGateway({ apiKey: KEY, authorize: () => { throw new Error(`no ${ALICE}`); } });
  for (let times = 0; times < 3; times += 1) assert.equal((await gateway.fetch(new Request(`${HERE}/ayrshare/user`))).status, 500);
  assert.equal(written.mock.callCount(), 1);
  const [text] = written.mock.calls[0].arguments;
  assert.match(text, /^ayrshare-user\/gateway: .*Set `onError`/);
  without(text, "the console");
});

describe("timeouts", () => {
  const headersOf = (body) => ({ "x-authorization-timestamp": String(Math.floor(Date.now() / 1000)), "x-authorization-content-sha256": createHmac("sha256", SECRET).update(body).digest("hex") });

  for (const [name, options] of [["authorize", { authorize: never }], ["apiKey", { apiKey: never }]]) {
    test(`of ${name} give 503, are reported, and send nothing upstream`, async (t) => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      for (const [callbackTimeoutMs, ms] of [[undefined, 10_000], [70, 70]]) {
        const { ask, sandbox, errors } = open({ ...options, callbackTimeoutMs });
        let reply;
        void ask("/ayrshare/user", { as: "alice" }).then((given) => { reply = given; });
        await turns();
        t.mock.timers.tick(ms - 1);
        await turns();
        assert.equal(reply, undefined);
        t.mock.timers.tick(1);
        await turns();
        assert.equal(reply.status, 503);
        assert.match(JSON.parse(reply.body).message, /in time/);
        assert.deepEqual([errors.length, errors[0].kind], [1, "timeout"]);
        assert.match(errors[0].message, new RegExp(`\`${name}\` took longer than \`callbackTimeoutMs\``));
        assert.equal(sandbox.requests.length, 0);
      }
    });
  }

  test("of a store let the request continue without it", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const fine = { get: async () => null, put: async () => {}, delete: async () => {} };
    for (const [name, store] of [["get", { ...fine, get: never }], ["put", { ...fine, put: never }]]) {
      const { ask, errors } = open({ store });
      const asked = ask("/ayrshare/user", { as: "alice" });
      await turns();
      t.mock.timers.tick(2_000);
      assert.equal(titleOf(await asked), "Alice", name);
      assert.equal(errors.length, 1);
      assert.match(errors[0].message, new RegExp(`\`store.${name}\` took longer than \`storeTimeoutMs\``));
    }
  });

  test("do not delay a finished response: it is stored in the background, and a timeout is reported", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const kept = new Map();
    const put = (name, cached) => (cached.head.includes("etag") ? never() : void kept.set(name, cached));
    for (const context of [undefined, { waitUntil: () => {} }]) {
      const { ask, errors } = open({ store: { get: async (name) => kept.get(name), put, delete: never } });
      assert.equal(titleOf(await ask("/ayrshare/user", { as: "alice", context })), "Alice");
      assert.deepEqual(errors, []);
      t.mock.timers.tick(2_000);
      await turns();
      assert.match(errors[0].message, /`store.put` took longer/);
    }
  });

  test("of a webhook's body give 503, so that it is sent again, and close the body", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    for (const [bodyTimeoutMs, ms] of [[undefined, 5_000], [70, 70]]) {
      let cancelled = 0;
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")), cancel: () => { cancelled += 1; } });
      const { ask, errors } = open({ webhooks: { secret: SECRET, bodyTimeoutMs } });
      const asked = ask("/ayrshare/webhook", { method: "POST", body, duplex: "half", headers: headersOf("{}") });
      await turns();
      t.mock.timers.tick(ms);
      assert.equal((await asked).status, 503);
      assert.deepEqual([cancelled, errors], [1, []]);
    }
  });

  test("leave no timers behind", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const kept = new Map();
    const store = { get: async (name) => kept.get(name), put: async (name, cached) => void kept.set(name, cached), delete: async (name) => void kept.delete(name) };
    const { ask } = open({ store, authorize: async (request) => authorize(request), apiKey: async () => KEY, webhooks: { secret: SECRET } });
    const event = JSON.stringify({ action: "social", refId: "ref-alice", hookId: "1" });
    for (let times = 0; times < 2; times += 1) assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 200);
    assert.equal((await ask("/ayrshare/webhook", { method: "POST", body: event, headers: headersOf(event) })).status, 200);
    await turns();
    assert.equal(timers(), before);
  });

  test("are validated", async () => {
    for (const [name, options] of [["callbackTimeoutMs", { callbackTimeoutMs: 0 }], ["storeTimeoutMs", { storeTimeoutMs: "1" }], ["bodyTimeoutMs", { webhooks: { secret: SECRET, bodyTimeoutMs: -1 } }]]) {
      await assert.rejects(open(options).ask("/ayrshare/user", { as: "alice" }), (error) => error.kind === "config" && error.message.includes(name));
    }
  });

  test("of Infinity set no timer, and those too long for a timer set the longest possible one", async (t) => {
    const set = t.mock.method(globalThis, "setTimeout");
    const store = { get: async () => null, put: async () => {}, delete: async () => {} };
    for (const [limit, expected] of [[Infinity, []], [1e12, [2 ** 31 - 1]]]) {
      const { ask } = open({ callbackTimeoutMs: limit, storeTimeoutMs: limit, store, authorize: async (request) => authorize(request) });
      assert.equal((await ask("/ayrshare/user", { as: "alice" })).status, 200);
      const long = set.mock.calls.map(({ arguments: [, ms] }) => ms).filter((ms) => ms > 1e9);
      assert.deepEqual([...new Set(long)], expected);
    }
  });
});

describe("false alarms", () => {
  const zeros = { "x-authorization-timestamp": String(Math.floor(Date.now() / 1000)), "x-authorization-content-sha256": "0".repeat(64) };

  test("a webhook whose body is cut off is rejected, and nothing is reported", async () => {
    for (const cause of [new Error("reset"), new TypeError("terminated"), undefined, 5]) {
      const body = new ReadableStream({ pull: (controller) => controller.error(cause) });
      const { ask, errors } = open({ webhooks: { secret: SECRET } });
      assert.equal((await ask("/ayrshare/webhook", { method: "POST", body, duplex: "half", headers: zeros })).status, 503);
      assert.deepEqual(errors, []);
    }
  });

  test("a body that was already read is reported as the operator's fault", async () => {
    const { gateway, errors } = open({ webhooks: { secret: SECRET } });
    const request = new Request(`${HERE}/ayrshare/webhook`, { method: "POST", body: "{}", headers: zeros });
    await request.text();
    assert.equal((await gateway.fetch(request)).status, 500);
    assert.match(errors[0].message, /was read before the gateway received it/);
  });

  test("a value that is not a request is not reported as a fault of the wasm", async () => {
    for (const request of [{}, { method: "GET", url: `${HERE}/ayrshare/user` }, { method: "GET", url: 5, headers: new Headers() }, null, 5]) {
      const { gateway, errors } = open();
      assert.equal((await gateway.fetch(request)).status, 500);
      assert.doesNotMatch(errors[0].message, /the wasm module failed/);
    }
  });

  test("a caller that disconnects while records are streamed is not reported", async () => {
    const { gateway, errors } = open({ sandbox: { profiles: 5_000 } });
    const response = await gateway.fetch(new Request(`${HERE}/ayrshare/user/batch/profiles`, { headers: { "x-session": "admin" } }));
    const reader = response.body.getReader();
    await reader.read();
    const reading = reader.read().catch(() => undefined);
    await reader.cancel();
    await reading;
    await turns();
    assert.deepEqual(errors, []);
  });

  test("a real trap is reported as one", async () => {
    const { ask, gateway, errors } = open({ authorize: never });
    const asked = ask("/ayrshare/user");
    await turns(2);
    await trap(gateway);
    assert.equal((await asked).status, 500);
    assert.match(errors[0].message, /the wasm module failed/);
  });
});
