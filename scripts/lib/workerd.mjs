// Runs a Worker on this machine in workerd, the engine of Cloudflare Workers, which `npm ci` installs.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { build as esbuild } from "esbuild";
import { Stop } from "./run.mjs";

/** As Wrangler bundles: its conditions. */
const CONDITIONS = ["workerd", "worker", "browser"];
const COMPATIBILITY_DATE = "2026-04-01";

/** Bundles a Worker into a folder; its .wasm files lie beside it, as modules compiled ahead. Their names are returned. */
export async function bundleWorker({ source, folder, conditions = CONDITIONS }) {
  mkdirSync(folder, { recursive: true });
  const wasm = new Set();
  const compiled = {
    name: "compiled-wasm",
    setup: ({ onResolve }) =>
      onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        copyFileSync(join(resolveDir, path), join(folder, basename(path)));
        wasm.add(basename(path));
        return { path: `./${basename(path)}`, external: true };
      }),
  };
  await esbuild({ entryPoints: [source], outfile: join(folder, "worker.js"), bundle: true, format: "esm", conditions, plugins: [compiled], logLevel: "error" });
  return [...wasm];
}

const quoted = (text) => JSON.stringify(text);

/** Services are capnp of their own, by name; a binding is text, `{ env }` for a variable of the environment, or `{ service }`. */
function configOf({ wasm, bindings, services, cache, port }) {
  const modules = [`(name = "worker.js", esModule = embed "worker.js")`, ...wasm.map((name) => `(name = ${quoted(name)}, wasm = embed ${quoted(name)})`)];
  const binding = ([name, value]) => {
    if (typeof value === "string") return `(name = ${quoted(name)}, text = ${quoted(value)})`;
    return value.env ? `(name = ${quoted(name)}, fromEnvironment = ${quoted(value.env)})` : `(name = ${quoted(name)}, service = ${quoted(value.service)})`;
  };
  const own = Object.entries(services).map(([name, text]) => `(name = ${quoted(name)}, ${text})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "net", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    ${own.join(",\n    ")}
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  compatibilityDate = ${quoted(COMPATIBILITY_DATE)},
  compatibilityFlags = ["enable_request_signal"],
  bindings = [${Object.entries(bindings).map(binding).join(", ")}],
  globalOutbound = "net",
  ${cache ? `cacheApiOutbound = ${quoted(cache)},` : ""}
);\n`;
}

/**
 * Serves a bundled Worker until `stop()`. Everything it prints goes to `onText`.
 *
 * @returns {Promise<{ url: string, port: number, pid: number, stop: () => Promise<void>, ended: Promise<void> }>}
 */
export async function serveWorker({ folder, wasm, bindings = {}, services = {}, cache, port = 0, env = process.env, onText = () => {} }) {
  // Its program for this machine; the package's own command is a script around it that does not pass signals on.
  const program = createRequire(import.meta.url)("workerd").default;
  writeFileSync(join(folder, "config.capnp"), configOf({ wasm, bindings, services, cache, port }));
  const child = spawn(program, ["serve", "--control-fd=3", "config.capnp"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const kill = () => void child.kill();
  process.once("exit", kill);
  child.once("close", () => process.removeListener("exit", kill));
  let output = "";
  const read = (text) => {
    output = (output + text).slice(-10_000);
    onText(text);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
  const ended = new Promise((resolve) => child.once("close", () => resolve()));
  const bound = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdio[3] }).on("line", (line) => {
      const { event, port } = JSON.parse(line);
      if (event === "listen") resolve(port);
    });
    child.once("error", reject);
    ended.then(() => reject(new Stop(`workerd ended before it served:\n${output}`)));
  });
  const stop = () => {
    child.kill();
    return ended;
  };
  return { url: `http://127.0.0.1:${bound}`, port: bound, pid: child.pid, stop, ended };
}
