// Bodies that are not a `ReadableStream`: `fetch` polyfills return Node streams, and mocks in tests can return anything.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import nodeFetch from "node-fetch";
import nodeFetch2 from "node-fetch-2";
import { failure, fixture } from "./helpers.mjs";

const FILE = Buffer.from('{"refId":"a"}\n{"refId":"b"}\n{"refId":"c"}\n');
const USER = Buffer.from(fixture("user"));

/** The API and the file host. The download is cut once at each position in `cuts`. */
async function served(t, { cuts = [] } = {}) {
  const server = createServer((request, response) => {
    if (request.url.startsWith("/api/user")) {
      // No Content-Length, so that the body must be read to its end.
      response.setHeader("content-type", "application/json");
      response.write(USER.subarray(0, 100));
      return void response.end(USER.subarray(100));
    }
    const cut = cuts.shift();
    response.setHeader("content-length", FILE.length);
    if (cut === undefined) return void response.end(FILE);
    response.write(FILE.subarray(0, cut), () => setImmediate(() => response.destroy()));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;
  const batch = { success: true, url: `${origin}/users.json`, urlAvailable: new Date(0).toISOString(), urlExpires: new Date(Date.now() + 3_600_000).toISOString() };
  return { batch, clientOf: (fetch) => new AyrshareUser({ apiKey: "K1K1K1K1", baseUrl: `${origin}/api`, fetch }) };
}

async function ids(stream) {
  const found = [];
  for await (const { refId } of stream) found.push(refId);
  return found;
}

for (const [name, fetch] of [["node-fetch 3", nodeFetch], ["node-fetch 2, which is cross-fetch in Node", nodeFetch2]]) {
  test(`calls and streams over ${name}`, async (t) => {
    const { clientOf, batch } = await served(t, { cuts: [20] });
    const client = clientOf(fetch);
    assert.deepEqual((await client.getUser()).activeSocialAccounts, JSON.parse(USER).activeSocialAccounts);
    // node-fetch 2 does not report dropped connections.
    const stream = client.streamProfiles({ batch, idleTimeoutMs: fetch === nodeFetch2 ? 300 : undefined });
    assert.deepEqual(await ids(stream), ["a", "b", "c"]);
    assert.equal(stream.progress.resumes, 1);
  });
}

/** A mock response such as people write for tests. */
const responseOf = (body, headers = {}) => ({
  status: 200,
  headers: new Headers(headers),
  body,
  arrayBuffer: async () => assert.fail("the body is read piece by piece"),
});

async function* pieces(bytes) {
  for (let at = 0; at < bytes.length; at += 7) yield new Uint8Array(bytes.subarray(at, at + 7));
}

for (const [name, bodyOf] of [
  ["a stream of Node's", (bytes) => Readable.from([bytes.subarray(0, 20), bytes.subarray(20)])],
  ["an async generator", pieces],
  ["an async iterator without more", (bytes) => {
    const parts = [bytes, undefined];
    return { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: parts[0] === undefined, value: parts.shift() }) }) };
  }],
]) {
  test(`a body that is ${name} is read`, async (t) => {
    const { clientOf, batch } = await served(t);
    const client = clientOf(async (url) => responseOf(bodyOf(String(url).includes("/api/") ? USER : FILE)));
    assert.deepEqual((await client.getUser()).displayNames.length, JSON.parse(USER).displayNames.length);
    assert.deepEqual(await ids(client.streamProfiles({ batch })), ["a", "b", "c"]);
  });
}

for (const [name, bodyOf] of [
  ["texts", async function* (bytes) { yield bytes.toString(); }],
  ["an empty text", async function* () { yield ""; }],
  ["numbers", async function* (bytes) { yield* bytes; }],
  ["words of two bytes", async function* (bytes) { yield new Uint16Array(bytes); }],
  ["nothing", async function* () { yield undefined; }],
  ["a stream of texts", (bytes) => new ReadableStream({ start: (controller) => (controller.enqueue(bytes.toString()), controller.close()) })],
  ["no iterable", () => ({})],
  ["a text itself", (bytes) => bytes.toString()],
]) {
  test(`a body of ${name} rejects with \`config\`, and nothing is lost silently`, async (t) => {
    const { clientOf, batch } = await served(t);
    const client = clientOf(async (url) => responseOf(bodyOf(String(url).includes("/api/") ? USER : FILE)));
    for (const reading of [client.getUser(), ids(client.streamProfiles({ batch }))]) {
      assert.match((await failure(reading, "config")).message, /neither a ReadableStream of bytes nor an async iterable of bytes/);
    }
  });
}

test("where Node emulates a document, the body itself is read: happy-dom's copies are empty", async (t) => {
  const { clientOf } = await served(t);
  const { fetch } = globalThis;
  Object.assign(globalThis, { window: globalThis, document: {} });
  t.after(() => {
    globalThis.fetch = fetch;
    delete globalThis.window;
    delete globalThis.document;
  });
  globalThis.fetch = async (...request) => Object.assign(await fetch(...request), { clone: () => new Response(new Uint8Array()) });
  const user = await clientOf().getUser();
  assert.equal(user.refId, JSON.parse(USER).refId);
});
