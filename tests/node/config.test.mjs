// Invalid options never throw synchronously and never reach the network; calls reject with kind `config` and name the option.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AyrshareUser, accountHealth, getUser, isAyrshareError } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { answering, failure, fixture, json } from "./helpers.mjs";

const good = () => answering(json(fixture("user")));

/** Option name, wrong value. */
const WRONG_CLIENT_OPTIONS = [
  ["apiKey", ""],
  ["apiKey", 5],
  ["apiKey", "with blank"],
  ["apiKey", "line\nbreak"],
  ["apiKey", "carriage\rreturn"],
  ["apiKey", "nul\0byte"],
  ["apiKey", "ключ"],
  ["profileKey", ""],
  ["profileKey", 7],
  ["profileKey", "a\r\nAuthorization: x"],
  ["baseUrl", "not an address"],
  ["baseUrl", ""],
  ["baseUrl", 5],
  ["baseUrl", "ftp://app.ayrshare.com/api"],
  ["baseUrl", "javascript:alert(1)"],
  ["baseUrl", "http://app.ayrshare.com/api"],
  ["baseUrl", "http://192.168.1.10/api"],
  ["baseUrl", "http://127.0.0.1.evil.example/api"],
  ["baseUrl", "http://localhost.evil.example/api"],
  ["baseUrl", "https://user:password@example.com/api"],
  ["baseUrl", "https://example.com/api?key=1"],
  ["baseUrl", "https://example.com/api#part"],
  ["baseUrl", "/ayrshare"],
  ["fetch", "fetch"],
  ["headers", "x"],
  ["headers", ["x"]],
  ["headers", new Headers()],
  ["headers", { "bad name": "x" }],
  ["headers", { "": "x" }],
  ["headers", { "x-a": "line\nbreak" }],
  ["headers", { "x-a": "ä" }],
  ["headers", { "x-a": 5 }],
  ["headers", { "Profile-Key": "" }],
  ["headers", { authorization: " " }],
  ["timeoutMs", 0],
  ["timeoutMs", -1],
  ["timeoutMs", Number.NaN],
  ["timeoutMs", "10"],
  ["totalTimeoutMs", 0],
  ["maxRetries", -1],
  ["maxRetries", 1.5],
  ["maxRetries", "2"],
  ["maxRetries", Number.POSITIVE_INFINITY],
  ["maxBodyBytes", 0],
  ["rateLimitGuard", "yes"],
  ["cache", "forever"],
  ["cache", 1],
  ["dangerouslyAllowBrowser", 1],
  ["onEvent", {}],
  ["onDrift", "log"],
  ["profilekey", "typo"],
];

for (const [name, value] of WRONG_CLIENT_OPTIONS) {
  test(`client option ${name} = ${String(JSON.stringify(value) ?? value)} is refused`, async () => {
    const { fetch, seen } = good();
    const client = new AyrshareUser({ apiKey: "KEY", fetch, [name]: value });
    const error = await failure(client.getUser(), "config");
    assert.match(error.message, new RegExp(`\`${name}\``, "i"));
    assert.equal(seen.length, 0);
    assert.equal(error.retryable, false);
    assert.deepEqual(error.attempts, []);
  });
}

const WRONG_CALL_OPTIONS = [
  ["signal", {}],
  ["signal", "abort"],
  ["profileKey", ""],
  ["profileKey", 3],
  ["headers", 3],
  ["timeoutMs", 0],
  ["totalTimeoutMs", "x"],
  ["maxRetries", -1],
  ["cache", "x"],
  ["timeout", 5],
];

for (const [name, value] of WRONG_CALL_OPTIONS) {
  test(`call option ${name} = ${JSON.stringify(value)} is refused`, async () => {
    const { fetch, seen } = good();
    const client = new AyrshareUser({ apiKey: "KEY", fetch });
    const error = await failure(client.getUser({}, { [name]: value }), "config");
    assert.match(error.message, new RegExp(`\`${name}\``));
    assert.equal(seen.length, 0);
  });
}

for (const [name, value] of [["instagramQuota", "true"], ["instagramDetails", 1], ["validate", "yes"], ["instagramquota", true]]) {
  test(`query ${name} = ${JSON.stringify(value)} is refused`, async () => {
    const { fetch, seen } = good();
    const error = await failure(new AyrshareUser({ apiKey: "KEY", fetch }).getUser({ [name]: value }), "config");
    assert.match(error.message, new RegExp(`\`${name}\``));
    assert.equal(seen.length, 0);
  });
}

