// Runs a Worker on this machine in workerd, the engine of Cloudflare Workers, which `npm ci` installs.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { Stop } from "./run.mjs";

/** The conditions that Wrangler bundles with. */
const CONDITIONS = ["workerd", "worker", "browser"];
const COMPATIBILITY_DATE = "2026-04-01";

/** Bundles a Worker into a folder. Its .wasm files are beside it, as precompiled modules. Returns their names. */
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
  // Imported here, because setup installs it after this file is loaded.
  const { build: esbuild } = await import("esbuild");
  await esbuild({ entryPoints: [source], outfile: join(folder, "worker.js"), bundle: true, format: "esm", conditions, plugins: [compiled], logLevel: "error" });
  return [...wasm];
}

const quoted = (text) => JSON.stringify(text);

/** Bindings other than text. */
const BINDINGS = {
  env: (name) => `fromEnvironment = ${quoted(name)}`,
  service: (name) => `service = ${quoted(name)}`,
  objects: (className) => `durableObjectNamespace = (className = ${quoted(className)}, serviceName = "main")`,
};

function bindingOf([name, value]) {
  const [kind, to] = typeof value === "string" ? [] : Object.entries(value)[0];
  return `(name = ${quoted(name)}, ${kind === undefined ? `text = ${quoted(value)}` : BINDINGS[kind](to)})`;
}

/** Durable Objects are stored in a folder that the service with this name serves, or in memory. Their identity depends on these keys. */
function objectsOf({ objects, disk }) {
  const spaces = objects.map((name) => `(className = ${quoted(name)}, uniqueKey = ${quoted(name)}, enableSql = true)`);
  const storage = disk === undefined ? "(inMemory = void)" : `(localDisk = ${quoted(disk)})`;
  return objects.length === 0 ? "" : `durableObjectNamespaces = [${spaces.join(", ")}],\n  durableObjectStorage = ${storage},`;
}

/** `services` are capnp texts by name; `again` are the names of additional Workers with the same code, each with its own isolate. */
function configOf({ wasm, bindings, services, cache, port, again, date, ...storage }) {
  const modules = [`(name = "worker.js", esModule = embed "worker.js")`, ...wasm.map((name) => `(name = ${quoted(name)}, wasm = embed ${quoted(name)})`)];
  const worker = (more) => `(
  modules = [${modules.join(", ")}],
  compatibilityDate = ${quoted(date)},
  compatibilityFlags = ["enable_request_signal"],
  bindings = [${Object.entries(bindings).map(bindingOf).join(", ")}],
  globalOutbound = "net",
  ${more}
  ${cache ? `cacheApiOutbound = ${quoted(cache)},` : ""}
)`;
  const own = Object.entries(services).map(([name, text]) => `(name = ${quoted(name)}, ${text})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    ${again.map((name) => `(name = ${quoted(name)}, worker = .again),`).join("\n    ")}
    (name = "net", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    ${own.join(",\n    ")}
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = ${worker(objectsOf(storage))};
const again :Workerd.Worker = ${worker("")};\n`;
}

/**
 * Serves a bundled Worker until `stop()`. `onText` gets its output.
 *
 * @returns {Promise<{ url: string, port: number, pid: number, stop: () => Promise<void>, ended: Promise<void> }>}
 */
export async function serveWorker({ folder, wasm, bindings = {}, services = {}, cache, port = 0, again = [], objects = [], disk, date = COMPATIBILITY_DATE, env = process.env, onText = () => {} }) {
  // The native program; the package's own command is a wrapper script that does not forward signals.
  const program = createRequire(import.meta.url)("workerd").default;
  writeFileSync(join(folder, "config.capnp"), configOf({ wasm, bindings, services, cache, port, again, objects, disk, date }));
  const child = spawn(program, ["serve", "--control-fd=3", ...(disk === undefined ? [] : ["--experimental"]), "config.capnp"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
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
