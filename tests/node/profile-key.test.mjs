// A call never reaches a wider profile than requested: every way to select a profile, with all kinds of values, checked by what was sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { AyrshareUser, getUser, isAyrshareError } from "ayrshare-user";
import { answering, failure, fixture, json } from "./helpers.mjs";

const fail = () => {
  throw new Error("from a getter");
};

/** Values and what they mean: a key, `null` for the Primary Profile, `undefined` if not set, or an error. */
const REFUSED = Symbol("refused");
const LEFT_OUT = Symbol("left out");
const VALUES = [
  ["KEY-B", "KEY-B"],
  [null, null],
  [undefined, undefined],
  ["", REFUSED],
  [" ", REFUSED],
  ["KEY-B\n", REFUSED],
  ["\u00a0KEY", REFUSED],
  [0, REFUSED],
  [1, REFUSED],
  [Number.NaN, REFUSED],
  [0n, REFUSED],
  [false, REFUSED],
  [true, REFUSED],
  [Symbol("KEY-B"), REFUSED],
  [() => "KEY-B", REFUSED],
  [["KEY-B"], REFUSED],
  [[], REFUSED],
  [{}, REFUSED],
  [{ toString: () => "KEY-B" }, REFUSED],
  [new String("KEY-B"), REFUSED],
  [Promise.resolve("KEY-B"), REFUSED],
];

/** Ways in which an options object can have a value. */
const HOLDERS = {
  "an own property": (value) => ({ profileKey: value }),
  "an own getter": (value) => Object.defineProperty({}, "profileKey", { get: () => value, enumerable: true }),
  "a property that is not enumerable": (value) => Object.defineProperty({}, "profileKey", { value }),
  "a getter of its class": (value) =>
    new (class Config {
      get profileKey() {
        return value;
      }
    })(),
  "an inherited property": (value) => Object.create({ profileKey: value }),
  "an object without a prototype": (value) => Object.assign(Object.create(null), { profileKey: value }),
  "a Proxy": (value) => new Proxy({}, { get: (_target, name) => (name === "profileKey" ? value : undefined) }),
};

const own = "KEY-A";
const wires = (value, otherwise) => (value === undefined ? otherwise : (value ?? undefined));

/** Ways to make a call with such options, and the profile of the call if the value is not set. */
const WAYS = {
  "a client": [undefined, (fetch, holder) => new AyrshareUser(extended(holder, { apiKey: "API", fetch })).getUser()],
  "a client, and one call of it": [own, (fetch, holder) => new AyrshareUser({ apiKey: "API", fetch, profileKey: own }).getUser({}, holder)],
  "a call for details": [own, (fetch, holder) => new AyrshareUser({ apiKey: "API", fetch, profileKey: own }).getUserDetails("pinterest", holder)],
  "a call without a client": [undefined, (fetch, holder) => getUser(extended(holder, { apiKey: "API", fetch }))],
};

/** Adds properties to an object without changing how it has its own. */
function extended(holder, properties) {
  const get = (target, name) => (Object.hasOwn(properties, name) ? properties[name] : Reflect.get(target, name));
  return new Proxy(holder, { get });
}

async function sent(call) {
  const { fetch, seen } = answering(() => json(fixture("user")), () => json(fixture("details")));
  const outcome = await call(async (url, init) => (await fetch(url, init), json(fixture(url.includes("details") ? "details" : "user")))).catch((error) => error);
  return { outcome, keys: seen.map(({ init }) => init.headers["profile-key"]) };
}

for (const [way, [otherwise, call]] of Object.entries(WAYS)) {
  for (const [holder, made] of Object.entries(HOLDERS)) {
    test(`${way}, with ${holder}`, async () => {
      for (const [value, asked] of VALUES) {
        const { outcome, keys } = await sent((fetch) => call(fetch, made(value)));
        const at = inspect(value);
        if (asked === REFUSED) {
          assert.ok(isAyrshareError(outcome) && outcome.kind === "config" && /`profileKey`/.test(outcome.message), `${at}: ${inspect(outcome)}`);
          assert.deepEqual(keys, [], at);
        } else {
          assert.deepEqual(keys, [wires(asked, otherwise)], at);
        }
      }
    });
  }

  test(`${way}: a getter that throws, wherever it is`, async () => {
    const holders = [
      Object.defineProperty({}, "profileKey", { get: fail }),
      Object.create(Object.defineProperty({}, "profileKey", { get: fail })),
      new Proxy({}, { get: (_target, name) => (name === "profileKey" ? fail() : undefined) }),
    ];
    for (const holder of holders) {
      const { outcome, keys } = await sent((fetch) => call(fetch, holder));
      assert.ok(isAyrshareError(outcome) && outcome.kind === "config" && /`profileKey`/.test(outcome.message), inspect(outcome));
      assert.deepEqual(keys, []);
    }
  });

  test(`${way}: a misspelt name, own or inherited`, async () => {
    for (const name of ["profilekey", "ProfileKey", "profile_key", "profile-key", "profileKeys"]) {
      for (const holder of [{ [name]: "KEY-B" }, Object.create({ [name]: "KEY-B" }), Object.assign(Object.create(null), { [name]: "KEY-B" })]) {
        const { outcome, keys } = await sent((fetch) => call(fetch, holder));
        assert.ok(isAyrshareError(outcome) && outcome.kind === "config" && outcome.message.includes(`\`${name}\``), inspect(outcome));
        assert.deepEqual(keys, []);
      }
    }
  });
}

