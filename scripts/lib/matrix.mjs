// The runtimes and checkers that only tests/matrix needs: 300 MB, so they stay out of the root's lock file. They are
// installed into target/matrix once, as tests/matrix/package-lock.json says; only that needs a network.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stop, run, seconds } from "./run.mjs";
import { at } from "./tools.mjs";

export const matrixTools = at("target", "matrix");

const FILES = ["package.json", "package-lock.json"];
const stamp = join(matrixTools, "installed.json");
const wanted = () => FILES.map((name) => readFileSync(at("tests", "matrix", name), "utf8")).join("\n");

export async function installMatrixTools() {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted()) return;
  console.log("test: installing workerd, Deno, Bun, publint and attw into target/matrix (once, about 20 seconds) ...");
  const began = performance.now();
  rmSync(stamp, { force: true });
  mkdirSync(matrixTools, { recursive: true });
  for (const name of FILES) copyFileSync(at("tests", "matrix", name), join(matrixTools, name));
  // Not `npm ci`: it refuses a lock file whose registry knew nothing of the runtimes' builds for other platforms.
  const { code, output } = await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], { cwd: matrixTools });
  if (code !== 0) throw new Stop(`${output}\ntest: npm install failed in target/matrix; it needs the package registry once: see the lines above, then run it again`);
  writeFileSync(stamp, wanted());
  console.log(`test: installed, ${seconds(began)}`);
}
