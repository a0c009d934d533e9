// Health and changes in JavaScript: every field, the options, agreement with sweeps, and invalid arguments.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { AyrshareUser, accountHealth, diffProfiles, diffUsers } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { failure, fixture } from "./helpers.mjs";

const NOW = Date.UTC(2026, 1, 27, 12);
const DAY = 86_400_000;
const user = {
  refId: "r1", title: "Bakery", monthlyApiCalls: 90, monthlyApiCallsQuota: 100,
  activeSocialAccounts: ["linkedin", "instagram", "bluesky", "twitter"],
  displayNames: [
    { platform: "bluesky", displayName: "Bakery" },
    { platform: "instagram", displayName: "Bakery", usedQuota: 50 },
    { platform: "linkedin", displayName: "Bakery", refreshRequired: "2026-03-02T12:00:00Z" },
    { platform: "twitter", twitterUsage: { monthlyUsage: 1, monthlyLimit: 10, monthlyReset: "2026-03-05T00:00:00Z" } },
  ],
};

test("health reports level, reason, network, numbers, date and a message, the most urgent first", async () => {
  const instagram = { level: "now", reason: "instagram_posts", network: "instagram", used: 50, limit: 50, message: "Instagram: 50 of 50 posts in 24 hours are used." };
  const linkedin = {
    level: "soon", reason: "link_to_refresh", network: "linkedin", dueMs: NOW + 3 * DAY, daysLeft: 3,
    message: "The LinkedIn link must be refreshed by 2026-03-02: 3 days left.",
  };
  const calls = { level: "soon", reason: "monthly_api_calls", used: 90, limit: 100, message: "90 of 100 monthly API calls are used." };
  const twitter = {
    level: "ok", reason: "twitter_usage", network: "twitter", dueMs: Date.UTC(2026, 2, 5), daysLeft: 5, used: 1, limit: 10,
    message: "X: 1 of 10 monthly calls are used. The quota resets on 2026-03-05.",
  };
  assert.deepEqual(await accountHealth(user, { now: NOW }), {
    level: "now",
    findings: [instagram, linkedin, calls, twitter],
    accounts: [
      { network: "instagram", level: "now", findings: [instagram] },
      { network: "linkedin", level: "soon", findings: [linkedin] },
      { network: "twitter", level: "ok", findings: [twitter] },
      { network: "bluesky", level: "ok", findings: [] },
    ],
  });
});

test("health uses the given days, share and time; the time may be a Date", async () => {
  const levelOf = async (options, reason) => (await accountHealth(user, options)).findings.find((one) => one.reason === reason).level;
  assert.equal(await levelOf({ now: NOW, refreshWithinDays: 2 }, "link_to_refresh"), "ok");
  assert.equal(await levelOf({ now: NOW, quotaShare: 0.95 }, "monthly_api_calls"), "ok");
  assert.deepEqual(await accountHealth(user, { now: new Date(NOW) }), await accountHealth(user, { now: NOW }));
  const later = await accountHealth(user, { now: NOW + 4 * DAY });
  assert.equal(later.findings.find(({ network }) => network === "linkedin").reason, "link_expired");
  const lapsed = { ...user, displayNames: [{ platform: "linkedin", refreshRequired: new Date(Date.now() - DAY).toISOString() }] };
  assert.equal((await accountHealth(lapsed)).findings[0].reason, "link_expired");
});

test("health and a sweep find the same links and quotas", async () => {
  const sandbox = createSandbox({ batchDelayMs: 0, profiles: 600 });
  const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
  const report = await client.sweepProfiles({ maxEntries: 100_000 });
  const found = { links: [], quotas: [], suspended: 0, nothingLinked: 0 };
  for await (const profile of client.streamProfiles()) {
    for (const { level, reason, ...finding } of (await accountHealth(profile)).findings) {
      if (level === "ok") continue;
      if (reason === "suspended") found.suspended += 1;
      else if (reason === "nothing_linked") found.nothingLinked += 1;
      else if (reason.startsWith("link")) found.links.push([profile.refId, finding.network, finding.dueMs, reason === "link_expired"].join());
      else found.quotas.push([profile.refId, reason, finding.used, finding.limit].join());
    }
  }
  const { suspended, nothingLinked, links, quotas } = report;
  assert.ok(links.length > 20 && quotas.length > 0 && nothingLinked > 0, JSON.stringify([links.length, quotas.length, nothingLinked]));
  // If Ayrshare gives a renewal only in days, it is counted from the millisecond of the call.
  const day = (ms) => Math.round(ms / DAY);
  const rounded = (line) => line.replace(/\b\d{12,}(\.\d+)?\b/, (ms) => day(Number(ms)));
  assert.deepEqual(found.links.map(rounded).sort(), links.map(({ refId, network, dueMs, expired }) => rounded([refId, network, dueMs, expired].join())).sort());
  assert.deepEqual(found.quotas.sort(), quotas.map(({ refId, quota, used, limit }) => [refId, quota, used, limit].join()).sort());
  assert.deepEqual([found.suspended, found.nothingLinked], [suspended, nothingLinked]);
});

test("a change has kind, network, path and both values unchanged", async () => {
  const after = structuredClone(user);
  after.title = "Bakery & Sons";
  after.displayNames[0].extra = { deep: [1, "two"] };
  after.displayNames[1].usedQuota = 12;
  after.displayNames.pop();
  after.activeSocialAccounts = ["bluesky", "instagram", "linkedin", "reddit"];
  assert.deepEqual(await diffUsers(user, after), [
    { kind: "renamed", path: "title", before: "Bakery", after: "Bakery & Sons" },
    { kind: "field_changed", network: "bluesky", path: "extra", after: { deep: [1, "two"] } },
    { kind: "quota_changed", network: "instagram", path: "usedQuota", before: 50, after: 12 },
    { kind: "linked", network: "reddit" },
    { kind: "unlinked", network: "twitter", before: user.displayNames[3] },
  ]);
});

