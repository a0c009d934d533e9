// A batch file in hand: every kind of source gives what a download gives, without a request; every way in which a source can be wrong, fail
// or stall is a typed error; and whatever was opened is released.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, openAsBlob, openSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { after, before, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { AyrshareUser, compareProfiles, streamProfiles, sweepProfiles } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { Response as FetchedBody } from "node-fetch";
import { Response as OldFetchedBody } from "node-fetch-2";
import { failure } from "./helpers.mjs";

const sandbox = createSandbox({ batchDelayMs: 0, profiles: 300 });
const hosted = new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
const folder = mkdtempSync(join(tmpdir(), "source-"));
const inFolder = (name) => join(folder, name);
let [text, bytes, zipped, profiles, report] = [];
const { fetch } = globalThis;

before(async () => {
  text = await (await sandbox.fetch((await hosted.getUserBatch()).url)).text();
  bytes = new TextEncoder().encode(text);
  zipped = Uint8Array.from(gzipSync(bytes));
  profiles = await all(hosted.streamProfiles());
  report = comparable(await hosted.sweepProfiles());
  for (const [name, content] of [["a.json", bytes], ["a.json.gz", zipped], ["empty", ""]]) writeFileSync(inFolder(name), content);
  globalThis.fetch = () => assert.fail("a source in hand needs no request");
});

after(() => {
  globalThis.fetch = fetch;
  rmSync(folder, { recursive: true });
});

