// Hostile objects in every place where the package takes one: only that call rejects, with `config`, and all other calls continue.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { AyrshareError, AyrshareUser, accountHealth, accountOf, diffProfiles, diffUsers, getUser, getUserBatch, getUserDetails, isAyrshareError, metaOf, streamProfiles, sweepProfiles } from "ayrshare-user";
import { answering, failure, fixture, json, stoppedClock, trapCalls } from "./helpers.mjs";

const emptyModule = await import("data:text/javascript,export {}");

const thrown = new Error("thrown by the caller's own object");
const fail = () => {
  throw thrown;
};
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const withTrap = (name, target = {}) => new Proxy(target, { [name]: fail });

/** Replacements of an options object. If given an option's name, the getter of that option misbehaves. */
const OBJECTS = {
  "a revoked Proxy": () => revoked({}),
  "a Proxy whose ownKeys throws": () => withTrap("ownKeys"),
  "a Proxy whose get throws": () => withTrap("get"),
  "a Proxy whose getPrototypeOf throws": () => withTrap("getPrototypeOf"),
  "a Proxy whose getOwnPropertyDescriptor throws": () => withTrap("getOwnPropertyDescriptor", { a: 1 }),
  "a getter that throws": (name) => Object.defineProperty({}, name, { get: fail, enumerable: true }),
  "an inherited getter that throws": (name) => Object.create(Object.defineProperty({}, name, { get: fail })),
};

/** Replacements of a single value. */
const VALUES = {
  "a revoked Proxy": () => revoked({}),
  "a revoked Proxy of an array": () => revoked([]),
  "a revoked Proxy of a function": () => revoked(() => {}),
  "a Proxy of an array whose get throws": () => withTrap("get", ["a"]),
  "an array whose iterator throws": () => Object.assign(["a"], { [Symbol.iterator]: fail }),
  "an array with a getter that throws": () => Object.defineProperty(["a"], 0, { get: fail }),
  "an object with a getter that throws": () => Object.defineProperty({}, "a", { get: fail, enumerable: true }),
  "a class instance": () => new (class Odd {})(),
  "a Map": () => new Map([["profile-key", "K"]]),
  "a Symbol": () => Symbol("x"),
  "a BigInt": () => 5n,
};

const CLIENT = ["apiKey", "profileKey", "baseUrl", "fetch", "headers", "timeoutMs", "totalTimeoutMs", "maxRetries", "maxBodyBytes", "rateLimitGuard", "cache", "dangerouslyAllowBrowser", "onEvent", "onDrift"];
const CALL = ["signal", "profileKey", "headers", "timeoutMs", "totalTimeoutMs", "maxRetries", "cache"];
const QUERY = ["instagramQuota", "instagramDetails", "validate"];
const READ = ["signal", "idleTimeoutMs", "maxRecordBytes"];
const FILE = ["source", "batch", "waitMs", ...READ];
const STREAM = ["select", "where", "check", "onInvalid"];
const SWEEP = ["refreshWithinDays", "quotaShare", "maxEntries"];
const WHERE = ["network", "refreshWithinDays", "nothingLinked"];
const TICKET = { id: "x", status: "success", url: "https://files.example/f.json", urlAvailable: "2020-01-01T00:00:00Z", urlExpires: "2099-01-01T00:00:00Z" };
const USER = JSON.parse(fixture("user"));

const never = async () => assert.fail("something was sent");
const client = () => new AyrshareUser({ apiKey: "KEY", fetch: never });
const whole = (stream) => stream[Symbol.asyncIterator]().next();

