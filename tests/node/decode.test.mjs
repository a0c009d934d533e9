// Bodies that were not received by a call: the result, its metadata or the error are those of a call over the network with the same body,
// except for what only a call has.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runInNewContext } from "node:vm";
import { AyrshareUser, decodePinterestDetails, decodeUser, decodeUserBatch, metaOf } from "ayrshare-user";
import { mutants } from "../fixtures/mutants.mjs";
import { CALLS, failure, fixture } from "./helpers.mjs";

const DECODERS = { user: decodeUser, details: decodePinterestDetails, batch: decodeUserBatch };
const bytesOf = (body) => (typeof body === "string" ? new TextEncoder().encode(body) : body);

let server;
let baseUrl;
let body;

before(async () => {
  server = createServer((_request, response) => response.setHeader("content-type", "application/json").end(body)).listen(0, "127.0.0.1");
  await once(server, "listening");
  baseUrl = `http://127.0.0.1:${server.address().port}/api`;
});
after(() => server.close());

const outcomeOf = (promise) => promise.then(
  (value) => ({ value, mismatches: metaOf(value).mismatches, mismatchCount: metaOf(value).mismatchCount }),
  (error) => ({ error: { ...error.toJSON(), status: undefined, url: undefined, attempts: [] }, cause: String(error.cause) }),
);

/** The outcome of a call whose response has this body. */
async function called(endpoint, served, options) {
  body = bytesOf(served);
  const [method, ...argument] = CALLS[endpoint];
  const client = new AyrshareUser({ baseUrl, maxRetries: 0, ...options });
  return outcomeOf(client[method](...argument));
}

const nested = (depth) => `{"title":${"[".repeat(depth)}${"]".repeat(depth)}}`;

/** Bodies that every decoder gets; most are not its own. */
const BODIES = {
  ...Object.fromEntries(["user", "user-networks", "user-newer", "user-nothing-linked", "details", "details-empty", "details-secret", "batch", "batch-newer"].map((name) => [name, fixture(name)])),
  "odd fields": '{"refId":7,"title":null,"displayNames":[{"platform":"instagram","usedQuota":"s"},{"id":1}],"nextUpdate":[1],"pinterest":[{"id":1}],"url":"https://a/b","success":"yes"}',
  "lists that are null": '{"activeSocialAccounts":null,"displayNames":null,"pinterest":null,"url":null}',
  "lists that are objects": '{"displayNames":{},"pinterest":{}}',
  "an account that is no object": '{"displayNames":[[]],"pinterest":[7]}',
  "huge numbers": '{"displayNames":[{"platform":"telegram","id":-1001234567890123456789}],"monthlyPostCount":1e400,"pinterest":[],"url":"https://a"}',
  "the same field twice": '{"title":"a","title":"b","pinterest":[],"url":"https://a","url":7}',
  "texts beyond ASCII": '{"title":"Bäckerei 🥐 \\ud800 \u2028","pinterest":[],"url":"https://a"}',
  "unknown fields": '{"newField":1,"displayNames":[{"platform":"orbit","id":"1"}],"pinterest":[{"color":1}],"url":"https://a"}',
  "a truncated body": fixture("user").slice(0, 1_000),
  "a body that goes on": `${fixture("user")}{}`,
  "no JSON": "soon",
  "a page": "<!doctype html><title>login</title>",
  "an empty body": "",
  "an empty object": "{}",
  null: "null",
  "a list": "[]",
  "a byte order mark": `\ufeff${fixture("user")}`,
  "the deepest nesting": nested(126),
  "too deep nesting": nested(2_000),
  "an error": '{"status":"error","code":144,"action":"authorization","message":"Profile Key Not Found","resolution":"see https://a/b?token=SECRET123"}',
  "an error of an unknown code": '{"status":"error","code":99999,"message":"odd"}',
  "no success": '{"success":false,"message":"no"}',
  "an error inside": '{"history":{"status":"error","code":221},"status":"error"}',
  "a list of errors": '{"status":"error","errors":[{"code":156,"message":"Pinterest is not linked"}]}',
  "a rate limit": '{"status":"error","code":109,"message":"too many"}',
  "an error that is a profile, too": '{"status":"error","refId":"1","displayNames":[]}',
};

for (const [name, text] of Object.entries(BODIES)) {
  for (const [endpoint, decode] of Object.entries(DECODERS)) {
    test(`${endpoint}: ${name}`, async () => {
      for (const onInvalid of ["report", "throw"]) {
        const expected = await called(endpoint, text, { onInvalid });
        const bytes = bytesOf(text);
        const padded = new Uint8Array([0, ...bytes, 0]);
        const forms = [text, bytes, bytes.buffer, Buffer.from(text), padded.subarray(1, -1), new DataView(padded.buffer, 1, bytes.length)];
        for (const form of forms) assert.deepEqual(await outcomeOf(decode(form, { onInvalid })), expected);
        const parsed = await new Promise((resolve) => resolve(JSON.parse(text))).catch(() => undefined);
        // Parsing has already changed some bodies: they are compared with what is left of them.
        if (parsed) assert.deepEqual(await outcomeOf(decode(parsed, { onInvalid })), await called(endpoint, JSON.stringify(parsed), { onInvalid }));
      }
    });
  }
}

