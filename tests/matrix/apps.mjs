// Apps in folders beside their tools: puts the packed package there, runs commands and starts servers. Used by the matrix and by the recipes.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { installTools } from "../../scripts/lib/installed.mjs";
import { packedPackage } from "../../scripts/lib/packed.mjs";
import { run, start } from "../../scripts/lib/run.mjs";
import { freePort, listens } from "../../scripts/lib/ports.mjs";

export const TOO_LONG_MS = 240_000;
const QUIET = { CI: "1", NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1", ASTRO_TELEMETRY_DISABLED: "1", WRANGLER_SEND_METRICS: "false", DO_NOT_TRACK: "1" };

/** Apps are beside the tools' node_modules. The tarball's contents are put there once, as npm would. */
const prepared = new Map();
function prepare(folder) {
  if (!prepared.has(folder)) prepared.set(folder, installTools(folder).then((tools) => {
    const copy = join(tools, "node_modules", "ayrshare-user");
    rmSync(copy, { recursive: true, force: true });
    cpSync(packedPackage, copy, { recursive: true });
    return tools;
  }));
  return prepared.get(folder);
}

/**
 * Creates the folder of an app called `name` beside the tools of `tests/<folder>`, and returns what runs its commands. `write` puts its files into
 * the folder that it gets, with `filled` to replace `%PORT%`; `node` is the folder of another Node version; `more` are folders with more programs. An
 * app that is `apart` is in a temporary folder, where it finds no package that it does not install itself, and which is
 * its home, too, where package managers keep their state; `remove` deletes it.
 */
export async function placeApp({ folder: toolsFolder, name, node: nodeFolder, env = {}, write, more = [], apart = false }) {
  const tools = await prepare(toolsFolder);
  const programs = [tools, ...(await Promise.all(more.map(installTools)))];
  const node = nodeFolder ? join(await installTools(`matrix/tools/${nodeFolder}`), "node_modules", "node", "bin", "node") : process.execPath;
  const port = String(await freePort());
  const filled = (text) => text.replaceAll("%PORT%", port);
  const slug = name.toLowerCase().replaceAll(/\W+/g, "-");
  const folder = apart ? mkdtempSync(join(tmpdir(), `${slug}-`)) : join(tools, "apps", slug);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (!apart) remove();
  write(folder, filled);
  const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...inherited } = process.env;
  /** `node` is the app's Node; any other program is a file in the tools' node_modules. */
  const command = ([program, ...args]) => {
    const [path = program] = programs.map((place) => join(place, "node_modules", program)).filter(existsSync);
    const rest = args.map(filled);
    if (program === "node") return [node, rest];
    return /\.[cm]?js$/.test(program) ? [node, [path, ...rest]] : [path, rest];
  };
  const home = apart ? { HOME: folder } : {};
  const filledEnv = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, filled(value)]));
  return { folder, remove, port, command, options: { cwd: folder, env: { ...inherited, ...QUIET, PATH: [dirname(node), process.env.PATH].join(delimiter), ...home, ...filledEnv } } };
}

/** Runs a command of an app to its end. Resolves to its output. */
export async function finished(app, command) {
  const { code, output } = await run(...app.command(command), { ...app.options, timeoutMs: TOO_LONG_MS });
  assert.equal(code, 0, `${command.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** Starts an app's server, and stops it when `body` has finished, which gets its origin and a function that returns its output. */
export async function served(app, command, body) {
  let output = "";
  let ended = false;
  const running = start(...app.command(command), { ...app.options, onText: (text) => { output += text; } });
  running.closed.then(() => { ended = true; });
  const origin = `http://127.0.0.1:${app.port}`;
  try {
    for (let attempts = 0; !(await listens(app.port)); attempts += 1) {
      if (ended || attempts > 900) throw new Error("the server does not listen");
      await pause(100);
    }
    return await body(origin, () => output);
  } catch (error) {
    throw new Error(`${error.message}\n${output}`);
  } finally {
    running.stop();
    // The next part of the app uses the same port, which a large process releases late.
    while (await listens(app.port)) await pause(50);
  }
}
