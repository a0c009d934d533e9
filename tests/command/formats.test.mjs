// Every command in every format, with the sandbox's data: what is written is what the library reads.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AyrshareUser, accountHealth } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { parse } from "csv-parse/sync";
import { output, run } from "./helpers.mjs";

const sandbox = createSandbox({ profiles: 25 });
const ayrshare = new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
const as = async (command, format, ...more) => output([command, "--sandbox", "--format", format, ...more]);
const rows = async (command, ...more) => parse(await as(command, "csv", ...more), { columns: true, record_delimiter: "\r\n" });
const lines = async (command, ...more) => (await as(command, "ndjson", ...more)).trimEnd().split("\n").map((line) => JSON.parse(line));
const same = (value) => JSON.parse(JSON.stringify(value));
const column = (name) => (row) => row[name];

describe("user", () => {
  test("json is the response", async () => assert.deepEqual(JSON.parse(await as("user", "json")), same(await ayrshare.getUser())));

  test("ndjson and csv have one account each", async () => {
    const { displayNames } = await ayrshare.getUser();
    assert.deepEqual(await lines("user"), same(displayNames));
    const found = await rows("user");
    assert.deepEqual(found.map(column("platform")), displayNames.map(column("platform")));
    // A name such as @ayrshare would be a formula.
    assert.deepEqual(found.map(column("displayName")), displayNames.map(({ displayName }) => (displayName ?? "").replace(/^@/, "'@")));
  });

  test("the table names the profile and its accounts", async () => {
    const table = await output(["user", "--sandbox"]);
    assert.equal(table, await as("user", "table"));
    const { title, displayNames } = await ayrshare.getUser();
    assert.ok(table.startsWith(title));
    assert.match(table, new RegExp(`\\n${displayNames.length} linked accounts`));
    assert.match(table, /^NETWORK +NAME +USERNAME/m);
    for (const { platform } of displayNames) assert.match(table, new RegExp(`^${platform} `, "m"));
  });
});

describe("boards", () => {
  test("all formats have all boards", async () => {
    const details = await ayrshare.getUserDetails("pinterest");
    const ids = details.pinterest.map(column("id"));
    assert.ok(ids.length > 1);
    assert.deepEqual(JSON.parse(await as("boards", "json")), same(details));
    assert.deepEqual(await lines("boards"), same(details.pinterest));
    assert.deepEqual((await rows("boards")).map(column("id")), ids);
    const table = await as("boards", "table");
    for (const id of ids) assert.ok(table.includes(id), id);
  });
});

describe("batch", () => {
  test("all formats have the whole address", async () => {
    const { url } = JSON.parse(await as("batch", "json"));
    assert.match(url, /^https:\/\/.*[?&]\S*Signature=/i);
    const [one] = await lines("batch");
    assert.match(one.url, /Signature=/i);
    assert.match((await rows("batch"))[0].url, /Signature=/i);
    const table = await as("batch", "table");
    assert.match(table, /^https:\/\/\S*Signature=\S+$/im);
    assert.match(table, /keep the address secret/);
  });
});

describe("profiles", () => {
  test("json and ndjson have every profile as received", async () => {
    const all = [];
    for await (const profile of ayrshare.streamProfiles()) all.push(profile);
    assert.equal(all.length, 25);
    assert.deepEqual(JSON.parse(await as("profiles", "json")), same(all));
    assert.deepEqual(await lines("profiles"), same(all));
    assert.deepEqual((await rows("profiles")).map(column("refId")), all.map(({ refId }) => refId ?? ""));
    assert.deepEqual((await rows("profiles")).map(column("networks")), all.map(({ activeSocialAccounts }) => activeSocialAccounts.join(" ")));
    const table = await as("profiles", "table");
    assert.equal(table.trimEnd().split("\n").length, 26);
  });

  test("--network and --within select profiles", async () => {
    const all = [];
    for await (const profile of ayrshare.streamProfiles({ where: { network: "linkedin", refreshWithinDays: 30 } })) all.push(profile);
    assert.ok(all.length > 0 && all.length < 25);
    assert.deepEqual(await lines("profiles", "--network", "LinkedIn", "--within", "30"), same(all));
  });

  test("an empty list is an empty list in every format", async () => {
    const none = ["--network", "nosuchnetwork"];
    assert.equal(await as("profiles", "json", ...none), "[]\n");
    assert.equal(await as("profiles", "ndjson", ...none), "");
    assert.match(await as("profiles", "csv", ...none), /^title,accounts,[^\r\n]*\r\n$/);
    assert.equal(await as("profiles", "table", ...none), "There is no such profile.\n");
  });
});

