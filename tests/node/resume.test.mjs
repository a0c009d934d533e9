// Dropped connections, tested with raw socket servers: every record arrives exactly once, whatever the host omits or changes, and two files
// are never mixed.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { brotliCompressSync, constants, createGzip, gzipSync } from "node:zlib";
import { AyrshareUser } from "ayrshare-user";
import { failure } from "./helpers.mjs";

const IDS = Array.from({ length: 40 }, (_, at) => `r${at}`);
const record = (refId, padding = "") => JSON.stringify({ refId, title: `Profile ${refId}${padding}` });
const LAYOUTS = {
  array: (ids, padding) => `[${ids.map((id) => record(id, padding)).join(",")}]`,
  ndjson: (ids, padding) => ids.map((id) => `${record(id, padding)}\n`).join(""),
};
const FILE = Buffer.from(LAYOUTS.ndjson(IDS));
/** A position after complete records, where a resume could repeat some unnoticed. */
const cutAfter = (count) => Buffer.from(LAYOUTS.ndjson(IDS.slice(0, count))).length;

/** Skips the pauses between attempts; the timeouts of an attempt are unchanged. */
function withoutPauses(t) {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (handler, ms, ...rest) => setTimeout(handler, ms < 10_000 ? 0 : ms, ...rest);
  t.after(() => (globalThis.setTimeout = setTimeout));
}

/**
 * A host that sends each request the next response, repeating the last one: `{ status, headers, body, cut }`, where `cut` is how many bytes of
 * the body are sent before the connection drops; with `held`, it drops when `release` is called. Without `content-length` the body is sent in chunks.
 */
