// Comparing two batch files in hand: the result is that of `diffProfiles` over the same profiles, reduced to links and names; memory depends on
// neither file; and whatever goes wrong says in which file.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { instances } from "../instances.mjs";
import { AyrshareUser, compareProfiles, diffProfiles, sweepProfiles } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { failure } from "./helpers.mjs";

const KINDS = ["linked", "unlinked", "relinked", "renamed", "id_changed"];
const KEPT = ["platform", "created", "displayName", "username", "pageName", "channelTitle", "id", "userId", "channelId", "placeId"];
const NOTHING = { joined: 0, left: 0, changed: 0, linked: 0, unlinked: 0, relinked: 0, renamed: 0, idChanged: 0 };

/** Profiles of a sandbox. */
async function listed(options) {
  const sandbox = createSandbox({ batchDelayMs: 0, ...options });
  const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
  return (await sandbox.fetch((await client.getUserBatch()).url)).json();
}

/** The same profiles, a day later. */
function later(profiles) {
  const news = structuredClone(profiles);
  news.splice(3, 2);
  news.push({ refId: "new", title: "New", activeSocialAccounts: ["tiktok"], displayNames: [{ platform: "tiktok", id: "1" }] });
  for (const [index, profile] of news.entries()) {
    profile.lastUpdated = "2030-01-01T00:00:00.000Z";
    const accounts = (profile.displayNames ??= []);
    for (const account of accounts) account.refreshDaysRemaining = 5;
    if (index % 5 === 0) profile.title = `${profile.title} again`;
    const names = (profile.activeSocialAccounts ??= []);
    const gone = index % 7 === 0 ? accounts.pop() : undefined;
    if (gone) names.splice(names.indexOf(gone.platform), 1);
    if (index % 11 === 0 && !names.includes("bluesky")) {
      accounts.push({ platform: "bluesky", id: "did:plc:1", displayName: "Blue", userImage: "https://example.com/1" });
      names.push("bluesky");
    }
    if (index % 13 === 0 && accounts[0]) accounts[0].created = "2030-01-01T00:00:00.000Z";
    if (index % 17 === 0 && accounts[0]) accounts[0].username = "other";
  }
  return news.reverse();
}

/** What `diffProfiles` finds, as far as a comparison of files reports it. */
async function expected(before, after) {
  const { joined, left, changed } = await diffProfiles(before, after);
  const reduced = changed.map((profile) => ({ ...profile, changes: profile.changes.filter(({ kind }) => KINDS.includes(kind)).map(withoutRest) }));
  return { joined, left, changed: reduced.filter(({ changes }) => changes.length > 0) };
}

function withoutRest(change) {
  if (change.kind !== "linked" && change.kind !== "unlinked") return change;
  const { before, after, ...rest } = change;
  const kept = (account) => Object.fromEntries(Object.entries(account).filter(([name]) => KEPT.includes(name)));
  return { ...rest, ...(before && { before: kept(before) }), ...(after && { after: kept(after) }) };
}

const json = (value) => JSON.stringify(value);
const bytes = (value) => new TextEncoder().encode(typeof value === "string" ? value : json(value));

test("a comparison finds what diffProfiles finds among links and names", async () => {
  const before = await listed({ profiles: 600 });
  const after = later(before);
  const { durationMs, ...found } = await compareProfiles(json(before), json(after));
  const { joined, left, changed } = await expected(before, after);
  assert.ok(changed.length > 200 && joined.length === 1 && left.length === 2);
  assert.deepEqual({ joined: found.joined, left: found.left, changed: found.changed }, { joined, left, changed });
  const { accounts: accountsBefore } = await sweepProfiles(json(before));
  assert.deepEqual(found.before, { profiles: before.length, accounts: accountsBefore, invalid: found.before.invalid, unreadable: 0, bytes: bytes(before).length });
  assert.equal(found.after.profiles, after.length);
  assert.equal(found.after.accounts, (await sweepProfiles(json(after))).accounts);
  const kinds = changed.flatMap(({ changes }) => changes.map(({ kind }) => kind));
  const count = (kind) => kinds.filter((one) => one === kind).length;
  const { counts } = found;
  assert.deepEqual([counts.joined, counts.left, counts.changed], [1, 2, changed.length]);
  assert.deepEqual([counts.linked, counts.unlinked, counts.relinked, counts.renamed], ["linked", "unlinked", "relinked", "renamed"].map(count));
  assert.ok(Math.min(counts.linked, counts.unlinked, counts.relinked, counts.renamed) > 0);
  assert.equal(typeof durationMs, "number");
});

