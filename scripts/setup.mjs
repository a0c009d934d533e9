// Installs everything that the project's commands need. Runs as `npm run setup`, and at the beginning of start,
// build and test. If everything is installed, it changes nothing, needs no network and takes a fraction of a second.
//
//   node scripts/setup.mjs [--for build|test|contract|picture|coverage|mutants|deny|semver] [--check]      --check only reports; it exits with 1 if something is missing
//
// It writes to node_modules/ and target/ in the project, and installs the pinned tools in the user's cache. Anything else
// (Debian packages, a Rust target) is printed as a command before it runs.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import * as debian from "./lib/debian.mjs";
import { oldestPython, python } from "./lib/python.mjs";
import { Stop, main, run, seconds } from "./lib/run.mjs";
import * as tools from "./lib/tools.mjs";

const logFile = join(tools.target, "setup.log");

/** Prints a command, runs it with its output in the log, and reports regularly that it is still running. */
async function announce(command, args, { env, cwd } = {}) {
  console.log(`setup:   $ ${[command, ...args].join(" ")}`);
  const began = performance.now();
  const still = setInterval(() => console.log(`setup:   still at it after ${seconds(began)} (${logFile})`), 30_000);
  const { code, output } = await run(command, args, { cwd: cwd ?? tools.root, env, logFile });
  clearInterval(still);
  return { ok: code === 0, tail: output.trim().split("\n").slice(-15).join("\n") };
}

function sameAsLocked() {
  const installed = tools.at("node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const { "": _workspace, ...wanted } = packagesOf(tools.at("package-lock.json"));
  const there = packagesOf(installed);
  // Packages for other platforms are in the lock file but not installed here.
  return (
    Object.entries(wanted).every(([path, { version, optional }]) => (path in there ? there[path].version === version : optional)) &&
    Object.keys(there).every((path) => path in wanted)
  );
}

const npmPackages = {
  what: "npm packages",
  why: "esbuild, TypeScript, Vite and Playwright's client, as package-lock.json says; about 10 seconds",
  fix: "npm ci",
  present: sameAsLocked,
  get: () => announce("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--prefer-offline"]),
};

const rust = {
  what: `Rust ${tools.oldestRust} or newer`,
  why: "the package's core is written in it",
  fix: `install Rust from https://rustup.rs, or update it with "rustup update"`,
  present: () => tools.rustToolchains().length > 0,
  get: () => debian.isRoot() && debian.installRust(announce),
};

const wasmTarget = {
  what: `Rust's ${tools.WASM} target`,
  why: "to compile the core to WebAssembly; 2 minutes where the standard library must be compiled, seconds elsewhere",
  fix: `rustup target add ${tools.WASM}   (or, on Debian as root: apt-get install ${debian.RUST_PACKAGES.join(" ")}, then npm run setup)`,
  present: () => tools.wasmToolchain() !== undefined && debian.standardLibraryFits(),
  get: async () => {
    // Debian's packages first, if possible, because they need no other tools.
    const made = debian.isRoot() ? await debian.installWasmTarget(announce) : undefined;
    if (made?.ok || !tools.onPath("rustup")) return made;
    return announce("rustup", ["target", "add", tools.WASM]);
  },
};

const pinned = (name, minutes, present = () => tools.hasTool(name)) => ({
  what: `${name} ${tools.PINNED[name].version}`,
  why: `compiled once into ${tools.cache}; about ${minutes} minutes`,
  fix: `cargo install ${name} --version ${tools.PINNED[name].version} --root ${tools.toolFolder(name)}`,
  present,
  get: () => {
    const env = tools.environment(tools.nativeToolchain(), {
      // These tools run for seconds, so minutes of optimizing are not worth it.
      CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
      CARGO_PROFILE_RELEASE_LTO: "off",
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
      CARGO_TARGET_DIR: join(tools.target, "tools"),
    });
    const args = ["install", name, "--version", tools.PINNED[name].version, "--root", tools.toolFolder(name)];
    return announce(tools.nativeToolchain().cargo, args, { env });
  },
});

const linters = {
  what: "rustfmt and clippy",
  why: "npm test checks the Rust sources' form with them",
  fix: `rustup component add rustfmt clippy   (or, on Debian as root: apt-get install ${debian.LINT_PACKAGES.join(" ")})`,
  present: () => tools.nativeToolchain()?.hasLinters.every(Boolean) && tools.wasmToolchain()?.hasClippy,
  get: async () => {
    const rustups = !tools.nativeToolchain().hasLinters.every(Boolean) && tools.onPath("rustup");
    if (rustups) await announce("rustup", ["component", "add", "rustfmt", "clippy"]);
    tools.rustToolchains({ again: true });
    return linters.present() ? { ok: true } : debian.isRoot() && debian.install(announce, debian.LINT_PACKAGES);
  },
};

const browser = (what, packages, present, fix) => ({
  what,
  why: "the tests run in real browsers",
  fix,
  present,
  get: () => debian.isRoot() && debian.install(announce, packages),
});