async function all(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

const comparable = ({ durationMs, ...rest }) => rest;

async function* inPieces(all, size) {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

const streamOf = (chunks, type) => {
  const iterator = chunks[Symbol.iterator]();
  return new ReadableStream({
    type,
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  }, { highWaterMark: 0 });
};

const shared = (content) => {
  const view = new Uint8Array(new SharedArrayBuffer(content.length));
  view.set(content);
  return view;
};

const offset = (content) => {
  const room = new Uint8Array(content.length + 10).fill(0x7b);
  room.set(content, 5);
  return room.subarray(5, -5);
};

/** Bytes of another realm: nothing of it is an instance of this realm's classes. */
const foreign = (content, what) => {
  const realm = createContext({ length: content.length });
  const view = runInContext("globalThis.view = new Uint8Array(length); view", realm);
  view.set(content);
  return runInContext(what, realm);
};

const copied = (content) => content.slice();

/** Each makes a source of bytes. */
const KINDS = {
  "a Uint8Array": copied,
  "a Buffer": (content) => Buffer.from(content),
  "a part of a buffer": offset,
  "an ArrayBuffer": (content) => copied(content).buffer,
  "a SharedArrayBuffer": (content) => shared(content).buffer,
  "a view of a SharedArrayBuffer": shared,
  "a DataView": (content) => new DataView(copied(content).buffer),
  "a Uint8Array of another realm": (content) => foreign(content, "view"),
  "an ArrayBuffer of another realm": (content) => foreign(content, "view.buffer"),
  "an async iterable of another realm": (content) => foreign(content, "(async function* () { yield view; })()"),
  "a Blob": (content) => new Blob([content]),
  "a File": (content) => new File([content], "profiles.json"),
  "a Response": (content) => new Response(content),
  "a Response with a stream": (content) => new Response(streamOf([content])),
  "a Request": (content) => new Request("https://a.example", { method: "POST", body: content }),
  "a Response of node-fetch": (content) => new FetchedBody(Buffer.from(content)),
  "a Response of node-fetch 2": (content) => new OldFetchedBody(Readable.from([Buffer.from(content)])),
  "a Response without a stream": (content) => Object.defineProperty(new Response(content), "body", { value: undefined }),
  "a ReadableStream": (content) => streamOf([content.subarray(0, 1), content.subarray(1, 1), content.subarray(1, 70_000), content.subarray(70_000)]),
  "a byte stream": (content) => streamOf(content.length === 0 ? [] : [copied(content)], "bytes"),
  "a Node stream": (content) => Readable.from([Buffer.from(content.subarray(0, 1)), Buffer.from(content.subarray(1))]),
  "an async generator": (content) => inPieces(content, 1_000),
  "an async generator of single bytes": (content) => inPieces(content, content.length > 100_000 ? 997 : 1),
  "an async iterable of ArrayBuffers": async function* (content) { yield copied(content).buffer; },
};

/** Runs a test with each way to read a source. */
function inBothWays(name, body) {
  test(`${name}: stream`, () => body((...args) => all(streamProfiles(...args))));
  test(`${name}: sweep`, () => body(sweepProfiles));
}

async function readsAll(source, total) {
  const stream = streamProfiles(source());
  assert.deepEqual(await all(stream), profiles);
  const { bytesRead, bytesTotal, resumes, bytesReread } = stream.progress;
  assert.deepEqual({ bytesRead, bytesTotal, resumes, bytesReread }, { bytesRead: bytes.length, bytesTotal: total, resumes: 0, bytesReread: 0 });
  assert.deepEqual(comparable(await sweepProfiles(source())), report);
}

const SIZED = ["a Uint8Array", "a Buffer", "a part of a buffer", "an ArrayBuffer", "a SharedArrayBuffer", "a view of a SharedArrayBuffer", "a DataView", "a Uint8Array of another realm", "an ArrayBuffer of another realm", "a Blob", "a File"];

for (const [name, make] of Object.entries(KINDS)) {
  test(`${name} gives what the download gives`, () => readsAll(() => make(bytes), SIZED.includes(name) ? bytes.length : undefined));
  test(`${name} of gzip gives what the download gives`, () => readsAll(() => make(zipped), undefined));
}

test("a string gives what the download gives", () => readsAll(() => text, undefined));

test("files of Node give what the download gives", async () => {
  await readsAll(() => createReadStream(inFolder("a.json")), undefined);
  await readsAll(() => createReadStream(inFolder("a.json.gz"), { highWaterMark: 97 }), undefined);
  const [blob, zippedBlob] = [await openAsBlob(inFolder("a.json")), await openAsBlob(inFolder("a.json.gz"))];
  await readsAll(() => blob, bytes.length);
  await readsAll(() => zippedBlob, undefined);
});

test("a Response's Content-Length is the total, unless the body is encoded or the header may be hidden", async () => {
  const totalOf = async (headers, type) => {
    const response = new Response(copied(bytes), { headers });
    if (type) Object.defineProperty(response, "type", { value: type });
    const stream = streamProfiles(response);
    for await (const _ of stream) break;
    return stream.progress.bytesTotal;
  };
  assert.equal(await totalOf({ "content-length": bytes.length }), bytes.length);
  assert.equal(await totalOf({ "content-length": bytes.length, "content-encoding": "gzip" }), undefined);
  assert.equal(await totalOf({ "content-length": bytes.length }, "cors"), undefined);
  assert.equal(await totalOf({ "content-length": "7, 7" }), undefined);
  // More than that has been read.
  assert.equal(await totalOf({ "content-length": 1 }), undefined);
});

test("a string is encoded without cutting its characters", async () => {
  // Slices end at every position of the pattern.
  const title = "\u{1F389}é x".repeat(60_000);
  const long = `[{"refId":"a","title":"${title}"},{"refId":"b","title":"\uD800 alone"}]`;
  const [first, second] = await all(streamProfiles(long));
  assert.equal(first.title, title);
  assert.equal(second.title, "\uFFFD alone");
  assert.equal((await sweepProfiles(`\uFEFF ${long}`)).profiles, 2);
});

test("a client reads a source without a key and with its own options", async () => {
  const events = [];
  const client = new AyrshareUser({ onEvent: (event) => events.push(event), onInvalid: "throw", fetch: () => assert.fail("no request") });
  assert.deepEqual(await all(client.streamProfiles({ source: new Blob([bytes]) })), profiles);
  assert.deepEqual(comparable(await client.sweepProfiles({ source: text })), report);
  assert.deepEqual([...new Set(events.map(({ type, endpoint, url }) => `${type} ${endpoint} ${url}`))], ["progress file "]);
  const odd = '[{"refId":"a","displayNames":[{"platform":7}]}]';
  await failure(all(client.streamProfiles({ source: odd })), "decode");
  await failure(client.sweepProfiles({ source: odd }), "decode");
  assert.equal((await all(client.streamProfiles({ source: odd, onInvalid: "report" }))).length, 1);
});

test("`source` is not for downloads, and the functions have no options of downloads", async () => {
  const batch = { status: "success", url: "https://a.example" };
  for (const options of [{ source: text, batch }, { source: text, waitMs: 0 }]) {
    assert.match((await failure(all(hosted.streamProfiles(options)), "config")).message, /`batch` and `waitMs`/);
    assert.match((await failure(hosted.sweepProfiles(options), "config")).message, /`batch` and `waitMs`/);
  }
  for (const options of [{ batch }, { waitMs: 0 }, { source: text }, { apiKey: "K" }]) {
    const name = new RegExp(`\`${Object.keys(options)[0]}\``);
    assert.match((await failure(all(streamProfiles(text, options)), "config")).message, name);
    assert.match((await failure(sweepProfiles(text, options), "config")).message, name);
  }
  assert.match((await failure(all(streamProfiles(text, { onEvent: 7 })), "config")).message, /`onEvent`/);
  // `null` would otherwise order a file.
  await failure(all(hosted.streamProfiles({ source: null })), "config");
});

test("records are selected, filtered, limited and checked as in a download", async () => {
  const where = { network: "instagram" };
  const [here, there] = [streamProfiles(text, { select: ["refId"], where }), hosted.streamProfiles({ select: ["refId"], where })];
  assert.deepEqual(await all(here), await all(there));
  assert.equal(here.progress.filtered, there.progress.filtered);
  const options = { maxEntries: 3, refreshWithinDays: 90, quotaShare: 0.1 };
  assert.deepEqual(comparable(await sweepProfiles(bytes, options)), comparable(await hosted.sweepProfiles(options)));
  const odd = '[{"refId":"a"},7,{"refId":"b"}]';
  const seen = [];
  assert.equal((await all(streamProfiles(odd, { onInvalid: (record) => seen.push(record) }))).length, 2);
  assert.deepEqual(seen.map(({ index, offset }) => [index, offset]), [[1, 15]]);
  await failure(all(streamProfiles(odd, { onInvalid: "throw" })), "decode");
  await failure(all(streamProfiles(text, { maxRecordBytes: 10 })), "decode");
});

test("a function for invalid records that throws ends the read with its error, and releases the source", async () => {
  let returned = 0;
  const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: new TextEncoder().encode("[7,") }), return: async () => ({ done: Boolean(returned += 1) }) }) };
  const fault = new Error("mine");
  const error = await all(streamProfiles(source, { onInvalid: () => { throw fault; } })).catch((thrown) => thrown);
  assert.equal(error, fault);
  assert.equal(returned, 1);
});