async function host(t, ...responses) {
  const requests = [];
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const server = createServer((socket) => {
    socket.on("error", () => {});
    let text = "";
    socket.on("data", async (data) => {
      text += data.toString("latin1");
      if (!text.includes("\r\n\r\n")) return;
      const range = /^range: (.*)\r$/im.exec(text)?.[1];
      text = "";
      const next = responses[Math.min(requests.length, responses.length - 1)];
      requests.push(range);
      const { status = 200, headers = {}, body = FILE, cut, held } = typeof next === "function" ? next(range) : next;
      const isChunked = !("content-length" in headers);
      // A complete response announces that its connection closes; one that is going to be cut must not.
      const framing = { ...(isChunked && { "transfer-encoding": "chunked" }), ...(cut === undefined && { connection: "close" }) };
      const lines = Object.entries({ ...headers, ...framing }).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 ${status} OK\r\n${lines.join("")}\r\n`);
      const sent = Buffer.from(body).subarray(0, cut);
      socket.write(isChunked && sent.length > 0 ? Buffer.concat([Buffer.from(`${sent.length.toString(16)}\r\n`), sent, Buffer.from("\r\n")]) : sent);
      if (held) await released;
      // The bytes sent must arrive before the connection drops, so it is closed, not reset. The body is truncated either way.
      socket.end(isChunked && cut === undefined ? "0\r\n\r\n" : "");
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const hour = (count) => new Date(Date.now() + count * 3_600_000).toISOString();
  const batch = { success: true, url: `http://127.0.0.1:${server.address().port}/users.json`, urlAvailable: hour(-0.01), urlExpires: hour(1) };
  return { requests, batch, release };
}

/** Reads a stream: its profiles, how it ended, and its progress. */
async function read({ batch, release }, options = {}, clientOptions = {}) {
  const events = [];
  const client = new AyrshareUser({ apiKey: "K1K1K1K1", baseUrl: "http://127.0.0.1:1", onEvent: (event) => events.push(event), ...clientOptions });
  const stream = client.streamProfiles({ batch, ...options });
  const ids = [];
  const over = (async () => {
    for await (const { refId } of stream) {
      ids.push(refId);
      release?.();
    }
  })();
  return { ids, over, stream, events };
}


const rangeOf = (from, to = FILE.length, total = FILE.length) => ({ "content-range": `bytes ${from}-${to - 1}/${total}` });

const CUT = cutAfter(2);
const REST = FILE.subarray(CUT);

for (const [name, second] of [
  ["no Content-Range, and the whole file", { body: FILE }],
  ["no Content-Range, and the rest", { body: REST }],
  ["another unit", { headers: { "content-range": "lines 1-2/3" }, body: FILE }],
  ["a range without numbers", { headers: { "content-range": "bytes" }, body: FILE }],
  ["`bytes */N`", { headers: { "content-range": `bytes */${FILE.length}` }, body: FILE }],
  ["another start", { headers: rangeOf(CUT - 1), body: FILE.subarray(CUT - 1) }],
  ["an end before the start", { headers: { "content-range": `bytes ${CUT}-${CUT - 2}/${FILE.length}` }, body: REST }],
  ["an end behind the file's", { headers: { "content-range": `bytes ${CUT}-${FILE.length}/${FILE.length}` }, body: REST }],
  ["another total", { headers: rangeOf(CUT, FILE.length, FILE.length + 5), body: REST }],
  ["a length that contradicts its range", { headers: { ...rangeOf(CUT), "content-length": FILE.length }, body: FILE }],
  ["the whole file as a range from the start", { headers: rangeOf(0), body: FILE }],
  ["the rest, encoded", { headers: { ...rangeOf(CUT), "content-encoding": "gzip" }, body: gzipSync(REST) }],
  ["another entity tag", { headers: { ...rangeOf(CUT), etag: '"two"' }, body: REST }],
  ["no entity tag", { headers: { ...rangeOf(CUT), etag: "" }, body: REST }],
]) {
  test(`a 206 with ${name} is not resumed from: every record arrives once`, async (t) => {
    withoutPauses(t);
    const first = { headers: { "content-length": FILE.length, etag: '"one"' }, cut: CUT };
    const server = await host(t, first, { status: 206, ...second, headers: { etag: '"one"', ...second.headers } }, { headers: { "content-length": FILE.length } });
    const { ids, over } = await read(server);
    await over;
    assert.deepEqual(ids, IDS);
    assert.deepEqual(server.requests.slice(0, 2), [undefined, `bytes=${CUT}-`]);
  });
}

test("with a total of `*`, the download resumes if the first response had the file's length, and otherwise starts again", async (t) => {
  withoutPauses(t);
  const range = { "content-range": `bytes ${CUT}-${FILE.length - 1}/*`, etag: '"one"' };
  for (const [length, requests] of [[{ "content-length": FILE.length }, 2], [{}, 3]]) {
    const server = await host(t, { headers: { etag: '"one"', ...length }, cut: CUT }, { status: 206, headers: range, body: REST }, {});
    const { ids, over } = await read(server);
    await over;
    assert.deepEqual(ids, IDS);
    assert.equal(server.requests.length, requests);
  }
});

const SHORT = FILE.subarray(0, cutAfter(3));

for (const [name, kind, second] of [
  ["a 416 that says that the file ends here", "api", { status: 416, headers: { "content-range": `bytes */${CUT}` }, body: "" }],
  ["a shorter file without a length", "decode", { body: SHORT }],
  ["a shorter file without a length or an entity tag", "decode", { headers: { etag: "" }, body: SHORT }],
  ["a part from the start that does not say how long the file is", "api", { status: 206, headers: { "content-range": `bytes 0-${SHORT.length - 1}/*` }, body: SHORT }],
]) {
  test(`a file whose length is known is not complete before: ${name}`, async (t) => {
    withoutPauses(t);
    const first = { headers: { "content-length": FILE.length, etag: '"one"' }, cut: CUT };
    const server = await host(t, first, { ...second, headers: { etag: '"one"', ...second.headers } });
    const { ids, over } = await read(server);
    await failure(over, kind);
    assert.deepEqual(ids, IDS.slice(0, ids.length));
  });
}

test("a part that does not say how long the file is, as the first response, is not the file", async (t) => {
  withoutPauses(t);
  const server = await host(t, { status: 206, headers: { "content-range": `bytes 0-${CUT - 1}/*` }, body: FILE.subarray(0, CUT) });
  const { ids, over } = await read(server);
  await failure(over, "api");
  assert.deepEqual(ids, []);
});

test("after a part that ends early, the next part is requested", async (t) => {
  withoutPauses(t);
  const part = (range) => {
    const from = range === undefined ? 0 : Number(/\d+/.exec(range)[0]);
    const to = Math.min(from + 100, FILE.length);
    return { status: 206, headers: { ...rangeOf(from, to), etag: '"one"', "content-length": to - from }, body: FILE.subarray(from, to) };
  };
  // This holds for a request without a range too, because the response says which bytes it has.
  const { ids, over } = await read(await host(t, part));
  await over;
  assert.deepEqual(ids, IDS);
});

test("an unrequested 206 that does not start at the first byte is an error", async (t) => {
  withoutPauses(t);
  for (const headers of [{}, rangeOf(CUT)]) {
    const { ids, over } = await read(await host(t, { status: 206, headers, body: REST }));
    const error = await failure(over, "api");
    assert.match(error.message, /a range that was not requested/);
    assert.equal(error.status, 206);
    assert.deepEqual(ids, []);
  }
});

for (const [layout, write] of Object.entries(LAYOUTS)) {
  test(`a body longer than announced is an error, and a longer part delivers no record twice: ${layout}`, async (t) => {
    withoutPauses(t);
    const whole = Buffer.from(write(IDS));
    const [first] = [Buffer.from(write(IDS.slice(0, 2)))];
    const cut = layout === "array" ? first.length - 1 : first.length;
    const fetch = async (_url, { headers }) => {
      const range = headers.range === undefined ? [200, {}] : [206, { "content-range": `bytes ${cut}-${whole.length - 1}/${whole.length}` }];
      const body = new ReadableStream({
        start(controller) {
          if (range[0] === 206) {
            controller.enqueue(new Uint8Array(whole));
            controller.close();
          } else controller.enqueue(new Uint8Array(whole.subarray(0, cut)));
        },
        pull(controller) {
          controller.error(new Error("cut"));
        },
      }, { highWaterMark: 0 });
      return new Response(body, { status: range[0], headers: { etag: '"one"', ...range[1] } });
    };
    const hour = new Date(Date.now() + 3_600_000).toISOString();
    const batch = { success: true, url: "https://files.example/users.json", urlAvailable: new Date(0).toISOString(), urlExpires: hour };
    const resumed = await read({ batch }, {}, { fetch });
    assert.match((await failure(resumed.over, "decode")).message, /longer than announced/);
    assert.deepEqual(resumed.ids, ["r0", "r1"]);

    const surplus = async () => new Response(whole, { headers: { "content-length": whole.length - 1 } });
    const { ids, over } = await read({ batch }, {}, { fetch: surplus });
    assert.match((await failure(over, "decode")).message, /longer than announced/);
    assert.deepEqual(ids, IDS);
  });
}

/** A position in the middle of a record. */
const MIDST = cutAfter(17) + 9;
/** The bytes that a decoder can decode before the rest arrives, so that a cut after them is within the file. */
const GZIP_START = await new Promise((resolve) => {
  const gzip = createGzip();
  const parts = [];
  gzip.on("data", (part) => parts.push(part));
  gzip.write(FILE.subarray(0, MIDST));
  gzip.flush(constants.Z_SYNC_FLUSH, () => resolve(Buffer.concat(parts)));
});
const GZIP_CUT = { body: GZIP_START, cut: GZIP_START.length, held: true };
const OTHER_TAIL = Buffer.from(LAYOUTS.ndjson(IDS.slice(0, 20)) + LAYOUTS.ndjson(["s0", "s1"]));

for (const [name, ids, ...responses] of [
  ["no validator", IDS, { cut: MIDST }, {}],
  ["no validator, and a length", IDS, { headers: { "content-length": FILE.length }, cut: MIDST }, { headers: { "content-length": FILE.length } }],
  ["a weak entity tag alone", IDS, { headers: { etag: 'W/"one"' }, cut: MIDST }, { headers: { etag: 'W/"one"' } }],
  ["Last-Modified of the same minute", IDS, { headers: { "last-modified": new Date().toUTCString(), date: new Date().toUTCString() }, cut: MIDST }, {}],
  ["a host that ignores ranges", IDS, { headers: { etag: '"one"' }, cut: MIDST }, { headers: { etag: '"one"' } }],
  ["a host that ignores ranges and has a tag for each response", IDS, { headers: { etag: '"one"' }, cut: MIDST }, { headers: { etag: '"two"' } }],
  ["first gzip, then identity, under one tag", IDS, { headers: { etag: '"one"', "content-encoding": "gzip" }, ...GZIP_CUT }, { headers: { etag: '"one"' } }],
  ["first identity, then gzip", IDS, { cut: MIDST }, { headers: { "content-encoding": "gzip" }, body: gzipSync(FILE) }],
  ["gzip with a weak tag, twice", IDS, ...[GZIP_CUT, { body: gzipSync(FILE) }].map((sent) => ({ headers: { etag: 'W/"one"', "content-encoding": "gzip" }, ...sent }))],
  ["gzip, then Brotli", IDS, { headers: { "content-encoding": "gzip" }, ...GZIP_CUT }, { headers: { "content-encoding": "br" }, body: brotliCompressSync(FILE) }],
  ["many cuts", IDS, ...[1, 2, MIDST, MIDST + 1, MIDST + 300, FILE.length - 1].map((cut) => ({ cut })), {}],
  ["cuts while it is read again", IDS, { cut: MIDST }, { cut: 10 }, { cut: MIDST - 1 }, { cut: 0 }, {}],
  ["connections that are closed instead of cut", IDS, ...[MIDST, MIDST + 300].map((cut) => ({ headers: { connection: "close" }, cut })), {}],
  ["a cut behind the last byte", IDS, { cut: FILE.length }, {}],
  ["another file that begins alike", [...IDS.slice(0, 20), "s0", "s1"], { headers: { etag: '"one"' }, cut: MIDST }, { headers: { etag: '"two"' }, body: OTHER_TAIL }],
]) {
  test(`every record arrives exactly once: ${name}`, async (t) => {
    withoutPauses(t);
    const server = await host(t, ...responses);
    const { ids: found, over, stream, events } = await read(server);
    await over;
    assert.deepEqual(found, ids);
    assert.equal(server.requests.length, responses.length);
    const { bytesReread, bytesRead } = stream.progress;
    assert.ok(bytesReread > 0, "and it says that it has read bytes again");
    assert.equal(bytesRead, Buffer.from(LAYOUTS.ndjson(ids)).length);
    assert.equal(events.findLast(({ type }) => type === "progress").bytesReread, bytesReread);
  });
}

for (const [name, second] of [
  ["its beginning differs", { body: Buffer.from(LAYOUTS.ndjson(["s0", ...IDS.slice(1)])) }],
  ["the last byte before the cut differs", { body: Buffer.concat([FILE.subarray(0, MIDST - 1), Buffer.from("X"), FILE.subarray(MIDST)]) }],
  ["it is shorter than what was read", { headers: { "content-length": CUT }, body: FILE.subarray(0, CUT) }],
  ["it holds the same records in another order", { body: Buffer.from(LAYOUTS.ndjson(IDS.toReversed())) }],
]) {
  test(`a file that has changed is an error and never a mixture: ${name}`, async (t) => {
    withoutPauses(t);
    const { ids, over } = await read(await host(t, { cut: MIDST }, second));
    const error = await failure(over, "network");
    assert.match(error.message, /the download cannot resume because the file has changed: start again$/);
    assert.equal(error.retryable, true);
    assert.deepEqual(ids, IDS.slice(0, 17));
  });
}

test("a damaged file that ends early each time is read at most twice", async (t) => {
  withoutPauses(t);
  const server = await host(t, { headers: { connection: "close" }, body: FILE.subarray(0, MIDST) });
  const { ids, over } = await read(server);
  assert.match((await failure(over, "decode")).message, /^record 18 of the batch file/);
  assert.deepEqual(ids, IDS.slice(0, 17));
  assert.equal(server.requests.length, 2);
});

test("a host that never gets beyond what was read is given up after some attempts", async (t) => {
  withoutPauses(t);
  const server = await host(t, { cut: MIDST });
  const { ids, over } = await read(server);
  await failure(over, "network");
  assert.deepEqual(ids, IDS.slice(0, 17));
  assert.equal(server.requests.length, 5);
});

const LONG_AGO = new Date(Date.now() - 7_200_000).toUTCString();
for (const [name, headers] of [
  ["a strong entity tag", { etag: '"one"' }],
  ["Last-Modified, an hour old", { "last-modified": LONG_AGO }],
  ["Last-Modified, beside a weak entity tag", { "last-modified": LONG_AGO, etag: 'W/"one"' }],
  ["the generation of Google's storage", { "x-goog-generation": "1700000000000001" }],
]) {
  test(`if the file is proven unchanged, it is not read again: ${name}`, async (t) => {
    withoutPauses(t);
    const server = await host(t, { headers: { ...headers, "content-length": FILE.length }, cut: MIDST }, { status: 206, headers: { ...headers, ...rangeOf(MIDST) }, body: FILE.subarray(MIDST) });
    const { ids, over, stream } = await read(server);
    await over;
    assert.deepEqual(ids, IDS);
    assert.deepEqual(server.requests, [undefined, `bytes=${MIDST}-`]);
    assert.equal(stream.progress.bytesReread, 0);
    assert.equal(stream.progress.resumes, 1);
  });
}

for (const [name, second] of [
  ["with the same tag", { etag: '"one"' }],
  ["without a tag", {}],
]) {
  test(`a 416 whose total equals what was read is the end of the file: ${name}`, async (t) => {
    withoutPauses(t);
    const server = await host(t, { headers: { etag: '"one"' }, cut: FILE.length }, { status: 416, headers: { ...second, "content-range": `bytes */${FILE.length}` }, body: "<Error><Code>InvalidRange</Code></Error>" });
    const { ids, over } = await read(server);
    await over;
    assert.deepEqual(ids, IDS);
    assert.deepEqual(server.requests, [undefined, `bytes=${FILE.length}-`]);
  });
}

for (const [name, headers] of [
  ["names another length", { "content-range": `bytes */${FILE.length + 1}` }],
  ["names none", {}],
  ["is of another file", { "content-range": `bytes */${FILE.length}`, etag: '"two"' }],
]) {
  test(`a 416 that ${name} is not the end: the file is read again`, async (t) => {
    withoutPauses(t);
    const longer = Buffer.concat([FILE, Buffer.from(`${record("one more")}\n`)]);
    const server = await host(t, { headers: { etag: '"one"' }, cut: FILE.length }, { status: 416, headers, body: "" }, { body: longer });
    const { ids, over } = await read(server);
    await over;
    assert.deepEqual(ids, [...IDS, "one more"]);
    assert.deepEqual(server.requests, [undefined, `bytes=${FILE.length}-`, undefined]);
  });
}

test("a connection that drops after the announced last byte is not resumed", async (t) => {
  withoutPauses(t);
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    const pull = (controller) => (controller.desiredSize > 0 || asked > 1 ? controller.error(new Error("reset")) : undefined);
    const start = (controller) => controller.enqueue(new Uint8Array(FILE));
    return new Response(new ReadableStream({ start, pull: (controller) => pull(controller) }), { headers: { "content-length": FILE.length } });
  };
  const hour = new Date(Date.now() + 3_600_000).toISOString();
  const batch = { success: true, url: "https://files.example/users.json", urlAvailable: new Date(0).toISOString(), urlExpires: hour };
  const { ids, over } = await read({ batch }, {}, { fetch });
  await over;
  assert.deepEqual(ids, IDS);
  assert.equal(asked, 1);
});