test("a file and itself do not differ, however it is given", async () => {
  const profiles = await listed({ profiles: 300 });
  const sources = [json(profiles), bytes(profiles), new Blob([bytes(profiles)]), bytes(profiles).buffer, new DataView(bytes(profiles).buffer)];
  for (const source of sources) assert.deepEqual((await compareProfiles(source, source)).counts, NOTHING);
  const zipped = gzipSync(bytes(profiles));
  const { counts, before, after } = await compareProfiles(zipped, new Response(json(profiles)).body);
  assert.deepEqual(counts, NOTHING);
  assert.deepEqual(before, after);
});

test("a stream given twice is refused by name", async () => {
  for (const source of [new Response("[]"), new Response("[]").body, (async function* () {})()]) {
    const { message } = await failure(compareProfiles(source, source), "config");
    assert.equal(message, "`after` is the same object as `before`, and can be read only once");
  }
});

test("lists are limited, counts are not", async () => {
  const profiles = (title) => json(Array.from({ length: 1_200 }, (_, index) => ({ refId: `${title}${index % 400}-${index}`, title })));
  const { counts, joined, left } = await compareProfiles(profiles("a"), profiles("b"));
  assert.deepEqual([counts.joined, counts.left, joined.length, left.length], [1_200, 1_200, 1_000, 1_000]);
  const few = await compareProfiles(profiles("a"), profiles("b"), { maxEntries: 2 });
  assert.deepEqual([few.counts.joined, few.joined.map(({ refId }) => refId)], [1_200, ["b0-0", "b0-400"]]);
});

test("invalid records are counted, or end the comparison with the name of their file", async () => {
  const good = [{ refId: "a", title: "A" }, { refId: "b" }];
  const odd = [{ refId: "a", title: 7 }, 5, { refId: "b", displayNames: {} }];
  const { before, after, left, changed } = await compareProfiles(json(good), json(odd));
  assert.deepEqual([before.invalid, after.invalid, after.unreadable, after.profiles], [0, 3, 2, 1]);
  assert.deepEqual([left, changed], [[{ refId: "b" }], []]);
  const error = await failure(compareProfiles(json(good), json(odd), { onInvalid: "throw" }), "decode");
  assert.match(error.message, /^`after`: record 1 of the batch file /);
  assert.equal(error.path, "title");
  assert.equal(error.mismatches.length, 1);
  assert.match((await failure(compareProfiles(json(odd), json(good), { onInvalid: "throw" }), "decode")).message, /^`before`: record 1 /);
});

test("what is no batch file, ends early, fails or is no source is named", async () => {
  const good = "[]";
  const cause = new Error("disk");
  async function* failing() {
    yield bytes('[{"refId":"a"},');
    throw cause;
  }
  const rows = [
    [() => "", "decode", "`%`: the batch file is empty"],
    [() => '[{"refId":"a"}', "decode", /^`%`: the batch file /],
    [() => bytes("<html>"), "decode", /^`%`: the batch file /],
    [() => failing(), "network", /^`%` /],
    [() => 7, "config", /^`%` must be a Blob, /],
    [() => undefined, "config", /^`%` must be a Blob, /],
  ];
  for (const [source, kind, text] of rows) {
    for (const side of ["before", "after"]) {
      const given = side === "before" ? [source(), good] : [good, source()];
      const error = await failure(compareProfiles(...given), kind);
      const pattern = typeof text === "string" ? text.replace("%", side) : new RegExp(text.source.replace("%", side));
      if (typeof pattern === "string") assert.ok(error.message.startsWith(pattern), error.message);
      else assert.match(error.message, pattern);
      if (kind === "network") assert.equal(error.cause, cause);
    }
  }
});

test("options are checked before anything is read", async () => {
  const unread = () => ({ [Symbol.asyncIterator]: () => assert.fail("read") });
  for (const [option, value] of Object.entries({ maxEntries: 0, onInvalid: "skip", onEvent: 1, idleTimeoutMs: -1, signal: {}, maxRecordBytes: "1", where: {} })) {
    const { message } = await failure(compareProfiles(unread(), unread(), { [option]: value }), "config");
    assert.ok(message.includes(`\`${option}\``), message);
    assert.ok(!message.includes("`before`") && !message.includes("`after`"), message);
  }
});