/** Every place that takes an object: the names of its options, and a function that passes it. */
const PLACES = {
  client: [CLIENT, (options) => new AyrshareUser(options).getUser()],
  "client of a derived client": [CLIENT, (options) => new AyrshareUser(options).withProfile("P").getUser()],
  "client of a stream": [CLIENT, (options) => whole(new AyrshareUser(options).streamProfiles({ batch: TICKET }))],
  getUser: [[...CLIENT, "signal"], (options) => getUser(options)],
  getUserDetails: [[...CLIENT, "signal"], (options) => getUserDetails(options, "pinterest")],
  getUserBatch: [[...CLIENT, "signal"], (options) => getUserBatch(options)],
  query: [QUERY, (options) => client().getUser(options)],
  call: [CALL, (options) => client().getUser({}, options)],
  "call for details": [CALL, (options) => client().getUserDetails("pinterest", options)],
  "call for the batch": [CALL, (options) => client().getUserBatch(options)],
  stream: [[...FILE, ...STREAM], (options) => whole(client().streamProfiles(options))],
  sweep: [[...FILE, ...SWEEP], (options) => client().sweepProfiles(options)],
  "stream of a source": [["onEvent", ...READ, ...STREAM], (options) => whole(streamProfiles("[]", options))],
  "sweep of a source": [["onEvent", ...READ, ...SWEEP], (options) => sweepProfiles("[]", options)],
  where: [WHERE, (where) => whole(client().streamProfiles({ batch: TICKET, where }))],
  health: [["now", "refreshWithinDays", "quotaShare"], (options) => accountHealth(USER, options)],
  diffUsers: [["includeVolatile"], (options) => diffUsers(USER, USER, options)],
  diffProfiles: [["includeVolatile"], (options) => diffProfiles([USER], [USER], options)],
};

/** Combinations that do not fail: options that accept the value, one that a derived client replaces, and those that are unused with a ticket. */
const TAKES = [/^(client|getUser|stream of|sweep of).*:(onEvent|onDrift|apiKey|fetch) = a revoked Proxy of a function$/, /:onInvalid = a revoked Proxy of a function$/, /:where = a class instance$/, /^client of a derived client:profileKey/, /^client of a stream:(?!fetch|onEvent)/];

/** A call and a stream in progress at the same time, and a profile whose rate limit is exhausted. */
async function bystanders(t) {
  stoppedClock(t);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('[{"refId":"first"}');
    await held;
    response.end(',{"refId":"last"}]');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/f.json`;
  const one = new AyrshareUser({ apiKey: "ONE", fetch: (input, init) => (input === url ? fetch(input, init) : held.then(() => json(fixture("user")))) });
  const pending = one.getUser();
  const stream = one.streamProfiles({ batch: { ...TICKET, url } })[Symbol.asyncIterator]();
  assert.equal((await stream.next()).value.refId, "first");
  const { fetch: refusing, seen } = answering(json({ status: "error" }, { status: 429 }));
  const limited = new AyrshareUser({ apiKey: "TWO", profileKey: "LIMITED", maxRetries: 0, fetch: refusing });
  await failure(limited.getUser(), "rate_limit");
  return async () => {
    release();
    assert.equal((await pending).displayNames.length, 10);
    assert.equal((await stream.next()).value.refId, "last");
    assert.equal((await stream.next()).done, true);
    await failure(limited.getUser(), "rate_limit");
    assert.equal(seen.length, 1);
  };
}

test("options objects that throw: only that call rejects with `config`", async (t) => {
  const goOn = await bystanders(t);
  for (const [place, [names, call]] of Object.entries(PLACES)) {
    for (const [kind, made] of Object.entries(OBJECTS)) {
      for (const name of kind.includes("getter") ? names : [undefined]) {
        const error = await failure(call(made(name)), "config");
        if (name !== undefined) assert.ok(error.message.includes(`\`${name}\``), `${place}, ${kind}: ${error.message}`);
        assert.deepEqual(error.attempts, [], `${place}, ${kind}`);
      }
    }
  }
  await goOn();
});