test("progress is reported each megabyte and at the end", async () => {
  const events = [];
  const large = new TextEncoder().encode(`${JSON.stringify({ refId: "a", title: "x".repeat(1_000) })}\n`.repeat(3_000));
  await sweepProfiles(new Blob([large]), { onEvent: (event) => events.push(event) });
  assert.deepEqual(events.at(-1), { type: "progress", endpoint: "file", url: "", bytesRead: large.length, profiles: 3_000, resumes: 0, bytesReread: 0, bytesTotal: large.length });
  assert.ok(events.length >= 3 && events.length <= 4, String(events.length));
  const seen = [];
  await sweepProfiles(gzipSync(large), { onEvent: ({ bytesRead, bytesTotal }) => seen.push([bytesRead, bytesTotal]) });
  assert.deepEqual(seen.at(-1), [large.length, undefined]);
});

const throwing = (name) => Object.defineProperty({}, name, { get: () => { throw new Error("mine"); } });
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const locked = streamOf([]);
locked.getReader();
const used = new Response("[]");
await used.text();
const wrongs = {
  undefined: [undefined, /undefined/], null: [null, /null/], "a number": [7, /number/], true: [true, /boolean/], "a list": [[1, 2], /Array/],
  "a Map": [new Map(), /Map/], "a promise": [Promise.resolve("[]"), /Promise/], "a URL": [new URL("https://a.example/f.json"), /URL/], "a function": [() => "[]", /function/],
  "a path": ["./profiles.json", /not its path or URL/], "an address": ["https://a.example/f.json", /not its path or URL/],
  "a getter that throws": [throwing("getReader"), /cannot be read/], "a getter of another name that throws": [throwing("bodyUsed"), /cannot be read/], "a revoked Proxy": [revoked.proxy, /cannot be read/],
  "a detached buffer": [detached, /cannot be read/], "a locked stream": [locked, /locked/], "a used Response": [used, /has been read/],
  "an error Response": [Response.error(), /type error/], "an opaque Response": [Object.defineProperty(new Response(null), "type", { value: "opaque" }), /type opaque/],
  "a body that is no stream": [{ bodyUsed: false, body: 7 }, /must be/], "an iterator that cannot be made": [{ [Symbol.asyncIterator]: () => { throw new Error("mine"); } }, /cannot be opened/],
  "an iterator that is none": [{ [Symbol.asyncIterator]: () => 7 }, /failed|cannot be opened/],
};

for (const [name, [source, message]] of Object.entries(wrongs)) {
  inBothWays(`${name} is no source`, async (read) => {
    const error = await failure(read(source), name === "an iterator that is none" ? "network" : "config");
    assert.match(error.message, message);
    assert.deepEqual(error.attempts, []);
  });
}

inBothWays("a Response that is an error is one of kind `api`, and its body stays unread", async (read) => {
  for (const status of [404, 500]) {
    const response = new Response("<html>", { status });
    const error = await failure(read(response), "api");
    assert.deepEqual([error.status, response.bodyUsed], [status, false]);
    assert.match(error.message, new RegExp(`status ${status}`));
  }
});

inBothWays("a Response that is only a part of the file is `config`, and its body stays unread", async (read) => {
  const end = bytes.length - 1;
  const part = (range) => new Response(copied(bytes), { status: 206, headers: range && { "content-range": range } });
  for (const range of [undefined, `bytes 0-${end}/1000000000`, `bytes 1-${end}/${bytes.length}`, `bytes 0-${end}/*`]) {
    const response = part(range);
    assert.match((await failure(read(response), "config")).message, /status 206.*not the whole batch file/);
    assert.equal(response.bodyUsed, false);
  }
  await read(part(`bytes 0-${end}/${bytes.length}`));
});

inBothWays("wrong options leave the source unopened", async (read) => {
  const stream = streamOf([bytes]);
  await failure(read(stream, { maxRecordBytes: -1 }), "config");
  await failure(read(stream, { signal: AbortSignal.abort() }), "aborted");
  assert.equal(stream.locked, false);
  await read(stream);
});

/** A source that counts what is done to it. */
function watched(...results) {
  const counts = { pulled: 0, returned: 0 };
  const next = async () => {
    const result = results[Math.min(counts.pulled, results.length - 1)];
    counts.pulled += 1;
    if (result instanceof Error) throw result;
    return typeof result === "function" ? result() : result;
  };
  const source = { [Symbol.asyncIterator]: () => ({ next, return: async () => ({ done: Boolean((counts.returned += 1)) }) }) };
  return { source, counts };
}

const chunk = (value) => ({ done: false, value });
const encoded = (value) => chunk(new TextEncoder().encode(value));
const END = { done: true, value: undefined };

