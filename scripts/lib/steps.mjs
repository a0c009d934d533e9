// A build step is skipped if nothing has changed: the contents of its input files, its tools' versions and
// flags, and the files that it wrote. The last state is stored in target/stamps/.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Stop, seconds } from "./run.mjs";
import { root, target } from "./tools.mjs";

const stamps = join(target, "stamps");

/** All files in the given files and folders, sorted. Paths that do not exist are ignored. */
export function filesUnder(...paths) {
  const walk = (path) =>
    !existsSync(path) ? [] : statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => walk(join(path, name))) : [path];
  return paths.flatMap(walk).sort();
}

export function hashOf(files, key = "") {
  const hash = createHash("sha256").update(key);
  for (const file of files) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

const seen = (files) => files.map((file) => (existsSync(file) ? `${statSync(file).size} ${statSync(file).mtimeMs}` : "missing")).join();

/**
 * @param {string} name of the step, as printed
 * @param {{ inputs: string[], key: string, outputs: () => string[], run: () => Promise<string | void> }} step
 *   `key`: versions and flags; `outputs`: the files that it must create; `run` can return a note for the printed line
 */
export async function step(name, { inputs, key, outputs, run }) {
  const stamp = join(stamps, `${name.replaceAll(/\W+/g, "-")}.json`);
  const before = hashOf(inputs, key);
  const last = existsSync(stamp) ? JSON.parse(readFileSync(stamp, "utf8")) : {};
  if (last.inputs === before && last.outputs === seen(outputs())) {
    console.log(`build: ${name.padEnd(14)} unchanged`);
    return false;
  }
  rmSync(stamp, { force: true });
  const began = performance.now();
  const note = await run();
  const missing = outputs().filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Stop(`build: ${name} did not write ${missing.map((file) => relative(root, file)).join(", ")}`);
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, JSON.stringify({ inputs: before, outputs: seen(outputs()) }));
  console.log(`build: ${name.padEnd(14)} ${seconds(began)}${note ? `, ${note}` : ""}`);
  return true;
}
