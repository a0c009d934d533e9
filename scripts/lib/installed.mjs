// Tools that only some suites need and that are too large for the root's lock file: runtimes, bundlers, other TypeScript versions. Each
// folder under tests/ with a package.json has its own tools, installed once into target/npm/ from its lock file. Only the installation needs a network.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { locked } from "./lock.mjs";
import { Stop, run, seconds } from "./run.mjs";
import { at } from "./tools.mjs";

/** The files that an installation is made from: name -> text. The packed package is added to `node_modules` later. */
function filesOf(folder) {
  const text = (name) => readFileSync(at("tests", folder, name), "utf8");
  const manifest = JSON.parse(text("package.json"));
  delete manifest.dependencies?.["ayrshare-user"];
  return { "package.json": `${JSON.stringify(manifest, null, 2)}\n`, "package-lock.json": text("package-lock.json") };
}

/** The folder with the tools of `tests/<folder>`. */
export const toolsOf = (folder) => at("target", "npm", folder.replaceAll("/", "-"));
export const matrixTools = toolsOf("matrix");

/** Installs the tools of `tests/<folder>` if necessary. Resolves to the folder that contains their `node_modules`. */
export async function installTools(folder) {
  const tools = toolsOf(folder);
  // Suites that run side by side may need the same tools.
  await locked(`${tools}.lock`, () => install(folder, tools));
  return tools;
}

async function install(folder, tools) {
  const stamp = join(tools, "installed.json");
  const files = filesOf(folder);
  const wanted = Object.values(files).join("\n");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log(`test: installing the tools of tests/${folder} into target/npm (once) ...`);
  const began = performance.now();
  rmSync(stamp, { force: true });
  mkdirSync(tools, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(tools, name), text);
  // Not `npm ci`, which rejects a lock file that lacks the runtimes' builds for other platforms.
  const { code, output } = await run("npm", ["install", "--include=dev", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], { cwd: tools });
  if (code !== 0) throw new Stop(`${output}\ntest: npm install failed in ${tools}; it needs the package registry once: see the lines above, then run it again`);
  writeFileSync(stamp, wanted);
  console.log(`test: installed, ${seconds(began)}`);
}
