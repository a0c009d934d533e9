// Builds the npm package: Rust -> wasm -> glue -> pkg/dist. `npm run build`, and imported by start, test and size.
// Each step prints one line, and is skipped if its inputs have not changed.
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { locked } from "./lib/lock.mjs";
import { forRegistry } from "./lib/papers.mjs";
import { Stop, main, run, seconds } from "./lib/run.mjs";
import { withShortNames, withoutPanicWords } from "./lib/slim.mjs";
import { filesUnder, step } from "./lib/steps.mjs";
import { PINNED, WASM, at, nativeEnvironment, nativeToolchain, toolPath, wasmEnvironment, wasmToolchain } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

/** The package's entries: name below pkg/dist -> source. `exports` in pkg/package.json lists the same. */
export const ENTRIES = {
  index: "pkg/src/index.ts",
  node: "pkg/src/node.ts",
  workerd: "pkg/src/workerd.ts",
  "edge-light": "pkg/src/edge-light.ts",
  inline: "pkg/src/inline.ts",
  batch: "pkg/src/batch.ts",
  insight: "pkg/src/insight.ts",
  "sandbox/index": "pkg/src/sandbox/index.ts",
  "sandbox/node": "pkg/src/sandbox/node.ts",
  "bin/ayrshare-sandbox": "pkg/bin/ayrshare-sandbox.ts",
  "bin/ayrshare-user": "pkg/bin/ayrshare-user.ts",
};

/** What a page without a bundler loads: `index` and the parts that it imports later, minified. */
export const PAGE_ENTRIES = {
  "index.min": "pkg/src/index.ts",
  "batch.min": "pkg/src/batch.ts",
  "insight.min": "pkg/src/insight.ts",
};

/** The gateway's entries share code only with each other, so that they do not affect what a page downloads. */
export const GATEWAY_ENTRIES = {
  gateway: "pkg/src/gateway.ts",
  "gateway-node": "pkg/src/gateway-node.ts",
  "gateway-workerd": "pkg/src/gateway-workerd.ts",
  "gateway-edge-light": "pkg/src/gateway-edge-light.ts",
  "gateway-inline": "pkg/src/gateway-inline.ts",
};

/** The entries for `require`, below pkg/dist/cjs. Each file is self-contained. */
const REQUIRED = {
  index: "pkg/src/require.ts",
  gateway: "pkg/src/gateway-require.ts",
  "gateway-inline": "pkg/src/gateway-inline.ts",
  inline: "pkg/src/inline.ts",
  "sandbox/index": "pkg/src/sandbox/index.ts",
  "sandbox/node": "pkg/src/sandbox/node.ts",
};

// A quarter of the default stack is enough, because nesting is limited. Each instance then takes less memory.
const LINK_FLAGS = ["-C", "link-arg=-zstack-size=262144"];

// The package's own loaders find the wasm, so the glue needs no default module path.
// After a trap, resetting the state allows a fresh instance of the same module.
const BINDGEN_FLAGS = ["--target", "web", "--omit-default-module-path", "--remove-producers-section", "--experimental-reset-state-function"];

// The features that rustc enables by default and all supported engines have. Never --all-features: Node 20 rejects the result.
const WASM_OPT_FLAGS = [
  // rustc has already optimized for size: "-Oz" saves nothing and makes calls slower. Twice, because the first pass enables more.
  "-O3",
  "-O3",
  // A function with one caller is smaller when it is not inlined, because its variables have low numbers.
  "--one-caller-inline-max-function-size=100",
  // The lowest kilobyte is the end of the stack, which nothing else uses.
  "--low-memory-unused",
  ...["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue"].map((name) => `--enable-${name}`),
  "--strip-debug",
  "--strip-producers",
  "--strip-target-features",
];

const dist = at("pkg", "dist");
const glue = (...names) => at("target", "glue", ...names);
const inPackage = (name) => at("pkg", "src", "glue", name);
const slimming = ["slim.mjs", "wasm.mjs"].map((name) => at("scripts", "lib", name));

const SIMD = ["-C", "target-feature=+simd128"];

const WITH_SIMD = [...WASM_OPT_FLAGS, "--enable-simd"];

