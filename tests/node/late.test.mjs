// Parts that are loaded when first needed: which wasm each use of the package loads, where it can come from, and that a trap
// in one module does not affect the others.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { AyrshareUser, accountHealth } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { failure, fixture } from "./helpers.mjs";
import { corrupt } from "../trapping.mjs";

const dist = join(process.env.AYRSHARE_USER_DIR, "dist");
const require = createRequire(import.meta.url);
const user = JSON.parse(fixture("user"));
const [CLIENT, BATCH, INSIGHT] = ["ayrshare_user.wasm", "ayrshare_user_batch.wasm", "ayrshare_user_insight.wasm"];

/** A fresh copy of the package that has not loaded any wasm. */
function freshCopy() {
  const path = join(dist, "cjs", "index.js");
  delete require.cache[path];
  return require(path);
}

function sandboxed(Client, options) {
  const { fetch, apiKey } = createSandbox({ batchDelayMs: 0, profiles: 300, chunkBytes: 8_192 });
  return new Client({ apiKey, fetch, ...options });
}

async function streamed(client) {
  let count = 0;
  for await (const _ of client.streamProfiles()) count += 1;
  return count;
}

const USES = {
  "a call": [[CLIENT], ({ AyrshareUser }) => sandboxed(AyrshareUser).getUser()],
  "a stream": [[CLIENT, BATCH], ({ AyrshareUser }) => streamed(sandboxed(AyrshareUser))],
  "a sweep": [[CLIENT, BATCH], ({ AyrshareUser }) => sandboxed(AyrshareUser).sweepProfiles()],
  "a call with onDrift": [[CLIENT, INSIGHT], ({ AyrshareUser }) => sandboxed(AyrshareUser, { onDrift: () => {} }).getUser()],
  accountHealth: [[INSIGHT], ({ accountHealth }) => accountHealth(user)],
  diffUsers: [[INSIGHT], ({ diffUsers }) => diffUsers(user, {})],
  diffProfiles: [[INSIGHT], ({ diffProfiles }) => diffProfiles([user], [])],
};

for (const [name, [files, use]] of Object.entries(USES)) {
  test(`${name} loads only ${files.join(" and ")}, and only once`, async (t) => {
    const { mock } = t.mock.method(fs, "readFile");
    const copy = freshCopy();
    await use(copy);
    await use(copy);
    assert.deepEqual(mock.calls.map(({ arguments: [path] }) => basename(path)).sort(), files);
  });
}

test("init takes all three, and does not load a file that is given", async (t) => {
  const modules = await Promise.all([CLIENT, BATCH, INSIGHT].map(async (name) => new WebAssembly.Module(await fs.readFile(join(dist, name)))));
  const { mock } = t.mock.method(fs, "readFile");
  const copy = freshCopy();
  const [client, batch, insight] = modules;
  await copy.init({ client, batch, insight });
  await copy.init();
  assert.equal(await streamed(sandboxed(copy.AyrshareUser)), 300);
  assert.equal((await copy.accountHealth(user)).accounts.length, 10);
  assert.equal(mock.callCount(), 0);
});

test("the source of one part does not affect the others, and a failed load can be retried", async () => {
  const copy = freshCopy();
  await copy.init({ insight: new Uint8Array([1, 2, 3]) });
  assert.match((await failure(copy.accountHealth(user), "internal")).message, /^the given data is not a wasm file/);
  assert.equal(await streamed(sandboxed(copy.AyrshareUser)), 300);
  await copy.init({ insight: pathToFileURL(join(dist, "gone.wasm")) });
  await failure(copy.accountHealth(user), "internal");
  await copy.init({ insight: await fs.readFile(join(dist, INSIGHT)) });
  assert.equal((await copy.accountHealth(user)).accounts.length, 10);
});

test("after a trap in insight its next call runs on a fresh instance, and other modules' calls continue", async (t) => {
  const sandbox = createSandbox({ batchDelayMs: 0, profiles: 300, chunkBytes: 8_192 });
  const held = [];
  // A call of one client waits for its response, the stream of the other for its file.
  const holding = (isHeld) => async (url, init) => {
    if (isHeld(String(url))) await new Promise((resolve) => held.push(resolve));
    return sandbox.fetch(url, init);
  };
  const client = (isHeld) => new AyrshareUser({ apiKey: sandbox.apiKey, fetch: holding(isHeld) });
  const underWay = Promise.all([client(() => true).getUser(), streamed(client((url) => url.includes("batch.ayrshare.com")))]);
  underWay.catch(() => undefined);
  const before = await accountHealth(user, { now: 0 });
  while (held.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));

  const compile = t.mock.method(WebAssembly, "compile");
  for (let round = 0; round < 3; round += 1) {
    corrupt("insight");
    const error = await failure(accountHealth(user, { now: 0 }), "internal");
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    assert.equal(error.retryable, true);
    assert.deepEqual(await accountHealth(user, { now: 0 }), before);
  }
  assert.equal(compile.mock.callCount(), 0, "from the kept module");

  for (const release of held) release();
  const [{ displayNames }, profiles] = await underWay;
  assert.equal(displayNames.length, 10);
  assert.equal(profiles, 300);
});
