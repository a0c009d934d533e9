// The quick part of the matrix: one packed tarball in every kind of place it is made for. `npm test -- matrix-quick`.
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { matrixTools } from "../../scripts/lib/installed.mjs";
import { packedPackage } from "../../scripts/lib/packed.mjs";
import { run, start } from "../../scripts/lib/run.mjs";
import { root } from "../../scripts/lib/tools.mjs";
import { BROWSERS } from "../page/helpers.mjs";
import { EXPECTED, app, freePort, inPage, printed, table, tarball, tool, versionOf } from "./rows.mjs";

const ROWS = 16;
const ran = table();
let served;
let config;

before(async () => {
  served = await serveSandbox({ cors: true });
  config = { baseUrl: served.baseUrl, apiKey: served.sandbox.apiKey };
});
after(async () => {
  await served.close();
  console.log(`\n${ran}\n`);
  assert.equal(ran.length, ROWS, "a row did not run");
});

/** One row: it counts once its program has reported what it must. */
function row(name, version, writes, body) {
  test(name, async () => {
    const report = await body();
    assert.deepEqual(report, EXPECTED);
    ran.add(name, await version(), writes);
  });
}

const IMPORT = `import * as pkg from "ayrshare-user";\nimport { program } from "./program.mjs";\n`;
const PRINT = "console.log(JSON.stringify(await program(pkg, JSON.parse(process.env.CONFIG))));\n";
const REQUIRE = `const pkg = require("ayrshare-user");
import("./program.mjs").then(async ({ program }) => console.log(JSON.stringify(await program(pkg, JSON.parse(process.env.CONFIG)))));\n`;

describe("servers", () => {
  const node = () => process.versions.node;
  const on = (command, args, name, files) => () => printed(command, args, { cwd: app(name, files), env: { CONFIG: JSON.stringify(config) } });
  const main = { "main.mjs": IMPORT + PRINT };
  const required = { "main.cjs": REQUIRE };

  row("Node, import", node, "import", on(process.execPath, ["main.mjs"], "node", main));
  row("Node, require", node, "require", on(process.execPath, ["main.cjs"], "node-require", required));
  // Jest and Node before 20.19 cannot require ES modules.
  row("Node, require of CommonJS", node, "require", on(process.execPath, ["--no-experimental-require-module", "main.cjs"], "node-cjs", required));

  const DENO = ["run", "--node-modules-dir=manual", "--cached-only", "--no-prompt", "--allow-read=../..", "--allow-net=127.0.0.1", "--allow-env", "main.mjs"];
  row("Deno", () => versionOf(matrixTools, "deno"), "import; --allow-read", () =>
    on(tool("deno", "deno"), DENO, "deno", { "main.mjs": `import process from "node:process";\n${IMPORT}${PRINT}` })());
  row("Bun", () => versionOf(matrixTools, "bun"), "import", () => on(tool("bun", "bin/bun.exe"), ["--no-install", "main.mjs"], "bun", main)());
});

describe("workerd", () => {
  const worker = (entry) => `import * as pkg from "${entry}";
import { program } from "./program.mjs";
export default {
  async fetch(request) {
    return Response.json(await program(pkg, Object.fromEntries(new URL(request.url).searchParams)));
  },
};\n`;
  const capnp = (port, modules) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "net", network = (allow = ["private", "local"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (modules = [${modules}], compatibilityDate = "2026-04-01", globalOutbound = "net");\n`;

  /** Bundles as Wrangler does: its conditions, and .wasm files as compiled modules. */
  async function inWorkerd(name, entry, conditions) {
    const port = await freePort();
    const modules = [`(name = "worker.js", esModule = embed "worker.js")`, `(name = "ayrshare_user.wasm", wasm = embed "ayrshare_user.wasm")`];
    const folder = app(name, { "source.js": worker(entry), "config.capnp": capnp(port, modules.join(", ")) });
    copyFileSync(join(packedPackage, "dist", "ayrshare_user.wasm"), join(folder, "ayrshare_user.wasm"));
    const compiledWasm = {
      name: "compiled-wasm",
      setup: ({ onResolve }) => onResolve({ filter: /\.wasm$/ }, () => ({ path: "./ayrshare_user.wasm", external: true })),
    };
    await esbuild({ entryPoints: [join(folder, "source.js")], outfile: join(folder, "worker.js"), bundle: true, format: "esm", conditions, plugins: [compiledWasm], logLevel: "error" });
    let output = "";
    const running = start(tool("workerd", "bin/workerd"), ["serve", "config.capnp"], { cwd: folder, onText: (text) => { output += text; } });
    let ended = false;
    running.closed.then(() => { ended = true; });
    try {
      for (let tries = 0; ; tries += 1) {
        const answer = await fetch(`http://127.0.0.1:${port}/?${new URLSearchParams(config)}`).catch(() => undefined);
        if (answer) return answer.ok ? await answer.json() : `${answer.status} ${await answer.text()}\n${output}`;
        if (ended || tries > 300) throw new Error(`workerd does not answer:\n${output}`);
        await pause(100);
      }
    } finally {
      running.stop();
    }
  }

  const WRANGLER = ["workerd", "worker", "browser"];
  const version = () => versionOf(matrixTools, "workerd");
  row("workerd", version, "import", () => inWorkerd("workerd", "ayrshare-user", WRANGLER));
  row("workerd, inline", version, 'import ".../inline"', () => inWorkerd("workerd-inline", "ayrshare-user/inline", WRANGLER));

  test("a bundler that ignores the workerd condition: our error names it", async () => {
    const { kind, message } = await inWorkerd("workerd-ignored", "ayrshare-user", ["browser"]);
    assert.equal(kind, "internal");
    assert.match(message, /could not get ayrshare_user\.wasm .*pass them to init\(\)/);
  });
});

