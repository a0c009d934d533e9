// Generated profiles: the same for the same seed, independent of each other, and covering every known special case.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSandbox } from "ayrshare-user/sandbox";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { SAMPLE_MS } from "./helpers.mjs";

const NETWORKS = ["bluesky", "facebook", "gmb", "instagram", "linkedin", "pinterest", "reddit", "snapchat", "telegram", "threads", "tiktok", "twitter", "youtube"];
const now = () => SAMPLE_MS;
const textOf = (options) => new Response(createSandbox({ now, ...options }).batchFile().stream()).text();

test("the same seed and day give the same bytes; another seed or day gives others", async () => {
  const first = await textOf({ profiles: 300, seed: 5 });
  assert.equal(await textOf({ profiles: 300, seed: 5, now: () => SAMPLE_MS + 60_000 }), first);
  assert.notEqual(await textOf({ profiles: 300, seed: 6 }), first);
  assert.notEqual(await textOf({ profiles: 300, seed: 5, now: () => SAMPLE_MS + 86_400_000 }), first);
});

test("profile i does not depend on how many there are", () => {
  const few = createSandbox({ now, profiles: 5_001 });
  const many = createSandbox({ now, profiles: 1_000_000 });
  assert.equal(few.profileKey(5_000), many.profileKey(5_000));
  assert.deepEqual(few.profile(few.profileKey(5_000)), many.profile(many.profileKey(5_000)));
  assert.equal(few.profile(many.profileKey(5_001)), undefined);
});

test("keys and refIds are unique", async () => {
  const sandbox = createSandbox({ now, profiles: 20_000, fileShape: "ndjson" });
  const users = (await new Response(sandbox.batchFile().stream()).text()).trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(new Set(users.map(({ refId }) => refId)).size, 20_000);
  const keys = users.map((_, i) => sandbox.profileKey(i));
  assert.equal(new Set(keys).size, 20_000);
  for (const key of keys) assert.match(key, /^[0-9A-Z]{7}(-[0-9A-Z]{7}){3}$/);
});

test("a key that is almost right is unknown", () => {
  const sandbox = createSandbox({ now });
  const key = sandbox.profileKey(2);
  for (const wrong of [key.toLowerCase(), `${key} `, key.replace(/.$/, "Z"), key.replace("0000002", "0000003"), key.slice(1)]) {
    assert.equal(sandbox.profile(wrong), undefined);
  }
});

/** Every special case that a thousand profiles must contain. */
const ODDITIES = {
  "nothing linked: both lists absent": (user) => !("activeSocialAccounts" in user) && !("displayNames" in user),
  "nothing linked: an empty list": (user) => !("activeSocialAccounts" in user) && user.displayNames?.length === 0,
  "all networks linked": (user) => user.activeSocialAccounts?.length === NETWORKS.length,
  "email null": (user) => user.email === null,
  "no bio page": (user) => !("ayrlinkUrl" in user),
  "unknown fields": (user) => Array.isArray(user.numbers) && user.labels[1].nested.length === 3,
  "newer fields": (user) => "messagingEnabled" in user && "lastApiCall" in user && "monthlyPostCount" in user,
};
const ACCOUNT_ODDITIES = {
  "an unknown network with unknown fields": ({ platform, constellation }) => platform === "orbit" && constellation.stars.length === 3,
  "a negative number for Telegram, beyond 32 bits": ({ platform, id }) => platform === "telegram" && id < -(2 ** 31) && Number.isSafeInteger(id),
  "Telegram without a picture": ({ platform, userImage }) => platform === "telegram" && userImage === undefined,
  "an id beyond 2^53": ({ platform, id }) => platform === "youtube" && /^\d{21}$/.test(id),
  "no id": ({ platform, id }) => (platform === "reddit" || platform === "gmb") && id === undefined,
  "Pinterest without a username and with a space in its URL": (a) => a.platform === "pinterest" && a.username === undefined && a.profileUrl.includes(" "),
  "a decentralised id": ({ platform, id }) => platform === "bluesky" && /^did:plc:[a-z2-7]{24}$/.test(id),
  "messaging": ({ messagingActive }) => messagingActive === true,
  "X usage": ({ twitterUsage }) => /^\d{4}-\d\d-\d\d$/.test(twitterUsage?.monthlyReset),
  "refresh in 0 days": ({ refreshDaysRemaining }) => refreshDaysRemaining === 0,
  "refresh overdue": ({ refreshDaysRemaining }) => refreshDaysRemaining < 0,
  "refresh unknown": ({ refreshDaysRemaining }) => refreshDaysRemaining === null,
  "refresh far off": ({ refreshDaysRemaining }) => refreshDaysRemaining > 300,
  "quotes, control characters, NUL": ({ description }) => description?.includes('"') && description.includes("\u0000") && description.includes("\u2028"),
  "a long description": ({ description }) => description?.length >= 8_000,
  "another script": ({ displayName }) => /[\u0600-\u06FF]/.test(displayName),
  "an emoji": ({ displayName }) => displayName.includes("🌵"),
  "LinkedIn personal": ({ platform, type }) => platform === "linkedin" && type === "personal",
};

