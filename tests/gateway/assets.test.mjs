// Workers whose .wasm file was lost in bundling: workerd gets the script alone. The error names the entry that contains the wasm, and with
// that entry, a request reaches Ayrshare.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { packedRoot } from "../../scripts/lib/packed.mjs";
import { serveWorker } from "../../scripts/lib/workerd.mjs";
import { ALICE, KEY, profile, without } from "./helpers.mjs";

/** The conditions that Wrangler bundles with, and those of a tool that does not know Workers. */
const WRANGLER = ["workerd", "worker", "browser"];
const OTHERS = ["browser"];

const sourceOf = (entry) => `import { createGateway } from "${entry}";
const reported = [];
let gateway;
const report = ({ kind, message }) => void reported.push({ kind, message });
export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname === "/reported") return Response.json(reported);
    gateway ??= createGateway({ apiKey: env.API_KEY, baseUrl: env.SANDBOX, store: "none", authorize: () => ({ profileKey: env.PROFILE_KEY }), onError: report });
    return gateway.fetch(request).catch((error) => {
      report(error);
      return new Response("rejected", { status: 500 });
    });
  },
};\n`;

let sandbox;
before(async () => {
  sandbox = await serveSandbox({ apiKey: KEY, userProfiles: [profile(ALICE, "Alice", "ref-alice")] });
});
after(() => sandbox?.close());

/** Bundles a Worker into one file, serves that file alone, and returns its response to one request with the errors that it reported. */
async function asked(t, name, { entry, ...options }) {
  const folder = join(packedRoot, `assets-${name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { outputFiles } = await build({ stdin: { contents: sourceOf(entry), resolveDir: packedRoot }, outfile: join(folder, "worker.js"), write: false, bundle: true, format: "esm", logLevel: "silent", ...options });
  const [{ contents }] = outputFiles.filter(({ path }) => path.endsWith("worker.js"));
  await build({ stdin: { contents: Buffer.from(contents).toString() }, outfile: join(folder, "worker.js"), format: "esm", logLevel: "silent" });
  assert.deepEqual(readdirSync(folder), ["worker.js"]);
  const bindings = { API_KEY: { env: "TEST_KEY" }, PROFILE_KEY: { env: "TEST_PROFILE_KEY" }, SANDBOX: sandbox.baseUrl };
  const worker = await serveWorker({ folder, wasm: [], bindings, env: { ...process.env, TEST_KEY: KEY, TEST_PROFILE_KEY: ALICE } });
  t.after(() => worker.stop());
  const response = await fetch(`${worker.url}/ayrshare/user`);
  const [body, reported] = [await response.text(), await (await fetch(`${worker.url}/reported`)).json()];
  without(JSON.stringify([body, reported]), "an answer");
  return { status: response.status, body, reported };
}

/** Ways to lose the file: the code looks for it beside itself, or a loader turns the import into a path, or into bytes. */
const LOST = {
  "conditions ignored": { conditions: OTHERS },
  "a path instead of a module": { conditions: WRANGLER, loader: { ".wasm": "file" } },
  "bytes instead of a module": { conditions: WRANGLER, loader: { ".wasm": "binary" } },
};
for (const [name, options] of Object.entries(LOST)) {
  test(`ayrshare-user/gateway, ${name}: the error names the entry that contains the wasm`, async (t) => {
    const { status, reported } = await asked(t, name.replaceAll(" ", "-"), { entry: "ayrshare-user/gateway", ...options });
    assert.equal(status, 500);
    assert.equal(reported.length, 1, JSON.stringify(reported));
    assert.match(reported[0].message, /"ayrshare-user\/gateway\/inline"/);
  });
}

for (const [name, conditions] of Object.entries({ Wrangler: WRANGLER, others: OTHERS })) {
  test(`ayrshare-user/gateway/inline, bundled with the conditions of ${name}: a request reaches Ayrshare`, async (t) => {
    const sent = sandbox.sandbox.requests.length;
    const { status, body, reported } = await asked(t, `inline-${name}`, { entry: "ayrshare-user/gateway/inline", conditions });
    assert.deepEqual([status, reported], [200, []], body);
    assert.equal(JSON.parse(body).title, "Alice");
    assert.deepEqual(sandbox.sandbox.requests.slice(sent).map(({ route, headers }) => [route, headers["profile-key"]]), [["user", ALICE]]);
  });
}
