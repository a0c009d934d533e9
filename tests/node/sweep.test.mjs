// A sweep counts what a loop over all profiles would find.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { failure } from "./helpers.mjs";

const FIELDS = [
  "profiles", "invalid", "bytes", "accounts", "networks", "otherAccounts", "refreshSoon", "expired", "nothingLinked", "suspended",
  "quotasHigh", "links", "linksLeftOut", "quotas", "quotasLeftOut", "unreadable", "mismatches", "mismatchesLeftOut", "resumes", "durationMs",
];

const sandboxed = (options) => {
  const sandbox = createSandbox({ batchDelayMs: 0, profiles: 3_000, ...options });
  return new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
};

test("it counts what a loop counts", async () => {
  const client = sandboxed();
  const report = await client.sweepProfiles();
  assert.deepEqual(Object.keys(report).sort(), [...FIELDS].sort());
  const networks = new Map();
  let [profiles, nothing, suspended] = [0, 0, 0];
  for await (const profile of client.streamProfiles()) {
    profiles += 1;
    const linked = new Set([...profile.activeSocialAccounts, ...profile.displayNames.map(({ platform }) => platform)]);
    for (const network of linked) networks.set(network, (networks.get(network) ?? 0) + 1);
    if (linked.size === 0) nothing += 1;
    if (profile.suspended) suspended += 1;
  }
  assert.equal(report.profiles, profiles);
  assert.equal(report.nothingLinked, nothing);
  assert.equal(report.suspended, suspended);
  assert.deepEqual(Object.fromEntries(report.networks.map(({ network, accounts }) => [network, accounts])), Object.fromEntries(networks));
  assert.equal(report.accounts, [...networks.values()].reduce((sum, count) => sum + count, 0));
  assert.ok(report.bytes > 1_000_000);
});

test("lists are limited, most urgent first, and report how much they leave out", async () => {
  const client = sandboxed();
  const [short, long] = [await client.sweepProfiles({ maxEntries: 5 }), await client.sweepProfiles({ maxEntries: 100_000 })];
  assert.equal(short.links.length, 5);
  assert.deepEqual(short.links, long.links.slice(0, 5));
  assert.equal(short.linksLeftOut, long.links.length - 5);
  assert.equal(long.links.length, long.expired + long.refreshSoon);
  const due = long.links.map(({ dueMs }) => dueMs);
  assert.deepEqual(due, due.toSorted((a, b) => a - b));
});

test("the caller sets days and shares", async () => {
  const client = sandboxed();
  const [few, many] = [await client.sweepProfiles({ refreshWithinDays: 0 }), await client.sweepProfiles({ refreshWithinDays: 365 })];
  assert.equal(few.refreshSoon, 0);
  assert.ok(many.refreshSoon > 0);
  assert.equal(few.expired, many.expired);
  const [low, high] = [await client.sweepProfiles({ quotaShare: 0.01 }), await client.sweepProfiles({ quotaShare: 1 })];
  assert.ok(low.quotasHigh > high.quotasHigh);
});

test("invalid records are counted, and a dropped connection is resumed", async () => {
  const client = sandboxed({ faults: { file: { corrupt: [{ record: 3, kind: "control" }], cutAtBytes: [100_000, 2_000_000] } } });
  const report = await client.sweepProfiles();
  assert.equal(report.invalid, 1);
  assert.equal(report.profiles, 2_999);
  assert.equal(report.resumes, 2);
});

test("invalid options and an aborted signal reject", async () => {
  assert.match((await failure(sandboxed().sweepProfiles({ maxEntries: -1 }), "config")).message, /`maxEntries`/);
  assert.match((await failure(sandboxed().sweepProfiles({ select: ["refId"] }), "config")).message, /`select`/);
  await failure(sandboxed().sweepProfiles({ signal: AbortSignal.abort() }), "aborted");
});