test("events say which file they are about", async () => {
  const events = [];
  const content = json(Array.from({ length: 20_000 }, (_, index) => ({ refId: String(index), title: "x".repeat(100) })));
  await compareProfiles(content, new Blob([content]), { onEvent: (event) => void events.push(event) });
  const sides = events.map(({ side }) => side);
  assert.deepEqual(sides, sides.toSorted().reverse());
  for (const side of ["before", "after"]) {
    const { type, bytesRead, bytesTotal, profiles } = events.findLast((event) => event.side === side);
    assert.deepEqual([type, bytesRead, profiles], ["progress", content.length, 20_000]);
    if (side === "after") assert.equal(bytesTotal, content.length);
  }
  assert.ok(events.length > 4);
});

test("aborting ends either half at once, and releases what was opened", async () => {
  for (const half of ["before", "after"]) {
    const controller = new AbortController();
    const reason = new Error("enough");
    let released = 0;
    async function* endless() {
      try {
        yield bytes("[");
        for (let index = 0; ; index++) {
          yield bytes(`{"refId":"${index}"},`);
          if (index === 3) queueMicrotask(() => controller.abort(reason));
          if (index === 50) assert.fail("read on after the abort");
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        released += 1;
      }
    }
    const sources = half === "before" ? [endless(), "[]"] : ["[]", endless()];
    const error = await failure(compareProfiles(...sources, { signal: controller.signal }), "aborted");
    assert.equal(error.cause, reason);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(released, 1);
  }
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: async () => ({}) }) };
  const { message } = await failure(compareProfiles("[]", silent, { idleTimeoutMs: 20 }), "timeout");
  assert.match(message, /^`after` /);
});

test("aborting while profiles are compared ends the comparison", async () => {
  const profiles = (title) => json(Array.from({ length: 5_000 }, (_, index) => ({ refId: String(index), title: `${title} ${index}` })));
  const controller = new AbortController();
  async function* last(text) {
    yield bytes(text);
    setTimeout(() => controller.abort(), 0);
  }
  const whole = await compareProfiles(profiles("a"), profiles("b"));
  assert.equal(whole.counts.renamed, 5_000);
  await failure(compareProfiles(profiles("a"), last(profiles("b")), { signal: controller.signal }), "aborted");
});

const PROFILES = 100_000;
const NETWORKS = ["facebook", "instagram", "linkedin", "tiktok", "youtube"];

/** A file of many profiles with five accounts each, made on the fly. On the second day, one in ten has changed. */
async function* made(day) {
  const rest = "x".repeat(120);
  let text = "[";
  for (let index = 0; index < PROFILES; index++) {
    const id = index.toString(16).padStart(40, "0");
    const name = day === 2 && index % 10 === 0 ? "new" : "name";
    const account = (network) =>
      `{"created":"2024-02-29T12:34:56.789Z","displayName":"Display ${name} ${index}","id":"${17_841_400_000_000_000 + index}","platform":"${network}","profileUrl":"https://example.com/${rest}","refreshDaysRemaining":${day},"userImage":"https://example.com/${rest}?${day}","username":"user${index}"}`;
    text += `${index === 0 ? "" : ","}{"activeSocialAccounts":${json(NETWORKS)},"displayNames":[${NETWORKS.map(account)}],"lastUpdated":"2024-05-1${day}T00:00:00.000Z","refId":"${id}","title":"Customer ${index}"}`;
    if (text.length > 65_536) {
      yield bytes(text);
      text = "";
    }
  }
  yield bytes(`${text}]`);
}

test("100,000 profiles a side are compared in about 100 bytes per account", async () => {
  await compareProfiles("[]", "[]");
  const { memory } = instances.find(({ exports }) => "batchfile_new" in exports).exports;
  const before = memory.buffer.byteLength;
  const found = await compareProfiles(made(1), made(2));
  const { counts } = found;
  assert.deepEqual(counts, { ...NOTHING, changed: PROFILES / 10, renamed: PROFILES / 2 });
  assert.equal(found.before.accounts, 5 * PROFILES);
  assert.equal(found.changed.length, 1_000);
  const each = (memory.buffer.byteLength - before) / found.before.accounts;
  // The table takes less than 90, see src/compare/tests.rs. A tenth of the profiles is stored twice, and the allocator holds some memory more.
  assert.ok(each < 125, `${each} bytes per account`);
  assert.ok(found.before.bytes > 250e6);
});
