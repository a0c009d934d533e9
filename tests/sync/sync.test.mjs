// The nightly sync (www/sync) in Miniflare, with its real SQLite: thousands of profiles, killed in the middle and run again.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, before, test } from "node:test";
import { createSandbox } from "ayrshare-user/sandbox";
import { installTools } from "../../scripts/lib/installed.mjs";
import { packedRoot } from "../../scripts/lib/packed.mjs";
import { at } from "../../scripts/lib/tools.mjs";
import { bundleWorker } from "../../scripts/lib/workerd.mjs";
import { isWhole } from "../whole.mjs";

const PROFILES = isWhole ? 100_000 : 20_000;
const SECRET = "WEBHOOK-SECRET";
const folder = join(packedRoot, "sync");
let [tools, node, server, sandbox, host] = [];
/** Changes each ticket before the sync gets it. */
let altered = (ticket) => ticket;
/** The byte at which the file stops, and the function that is called then. */
let hold = { atByte: Infinity };

/** Switches to another account, with its own profiles and file. */
function open(options) {
  const fileOrigin = `http://127.0.0.1:${server.address().port}`;
  sandbox = createSandbox({ fileOrigin, fileShape: "ndjson", batchDelayMs: 0, rateLimit: false, ...options });
}

/** The sandbox over HTTP. */
async function serve(request, response) {
  const { method, headers, url } = request;
  const isFile = !url.startsWith("/api/");
  const answer = await sandbox.fetch(`${isFile ? `http://127.0.0.1:${server.address().port}` : "https://app.ayrshare.com"}${url}`, { method, headers });
  if (url.endsWith("/user/batch")) {
    response.writeHead(answer.status, { "content-type": "application/json" });
    return void response.end(JSON.stringify(altered(await answer.json())));
  }
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  async function* parts() {
    let sent = 0;
    for await (const part of answer.body ?? []) {
      yield part;
      sent += part.byteLength;
      if (isFile && sent > hold.atByte) await new Promise(() => hold.reached());
    }
  }
  await pipeline(parts, response);
}

before(async () => {
  [tools, node] = [await installTools("matrix/tools/cloudflare"), join(await installTools("matrix/tools/node24"), "node_modules/node/bin/node")];
  rmSync(folder, { recursive: true, force: true });
  for (const name of ["worker.mjs", "sync.mjs"]) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(at("www/sync", name), join(folder, name));
  }
  await bundleWorker({ source: join(folder, "worker.mjs"), folder });
  server = createServer((request, response) => void serve(request, response).catch((error) => response.destroy(error))).listen(0, "127.0.0.1");
  await once(server, "listening");
  open({ profiles: PROFILES });
  host = await start();
});
after(() => {
  host?.kill();
  server?.close();
  server?.closeAllConnections();
});

/** Starts Miniflare with the existing database. */
async function start() {
  const bindings = { AYRSHARE_API_KEY: sandbox.apiKey, AYRSHARE_BASE_URL: `http://127.0.0.1:${server.address().port}/api`, AYRSHARE_WEBHOOK_SECRET: SECRET };
  const env = { ...process.env, NODE_OPTIONS: "", HOST: JSON.stringify({ tools, folder, migrations: at("www/sync/migrations"), bindings }) };
  const child = fork(at("tests/sync/host.mjs"), { execPath: node, execArgv: [], env, detached: true, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  // Kills the process group, which includes workerd.
  const kill = () => child.exitCode ?? process.kill(-child.pid, "SIGKILL");
  process.once("exit", kill);
  const waiting = new Map();
  const ready = new Promise((resolve, reject) => {
    child.on("message", ({ id, result, error }) => {
      if (id === 0) return resolve();
      const [resolved, rejected] = waiting.get(id);
      waiting.delete(id);
      return error === undefined ? resolved(result) : rejected(new Error(error));
    });
    child.once("exit", () => {
      process.removeListener("exit", kill);
      reject(new Error("miniflare ended"));
      for (const [, rejected] of waiting.values()) rejected(new Error("miniflare was killed"));
    });
  });
  await ready;
  let last = 0;
  const tell = (what) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, [resolve, reject]);
    child.send({ id: last, ...what });
  });
  return { kill, ended: once(child, "exit"), query: (sql) => tell({ sql }), run: () => tell({ run: "scheduled" }), event: (event) => tell({ event }) };
}

