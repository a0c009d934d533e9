// Health and changes of profiles with one field of the wrong type: it counts as unknown, and everything else is evaluated as usual.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AyrshareUser, accountHealth, diffProfiles, diffUsers } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { mutants, SAMPLES } from "../fixtures/mutants.mjs";
import { failure } from "./helpers.mjs";

const NOW = { now: Date.parse("2024-01-04T15:51:17.775Z") };
const sampleOf = (sample, path) => path.reduce((value, step) => value[step], sample);

const BAD = /NaN|undefined|\[object|Infinity/;

/** The messages of findings about the profile and about accounts on other networks. */
const messages = ({ findings }, networks) => findings.filter(({ network }) => !networks.includes(network)).map(({ message }) => message).sort();

test("a profile with one field of another type has the usual findings, except for that field", async () => {
  let count = 0;
  for (const { name, sample, path, mutant } of mutants()) {
    const [health, usual] = [await accountHealth(mutant, NOW), await accountHealth(sample, NOW)];
    assert.doesNotMatch(JSON.stringify(health), BAD, name);
    for (const finding of health.findings) {
      for (const key of ["dueMs", "daysLeft", "used", "limit"]) assert.ok(finding[key] === undefined || Number.isFinite(finding[key]), `${name}: ${key}`);
    }
    const account = path[0] === "displayNames" ? sample.displayNames[path[1]].platform : undefined;
    const odd = [account, ...(path[0] === "displayNames" ? [] : [undefined])];
    // The remaining days of every link are relative to `lastUpdated`.
    if (path[0] !== "lastUpdated") assert.deepEqual(messages(health, odd), messages(usual, odd), name);
    for (const { message, level, ...finding } of health.findings.filter(({ network }) => odd.includes(network))) {
      const isSame = (one) => one.level === level && ["reason", "network", "used", "limit"].every((key) => one[key] === finding[key]);
      // A number instead of an unknown value can be a finding, and if one date cannot be read, the other one counts.
      const mayBe = typeof path.reduce((value, step) => value?.[step], mutant) === "number" || ["refreshDaysRemaining", "refreshRequired"].includes(path.at(-1));
      assert.ok(mayBe || usual.findings.some(isSame), `${name}: ${message}`);
    }
    count += 1;
  }
  assert.ok(count > 1_000, `${count}`);
});

test("one mismatched account does not affect the findings of the others", async () => {
  const { user } = SAMPLES;
  const usual = await accountHealth(user, NOW);
  const good = usual.accounts.filter(({ network }) => network !== "linkedin");
  assert.equal(good.length, 9);
  for (const change of [{ refreshDaysRemaining: "soon" }, { refreshRequired: 7, refreshDaysRemaining: {} }, { platform: 7 }, { platform: null }]) {
    const odd = structuredClone(user);
    Object.assign(odd.displayNames.find(({ platform }) => platform === "linkedin"), change);
    const health = await accountHealth(odd, NOW);
    assert.deepEqual(health.accounts.filter(({ network }) => network !== "linkedin"), good, JSON.stringify(change));
    const [linkedin, ...more] = health.accounts.filter(({ network }) => network === "linkedin");
    assert.deepEqual([linkedin?.network, more], ["linkedin", []], "named in activeSocialAccounts");
    if (!("refreshDaysRemaining" in change) || "platform" in change) assert.deepEqual(linkedin.findings, []);
  }
});

test("a profile with a mismatched field has no changes compared with itself; compared with the original, only that field or its account", async () => {
  for (const { name, sample, path, mutant } of mutants()) {
    assert.deepEqual(await diffUsers(mutant, mutant), [], name);
    const changes = await diffUsers(sample, mutant, { includeVolatile: true });
    assert.doesNotMatch(JSON.stringify(changes), BAD, name);
    assert.ok(changes.length > 0, name);
    assert.ok(changes.every(({ network }) => network !== ""), name);
    const isPlain = path[0] !== "displayNames" && path[0] !== "activeSocialAccounts";
    if (isPlain) assert.ok(changes.every(({ network }) => network === undefined), name);
    const value = path.reduce((inner, step) => inner?.[step], mutant);
    const isName = path.at(-1) === "platform" || path[0] === "activeSocialAccounts";
    // Another string instead of a name is another name.
    if (!(isName && typeof value === "string")) {
      const kinds = changes.map(({ kind }) => kind);
      assert.deepEqual(kinds.filter((kind) => ["linked", "unlinked", "relinked"].includes(kind)), [], name);
      if (value !== null && sampleOf(sample, path) !== null) assert.deepEqual(kinds.filter((kind) => kind !== "field_changed"), [], name);
    }
    if (path[0] === "refId") continue;
    const diff = await diffProfiles([sample], [mutant], { includeVolatile: true });
    assert.deepEqual([diff.joined, diff.left, diff.changed.map((one) => one.changes)], [[], [], [changes]], name);
  }
});

test("a profile whose reference id is of another type has changed, and neither joined nor left", async () => {
  const { user } = SAMPLES;
  for (const refId of [7, true, [], {}]) {
    const { joined, left, changed } = await diffProfiles([user, { refId: "b" }], [{ refId: "b" }, { ...user, refId }]);
    assert.deepEqual([joined, left, changed.map(({ changes }) => changes)], [[], [], [[{ kind: "field_changed", path: "refId", before: user.refId, after: refId }]]]);
  }
});

test("a sweep counts every profile with one mismatched field, and lists no link without a network and no invalid number", async () => {
  const sandbox = createSandbox({ batchDelayMs: 0 });
  const all = [...mutants()].map(({ mutant }) => mutant);
  const file = JSON.stringify(all);
  const fetch = async (url, init) => (String(url).includes("/api/") ? sandbox.fetch(url, init) : new Response(file));
  const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch });
  const report = await client.sweepProfiles({ maxEntries: 1_000_000 });
  assert.deepEqual([report.profiles, report.unreadable], [all.length, 0]);
  assert.ok(report.links.length > 0 && report.links.every(({ network }) => typeof network === "string" && network !== ""));
  assert.doesNotMatch(JSON.stringify(report), BAD);
  for (const { dueMs, daysLeft } of report.links) assert.ok(Number.isFinite(dueMs) && Number.isFinite(daysLeft));
  for (const { used, limit } of report.quotas) assert.ok(Number.isFinite(used) && Number.isFinite(limit));
});

test("unusable data is rejected, and the error names its path", async () => {
  const rows = [
    [[], ""], [7, ""], [{ displayNames: {} }, "displayNames"], [{ displayNames: "a" }, "displayNames"], [{ activeSocialAccounts: 7 }, "activeSocialAccounts"],
    [{ displayNames: [{ platform: "a" }, 7] }, "displayNames[1]"], [{ displayNames: [null] }, "displayNames[0]"],
  ];
  for (const [user, path] of rows) {
    assert.equal((await failure(accountHealth(user), "decode")).path ?? "", path, JSON.stringify(user));
    assert.equal((await failure(diffUsers({}, user), "decode")).path, ["after", path].filter(Boolean).join("."), JSON.stringify(user));
  }
});