test("withProfile takes a key and nothing else", async () => {
  for (const [value] of [...VALUES, [LEFT_OUT]]) {
    const { outcome, keys } = await sent((fetch) => {
      const client = new AyrshareUser({ apiKey: "API", fetch, profileKey: own });
      return (value === LEFT_OUT ? client.withProfile() : client.withProfile(value)).getUser();
    });
    if (value === "KEY-B") {
      assert.deepEqual(keys, ["KEY-B"]);
    } else {
      assert.ok(isAyrshareError(outcome) && outcome.kind === "config" && /`profileKey`/.test(outcome.message), `${inspect(value)}: ${inspect(outcome)}`);
      assert.deepEqual(keys, []);
    }
  }
});

test("a client derived from an invalid one fails in the same way", async () => {
  await failure(new AyrshareUser({ apikey: "API" }).withProfile("KEY-B").getUser(), "config");
});

/** Headers can select a profile, too. Values that cannot be read as plain names and strings are refused. */
const HEADERS = [
  [{ "Profile-Key": "KEY-B" }, "KEY-B"],
  [{ "Profile-Key": null }, null],
  [{ "Profile-Key": undefined }, undefined],
  [Object.assign(Object.create(null), { "profile-key": "KEY-B" }), "KEY-B"],
  [{ "Profile-Key": "" }, REFUSED],
  [{ "Profile-Key": 5 }, REFUSED],
  [{ "Profile-Key": ["KEY-B"] }, REFUSED],
  [{ get "Profile-Key"() { return "KEY-B"; } }, "KEY-B"],
  [{ get "Profile-Key"() { return fail(); } }, REFUSED],
  [Object.create({ "Profile-Key": "KEY-B" }), REFUSED],
  [Object.create(Object.assign(Object.create(null), { "Profile-Key": "KEY-B" })), "KEY-B"],
  [new Map([["Profile-Key", "KEY-B"]]), REFUSED],
  [new Headers({ "Profile-Key": "KEY-B" }), REFUSED],
  [[["Profile-Key", "KEY-B"]], REFUSED],
  [new (class Odd { get "Profile-Key"() { return "KEY-B"; } })(), REFUSED],
];

test("headers as the client's and as a call's", async () => {
  for (const [headers, asked] of HEADERS) {
    for (const call of [
      (fetch) => new AyrshareUser({ apiKey: "API", fetch, profileKey: own, headers }).getUser(),
      (fetch) => new AyrshareUser({ apiKey: "API", fetch, profileKey: own }).getUser({}, { headers }),
    ]) {
      const { outcome, keys } = await sent(call);
      if (asked === REFUSED) {
        assert.ok(isAyrshareError(outcome) && outcome.kind === "config" && /`headers`/.test(outcome.message), `${inspect(headers)}: ${inspect(outcome)}`);
        assert.deepEqual(keys, []);
      } else {
        assert.deepEqual(keys, [wires(asked, own)], inspect(headers));
      }
    }
  }
});

test("properties of Object.prototype do not count as options", async (t) => {
  t.after(() => ["profileKey", "baseUrl", "shape"].forEach((name) => delete Object.prototype[name]));
  Object.assign(Object.prototype, { profileKey: "KEY-B", baseUrl: "https://elsewhere.example", shape: 5 });
  const { fetch, seen } = answering(() => json(fixture("user")));
  await new AyrshareUser({ apiKey: "API", fetch }).getUser({}, { maxRetries: 0, headers: { "x-a": "b" } });
  assert.equal(seen[0].url, "https://app.ayrshare.com/api/user");
  assert.deepEqual(Object.entries(seen[0].init.headers), [["accept", "application/json"], ["authorization", "Bearer API"], ["x-a", "b"]]);
});

test("every client option and call option may be inherited from a class", async () => {
  class Config {
    get apiKey() { return "API"; }
    get profileKey() { return "KEY-B"; }
    get baseUrl() { return "https://gateway.example/ayrshare"; }
    get headers() { return { "x-a": "1" }; }
    get maxRetries() { return 0; }
    get fetch() { return this.stub.fetch; }
    describe() { return "a method is not an option"; }
    #stub = answering(() => json({}, { status: 500 }));
    get stub() { return this.#stub; }
  }
  const config = new Config();
  await failure(new AyrshareUser(config).getUser(), "api");
  const [{ url, init }] = config.stub.seen;
  assert.equal(config.stub.seen.length, 1);
  assert.equal(url, "https://gateway.example/ayrshare/user");
  assert.deepEqual([init.headers.authorization, init.headers["profile-key"], init.headers["x-a"]], ["Bearer API", "KEY-B", "1"]);
});
