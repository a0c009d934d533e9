// The batch ticket and the file host: times, signatures, ranges, entity tags, shapes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSandbox } from "ayrshare-user/sandbox";
import { clockAt, everywhere, SAMPLE_MS, verdict } from "./helpers.mjs";

const MINUTE = 60_000;
const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());

everywhere("the ticket has the documented fields, formats and intervals", () => ({ now: clockAt().now, batchDelayMs: 5 * MINUTE }), async ({ ticket }) => {
  const { url, ...rest } = await ticket();
  assert.deepEqual(rest, {
    success: true,
    urlAvailable: "2024-01-11T22:47:37Z",
    urlExpires: "2024-01-18T22:42:36Z",
    lastUpdated: "2024-01-11T22:42:36.808Z",
    nextUpdate: "2024-01-11T22:54:36.808Z",
  });
  assert.match(url, /\/batch\.ayrshare\.com\/users\/[0-9a-f]{20}\/users-batch-2024-01-11-22-42\.json\?X-Goog-Algorithm=GOOG4-RSA-SHA256&/);
  assert.match(new URL(url).searchParams.get("X-Goog-Signature"), /^[0-9a-f]{512}$/);
});

test("over HTTP the file is another origin", async (t) => {
  const { serveSandbox } = await import("ayrshare-user/sandbox/node");
  const { baseUrl, fileOrigin, sandbox, close } = await serveSandbox({ batchDelayMs: 0 });
  t.after(close);
  const headers = { authorization: `Bearer ${sandbox.apiKey}` };
  const { url } = await (await fetch(`${baseUrl}/user/batch`, { headers })).json();
  assert.equal(new URL(url).origin, fileOrigin);
  assert.notEqual(fileOrigin, new URL(baseUrl).origin);
  assert.equal((await fetch(url.replace(fileOrigin, new URL(baseUrl).origin))).status, 404, "the API's port has no file");
  assert.equal((await fetch(`${fileOrigin}/api/user`, { headers })).status, 404, "the file's port has no API");
});

const clock = clockAt();
everywhere("the same URL inside the window, another after it", () => ((clock.ms = SAMPLE_MS), { now: clock.now }), async ({ ticket }) => {
  const first = await ticket();
  clock.ms += 12 * MINUTE - 1;
  assert.deepEqual(await ticket(), first);
  clock.ms += 1;
  const next = await ticket();
  assert.notEqual(next.url, first.url);
  assert.equal(next.lastUpdated, clock.iso());
});

everywhere("by default the file is available immediately in process, and after a second over HTTP", () => ({ now: clockAt().now }), async ({ ticket, fetch, place }) => {
  const { url, urlAvailable } = await ticket();
  assert.equal(urlAvailable, place === "in-process" ? "2024-01-11T22:42:36Z" : "2024-01-11T22:42:38Z");
  assert.equal((await fetch(url)).status, place === "in-process" ? 200 : 403);
});

for (const notReadyStatus of [403, 404]) {
  everywhere(`before urlAvailable ${notReadyStatus}, then the file, at last ExpiredToken`, () => ((clock.ms = SAMPLE_MS), { now: clock.now, notReadyStatus, batchDelayMs: 1_000 }), async ({ ticket, fetch }) => {
    const { url, urlAvailable, urlExpires } = await ticket();
    clock.ms = Date.parse(urlAvailable) - 1;
    const early = await fetch(url);
    assert.equal(early.headers.get("content-type"), "application/xml; charset=UTF-8");
    assert.equal(await verdict(early), notReadyStatus === 403 ? "403/AccessDenied" : "404/NoSuchKey");
    clock.ms = Date.parse(urlAvailable);
    assert.equal((await fetch(url)).status, 200);
    clock.ms = Date.parse(urlExpires) - 1;
    assert.equal((await fetch(url)).status, 200);
    clock.ms = Date.parse(urlExpires);
    assert.equal(await verdict(await fetch(url)), "403/ExpiredToken");
  });
}

const SECOND_CREDENTIALS = { authorization: "Bearer KEY", "profile-key": "KEY", "content-type": "application/json", "x-anything": "1" };
for (const [name, value] of Object.entries(SECOND_CREDENTIALS)) {
  everywhere(`a signed URL rejects ${name}`, { batchDelayMs: 0 }, async ({ ticket, fetch }) => {
    assert.equal(await verdict(await fetch((await ticket()).url, { headers: { [name]: value } })), "400/InvalidArgument");
  });
}

