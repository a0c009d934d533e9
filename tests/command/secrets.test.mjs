// Keys and signed addresses are nowhere but where they belong: not in the output, in an error, or in the list of processes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, run, sandbox, start, until } from "./helpers.mjs";

const API_KEY = "SENTINEL-API-KEY-0123456789";
const PROFILE_KEY = "SENTINEL-PROFILE-KEY-0123456789";
const SIGNED = "SENTINEL-SIGNATURE";
const env = { AYRSHARE_API_KEY: API_KEY, AYRSHARE_PROFILE_KEY: PROFILE_KEY };
const hidden = (text, ...allowed) => {
  for (const secret of [API_KEY, PROFILE_KEY, SIGNED]) if (!allowed.includes(secret)) assert.ok(!text.includes(secret), `${secret} is in ${text}`);
};

/** An API that sends what it was sent, as careless servers do. */
async function echo(t, status, body) {
  const server = createServer((request, response) => {
    const text = JSON.stringify(body ?? { status: "error", code: 102, message: `no: ${request.headers.authorization} ${request.headers["profile-key"]}`, details: request.headers });
    response.writeHead(status, { "content-type": "application/json" }).end(text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  return ["--base-url", `http://127.0.0.1:${server.address().port}/api`];
}

for (const command of ["user", "boards", "health", "profiles", "sweep", "batch"]) {
  for (const status of [200, 403]) {
    test(`${command}: an error with ${status} that repeats the keys does not show them`, async (t) => {
      const { code, out, err } = await run([command, ...(await echo(t, status))], { env });
      assert.equal(code, 1, out);
      assert.match(err, /^ayrshare-user: [^\n]+[.]\n$/);
      hidden(out + err);
    });
  }
}

test("the keys reach the API, and are not in the list of processes meanwhile", async (t) => {
  const { sandbox: inner, baseUrl } = await sandbox(t, { apiKey: API_KEY, userProfiles: [{ profileKey: PROFILE_KEY, user: { title: "Mine", displayNames: [] } }], faults: { latencyMs: 600_000 } });
  const { child, seen, ended } = start(["user", "--base-url", baseUrl], { env });
  await until(() => inner.requests.length > 0, () => JSON.stringify(seen));
  hidden(spawnSync("ps", ["-ww", "-eo", "args"], { encoding: "utf8" }).stdout);
  hidden(readFileSync(`/proc/${child.pid}/cmdline`, "utf8"));
  child.kill("SIGTERM");
  const { out, err } = await ended;
  hidden(out + err);
  inner.faults = {};
  const again = await run(["user", "--base-url", baseUrl], { env });
  assert.match(again.out, /^Mine\n/);
  hidden(again.out + again.err);
});

test("the signed address is printed by `batch` alone, on standard output or in the file", async (t) => {
  const ticket = { status: "success", success: true, url: `http://127.0.0.1:1/profiles.json?X-Goog-Signature=${SIGNED}`, urlAvailable: "2024-01-01T00:00:00Z", urlExpires: "2099-01-01T00:00:00Z", lastUpdated: "2024-01-01T00:00:00.000Z", nextUpdate: "2024-01-01T00:12:00.000Z" };
  const at = await echo(t, 200, ticket);
  for (const format of ["table", "json", "ndjson", "csv"]) {
    const { code, out, err } = await run(["batch", ...at, "--format", format], { env });
    assert.equal(code, 0, err);
    assert.ok(out.includes(SIGNED), format);
    hidden(out, SIGNED);
    assert.equal(err, "");
  }
  const file = join(folder(t), "ticket.json");
  const written = await run(["batch", ...at, "--out", file], { env });
  assert.deepEqual([written.code, written.out, written.err], [0, "", ""]);
  assert.ok(readFileSync(file, "utf8").includes(SIGNED));
  // Nothing listens where the file should be.
  for (const command of ["profiles", "sweep"]) {
    const { code, out, err } = await run([command, ...at], { env });
    assert.equal(code, 1);
    hidden(out + err);
  }
  const failed = await run(["batch", ...at, "--out", "/nowhere/ticket.json"], { env });
  assert.equal(failed.code, 1);
  hidden(failed.out + failed.err);
});

test("emoji and letters that are joined stay whole, and so do the flags of regions", async (t) => {
  const title = "\u{1F468}\u200d\u{1F373} \u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F} \u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0661\u0600";
  const { at, env: own } = await sandbox(t, { primary: { user: { title, displayNames: [] } } });
  for (const format of ["table", "json"]) assert.ok((await run(["user", ...at, "--format", format], { env: own })).out.includes(title), format);
});

test("control characters from the service do not reach the terminal", async (t) => {
  const nasty = "\u001b[2J\u001b]0;title\u0007\u0000\u009b31m\u202eabc\u061c\u200e\u2028\u2060\u00ad\ufff9\u{1d173}\r\n";
  const { at, env: own } = await sandbox(t, { primary: { user: { title: nasty, refId: nasty, displayNames: [{ platform: "linkedin", displayName: nasty }] } }, userProfiles: [{ profileKey: "K", user: { title: nasty, refId: nasty, displayNames: [] } }] });
  // eslint-disable-next-line no-control-regex
  const control = /(?!\n)\p{Cc}|\p{Cf}|[\u2028\u2029]/u;
  for (const command of ["user", "profiles", "sweep", "health"]) {
    for (const format of ["table", "json", "ndjson"]) {
      const { code, out, err } = await run([command, ...at, "--format", format], { env: own });
      assert.equal(code, 0, err);
      assert.doesNotMatch(out, control, `${command} ${format}`);
    }
  }
  const [profile] = JSON.parse((await run(["profiles", ...at, "--format", "json"], { env: own })).out);
  assert.equal(profile.title, nasty, "JSON still has the text itself");
  const place = folder(t);
  const [before, after] = [join(place, "before.json"), join(place, "after.json")];
  writeFileSync(before, JSON.stringify([{ refId: nasty, title: "old", displayNames: [{ platform: "linkedin", displayName: nasty }] }]));
  writeFileSync(after, JSON.stringify([{ refId: nasty, title: nasty, displayNames: [{ platform: "linkedin", displayName: "new" }, { platform: nasty, displayName: nasty }] }, { refId: `${nasty}2`, title: nasty, displayNames: [] }]));
  for (const format of ["table", "json", "ndjson"]) {
    const { code, out, err } = await run(["compare", before, after, "--format", format]);
    assert.equal(code, 0, err);
    assert.ok(out.includes("abc"));
    assert.doesNotMatch(out, control, `compare ${format}`);
  }
  // Names of files come from the user, but perhaps by a pattern of the shell.
  const missing = await run(["sweep", "--file", `/nowhere/${nasty.replaceAll("\0", "")}`]);
  assert.equal(missing.code, 1);
  assert.doesNotMatch(missing.err, control);
  const error = await run(["user", ...(await echo(t, 400, { status: "error", code: 999, message: nasty }))], { env });
  assert.equal(error.code, 1);
  assert.doesNotMatch(error.err, control);
});
