// Constant memory: a file of 64 MB and one of 1 GB, made on the fly by another process, read in Node and in a Worker in workerd.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { installTools } from "../../scripts/lib/installed.mjs";
import { at } from "../../scripts/lib/tools.mjs";
import { freePort } from "../matrix/port.mjs";

const BYTES_PER_PROFILE = 2_370;
const FILES = { "64 MB": Math.round(64e6 / BYTES_PER_PROFILE), "1 GB": Math.round(1e9 / BYTES_PER_PROFILE) };
const MB = (bytes) => (bytes / 1e6).toFixed(1).padStart(8);

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

async function served(profiles, body) {
  const server = fork(beside("./batch-server.mjs"), [String(profiles)]);
  try {
    const [config] = await once(server, "message");
    return await body(config);
  } finally {
    server.disconnect();
  }
}

/** Highest resident memory of a process while `work` runs, in bytes. */
async function peakWhile(pid, work) {
  let [peak, done] = [0, false];
  const watch = (async () => {
    while (!done) {
      peak = Math.max(peak, residentOf(pid));
      await pause(20);
    }
  })();
  const result = await work.finally(() => (done = true));
  await watch;
  return { peak, result };
}

const residentOf = (pid) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1_024;

async function inNode(way, profiles) {
  return served(profiles, async (config) => {
    const reader = fork(beside("./memory-reader.mjs"), [JSON.stringify(config), way, String(profiles)]);
    try {
      await once(reader, "message");
      const idle = residentOf(reader.pid);
      reader.send("go");
      const { peak, result } = await peakWhile(reader.pid, once(reader, "message"));
      return { ...result[0], idle, above: peak - idle };
    } finally {
      reader.disconnect();
    }
  });
}

const WORKER = `import { AyrshareUser } from "ayrshare-user";
export default {
  async fetch(request) {
    const { baseUrl, apiKey, profiles } = Object.fromEntries(new URL(request.url).searchParams);
    if (profiles === undefined) return new Response("there");
    let count = 0;
    for await (const batch of new AyrshareUser({ baseUrl, apiKey }).streamProfiles().batches()) count += batch.length;
    return Response.json({ count });
  },
};\n`;

const WASM = ["ayrshare_user.wasm", "ayrshare_user_batch.wasm", "ayrshare_user_insight.wasm"];

const CAPNP = (port) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "net", network = (allow = ["private", "local"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    ${WASM.map((name) => `(name = "${name}", wasm = embed "${name}"),`).join("\n    ")}
  ],
  compatibilityDate = "2026-04-01",
  globalOutbound = "net",
);\n`;

async function inWorkerd(profiles) {
  const folder = at("target", "bench-workerd");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  for (const name of WASM) copyFileSync(at("pkg/dist", name), join(folder, name));
  writeFileSync(join(folder, "config.capnp"), CAPNP(port));
  const left = { name: "left", setup: ({ onResolve }) => onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path, external: true })) };
  await build({ stdin: { contents: WORKER, resolveDir: at() }, outfile: join(folder, "worker.js"), bundle: true, format: "esm", conditions: ["workerd"], plugins: [left], logLevel: "error" });
  const workerd = spawn(join(await installTools("matrix"), "node_modules/workerd/bin/workerd"), ["serve", "config.capnp"], { cwd: folder, stdio: "inherit" });
  try {
    const url = `http://127.0.0.1:${port}/`;
    while (!(await fetch(url).catch(() => undefined))) await pause(50);
    return await served(profiles, async (config) => {
      const idle = residentOf(workerd.pid);
      const began = performance.now();
      const answered = fetch(`${url}?${new URLSearchParams({ ...config, profiles })}`).then((answer) => answer.json());
      const { peak, result } = await peakWhile(workerd.pid, answered);
      return { ...result, ms: performance.now() - began, idle, above: peak - idle };
    });
  } finally {
    workerd.kill();
  }
}

export default async function memory() {
  console.log(`\nmemory, Node ${process.versions.node} and workerd; file made on the fly over loopback`);
  console.log("what                        file     profiles       ms   idle MB  above MB");
  const took = {};
  const report = (what, size, profiles, { count, ms, idle, above }) => {
    if (count !== profiles) throw new Error(`bench: ${what} found ${count} of ${profiles}`);
    took[what] = { ...took[what], [size]: ms / profiles };
    console.log(what.padEnd(26), size.padStart(5), String(count).padStart(12), ms.toFixed(0).padStart(8), MB(idle), MB(above));
  };
  for (const way of ["fetch, bytes dropped", "streamProfiles", ".batches()", "sweepProfiles"]) {
    for (const [size, profiles] of Object.entries(FILES)) report(way, size, profiles, await inNode(way, profiles));
  }
  report("workerd, .batches()", "1 GB", FILES["1 GB"], await inWorkerd(FILES["1 GB"]));
  for (const [what, { "64 MB": small, "1 GB": large }] of Object.entries(took)) {
    if (small) console.log(`${what.padEnd(26)} time per byte, 1 GB over 64 MB: ${(large / small).toFixed(2)}`);
  }
}