test("options that are not an object make calls reject and do not throw", async () => {
  for (const options of [null, 5, "key", true, Symbol("x")]) {
    await failure(new AyrshareUser(options).getUser(), "config");
  }
  await failure(new AyrshareUser({ apiKey: "KEY" }).getUser(5), "config");
  await failure(new AyrshareUser({ apiKey: "KEY" }).getUser({}, 5), "config");
});

test("a missing key is refused if the base URL is Ayrshare's, and accepted otherwise", async () => {
  const { fetch, seen } = good();
  for (const baseUrl of [undefined, "https://api.ayrshare.com/api", "https://app.ayrshare.com/api/"]) {
    const error = await failure(new AyrshareUser({ fetch, baseUrl }).getUser(), "config");
    assert.match(error.message, /`apiKey`/);
  }
  assert.equal(seen.length, 0);
  await new AyrshareUser({ fetch, baseUrl: "https://gateway.example/ayrshare" }).getUser();
  assert.equal(seen[0].init.headers.authorization, undefined);
});

test("validate without a Profile Key is refused", async () => {
  const { fetch, seen } = good();
  const error = await failure(new AyrshareUser({ apiKey: "KEY", fetch }).getUser({ validate: true }), "config");
  assert.match(error.message, /`validate`.*`profileKey`/);
  assert.equal(seen.length, 0);
});

test("a platform without details is refused", async () => {
  const { fetch, seen } = good();
  for (const platform of ["facebook", "", undefined, "../user", 5]) {
    const error = await failure(new AyrshareUser({ apiKey: "KEY", fetch }).getUserDetails(platform), "config");
    assert.match(error.message, /`platform`/);
  }
  assert.equal(seen.length, 0);
});

test("base URLs: with and without a trailing slash, loopback over http", async () => {
  const table = [
    [undefined, "https://app.ayrshare.com/api/user"],
    ["https://api.ayrshare.com/api", "https://api.ayrshare.com/api/user"],
    ["https://api.ayrshare.com/api/", "https://api.ayrshare.com/api/user"],
    ["http://127.0.0.1:8788/api", "http://127.0.0.1:8788/api/user"],
    ["http://localhost:8788", "http://localhost:8788/user"],
    ["http://[::1]:8788/", "http://[::1]:8788/user"],
  ];
  for (const [baseUrl, url] of table) {
    const { fetch, seen } = good();
    await new AyrshareUser({ apiKey: "KEY", fetch, baseUrl }).getUser();
    assert.equal(seen[0].url, url);
  }
});

test("a path is resolved against the page", async () => {
  const { fetch, seen } = good();
  globalThis.location = { href: "https://shop.example/accounts/list?page=2" };
  try {
    await new AyrshareUser({ fetch, baseUrl: "/ayrshare" }).getUser();
  } finally {
    delete globalThis.location;
  }
  assert.equal(seen[0].url, "https://shop.example/ayrshare/user");
  globalThis.location = { href: "about:srcdoc" };
  globalThis.document = { baseURI: "https://parent.example/page" };
  try {
    await new AyrshareUser({ fetch, baseUrl: "/ayrshare" }).getUser();
  } finally {
    delete globalThis.location;
    delete globalThis.document;
  }
  assert.equal(seen[1].url, "https://parent.example/ayrshare/user");
});

const node = globalThis.process;

/** Simulates the parts of a page that the package checks, in a runtime with these `process.versions`. */
function pageIn(t, versions) {
  Object.assign(globalThis, { window: globalThis, document: {}, process: versions && { versions } });
  t.after(() => {
    globalThis.process = node;
    delete globalThis.window;
    delete globalThis.document;
  });
}