const terminal = {
  what: "script(1)",
  why: "the tests of the command run it in a real terminal",
  fix: "install script(1) of util-linux as /usr/bin/script (on Debian as root: apt-get install bsdutils)",
  present: () => existsSync("/usr/bin/script"),
  get: () => debian.isRoot() && debian.install(announce, ["bsdutils"]),
};

const withVenv = {
  what: `Python ${oldestPython} or newer, with venv`,
  why: "schemathesis, which compares the OpenAPI description with what servers send, is written in it; the package does not need it",
  fix: `put Python ${oldestPython} or newer with its modules venv and ensurepip on PATH (on Debian as root: apt-get install python3-venv)`,
  present: () => python() !== undefined,
  get: () => debian.isRoot() && debian.install(announce, ["python3-venv"]),
};

const coverageTools = {
  what: "llvm-profdata and llvm-cov",
  why: "the coverage of the Rust tests is read with them; they must be of the compiler's own LLVM",
  get fix() {
    return `rustup component add llvm-tools   (or, on Debian as root: apt-get install llvm-${tools.llvmVersion()})`;
  },
  present: () => tools.llvmTool("llvm-profdata") && tools.llvmTool("llvm-cov"),
  get: async () => {
    const made = debian.isRoot() ? await debian.install(announce, [`llvm-${tools.llvmVersion()}`]) : undefined;
    if (made?.ok || !tools.onPath("rustup")) return made;
    return announce("rustup", ["component", "add", "llvm-tools"]);
  },
};

const chromium = browser(
  "Chromium and chromedriver",
  ["chromium", "chromium-driver"],
  () => tools.chromium() && tools.chromedriver(),
  "install Chromium or Chrome and its chromedriver on PATH, or name them in CHROME_PATH and CHROMEDRIVER (on Debian as root: apt-get install chromium chromium-driver)",
);

/** What each purpose needs, in installation order. */
const NEEDS = {
  build: [npmPackages, rust, wasmTarget, pinned("wasm-bindgen-cli", 2)],
  test: [
    linters,
    pinned("wasm-pack", 2),
    chromium,
    browser(
      "Firefox",
      ["firefox-esr"],
      tools.firefox,
      "install Firefox, or name it in FIREFOX (on Debian as root: apt-get install firefox-esr)",
    ),
    browser(
      "WebKitGTK's driver and Xvfb",
      ["webkit2gtk-driver", "xvfb", "xauth"],
      () => tools.webkitDriver() && tools.xvfb(),
      "put WebKitWebDriver and Xvfb on PATH, or name them in WEBKIT_DRIVER and XVFB (on Debian as root: apt-get install webkit2gtk-driver xvfb xauth)",
    ),
    pinned("geckodriver", 2, () => tools.geckodriver() !== undefined),
    terminal,
    withVenv,
  ],
  contract: [withVenv],
  picture: [chromium],
  mutants: [rust, pinned("cargo-mutants", 2)],
  coverage: [npmPackages, rust, coverageTools],
  deny: [rust, pinned("cargo-deny", 5)],
  semver: [rust, wasmTarget, pinned("cargo-semver-checks", 5)],
};
for (const purpose of ["test", "contract", "picture"]) NEEDS[purpose].unshift(...NEEDS.build);

async function put({ what, why, fix, present, get }) {
  if (await present()) return;
  console.log(`setup: getting ${what}: ${why}`);
  const began = performance.now();
  const result = (await get()) || { ok: false, tail: "" };
  tools.rustToolchains({ again: true });
  if (!result.ok || !(await present())) {
    throw new Stop(`${result.tail ?? ""}\nsetup: ${what} is missing and could not be put in place. To fix it:\n  ${fix}\nthen run the same command again`);
  }
  console.log(`setup: ${what} is in place, ${seconds(began)}`);
}

/** Installs what a purpose needs. Throws a `Stop` that names the fix if it cannot. */
export async function setup({ for: purpose = "build" } = {}) {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) throw new Stop(`setup: Node ${process.versions.node} is too old: install Node 20 or newer`);
  mkdirSync(tools.target, { recursive: true });
  rmSync(logFile, { force: true });
  for (const need of NEEDS[purpose]) await put(need);
}

async function check(purpose) {
  let missing = 0;
  for (const { what, fix, present } of NEEDS[purpose]) {
    const ok = await present();
    if (!ok) missing += 1;
    console.log(ok ? `setup: ${what}: there` : `setup: ${what}: MISSING, to fix it: ${fix}`);
  }
  if (missing > 0) throw new Stop(`setup: ${missing} missing`);
}

await main(process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href, async () => {
  const { values } = parseArgs({ options: { for: { type: "string", default: "test" }, check: { type: "boolean", default: false } } });
  if (!(values.for in NEEDS)) throw new Stop(`setup: --for is one of ${Object.keys(NEEDS).join(", ")}, not \`${values.for}\``);
  if (values.check) return check(values.for);
  const began = performance.now();
  await setup(values);
  console.log(`setup: all that "${values.for}" needs is there, ${seconds(began)}`);
});