test("values that throw, for every option: only that call rejects, with a `config` that names it", async (t) => {
  const goOn = await bystanders(t);
  for (const [place, [names, call]] of Object.entries(PLACES)) {
    for (const name of names) {
      for (const [kind, made] of Object.entries(VALUES)) {
        const value = made();
        // Without this `fetch`, the call would go to the network.
        const base = CLIENT.every((known) => names.includes(known)) ? { apiKey: "KEY", fetch: never } : {};
        if (TAKES.some((pattern) => pattern.test(`${place}:${name} = ${kind}`))) continue;
        const error = await failure(call({ ...base, [name]: value }), "config").catch((error) => assert.fail(`${place}, ${name} = ${kind}: ${error.message}`));
        // Without a ticket, the file is ordered, so the error is about the request.
        if (name !== "batch") assert.ok(error.message.includes(`\`${name}\``) || /unknown option/.test(error.message), `${place}, ${name} = ${kind}: ${error.message}`);
      }
    }
  }
  await goOn();
});

/** What holds no option, and is plainly not meant as an object of options. */
const MISTAKEN = {
  "a Map": () => new Map([["timeoutMs", 5]]),
  "a Set": () => new Set(["timeoutMs"]),
  "an empty array": () => [],
  "an array": () => [{ timeoutMs: 5 }],
  "a Date": () => new Date(0),
  "a promise of options": () => Promise.resolve({}),
  "a RegExp": () => /a/,
  "bytes": () => new Uint8Array(),
  "an Error": () => new Error("a"),
  "URLSearchParams": () => new URLSearchParams(),
  "a Proxy of an array": () => new Proxy([], {}),
  "an array of another realm": () => runInNewContext("[]"),
  "a function": () => () => ({}),
  "a text": () => "timeoutMs",
  "a number": () => 5,
  "a Symbol": () => Symbol("a"),
};

/** What holds no option either, and may be meant as one: options of which none is set. */
const MEANT = {
  "an empty object": () => ({}),
  "one without a prototype": () => Object.create(null),
  "one of another realm": () => runInNewContext("({})"),
  "an instance of a class": () => new (class Options {})(),
  "a Proxy": () => new Proxy({}, {}),
  "nothing": () => undefined,
  "a module": () => emptyModule,
};

