// Bundlers: each builds the same page, which is opened in Chromium. Bundlers that by design neither copy nor rewrite a file in
// `new URL(…, import.meta.url)` have three rows: with the inline entry, with the one line that users must write, and with neither.
import { handingOver, html, importing, requiring, source } from "./texts.mjs";

const INLINE = "ayrshare-user/inline";
const IMPORT_INLINE = 'import ".../inline"';
const NOT_COPIED = /http:.*\/ayrshare_user\.wasm \(status 404, text\/plain\) was not found: .*"ayrshare-user\/inline"/;

/** The page loads out/main.js; `config` has additional files. */
const built = (tool, name, writes, { entry, config = {}, version = tool, ...row }) => ({
  name,
  tools: tool,
  version,
  writes,
  files: { ...source(entry), "out/index.html": html("main.js"), ...config },
  site: "out",
  page: "index.html",
  ...row,
});

const exported = (file, options) => ({ [file]: `export default ${JSON.stringify(options)};\n` });

const esbuild = (name, writes, row) =>
  built("esbuild", name, writes, { tools: undefined, build: [["esbuild/bin/esbuild", "main.mjs", "--bundle", "--format=esm", "--outfile=out/main.js", "--log-level=error"]], ...row });

/** Simulates server adapters that bundle devDependencies: the code moves away from its files. */
const onServer = (name, writes, row) => ({
  name,
  version: "esbuild",
  writes,
  files: importing(),
  build: [["esbuild/bin/esbuild", "main.mjs", "--bundle", "--platform=node", "--format=esm", "--outfile=out/main.mjs", "--log-level=error"]],
  print: ["node", "out/main.mjs"],
  quick: true,
  ...row,
});

/** @vercel/ncc copies the files that an ES module names, but not those of the CommonJS entry. */
const ncc = (name, writes, main, { out, ...row }) => ({
  name,
  tools: "ncc",
  version: "@vercel/ncc",
  writes,
  build: [["@vercel/ncc/dist/ncc/cli.js", "build", main, "-o", "out", "-q"]],
  print: ["node", out],
  ...row,
});

const bun = (name, writes, row) =>
  built("bun", name, writes, { tools: undefined, build: [["bun/bin/bun.exe", "build", "main.mjs", "--outfile=out/main.js"]], ...row });

/** Without configuration, both write a classic script. */
const WEBPACK = ["--mode", "production", "--output-path", "out"];
const webpack = (tool, name, row) => {
  const made = built(tool, name, "import", row);
  return { ...made, files: { ...made.files, "out/index.html": html("main.js", "defer") } };
};

const rollupConfig = (plugins) => ({
  "rollup.config.mjs": `import { nodeResolve } from "@rollup/plugin-node-resolve";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";
export default { input: "main.mjs", output: { dir: "out", format: "es" }, plugins: [${plugins}] };\n`,
});
const rollup = (name, writes, row) =>
  built("rollup", name, writes, { build: [["rollup/dist/bin/rollup", "-c", "rollup.config.mjs", "--silent"]], config: rollupConfig("nodeResolve({ browser: true })"), ...row });

const rolldownConfig = (more) => exported("rolldown.config.mjs", { input: "main.mjs", platform: "browser", output: { dir: "out", format: "esm" }, ...more });
const rolldown = (name, writes, row) =>
  built("rolldown", name, writes, { build: [["rolldown/bin/cli.mjs", "-c", "rolldown.config.mjs"]], config: rolldownConfig(), ...row });

export default [
  webpack("webpack", "webpack 5", { build: [["webpack-cli/bin/cli.js", "--entry", "./main.mjs", ...WEBPACK]] }),
  webpack("rspack", "Rspack", { version: "@rspack/core", build: [["@rspack/cli/bin/rspack.js", "build", "--entry", "./main.mjs", ...WEBPACK]] }),
  {
    name: "Parcel",
    tools: "parcel",
    version: "parcel",
    writes: "import",
    files: { ...source(), "index.html": html("./main.mjs") },
    build: [["parcel/lib/bin.js", "build", "index.html", "--dist-dir", "out", "--no-cache"]],
    site: "out",
    page: "index.html",
  },
  rollup("Rollup, inline", IMPORT_INLINE, { entry: INLINE }),
  rollup("Rollup, @web/rollup-plugin-import-meta-assets", "import; `importMetaAssets()`", { config: rollupConfig("nodeResolve({ browser: true }), importMetaAssets()") }),
  rollup("Rollup, nothing done", "import", { error: NOT_COPIED }),
  rolldown("Rolldown, inline", IMPORT_INLINE, { entry: INLINE }),
  rolldown("Rolldown, resolveNewUrlToAsset", "import; `experimental: { resolveNewUrlToAsset: true }`", { config: rolldownConfig({ experimental: { resolveNewUrlToAsset: true } }) }),
  rolldown("Rolldown, nothing done", "import", { error: NOT_COPIED }),
  esbuild("esbuild, inline", IMPORT_INLINE, { entry: INLINE, quick: true }),
  esbuild("esbuild, file copied", "import; a copy of the .wasm beside the bundle", { copyWasm: "out", quick: true }),
  esbuild("esbuild, addresses by name", "`init` with the addresses of `….wasm`; `--loader:.wasm=file`", {
    config: handingOver(""),
    build: [["esbuild/bin/esbuild", "main.mjs", "--bundle", "--format=esm", "--outdir=out", "--loader:.wasm=file", "--log-level=error"]],
    quick: true,
  }),
  esbuild("esbuild, nothing done", "import", { error: NOT_COPIED, quick: true }),
  onServer("esbuild for Node, nothing done", "import", { error: /ayrshare_user\.wasm.*ENOENT.*"ayrshare-user\/inline"/s }),
  onServer("esbuild for Node, file copied", "import; a copy of the .wasm beside the bundle", { copyWasm: "out" }),
  onServer("esbuild for Node, inline", IMPORT_INLINE, { files: importing(INLINE) }),
  ncc("ncc", "import", "main.mjs", { files: importing(), out: "out/index.mjs" }),
  ncc("ncc, require", "require", "main.cjs", { files: requiring(), out: "out/index.cjs", error: /ayrshare_user\.wasm.*ENOENT.*"ayrshare-user\/inline"/s }),
  ncc("ncc, require, inline", 'require(".../inline")', "main.cjs", { files: requiring(INLINE), out: "out/index.cjs" }),
  bun("bun build, inline", IMPORT_INLINE, { entry: INLINE }),
  bun("bun build, file copied", "import; a copy of the .wasm beside the bundle", { copyWasm: "out" }),
  bun("bun build, nothing done", "import", { error: NOT_COPIED }),
];
