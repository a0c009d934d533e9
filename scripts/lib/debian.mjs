// Installs what setup needs on Debian, as root. Debian's security archive has a Rust version that is new enough to build browsers,
// but has no standard library for wasm, which is compiled once from Debian's Rust sources.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { WASM, cache, environment, onPath, rustToolchains, target, wasmToolchain } from "./tools.mjs";

export const RUST_PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
export const LINT_PACKAGES = ["rust-web-clippy", "rustfmt-web"];

const workFolder = join(target, "wasm-std");
const stamp = join(cache, "wasm-std.json");

/** Whether we can run `apt-get install`. */
export const isRoot = () => process.getuid?.() === 0 && onPath("apt-get") !== undefined;

let listsAreFresh = false;

export async function install(announce, packages) {
  if (!listsAreFresh) {
    const updated = await announce("apt-get", ["update", "-qq"]);
    if (!updated.ok) return updated;
    listsAreFresh = true;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return announce("apt-get", ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", ...packages], { env });
}

export const installRust = (announce) => install(announce, RUST_PACKAGES);

const debians = () => rustToolchains({ again: true }).find(({ sysroot }) => sysroot === "/usr");

/** Debian's compiler needs a linker with this name, which no Debian package provides. */
function nameLinker() {
  if (onPath("rust-lld")) return;
  console.log("setup:   $ ln -s /usr/bin/lld-19 /usr/local/bin/rust-lld");
  symlinkSync("/usr/bin/lld-19", "/usr/local/bin/rust-lld");
}

const writeCrate = (manifest, source) => {
  rmSync(workFolder, { recursive: true, force: true });
  mkdirSync(join(workFolder, "src"), { recursive: true });
  writeFileSync(join(workFolder, "Cargo.toml"), manifest);
  writeFileSync(join(workFolder, "src", "lib.rs"), source);
};

async function compileStandardLibrary(announce, toolchain) {
  // This name cannot be confused with a part of the standard library below.
  writeCrate('[package]\nname = "carrier"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[profile.release]\npanic = "abort"\n', "");
  const args = ["build", "-Zbuild-std=std,panic_abort,test", "--target", WASM, "--release"];
  const env = environment(toolchain, {
    // build-std is an unstable option. Without the bitcode, crates with LTO cannot be linked against the result.
    RUSTC_BOOTSTRAP: "1",
    RUSTFLAGS: "-C embed-bitcode=yes",
    CARGO_TARGET_DIR: join(workFolder, "target"),
  });
  const compiled = await announce(toolchain.cargo, args, { cwd: workFolder, env });
  if (!compiled.ok) return compiled;
  const from = join(workFolder, "target", WASM, "release", "deps");
  console.log(`setup:   $ cp ${from}/*.rlib ${toolchain.standardLibrary}/`);
  rmSync(toolchain.standardLibrary, { recursive: true, force: true });
  mkdirSync(toolchain.standardLibrary, { recursive: true });
  for (const file of readdirSync(from)) {
    if (file.endsWith(".rlib") && !file.startsWith("libcarrier")) copyFileSync(join(from, file), join(toolchain.standardLibrary, file));
  }
  rmSync(workFolder, { recursive: true, force: true });
  // What was compiled against the old library no longer links.
  rmSync(join(target, WASM), { recursive: true, force: true });
  return compiled;
}

export async function installWasmTarget(announce) {
  if (!debians() || !existsSync("/usr/lib/rustlib/src") || !existsSync("/usr/bin/lld-19")) {
    const installed = await installRust(announce);
    if (!installed.ok) return installed;
  }
  const toolchain = debians();
  if (!toolchain) return { ok: false, tail: "Debian's Rust is too old for this crate" };
  nameLinker();
  return compileStandardLibrary(announce, toolchain);
}

function linksRelease(toolchain) {
  const source = 'pub fn text() -> String { String::from("links") }';
  const args = ["-", "--crate-name", "probe", "--crate-type", "cdylib", "--target", WASM, "-C", "lto", "-C", "panic=abort", "--out-dir", workFolder];
  mkdirSync(workFolder, { recursive: true });
  const { status } = spawnSync(join(toolchain.bin, "rustc"), args, { input: source, env: environment(toolchain) });
  rmSync(workFolder, { recursive: true, force: true });
  return status === 0;
}

/**
 * Whether the toolchain's standard library was built by the same compiler version. rustup keeps the two in sync;
 * Debian's compiler can be upgraded without the library that we compiled, so that one is checked once per version.
 */
export function standardLibraryFits() {
  const toolchain = wasmToolchain();
  if (toolchain?.sysroot !== "/usr") return true;
  const key = `${toolchain.version} ${readdirSync(toolchain.standardLibrary).find((name) => name.startsWith("libstd-"))}`;
  if (existsSync(stamp) && JSON.parse(readFileSync(stamp, "utf8")).fits === key) return true;
  if (!linksRelease(toolchain)) return false;
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, JSON.stringify({ fits: key }));
  return true;
}
