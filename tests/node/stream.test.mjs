// The profiles of the batch file in JavaScript: every layout, every way to read, filtering, and how reading ends.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { failure } from "./helpers.mjs";

/** A client of a sandbox whose file is available immediately, and the file's profiles as the engine's JSON.parse reads them. */
async function opened(options = {}) {
  const sandbox = createSandbox({ batchDelayMs: 0, profiles: 400, ...options });
  const seen = [];
  const fetch = async (url, init) => {
    seen.push({ url: String(url), init });
    return sandbox.fetch(url, init);
  };
  const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch });
  const { url } = await client.getUserBatch();
  const file = await (await sandbox.fetch(url)).text();
  return { sandbox, client, fetch, seen, file };
}

const complete = (profile) => ({ activeSocialAccounts: [], displayNames: [], ...profile });

async function all(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

const plain = {
  array: (file) => JSON.parse(file),
  wrapped: (file) => JSON.parse(file).users,
  keyed: (file) => Object.entries(JSON.parse(file)).map(([refId, profile]) => ("refId" in profile ? profile : { refId, ...profile })),
  ndjson: (file) => file.trim().split("\n").map((line) => JSON.parse(line)),
};

for (const [fileShape, parse] of Object.entries(plain)) {
  for (const chunkBytes of [1_000, 65_536]) {
    test(`every profile equals the engine's JSON.parse: ${fileShape} in chunks of ${chunkBytes}`, async () => {
      const { client, file } = await opened({ fileShape, chunkBytes });
      const stream = client.streamProfiles();
      const profiles = await all(stream);
      assert.equal(profiles.length, 400);
      assert.deepEqual(profiles, parse(file).map(complete));
      const bytes = Buffer.byteLength(file);
      assert.deepEqual(stream.progress, { bytesRead: bytes, bytesTotal: bytes, profiles: 400, invalid: 0, filtered: 0, resumes: 0, bytesReread: 0 });
    });
  }
}

test("an empty file has no profiles, and a file of something else is an error", async () => {
  const { client } = await opened({ profiles: 0, userProfiles: [] });
  assert.deepEqual(await all(client.streamProfiles()), []);
  const strange = await opened({ faults: { failNext: [] } });
  strange.sandbox.faults = { failNext: [{ on: "file", body: '{"status":"fine"}' }] };
  await failure(all(strange.client.streamProfiles()), "decode");
});

test("batches, a ReadableStream and the loop give the same", async () => {
  const { client } = await opened();
  const profiles = await all(client.streamProfiles());
  const batches = await all(client.streamProfiles().batches());
  assert.ok(batches.length > 1 && batches.every((batch) => batch.length > 0));
  assert.deepEqual(batches.flat(), profiles);
  assert.deepEqual(await all(client.streamProfiles().toReadableStream()), profiles);
});

test("concurrent calls of next() lose and repeat nothing", async () => {
  const { client } = await opened({ chunkBytes: 4_096 });
  const iterator = client.streamProfiles({ select: ["refId"] })[Symbol.asyncIterator]();
  const results = await Promise.all(Array.from({ length: 420 }, () => iterator.next()));
  const ids = results.filter(({ done }) => !done).map(({ value }) => value.refId);
  assert.equal(ids.length, 400);
  assert.deepEqual(ids, (await all(client.streamProfiles({ select: ["refId"] }))).map(({ refId }) => refId));
});

test("select delivers only these fields and adds no others", async () => {
  const { client, file } = await opened();
  const chosen = await all(client.streamProfiles({ select: ["title", "displayNames"] }));
  const expected = JSON.parse(file).map(({ title, displayNames = [] }) => ({ ...(title !== undefined && { title }), displayNames }));
  assert.deepEqual(chosen, expected);
});

test("null in place of an option counts as not given", async () => {
  for (const name of ["signal", "waitMs", "idleTimeoutMs", "maxRecordBytes", "select", "where", "check", "onInvalid"]) {
    const profiles = await all(reading('[{"refId":"a"}]', { [name]: null }));
    assert.deepEqual(profiles, [complete({ refId: "a" })], name);
  }
});

test("where delivers the matching profiles and counts the others", async () => {
  const { client, file } = await opened();
  const linked = (profile) => [...(profile.activeSocialAccounts ?? []), ...(profile.displayNames ?? []).map(({ platform }) => platform)];
  const stream = client.streamProfiles({ where: { network: "instagram" } });
  const profiles = await all(stream);
  const expected = JSON.parse(file).filter((profile) => linked(profile).includes("instagram"));
  assert.deepEqual(profiles, expected.map(complete));
  assert.ok(expected.length > 0 && expected.length < 400);
  assert.equal(stream.progress.filtered, 400 - expected.length);
  const none = await all(client.streamProfiles({ where: { nothingLinked: true } }));
  assert.deepEqual(none, JSON.parse(file).filter((profile) => linked(profile).length === 0).map(complete));
  assert.ok(none.length > 0);
});

test("where finds the same links to renew as a sweep", async () => {
  const { client } = await opened({ profiles: 2_000 });
  const report = await client.sweepProfiles({ refreshWithinDays: 20, maxEntries: 100_000 });
  const due = await all(client.streamProfiles({ where: { refreshWithinDays: 20 }, select: ["refId"] }));
  assert.deepEqual(new Set(due.map(({ refId }) => refId)), new Set(report.links.map(({ refId }) => refId)));
  assert.ok(due.length > 10);
});

const SPOILT = { file: { corrupt: [{ record: 7, kind: "shape" }, { record: 9, kind: "control" }, { record: 390, kind: "utf8" }] } };

test("with \"throw\", a mismatched record ends the stream after the records before it; the error has its position", async () => {
  const { client } = await opened({ faults: SPOILT });
  const profiles = [];
  const error = await failure((async () => {
    for await (const profile of client.streamProfiles({ onInvalid: "throw" })) profiles.push(profile);
  })(), "decode");
  assert.equal(profiles.length, 7);
  assert.match(error.message, /^record 8 of the batch file is not of the documented shape at byte \d+, in `refId`: number instead of string/);
  assert.equal(error.path, "refId");
});

test("a mismatched record arrives as sent and is counted; an unreadable one ends the stream", async () => {
  const { client } = await opened({ faults: SPOILT });
  const stream = client.streamProfiles();
  const profiles = [];
  const error = await failure((async () => {
    for await (const profile of stream) profiles.push(profile);
  })(), "decode");
  assert.equal(profiles.length, 9);
  assert.equal(typeof profiles[7].refId, "number");
  assert.equal(stream.progress.invalid, 1);
  assert.match(error.message, /^record 10 of the batch file is not valid JSON/);
});

test("invalid records are skipped and counted, or passed to the function", async () => {
  const { client } = await opened({ faults: SPOILT });
  const skipping = client.streamProfiles({ onInvalid: "skip" });
  assert.equal((await all(skipping)).length, 397);
  assert.equal(skipping.progress.invalid, 3);
  assert.equal(skipping.progress.profiles, 400);

  const handed = [];
  const profiles = [];
  const onInvalid = (record, mismatches) => handed.push([record.index, profiles.length, record.delivered, mismatches, record]);
  for await (const profile of client.streamProfiles({ onInvalid })) profiles.push(profile);
  assert.equal(profiles.length, 398);
  assert.equal(typeof profiles[7].refId, "number");
  const expected = [
    [7, 7, true, [{ path: "refId", expected: "string", found: "number" }]],
    [9, 9, false, []],
    [390, 389, false, []],
  ];
  assert.deepEqual(handed.map((record) => record.slice(0, 4)), expected);
  const spoilt = handed[0][4];
  assert.deepEqual(Object.keys(spoilt).sort(), ["delivered", "index", "message", "offset", "path", "raw"]);
  assert.equal(spoilt.path, "refId");
  assert.ok(spoilt.raw instanceof Uint8Array && Buffer.from(spoilt.raw).toString().startsWith("{"));
  assert.ok(spoilt.offset > 0);
});

const TICKET = { url: "https://files.example/x", urlAvailable: "2024-01-01T00:00:00Z", urlExpires: "2099-01-01T00:00:00Z" };

/** A stream of this file, which is available immediately. */
const reading = (file, options) =>
  new AyrshareUser({ apiKey: "K1K1K1K1", fetch: async () => new Response(file) }).streamProfiles({ batch: TICKET, ...options });

/** Reads a file: the profiles, the invalid records and the error. */
async function readAll(file, options) {
  const [profiles, handed] = [[], []];
  const onInvalid = options.onInvalid === "function" ? ({ index, offset, message }) => handed.push([profiles.length, index, offset, message]) : options.onInvalid;
  const stream = reading(file, { ...options, onInvalid });
  let error;
  try {
    for await (const profile of stream) profiles.push(profile.refId);
  } catch (caught) {
    assert.equal(caught.kind, "decode");
    error = caught.message;
  }
  return { profiles, handed, error, invalid: stream.progress.invalid };
}

const MALFORMED = [
  '[{"refId":"r0"},{"refId":"r1"},{"x":tru},{"refId":"r3"}]',
  '{"users":[{"refId":"r0"},{"refId":"r1"},{"x":tru},{"refId":"r3"}]}',
  '{"k":{"refId":"r0"},"l":{"refId":"r1"},"m":{"x":tru},"n":{"refId":"r3"}}',
  '{"refId":"r0"}\n{"refId":"r1"}\n{"x":tru}\n{"refId":"r3"}\n',
];
for (const check of [true, false]) {
  for (const file of MALFORMED) {
    test(`a malformed record does not affect the others, ${check ? "" : "un"}checked: ${file}`, async () => {
      const offset = file.indexOf("tru}") + 3;
      const message = `record 3 of the batch file is not valid JSON at byte ${offset}, in \`x\``;
      assert.deepEqual(await readAll(file, { check, onInvalid: "throw" }), { profiles: ["r0", "r1"], handed: [], error: message, invalid: 0 });
      assert.deepEqual(await readAll(file, { check, onInvalid: "skip" }), { profiles: ["r0", "r1", "r3"], handed: [], error: undefined, invalid: 1 });
      const handed = [[2, 2, offset, message]];
      assert.deepEqual(await readAll(file, { check, onInvalid: "function" }), { profiles: ["r0", "r1", "r3"], handed, error: undefined, invalid: 1 });
    });
  }

  test(`a record that is not an object is invalid, ${check ? "" : "un"}checked`, async () => {
    const file = '[{"refId":"r0"},1,null,[{}],{"refId":"r1"}]';
    const { error, profiles } = await readAll(file, { check, onInvalid: "throw" });
    assert.deepEqual(profiles, ["r0"]);
    assert.match(error, /^record 2 of the batch file is not of the documented shape at byte 16: number instead of object/);
    assert.deepEqual((await readAll(file, { check, onInvalid: "skip" })), { profiles: ["r0", "r1"], handed: [], error: undefined, invalid: 3 });
  });
}

const SAMPLES = ["user.json", "user-newer.json", "user-networks.json", "user-nothing-linked.json"].map((name) =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8")),
);

/** All copies of a value in which one value is replaced with null or another JSON type. */
function* mutations(value, rebuild = (copy) => copy) {
  for (const [key, inner] of Object.entries(value)) {
    const put = (other) => rebuild(Array.isArray(value) ? value.with(key, other) : { ...value, [key]: other });
    for (const other of [null, true, 1.5, "odd", [null], {}]) yield put(other);
    if (typeof inner === "object" && inner !== null) yield* mutations(inner, put);
  }
}

/** Whether a record can be delivered, by the documented rule. */
function isReadable({ displayNames, activeSocialAccounts }) {
  const isList = (value) => value === undefined || value === null || Array.isArray(value);
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  return isList(displayNames) && isList(activeSocialAccounts) && (displayNames ?? []).every(isObject);
}

test("every profile with one mismatched field arrives deep-equal to what was sent, and does not distort a sweep", async () => {
  const records = SAMPLES.flatMap((sample) => [sample, ...mutations(sample)]);
  const readable = records.filter(isReadable);
  assert.ok(readable.length > 1_000 && readable.length < records.length);
  const lists = ({ activeSocialAccounts, displayNames }) => ({ activeSocialAccounts: activeSocialAccounts ?? [], displayNames: displayNames ?? [] });
  const sent = readable.map((record) => ({ ...record, ...lists(record) }));
  const stream = reading(JSON.stringify(readable), {});
  assert.deepEqual(await all(stream), sent);
  assert.ok(stream.progress.invalid > 500 && stream.progress.profiles === readable.length);

  let [delivered, left] = [0, 0];
  const lenient = reading(JSON.stringify(records), { onInvalid: (record) => (record.delivered ? delivered++ : left++) });
  assert.deepEqual(await all(lenient), sent);
  assert.deepEqual({ delivered, left, invalid: lenient.progress.invalid }, { delivered: stream.progress.invalid, left: records.length - readable.length, invalid: delivered + left });

  const client = new AyrshareUser({ apiKey: "K1K1K1K1", fetch: async () => new Response(JSON.stringify(records)) });
  const report = await client.sweepProfiles({ batch: TICKET });
  assert.deepEqual([report.profiles, report.invalid, report.unreadable], [readable.length, delivered + left, left]);
  const visit = (value, path) => {
    if (typeof value === "number") assert.ok(Number.isFinite(value), path);
    if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
  };
  visit(report, "report");
  assert.ok(report.mismatches.length > 100 && report.mismatchesLeftOut === 0);
  assert.ok(report.mismatches.every(({ path, records: count }) => !/\[\d/.test(path) && count > 0));
  await failure(client.sweepProfiles({ batch: TICKET, onInvalid: "throw" }), "decode");
  await failure(client.sweepProfiles({ batch: TICKET, onInvalid: "skip" }), "config");
});

test("a sweep reports which fields are mismatched, where and how often, and evaluates all others", async () => {
  const accounts = ["bluesky", "facebook", "gmb", "instagram", "linkedin", "pinterest", "reddit", "snapchat", "threads", "tiktok"];
  const profile = { displayNames: accounts.map((platform) => ({ platform, refreshDaysRemaining: platform === "linkedin" ? "3" : 3, usedQuota: "9" })) };
  const client = new AyrshareUser({ apiKey: "K1K1K1K1", fetch: async () => new Response(JSON.stringify([profile, profile, {}])) });
  const report = await client.sweepProfiles({ batch: TICKET, maxEntries: 100 });
  assert.equal(report.refreshSoon, 18);
  assert.deepEqual(new Set(report.links.map(({ network }) => network)), new Set(accounts.filter((name) => name !== "linkedin")));
  const odd = [
    { path: "displayNames[].refreshDaysRemaining", expected: "number", found: "string", records: 2 },
    { path: "displayNames[].usedQuota", expected: "number", found: "string", records: 2 },
  ];
  assert.deepEqual(report.mismatches.toSorted((a, b) => (a.path < b.path ? -1 : 1)), odd);
  const short = await client.sweepProfiles({ batch: TICKET, maxEntries: 1 });
  assert.deepEqual([short.mismatches.length, short.mismatchesLeftOut], [1, 1]);
});

const [R0, R1, R2] = ["r0", "r1", "r2"].map((refId) => JSON.stringify({ refId, title: "Grüße" }));
const LAYOUTS = {
  array: `[${R0},${R1},${R2}]`,
  "list in an object": `{"n":3,"users":[${R0},${R1},${R2}],"next":null}`,
  "list one level deeper": `{"status":"success","data":{"users":[${R0},${R1},${R2}]}}`,
  "list deeper by other names": `{"ok":true,"result":{"items":[${R0},${R1},${R2}],"more":false}}`,
  map: `{"r0":${R0},"r1":{"title":"t"},"r2":${R2}}`,
  "map beside plain fields": `{"count":2,"profiles":{"r0":{"title":"t"},"r1":${R1},"r2":${R2}},"next":null}`,
  lines: `${R0}\n${R1}\n${R2}\n`,
  "without white space": `${R0}${R1}${R2}`,
};
for (const [name, file] of Object.entries(LAYOUTS)) {
  test(`profiles are found in every layout: ${name}`, async () => {
    for (const options of [{}, { check: false }, { select: ["refId"] }]) {
      const { profiles, error } = await readAll(file, options);
      assert.deepEqual({ profiles, error }, { profiles: ["r0", "r1", "r2"], error: undefined });
    }
    const client = new AyrshareUser({ apiKey: "K1K1K1K1", fetch: async () => new Response(file) });
    assert.equal((await client.sweepProfiles({ batch: TICKET })).profiles, 3);
  });
}

test("a second list of profiles is never dropped silently", async () => {
  const { profiles, error } = await readAll(`{"profiles":[${R0}],"deleted":[${R1}]}`, {});
  assert.deepEqual(profiles, ["r0"]);
  assert.equal(error, "the batch file has two lists that may be the profiles: `profiles` at byte 12 and `deleted` at byte 57");
});

test("an error thrown by the function for invalid records ends the stream", async () => {
  const { client } = await opened({ faults: SPOILT });
  const stop = new Error("enough");
  const iterator = client.streamProfiles({ onInvalid: () => { throw stop; } }).batches();
  assert.equal((await iterator.next()).value.length, 7);
  await assert.rejects(iterator.next(), (error) => error === stop);
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
});

test("an abort by the function for invalid records leaves no unhandled rejection, whatever the function returns", async () => {
  const controller = new AbortController();
  const stop = new Error("enough");
  const onInvalid = () => {
    controller.abort();
    return Object.defineProperty(Promise.resolve(), "constructor", { get() { throw stop; } });
  };
  await assert.rejects(all(reading('[{"refId":5}]', { signal: controller.signal, onInvalid })), (error) => error === stop);
  // Node reports one in a later turn, and the test runner then fails the test.
  await new Promise(setImmediate);
});

/** A file that is read chunk by chunk on demand, and counts the chunks. */
function slowFile(options = {}) {
  const sandbox = createSandbox({ batchDelayMs: 0, profiles: 2_000, chunkBytes: 10_000, ...options });
  const log = { chunks: 0, aborted: false };
  const fetch = async (url, init) => {
    const response = await sandbox.fetch(url, init);
    if (!String(url).includes("batch.ayrshare.com")) return response;
    init.signal.addEventListener("abort", () => (log.aborted = true));
    const reader = response.body.getReader();
    const pull = async (controller) => {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      log.chunks += 1;
      controller.enqueue(value);
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { headers: response.headers });
  };
  return { client: new AyrshareUser({ apiKey: sandbox.apiKey, fetch }), log };
}

test("data is read only on demand", async () => {
  const { client, log } = slowFile();
  const batches = client.streamProfiles().batches();
  await batches.next();
  const after = log.chunks;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(log.chunks, after);
  assert.ok(after <= 10, `${after} chunks for one batch`);
  await batches.return();
});

test("leaving the loop, cancel() and cancelling the ReadableStream close the connection", async () => {
  const ways = {
    leave: async (stream) => {
      for await (const _ of stream) break;
    },
    cancel: async (stream) => {
      await stream[Symbol.asyncIterator]().next();
      await stream.cancel();
    },
    readable: async (stream) => {
      const reader = stream.toReadableStream().getReader();
      await reader.read();
      await reader.cancel();
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    const { client, log } = slowFile();
    const stream = client.streamProfiles();
    await way(stream);
    const after = log.chunks;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(log.aborted, true, name);
    assert.ok(log.chunks - after <= 1, name);
    assert.deepEqual(await all(stream), [], `${name}: nothing more`);
  }
});

test("whoever reads a stream next goes on with what is left of a batch", async () => {
  const file = `[${Array.from({ length: 5 }, (_, number) => `{"refId":"r${number}"}`).join()}]`;
  const readers = {
    profiles: all,
    batches: async (stream) => (await all(stream.batches())).flat(),
    readable: (stream) => all(stream.toReadableStream()),
  };
  for (const [name, read] of Object.entries(readers)) {
    const stream = reading(file, {});
    const peeked = [(await stream[Symbol.asyncIterator]().next()).value, (await stream[Symbol.asyncIterator]().next()).value];
    const refIds = [...peeked, ...(await read(stream))].map(({ refId }) => refId);
    assert.deepEqual(refIds, ["r0", "r1", "r2", "r3", "r4"], name);
  }
});

test("two loops share the profiles of a stream: each arrives once", async () => {
  const { client, file } = await opened({ profiles: 2_000, chunkBytes: 10_000 });
  const stream = client.streamProfiles();
  const seen = [];
  const loop = async () => { for await (const { refId } of stream) seen.push(refId); };
  await Promise.all([loop(), loop(), (async () => { for await (const batch of stream.batches()) seen.push(...batch.map(({ refId }) => refId)); })()]);
  const expected = JSON.parse(file).map(({ refId }) => refId);
  assert.equal(seen.length, expected.length);
  assert.deepEqual(new Set(seen), new Set(expected));
});

test("after cancel(), no profile of the batch that was being read arrives", async () => {
  const stream = reading('[{"refId":"r0"},{"refId":"r1"},{"refId":"r2"}]', {});
  const iterator = stream[Symbol.asyncIterator]();
  assert.equal((await iterator.next()).value.refId, "r0");
  await stream.cancel();
  for (const each of [iterator, stream.batches(), stream[Symbol.asyncIterator]()]) assert.equal((await each.next()).done, true);
});

test("the signal ends a pending read with its reason, and leaves no listener", async () => {
  const { client } = slowFile();
  const controller = new AbortController();
  const reason = new Error("closed the page");
  const profiles = [];
  const error = await failure((async () => {
    for await (const profile of client.streamProfiles({ signal: controller.signal })) {
      if (profiles.push(profile) === 100) controller.abort(reason);
    }
  })(), "aborted");
  assert.equal(error.cause, reason);
  assert.ok(profiles.length < 2_000);

  const { signal } = new AbortController();
  for await (const _ of client.streamProfiles({ signal })) if (getEventListeners(signal, "abort").length === 0) assert.fail("nobody listens");
  for await (const _ of client.streamProfiles({ signal })) break;
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("cancel() ends pending reads", async () => {
  const sandbox = createSandbox({ batchDelayMs: 0, faults: { failNext: [{ on: "file", stallAtByte: 0 }] } });
  const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
  const stream = client.streamProfiles();
  const waiting = stream[Symbol.asyncIterator]().next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await stream.cancel();
  assert.deepEqual(await waiting, { done: true, value: undefined });
});

const WRONG = [
  [{ waitMs: -1 }, /`waitMs`/],
  [{ idleTimeoutMs: 0 }, /`idleTimeoutMs`/],
  [{ maxRecordBytes: 1.5 }, /`maxRecordBytes`/],
  [{ select: "refId" }, /`select`/],
  [{ select: [1] }, /`select`/],
  [{ where: { netwrk: "x" } }, /`netwrk`/],
  [{ where: 3 }, /options must be an object/],
  [{ onInvalid: "ignore" }, /`onInvalid`/],
  [{ onInvalid: "hand-over" }, /`onInvalid`/],
  [{ signal: {} }, /`signal`/],
  [{ batch: {} }, /`batch`/],
  [{ batch: { url: "http://example.com/x", urlAvailable: "2024-01-01T00:00:00Z", urlExpires: "2024-01-01T00:00:00Z" } }, /https/],
  [{ speed: 1 }, /`speed`/],
];
for (const [options, message] of WRONG) {
  test(`an invalid option never throws synchronously and sends nothing: ${JSON.stringify(options)}`, async () => {
    const { client, seen } = await opened();
    const before = seen.length;
    const stream = client.streamProfiles(options);
    const error = await failure(stream[Symbol.asyncIterator]().next(), message.source === "https" ? "decode" : "config");
    assert.match(error.message, message);
    assert.equal(seen.length, before);
  });
}

test("a read that waits for onInvalid ends with the stream", { timeout: 5_000 }, async () => {
  const never = () => {
    let called;
    const isCalled = new Promise((resolve) => (called = resolve));
    return { isCalled, onInvalid: () => (called(), new Promise(() => {})) };
  };
  for (const way of ["cancel", "return"]) {
    const { isCalled, onInvalid } = never();
    const stream = reading('[{"refId":5}]', { onInvalid });
    const iterator = stream[Symbol.asyncIterator]();
    const read = iterator.next();
    await isCalled;
    await (way === "cancel" ? stream.cancel() : iterator.return());
    assert.deepEqual(await read, { done: true, value: undefined }, way);
  }
  const { isCalled, onInvalid } = never();
  const controller = new AbortController();
  const reason = new Error("closed the page");
  const read = reading('[{"refId":5}]', { onInvalid, signal: controller.signal })[Symbol.asyncIterator]().next();
  await isCalled;
  controller.abort(reason);
  assert.equal((await failure(read, "aborted")).cause, reason);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
});

test("cancel() ends a read that waits for the ticket", { timeout: 5_000 }, async () => {
  let asked;
  const isAsked = new Promise((resolve) => (asked = resolve));
  const client = new AyrshareUser({ apiKey: "K1K1K1K1", fetch: () => (asked(), new Promise(() => {})), timeoutMs: 60_000, totalTimeoutMs: 60_000 });
  const stream = client.streamProfiles();
  const read = stream[Symbol.asyncIterator]().next();
  await isAsked;
  await stream.cancel();
  assert.deepEqual(await read, { done: true, value: undefined });
});