test("all special cases occur, and each network", async () => {
  const users = JSON.parse(await textOf({ profiles: 1_000 }));
  const accounts = users.flatMap(({ displayNames }) => displayNames ?? []);
  for (const [name, shown] of Object.entries(ODDITIES)) assert.ok(users.some(shown), name);
  for (const [name, shown] of Object.entries(ACCOUNT_ODDITIES)) assert.ok(accounts.some(shown), name);
  for (const network of NETWORKS) assert.ok(accounts.filter(({ platform }) => platform === network).length > 100, network);
  for (const { activeSocialAccounts = [], displayNames = [], created, refId } of users) {
    assert.deepEqual(activeSocialAccounts, displayNames.map(({ platform }) => platform));
    assert.deepEqual([...activeSocialAccounts].sort(), activeSocialAccounts);
    assert.equal(new Set(activeSocialAccounts).size, activeSocialAccounts.length);
    assert.equal(Date.parse(created.utc), created._seconds * 1000);
    assert.match(refId, /^[0-9a-f]{40}$/);
  }
});

test("the file contains escapes that JSON.stringify would not write", async () => {
  const text = await textOf({ profiles: 1_000 });
  for (const escape of ["\\/", "\\u00e9", "\\ud83d\\ude00", "\\u0000", "\\u001f", "\\\\", '\\"']) assert.ok(text.includes(escape), escape);
  assert.ok(!/[\uE000-\uF8FF]/.test(text), "no mark of a template is left");
});

test("the first profiles are the hand-picked cases, so that a small sandbox contains them", () => {
  const sandbox = createSandbox({ now });
  const [all, nothing, unknown, , , refresh] = Array.from({ length: 6 }, (_, i) => sandbox.profile(sandbox.profileKey(i)).user);
  assert.deepEqual(all.activeSocialAccounts, NETWORKS);
  assert.equal(nothing.displayNames, undefined);
  assert.ok(unknown.activeSocialAccounts.includes("orbit"));
  assert.deepEqual(refresh.displayNames[0].refreshDaysRemaining, 0);
});

test("boards of generated profiles: none to five, secret ones, descriptions that are null", () => {
  const sandbox = createSandbox({ now, profiles: 500 });
  const lists = Array.from({ length: 500 }, (_, i) => sandbox.profile(sandbox.profileKey(i)).boards).filter(Boolean);
  assert.deepEqual([...new Set(lists.map(({ length }) => length))].sort(), [0, 1, 2, 3, 4, 5]);
  const boards = lists.flat();
  assert.ok(boards.some(({ privacy }) => privacy === "SECRET") && boards.some(({ description }) => description === null));
  for (const { id } of boards) assert.match(id, /^\d{18}$/);
});