/** Small functions stay functions, and short expressions are computed again instead of kept in a variable. */
const SMALLER = [...WASM_OPT_FLAGS, "--flexible-inline-max-function-size=8", "--skip-pass=local-cse"];

/** Overrides the profile, for the crate alone: a profile for each module would compile its dependencies once more. */
const optimized = (level) => ["-C", `opt-level=${level}`];

/**
 * The wasm modules. Calls and insight are optimized for size. The batch file's is downloaded, too, but reads many megabytes: at "z", it would
 * be 4 % smaller, and a sweep would take a third longer. Only servers load the gateway's.
 */
export const MODULES = [
  { name: "ayrshare_user", trap: "clientTrap", feature: "npm-calls", rustc: optimized("z"), wasmOpt: SMALLER },
  { name: "ayrshare_user_batch", trap: "batchTrap", feature: "npm-batch", rustc: SIMD, wasmOpt: WITH_SIMD },
  { name: "ayrshare_user_insight", trap: "insightTrap", feature: "npm-insight", rustc: optimized("z"), wasmOpt: SMALLER },
  { name: "ayrshare_user_gateway", trap: "gatewayTrap", trapFile: "../gateway/trap.js", feature: "npm-gateway", rustc: [...optimized(2), ...SIMD], wasmOpt: WITH_SIMD },
];
/** The features of all modules, as cargo expects them, for tools that read all sources at once. */
export const FEATURES = MODULES.map(({ feature }) => feature).join();
const rustBuilt = ({ name }) => at("target", "rust", `${name}.wasm`);
const shipped = ({ name }) => at("pkg", "dist", `${name}.wasm`);

const rustSources = () => filesUnder(at("Cargo.toml"), at("Cargo.lock"), at("src"));
/** Without what is compiled natively only. */
const wasmSources = () => rustSources().filter((file) => !file.startsWith(at("src", "openapi")));
const asLocked = process.env.CI ? ["--locked"] : [];
const versionOf = (name) => JSON.parse(readFileSync(at("node_modules", name, "package.json"), "utf8")).version;

async function must(what, command, args, options) {
  const { code, output } = await run(command, args, { cwd: at(), ...options });
  if (code !== 0) throw new Stop(`${output}\nbuild: ${what} failed (${command} ended with ${code})`);
  return output;
}

/** How cargo ends the warnings about this crate. */
const WARNED = /`ayrshare-user` \(lib\) generated \d+ warning/;

async function compileRust(module) {
  const toolchain = wasmToolchain();
  const { feature, rustc } = module;
  const args = ["rustc", ...asLocked, "--features", feature, "--lib", "--crate-type", "cdylib", "--release", "--target", WASM, "--", ...LINK_FLAGS, ...rustc];
  await step(`rust ${feature}`, {
    inputs: wasmSources(),
    key: [toolchain.version, process.env.RUSTFLAGS, ...args].join(),
    outputs: () => [rustBuilt(module)],
    run: async () => {
      const output = await must("compiling the crate", toolchain.cargo, args, { env: wasmEnvironment() });
      // clippy reads all modules at once, where what only one of them uses counts as used by all.
      if (WARNED.test(output)) {
        if (process.env.CI) throw new Stop(`${output}\nbuild: the crate has warnings with the feature ${feature} alone: put what it does not use where it is used`);
        console.log(output);
      }
      // The next module's output has the same name.
      mkdirSync(at("target", "rust"), { recursive: true });
      copyFileSync(at("target", WASM, "release", "ayrshare_user.wasm"), rustBuilt(module));
      return toolchain.version;
    },
  });
}

async function makeGlue(module) {
  const { name, trap, trapFile = "../wasm/trap.js" } = module;
  const files = [`${name}.js`, `${name}.d.ts`, `${name}_bg.wasm.d.ts`];
  const args = [...BINDGEN_FLAGS, "--out-name", name, "--out-dir", glue(name), rustBuilt(module)];
  await step(`wasm-bindgen ${module.feature}`, {
    inputs: [rustBuilt(module), ...slimming],
    key: [PINNED["wasm-bindgen-cli"].version, ...args, trap, trapFile, watched, withOneWire].join(),
    outputs: () => [...files.map(inPackage), glue(name, `${name}_bg.wasm`)],
    run: async () => {
      rmSync(glue(name), { recursive: true, force: true });
      await must("wasm-bindgen", toolPath("wasm-bindgen-cli"), args);
      mkdirSync(at("pkg", "src", "glue"), { recursive: true });
      for (const file of files) copyFileSync(glue(name, file), inPackage(file));
      const { wasm, glue: script } = withShortNames(readFileSync(glue(name, `${name}_bg.wasm`)), readFileSync(glue(name, `${name}.js`), "utf8"));
      writeFileSync(glue(name, `${name}_bg.wasm`), wasm);
      writeFileSync(inPackage(`${name}.js`), watched(withOneWire(script, wasm), trap, trapFile));
    },
  });
}