/**
 * The expected rows, read without the package from the sandbox's file, line by line. A profile with an account whose network cannot be
 * read retains its previous rows.
 */
async function expected(before = new Map()) {
  const { url } = await (await sandbox.fetch("https://app.ayrshare.com/api/user/batch", { headers: { authorization: `Bearer ${sandbox.apiKey}` } })).json();
  const rows = new Map();
  for await (const line of createInterface({ input: Readable.fromWeb((await sandbox.fetch(url)).body) })) {
    if (line === "") continue;
    const { refId, title, displayNames = [] } = JSON.parse(line);
    for (const { platform, username, displayName, profileUrl, refreshRequired } of displayNames) {
      // Without both parts of its key, an account has no row.
      if (typeof refId !== "string") continue;
      if (typeof platform !== "string") {
        for (const [name, row] of before) if (name.startsWith(`${refId} `) && !rows.has(name)) rows.set(name, row);
        continue;
      }
      const texts = [title, username, displayName, profileUrl, refreshRequired].map((value) => (typeof value === "string" ? value : null));
      rows.set(`${refId} ${platform}`, JSON.stringify(texts));
    }
  }
  return rows;
}

const PAGE = 5_000;

/** Compares the whole table with these rows, page by page. Each row is one string, because D1 is slow to return many values. */
async function isRight(rows) {
  let [after, count] = [["", ""], 0];
  for (;;) {
    const found = `SELECT json_array(ref_id, network, title, username, display_name, profile_url, refresh_required) AS row, sync FROM accounts
      WHERE (ref_id, network) > ('${after[0]}', '${after[1]}') ORDER BY ref_id, network LIMIT ${PAGE}`;
    const [page] = await host.query(`SELECT json_group_array(json(row)) AS text, min(sync) = (SELECT max(id) FROM syncs) AS isOfThis FROM (${found})`);
    const read = JSON.parse(page.text);
    if (read.length === 0) break;
    assert.equal(page.isOfThis, 1, "a row of an earlier sync");
    for (const [refId, network, ...rest] of read) {
      const row = JSON.stringify(rest);
      if (row !== rows.get(`${refId} ${network}`)) assert.fail(`${refId} ${network}: ${row}`);
      after = [refId, network];
    }
    count += read.length;
  }
  assert.equal(count, rows.size);
}

const syncs = () => host.query("SELECT profiles, finished IS NOT NULL AS done FROM syncs ORDER BY id");

test("a killed sync is recorded as unfinished; the next run resumes there, and every row is right", async () => {
  const halfway = new Promise((resolve) => (hold = { atByte: PROFILES * 1_000, reached: resolve }));
  const cut = host.run().catch(({ message }) => message);
  await halfway;
  host.kill();
  await host.ended;
  assert.equal(await cut, "miniflare was killed");
  host = await start();
  const [half] = await syncs();
  assert.ok(half.profiles > PROFILES / 4 && half.profiles < PROFILES, `${half.profiles} profiles`);
  assert.equal(half.done, 0, "half a sync never counts");
  hold = { atByte: Infinity };
  assert.equal(await host.run(), "ok");
  assert.deepEqual(await syncs(), [{ profiles: PROFILES, done: 1 }]);
  const rows = await expected();
  assert.ok(rows.size > PROFILES, `${rows.size} accounts`);
  await isRight(rows);
});