test("a user compared with itself has no changes, in any order; volatile fields are included on request", async () => {
  const sample = JSON.parse(fixture("user"));
  const turned = { ...sample, displayNames: sample.displayNames.toReversed(), activeSocialAccounts: sample.activeSocialAccounts.toReversed() };
  assert.deepEqual(await diffUsers(sample, turned), []);
  const later = { ...sample, lastUpdated: "2030-01-01T00:00:00.000Z" };
  assert.deepEqual(await diffUsers(sample, later), []);
  const [change, ...more] = await diffUsers(sample, later, { includeVolatile: true });
  assert.deepEqual([change.kind, change.path, change.after, more], ["field_changed", "lastUpdated", later.lastUpdated, []]);
});

test("two lists are compared by reference id: joined, left, changed", async () => {
  const [gone, same, renamed] = [{ refId: "a", title: "A" }, { refId: "b" }, { refId: "c", title: "C" }];
  const diff = await diffProfiles([gone, same, renamed], [{ refId: "d" }, { refId: "c", title: "See" }, same]);
  assert.deepEqual(diff, {
    joined: [{ refId: "d" }],
    left: [{ refId: "a", title: "A" }],
    changed: [{ refId: "c", title: "See", changes: [{ kind: "renamed", path: "title", before: "C", after: "See" }] }],
  });
});

/** The members of a union of string literals in the declarations. */
function unionOf(name) {
  const declarations = readFileSync(join(process.env.AYRSHARE_USER_DIR, "dist", "insight", "types.d.ts"), "utf8").replaceAll(/\/\*\*[^]*?\*\//g, "");
  const union = new RegExp(`export type ${name} =([^;]*);`).exec(declarations)[1];
  return [...union.matchAll(/"(\w+)"/g)].map(([, member]) => member).sort();
}

test("levels, reasons and kinds of change are exactly the declared ones", async () => {
  const quotas = { monthlyApiCalls: 1, monthlyApiCallsQuota: 2, monthlyPostCount: 1, monthlyPostQuota: 2 };
  const links = [{ platform: "tiktok", refreshDaysRemaining: -1 }, { platform: "linkedin", refreshDaysRemaining: 3 }];
  const used = [{ platform: "instagram", usedQuota: 1 }, { platform: "twitter", twitterUsage: { monthlyUsage: 1, monthlyLimit: 10 } }];
  const healths = [await accountHealth({ suspended: true, ...quotas, displayNames: [...links, ...used] }), await accountHealth({})];
  const findings = healths.flatMap(({ findings }) => findings);
  const distinct = (key, all) => [...new Set(all.map((one) => one[key]))].sort();
  assert.deepEqual(distinct("reason", findings), unionOf("HealthReason"));
  assert.deepEqual(distinct("level", findings), unionOf("HealthLevel"));
  const before = { platform: "gmb", id: "1", displayName: "a", created: "2024-01-01T00:00:00Z", userImage: "https://i.example/a", type: "a" };
  const after = { platform: "gmb", id: "2", displayName: "b", created: "2024-01-02T00:00:00Z", userImage: "https://i.example/b", type: "b" };
  const changes = await diffUsers({ monthlyApiCalls: 1, displayNames: [before, { platform: "tiktok" }] }, { monthlyApiCalls: 2, displayNames: [{ platform: "reddit" }, after] });
  assert.deepEqual(distinct("kind", changes), unionOf("ChangeKind"));
});

test("the error for a value that is not a user names its path", async () => {
  const wrong = { title: 7, displayNames: [{ platform: "linkedin" }, 7] };
  assert.equal((await failure(accountHealth(wrong), "decode")).path, "displayNames[1]");
  assert.equal((await failure(diffUsers(user, wrong), "decode")).path, "after.displayNames[1]");
  assert.equal((await failure(diffProfiles([wrong], []), "decode")).path, "before[0].displayNames[1]");
  assert.equal((await failure(diffProfiles([], [user, null]), "decode")).path, "after[1]");
  for (const nothing of [null, 7, "user", []]) await failure(accountHealth(nothing), "decode");
});

test("errors name the invalid argument", async () => {
  const cycle = {};
  cycle.self = cycle;
  const rows = [
    [accountHealth(undefined), /`user`/], [accountHealth(cycle), /`user`/], [diffUsers(user, () => {}), /`after`/], [diffProfiles(undefined, []), /`before`/],
    [accountHealth(user, { now: "2026-02-27" }), /`now`/], [accountHealth(user, { now: new Date(Number.NaN) }), /`now`/],
    [accountHealth(user, { refreshWithinDays: -1 }), /`refreshWithinDays`/], [accountHealth(user, { quotaShare: 0 }), /`quotaShare`/],
    [accountHealth(user, { days: 3 }), /unknown option `days`/], [accountHealth(user, 3), /options/],
    [diffUsers(user, user, { includeVolatile: "yes" }), /`includeVolatile`/], [diffProfiles([], [], { deep: true }), /unknown option `deep`/],
  ];
  for (const [promise, names] of rows) assert.match((await failure(promise, "config")).message, names);
  assert.ok((await failure(accountHealth(cycle), "config")).cause instanceof TypeError);
});
