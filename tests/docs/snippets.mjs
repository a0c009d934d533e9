// The snippets in README.md and in the guides, and a table of how to run each: document -> heading -> one runner per js or ts block below it, in
// order. A runner gets the block's source and a test context. A new snippet needs a row here; otherwise, snippets.test.mjs fails.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { createSandbox } from "ayrshare-user/sandbox";
import { transform } from "esbuild";
import { at } from "../../scripts/lib/tools.mjs";

const folder = fileURLToPath(new URL("../../target/docs/", import.meta.url));
const AYRSHARE = "https://app.ayrshare.com/api";
/** What earlier snippets of a page create and later ones use. */
export const CLIENT = `import { AyrshareUser } from "ayrshare-user";
const ayrshare = new AyrshareUser({ apiKey: process.env.AYRSHARE_API_KEY });
`;

/** The documents for users: README.md and the guides, as paths from the root. */
export const DOCUMENTS = ["README.md", ...readdirSync(at("www/guides")).filter((name) => name.endsWith(".md")).sort().map((name) => `www/guides/${name}`)];

/**
 * All fenced blocks of a Markdown text, each with the heading above it: `{ heading, language, code }`. `file` is the file that a block was taken
 * from, according to a comment before it; such blocks are compared with their files instead.
 */
export function blocksOf(markdown) {
  let heading = "";
  const blocks = [];
  for (const [, title, file, language, code] of markdown.matchAll(/^#+ (.+)$|(?:^<!-- file: (\S+) -->\n+)?^```(\w*)\n([^]*?)^```$/gm)) {
    if (title === undefined) blocks.push({ heading, language, code, ...(file && { file }) });
    else heading = title;
  }
  return blocks;
}

/** The blocks of a document. */
export const blocksIn = (document) => blocksOf(readFileSync(at(document), "utf8"));

/** A sandbox that replaces the global `fetch` and Ayrshare's key in a snippet until the test ends. */
export function standIn(t, options) {
  const sandbox = createSandbox({ batchDelayMs: 0, ...options });
  t.mock.method(globalThis, "fetch", sandbox.fetch);
  process.env.AYRSHARE_API_KEY = sandbox.apiKey;
  t.after(() => delete process.env.AYRSHARE_API_KEY);
  return sandbox;
}

/** Runs a snippet as an ES module. Resolves to its exports and its output. */
export async function run(t, code, before = "") {
  const printed = [];
  for (const method of ["log", "error"]) t.mock.method(console, method, (...values) => printed.push(values));
  const file = join(folder, `${t.name.replaceAll(/\W+/g, "-")}.mjs`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, before + code);
  const exported = await import(pathToFileURL(file).href);
  t.mock.restoreAll();
  return { exported, printed };
}

async function firstCalls(t, code) {
  standIn(t, { userProfiles: [{ profileKey: "PROFILE_KEY", user: { refId: "a", title: "Bakery" } }] });
  const { printed } = await run(t, code);
  const [[networks, quota], [details], [profile]] = printed;
  assert.ok(networks.includes("instagram") && typeof quota === "number");
  assert.equal(details.pinterest.length, 2);
  assert.equal(profile.title, "Bakery");
}

async function inBrowser(t, code) {
  const sandbox = createSandbox();
  const asked = [];
  globalThis.location = { href: "https://shop.example/today" };
  t.after(() => delete globalThis.location);
  t.mock.method(globalThis, "fetch", (input, init) => {
    const request = new Request(input, init);
    asked.push(request);
    const headers = { authorization: `Bearer ${sandbox.apiKey}` };
    return sandbox.fetch(request.url.replace("https://shop.example/ayrshare", AYRSHARE), { headers });
  });
  await run(t, code);
  assert.deepEqual(asked.map(({ url }) => url), ["https://shop.example/ayrshare/user"]);
  assert.equal(asked[0].headers.get("authorization"), null);
}

async function inWorker(t, code) {
  const { apiKey } = standIn(t);
  const sent = globalThis.fetch;
  const { exported } = await run(t, code);
  t.mock.method(globalThis, "fetch", sent);
  const response = await exported.default.fetch(new Request("https://worker.example/"), { AYRSHARE_API_KEY: apiKey });
  assert.ok((await response.json()).displayNames.length > 0);
}

/** A profile whose LinkedIn link must be renewed in three days and a half. */
export function due() {
  const refreshRequired = new Date(Date.now() + 3.5 * 86_400_000).toISOString();
  return { refId: "a", title: "Bakery", activeSocialAccounts: ["linkedin"], displayNames: [{ platform: "linkedin", refreshRequired }] };
}

async function allProfiles(t, code) {
  const fresh = { refId: "b", title: "Fresh" };
  standIn(t, { userProfiles: [{ profileKey: "A", user: due() }, { profileKey: "B", user: fresh }] });
  const { printed } = await run(t, code, CLIENT);
  const [selected, [profiles, networks, expired, links]] = printed;
  assert.deepEqual(selected, ["a", "Bakery"]);
  assert.deepEqual([profiles, typeof networks, expired, links.length], [2, "object", 0, 1]);
}

/** Runs in a folder with a batch file. */
export async function inHand(t, code) {
  const [cwd, place] = [process.cwd(), join(folder, "in-hand")];
  mkdirSync(place, { recursive: true });
  const instagram = { refId: "b", title: "Fresh", displayNames: [{ platform: "instagram" }] };
  writeFileSync(join(place, "profiles.json.gz"), gzipSync(JSON.stringify([due(), instagram])));
  t.mock.method(globalThis, "fetch", () => assert.fail("nothing is requested"));
  process.chdir(place);
  t.after(() => process.chdir(cwd));
  return (await run(t, code)).printed;
}

/** Runs in a folder with the files of two days. */
export async function onTwoDays(t, code) {
  const [cwd, place] = [process.cwd(), join(folder, "two-days")];
  mkdirSync(place, { recursive: true });
  const tuesday = [{ ...due(), title: "Baker" }, { refId: "b", title: "Fresh" }];
  for (const [name, profiles] of [["monday", [due()]], ["tuesday", tuesday]]) writeFileSync(join(place, `${name}.json.gz`), gzipSync(JSON.stringify(profiles)));
  t.mock.method(globalThis, "fetch", () => assert.fail("nothing is requested"));
  process.chdir(place);
  t.after(() => process.chdir(cwd));
  return (await run(t, code)).printed;
}

async function fileInHand(t, code) {
  const [[expired, links], ...profiles] = await inHand(t, code);
  assert.deepEqual([expired, links.length, profiles], [0, 1, [["b", "Fresh"]]]);
}

async function comparing(t, code) {
  const [[counts, joined, left], ...changes] = await onTwoDays(t, code);
  assert.deepEqual([counts.joined, counts.renamed, joined, left], [1, 1, [{ refId: "b", title: "Fresh" }], []]);
  assert.deepEqual(changes, [["a", "Baker", "renamed", undefined, "Bakery", "Baker"]]);
}

async function meaning(t, code) {
  const made = JSON.stringify([due(), { ...due(), title: "Baker" }]);
  const { printed } = await run(t, code, `const [user, yesterday] = ${made};\n`);
  assert.match(printed[0][0], /^The LinkedIn link must be refreshed by \d{4}-\d\d-\d\d: 3 days left\.$/);
  assert.ok(printed.some((values) => values.includes("Bakery") && values.includes("Baker")), "the change is not shown");
}

async function decoding(t, code) {
  const { exported, printed } = await run(t, `${code}\nexport { user };\n`, `const cached = '{"title":"Bakery","refId":7}';\n`);
  assert.deepEqual(exported.user.displayNames, []);
  assert.deepEqual(printed, [[[{ path: "refId", expected: "string", found: "number" }]]]);
}

async function asGateway(t, code) {
  const { apiKey } = standIn(t, { userProfiles: [{ profileKey: "PROFILE_KEY", user: { refId: "a", title: "Bakery" } }] });
  const sent = globalThis.fetch;
  const { exported } = await run(t, code);
  t.mock.method(globalThis, "fetch", sent);
  const env = { AYRSHARE_API_KEY: apiKey, SESSIONS: new Map([["of-bakery", "PROFILE_KEY"], ["none", null]]) };
  const ask = (session) => {
    const headers = { origin: "https://app.example.com", "x-session": session };
    return exported.default.fetch(new Request("https://gateway.example/ayrshare/user", { headers }), env, { waitUntil() {} });
  };
  assert.equal((await (await ask("of-bakery")).json()).title, "Bakery");
  assert.equal((await ask("none")).status, 401);
}

/** A mock of the parts of vitest that the snippet uses; the suite `matrix-quick` runs the package under the real one. */
async function underVitest(t, code) {
  const tests = [];
  const toMatchObject = (actual, expected) =>
    assert.rejects(actual, (error) => {
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(error[name], value);
      return true;
    });
  globalThis.vitestStandIn = {
    test: (name, body) => tests.push({ name, body }),
    expect: (actual) => ({
      toHaveLength: (length) => assert.equal(actual.length, length),
      rejects: { toMatchObject: (expected) => toMatchObject(actual, expected) },
    }),
  };
  t.after(() => delete globalThis.vitestStandIn);
  const { code: script } = await transform(code, { loader: "ts", target: "node20", format: "esm" });
  const imported = /^import \{ expect, test \} from "vitest";$/m;
  assert.match(script, imported);
  await run(t, script.replace(imported, "const { expect, test } = globalThis.vitestStandIn;"));
  assert.equal(tests.length, 1);
  await tests[0].body();
}

async function withOptions(t, code) {
  standIn(t);
  const { exported } = await run(t, `${code}\nexport { user };\n`);
  assert.ok(exported.user.displayNames.some(({ usedQuota }) => typeof usedQuota === "number"));
}

async function receiving(t, code) {
  const { apiKey } = standIn(t);
  const { exported } = await run(t, code);
  const queued = [];
  const env = { AYRSHARE_API_KEY: apiKey, AYRSHARE_WEBHOOK_SECRET: "of-a-test", QUEUE: { send: async (message) => queued.push(message) } };
  const body = JSON.stringify({ action: "social", hookId: "1", refId: "a", type: "unlink", platform: "tiktok" });
  const post = (secret) => {
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const headers = { "x-authorization-timestamp": String(Math.floor(Date.now() / 1000)), "x-authorization-content-sha256": signature };
    return exported.default.fetch(new Request("https://gateway.example/ayrshare/webhook", { method: "POST", headers, body }), env, { waitUntil() {} });
  };
  assert.equal((await post("of-someone-else")).status, 401);
  assert.equal((await post("of-a-test")).status, 200);
  assert.deepEqual(queued, [{ refId: "a", type: "unlink", platform: "tiktok" }]);
  assert.equal((await exported.default.fetch(new Request("https://gateway.example/ayrshare/user"), env)).status, 401);
}

async function syncing(t, code) {
  standIn(t, { userProfiles: [{ profileKey: "A", user: due() }] });
  const { exported } = await run(t, `${code}\nexport { saved };\n`, `${CLIENT}const saved = [];\nconst save = async (rows) => saved.push(...rows);\n`);
  assert.deepEqual(exported.saved, [["a", "linkedin", "Bakery", undefined]]);
}

async function withFaults(t, code) {
  const { printed } = await run(t, code);
  const [[requests], ...rest] = printed;
  assert.deepEqual([requests, rest.length, rest.at(-1)], [3, 11, [1]]);
}

async function firstCall(t, code) {
  standIn(t);
  const { printed } = await run(t, code);
  assert.ok(printed.some(([platform, displayName]) => platform === "instagram" && typeof displayName === "string"));
  assert.equal(printed.at(-1)[0].pinterest.length, 2);
}

async function withoutKey(t, code) {
  t.mock.method(globalThis, "fetch", () => assert.fail("nothing is requested"));
  const { printed } = await run(t, code);
  assert.ok(printed[0][0].includes("instagram"));
}

async function wrongKey(t, code) {
  standIn(t);
  const { printed } = await run(t, code);
  assert.deepEqual(printed, [["auth", 102, undefined]]);
}

async function otherProfile(t, code) {
  standIn(t, { userProfiles: [{ profileKey: "PROFILE_KEY", user: { refId: "a", title: "Bakery" } }] });
  const { printed } = await run(t, code, CLIENT);
  assert.deepEqual(printed, [["Bakery"]]);
}

async function streamAndSweep(t, code) {
  standIn(t, { userProfiles: [{ profileKey: "A", user: due() }, { profileKey: "B", user: { refId: "b", title: "Fresh" } }] });
  const { printed } = await run(t, code, CLIENT);
  const [selected, [profiles, expired, links]] = printed;
  assert.deepEqual([selected, profiles, expired, links.length], [["a", "Bakery"], 2, 0, 1]);
}

async function filesInHand(t, code) {
  const [[{ profiles, expired }], [joined, left, changed]] = await onTwoDays(t, `${code}\nconsole.log(joined, left, changed);\n`);
  assert.deepEqual([profiles, expired, joined, left, changed.length], [2, 0, [{ refId: "b", title: "Fresh" }], [], 1]);
}

async function healthAndChanges(t, code) {
  const { printed } = await run(t, code, `const user = ${JSON.stringify(due())};\nconst yesterday = { displayNames: [{ platform: "tiktok", id: "1" }], activeSocialAccounts: ["tiktok"] };\n`);
  assert.match(printed[0][0], /^The LinkedIn link must be refreshed by \d{4}-\d\d-\d\d: 3 days left\.$/);
  assert.ok(printed.some(([kind, network]) => kind === "unlinked" && network === "tiktok"));
}

async function smallGateway(t, code) {
  standIn(t, { userProfiles: [{ profileKey: "PROFILE_KEY", user: { refId: "a", title: "Bakery" } }] });
  const sent = globalThis.fetch;
  const { exported } = await run(t, code, 'const profileKeyOf = async (cookie) => (cookie === "session=bakery" ? "PROFILE_KEY" : undefined);\n');
  t.mock.method(globalThis, "fetch", sent);
  const ask = (cookie) => exported.default.fetch(new Request("https://gateway.example/ayrshare/user", { headers: { cookie } }));
  assert.equal((await (await ask("session=bakery")).json()).title, "Bakery");
  assert.equal((await ask("session=none")).status, 401);
}

async function suspended(t, code) {
  const { kind, code: number, attempts } = await run(t, code).then(() => assert.fail("it rejects"), (error) => error);
  assert.deepEqual([kind, number, attempts.map(({ status }) => status)], ["auth", 276, [500, 403]]);
}

export const RUNNERS = {
  "README.md": {
    "Quick start": [firstCall, inBrowser, withoutKey],
    "Errors and retries": [wrongKey],
    "Other profiles": [otherProfile],
    "All profiles": [streamAndSweep],
    "A file you already have": [filesInHand],
    "Health and changes": [healthAndChanges],
    Gateway: [smallGateway],
    Tests: [suspended],
  },
  "www/guides/all-profiles.md": { "All profiles": [allProfiles] },
  "www/guides/files.md": { "Reading one": [fileInHand], "Comparing two files": [comparing] },
  "www/guides/gateway.md": { Gateway: [asGateway] },
  "www/guides/health-and-changes.md": { "Health and changes": [meaning] },
  "www/guides/nightly-sync.md": { "How it works": [syncing] },
  "www/guides/options.md": { Options: [withOptions] },
  "www/guides/responses.md": { "Bodies you already have": [decoding] },
  "www/guides/runtimes.md": { Node: [firstCalls], "Workers and edge runtimes": [inWorker] },
  "www/guides/sandbox.md": { "In the same process": [underVitest], Faults: [withFaults] },
  "www/guides/webhooks.md": { Webhooks: [receiving] },
};