const WRONG = [
  ["apiKey", { apiKey: "" }], ["apiKey", { apiKey: "a b" }], ["profiles", { profiles: -1 }], ["profiles", { profiles: 1e9 }], ["profiles", { profiles: 1.5 }],
  ["seed", { seed: Number.NaN }], ["plan", { plan: "gold" }], ["fileShape", { fileShape: "xml" }], ["batchDelayMs", { batchDelayMs: -1 }],
  ["urlLifetimeMs", { urlLifetimeMs: Infinity }], ["chunkBytes", { chunkBytes: 0 }], ["rateLimit.max", { rateLimit: { max: -1 } }],
  ["invalidProfileKeyStatus", { invalidProfileKeyStatus: 404 }], ["userProfiles", { userProfiles: [{ user: {} }] }],
  ["userProfiles", { userProfiles: [{ profileKey: "A", user: {} }, { profileKey: "A", user: {} }] }],
  ["userProfiles", { userProfiles: [{ profileKey: "A", user: [] }] }], ["userProfiles", { userProfiles: [{ profileKey: "A" }] }],
  ["primary", { primary: {} }], ["primary", { primary: { user: null } }], ["profile", { profile: 5 }], ["toString", { toString: 5 }],
];
for (const [name, options] of WRONG) {
  test(`the error names an invalid ${name}: ${JSON.stringify(options)}`, () => {
    assert.throws(() => createSandbox(options), (error) => error instanceof TypeError && error.message.includes(`\`${name}\``));
  });
}

test("anything but an options object is rejected, and an error of a caller's getter does not escape", async () => {
  const throwing = (name) => Object.defineProperty({}, name, { enumerable: true, get: () => { throw new Error("thrown by the caller's own object"); } });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const named = (name) => (error) => error instanceof TypeError && /^sandbox/.test(error.message) && error.message.includes(name);
  for (const odd of [new Map([["profiles", 5]]), [], null, 5, "profiles", new Date(0), proxy, throwing("profiles"), Promise.resolve({})]) {
    assert.throws(() => createSandbox(odd), named("options"));
    await assert.rejects(serveSandbox(odd), named("options"));
    // `null` stands for the default.
    for (const name of odd === null ? [] : ["cors", "rateLimit", "faults"]) assert.throws(() => createSandbox({ [name]: odd }), named(`\`${name}\``), name);
  }
  for (const [name, values] of [["apiKey", [Symbol("key"), 5, {}]], ["userProfiles", [new Map(), {}, "profiles"]], ["now", [5, {}, "now"]]]) {
    for (const value of values) assert.throws(() => createSandbox({ [name]: value }), named(`\`${name}\``), name);
  }
  const sandbox = createSandbox();
  assert.throws(() => { sandbox.faults = new Map(); }, named("`faults`"));
});

/** An object whose property throws the error when it is read. */
const throwing = (name, error, others = {}) => Object.defineProperty({ ...others }, name, { enumerable: true, get: () => { throw error; } });
/** An object whose properties may be read once. */
const readOnce = (values) => {
  const names = new Set();
  const once = (name) => {
    assert.ok(!names.has(name), `${name} is read twice`);
    names.add(name);
    return values[name];
  };
  return Object.defineProperties({}, Object.fromEntries(Object.keys(values).map((name) => [name, { enumerable: true, get: () => once(name) }])));
};