test("bodies that are not text: invalid UTF-8, and none of it in the error", async () => {
  for (const bytes of [new Uint8Array([0xff, 0xfe]), new Uint8Array([...bytesOf('{"title":"'), 0xc3, 0x28, ...bytesOf('"}')]), new Uint8Array(4)]) {
    assert.deepEqual(await outcomeOf(decodeUser(bytes)), await called("user", bytes));
  }
});

test("every sample with one value of another type, as a parsed object", async () => {
  let count = 0;
  for (const { name, mutant } of mutants()) {
    // A part of them, because each is a call over the network.
    if ((count += 1) % 23 === 0) assert.deepEqual(await outcomeOf(decodeUser(mutant)), await called("user", JSON.stringify(mutant)), name);
  }
  assert.ok(count > 1_000);
});

test("a body may be as large as a response; the limit is the same option", async () => {
  const large = JSON.stringify({ title: "x".repeat(8_388_608 - 12) });
  assert.equal(large.length, 8_388_608);
  assert.equal((await decodeUser(large)).title.length, large.length - 12);
  assert.deepEqual(await outcomeOf(decodeUser(`${large} `)), await called("user", `${large} `));
  const error = await failure(decodeUser("{} ", { maxBodyBytes: 2 }), "decode");
  assert.match(error.message, /`maxBodyBytes`/);
  await decodeUser("{}", { maxBodyBytes: 2 });
});

test("the metadata holds nothing that only a call has", async () => {
  const user = await decodeUser('{"refId":1}');
  assert.deepEqual(user, { refId: 1, activeSocialAccounts: [], displayNames: [] });
  const mismatches = [{ path: "refId", expected: "string", found: "number" }];
  assert.deepEqual(metaOf(user), { attempts: [], waitedMs: 0, fromCache: false, mismatches, mismatchCount: 1 });
});

test("an error holds nothing that only a call has, and no signature of a URL in it", async () => {
  const error = await failure(decodeUser(BODIES["an error"]), "auth");
  assert.deepEqual([error.code, error.action, error.status, error.url, error.attempts, error.retryable], [144, "authorization", undefined, undefined, [], false]);
  assert.ok(!JSON.stringify(error).includes("SECRET123"));
});

test("an observer of drift is told the same as by a call", async () => {
  for (const [endpoint, decode] of Object.entries(DECODERS)) {
    for (const name of ["unknown fields", "odd fields"]) {
      const [seen, expected] = [[], []];
      await called(endpoint, BODIES[name], { onDrift: (drift) => expected.push(drift) });
      const onDrift = (drift) => seen.push(drift);
      await decode(BODIES[name], { onDrift });
      await decode(BODIES[name], { onDrift });
      assert.ok(expected.length > 0);
      assert.deepEqual(seen, expected);
    }
  }
});

test("invalid options are `config`", async () => {
  for (const [options, pattern] of [
    [{ onInvalid: "skip" }, /^`onInvalid` must be "report" or "throw"$/],
    [{ onDrift: 7 }, /^`onDrift` must be a function$/],
    [{ maxBodyBytes: 0 }, /^`maxBodyBytes` must be/],
    [{ oninvalid: "throw" }, /^unknown option `oninvalid`: did you mean `onInvalid`\?$/],
    [{ apiKey: "KEY" }, /^unknown option `apiKey`/],
    [{ get onInvalid() { throw new Error("mine"); } }, /^`onInvalid` cannot be read/],
    ["throw", /must be an object/],
  ]) {
    assert.match((await failure(decodeUser("{}", options), "config")).message, pattern);
  }
});

test("a body that is neither text nor bytes nor a parsed object is `config`: as JSON, many would be an empty profile", async () => {
  const cycle = {};
  cycle.self = cycle;
  const thrower = () => { throw new Error("thrown by the caller's own object"); };
  const bodies = [undefined, null, 7, true, Symbol("a"), 1n, () => "{}", new Response("{}"), Promise.resolve("{}"), new Map(), new Blob(["{}"]), new URL("https://a"), new Date(), cycle, { id: 1n }, { toJSON: () => undefined }, { toJSON: thrower }, new Proxy({}, { get: thrower })];
  for (const odd of bodies) {
    assert.match((await failure(decodeUser(odd), "config")).message, /^`body` must be JSON text, its bytes, or a parsed object$/);
  }
});

test("objects and bytes of another realm, and objects of a class", async () => {
  const text = '{"title":"a"}';
  for (const foreign of ["JSON.parse(text)", "new Uint8Array(data)", "new Uint8Array(data).buffer"]) {
    assert.equal((await decodeUser(runInNewContext(foreign, { text, data: [...bytesOf(text)] }))).title, "a");
  }
  assert.equal((await decodeUser(new (class Row { title = "a"; })())).title, "a");
});

test("the result is a copy, and a body that changes while the wasm is loaded does not matter", async () => {
  const path = join(process.env.AYRSHARE_USER_DIR, "dist", "cjs", "index.js");
  const require = createRequire(import.meta.url);
  delete require.cache[path];
  const fresh = require(path);
  const [bytes, object] = [bytesOf('{"title":"a"}'), { title: "a" }];
  const decoded = [fresh.decodeUser(bytes), fresh.decodeUser(object)];
  bytes.fill(0);
  object.title = "b";
  for (const user of await Promise.all(decoded)) assert.equal(user.title, "a");
  const parsed = { title: "a" };
  assert.notEqual(await decodeUser(parsed), parsed);
  assert.deepEqual(parsed, { title: "a" });
});