test("a file that was already imported is not read again", async () => {
  sandbox.clearRequests();
  assert.equal(await host.run(), "ok");
  assert.deepEqual(sandbox.requests.map(({ url }) => new URL(url).pathname), ["/api/user/batch"]);
  assert.equal((await syncs()).length, 1);
});

/** An event signed like Ayrshare's. */
function signed(event) {
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", SECRET).update(body).digest("hex");
  return { body, headers: { "x-authorization-timestamp": timestamp, "x-authorization-content-sha256": signature } };
}

test("a newer file replaces all rows, even if its first sync failed; the event for the new file starts the sync", async () => {
  open({ profiles: 3_000, seed: 2, faults: { file: { corrupt: [{ record: 2_000, kind: "syntax" }] } } });
  assert.equal(await host.event(signed({ action: "batch", hookId: "early" })), 200);
  assert.equal((await syncs()).length, 1, "no sync is open, so none is started, nor a file ordered");
  assert.notEqual(await host.run(), "ok");
  assert.deepEqual((await syncs()).map(({ done }) => done), [1, 0]);
  sandbox.faults.file = undefined;
  assert.equal(await host.event(signed({ action: "batch", hookId: "ready" })), 200);
  assert.deepEqual((await syncs()).map(({ profiles, done }) => [profiles, done]), [[PROFILES, 1], [3_000, 1]]);
  await isRight(await expected());
});

test("a mismatched field is null in its row, an account without its key has no row, and every other row is right", async () => {
  open({ profiles: 3_000, seed: 4, faults: { oddFields: 0.05 } });
  // These profiles have the same ids as those of other seeds, whose rows would remain.
  await host.query("DELETE FROM accounts");
  const rows = await expected();
  assert.equal(await host.run(), "ok");
  assert.deepEqual((await syncs()).at(-1), { profiles: 3_000, done: 1 });
  const whole = [...rows.values()].filter((row) => !row.includes("null")).length;
  assert.ok(whole > 100 && rows.size > 1_000, `${whole} of ${rows.size}`);
  await isRight(rows);
  // The sandbox always fills both fields, so `null` means that the field was mismatched.
  const [{ odd }] = await host.query("SELECT count(*) AS odd FROM accounts WHERE title IS NULL OR display_name IS NULL");
  assert.ok(odd > 10, `${odd} rows with an odd field`);
});

test("an account whose network cannot be read deletes no row of its profile", async () => {
  open({ profiles: 1_000, seed: 6 });
  altered = (ticket) => ({ ...ticket, lastUpdated: "2031-01-01T00:00:00.000Z" });
  assert.equal(await host.run(), "ok");
  const before = await expected();
  await isRight(before);
  sandbox.faults = { oddFields: 0.05 };
  altered = (ticket) => ({ ...ticket, lastUpdated: "2031-01-02T00:00:00.000Z" });
  const [without, rows] = [await expected(), await expected(before)];
  assert.ok(rows.size > without.size + 10 && rows.size < before.size, `${without.size}, ${rows.size}, ${before.size}`);
  assert.equal(await host.run(), "ok");
  altered = (ticket) => ticket;
  await isRight(rows);
});

test("if a ticket's time has the wrong type, the sync creates its own name for the file", async () => {
  open({ profiles: 300, seed: 5 });
  for (const lastUpdated of [7, {}, ["2024-01-04T15:51:17.775Z"], null]) {
    altered = (ticket) => ({ ...ticket, lastUpdated });
    assert.equal(await host.run(), "ok", JSON.stringify(lastUpdated));
    assert.deepEqual((await syncs()).at(-1), { profiles: 300, done: 1 });
  }
  altered = (ticket) => ticket;
  const [{ odd }] = await host.query("SELECT count(*) AS odd FROM syncs WHERE file NOT LIKE '20__-__-__T%'");
  assert.equal(odd, 0);
  await isRight(await expected());
});

test("unsigned events do not start a sync", async () => {
  assert.equal(await host.event({ body: '{"action":"batch"}', headers: {} }), 401);
});
