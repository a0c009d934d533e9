// Workers and edge runtimes. They deploy bundles; .wasm files are precompiled modules.
import { answering, imports, testing } from "./texts.mjs";

const IGNORED = /could not load ayrshare_user\.wasm .*pass the wasm to init\(\)/;
const VERSION_DATE = "2026-04-01";

/** Bundles like Wrangler, with these conditions, and leaves .wasm files to the runtime. Writes the modules' names into the configuration. */
const bundler = (conditions, capnp = "") => `import { copyFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
const found = new Set();
const compiledWasm = {
  name: "compiled-wasm",
  setup: ({ onResolve }) => onResolve({ filter: /\\.wasm$/ }, ({ path, resolveDir }) => {
    found.add(join(resolveDir, path));
    return { path: "./" + basename(path), external: true };
  }),
};
await build({ entryPoints: ["source.js"], outfile: "worker.js", bundle: true, format: "esm", conditions: ${JSON.stringify(conditions)}, plugins: [compiledWasm], logLevel: "error" });
for (const file of found) copyFileSync(file, basename(file));
const modules = [...found].map((file) => \`(name = "\${basename(file)}", wasm = embed "\${basename(file)}")\`);
writeFileSync("config.capnp", ${JSON.stringify(capnp)}.replace("MODULES", ['(name = "worker.js", esModule = embed "worker.js")', ...modules].join(", ")));\n`;

const CAPNP = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "net", network = (allow = ["private", "local"]))],
  sockets = [(name = "http", address = "127.0.0.1:%PORT%", http = (), service = "main")],
);
const main :Workerd.Worker = (modules = [MODULES], compatibilityDate = "${VERSION_DATE}", globalOutbound = "net");\n`;

const WRANGLER = ["workerd", "worker", "browser"];
const workerd = (name, writes, entry, conditions, more) => ({
  name,
  version: "workerd",
  writes,
  files: { "source.js": answering(entry), "bundle.js": bundler(conditions, CAPNP) },
  build: [["node", "bundle.js"]],
  serve: ["workerd/bin/workerd", "serve", "config.capnp"],
  answer: "/",
  quick: true,
  ...more,
});

const wranglerJson = JSON.stringify({ name: "app", main: "worker.js", compatibility_date: VERSION_DATE });

const MINIFLARE = `import { Miniflare } from "miniflare";
new Miniflare({
  modules: true,
  modulesRules: [{ type: "ESModule", include: ["**/*.js"] }, { type: "CompiledWasm", include: ["**/*.wasm"] }],
  scriptPath: "worker.js",
  compatibilityDate: "${VERSION_DATE}",
  r2Buckets: ["BUCKET"],
  host: "127.0.0.1",
  port: %PORT%,
});\n`;

/** edge-runtime runs a single script. Like Vercel, the script passes it the modules of \`?module\` imports under generated names. */
const EDGE = (wasm) => `import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { EdgeRuntime, runServer } from "edge-runtime";
const given = {};
const asModule = {
  name: "wasm-module",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\\.wasm\\?module$/ }, ({ path, resolveDir }) => ({ path: resolveDir + "/" + path.replace("?module", ""), namespace: "wasm-module" }));
    onLoad({ filter: /./, namespace: "wasm-module" }, ({ path }) => {
      const name = "wasm_" + Object.keys(given).length;
      given[name] = new WebAssembly.Module(readFileSync(path));
      return { contents: "export default " + name };
    });
  },
};
const { outputFiles: [{ text }] } = await build({ entryPoints: ["source.js"], write: false, bundle: true, format: "iife", conditions: ${wasm ? '["edge-light"]' : "[]"}, plugins: [asModule], logLevel: "error" });
const runtime = new EdgeRuntime({ initialCode: text, extend: (context) => Object.assign(context, given) });
await runServer({ runtime, host: "127.0.0.1", port: %PORT% });\n`;

const listening = (entry) => `${imports(entry)}addEventListener("fetch", (event) => {
  const config = Object.fromEntries(new URL(event.request.url).searchParams);
  event.respondWith(program(pkg, config).then((report) => Response.json(report)));
});\n`;

const edge = (name, writes, entry, wasm) => ({
  name,
  noGzip: true,
  tools: "edge",
  version: "edge-runtime",
  writes,
  files: { "source.js": listening(entry), "serve.js": EDGE(wasm) },
  serve: ["node", "serve.js"],
  answer: "/",
});

const cloudflare = { tools: "cloudflare", node: "node24", answer: "/" };
const VITEST = `import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
export default defineConfig({ plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.json" } })], define: { CONFIG: process.env.CONFIG } });\n`;

export default [
  workerd("workerd", "import", "ayrshare-user", WRANGLER),
  workerd("workerd, inline", 'import ".../inline"', "ayrshare-user/inline", WRANGLER),
  workerd("workerd, bundled without the workerd condition", "nothing", "ayrshare-user", ["browser"], { error: IGNORED }),
  {
    name: "Miniflare",
    bucket: true,
    ...cloudflare,
    version: "miniflare",
    writes: "import",
    files: { "source.js": answering(), "bundle.js": bundler(WRANGLER), "serve.mjs": MINIFLARE },
    build: [["node", "bundle.js"]],
    serve: ["node", "serve.mjs"],
  },
  {
    name: "wrangler dev",
    ...cloudflare,
    version: "wrangler",
    writes: "import",
    files: { "worker.js": answering(), "wrangler.json": wranglerJson },
    serve: ["wrangler/bin/wrangler.js", "dev", "--ip", "127.0.0.1", "--port", "%PORT%", "--inspector-port", "0", "--show-interactive-dev-session=false"],
  },
  {
    name: "Cloudflare's Vitest plugin",
    tools: "cloudflare-vitest",
    node: "node24",
    version: "@cloudflare/vitest-plugin",
    writes: "import",
    files: {
      "worker.js": answering(),
      "wrangler.json": wranglerJson,
      "vitest.config.mjs": VITEST,
      "main.test.mjs": testing(`import { test } from "vitest";\n${imports()}`, "CONFIG"),
    },
    print: ["vitest/vitest.mjs", "run"],
  },
  edge("edge-runtime", "import", "ayrshare-user", true),
  edge("edge-runtime, inline", 'import ".../inline"', "ayrshare-user/inline", false),
];