test("a getter of the tester inside an option is a TypeError that names the option, with the getter's error as its cause", () => {
  const own = new Error("thrown by the tester's own getter");
  const list = new Proxy([], { get: () => { throw own; } });
  const cases = {
    primary: [throwing("user", own), throwing("plan", own, { user: {} })],
    userProfiles: [[throwing("user", own, { profileKey: "A" })], [throwing("profileKey", own, { user: {} })], list],
    cors: [throwing("origin", own)],
    "cors.exposeHeaders": [{ exposeHeaders: list }],
    rateLimit: [throwing("max", own), throwing("windowMs", own)],
    faults: [throwing("latencyMs", own)],
    "faults.failNext": [{ failNext: list }, { failNext: [throwing("status", own)] }],
    "faults.failNext.headers": [{ failNext: [{ headers: throwing("date", own) }] }],
    "faults.failNext.body": [{ failNext: [{ body: throwing("title", own) }] }],
    "faults.file": [{ file: throwing("cutAtBytes", own) }],
    "faults.file.cutAtBytes": [{ file: { cutAtBytes: list } }],
    "faults.file.corrupt": [{ file: { corrupt: list } }, { file: { corrupt: [throwing("record", own)] } }],
  };
  for (const [name, values] of Object.entries(cases)) {
    for (const value of values) {
      const isNamed = (error) => error instanceof TypeError && error.message.includes(`\`${name}\``) && error.cause === own;
      assert.throws(() => createSandbox({ [name.split(".")[0]]: value }), isNamed, name);
      const sandbox = createSandbox();
      if (name.startsWith("faults")) assert.throws(() => { sandbox.faults = value; }, isNamed, name);
    }
  }
});

test("every option is read once, and inherited ones count", async () => {
  const profile = readOnce({ profileKey: "A", user: { title: "own" }, boards: [] });
  const faults = readOnce({ failNext: [readOnce({ status: 503, times: 2, headers: readOnce({ "x-fault": "yes" }) })], latencyMs: 0 });
  const given = readOnce({ apiKey: "KEY", profiles: 1, userProfiles: [profile], primary: readOnce({ user: {} }), cors: readOnce({ origin: "https://page.example" }), rateLimit: readOnce({ max: 5 }), faults, now });
  const sandbox = createSandbox(given);
  const get = (headers) => sandbox.fetch("https://app.ayrshare.com/api/user", { headers: { authorization: "Bearer KEY", ...headers } });
  for (let time = 0; time < 2; time += 1) {
    const failed = await get({});
    assert.deepEqual([failed.status, failed.headers.get("x-fault"), failed.headers.get("access-control-allow-origin")], [503, "yes", "https://page.example"]);
  }
  assert.equal((await (await get({ "profile-key": "A" })).json()).title, "own");
  class Options {
    get apiKey() { return "KEY"; }
    get primary() { return new Profile(); }
  }
  class Profile {
    get user() { return { title: "inherited" }; }
  }
  const inherited = createSandbox(new Options());
  assert.equal(inherited.apiKey, "KEY");
  assert.equal((await (await inherited.fetch("https://app.ayrshare.com/api/user", { headers: { authorization: "Bearer KEY" } })).json()).title, "inherited");
  const served = await serveSandbox(new Options());
  assert.equal(served.sandbox.apiKey, "KEY");
  await served.close();
});

test("a getter in a profile's body rejects the request that needs it, by the option's name", async () => {
  const own = new Error("thrown by the tester's own getter");
  const odd = throwing("title", own, { refId: "1", displayNames: [] });
  const named = (name) => (error) => error instanceof TypeError && error.message.includes(`\`${name}\``) && error.cause === own;
  const sandbox = createSandbox({ primary: { user: odd }, userProfiles: [{ profileKey: "A", user: odd, boards: [odd] }, { profileKey: "B", user: { activeSocialAccounts: ["pinterest"] }, boards: [odd] }, { profileKey: "C", user: {}, deleted: true, deletion: odd }] });
  const get = (path, headers) => sandbox.fetch(`https://app.ayrshare.com/api${path}`, { headers: { authorization: `Bearer ${sandbox.apiKey}`, ...headers } });
  await assert.rejects(get("/user"), named("primary"));
  await assert.rejects(get("/user", { "profile-key": "A" }), named("userProfiles"));
  await assert.rejects(get("/user/details/pinterest", { "profile-key": "B" }), named("userProfiles"));
  await assert.rejects(get("/user?validate=true", { "profile-key": "C" }), named("userProfiles"));
  assert.throws(() => sandbox.batchFile(), named("userProfiles"));
});