const TAMPERED = [
  ["no query", (url) => url.split("?")[0], "403/AccessDenied"],
  ["no signature", (url) => url.replace(/&X-Goog-Signature=.*/, ""), "403/AccessDenied"],
  ["one digit of the signature", (url) => url.replace(/.$/, (last) => (last === "0" ? "1" : "0")), "403/SignatureDoesNotMatch"],
  ["a longer life", (url) => url.replace("X-Goog-Expires=604800", "X-Goog-Expires=604801"), "403/SignatureDoesNotMatch"],
  ["another object", (url) => url.replace(".json", "x.json"), "403/SignatureDoesNotMatch"],
  ["something appended", (url) => `${url}&x=1`, "403/AccessDenied"],
];
for (const [name, change, expected] of TAMPERED) {
  everywhere(`URL with ${name}: ${expected}`, { batchDelayMs: 0 }, async ({ ticket, fetch }) => {
    assert.equal(await verdict(await fetch(change((await ticket()).url))), expected);
  });
}

everywhere("writing to the file host is rejected", { batchDelayMs: 0 }, async ({ ticket, fetch }) => {
  assert.equal(await verdict(await fetch((await ticket()).url, { method: "DELETE" })), "405/MethodNotAllowed");
});

everywhere("HEAD returns length, type and tag, and no body", { batchDelayMs: 0 }, async ({ ticket, fetch, sandbox }) => {
  const response = await fetch((await ticket()).url, { method: "HEAD", headers: { range: "bytes=0-1" } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-length"), String(sandbox.batchFile().size));
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("accept-ranges"), "bytes");
  assert.match(response.headers.get("etag"), /^"[0-9a-f]{32}"$/);
  assert.equal((await bytesOf(response)).length, 0);
});

/** Header, status, and the expected bytes for a file of this size; `null` means the whole file. */
const RANGES = [
  ["bytes=0-0", 206, () => [0, 1]],
  ["bytes=5-9", 206, () => [5, 10]],
  ["bytes=100-", 206, (size) => [100, size]],
  ["bytes=-7", 206, (size) => [size - 7, size]],
  ["bytes=0-999999999", 206, (size) => [0, size]],
  ["bytes=-999999999", 206, (size) => [0, size]],
  ["bytes=999999999-", 416],
  ["bytes=-0", 416],
  ["bytes=9-5", 200],
  ["bytes=-", 200],
  ["bytes=0-1,4-5", 200],
  ["lines=0-1", 200],
];
for (const [range, status, expected] of RANGES) {
  everywhere(`Range: ${range} gives ${status}`, { batchDelayMs: 0 }, async ({ ticket, fetch }) => {
    const { url } = await ticket();
    const whole = await bytesOf(await fetch(url));
    const response = await fetch(url, { headers: { range } });
    assert.equal(response.status, status);
    if (status === 416) {
      assert.equal(response.headers.get("content-range"), `bytes */${whole.length}`);
      return assert.equal(await verdict(response), "416/InvalidRange");
    }
    const [from, to] = expected?.(whole.length) ?? [0, whole.length];
    const got = await bytesOf(response);
    assert.ok(got.equals(whole.subarray(from, to)));
    assert.equal(response.headers.get("content-length"), String(to - from));
    assert.equal(response.headers.get("content-range"), status === 206 ? `bytes ${from}-${to - 1}/${whole.length}` : null);
  });
}

everywhere("If-Range, If-Match, If-None-Match", { batchDelayMs: 0 }, async ({ ticket, fetch }) => {
  const { url } = await ticket();
  const ask = async (headers) => (await fetch(url, { headers })).status;
  const first = await fetch(url);
  await first.arrayBuffer();
  const etag = first.headers.get("etag");
  const modified = first.headers.get("last-modified");
  const range = "bytes=1-2";
  assert.deepEqual([await ask({ range, "if-range": etag }), await ask({ range, "if-range": '"other"' })], [206, 200]);
  const other = new Date(Date.parse(modified) + 1000).toUTCString();
  assert.deepEqual([await ask({ range, "if-range": modified }), await ask({ range, "if-range": other })], [206, 200]);
  assert.deepEqual([await ask({ "if-match": etag }), await ask({ "if-match": '"a", "b"' })], [200, 412]);
  assert.deepEqual([await ask({ "if-none-match": etag }), await ask({ "if-none-match": '"other"' })], [304, 200]);
});

const own = [{ profileKey: "A", user: { refId: "ref-a", displayNames: [{ platform: "instagram", usedQuota: 1, type: "business" }] } }, { profileKey: "B", user: { title: "ohne refId" } }];
const SHAPES = {
  array: (text) => JSON.parse(text),
  wrapped: (text) => JSON.parse(text).users,
  keyed: (text) => Object.entries(JSON.parse(text)).map(([key, user], i) => (assert.equal(key, user.refId ?? `profile-${i}`), user)),
  ndjson: (text) => text.split("\n").slice(0, -1).map((line) => JSON.parse(line)),
};
for (const [fileShape, read] of Object.entries(SHAPES)) {
  everywhere(`file shape ${fileShape}: own profiles first, then the generated ones, as /user returns them`, { fileShape, userProfiles: own, profiles: 40, primaryInFile: true, batchDelayMs: 0, rateLimit: false }, async ({ ticket, fetch, get, sandbox }) => {
    const users = read(await (await fetch((await ticket()).url)).text());
    const keys = [null, "A", "B", ...Array.from({ length: 40 }, (_, i) => sandbox.profileKey(i))];
    assert.equal(users.length, keys.length);
    for (const [i, key] of keys.entries()) {
      assert.deepEqual(users[i], await (await get("/user", key === null ? {} : { "profile-key": key })).json());
    }
    assert.equal(users[1].displayNames[0].usedQuota, undefined);
  });
  test(`an empty file of shape ${fileShape} is complete`, async () => {
    const file = createSandbox({ fileShape, profiles: 0 }).batchFile();
    const text = await new Response(file.stream()).text();
    assert.deepEqual([text.length, read(text)], [file.size, []]);
  });
}

test("deleted profiles are left out of the next file, not of the current one", async () => {
  const sandbox = createSandbox({ profiles: 1_500, userProfiles: own });
  const before = sandbox.batchFile();
  for (const key of [sandbox.profileKey(0), sandbox.profileKey(1), sandbox.profileKey(1_200), "A"]) sandbox.setProfileState(key, { deleted: true });
  const titles = async (file) => JSON.parse(await new Response(file.stream()).text()).map(({ refId }) => refId);
  const all = await titles(before);
  const gone = new Set([0, 2, 3, 1_202]);
  assert.equal(all.length, 1_502);
  assert.deepEqual(await titles(sandbox.batchFile()), all.filter((_, i) => !gone.has(i)));
});

test("any two adjacent ranges add up to the whole file", async () => {
  for (const [fileShape, chunkBytes, longest] of [["array", 65_536, 9_000], ["keyed", 3, 300], ["ndjson", 977, 9_000], ["wrapped", 4_096, 9_000]]) {
    const sandbox = createSandbox({ fileShape, profiles: 2_100, userProfiles: own, seed: 7 });
    const file = sandbox.batchFile();
    const read = async (from, to, chunk) => bytesOf(new Response(file.stream(from, to, chunk)));
    const whole = await read(0, file.size, 65_536);
    assert.equal(whole.length, file.size);
    let state = 1;
    const random = (limit) => (state = (state * 48_271) % 2_147_483_647) % limit;
    for (let i = 0; i < 60; i += 1) {
      const cut = random(file.size + 1);
      const span = random(longest);
      const left = await read(Math.max(0, cut - span), cut, chunkBytes);
      const right = await read(cut, Math.min(file.size, cut + span), chunkBytes);
      assert.ok(Buffer.concat([left, right]).equals(whole.subarray(Math.max(0, cut - span), Math.min(file.size, cut + span))), `${fileShape} at ${cut}`);
    }
  }
});

everywhere("a ticket remains valid after the next one", () => ((clock.ms = SAMPLE_MS), { now: clock.now, batchWindowMs: MINUTE, batchDelayMs: 0 }), async ({ ticket, fetch }) => {
  const first = await ticket();
  clock.ms += MINUTE;
  const second = await ticket();
  assert.notEqual(first.url, second.url);
  assert.deepEqual([(await fetch(first.url)).status, (await fetch(second.url)).status], [200, 200]);
});
