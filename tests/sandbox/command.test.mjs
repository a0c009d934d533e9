// The command: what it prints, what it rejects, and that each flag has its effect.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const BIN = fileURLToPath(new URL("./bin/ayrshare-sandbox.js", import.meta.resolve("ayrshare-user")));
const KEY = "PLANTED1-PLANTED2-PLANTED3-PLANTED4";

function start(...words) {
  const child = spawn(process.execPath, [BIN, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const seen = { out: "", err: "" };
  child.stdout.on("data", (text) => (seen.out += text));
  child.stderr.on("data", (text) => (seen.err += text));
  const ended = new Promise((resolve) => child.once("close", (code) => resolve({ code, ...seen })));
  const listening = new Promise((resolve, reject) => {
    child.stdout.on("data", () => seen.out.includes("Ctrl-C") && resolve(/base URL +(\S+)/.exec(seen.out)[1]));
    ended.then(({ err }) => reject(new Error(err)));
  });
  listening.catch(() => {});
  return { child, ended, listening, seen };
}

async function running(t, ...words) {
  const started = start(...words);
  t.after(async () => {
    started.child.kill("SIGTERM");
    await started.ended;
  });
  return { base: await started.listening, ...started };
}

test("listens, prints its base URL but never the given key, and exits with 0 on a signal", async () => {
  const { child, ended, listening } = start("--port", "0", "--api-key", KEY, "--profiles", "3");
  const base = await listening;
  assert.match(base, /^http:\/\/127\.0\.0\.1:\d+\/api$/);
  assert.equal((await fetch(`${base}/user`, { headers: { authorization: `Bearer ${KEY}` } })).status, 200);
  child.kill("SIGINT");
  const { code, out, err } = await ended;
  assert.deepEqual([code, err], [0, ""]);
  assert.ok(!out.includes(KEY));
});

test("the default key is printed and works", async (t) => {
  const { base, seen } = await running(t);
  const key = /API key +(\S+)/.exec(seen.out)[1];
  assert.equal((await fetch(`${base}/user`, { headers: { authorization: `Bearer ${key}` } })).status, 200);
});

test("--help lists every flag and exits with 0", async () => {
  const { code, out } = await start("--help").ended;
  assert.equal(code, 0);
  for (const flag of ["--port N", "--api-key KEY", "--profiles N", "--batch-delay TIME", "--corrupt-record N[:KIND]", "--odd-fields SHARE", "--retry-after "]) assert.ok(out.includes(flag), flag);
});

const WRONG = [
  [["--port"], "--port needs a value"],
  [["--port", "x"], "--port needs a whole number"],
  [["--port", "70000"], "--port needs a port"],
  [["--batch-delay", "5"], "--batch-delay needs a duration"],
  [["--plan", "gold"], "--plan needs one of free, basic"],
  [["--cors=yes"], "--cors takes no value"],
  [["--fail-next", "999"], "--fail-next needs statuses"],
  [["--corrupt-record", "1:odd"], "--corrupt-record needs one of syntax"],
  [["--odd-fields", "2"], "--odd-fields needs a share from 0 to 1"],
  [["--odd-fields", "1e-3"], "--odd-fields needs a share from 0 to 1"],
  [["--suspended", "10"], "--suspended and --deleted need indexes"],
  [["--profiles", "999999999999"], "`profiles`"],
  [["--nonsense"], "unknown flag --nonsense"],
  [["--constructor"], "unknown flag --constructor"],
  [["--data", "/nowhere.json"], "cannot read /nowhere.json"],
  [[KEY], "only flags are accepted"],
];
for (const [words, message] of WRONG) {
  test(`refuses ${words.join(" ").replace(KEY, "a stray word")} with 2`, async () => {
    const { code, out, err } = await start("--api-key", KEY, ...words).ended;
    assert.equal(code, 2);
    assert.ok(err.includes(message), err);
    assert.ok(!(out + err).includes(KEY));
  });
}

const DATA = [
  ['{"a":1}', "unknown field `a`"],
  ['{"primary":{"user":{}},"users":[]}', "unknown field `users`"],
  ["{}", "neither primary nor userProfiles"],
  ["[]", "must contain an object"],
  ["null", "must contain an object"],
  ['{"primary":{"user":[]}}', "primary in"],
  ['{"userProfiles":[{"profileKey":"K"}]}', "userProfiles in"],
  ['{"userProfiles":[{"user":{}}]}', "`userProfiles`"],
];
for (const [data, message] of DATA) {
  test(`refuses --data with ${data}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "sandbox-data-"));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "data.json"), data);
    const { code, err } = await start("--port", "0", "--data", join(folder, "data.json")).ended;
    assert.equal(code, 2);
    assert.ok(err.includes(message), err);
  });
}

test("a port in use makes it exit with 1", async (t) => {
  const { base } = await running(t);
  const { code, err } = await start("--port", new URL(base).port).ended;
  assert.equal(code, 1);
  assert.match(err, /EADDRINUSE/);
});

/** Flags and checks of their effect: `ask(path, headers)` sends a request. */
const EFFECTS = [
  [["--plan", "free"], async (ask) => (await ask("/user")).status, 403],
  [["--rate-limit", "1", "--retry-after", "--rate-window", "9s"], async (ask) => [await ask("/user"), (await ask("/user")).headers.get("retry-after")][1], "9"],
  [["--rate-headers", "old"], async (ask) => (await ask("/user")).headers.get("x-ratelimit-remaining"), "299"],
  [["--no-rate-limit"], async (ask) => (await ask("/user")).headers.get("x-ratelimit-max"), null],
  [["--expose-headers", "a,b", "--cors-origin", "http://p"], async (ask) => (await ask("/user")).headers.get("access-control-expose-headers"), "a, b"],
  [["--fail-next", "500x2,429"], async (ask) => [(await ask("/user")).status, (await ask("/user")).status, (await ask("/user")).status, (await ask("/user")).status].join(), "500,500,429,200"],
  [["--invalid-profile-key-status", "401"], async (ask) => (await ask("/user", { "profile-key": "x" })).status, 401],
  [["--invalid-api-key-status=401"], async (ask) => (await ask("/user", { authorization: "Bearer x" })).status, 401],
  [["--batch-delay", "0s", "--file-shape", "wrapped", "--profiles", "2", "--seed", "9"], async (ask) => (await (await fetch((await (await ask("/user/batch")).json()).url)).json()).users.length, 2],
  [["--batch-delay", "1h", "--not-ready-status", "404"], async (ask) => (await fetch((await (await ask("/user/batch")).json()).url)).status, 404],
  [["--batch-delay", "0ms", "--url-lifetime", "0s"], async (ask) => (await (await fetch((await (await ask("/user/batch")).json()).url)).text()).includes("ExpiredToken"), true],
  [["--local-images"], async (ask) => (await ask("/user").then((r) => r.json())).displayNames[0].userImage.startsWith("http://127.0.0.1:"), true],
  [["--fresh-for", "30s"], async (ask) => Date.parse((await ask("/user").then((r) => r.json())).nextUpdate) > Date.now() - 1, true],
];
for (const [words, look, expected] of EFFECTS) {
  test(`${words.join(" ")}`, async (t) => {
    const { base } = await running(t, "--api-key", KEY, ...words);
    const ask = (path, headers = {}) => fetch(base + path, { headers: { authorization: `Bearer ${KEY}`, ...headers } });
    assert.equal(await look(ask), expected);
  });
}

test("--data adds your own profiles; --suspended and --deleted take indexes", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ayrshare-sandbox-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const data = join(folder, "profiles.json");
  writeFileSync(data, JSON.stringify({ primary: { user: { title: "Mine" } }, userProfiles: [{ profileKey: "A", user: { title: "Own" } }] }));
  const { base, seen } = await running(t, "--api-key", KEY, "--data", data, "--profiles", "3", "--suspended", "0", "--deleted", "1,2");
  const keys = seen.out.match(/\w{7}(-\w{7}){3}/g);
  const ask = async (headers) => (await fetch(`${base}/user`, { headers: { authorization: `Bearer ${KEY}`, ...headers } })).json();
  assert.equal((await ask({})).title, "Mine");
  assert.equal((await ask({ "profile-key": "A" })).title, "Own");
  assert.deepEqual([(await ask({ "profile-key": keys[0] })).code, (await ask({ "profile-key": keys[1] })).code], [276, 144]);
  writeFileSync(data, JSON.stringify({ userProfiles: [{}] }));
  assert.equal((await start("--data", data).ended).code, 2);
});
