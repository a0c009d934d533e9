// Locates everything: the repository's folders, the pinned tools, the Rust toolchains, the browsers, and the
// environment that other programs need to find them. It changes nothing; scripts/setup.mjs does.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const at = (...parts) => join(root, ...parts);
export const target = at("target");
export const nativeTarget = at("target", "native");
export const WASM = "wasm32-unknown-unknown";
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "ayrshare-user");

/** Command-line tools that are compiled once into the cache, in exactly these versions. */
export const PINNED = {
  "wasm-bindgen-cli": { version: lockedVersion("wasm-bindgen"), bins: ["wasm-bindgen", "wasm-bindgen-test-runner"] },
  "wasm-pack": { version: "0.15.1", bins: ["wasm-pack"] },
  geckodriver: { version: "0.37.1", bins: ["geckodriver"] },
  "cargo-mutants": { version: "27.1.0", bins: ["cargo-mutants"] },
  "cargo-deny": { version: "0.20.2", bins: ["cargo-deny"] },
  "cargo-semver-checks": { version: "0.51.0", bins: ["cargo-semver-checks"] },
};

function lockedVersion(name) {
  const lock = existsSync(at("Cargo.lock")) ? readFileSync(at("Cargo.lock"), "utf8") : "";
  return new RegExp(`name = "${name}"\nversion = "([^"]+)"`).exec(lock)?.[1];
}

/** The minimum Rust version of the crate, e.g. "1.88", from Cargo.toml. */
export const oldestRust = /^rust-version = "([^"]+)"/m.exec(readFileSync(at("Cargo.toml"), "utf8"))?.[1] ?? "1.85";

export const toolFolder = (name) => join(cache, "tools", `${name}-${PINNED[name].version}`);
const suffix = process.platform === "win32" ? ".exe" : "";
export const toolPath = (name, bin = PINNED[name].bins[0]) => join(toolFolder(name), "bin", bin + suffix);
export const hasTool = (name) => PINNED[name].bins.every((bin) => existsSync(toolPath(name, bin)));

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const pathFolders = () => (process.env.PATH ?? "").split(delimiter).filter(Boolean);

/** The first of `names` found on PATH, as a full path. */
export function onPath(...names) {
  for (const name of names) {
    for (const folder of pathFolders()) {
      if (isProgram(join(folder, name + suffix))) return join(folder, name + suffix);
    }
  }
  return undefined;
}

/** Finds a browser or driver: in the environment variable, then on PATH, then in the usual places. */
function locate(variable, names, places = []) {
  const named = process.env[variable];
  if (named) return isProgram(named) ? named : undefined;
  return onPath(...names) ?? places.find(isProgram);
}

const inApplications = (app, program) => [`/Applications/${app}.app/Contents/MacOS/${program}`];

export const chromium = () =>
  locate("CHROME_PATH", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"], [
    ...inApplications("Google Chrome", "Google Chrome"),
    ...inApplications("Chromium", "Chromium"),
  ]);
export const chromedriver = () => locate("CHROMEDRIVER", ["chromedriver"], ["/usr/lib/chromium-browser/chromedriver"]);
export const firefox = () => locate("FIREFOX", ["firefox-esr", "firefox"], inApplications("Firefox", "firefox"));
export const geckodriver = () => locate("GECKODRIVER", ["geckodriver"], [toolPath("geckodriver")]);
export const webkitDriver = () => locate("WEBKIT_DRIVER", ["WebKitWebDriver"]);
export const xvfb = () => locate("XVFB", ["Xvfb"]);

const ask = (command, ...args) => {
  const { status, stdout } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
};

const atLeast = (version, wanted) => {
  const [major, minor] = version.split(".").map(Number);
  const [wantedMajor, wantedMinor] = wanted.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
};

function describe(bin) {
  const version = ask(join(bin, `rustc${suffix}`), "-V");
  const sysroot = version && ask(join(bin, `rustc${suffix}`), "--print", "sysroot");
  if (!sysroot) return undefined;
  const standardLibrary = join(sysroot, "lib", "rustlib", WASM, "lib");
  return {
    bin,
    version,
    sysroot,
    standardLibrary,
    recent: atLeast(version.split(" ")[1], oldestRust),
    hasWasm: existsSync(standardLibrary) && readdirSync(standardLibrary).some((file) => /^libstd-.*\.rlib$/.test(file)),
    hasClippy: isProgram(join(sysroot, "bin", `cargo-clippy${suffix}`)),
    hasLinters: ["cargo-clippy", "rustfmt"].map((name) => isProgram(join(sysroot, "bin", name + suffix))),
    cargo: join(bin, `cargo${suffix}`),
  };
}

let toolchains;

/** Every Rust toolchain on PATH, then Debian's: rustup's and Debian's are often both installed. */
export function rustToolchains({ again = false } = {}) {
  if (toolchains && !again) return toolchains;
  const folders = [...pathFolders(), "/usr/bin"].filter((folder) => isProgram(join(folder, `rustc${suffix}`)));
  const distinct = new Map(folders.map((folder) => [realpathSync(folder), folder]));
  toolchains = [...distinct.values()].map(describe).filter((toolchain) => toolchain?.recent);
  return toolchains;
}

export const wasmToolchain = () => rustToolchains().find(({ hasWasm }) => hasWasm);
export const nativeToolchain = () => rustToolchains().find(({ hasLinters }) => hasLinters.every(Boolean)) ?? rustToolchains()[0];

/** The major version of the native compiler's LLVM, such as "22". Programs that read its output must have the same version. */
export const llvmVersion = () => /^LLVM version: (\d+)/m.exec(ask(join(nativeToolchain().bin, `rustc${suffix}`), "-vV") ?? "")?.[1];

/** Finds an LLVM program: from rustup's component `llvm-tools`, or Debian's of the same version. */
export function llvmTool(name) {
  const { bin, sysroot } = nativeToolchain();
  const host = /^host: (.+)$/m.exec(ask(join(bin, `rustc${suffix}`), "-vV") ?? "")?.[1];
  return [join(sysroot, "lib/rustlib", host, "bin", name + suffix), join("/usr/lib", `llvm-${llvmVersion()}`, "bin", name)].find(isProgram);
}

/**
 * The environment for a child process: the toolchain's programs come first (otherwise, rustup's Rust would hide
 * Debian's), then the pinned tools; the browsers are in the variables that the tests read.
 */
export function environment(toolchain, extra = {}) {
  const folders = [
    ...(toolchain ? [toolchain.bin] : []),
    ...Object.keys(PINNED).map((name) => join(toolFolder(name), "bin")),
    ...pathFolders(),
  ];
  const named = { CHROME_PATH: chromium(), CHROMEDRIVER: chromedriver(), FIREFOX: firefox(), GECKODRIVER: geckodriver() };
  const found = Object.fromEntries(Object.entries(named).filter(([, path]) => path));
  return { ...process.env, ...found, PATH: folders.join(delimiter), ...extra };
}

/** Panics name their line without debug information. In a fresh clone, which is all that CI has, incremental compilation costs a fifth. */
const DEV_PROFILE = { CARGO_PROFILE_DEV_DEBUG: "0", ...(process.env.CI && { CARGO_INCREMENTAL: "0" }) };
export const wasmEnvironment = (extra) => environment(wasmToolchain(), { ...DEV_PROFILE, ...extra });
export const nativeEnvironment = (extra) => environment(nativeToolchain(), { CARGO_TARGET_DIR: nativeTarget, ...DEV_PROFILE, ...extra });
