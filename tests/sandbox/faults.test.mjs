// Fault injection, and the in-process fetch, which must behave like a real one.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { createSandbox } from "ayrshare-user/sandbox";
import { everywhere, verdict } from "./helpers.mjs";

const read = async (response) => Buffer.from(await response.arrayBuffer());
const whole = (sandbox) => read(new Response(sandbox.batchFile().stream()));
/** The bytes that arrive before the body fails. */
async function untilBreak(response) {
  const parts = [];
  try {
    for await (const part of response.body) parts.push(part);
  } catch {
    return { broke: true, bytes: Buffer.concat(parts) };
  }
  return { broke: false, bytes: Buffer.concat(parts) };
}

everywhere("failNext applies to the next requests, in order and by route", {}, async ({ sandbox, get }) => {
  sandbox.faults = { failNext: [
    { status: 503, headers: { "retry-after": "7" }, body: { status: "error" } },
    { on: "details", status: 419 },
    { status: 502, body: "<html>", headers: { "content-type": "text/html" }, times: 2 },
    { body: "" },
    { status: 204 },
  ] };
  const first = await get("/user");
  assert.deepEqual([first.status, first.headers.get("retry-after"), await first.json()], [503, "7", { status: "error" }]);
  for (let i = 0; i < 2; i += 1) {
    const page = await get("/user");
    assert.deepEqual([page.status, page.headers.get("content-type"), await page.text()], [502, "text/html", "<html>"]);
  }
  assert.equal((await get("/user/details/pinterest")).status, 419);
  const empty = await get("/user");
  assert.deepEqual([empty.status, await empty.text()], [200, ""]);
  assert.equal((await get("/user/batch")).status, 204);
  assert.equal((await get("/user")).status, 200);
  assert.deepEqual(sandbox.requests.map(({ status }) => status), [503, 502, 502, 419, 200, 204, 200]);
});

everywhere("headers are added to and removed from the real response", { faults: { failNext: [{ headers: { "content-type": "text/plain", "x-ratelimit-max": "" } }] } }, async ({ get }) => {
  const response = await get("/user");
  assert.deepEqual([response.headers.get("content-type"), response.headers.get("x-ratelimit-max")], ["text/plain", null]);
  assert.equal((await response.json()).title, "Primary Profile");
});

everywhere("reset before any response", { faults: { failNext: [{ connection: "reset" }] } }, async ({ get, sandbox }) => {
  await assert.rejects(get("/user"), TypeError);
  assert.equal(sandbox.requests[0].status, 0);
  assert.equal((await get("/user")).status, 200);
});

everywhere("hang until the caller aborts", { faults: { failNext: [{ connection: "hang" }] } }, async ({ get }) => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const pending = get("/user", {}, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 20);
  await assert.rejects(pending, (error) => error === reason);
});

for (const at of [0, 1, 500]) {
  everywhere(`a body cut after ${at} bytes`, { faults: { failNext: [{ cutAtByte: at }] } }, async ({ get }) => {
    const { broke, bytes } = await untilBreak(await get("/user"));
    assert.deepEqual([broke, bytes.length], [true, at]);
  });
}

everywhere("a body that stalls until the caller aborts", { faults: { failNext: [{ stallAtByte: 100 }] } }, async ({ get }) => {
  const controller = new AbortController();
  const reader = (await get("/user", {}, { signal: controller.signal })).body.getReader();
  let got = 0;
  while (got < 100) got += (await reader.read()).value.length;
  const next = reader.read();
  controller.abort(new Error("enough"));
  await assert.rejects(next, /enough/);
  assert.equal(got, 100);
});

everywhere("a slow body arrives completely, in pieces", { faults: { failNext: [{ bytesPerSecond: 30_000 }] } }, async ({ get }) => {
  let pieces = 0;
  const text = [];
  for await (const piece of (await get("/user")).body) {
    pieces += 1;
    text.push(piece);
  }
  assert.ok(pieces > 1);
  assert.equal(JSON.parse(Buffer.concat(text)).title, "Primary Profile");
});