for (const [name, value, what] of [["text", "[]", "string"], ["a number", 91, "number"], ["null", null, "null"], ["nothing", undefined, "undefined"], ["a list", [91, 93], "Array"]]) {
  inBothWays(`a source that yields ${name} is \`config\`, and is released`, async (read) => {
    const { source, counts } = watched(encoded('[{"refId":"a"},'), chunk(value));
    const error = await failure(read(source), "config");
    assert.match(error.message, new RegExp(`yielded .*${what}, not bytes`));
    assert.deepEqual(counts, { pulled: 2, returned: 1 });
    await failure(read(streamOf([bytes.slice(0, 1_000), value].filter((each) => each !== undefined || value === undefined))), "config");
  });
}

inBothWays("a source that fails is `network` with its own error, and is not cancelled", async (read) => {
  const cause = Object.assign(new Error("mine"), { code: "EIO" });
  const { source, counts } = watched(encoded('[{"refId":"a"},'), cause);
  const error = await failure(read(source), "network");
  assert.equal(error.cause, cause);
  assert.match(error.message, /EIO$/);
  assert.equal(counts.returned, 0);
  for (const odd of [7, null, Object.defineProperty(new Error(), "code", { get: () => { throw new Error(); } }), { code: "two words", name: 7 }]) {
    const failing = streamOf([]);
    Object.defineProperty(failing, "getReader", { value: () => ({ read: () => Promise.reject(odd), releaseLock() {} }) });
    assert.equal((await failure(read(failing), "network")).cause, odd);
  }
  for (const result of [null, 7]) await failure(read(watched(result, END).source), result === null ? "network" : "config");
});

test("all profiles before a failure are delivered", async () => {
  for (const end of [new Error("mine"), chunk("text")]) {
    const seen = [];
    const { source } = watched(encoded('[{"refId":"a"},{"refId":"b"},{"ref'), end);
    await assert.rejects(async () => {
      for await (const { refId } of streamProfiles(source)) seen.push(refId);
    });
    assert.deepEqual(seen, ["a", "b"]);
  }
});

inBothWays("missing files and folders", async (read) => {
  assert.equal((await failure(read(createReadStream(inFolder("missing"))), "network")).cause.code, "ENOENT");
  const error = await failure(read(createReadStream(folder)), "network");
  assert.match(error.message, /EISDIR/);
  const blob = await openAsBlob(inFolder("a.json"));
  writeFileSync(inFolder("b.json"), bytes);
  const changed = await openAsBlob(inFolder("b.json"));
  writeFileSync(inFolder("b.json"), "[]");
  assert.match((await failure(read(changed), "network")).message, /NotReadableError/);
  await read(blob);
});

inBothWays("a Blob that lies about its size", async (read) => {
  const lying = (size) => ({ size, slice: () => ({ arrayBuffer: async () => new ArrayBuffer(0) }), arrayBuffer: async () => new ArrayBuffer(0) });
  assert.match((await failure(read(lying(7)), "network")).cause.message, /shorter/);
  await failure(read({ ...lying(7), slice: () => 7 }), "network");
  // Like Bun's standard input.
  const endless = { ...lying(Infinity), stream: () => streamOf([bytes]) };
  await read(endless);
});

inBothWays("a Response of fewer bytes than its Content-Length", async (read) => {
  const line = '{"refId":"a"}\n';
  const headers = { "content-length": 1_000 };
  for (const body of [line, gzipSync(line), streamOf([]), new ReadableStream({ start: (controller) => controller.close() })]) {
    assert.match((await failure(read(new Response(body, { headers })), "network")).cause.message, /shorter/);
  }
  // This may be the length of another body: the encoded one.
  await read(new Response(line, { headers: { ...headers, "content-encoding": "br" } }));
  await read(Object.defineProperty(new Response(line, { headers }), "type", { value: "cors" }));
});

test("a buffer that shrinks while it is read", async () => {
  const content = new TextEncoder().encode(`${'{"refId":"a"}'.padEnd(63)}\n`.repeat(16_384));
  for (const left of [262_144, 300_032]) {
    for (const view of [(buffer) => buffer, (buffer) => new Uint8Array(buffer), (buffer) => new DataView(buffer, 64)]) {
      const buffer = new ArrayBuffer(content.length, { maxByteLength: content.length });
      new Uint8Array(buffer).set(content);
      const reading = (async () => { for await (const _ of streamProfiles(view(buffer))) if (buffer.byteLength > left) buffer.resize(left); })();
      await failure(reading, "network");
    }
  }
});

/** A Blob of older versions of jsdom, which only its FileReader can read. */
class PlainBlob {
  constructor(content) { this.content = content; }
  get size() { return this.content.length; }
  slice(from, to) { return new PlainBlob(this.content.slice(from, to)); }
  get [Symbol.toStringTag]() { return "Blob"; }
}