const STALE = [
  [/if \(this\.__wbg_inst !== undefined && [^{]*\{\s*throw new Error\('Invalid stale object from previous Wasm instance'\);\s*\}/g, "", [1]],
  [/Object\.defineProperty\(this, '__wbg_inst', [^;]*;/g, "", [1]],
];

/**
 * The glue imports fetch.js once for each block of imports in Rust, and passes all its exports to the wasm. Importing it once, and passing
 * only what the wasm imports, makes the download smaller.
 */
function withOneWire(source, wasm) {
  const asked = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(({ module }) => module === "./fetch.js");
  const names = [...new Set(asked.map(({ name }) => name))];
  const once = source.replaceAll(/^import \* as import(?!1\b)\d+ from "\.\/fetch\.js";?\n/gm, "").replaceAll(/^ *"\.\/fetch\.js": import(?!1\b)\d+,\n/gm, "");
  return once.replace(/^(import \* as) import1 (from "\.\/fetch\.js");?$/m, `$1 wire $2;\nconst import1 = { ${names.map((name) => `${name}: wire.${name}`).join(", ")} };`);
}

/**
 * Wraps the instance's exports, through which every call enters the wasm, so that pkg/src/wasm/trap.ts notices a trap. Callbacks of a
 * dead instance may still arrive from timers and promises, where nothing could catch an exception, so they must not throw.
 */
function watched(source, trap, trapFile) {
  const changes = [
    [/\bwasm = (wasmInstance|instance)\.exports;/g, "wasm = trap.watch($1.exports);", [2]],
    // Insight passes no closures to JavaScript.
    [/throw new Error\('Cannot invoke closure from previous WASM instance'\);/g, "return;", [0, 1, 2]],
    // Nothing schedules this: wasm-module.ts creates the fresh instance itself.
    [/if \(__wbg_reinit_scheduled\) \{\s*__wbg_reset_state\(\);\s*return;\s*\}/g, "", [0, 1]],
    [/(let )?__wbg_reinit_scheduled = false;/g, "", [0, 2]],
    // Calls check the instance's generation before they use a handle; in the other modules, an `await` may come in between.
    ...(trap === "clientTrap" ? STALE : []),
    // A module from another realm is valid, too; the loader passes nothing else.
    [/if \(!\(module instanceof WebAssembly\.Module\)\) \{\s*module = new WebAssembly\.Module\(module\);\s*\}/g, "", [1]],
    // Not needed here: the package always passes an object, memory can be reallocated, and every engine that runs this wasm has
    // `encodeInto`.
    [/if \(module !== undefined\) \{\s*if [^{]*\{\s*\(\{module\} = module\)\s*\} else \{[^}]*\}\s*\}/g, "({ module } = module);", [1]],
    [/if \(realloc === undefined\) \{[^}]*\}/g, "", [1]],
    [/if \(!\('encodeInto' in cachedTextEncoder\)\) \{(?:[^}]*\}){3}/g, "", [1]],
    // Importing must not need any globals; the loader checks that these exist before it creates an instance.
    [/let cachedTextDecoder = new TextDecoder\('utf-8', \{ ignoreBOM: true \}\);\s*cachedTextDecoder\.decode\(\);/g, "let cachedTextDecoder;", [1]],
    [/const cachedTextEncoder = new TextEncoder\(\);/g, "let cachedTextEncoder;", [1]],
    // Shorter: a buffer that has grown is another one, both variables exist, and nothing uses the glue's classes with `using`.
    [/if \(cachedDataViewMemory0 === null \|\| [^{]*\{/g, "if (cachedDataViewMemory0?.buffer !== wasm.memory.buffer) {", [1]],
    [/if \(typeof (?:numBytesDecoded|WASM_VECTOR_LEN) !== 'undefined'\) /g, "", [2]],
    [/if \(Symbol\.dispose\) (\w+)\.prototype\[Symbol\.dispose\] = \1\.prototype\.free;/g, "", [0, 1, 3]],
    // Fake timers of test runners replace `queueMicrotask`. Without it, wasm-bindgen-futures uses promises, which they do not replace.
    [/const ret = arg0\.queueMicrotask;/g, "const ret = undefined;", [0, 1]],
    // Chromium before 114 does not instantiate a module of this size synchronously on a page's main thread.
    [/function initSync\(module\) \{\s*if \(wasm !== undefined\) return wasm;/g, "async function initSync(module) {\n    cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });\n    cachedTextEncoder = new TextEncoder();", [1]],
    [/const instance = new WebAssembly\.Instance\(module, imports\);/g, "const instance = await WebAssembly.instantiate(module, imports);", [1]],
  ];
  let changed = source;
  for (const [pattern, replacement, times] of changes) {
    if (!times.includes(source.match(pattern)?.length ?? 0)) {
      throw new Stop(`build: the glue of this wasm-bindgen differs: ${pattern} should match ${times.join(" or ")} times; see watched() in scripts/build.mjs`);
    }
    changed = changed.replace(pattern, replacement);
  }
  return `import { ${trap} as trap } from "${trapFile}";\n${changed}`;
}

/** Copies the JavaScript that src/web imports: one file for all modules, because wasm-bindgen writes a copy for each. */
async function copyWire() {
  for (const name of ["fetch.js", "fetch.d.ts"]) {
    const [wire, copy] = [at("src", "web", "http", name), inPackage(name)];
    await step(name, { inputs: [wire], key: "", outputs: () => [copy], run: async () => copyFileSync(wire, copy) });
  }
}

async function shrinkWasm(module) {
  const { name, wasmOpt } = module;
  const [input, slim, output] = [glue(name, `${name}_bg.wasm`), glue(name, "slim.wasm"), shipped(module)];
  await step(`wasm-opt ${module.feature}`, {
    inputs: [input, ...slimming],
    key: [versionOf("binaryen"), ...wasmOpt].join(),
    outputs: () => [output],
    run: async () => {
      writeFileSync(slim, await withoutPanicWords(readFileSync(input)));
      await must("wasm-opt", process.execPath, [at("node_modules/binaryen/bin/wasm-opt"), ...wasmOpt, slim, "-o", output]);
      new WebAssembly.Module(readFileSync(output));
      return `${statSync(input).size} -> ${statSync(output).size} bytes`;
    },
  });
}

/** The output of a program of the crate, which scripts/NAME.rs prints. */
async function printed(name) {
  const { cargo } = nativeToolchain();
  const args = [...asLocked, "--quiet", "--features", "typescript", "--bin", name];
  // Builds first: cargo's messages must not get into the output.
  await must(`compiling scripts/${name}.rs`, cargo, ["build", ...args], { env: nativeEnvironment() });
  return must(`running scripts/${name}.rs`, cargo, ["run", ...args], { env: nativeEnvironment() });
}

async function writeModelTypes() {
  const out = at("pkg", "src", "model.ts");
  await step("model types", {
    inputs: [...rustSources(), at("scripts", "typescript.rs")],
    key: [nativeToolchain().version, ...asLocked, printed].join(),
    outputs: () => [out],
    run: async () => writeFileSync(out, await printed("typescript")),
  });
}

/** The samples of each path of the API, which become the examples of its description: file below tests/fixtures -> what it shows. */
const SAMPLES = {
  "/user": {
    user: "The Primary Profile, from the specification",
    "user-newer": "Every field of newer documentation, with invented values",
    "user-nothing-linked": "A User Profile without linked accounts",
  },
  "/user/details/{platform}": { details: "Two boards, from the specification", "details-empty": "No board" },
  "/user/batch": { batch: "From the specification", "batch-newer": "With a signed URL, as it probably is" },
};

async function describeApi() {
  const out = at("pkg", "dist", "openapi.json");
  const fixture = (name) => at("tests", "fixtures", `${name}.json`);
  await step("openapi", {
    inputs: [...rustSources(), at("scripts", "openapi.rs"), ...Object.values(SAMPLES).flatMap((samples) => Object.keys(samples).map(fixture))],
    key: [nativeToolchain().version, ...asLocked, printed, JSON.stringify(SAMPLES)].join(),
    outputs: () => [out],
    run: async () => {
      const api = JSON.parse(await printed("openapi"));
      for (const [path, samples] of Object.entries(SAMPLES)) {
        const examples = Object.entries(samples).map(([name, summary]) => [name, { summary, value: JSON.parse(readFileSync(fixture(name), "utf8")) }]);
        api.paths[path].get.responses[200].content["application/json"].examples = Object.fromEntries(examples);
      }
      writeFileSync(out, `${JSON.stringify(api, null, 2)}\n`);
    },
  });
}

const packageSources = () => [...filesUnder(at("pkg/src"), at("pkg/bin")), at("pkg/package.json"), at("package-lock.json")];
const built = (...endings) => filesUnder(dist).filter((file) => endings.some((ending) => file.endsWith(ending)));

/** Leaves imports of the wasm as they are, because each runtime has its own kind; the inline entry gets the wasm as base64. */
const wasmImports = {
  name: "wasm-imports",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/\w+\.wasm(\?module)?$/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^inline:\w+\.wasm$/ }, ({ path }) => ({ path: path.slice("inline:".length), namespace: "inline" }));
    // The folder is added only here, because paths affect the names of chunks.
    onLoad({ filter: /.*/, namespace: "inline" }, ({ path }) => ({ contents: readFileSync(at("pkg", "dist", path)), loader: "base64" }));
  },
};

/**
 * The command imports other entries as files of their own. If it were bundled with them, what sets their loaders would move to a chunk, where
 * bundlers drop it, because `sideEffects` lists only entries.
 */
const entriesOfCommand = {
  name: "entries-of-command",
  setup({ onResolve }) {
    onResolve({ filter: /^(?:\.\.\/)+(?:node|sandbox\/index)\.js$/ }, ({ path, importer }) =>
      /\bsrc.command\b/.test(importer) ? { path: path.replace(/^(?:\.\.\/)+/, "../"), external: true } : undefined,
    );
  },
};

/** Resolves an entry of `exports` for a condition, or for the default. */
const targetOf = (entry, condition) => (typeof entry === "string" ? entry : targetOf(entry[condition] ?? entry.default, condition));

/**
 * A folder for each subpath of the package, with a package.json that points to its files, for tools that do not read `exports`, such as
 * TypeScript's "node10", Parcel and webpack 4.
 */
function entryFolders() {
  const { exports } = JSON.parse(readFileSync(at("pkg/package.json"), "utf8"));
  const below = Object.entries(exports).filter(([key, entry]) => key !== "." && targetOf(entry, "default").endsWith(".js"));
  return below.map(([key, entry]) => {
    const from = (path) => relative(at("pkg", key), at("pkg", path)).replaceAll("\\", "/");
    const [main, module] = [targetOf(entry, "require"), targetOf(entry, "default")].map(from);
    return { path: at("pkg", key, "package.json"), text: `${JSON.stringify({ main, module, types: module.replace(/js$/, "d.ts") }, null, 2)}\n` };
  });
}

/** esbuild writes a class that refers to itself as `Name = class _Name`; errors and stack traces would show the inner name. */
function withClassNames(source) {
  const inner = [...source.matchAll(/\b(\w+) = class (_\1)\b/g)].map(([, , name]) => name);
  return source.replaceAll(/\b_\w+\b/g, (name) => (inner.includes(name) ? name.slice(1) : name));
}

async function bundle() {
  const { build: esbuild } = await import("esbuild");
  const entryPoints = (entries) => Object.entries(entries).map(([out, path]) => ({ in: path, out }));
  // Not minified: stack traces quote it, Node prints the line that threw, and bundlers minify it anyway.
  const shared = {
    absWorkingDir: at(),
    bundle: true,
    platform: "neutral",
    target: "es2022",
    legalComments: "none",
    external: ["node:*"],
    write: false,
  };
  // Shared code must be in the folder of the .wasm, which is located relative to the chunk that loads it.
  const split = { ...shared, outdir: "pkg/dist", chunkNames: "chunk-[hash]", splitting: true, format: "esm" };
  const modules = { ...split, entryPoints: entryPoints(ENTRIES) };
  const page = { ...split, entryPoints: entryPoints(PAGE_ENTRIES), chunkNames: `${split.chunkNames}.min`, minify: true, sourcemap: true };
  const gateway = { ...split, entryPoints: entryPoints(GATEWAY_ENTRIES) };
  const required = { ...shared, entryPoints: entryPoints(REQUIRED), outdir: "pkg/dist/cjs", format: "cjs" };
  const written = [...Object.keys({ ...ENTRIES, ...PAGE_ENTRIES, ...GATEWAY_ENTRIES }), ...Object.keys(REQUIRED).map((name) => `cjs/${name}`)];
  const manifests = [{ path: at("pkg", "dist", "cjs", "package.json"), text: `${JSON.stringify({ type: "commonjs" })}\n` }, ...entryFolders()];
  await step("javascript", {
    inputs: [...packageSources(), ...MODULES.map(shipped)],
    key: [versionOf("esbuild"), JSON.stringify([modules, page, gateway, required, manifests]), withClassNames, entriesOfCommand.setup].join(),
    outputs: () => [...written.map((name) => at("pkg", "dist", `${name}.js`)), ...manifests.map(({ path }) => path), ...built(".js", ".map")],
    run: async () => {
      for (const file of built(".js", ".js.map")) rmSync(file);
      for (const options of [modules, page, gateway, required]) {
        const { outputFiles } = await esbuild({ ...options, plugins: [wasmImports, entriesOfCommand], logLevel: "silent" }).catch((error) => {
          throw new Stop(`build: esbuild failed\n${error.message}`);
        });
        for (const { path, text } of outputFiles) {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, options.minify ? text : withClassNames(text));
        }
      }
      for (const { path, text } of manifests) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    },
  });
}

async function declareTypes() {
  await step("declarations", {
    inputs: [...packageSources(), at("pkg/tsconfig.json")],
    key: versionOf("typescript"),
    outputs: () => [at("pkg", "dist", "index.d.ts"), ...built(".d.ts")],
    run: async () => {
      for (const file of built(".d.ts")) rmSync(file);
      await must("tsc", process.execPath, [at("node_modules/typescript/bin/tsc"), "-p", "pkg/tsconfig.json"]);
      // Declarations for `require` must be CommonJS, too, which depends on the package.json of their folder.
      for (const file of built(".d.ts")) {
        const copy = at("pkg", "dist", "cjs", relative(dist, file));
        mkdirSync(dirname(copy), { recursive: true });
        copyFileSync(file, copy);
      }
    },
  });
}

/** Copies documents from the root, because npm packs only what is in the package's folder. */
async function copyPapers() {
  const papers = ["CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-LICENCES"];
  const manifest = at("pkg", "package.json");
  await step("papers", {
    inputs: [at("README.md"), manifest, ...papers.map((name) => at(name))],
    key: String(forRegistry),
    outputs: () => ["README.md", ...papers].map((name) => at("pkg", name)),
    run: async () => {
      for (const name of papers) copyFileSync(at(name), at("pkg", name));
      writeFileSync(at("pkg", "README.md"), forRegistry(readFileSync(at("README.md"), "utf8"), JSON.parse(readFileSync(manifest, "utf8"))));
    },
  });
}

/** Builds whatever is out of date. Expects that set-up has been run. */
export async function build() {
  const began = performance.now();
  // Concurrent builds would write the same files.
  await locked(at("target", "build.lock"), async () => {
    mkdirSync(dist, { recursive: true });
    const native = writeModelTypes().then(describeApi);
    // One module is compiled at a time, because cargo locks the folder. What follows runs beside the next.
    let compiled = Promise.resolve();
    const modules = MODULES.map((module) => {
      compiled = compiled.then(() => compileRust(module));
      return compiled.then(() => makeGlue(module)).then(() => shrinkWasm(module));
    });
    await Promise.all([...modules, native]);
    await copyWire();
    await bundle();
    await declareTypes();
    await copyPapers();
  }, (holder) => console.log(`build: waiting for the build of process ${holder}`));
  console.log(`build: pkg/dist is ready, ${seconds(began)}`);
}

await main(process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href, async () => {
  await setup({ for: "build" });
  await build();
});
