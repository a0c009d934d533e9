// `npm run reproduce`: builds the files in git, including uncommitted changes, from scratch in two folders of different depth, and compares
// every file of the two packages. With the same compiler, anyone gets the published bytes.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Stop, main, run, seconds } from "./lib/run.mjs";
import { filesUnder } from "./lib/steps.mjs";
import { at, target, wasmToolchain } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

const FOLDERS = ["one", "another/one/further/down"].map((name) => join(target, "reproduce", name));

function sources() {
  const { status, stdout } = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: at(), encoding: "utf8" });
  if (status !== 0) throw new Stop("reproduce: this is not a git repository");
  return stdout.split("\0").filter(Boolean);
}

function copyTo(folder, files) {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(at(file), join(folder, file));
  }
  symlinkSync(at("node_modules"), join(folder, "node_modules"));
}

async function buildIn(folder) {
  const { code, output } = await run(process.execPath, ["scripts/build.mjs"], { cwd: folder, env: { ...process.env, CI: "true" } });
  if (code !== 0) throw new Stop(`${output}\nreproduce: the build in ${folder} failed`);
  const dist = join(folder, "pkg", "dist");
  return new Map(filesUnder(dist).map((file) => [relative(dist, file), createHash("sha256").update(readFileSync(file)).digest("hex")]));
}

await main(true, async () => {
  const began = performance.now();
  await setup({ for: "build" });
  rmSync(join(target, "reproduce"), { recursive: true, force: true });
  const files = sources();
  for (const folder of FOLDERS) copyTo(folder, files);
  const [one, other] = [await buildIn(FOLDERS[0]), await buildIn(FOLDERS[1])];
  const names = [...new Set([...one.keys(), ...other.keys()])];
  const different = names.filter((name) => one.get(name) !== other.get(name));
  for (const name of names.filter((found) => found.endsWith(".wasm"))) console.log(`${one.get(name)}  ${name}`);
  if (names.length < 10) throw new Stop("reproduce: the build left next to nothing");
  if (different.length > 0) throw new Stop(`reproduce: not the same in both folders: ${different.join(", ")}`);
  console.log(`reproduce: ${names.length} files of pkg/dist are the same in both folders, built by ${wasmToolchain().version}, ${seconds(began)}`);
});