everywhere("latency applies to every response", { faults: { latencyMs: 30 } }, async ({ get }) => {
  const controller = new AbortController();
  const pending = get("/user", {}, { signal: controller.signal });
  controller.abort(new Error("at once"));
  await assert.rejects(pending, /at once/);
  assert.equal((await get("/user")).status, 200);
});

everywhere("the connection drops once at each configured byte, and Range resumes there", { batchDelayMs: 0, profiles: 50, faults: { file: { cutAtBytes: [10_000, 40_000] } } }, async ({ ticket, fetch, sandbox }) => {
  const { url } = await ticket();
  const parts = [];
  let at = 0;
  for (const cut of [10_000, 40_000]) {
    const { broke, bytes } = await untilBreak(await fetch(url, { headers: at === 0 ? {} : { range: `bytes=${at}-` } }));
    assert.deepEqual([broke, bytes.length], [true, cut - at]);
    parts.push(bytes);
    at = cut;
  }
  const rest = await untilBreak(await fetch(url, { headers: { range: `bytes=${at}-` } }));
  assert.equal(rest.broke, false);
  parts.push(rest.bytes);
  assert.ok(Buffer.concat(parts).equals(await whole(sandbox)));
});

const KINDS = {
  syntax: (record) => assert.throws(() => JSON.parse(record)),
  utf8: (record) => assert.throws(() => new TextDecoder("utf-8", { fatal: true }).decode(record)),
  control: (record) => assert.throws(() => JSON.parse(record), /control character|Bad/),
  shape: (record) => assert.equal(typeof JSON.parse(record).refId, "number"),
};
for (const [kind, proof] of Object.entries(KINDS)) {
  everywhere(`record 7 corrupt: ${kind}; the others are unchanged`, { batchDelayMs: 0, fileShape: "ndjson", faults: { file: { corrupt: [{ record: 7, kind }] } } }, async ({ ticket, fetch, sandbox }) => {
    const lines = (bytes) => bytes.toString("latin1").trimEnd().split("\n");
    const got = lines(await read(await fetch((await ticket()).url)));
    const sound = lines(await whole(sandbox));
    assert.deepEqual(got.filter((_, i) => i !== 7), sound.filter((_, i) => i !== 7));
    assert.equal(got[7].length, sound[7].length);
    proof(Buffer.from(got[7], "latin1"));
  });
}

test("the user's own record without a refId and with a corrupt shape becomes a number", async () => {
  const sandbox = createSandbox({ userProfiles: [{ profileKey: "A", user: { a: 1 } }], batchDelayMs: 0, faults: { file: { corrupt: [{ record: 0, kind: "shape" }] } } });
  const headers = { authorization: `Bearer ${sandbox.apiKey}` };
  const { url } = await (await sandbox.fetch("http://x/user/batch", { headers })).json();
  assert.deepEqual(await (await sandbox.fetch(url)).json(), [7]);
});

everywhere("the file changes between downloads: tag, date and content", { batchDelayMs: 0, faults: { file: { changeAfter: 1 } } }, async ({ ticket, fetch }) => {
  const { url } = await ticket();
  const before = await fetch(url);
  const old = await read(before);
  const after = await fetch(url, { headers: { range: "bytes=5-", "if-range": before.headers.get("etag") } });
  assert.equal(after.status, 200, "If-Range asks for the rest of the old file only");
  assert.notEqual(after.headers.get("etag"), before.headers.get("etag"));
  assert.notEqual(after.headers.get("last-modified"), before.headers.get("last-modified"));
  assert.ok(!(await read(after)).equals(old));
});

everywhere("a file host without ranges and tags", { batchDelayMs: 0, faults: { file: { ignoreRange: true, noETag: true, noLastModified: true } } }, async ({ ticket, fetch }) => {
  const response = await fetch((await ticket()).url, { headers: { range: "bytes=5-" } });
  assert.deepEqual([response.status, response.headers.get("etag"), response.headers.get("last-modified")], [200, null, null]);
});

