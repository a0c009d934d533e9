// Only the reader of batch files, as wasm: splitting, checking and sweeping a file in memory, with memchr as the upper limit.
// For native code, run `npm run bench -- native`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, Stop } from "../../scripts/lib/run.mjs";
import { WASM, at, toolPath, wasmEnvironment, wasmToolchain } from "../../scripts/lib/tools.mjs";
import { BYTES, fileOf } from "./batch.mjs";
import { interleave, print } from "./interleave.mjs";

const crate = at("tests", "bench", "splitter");
const built = at("target", "splitter");

async function must(command, args, env) {
  const { code, output } = await run(command, args, { cwd: crate, env });
  if (code !== 0) throw new Stop(`${output}\nbench: ${command} ended with ${code}`);
}

async function compile() {
  // The crate under test is a dependency here, so it gets the flags only through the environment.
  const env = wasmEnvironment({ CARGO_TARGET_DIR: built, RUSTFLAGS: "-C target-feature=+simd128" });
  await must(wasmToolchain().cargo, ["build", "--release", "--target", WASM], env);
  await must(toolPath("wasm-bindgen-cli"), ["--target", "web", "--out-dir", built, join(built, WASM, "release", "splitter.wasm")], env);
}

export default async function splitter() {
  await compile();
  const { initSync, File } = await import(pathToFileURL(join(built, "splitter.js")));
  initSync({ module: readFileSync(join(built, "splitter_bg.wasm")) });
  const { file: bytes, profiles } = await fileOf(BYTES);
  const file = new File(bytes);
  const contenders = Object.fromEntries(["memchr", "split", "check", "sweep"].map((name) => [name, async () => file[name]()]));
  for (const [name, read] of Object.entries(contenders)) {
    const found = Number(await read());
    if (found !== (name === "memchr" ? 1 : profiles)) throw new Error(`bench: ${name} found ${found} of ${profiles}`);
  }
  const rows = await interleave(contenders, { rounds: 15, runs: 1, warmUp: 1 });
  print(`splitter in wasm, ${(bytes.length / 1e6).toFixed(1)} MB, Node ${process.versions.node}`, rows);
  for (const { name, ms } of rows) console.log(`${name}: ${(bytes.length / 1e6 / ms).toFixed(2)} GB/s`);
}