inBothWays("a Blob without `arrayBuffer` is read with a FileReader", async (read) => {
  await failure(read(new PlainBlob(bytes)), "config");
  const fault = new Error("mine");
  globalThis.FileReader = class {
    readAsArrayBuffer({ content }) {
      this.result = content.buffer;
      this.error = fault;
      setImmediate(() => (content[0] === 0 ? this.onerror() : this.onload()));
    }
  };
  try {
    const [here, there] = [await read(new PlainBlob(bytes)), await read(new Blob([bytes]))];
    assert.equal(here.profiles ?? here.length, there.profiles ?? there.length);
    assert.equal((await failure(read(new PlainBlob(new Uint8Array(3))), "network")).cause, fault);
  } finally {
    delete globalThis.FileReader;
  }
});

const notBatch = { empty: "", spaces: " \n", "an object": '{"status":"fine"}', "cut short": '[{"refId":"a"', "a number": "7", "not JSON": "[nope]" };

for (const [name, content] of Object.entries(notBatch)) {
  inBothWays(`a file that is no batch file, ${name}: the same error from every kind of source`, async (read) => {
    const content_ = new TextEncoder().encode(content);
    const outcome = (source) => read(source).then((value) => JSON.stringify(value.profiles ?? value), ({ kind, message, path }) => [kind, message, path].join());
    const first = await outcome(content);
    if (read !== sweepProfiles) assert.match(first, /^decode/);
    for (const [kind, make] of Object.entries(KINDS)) {
      assert.equal(await outcome(make(content_)), first, kind);
      assert.equal(await outcome(make(Uint8Array.from(gzipSync(content_)))), first, `${kind} of gzip`);
    }
    assert.equal(await outcome(new Response(content === "" ? null : content)), first);
    if (content === "") for (const source of [await openAsBlob(inFolder("empty")), { bodyUsed: false, body: null }]) assert.equal(await outcome(source), first);
  });
}

const damages = {
  "cut in the middle": (gzip) => gzip.slice(0, gzip.length / 2),
  "cut in its trailer": (gzip) => gzip.slice(0, -3),
  "only its first bytes": (gzip) => gzip.slice(0, 2),
  "only its header": (gzip) => gzip.slice(0, 10),
  "a wrong byte": (gzip) => gzip.map((byte, at) => (at === 20_000 ? byte ^ 255 : byte)),
  "a wrong checksum": (gzip) => gzip.map((byte, at) => (at === gzip.length - 6 ? byte ^ 255 : byte)),
  "a wrong size": (gzip) => gzip.map((byte, at) => (at === gzip.length - 1 ? byte ^ 255 : byte)),
  "followed by something else": (gzip) => Uint8Array.from([...gzip, ...Buffer.from("and more")]),
  "followed by another": (gzip) => Uint8Array.from([...gzip, ...gzip]),
};

for (const [name, damage] of Object.entries(damages)) {
  inBothWays(`gzip with damage: ${name}`, async (read) => {
    for (const source of [damage(zipped), new Blob([damage(zipped)]), inPieces(damage(zipped), 10_000)]) {
      const { message } = await failure(read(source), "decode");
      if (!["a wrong byte", "followed by another"].includes(name)) assert.match(message, /gzip/);
    }
  });
}

inBothWays("gzip of several members is an error even if each is a batch file", async (read) => {
  const member = gzipSync('{"refId":"a"}\n');
  await read(member);
  assert.match((await failure(read(Buffer.concat([member, member])), "decode")).message, /gzip/);
});

test("the size of compressed data is not the total, even if it is larger than the file", async () => {
  const stream = streamProfiles(gzipSync(bytes, { level: 0 }));
  await all(stream);
  assert.equal(stream.progress.bytesTotal, undefined);
});

/** Some runtimes lack it, and in Next's edge routes, its constructor throws. */
const NO_DECOMPRESSION = { "no DecompressionStream": undefined, "a DecompressionStream that throws": class { constructor() { throw new TypeError("not here"); } } };
for (const [name, replacement] of Object.entries(NO_DECOMPRESSION)) {
  inBothWays(`gzip with ${name}`, async (read) => {
    const { DecompressionStream } = globalThis;
    if (replacement) globalThis.DecompressionStream = replacement;
    else delete globalThis.DecompressionStream;
    try {
      const { source, counts } = watched(chunk(zipped));
      assert.match((await failure(read(source), "config")).message, /DecompressionStream/);
      assert.deepEqual(counts, { pulled: 1, returned: 1 });
      await read(bytes);
    } finally {
      globalThis.DecompressionStream = DecompressionStream;
    }
  });
}

inBothWays("a source of gzip that fails midway is `network` with its own error", async (read) => {
  const cause = new Error("mine");
  const { source } = watched(chunk(zipped.slice(0, 20_000)), cause);
  assert.equal((await failure(read(source), "network")).cause, cause);
  const odd = watched(chunk(zipped.slice(0, 20_000)), chunk("text"));
  await failure(read(odd.source), "config");
  assert.equal(odd.counts.returned, 1);
});

const never = () => new Promise(() => {});

inBothWays("a source that stalls times out and is released", async (read) => {
  for (const stall of [never, () => chunk(new Uint8Array())]) {
    for (const first of [encoded('[{"refId":"a"},'), chunk(zipped.slice(0, 5_000))]) {
      const { source, counts } = watched(first, stall);
      const error = await failure(read(source, { idleTimeoutMs: 30 }), "timeout");
      assert.match(error.message, /`idleTimeoutMs`/);
      assert.equal(counts.returned, 1);
    }
  }
  let cancelled = 0;
  const stream = new ReadableStream({ pull: never, cancel: () => { cancelled += 1; } });
  await failure(read(stream, { idleTimeoutMs: 30 }), "timeout");
  assert.deepEqual([cancelled, stream.locked], [1, false]);
});

