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
  const files = filesOf(folder);
  await installOnce(tools, { what: `the tools of tests/${folder} into target/npm`, wanted: Object.values(files).join("\n") }, async (must) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(tools, name), text);
    // Not `npm ci`, which rejects a lock file that lacks the runtimes' builds for other platforms.
    await must("npm", ["install", "--include=dev", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]);
  });
  return tools;
}

/**
 * Has `install` fill a folder, unless it has done so from the same `wanted` text before. `install` runs commands with the function that it
 * gets, which run in the folder and must succeed.
 */
export async function installOnce(folder, { what, wanted }, install) {
  // Suites that run side by side may need the same tools.
  await locked(`${folder}.lock`, async () => {
    const stamp = join(folder, "installed.txt");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
    console.log(`test: installing ${what} (once) ...`);
    const began = performance.now();
    rmSync(stamp, { force: true });
    mkdirSync(folder, { recursive: true });
    await install((command, args) => must(command, args, folder));
    writeFileSync(stamp, wanted);
    console.log(`test: installed, ${seconds(began)}`);
  });
}

async function must(command, args, cwd) {
  const { code, output } = await run(command, args, { cwd });
  if (code === 0) return;
  throw new Stop(`${output}\ntest: ${command} ${args.slice(0, 3).join(" ")} failed in ${cwd}; it needs the package registry once: see the lines above, then run it again`);
}