everywhere("a Content-Length that is too long", { batchDelayMs: 0, faults: { file: { contentLengthOffset: 10 } } }, async ({ ticket, fetch, sandbox, place }) => {
  const response = await fetch((await ticket()).url);
  assert.equal(response.headers.get("content-length"), String(sandbox.batchFile().size + 10));
  const { broke, bytes } = await untilBreak(response);
  assert.equal(bytes.length, sandbox.batchFile().size);
  assert.equal(broke, place === "over HTTP", "only a real client counts");
});

everywhere("the download speed", { batchDelayMs: 0, profiles: 3, faults: { file: { bytesPerSecond: 60_000 } } }, async ({ ticket, fetch, sandbox }) => {
  assert.equal((await read(await fetch((await ticket()).url))).length, sandbox.batchFile().size);
});

everywhere("faults can be removed", { faults: { failNext: [{ status: 500, times: 9 }] } }, async ({ get, sandbox }) => {
  assert.equal((await get("/user")).status, 500);
  assert.deepEqual(sandbox.faults, { failNext: [{ status: 500, times: 9 }] });
  sandbox.faults = {};
  assert.equal((await get("/user")).status, 200);
});

test("fetch: an aborted signal sends nothing", async () => {
  const sandbox = createSandbox();
  const reason = new Error("before");
  await assert.rejects(sandbox.fetch("http://x/user", { signal: AbortSignal.abort(reason) }), (error) => error === reason);
  assert.equal(sandbox.requests.length, 0);
});

test("fetch: takes strings, URLs and Requests, needs no `this`, and sets the URL without the hash", async () => {
  const { fetch, apiKey } = createSandbox();
  const headers = { authorization: `Bearer ${apiKey}` };
  for (const input of ["http://x/user#a", new URL("http://x/user"), new Request("http://x/user")]) {
    const response = await fetch(input, { headers });
    assert.deepEqual([response.status, response.url], [200, "http://x/user"]);
  }
  const signal = AbortSignal.abort(new Error("inside"));
  await assert.rejects(fetch(new Request("http://x/user", { signal })), /inside/);
  await assert.rejects(fetch("not a url"), TypeError);
});