inBothWays("a signal ends a read that waits, and its reason is the cause", async (read) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  let destroyed = false;
  const source = new PassThrough({ destroy: (error, callback) => { destroyed = true; callback(error); } });
  source.write('[{"refId":"a"},');
  const reading = failure(read(source, { signal: controller.signal }), "aborted");
  setImmediate(() => controller.abort(reason));
  assert.equal((await reading).cause, reason);
  assert.ok(destroyed);
});

test("leaving the loop releases the source", async () => {
  const { source, counts } = watched(encoded('[{"refId":"a"},{"refId":"b"},'), encoded('{"refId":"c"}]'), END);
  for await (const _ of streamProfiles(source)) break;
  assert.deepEqual(counts, { pulled: 1, returned: 1 });
  let cancelled = 0;
  const stream = new ReadableStream({ pull: (controller) => controller.enqueue(bytes.slice(0, 100_000)), cancel: () => { cancelled += 1; } });
  for await (const _ of streamProfiles(stream)) break;
  assert.deepEqual([cancelled, stream.locked], [1, false]);
  const file = createReadStream(inFolder("a.json"));
  for await (const _ of streamProfiles(file)) break;
  assert.ok(file.destroyed);
  const gzip = createReadStream(inFolder("a.json.gz"), { highWaterMark: 1_000 });
  for await (const _ of streamProfiles(gzip)) break;
  assert.ok(gzip.destroyed);
});

test("a source that has ended is not cancelled, and its lock is released", async () => {
  const { source, counts } = watched(encoded("[]"), END);
  await all(streamProfiles(source));
  await sweepProfiles(watched(encoded("[]"), END).source);
  assert.equal(counts.returned, 0);
  const stream = streamOf([bytes]);
  await sweepProfiles(stream);
  assert.equal(stream.locked, false);
});

test("nobody waits for a source that is cancelled", async () => {
  for (const odd of [never, () => { throw new Error("mine"); }, () => Promise.reject(new Error("mine")), 7]) {
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => encoded('[{"refId":"a"},'), return: odd }) };
    for await (const _ of streamProfiles(source)) break;
    const stream = new ReadableStream({ pull: (controller) => controller.enqueue(bytes.slice(0, 100_000)), cancel: () => (typeof odd === "function" ? odd() : odd) });
    for await (const _ of streamProfiles(stream)) break;
  }
});

test("cancel() ends a read that waits", async () => {
  const { source, counts } = watched(encoded('[{"refId":"a"},'), never);
  const stream = streamProfiles(source);
  const profiles = stream[Symbol.asyncIterator]();
  await profiles.next();
  const pending = profiles.next();
  await stream.cancel();
  assert.deepEqual([(await pending).done, counts.returned], [true, 1]);
});

test("a slow reader does not make the source run ahead", async () => {
  for (const gzip of [false, true]) {
    const line = new TextEncoder().encode(`${JSON.stringify({ refId: "a", title: Array.from({ length: 2_000 }, (_, index) => index * 7_919 % 9_973).join(" ") })}\n`);
    const content = new Uint8Array(line.length * 2_000);
    for (let at = 0; at < 2_000; at += 1) content.set(line, at * line.length);
    const whole = gzip ? Uint8Array.from(gzipSync(content, { level: 0 })) : content;
    let pulled = 0;
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(whole.slice(pulled, (pulled += 20_000)));
        if (pulled >= whole.length) controller.close();
      },
    }, { highWaterMark: 0 });
    const profiles = streamProfiles(stream);
    let seen = 0;
    for await (const _ of profiles) {
      seen += 1;
      if (seen === 100) break;
    }
    // Time for a source that is read without being asked.
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
    assert.ok(pulled < 100 * line.length + 600_000, `${pulled} of ${whole.length}`);
  }
});

test("a file of 5 GB is read only as far as it is used", async () => {
  const path = inFolder("large.json");
  writeFileSync(path, `${JSON.stringify({ refId: "a" })}\n`.repeat(200_000));
  const { size } = await openAsBlob(path);
  truncateSync(path, 5 * 2 ** 30);
  for (const source of [await openAsBlob(path), createReadStream(path)]) {
    const stream = streamProfiles(source);
    let seen = 0;
    for await (const _ of stream) if ((seen += 1) === 100_000) break;
    assert.equal(seen, 100_000);
    assert.ok(stream.progress.bytesRead < size, String(stream.progress.bytesRead));
  }
  const controller = new AbortController();
  const sweeping = sweepProfiles(await openAsBlob(path), { signal: controller.signal, onEvent: () => controller.abort() });
  await failure(sweeping, "aborted");
  // The hole is no JSON.
  const error = await failure(sweepProfiles(await openAsBlob(path)), "decode");
  assert.ok(!error.message.includes("\0"));
});

