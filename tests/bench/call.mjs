// Compares getUser with bare fetch + res.json() and with the official client, over loopback. Goal: at most 1.15 times bare fetch.
import { fork } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AyrshareUser } from "ayrshare-user";
import { interleave, print } from "./interleave.mjs";

/** The official client with its hard-coded host replaced. */
async function officialClient(base) {
  const source = readFileSync(fileURLToPath(import.meta.resolve("social-media-api")), "utf8");
  const moved = source.replace(/const BASE_URL = "[^"]+";/, `const BASE_URL = ${JSON.stringify(base)};`);
  if (moved === source) throw new Error("bench: the official client names its host differently now");
  const folder = fileURLToPath(new URL("../../node_modules/.cache/ayrshare-user-bench/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/official.mjs`, moved);
  const { default: SocialMediaApi } = await import(`${folder}/official.mjs`);
  return new SocialMediaApi("KEY");
}

export default async function call() {
  const server = fork(fileURLToPath(new URL("./server.mjs", import.meta.url)));
  try {
    const port = await new Promise((resolve) => server.once("message", resolve));
    const baseUrl = `http://127.0.0.1:${port}/api`;
    const headers = { accept: "application/json", authorization: "Bearer KEY" };
    const client = new AyrshareUser({ apiKey: "KEY", baseUrl });
    const official = await officialClient(baseUrl);
    // The minimum cost of a call with a timeout.
    const withTimeout = async () => {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), 10_000);
      try {
        return await (await fetch(`${baseUrl}/user`, { headers, redirect: "manual", signal: controller.signal })).json();
      } finally {
        clearTimeout(timer);
      }
    };
    const bare = { "fetch + res.json()": async () => (await fetch(`${baseUrl}/user`, { headers })).json() };
    const others = {
      "ayrshare-user": () => client.getUser(),
      "bare with a timeout": withTimeout,
      "social-media-api": () => official.user(),
    };
    for (const [name, run] of Object.entries({ ...bare, ...others })) {
      if ((await run()).displayNames?.length !== 10) throw new Error(`bench: ${name} did not get the documented answer`);
    }
    // Each alternates only with bare fetch, because a third contender would leave colder caches and garbage to collect.
    const rows = [];
    for (const [name, run] of Object.entries(others)) {
      const [base, one] = await interleave({ ...bare, [name]: run }, { rounds: 200, runs: 10, warmUp: 2_000 });
      rows.push(...(rows.length === 0 ? [base] : []), one);
    }
    print(`call, Node ${process.versions.node}`, rows);
  } finally {
    server.disconnect();
  }
}