test("fetch: leaves no listener on a signal used a thousand times", async () => {
  const sandbox = createSandbox({ batchDelayMs: 0, rateLimit: false });
  const { signal } = new AbortController();
  const headers = { authorization: `Bearer ${sandbox.apiKey}` };
  const { url } = await (await sandbox.fetch("http://x/user/batch", { headers })).json();
  for (let i = 0; i < 500; i += 1) {
    await (await sandbox.fetch("http://x/user", { headers, signal })).json();
    const file = await sandbox.fetch(url, { signal });
    await (i % 2 === 0 ? file.arrayBuffer() : file.body.cancel());
  }
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("fetch: a file download ends with the signal's reason", async () => {
  const sandbox = createSandbox({ batchDelayMs: 0, profiles: 5_000 });
  const { url } = await (await sandbox.fetch("http://x/user/batch", { headers: { authorization: `Bearer ${sandbox.apiKey}` } })).json();
  const controller = new AbortController();
  const reader = (await sandbox.fetch(url, { signal: controller.signal })).body.getReader();
  assert.equal((await reader.read()).value.length, 65_536);
  controller.abort(new Error("stop"));
  await assert.rejects(reader.read(), /stop/);
  assert.equal(await verdict(await sandbox.fetch(`${url}x`)), "403/AccessDenied");
});

const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** Counts the fields of a document and how many of them are odd; lists and their elements must be unchanged. */
function compare(odd, plain, found = { fields: 0, odd: 0 }) {
  assert.equal(typeOf(odd), typeOf(plain));
  if (Array.isArray(plain)) {
    assert.equal(odd.length, plain.length);
    plain.forEach((element, index) => compare(odd[index], element, found));
    return found;
  }
  if (typeOf(plain) !== "object") {
    assert.equal(odd, plain);
    return found;
  }
  assert.deepEqual(Object.keys(odd), Object.keys(plain));
  for (const [name, value] of Object.entries(plain)) {
    if (value !== null && typeof value === "object") {
      compare(odd[name], value, found);
      continue;
    }
    found.fields += 1;
    if (typeOf(odd[name]) !== typeOf(value)) found.odd += 1;
    else assert.equal(odd[name], value);
  }
  return found;
}

const ODD_OPTIONS = { profiles: 300, batchDelayMs: 0, rateLimit: false };

everywhere("odd fields are the given share of all fields, by seed, in users, boards and the file", ODD_OPTIONS, async ({ sandbox, get, ticket, fetch }) => {
  const bodies = async () => {
    const users = await Promise.all([null, 0, 7].map(async (index) => (await get("/user", index === null ? {} : { "profile-key": sandbox.profileKey(index) })).json()));
    return [...users, await (await get("/user/details/pinterest")).json(), await (await fetch((await ticket()).url)).json()];
  };
  const plain = await bodies();
  assert.deepEqual(await bodies(), plain);
  sandbox.faults = { oddFields: 1 };
  for (const [index, odd] of (await bodies()).entries()) {
    const found = compare(odd, plain[index]);
    assert.ok(found.odd > 0.9 * found.fields, `only values of one character stay: ${JSON.stringify(found)}`);
  }
  sandbox.faults = { oddFields: 0.05 };
  const [few, again] = [await bodies(), await bodies()];
  assert.deepEqual(few, again);
  const { fields, odd } = compare(few.at(-1), plain.at(-1));
  assert.ok(odd > 0.04 * fields && odd < 0.06 * fields, `${odd} of ${fields}`);
});

test("odd fields differ by seed and by profile, in each shape of the file, which keeps its length and can be read from any byte", async () => {
  const open = (options) => createSandbox({ ...ODD_OPTIONS, ...options, faults: { oddFields: 0.2 } });
  const user = async (sandbox, index) => (await sandbox.fetch("https://a.example/user", { headers: { authorization: `Bearer ${sandbox.apiKey}`, "profile-key": sandbox.profileKey(index) } })).text();
  const own = { profileKey: "OWN", user: { refId: 'a "{ key', title: "{", displayNames: [{ platform: "tiktok", id: "1234" }] } };
  assert.equal(await user(open(), 0), await user(open(), 0));
  const ask = async (sandbox) => (await sandbox.fetch("https://a.example/user", { headers: { authorization: `Bearer ${sandbox.apiKey}`, "profile-key": "OWN" } })).text();
  const seeds = new Set(await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => ask(open({ seed, userProfiles: [own] })))));
  assert.ok(seeds.size > 1, "the same for every seed");
  for (const fileShape of ["array", "wrapped", "keyed", "ndjson"]) {
    const sandbox = open({ fileShape, userProfiles: [own], profiles: 40 });
    const plain = await whole(sandbox);
    const { url } = await (await sandbox.fetch("https://a.example/user/batch", { headers: { authorization: `Bearer ${sandbox.apiKey}` } })).json();
    const file = await read(await sandbox.fetch(url));
    assert.equal(file.length, plain.length, fileShape);
    const records = (bytes) => (fileShape === "ndjson" ? bytes.toString().trim().split("\n").map((line) => JSON.parse(line)) : JSON.parse(bytes.toString()));
    assert.ok(compare({ all: records(file) }, { all: records(plain) }).odd > 0, fileShape);
    const from = 12_345;
    const rest = await read(await sandbox.fetch(url, { headers: { range: `bytes=${from}-` } }));
    assert.deepEqual(rest, file.subarray(from), fileShape);
  }
});

test("an invalid share of odd fields is rejected, and the error names the option", () => {
  for (const oddFields of [-0.1, 1.1, Number.NaN, "1", null]) assert.throws(() => createSandbox({ faults: { oddFields } }), { name: "TypeError", message: /`faults.oddFields`/ });
});
