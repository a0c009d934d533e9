// Compares this build with an earlier one, alternating in one process: `npm run bench -- before --before FOLDER`, where FOLDER has the
// `dist` of a built package, for example a copy of `pkg` made before a change. Below 1.00, this build is faster.
import { fork } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as now from "ayrshare-user";
import * as gatewayNow from "ayrshare-user/gateway";
import { at } from "../../scripts/lib/tools.mjs";
import { fileOf, fromMemory } from "./batch.mjs";
import { interleave, print } from "./interleave.mjs";

const BYTES = 32e6;

async function calls(builds) {
  const server = fork(fileURLToPath(new URL("./server.mjs", import.meta.url)));
  try {
    const port = await new Promise((done) => server.once("message", done));
    const baseUrl = `http://127.0.0.1:${port}/api`;
    const contenders = Object.entries(builds).map(([name, { AyrshareUser }]) => {
      const client = new AyrshareUser({ apiKey: "KEY", baseUrl });
      return [name, () => client.getUser()];
    });
    print("getUser() against an earlier build", await interleave(Object.fromEntries(contenders), { rounds: 400, runs: 10, warmUp: 2_000 }));
  } finally {
    server.disconnect();
  }
}

async function files(builds) {
  const { file, profiles } = await fileOf(BYTES);
  const count = async (stream) => {
    let found = 0;
    for await (const _ of stream) found += 1;
    return found;
  };
  const tasks = {
    streamProfiles: (client) => count(client.streamProfiles()),
    "streamProfiles, check: false": (client) => count(client.streamProfiles({ check: false })),
    sweepProfiles: async (client) => (await client.sweepProfiles()).profiles,
  };
  for (const [task, run] of Object.entries(tasks)) {
    const contenders = Object.entries(builds).map(([name, { AyrshareUser }]) => {
      const { client } = fromMemory(file, AyrshareUser);
      return [name, () => run(client)];
    });
    for (const [name, read] of contenders) {
      const found = await read();
      if (found !== profiles) throw new Error(`bench: ${task} of the ${name} found ${found} of ${profiles} profiles`);
    }
    print(`${task} against an earlier build`, await interleave(Object.fromEntries(contenders), { rounds: 25, runs: 1, warmUp: 2 }));
  }
}

/** One request in this process, before an upstream that answers at once: what remains is the gateway's own time. */
async function gateways(builds) {
  const body = JSON.stringify({ ...JSON.parse(readFileSync(at("tests/fixtures/user.json"), "utf8")), nextUpdate: new Date(Date.now() + 3_600_000).toISOString() });
  const fetch = async () => new Response(body, { headers: { "content-type": "application/json" } });
  const requests = { "fetched from upstream": ["none", "/ayrshare/user"], "from the cache": ["memory", "/ayrshare/user"], rejected: ["none", "/ayrshare/elsewhere"] };
  for (const [kind, [store, path]] of Object.entries(requests)) {
    const contenders = Object.entries(builds).map(([name, { createGateway }]) => {
      const gateway = createGateway({ apiKey: "KEY", authorize: () => ({ profileKey: "PROFILE-KEY" }), fetch, store });
      return [name, async () => (await gateway.fetch(new Request(`https://gateway.example${path}`))).status];
    });
    const statuses = await Promise.all(contenders.map(([, ask]) => ask()));
    if (new Set(statuses).size !== 1) throw new Error(`bench: the gateways answered ${statuses}`);
    print(`gateway, ${kind}, against an earlier build`, await interleave(Object.fromEntries(contenders), { rounds: 400, runs: 20, warmUp: 3_000 }));
  }
}

export default async function before({ before: folder }) {
  const entry = folder && resolve(folder, "dist/node.js");
  if (!entry || !existsSync(entry)) throw new Error("bench: name the folder of an earlier build: --before FOLDER, with FOLDER/dist/node.js in it");
  const builds = { "earlier build": await import(pathToFileURL(entry).href), "this build": now };
  await calls(builds);
  await files(builds);
  await gateways({ "earlier build": await import(pathToFileURL(resolve(folder, "dist/gateway-node.js")).href), "this build": gatewayNow });
}
