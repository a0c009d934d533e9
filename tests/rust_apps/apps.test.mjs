// The applications of Rust users that the guide shows, compiled and run: a page in Chromium, a Worker in workerd, and a native program.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createGateway } from "ayrshare-user/gateway";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { locked } from "../../scripts/lib/lock.mjs";
import { run } from "../../scripts/lib/run.mjs";
import * as tools from "../../scripts/lib/tools.mjs";
import { bundleWorker, serveWorker } from "../../scripts/lib/workerd.mjs";
import { BROWSERS } from "../page/helpers.mjs";
import { serveFolder } from "../matrix/site.mjs";

const KEY = "SENTINEL-API-KEY-0NEVER00-0SHOWN00";
const PROFILE_KEY = "SENTINEL-PROFILE-0NEVER00-0SHOWN00";
const USER = { title: "Corner Bakery", refId: "ref-bakery", email: null, activeSocialAccounts: ["bluesky", "pinterest"] };
const folder = tools.at("target", "rust-apps");
const workspace = tools.at("tests", "rust_apps");
/** Where cargo compiles for wasm. In the user's cache, because the 170 packages that both applications need take minutes in each new clone. */
const compiled = join(tools.cache, "rust-apps");
const OWN = ["ayrshare-user", "yew-app", "worker-app"].flatMap((name) => ["--package", name]);

async function must(command, args, options) {
  const { code, output } = await run(command, args, { cwd: workspace, ...options });
  assert.equal(code, 0, `${command} ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** Makes the JavaScript that loads a compiled application, in a folder of this name. */
async function loadable(name, file) {
  const out = join(folder, name);
  rmSync(out, { recursive: true, force: true });
  await must(tools.toolPath("wasm-bindgen-cli"), ["--target", "web", "--no-typescript", "--out-name", "app", "--out-dir", out, join(compiled, tools.WASM, "debug", file)]);
}

let sandbox;
before(async () => {
  const cargo = (...args) => must(tools.wasmToolchain().cargo, [...args, "--locked", "--target", tools.WASM, ...OWN], { env: tools.wasmEnvironment({ CARGO_TARGET_DIR: compiled }) });
  await locked(join(tools.cache, "rust-apps.lock"), async () => {
    // In one run, so that what both depend on is compiled once, with the features of both.
    await cargo("build");
    await loadable("yew-app", "yew-app.wasm");
    await loadable("worker-app", "worker_app.wasm");
    // Every clone has its own copy of these.
    await cargo("clean");
  });
  sandbox = await serveSandbox({ apiKey: KEY, batchDelayMs: 0, primary: { user: USER }, userProfiles: [{ profileKey: PROFILE_KEY, user: USER }] });
});
after(() => sandbox?.close());

describe("a page with Yew", () => {
  let [site, browser, authorized] = [undefined, undefined, { profileKey: PROFILE_KEY }];
  before(async () => {
    const out = join(folder, "yew-app");
    writeFileSync(join(out, "index.html"), `<!doctype html><html lang="en"><title>Accounts</title><link rel="icon" href="data:,"><body><script type="module">import start from "./app.js"; start();</script></body></html>`);
    const gateway = createGateway({ apiKey: KEY, baseUrl: sandbox.baseUrl, store: "none", authorize: () => authorized });
    const route = async (request, response) => {
      const { status, headers, body } = await gateway.fetch(new Request(`${site.origin}${request.url}`, { headers: request.headers }));
      response.writeHead(status, Object.fromEntries(headers)).end(Buffer.from(await new Response(body).arrayBuffer()));
    };
    site = await serveFolder(out, {}, { "/ayrshare/": route });
    browser = await BROWSERS[0].launch();
  });
  after(async () => {
    site?.close();
    await browser?.close();
  });

  async function shown(selector) {
    const page = await browser.newPage();
    const requests = [];
    page.on("request", (request) => requests.push(`${request.url()} ${JSON.stringify(request.headers())}`));
    await page.goto(`${site.origin}/`);
    const text = await page.locator(selector).innerText();
    await page.close();
    assert.ok(![text, ...requests].some((seen) => seen.includes("SENTINEL")), "a key reached the page");
    return text;
  }

  test("shows the linked accounts", async () => {
    authorized = { profileKey: PROFILE_KEY };
    assert.deepEqual((await shown("ul")).split("\n"), USER.activeSocialAccounts);
  });

  test("shows an error in words", async () => {
    authorized = null;
    assert.match(await shown("[role=alert]"), /gateway|sign/i);
  });
});

describe("a Worker with workers-rs", () => {
  let worker;
  before(async () => {
    const out = join(folder, "worker-app");
    const source = join(out, "entry.js");
    // `worker-build` writes such a file for applications that it builds.
    writeFileSync(source, `import { fetch, initSync } from "./app.js";\nimport module from "./app_bg.wasm";\ninitSync({ module });\nexport default { fetch };\n`);
    const served = join(folder, "served");
    mkdirSync(served, { recursive: true });
    const wasm = await bundleWorker({ source, folder: served });
    const bindings = { AYRSHARE_API_KEY: { env: "TEST_KEY" }, AYRSHARE_BASE_URL: sandbox.baseUrl };
    worker = await serveWorker({ folder: served, wasm, bindings, env: { ...process.env, TEST_KEY: KEY } });
  });
  after(() => worker?.stop());

  const asked = async (path) => {
    const response = await fetch(`${worker.url}${path}`);
    return { status: response.status, body: await response.text() };
  };

  test("answers with the linked accounts", async () => {
    assert.deepEqual(await asked("/"), { status: 200, body: USER.activeSocialAccounts.join("\n") });
  });

  test("counts the profiles of the batch file", async () => {
    assert.deepEqual(await asked("/profiles"), { status: 200, body: "1" });
  });
});

describe("a native program with `records`", () => {
  const sweep = (file) => must(tools.nativeToolchain().cargo, ["run", "--quiet", "--locked", "--package", "sweep", "--", file], { env: tools.nativeEnvironment() });

  test("sweeps a batch file", async () => {
    const file = join(folder, "batch.json");
    mkdirSync(folder, { recursive: true });
    const due = (days) => new Date(Date.now() + days * 86_400_000 + 3_600_000).toISOString();
    const account = (platform, refreshRequired) => ({ platform, refreshRequired });
    writeFileSync(file, JSON.stringify([
      { refId: "a", title: "Bakery", activeSocialAccounts: ["linkedin", "tiktok"], displayNames: [account("linkedin", due(3)), account("tiktok", due(-2))] },
      { refId: "b", title: "Florist", activeSocialAccounts: [], displayNames: [] },
    ]));
    const printed = await sweep(file);
    assert.match(printed, /^2 profiles, 2 accounts, 1 links expired\n/);
    assert.match(printed, /^Bakery tiktok: -\d days left$/m);
    assert.match(printed, /^Bakery linkedin: 3 days left$/m);
  });
});