test("a Map, an array or a Date in place of options is `config`, and what may be meant is taken", async (t) => {
  const goOn = await bystanders(t);
  for (const [place, [, call]] of Object.entries(PLACES)) {
    for (const [kind, made] of Object.entries(MISTAKEN)) {
      const error = await failure(call(made()), "config").catch((error) => assert.fail(`${place}, ${kind}: ${error.message}`));
      assert.match(error.message, /options must be an object|unknown option `/, `${place}, ${kind}`);
    }
  }
  const { fetch: stub } = answering(() => json(fixture("user")));
  const user = new AyrshareUser({ apiKey: "KEY", fetch: stub });
  for (const [kind, made] of Object.entries(MEANT)) {
    await user.getUser(made(), made());
    assert.equal((await accountHealth(USER, made())).level.length > 0, true, kind);
    assert.deepEqual(await diffUsers(USER, USER, made()), [], kind);
  }
  const options = Object.assign(new (class Options { get apiKey() { return "KEY"; } })(), { fetch: stub });
  await new AyrshareUser(options).getUser();
  await new AyrshareUser(Object.assign(new Map(), { apiKey: "KEY", fetch: stub })).getUser();
  await goOn();
});

const SIGNALS = {
  "`aborted` throws": { get aborted() { return fail(); }, addEventListener() {}, removeEventListener() {} },
  "`addEventListener` throws": { aborted: false, addEventListener: fail, removeEventListener() {} },
  "methods are missing": { aborted: false, addEventListener() {} },
};

for (const [name, signal] of Object.entries(SIGNALS)) {
  test(`a signal of which ${name} is refused`, async (t) => {
    const goOn = await bystanders(t);
    for (const call of [client().getUser({}, { signal }), client().sweepProfiles({ signal }), whole(client().streamProfiles({ signal })), getUser({ apiKey: "K", fetch: never, signal })]) {
      assert.match((await failure(call, "config")).message, /`signal`/);
    }
    await goOn();
  });
}

test("a signal whose `reason` throws, and one that starts to throw later", async (t) => {
  const goOn = await bystanders(t);
  const aborted = { aborted: true, get reason() { return fail(); }, addEventListener() {}, removeEventListener() {} };
  const { fetch: stub } = answering(() => json(fixture("user")));
  const user = new AyrshareUser({ apiKey: "KEY", fetch: stub });
  assert.equal((await failure(user.getUser({}, { signal: aborted }), "aborted")).cause, undefined);
  await failure(user.sweepProfiles({ signal: aborted, batch: TICKET }), "aborted");
  await user.getUser({}, { signal: { aborted: false, addEventListener() {}, removeEventListener: fail } });
  await goOn();
});

/** What an injected `fetch` resolves to, and the kind of the resulting error, also for the batch file if that differs. */
const good = (init) => Object.assign(json(fixture("user")), init);
const streaming = (read) => ({ status: 200, headers: new Headers(), arrayBuffer() {}, body: { getReader: () => ({ read }) } });
const own = (target, properties) => Object.defineProperties(target, Object.fromEntries(Object.entries(properties).map(([name, get]) => [name, { get }])));
const RESPONSES = {
  "status 65736, which is 200 in 16 bits": [() => ({ ...streaming(async () => ({})), status: 65736 }), "config"],
  "status 200.5": [() => ({ ...streaming(async () => ({})), status: 200.5 }), "config"],
  "status -56": [() => ({ ...streaming(async () => ({})), status: -56 }), "config"],
  "status NaN": [() => ({ ...streaming(async () => ({})), status: Number.NaN }), "config"],
  "status 0": [() => ({ ...streaming(async () => ({})), status: 0 }), "config"],
  "status 99": [() => ({ ...streaming(async () => ({})), status: 99 }), "config"],
  "status 1000": [() => ({ ...streaming(async () => ({})), status: 1000 }), "config"],
  "status 199": [() => ({ ...streaming(async () => ({})), status: 199 }), "api"],
  "status 999": [() => ({ ...streaming(async () => ({})), status: 999 }), "api"],
  "a status that throws": [() => own({}, { status: fail }), "network"],
  "headers that throw": [() => own(json("{}"), { headers: fail }), "network"],
  "headers whose `get` throws": [() => own(json("{}"), { headers: () => ({ get: fail }) }), "network"],
  "a body that throws": [() => own(json("{}"), { body: fail }), "network", "config"],
  "a reader that throws": [() => ({ ...streaming(), body: { getReader: fail } }), "network"],
  "a read that throws": [() => streaming(fail), "network"],
  "a read that does not return a promise": [() => streaming(() => 5), "decode"],
  "chunks of text": [() => streaming(async () => ({ value: "{}" })), "config"],
  "chunks that pretend to be bytes": [() => streaming(async () => ({ value: { length: 9, byteLength: 9, buffer: new ArrayBuffer(9), byteOffset: 0 } })), "config"],
  "a Proxy of bytes": [() => streaming(async () => ({ value: new Proxy(new Uint8Array(9), {}) })), "config"],
  "bytes with a length of their own": [
    (chunks = [own(new Uint8Array(9), { length: () => 2 ** 31 }), undefined]) => streaming(async () => ({ value: chunks.shift() })),
    "decode",
  ],
  "bytes whose buffer throws": [() => streaming(async () => ({ value: own(new Uint8Array(9), { buffer: fail }) })), "network"],
  "a revoked Proxy": [() => revoked({}), "network"],
  nothing: [() => undefined, "config"],
};

for (const [name, [made, kind]] of Object.entries(RESPONSES)) {
  test(`an injected fetch that resolves to ${name}: kind ${kind}`, async (t) => {
    const goOn = await bystanders(t);
    const user = new AyrshareUser({ apiKey: "KEY", maxRetries: 0, fetch: async () => made() });
    await failure(user.getUser(), kind);
    await goOn();
  });
}

test("the same as responses of the file host: no trap", async (t) => {
  const goOn = await bystanders(t);
  for (const [name, [made]] of Object.entries(RESPONSES)) {
    const controller = new AbortController();
    // A failing host is retried after a pause; by then, its response has been examined.
    const stub = async () => {
      setTimeout(() => controller.abort(), 20);
      return made();
    };
    const swept = new AyrshareUser({ apiKey: "KEY", fetch: stub }).sweepProfiles({ batch: TICKET, signal: controller.signal });
    // Unreadable headers count as absent.
    const error = await swept.then(() => undefined, (error) => error);
    assert.ok(name.includes("headers whose") ? error === undefined : isAyrshareError(error) && error.kind !== "internal", `${name}: ${error}`);
  }
  await goOn();
});

const PROMISES = {
  "a promise whose `constructor` throws": () => own(Promise.resolve("KEY"), { constructor: fail }),
  "a promise whose `then` throws": () => own({}, { then: fail }),
  "a revoked Proxy": () => revoked({}),
  "a Proxy of a promise": () => new Proxy(Promise.resolve("KEY"), {}),
};

for (const [name, made] of Object.entries(PROMISES)) {
  test(`functions of the caller that return ${name}`, async (t) => {
    const unhandled = [];
    const note = (reason) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    t.after(() => process.off("unhandledRejection", note));
    const goOn = await bystanders(t);
    await failure(new AyrshareUser({ apiKey: made, fetch: never }).getUser(), "config");
    const { fetch: stub } = answering(() => json(fixture("user-newer")));
    const user = new AyrshareUser({ apiKey: "KEY", fetch: stub, onEvent: made, onDrift: made });
    assert.ok((await user.getUser()).displayNames.length > 0);
    const error = await new AyrshareUser({ apiKey: "KEY", maxRetries: 0, fetch: made }).getUser().catch((error) => error);
    assert.ok(isAyrshareError(error) && ["network", "config"].includes(error.kind), String(error));
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(unhandled, []);
    await goOn();
  });
}

test("the other exports throw only AyrshareErrors", async () => {
  assert.equal(isAyrshareError(revoked({})), false);
  assert.equal(isAyrshareError(withTrap("has")), false);
  for (const value of [null, undefined, 5, {}, { displayNames: 5 }, revoked({}), withTrap("get")]) {
    assert.throws(() => accountOf(value, "instagram"), (error) => isAyrshareError(error) && error.kind === "config" && /`user`/.test(error.message));
    assert.equal(metaOf(value), undefined);
  }
  assert.equal(accountOf({ displayNames: [null, 5, { platform: "instagram", id: "1" }] }, "instagram").id, "1");
  for (const bad of [revoked({}), withTrap("get"), undefined, { toJSON: fail }]) {
    await failure(accountHealth(bad), "config");
    await failure(diffUsers(bad, USER), "config");
    await failure(diffUsers(USER, bad), "config");
    await failure(diffProfiles(bad, []), "config");
  }
});

test("an error can be created from anything, and `from` accepts only what `toJSON` returned", () => {
  for (const init of [null, undefined, 5, "text", {}, []]) {
    const error = new AyrshareError(init);
    assert.deepEqual([error.name, error.kind, error.message, error.retryable, error.attempts], ["AyrshareError", "internal", "", false, []]);
    assert.equal(isAyrshareError(error), true);
  }
  const hostile = [revoked({}), withTrap("get"), own({}, { kind: fail }), { kind: "api", message: "a", get status() { return fail(); } }];
  for (const json of [null, undefined, 5, {}, [], { kind: "api" }, { kind: "api", message: 5 }, { kind: 5, message: "a" }, ...hostile]) {
    assert.throws(() => AyrshareError.from(json), (error) => isAyrshareError(error) && error.kind === "config" && /toJSON/.test(error.message));
  }
  const error = new AyrshareError({ kind: "api", message: "a", status: 400, code: 1 });
  assert.deepEqual(AyrshareError.from(error.toJSON()).toJSON(), error.toJSON());
});

test("metaOf works even if the response headers throw by then", async () => {
  const headers = new Headers({ "x-ratelimit-max": "300" });
  const user = await new AyrshareUser({ apiKey: "KEY", fetch: async () => own(json(fixture("user")), { headers: () => headers }) }).getUser();
  headers.get = fail;
  assert.equal(metaOf(user).rateLimit, undefined);
});

test("the state of the rate-limit guard survives a trap", async (t) => {
  const clock = stoppedClock(t);
  const refusal = (_url, { headers }) => (headers["profile-key"] === "FREE" ? json(fixture("user")) : json({ status: "error" }, { status: 429, headers: { "retry-after": "30" } }));
  const { fetch: refusing, seen } = answering(refusal);
  const user = new AyrshareUser({ apiKey: "KEY", profileKey: "LIMITED", maxRetries: 0, fetch: refusing });
  await failure(user.getUser(), "rate_limit");
  await failure(user.getUser({}, { profileKey: null }), "rate_limit");
  for (let round = 0; round < 2; round += 1) {
    await trapCalls();
    for (const profileKey of ["LIMITED", null]) {
      const held = await failure(user.getUser({}, { profileKey }), "rate_limit");
      assert.deepEqual([held.status, held.retryAfterMs], [undefined, 30_000]);
    }
    assert.equal(seen.length, 2 + round);
    await user.getUser({}, { profileKey: "FREE" });
  }
  await trapCalls();
  clock.pass(29_999);
  assert.equal((await failure(user.getUser(), "rate_limit")).retryAfterMs, 1);
  assert.equal(seen.length, 4);
  clock.pass(1);
  assert.equal((await failure(user.getUser(), "rate_limit")).status, 429);
});

test("a window that a successful response exhausted survives a trap too", async (t) => {
  stoppedClock(t);
  const { fetch: stub, seen } = answering(json(fixture("user"), { headers: { "x-ratelimit-max": "300", "x-ratelimit-count": "300" } }));
  const user = new AyrshareUser({ apiKey: "KEY", fetch: stub });
  await user.getUser();
  await trapCalls();
  assert.equal((await failure(user.getUser(), "rate_limit")).retryAfterMs, 300_000);
  assert.equal(seen.length, 1);
});

test("a client that is released while a call reads its options: that call completes, and no other call ends", async () => {
  let release;
  const other = new AyrshareUser({ apiKey: "KEY", fetch: () => new Promise((resolve) => (release = () => resolve(json(fixture("user"))))) });
  const waiting = other.getUser();
  const signal = new AbortController().signal;
  const places = {
    query: (free) => [{ get validate() { return free(); } }],
    "call options": (free) => [{}, { get timeoutMs() { return free(); } }],
    headers: (free) => [{}, { headers: { get "x-a"() { return free(); } } }],
    signal: (free) => [{}, { signal: { get aborted() { return free() ?? false; }, addEventListener: free, removeEventListener: free } }],
  };
  for (const [name, place] of Object.entries(places)) {
    const user = new AyrshareUser({ apiKey: "KEY", fetch: answering(json(fixture("user"))).fetch });
    await user.getUser({}, { signal });
    let times = 0;
    const free = () => void (times++, user.free());
    assert.ok(await user.getUser(...place(free)), name);
    assert.ok(times > 0, name);
    await failure(user.getUser(), "config");
  }
  release();
  assert.ok(await waiting);
});

test("creating an error never throws: what cannot be read counts as not given", () => {
  for (const init of [revoked({}), withTrap("get"), null, undefined, 5, Symbol("x")]) {
    const { kind, message, retryable, attempts } = new AyrshareError(init);
    assert.deepEqual([kind, message, retryable, attempts], ["internal", "", false, []]);
  }
  const texts = [[Symbol("x"), "Symbol(x)"], [{ toString: fail }, ""], [Object.create(null), ""], [revoked({}), ""], [5, "5"]];
  for (const [message, shown] of texts) assert.equal(new AyrshareError({ kind: "api", message }).message, shown);
  const { kind, message, status } = new AyrshareError({ kind: "api", message: "m", get status() { return fail(); } });
  assert.deepEqual([kind, message, status], ["api", "m", undefined]);
});