test("bytes in memory are read in turns", async (t) => {
  const { now } = Date;
  let at = now();
  Date.now = () => (at += 20);
  t.after(() => { Date.now = now; });
  for (const source of [new Uint8Array(4_000_000).fill(32), " ".repeat(4_000_000)]) {
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await sweepProfiles(source).catch(() => {});
    isOver = true;
    assert.ok(turns > 10, String(turns));
  }
});

/** Decompresses as browsers do: at once, whatever a piece becomes. Node's own works in a thread, so its event loop turns anyway. */
class EagerDecompression {
  constructor() {
    const zeros = new Uint8Array(65_536).fill(32);
    const pieces = (controller) => {
      for (let piece = 0; piece < 16; piece += 1) controller.enqueue(zeros);
    };
    const { readable, writable } = new TransformStream({ transform: (_, controller) => pieces(controller) });
    Object.assign(this, { readable, writable });
  }
}

const endless = {
  "gzip that a runtime decompresses at once": async function* (count) { for (let first = true; ; first = false) yield (count(), first ? zipped.subarray(0, 16_384) : zipped.subarray(0, 100)); },
  "an async generator that never waits": async function* (count) { for (;;) yield (count(), new Uint8Array(1_048_576).fill(32)); },
};

for (const [name, make] of Object.entries(endless)) {
  inBothWays(`a timer can abort ${name}, and nothing is read afterwards`, async (read) => {
    const { DecompressionStream } = globalThis;
    globalThis.DecompressionStream = EagerDecompression;
    try {
      let pulled = 0;
      const controller = new AbortController();
      // Only a turn of the event loop runs this.
      setTimeout(() => controller.abort());
      const count = () => { assert.ok((pulled += 1) < 100, "the event loop does not turn"); };
      await failure(read(make(count), { signal: controller.signal }), "aborted");
      const then = pulled;
      for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
      assert.ok(pulled <= then + 1, `${pulled - then} pieces were read after the end`);
    } finally {
      globalThis.DecompressionStream = DecompressionStream;
    }
  });
}

test("a stream is read once, and can be cancelled before it is opened", async () => {
  const stream = streamOf([bytes]);
  const reading = streamProfiles(stream);
  await reading.cancel();
  assert.deepEqual(await all(reading), []);
  assert.equal(stream.locked, false);
});

/** Sources that can be read once, of one profile per chunk: two readers would get half of them each, without noticing. */
const LINES = ["a", "b", "c", "d"].map((refId) => new TextEncoder().encode(`${JSON.stringify({ refId })}\n`));
const readOnce = {
  "a ReadableStream": () => streamOf(LINES),
  "a Response": () => new Response(streamOf(LINES)),
  "a Node stream": () => Readable.from(LINES.map((line) => Buffer.from(line))),
  "an async generator": () => (async function* () { yield* LINES; })(),
  "a body of node-fetch": () => new FetchedBody(Readable.from(LINES.map((line) => Buffer.from(line)))),
};

for (const [name, make] of Object.entries(readOnce)) {
  inBothWays(`${name} has one reader: a second one is \`config\`, at the same time, afterwards, and after the first was stopped`, async (read) => {
    const count = (result) => result.profiles ?? result.length;
    const source = make();
    const outcomes = await Promise.all([read(source).then(count), read(source).then(count, ({ kind }) => kind)].map((outcome) => outcome.catch(({ kind }) => kind)));
    assert.deepEqual(outcomes.sort(), [4, "config"]);
    assert.match((await failure(read(source), "config")).message, /has been read/);
    const left = make();
    for await (const _ of streamProfiles(left)) break;
    assert.match((await failure(read(left), "config")).message, /has been read/);
  });
}

inBothWays("an iterable that returns a new iterator each time can be read again", async (read) => {
  const source = { async *[Symbol.asyncIterator]() { yield* LINES; } };
  for (let times = 0; times < 2; times += 1) await read(source);
  const [one, other] = await Promise.all([read(source), read(source)]);
  assert.deepEqual([one.profiles ?? one.length, other.profiles ?? other.length], [4, 4]);
});

inBothWays("a stream that somebody else has locked can be read once it is free", async (read) => {
  const stream = streamOf(LINES);
  const reading = read(stream);
  // Locked after it was looked at, and before it is opened.
  const reader = stream.getReader();
  await failure(reading, "config");
  reader.releaseLock();
  const result = await read(stream);
  assert.equal(result.profiles ?? result.length, 4);
});

