// `npm run licences`: writes THIRD-PARTY-LICENCES, the licences of everything compiled into the wasm modules, based on Cargo's resolution
// of their dependencies. `--check` only checks whether the file is up to date.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { FEATURES } from "./build.mjs";
import { Stop, main } from "./lib/run.mjs";
import { WASM, at, wasmEnvironment, wasmToolchain } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

const FILE = at("THIRD-PARTY-LICENCES");
const WIDTH = 78;

const HEAD = `The WebAssembly modules of ayrshare-user contain code of the Rust packages below, besides its own. Each is used under the
licence that follows its name. Made by \`npm run licences\` from Cargo.lock.
`;

/** The licence of packages that ship no text, with the copyright holders that they name. The text is the same for all. */
const mit = (holders) => `${holders}\n\n${readFileSync(at("LICENSE-MIT"), "utf8").trim().split("\n\n").slice(2).join("\n\n")}`;

function metadata() {
  const args = ["metadata", "--format-version", "1", "--locked", "--filter-platform", WASM, "--features", FEATURES];
  const { status, stdout, stderr } = spawnSync(wasmToolchain().cargo, args, { cwd: at(), env: wasmEnvironment(), encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Stop(`${stderr}\nlicences: cargo metadata failed`);
  return JSON.parse(stdout);
}

/** The packages whose code ends up in the wasm. Macros, which run inside the compiler, and their dependencies are excluded. */
function compiledIn({ packages, resolve }) {
  const byId = new Map(packages.map((found) => [found.id, found]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const isMacro = (id) => byId.get(id).targets.some(({ kind }) => kind.includes("proc-macro"));
  const reached = new Set([resolve.root]);
  for (const id of reached) {
    for (const { pkg, dep_kinds } of nodes.get(id).deps) if (dep_kinds.some(({ kind }) => kind === null) && !isMacro(pkg)) reached.add(pkg);
  }
  reached.delete(resolve.root);
  return [...reached].map((id) => byId.get(id));
}

/** The file names of the licences that we can choose. */
const TEXTS = { MIT: ["LICENSE-MIT", "LICENSE"], "Unicode-3.0": ["LICENSE-UNICODE"] };

function textOf(part, { name, authors, manifest_path }) {
  const chosen = Object.keys(TEXTS).find((id) => part.split(/[()\s/]+/).includes(id));
  if (!chosen) throw new Stop(`licences: ${name} is under \`${part}\`: what that asks for has to be decided in scripts/licences.mjs`);
  const file = TEXTS[chosen].map((wanted) => join(dirname(manifest_path), wanted)).find(existsSync);
  if (file) return readFileSync(file, "utf8").replaceAll("\r\n", "\n").trim();
  if (chosen !== "MIT") throw new Stop(`licences: ${name} has no text of ${chosen}`);
  return mit(`Copyright (c) ${authors.map((author) => author.replace(/ *<.*>/, "")).join(", ") || `the authors of ${name}`}`);
}

/** One of the licences that a package offers as alternatives, and all that it requires. */
const licenceOf = (found) => (found.license ?? "none").split(/\bAND\b/).map((part) => textOf(part, found)).join("\n\n");

/** The file's text. Packages with the same licence text share it. */
export function thirdPartyLicences() {
  const sharing = new Map([[mit("Copyright (c) The Rust Project Contributors"), ["the Rust standard library"]]]);
  for (const found of compiledIn(metadata()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const text = licenceOf(found);
    sharing.set(text, [...(sharing.get(text) ?? []), `${found.name} ${found.version}`]);
  }
  const line = "-".repeat(WIDTH);
  return `${HEAD}${[...sharing].map(([text, names]) => `\n${line}\n${names.join("\n")}\n${line}\n\n${text}\n`).join("")}`;
}

await main(process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href, async () => {
  await setup({ for: "build" });
  const text = thirdPartyLicences();
  const same = existsSync(FILE) && readFileSync(FILE, "utf8") === text;
  if (process.argv[2] === "--check" && !same) throw new Stop("licences: THIRD-PARTY-LICENCES is out of date: run `npm run licences`");
  if (!same) writeFileSync(FILE, text);
  console.log(`licences: THIRD-PARTY-LICENCES ${same ? "is up to date" : "is written"}`);
});
