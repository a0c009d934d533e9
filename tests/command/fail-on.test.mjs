// `--fail-on`: exit status 3 if something needs attention, so that cron can mail it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { run, sandbox, start } from "./helpers.mjs";

const DAY_MS = 86_400_000;
const link = (days) => ({ refId: "r", displayNames: [{ platform: "linkedin", refreshRequired: new Date(Date.now() + days * DAY_MS).toISOString() }], activeSocialAccounts: ["linkedin"] });
const GOOD = { refId: "good", displayNames: [{ platform: "facebook" }], activeSocialAccounts: ["facebook"] };

/** A profile, and the highest level at which the command does not exit with 0. */
const CASES = [
  ["nothing to do", GOOD, "ok"],
  ["a link that is due in 30 days", link(30.5), "ok"],
  ["a link that is due in 10 days", link(10.5), "soon"],
  ["a link that is due today", link(0.5), "now"],
  ["an expired link", link(-3), "now"],
  ["a quota that is nearly used up", { ...GOOD, monthlyApiCalls: 90, monthlyApiCallsQuota: 100 }, "soon"],
  ["a quota that is used up", { ...GOOD, monthlyApiCalls: 100, monthlyApiCallsQuota: 100 }, "now"],
  ["nothing linked", { refId: "r", displayNames: [], activeSocialAccounts: [] }, "soon"],
  ["a suspended profile", { ...GOOD, suspended: true }, "now"],
];
for (const [name, user, level] of CASES) {
  test(`${name} is ${level}, for a profile as for all`, async (t) => {
    const { at, env } = await sandbox(t, { primary: { user }, userProfiles: [{ profileKey: "A", user: GOOD }, { profileKey: "B", user }] });
    for (const command of ["health", "sweep"]) {
      const statuses = [];
      for (const failOn of ["soon", "now"]) {
        const { code, out, err } = await run([command, ...at, "--fail-on", failOn], { env });
        assert.equal(err, "");
        assert.ok(out.length > 0);
        statuses.push(code);
      }
      assert.deepEqual(statuses, { ok: [0, 0], soon: [3, 0], now: [3, 3] }[level], command);
    }
  });
}

test("--within moves the border, and --network leaves the others out", async (t) => {
  const { at, env } = await sandbox(t, { primary: { user: link(30.5) }, userProfiles: [{ profileKey: "B", user: link(30.5) }, { profileKey: "C", user: { refId: "c", displayNames: [] } }] });
  for (const command of ["health", "sweep"]) {
    const status = async (...words) => (await run([command, ...at, "--fail-on", "soon", ...words], { env })).code;
    assert.equal(await status("--within", "40"), 3);
    assert.equal(await status("--within", "40", "--network", "linkedin"), 3);
    assert.equal(await status("--within", "20", "--network", "linkedin"), 0);
    assert.equal(await status("--within", "40", "--network", "facebook"), 0);
  }
});

test("it is 3 even if nobody reads the result", async (t) => {
  const { at, env } = await sandbox(t, { primary: { user: link(-3) }, userProfiles: [{ profileKey: "B", user: link(-3) }] });
  const status = async (...words) => {
    const { child, ended } = start([...words, ...at], { env });
    child.stdout.destroy();
    const { code, err } = await ended;
    assert.equal(err, "");
    return code;
  };
  assert.equal(await status("health", "--fail-on", "now"), 3);
  assert.equal(await status("sweep", "--format", "csv", "--fail-on", "soon"), 3);
  assert.equal(await status("sweep", "--format", "csv"), 0);
});

test("without the option, it is 0", async (t) => {
  const { at, env } = await sandbox(t, { primary: { user: link(-3) }, userProfiles: [{ profileKey: "B", user: link(-3) }] });
  for (const command of ["health", "sweep"]) assert.equal((await run([command, ...at], { env })).code, 0);
});

test("a failure is 1 and wrong usage is 2, also with --fail-on", async (t) => {
  const { at } = await sandbox(t);
  assert.equal((await run(["sweep", ...at, "--fail-on", "soon"], { env: { AYRSHARE_API_KEY: "WRONG" } })).code, 1);
  assert.equal((await run(["sweep", "--fail-on"])).code, 2);
});