describe("sweep", () => {
  const without = ({ durationMs, ...report }) => report;

  test("json is the report", async () => {
    const report = without(await ayrshare.sweepProfiles({ maxEntries: 100_000 }));
    assert.ok(report.links.length > 3);
    assert.deepEqual(without(JSON.parse(await as("sweep", "json"))), same(report));
  });

  test("ndjson and csv list each link and quota with its reason", async () => {
    const { links, quotas } = await ayrshare.sweepProfiles({ refreshWithinDays: 60, quotaShare: 0.8 });
    const found = await lines("sweep", "--within", "60");
    assert.deepEqual(found.map(column("dueMs")).filter(Boolean), links.map(column("dueMs")));
    assert.deepEqual(found.slice(links.length).map(column("reason")), quotas.map(column("quota")));
    for (const { reason, expired, daysLeft, level } of found.slice(0, links.length)) {
      assert.equal(reason, expired ? "link_expired" : "link_to_refresh");
      assert.equal(level, expired || daysLeft < 1 ? "now" : "soon");
    }
    const cells = await rows("sweep", "--within", "60");
    assert.deepEqual(cells.slice(0, links.length).map(({ due, daysLeft }) => [due, daysLeft]), links.map(({ dueMs, daysLeft }) => [new Date(dueMs).toISOString(), String(daysLeft)]));
  });

  test("the table starts with counts", async () => {
    const report = await ayrshare.sweepProfiles();
    const table = await as("sweep", "table");
    assert.match(table, new RegExp(`^25 profiles with ${report.accounts} linked accounts`));
    assert.match(table, new RegExp(`^${report.expired} links have expired$`, "m"));
    assert.match(table, /^LEVEL +REASON +NETWORK +TITLE/m);
  });

  test("--network counts only that network", async () => {
    const report = JSON.parse(await as("sweep", "json", "--network", "linkedin", "--within", "60"));
    const all = await ayrshare.sweepProfiles({ refreshWithinDays: 60 });
    assert.deepEqual(report.links, same(all.links.filter(({ network }) => network === "linkedin")));
    assert.equal(report.expired + report.refreshSoon, report.links.length);
    assert.deepEqual(report.networks, same(all.networks.filter(({ network }) => network === "linkedin")));
  });
});

describe("health", () => {
  test("json is the health; the others list the findings", async () => {
    const user = await ayrshare.getUser();
    const health = await accountHealth(user, { refreshWithinDays: 400 });
    assert.deepEqual(JSON.parse(await as("health", "json", "--within", "400")), same(health));
    assert.deepEqual(await lines("health", "--within", "400"), same(health.findings));
    assert.deepEqual((await rows("health", "--within", "400")).map(column("message")), health.findings.map(column("message")));
    const table = await as("health", "table", "--within", "400");
    for (const { message } of health.findings) assert.ok(table.includes(message), message);
  });

  test("--network keeps the findings about one account", async () => {
    const found = await lines("health", "--network", "twitter");
    assert.ok(found.length > 0 && found.every(({ network }) => network === "twitter"));
  });
});

test("a format that is not named is a table, also in a pipe", async () => {
  const { out } = await run(["boards", "--sandbox"]);
  assert.match(out, /^\d+ Pinterest boards\n\nID +NAME/);
});

test("with --sandbox, the keys of the environment are not used", async () => {
  const env = { AYRSHARE_API_KEY: "REAL-KEY", AYRSHARE_PROFILE_KEY: "" };
  assert.deepEqual(JSON.parse(await output(["user", "--sandbox", "--format", "json"], { env })), same(await ayrshare.getUser()));
});