test("a signal ends a read at each moment, and the source is released as soon as it was opened", async () => {
  const reason = new Error("enough");
  const whole = new TextEncoder().encode(`[${Array.from({ length: 3_000 }, (_, index) => (index % 100 === 50 ? "7" : JSON.stringify({ refId: `r${index}`, title: `${index * 7_919} ${"x".repeat(900)}` }))).join()}]`);
  const readers = {
    stream: (...args) => all(streamProfiles(...args)),
    sweep: (source, { onInvalid: _, ...options }) => sweepProfiles(source, options),
    "compare, before": (source, { onInvalid: _, ...options }) => compareProfiles(source, "[]", options),
    "compare, after": (source, { onInvalid: _, ...options }) => compareProfiles("[]", source, options),
  };
  for (const [content, size] of [[whole, 65_536], [Uint8Array.from(gzipSync(whole)), 512]]) {
    const pieces = Math.ceil(content.length / size);
    for (const [name, read] of Object.entries(readers)) {
      for (const moment of ["before", "the same turn", 1, 3, pieces, pieces + 1, "onEvent", ...(name === "stream" ? ["onInvalid", "waiting in onInvalid"] : [])]) {
        const controller = new AbortController();
        const abort = () => controller.abort(reason);
        const counts = { pulled: 0, returned: 0 };
        const next = async () => {
          const at = counts.pulled * size;
          counts.pulled += 1;
          if (counts.pulled === moment) abort();
          return at < content.length ? chunk(content.slice(at, at + size)) : END;
        };
        const source = { [Symbol.asyncIterator]: () => ({ next, return: async () => ({ done: Boolean((counts.returned += 1)) }) }) };
        if (moment === "before") abort();
        const onInvalid = () => {
          if (moment === "onInvalid") abort();
          if (moment !== "waiting in onInvalid") return undefined;
          setImmediate(abort);
          return new Promise(() => {});
        };
        const onEvent = () => { if (moment === "onEvent") abort(); };
        const reading = read(source, { signal: controller.signal, onInvalid, onEvent });
        if (moment === "the same turn") abort();
        const { cause, message } = await failure(reading, "aborted");
        const where = `${name} of ${size}: ${moment} ${JSON.stringify(counts)}`;
        assert.equal(cause, reason, where);
        assert.match(message, /^the read was aborted/);
        const { pulled } = counts;
        for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate);
        // A source that was never opened is not released. One that ends at the same moment may or may not be.
        assert.ok(pulled > pieces ? counts.returned <= 1 : counts.returned === Math.min(pulled, 1), where);
        assert.equal(counts.pulled, pulled, `${where}: read on`);
      }
    }
  }
});

test("a signal that aborts after the end changes nothing", async () => {
  const controller = new AbortController();
  const { source, counts } = watched(encoded('[{"refId":"a"}]'), END);
  const stream = streamProfiles(source, { signal: controller.signal });
  assert.equal((await all(stream)).length, 1);
  controller.abort();
  assert.deepEqual(await all(stream), []);
  assert.deepEqual(counts, { pulled: 2, returned: 0 });
});

test("a file that is deleted or cut while it is read", async () => {
  const path = inFolder("c.json");
  const long = `[${Array.from({ length: 5_000 }, (_, index) => JSON.stringify({ refId: `r${index}`, title: "x".repeat(900) })).join()}]`;
  const changes = { deleted: () => rmSync(path), cut: () => truncateSync(path, 1_000) };
  // Blobs notice any change. A descriptor keeps a deleted file, and finds the end of one that was cut.
  for (const [what, open, kind] of [["deleted", openAsBlob, "network"], ["cut", openAsBlob, "network"], ["deleted", createReadStream, undefined], ["cut", createReadStream, "decode"]]) {
    writeFileSync(path, long);
    const source = await open(path);
    let seen = 0;
    const reading = (async () => {
      for await (const _ of streamProfiles(source)) if ((seen += 1) === 3) changes[what]();
    })();
    if (kind === undefined) await reading;
    else await failure(reading, kind);
    assert.ok(kind === undefined ? seen === 5_000 : seen >= 3 && seen < 5_000, `${what}: ${seen}`);
    if (open === createReadStream) assert.ok(source.destroyed);
  }
});

// In a process of its own, in which nothing has been loaded yet: the stream fails before anybody reads it.
for (const [name, code] of Object.entries({
  sweepProfiles: "await sweepProfiles(missing)",
  streamProfiles: "for await (const _ of streamProfiles(missing));",
  "a stream read later": "const stream = streamProfiles(missing); await new Promise((resolve) => setTimeout(resolve, 50)); for await (const _ of stream);",
  "compareProfiles, before": 'await compareProfiles(missing, "[]")',
  "compareProfiles, after": 'await compareProfiles("[]", missing)',
  "the client's sweep": "await new AyrshareUser({ apiKey: 'KEY-KEY-KEY' }).sweepProfiles({ source: missing })",
  "the client's stream": "for await (const _ of new AyrshareUser({ apiKey: 'KEY-KEY-KEY' }).streamProfiles({ source: missing }));",
})) {
  test(`${name}: a Node stream of a file that does not exist ends with \`network\`, not the process`, () => {
    const script = `import { createReadStream } from "node:fs";
      import { AyrshareUser, compareProfiles, streamProfiles, sweepProfiles } from "ayrshare-user";
      const missing = createReadStream("/nowhere/profiles.json");
      try { ${code} } catch ({ kind, cause }) { console.log(kind, cause.code); }`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    assert.equal(stdout, "network ENOENT\n", stderr);
  });
}

test("a source may use the same memory for each chunk", async () => {
  const text = '[{"refId":"r0"},{"refId":"r1"}]';
  for (const bytes of [Buffer.from(text), gzipSync(text)]) {
    const reused = async function* () {
      const memory = new Uint8Array(1);
      for (const byte of bytes) {
        memory[0] = byte;
        yield memory;
      }
    };
    assert.equal((await sweepProfiles(reused())).profiles, 2);
  }
});
