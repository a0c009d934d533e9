// In a pipe: no bar, no colours; a reader that goes away ends the command quietly, and signals end it at once.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { test } from "node:test";
import { BIN, environment, folder, run, sandbox, start, until } from "./helpers.mjs";

// eslint-disable-next-line no-control-regex
const ESCAPE = /\u001b/;

test("nothing but the result is written, even if colours are asked for", async (t) => {
  const { at, env } = await sandbox(t, { profiles: 300, batchDelayMs: 1_000, faults: { file: { bytesPerSecond: 2_000_000 } } });
  for (const command of ["profiles", "sweep"]) {
    const { code, out, err } = await run([command, ...at], { env: { ...env, FORCE_COLOR: "1" } });
    assert.deepEqual([code, err], [0, ""]);
    assert.doesNotMatch(out, ESCAPE);
  }
});

for (const format of ["table", "json", "ndjson", "csv"]) {
  test(`${format} into head ends quietly, and stops the download`, async (t) => {
    const { at, env, sandbox: inner } = await sandbox(t, { profiles: 1_000_000 });
    const { child, ended, seen } = start(["profiles", ...at, "--format", format], { env });
    await until(() => seen.out.length > 0, () => seen.err);
    child.stdout.destroy();
    const { code, signal, err } = await ended;
    assert.deepEqual([code, signal, err], [0, null, ""]);
    assert.ok(inner.requests.length >= 2);
  });
}

test("a real head gets its lines", async (t) => {
  const { at, env } = await sandbox(t, { profiles: 100_000 });
  const shell = spawn("/bin/bash", ["-c", 'set -o pipefail; "$@" | head -n 2', "bash", process.execPath, BIN, "profiles", ...at, "--format", "ndjson"], { env: environment(env) });
  let [out, err] = ["", ""];
  shell.stdout.on("data", (text) => (out += text));
  shell.stderr.on("data", (text) => (err += text));
  const code = await new Promise((resolve) => shell.once("close", resolve));
  assert.deepEqual([code, err], [0, ""]);
  assert.equal(out.trim().split("\n").map((line) => JSON.parse(line)).length, 2);
});

test("standard output on a full disk is an error", async () => {
  const full = openSync("/dev/full", "w");
  const { code, err } = await run(["sweep", "--sandbox"], { stdio: ["pipe", full, "pipe"] });
  assert.equal(code, 1);
  assert.match(err, /^ayrshare-user: The result could not be written to standard output: no space is left on the disk\./);
});

test("a name with control characters is shown with escapes when the command is stopped", async (t) => {
  const { at, env, sandbox: inner } = await sandbox(t, { batchDelayMs: 600_000 });
  const { child, ended } = start(["sweep", ...at, "--out", `${folder(t)}/a\u001b[2Jb.csv`], { env });
  await until(() => inner.requests.length > 0);
  child.kill("SIGTERM");
  assert.match((await ended).err, /a\\u001b\[2Jb\.csv was not changed\.\n$/);
});

test("standard error that nobody reads changes nothing", async (t) => {
  const { at } = await sandbox(t);
  const { child, ended } = start(["user", ...at], { env: { AYRSHARE_API_KEY: "WRONG" } });
  child.stderr.destroy();
  assert.equal((await ended).code, 1);
});

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]]) {
  test(`${signal} ends it while it waits for the file`, async (t) => {
    const { at, env, sandbox: inner } = await sandbox(t, { batchDelayMs: 600_000 });
    const { child, ended } = start(["sweep", ...at], { env });
    await until(() => inner.requests.length > 0);
    child.kill(signal);
    const { code, out, err } = await ended;
    assert.deepEqual([code, out], [status, ""]);
    assert.match(err, /^ayrshare-user: Stopped by (Ctrl-C|SIGTERM)\. Nothing of the file was read yet\.\n$/);
  });

  test(`${signal} says how much was read`, async (t) => {
    const { at, env } = await sandbox(t, { profiles: 20_000, faults: { file: { bytesPerSecond: 3_000_000 } } });
    const { child, ended, seen } = start(["profiles", ...at, "--format", "ndjson"], { env });
    await until(() => seen.out.length > 1_500_000, () => seen.err);
    child.kill(signal);
    const { code, err } = await ended;
    assert.equal(code, status);
    assert.match(err, /^ayrshare-user: Stopped by (Ctrl-C|SIGTERM)\. [\d,]+ profiles were read, from [\d.]+ [kM]B of [\d.]+ MB\.\n$/);
  });
}