for (const [name, versions] of [["a browser", undefined], ["a bundler's `process`", {}], ["Electron", { node: "20", electron: "30" }], ["NW.js", { node: "20", nw: "0.9" }]]) {
  test(`in a window of ${name}, a key for Ayrshare is refused unless allowed`, async (t) => {
    pageIn(t, versions);
    for (const baseUrl of [undefined, "https://api.ayrshare.com/api"]) {
      const { fetch, seen } = good();
      const error = await failure(new AyrshareUser({ apiKey: "KEY", baseUrl, fetch }).getUser(), "config");
      assert.match(error.message, /`dangerouslyAllowBrowser`/);
      assert.equal(seen.length, 0);
      await new AyrshareUser({ apiKey: "KEY", baseUrl, fetch, dangerouslyAllowBrowser: true }).getUser();
      assert.equal(seen.length, 1);
    }
    const { fetch } = good();
    await new AyrshareUser({ apiKey: "KEY", baseUrl: "http://127.0.0.1:8788/api", fetch }).getUser();
  });
}

test("a document emulated in Node is not a page, and a sandbox's key is accepted in a page", async (t) => {
  pageIn(t, node.versions);
  const { fetch, seen } = good();
  await new AyrshareUser({ apiKey: "KEY", fetch }).getUser();
  assert.equal(seen.length, 1);
  pageIn(t, undefined);
  const sandbox = createSandbox();
  assert.ok((await new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch }).getUser()).displayNames.length > 0);
  await failure(new AyrshareUser({ apiKey: sandbox.apiKey, fetch: (...args) => sandbox.fetch(...args) }).getUser(), "config");
});

test("later changes to the options object have no effect", async () => {
  const { fetch, seen } = good();
  const options = { apiKey: "FIRST", fetch };
  const client = new AyrshareUser(options);
  options.apiKey = "SECOND";
  await client.getUser();
  assert.equal(seen[0].init.headers.authorization, "Bearer FIRST");
  assert.deepEqual(Object.keys(options), ["apiKey", "fetch"]);
});

test("calls without a client take the same options", async () => {
  const { fetch, seen } = good();
  await getUser({ apiKey: "KEY", fetch, profileKey: "PROFILE", signal: new AbortController().signal }, { instagramQuota: true });
  assert.equal(seen[0].url, "https://app.ayrshare.com/api/user?instagramQuota=true");
  assert.equal(seen[0].init.headers["profile-key"], "PROFILE");
  await failure(getUser(null), "config");
  await failure(getUser({ apiKey: "" }), "config");
});

test("errors of another copy of the package are recognized", async () => {
  const error = await failure(new AyrshareUser({ apiKey: "" }).getUser(), "config");
  assert.ok(error instanceof Error);
  assert.equal(error.name, "AyrshareError");
  assert.ok(!isAyrshareError(new Error("x")));
  assert.ok(!isAyrshareError(null));
  assert.ok(!isAyrshareError("config"));
});

test("the error for an unknown option names the known ones, or where a call option belongs", async () => {
  const client = new AyrshareUser({ apiKey: "KEY" });
  const table = [
    [() => new AyrshareUser({ apikey: "KEY" }).getUser(), "unknown option `apikey`: did you mean `apiKey`?"],
    [() => new AyrshareUser({ maxTries: 5 }).getUser(), "unknown option `maxTries`: did you mean `maxRetries` or `maxBodyBytes`?"],
    [() => client.sweepProfiles({ wher: {} }), "unknown option `wher`: did you mean `source` or `batch` or `waitMs` or `signal` or `idleTimeoutMs` or `maxRecordBytes` or `refreshWithinDays` or `quotaShare` or `maxEntries` or `onInvalid`?"],
    [() => client.streamProfiles({ wher: {} })[Symbol.asyncIterator]().next(), "unknown option `wher`: did you mean `where`?"],
    [() => client.getUser({ signal: new AbortController().signal }), "unknown option `signal`: call options are the last argument of a call"],
    [() => client.getUser({ profileKey: "P" }), "unknown option `profileKey`: call options are the last argument of a call"],
  ];
  for (const [call, message] of table) assert.equal((await failure(call(), "config")).message, message);
});

test("the `now` of health may be a string", async () => {
  const user = JSON.parse(fixture("user"));
  const [asText, asDate] = await Promise.all(["2026-01-01T00:00:00Z", new Date("2026-01-01T00:00:00Z")].map((now) => accountHealth(user, { now })));
  assert.deepEqual(asText, asDate);
  for (const now of ["yesterday", "", new Date("x"), Number.NaN, {}, { getTime: () => "soon" }]) {
    assert.match((await failure(accountHealth(user, { now }), "config")).message, /`now`/);
  }
});
