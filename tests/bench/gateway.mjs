// `npm run bench -- gateway`: compares the gateway with a hand-written pass-through, alternating in the same workerd, with an upstream
// that responds immediately, which shows the cost of the gateway itself, and with one as far away as a nearby API. Also measures its memory
// over 100,000 requests.
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { installPacked, packedRoot } from "../../scripts/lib/packed.mjs";
import { at } from "../../scripts/lib/tools.mjs";
import { bundleWorker, serveWorker } from "../../scripts/lib/workerd.mjs";
import { load } from "./load.mjs";
import { record } from "./record.mjs";

/** The upstreams: their delays and numbers of requests. */
const UPSTREAMS = [
  { name: "gateway", prefix: "", delayMs: 0, rounds: 7, requests: 4_000 },
  { name: "gateway far from its upstream", prefix: "far-", delayMs: 50, rounds: 3, requests: 800 },
];
const MEMORY_REQUESTS = 100_000;
const KINDS = ["plain", "read", "uncached", "held", "cached"];
const GOALS = { uncached: " (0.85)", cached: " (5)" };

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const residentMb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** Responds like `GET /user`, with the documented sample. */
async function serveUser() {
  const sample = JSON.parse(readFileSync(at("tests/fixtures/user.json"), "utf8"));
  const body = JSON.stringify({ ...sample, nextUpdate: new Date(Date.now() + 3_600_000).toISOString() });
  const server = createServer(({ url }, response) => {
    const answer = () => response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) }).end(body);
    const delayMs = Number(url.split("/")[1]);
    if (delayMs === 0) answer();
    else setTimeout(answer, delayMs);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function compare(port, { name, prefix, delayMs, rounds, requests }) {
  const results = Object.fromEntries(KINDS.map((kind) => [kind, []]));
  const ask = (kind) => load(port, `/${prefix}${kind}/user`, { requests });
  for (const kind of KINDS) await ask(kind);
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of KINDS) results[kind].push(await ask(kind));
  }
  console.log(`\nupstream answers after ${delayMs} ms`);
  console.log("worker      requests/s   p50 ms   p99 ms   against the pass-through (goal)");
  const rows = [];
  for (const kind of KINDS) {
    const of = (key) => median(results[kind].map((result) => result[key]));
    const ratio = median(results[kind].map(({ perSecond }, round) => perSecond / results.plain[round].perSecond));
    rows.push({ name: kind, ...Object.fromEntries(["perSecond", "p50Ms", "p99Ms"].map((key) => [key, of(key)])), ratio });
    const goal = `${ratio.toFixed(2)}${GOALS[kind] ?? ""}`;
    console.log(`${kind.padEnd(10)} ${of("perSecond").toFixed(0).padStart(11)} ${of("p50Ms").toFixed(2).padStart(8)} ${of("p99Ms").toFixed(2).padStart(8)}   ${goal}`);
  }
  record(`${name}, workerd, the upstream answers after ${delayMs} ms`, rows);
}

async function memory(worker) {
  for (const kind of ["uncached", "cached"]) {
    const at = [];
    for (let part = 0; part < 10; part += 1) {
      await load(worker.port, `/${kind}/user`, { requests: MEMORY_REQUESTS / 10 });
      at.push(residentMb(worker.pid).toFixed(0));
    }
    console.log(`memory of workerd over ${MEMORY_REQUESTS} requests, ${kind}, MB after each tenth: ${at.join(" ")}`);
  }
}

export default async function gateway() {
  await installPacked();
  const upstream = await serveUser();
  const folder = join(packedRoot, "bench-gateway");
  mkdirSync(folder, { recursive: true });
  copyFileSync(at("tests/bench/gateway-worker.mjs"), join(folder, "source.mjs"));
  const wasm = await bundleWorker({ source: join(folder, "source.mjs"), folder });
  const worker = await serveWorker({ folder, wasm, bindings: { API_KEY: "BENCH-KEY", UPSTREAM: `http://127.0.0.1:${upstream.address().port}` } });
  try {
    for (const upstream of UPSTREAMS) await compare(worker.port, upstream);
    await memory(worker);
  } finally {
    await worker.stop();
    upstream.close();
    upstream.closeAllConnections();
  }
}
