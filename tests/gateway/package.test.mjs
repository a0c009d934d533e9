// The gateway as a part of the package: its entries, a trap in it, and that a client-only app downloads neither the gateway nor,
// initially, the parts that are loaded when first needed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import * as esm from "ayrshare-user/gateway";
import { HERE, KEY, authorize, open, titleOf, trap } from "./helpers.mjs";

const installed = process.env.AYRSHARE_USER_DIR;
const isOfGateway = (path) => /gateway/.test(path);

for (const name of ["gateway", "gateway-inline"]) {
  test(`import and require of ${name} return the same exports, and both work`, async () => {
    const cjs = createRequire(join(installed, "package.json"))(`./dist/cjs/${name}.js`);
    const module = await import(name === "gateway" ? "ayrshare-user/gateway" : "ayrshare-user/gateway/inline");
    for (const [kind, { createGateway, ...others }] of Object.entries({ cjs, module })) {
      assert.deepEqual(Object.keys(others).sort(), Object.keys(esm).filter((key) => key !== "createGateway").sort(), kind);
      const gateway = createGateway({ apiKey: KEY, authorize, fetch: async () => Response.json({ title: "required" }) });
      const response = await gateway.fetch(new Request(`${HERE}/ayrshare/user`, { headers: { "x-session": "alice" } }));
      assert.equal((await response.json()).title, "required", kind);
    }
  });
}

test("the inline entry reads no file, wherever it is", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "gateway-inline-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const source = `import { createGateway } from "ayrshare-user/gateway/inline";
const gateway = createGateway({ apiKey: "KEY-OF-ACCOUNT", allowUnauthenticated: true, fetch: async () => Response.json({ title: "bundled" }) });
console.log((await (await gateway.fetch(new Request("${HERE}/ayrshare/user"))).json()).title);\n`;
  for (const format of ["esm", "cjs"]) {
    const outfile = join(folder, `out.${format === "esm" ? "mjs" : "cjs"}`);
    const contents = format === "esm" ? source : `(async () => {\n${source.replace(/^import (.*) from (.*);/, "const $1 = require($2);")}})();\n`;
    await build({ stdin: { contents, resolveDir: join(installed, "..", "..") }, outfile, bundle: true, platform: "node", format, logLevel: "silent" });
    const { status, stdout, stderr } = spawnSync(process.execPath, [outfile], { cwd: folder, env: { PATH: process.env.PATH }, encoding: "utf8" });
    assert.deepEqual([status, stdout.trim()], [0, "bundled"], stderr);
  }
});

test("every file of the subpath exists, including types", () => {
  const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const files = [];
  const walk = (entry) => (typeof entry === "string" ? files.push(entry) : Object.values(entry).forEach(walk));
  walk(exports["./gateway"]);
  walk(exports["./gateway/inline"]);
  walk(exports["./ayrshare_user_gateway.wasm"]);
  for (const file of files) {
    assert.ok(readFileSync(join(installed, file)).length > 0, file);
    if (file.endsWith(".js")) assert.match(readFileSync(join(installed, file.replace(/js$/, "d.ts")), "utf8"), /gateway\/core\.js/);
  }
});

/** Builds a client-only app as its author would. Returns every output file by name. */
async function clientApp(root, conditions) {
  const folder = join(root, conditions.join("-"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "app.js"), 'import { AyrshareUser } from "ayrshare-user";\nconsole.log(await new AyrshareUser({ baseUrl: "/ayrshare" }).getUser());\n');
  const { metafile } = await build({
    absWorkingDir: folder, entryPoints: ["app.js"], outdir: "out", bundle: true, splitting: true, minify: true, format: "esm", target: "es2022", metafile: true,
    conditions, loader: { ".wasm": "file" }, logLevel: "silent", external: ["node:*"],
  });
  const out = join(folder, "out");
  return { inputs: Object.keys(metafile.inputs), outputs: metafile.outputs, files: Object.fromEntries(readdirSync(out).sort().map((name) => [name, readFileSync(join(out, name)).toString("base64")])) };
}

for (const conditions of [["browser"], ["workerd", "worker", "browser"]]) {
  test(`a client-only app contains no byte of the gateway (${conditions[0]})`, async (t) => {
    const root = mkdtempSync(join(tmpdir(), "client-only-"));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    const copy = join(root, "node_modules", "ayrshare-user");
    cpSync(installed, copy, { recursive: true });
    const withGateway = await clientApp(root, conditions);
    assert.deepEqual(withGateway.inputs.filter(isOfGateway), []);
    for (const [name, file] of Object.entries(withGateway.files)) assert.doesNotMatch(Buffer.from(file, "base64").toString("latin1"), /createGateway|user_gateway|EdgeGateway/, name);
    const { size } = new Set(readdirSync(join(copy, "dist")).filter(isOfGateway));
    assert.ok(size > 0, "there is something to take away");
    for (const name of readdirSync(join(copy, "dist"), { recursive: true })) if (isOfGateway(name)) rmSync(join(copy, "dist", name), { recursive: true, force: true });
    assert.deepEqual((await clientApp(root, conditions)).files, withGateway.files);
  });
}

test("the initial download of a client-only app contains no byte of the parts that are loaded when first needed", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "client-only-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  cpSync(installed, join(root, "node_modules", "ayrshare-user"), { recursive: true });
  const { files, outputs } = await clientApp(root, ["browser"]);
  const loaded = (kind, names) => {
    for (const name of names) for (const found of outputs[name].imports) if (found.kind === kind) names.add(found.path);
    return names;
  };
  const atOnce = loaded("import-statement", new Set(["out/app.js"]));
  const sources = (names) => [...names].flatMap((name) => Object.keys(outputs[name].inputs)).map((path) => path.replace(/^.*\/dist\//, ""));
  const isLate = (source) => /^(batch|insight)\.js$/.test(source);
  assert.deepEqual(sources(atOnce).filter(isLate), []);
  assert.deepEqual(sources(loaded("dynamic-import", new Set(atOnce))).filter(isLate).sort(), ["batch.js", "insight.js"]);
  // Recognized by their glue, because bundling the package itself may have moved some of the code.
  const ofLate = (names) => [...names].filter((name) => /batchfile_|\.(changes|drifts|health)\(/.test(Buffer.from(files[name.slice("out/".length)], "base64").toString("latin1")));
  assert.deepEqual(ofLate(atOnce), []);
  assert.equal(ofLate(loaded("dynamic-import", new Set(atOnce))).length, 2);
});

test("after a trap, requests in progress fail with a 500, and the next ones run on a fresh instance", async () => {
  const waiting = [];
  const { ask, gateway, errors } = open({ store: "none", fetch: () => (url, init) => (waiting.length < 1 ? new Promise((resolve) => waiting.push(() => resolve(Response.json({ title: "late" })))) : Promise.resolve(Response.json({ title: init.headers["profile-key"] ? "a profile" : "none" }))) });
  const pending = ask("/ayrshare/user", { as: "alice" });
  while (waiting.length === 0) await new Promise(setImmediate);
  await trap(gateway);
  const { status, body } = await pending;
  assert.deepEqual([status, JSON.parse(body).message], [500, "the gateway failed"]);
  assert.equal(errors[0].kind, "internal");
  assert.equal(titleOf(await ask("/ayrshare/user", { as: "bob" })), "a profile");
  // What the dead instance was waiting for still arrives, and must not reach the new one.
  waiting[0]();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(titleOf(await ask("/ayrshare/user", { as: "alice" })), "a profile");
});