const CONFIG = "Object.fromEntries(new URLSearchParams(location.search))";
const html = (script) => `<!doctype html><meta charset="utf-8"><title>matrix</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`;
const reporting = (entry, report = "window.report = reported") =>
  `import * as pkg from "${entry}";\nimport { program } from "./program.mjs";\nconst reported = await program(pkg, ${CONFIG});\n${report};\n`;

for (const { name, launch } of BROWSERS) {
  describe(name, () => {
    let browser;
    before(async () => { browser = await launch(); });
    after(() => browser?.close());
    const version = () => browser.version();
    const opened = (folder, path, headers) => inPage(browser, folder, path, { config, headers });
    const plain = () => app(`plain-${name}`, {
      "index.html": html("/main.mjs"),
      "main.mjs": reporting("/dist/index.js"),
      "in-worker.html": html("/start-worker.mjs"),
      "start-worker.mjs": `const worker = new Worker("/worker.mjs" + location.search, { type: "module" });\nworker.onmessage = ({ data }) => { window.report = data; };\n`,
      "worker.mjs": reporting("/dist/index.js", "postMessage(reported)"),
    });

    row(`${name}, no bundler`, version, "import of dist/index.js", () => opened(plain(), "index.html"));
    row(`${name}, module worker`, version, "import of dist/index.js", () => opened(plain(), "in-worker.html"));

    test(`${name}: a CSP without wasm-unsafe-eval is named`, async () => {
      const { kind, message } = await opened(plain(), "index.html", { "content-security-policy": "script-src 'self'" });
      assert.equal(kind, "internal");
      assert.match(message, /Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval'/);
    });
    row(`${name}, CSP`, version, "'wasm-unsafe-eval'", () => opened(plain(), "index.html", { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'" }));

    if (name !== "Chromium") return;

    row("Vite 8 build", () => versionOf(root, "vite"), "import", async () => {
      const folder = app("vite", { "index.html": html("/main.mjs"), "main.mjs": reporting("ayrshare-user") });
      await vite({ root: folder, logLevel: "error", build: { target: "es2022", outDir: "out" } });
      return opened(join(folder, "out"), "index.html");
    });

    const bundled = async (folder) => {
      await esbuild({ entryPoints: [join(folder, "main.mjs")], outfile: join(folder, "bundle.js"), bundle: true, format: "esm", logLevel: "error" });
      return folder;
    };
    const files = (entry) => ({ "index.html": html("/bundle.js"), "main.mjs": reporting(entry) });
    const esbuildVersion = () => versionOf(root, "esbuild");
    row("esbuild, inline", esbuildVersion, 'import ".../inline"', async () => opened(await bundled(app("esbuild-inline", files("ayrshare-user/inline"))), "index.html"));
    row("esbuild, file copied", esbuildVersion, "import; a copy of the .wasm", async () => {
      const folder = await bundled(app("esbuild-copied", files("ayrshare-user")));
      copyFileSync(join(packedPackage, "dist", "ayrshare_user.wasm"), join(folder, "ayrshare_user.wasm"));
      return opened(folder, "index.html");
    });

    test("esbuild without a copy: our error names address, status and cure", async () => {
      const { kind, message } = await opened(await bundled(app("esbuild-bare", files("ayrshare-user"))), "index.html");
      assert.equal(kind, "internal");
      assert.match(message, /could not download http:.*\/ayrshare_user\.wasm \(status 404, text\/plain\): .*"ayrshare-user\/inline"/);
    });
  });
}

describe("the tarball", () => {
  const clean = async (name, file, ...args) => {
    const { code, output } = await run(process.execPath, [tool(name, file), ...args], { timeoutMs: 120_000 });
    assert.equal(code, 0, output);
  };
  test("publint has no complaint", () => clean("publint", "src/cli.js", tarball, "--strict"));
  test("the types resolve as the code does", () =>
    clean("@arethetypeswrong/cli", "dist/index.js", tarball, "--profile", "node16", "--exclude-entrypoints", "./ayrshare_user.wasm"));
});
