// How the time of each public function grows with its input: microseconds per item at 1,000, 10,000 and 100,000 items.
// A linear function has a ratio near 1; one that compares every pair of items has 100. All of it is processor time of this process, because
// nothing here waits, and other work of the machine counts least in it. Each row runs in a process of its own. `--rows TEXT` runs only the rows
// with this text in their names.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { AyrshareError, AyrshareUser, accountHealth, accountOf, diffProfiles, diffUsers, metaOf } from "ayrshare-user";
import { createGateway } from "ayrshare-user/gateway";
import { createSandbox } from "ayrshare-user/sandbox";
import { fromMemory } from "./batch.mjs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { median } from "./interleave.mjs";
import { record } from "./record.mjs";

const COUNTS = [1_000, 10_000, 100_000];
/** If the next size would take longer than this, it is not run, and the table says so. */
const PATIENCE_MS = 60_000;

const times = (count, make) => Array.from({ length: count }, (_, index) => make(index, count));
const linked = (count, account) => ({ displayNames: times(count, (index) => ({ platform: "fbg", ...account(index, count) })) });
const bytes = (value) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const answer = (body, init) => new Response(typeof body === "string" ? body : JSON.stringify(body), { headers: { "content-type": "application/json" }, ...init });
/** 100,000 calls at once can take longer than a call may take by default. */
const TIMES = { timeoutMs: 600_000, totalTimeoutMs: 600_000 };
const client = (fetch, options) => new AyrshareUser({ apiKey: "GROWTH00", maxRetries: 0, fetch, ...TIMES, ...options });
/**
 * A `fetch` that answers in a later turn of the event loop, as every network does. The engine releases clients that nobody refers to only
 * between turns: in one endless turn 100,000 of them pile up, and nine tenths of the time go into collecting garbage again and again.
 */
const network = (body, init) => async () => {
  await nextTurn();
  return answer(body, init);
};
/** A task that makes one call with this response. */
const calling = (body, method = "getUser", ...words) => {
  const text = JSON.stringify(body);
  return () => client(async () => answer(text))[method](...words);
};
const reading = (value, read) => {
  const { client: reader } = fromMemory(bytes(value));
  return () => read(reader);
};
const drain = async (stream) => {
  let count = 0;
  for await (const _ of stream) count += 1;
  return count;
};
const diffing = (before, after) => (count) => {
  const [one, other] = [linked(count, before), linked(count, after)];
  return () => diffUsers(one, other);
};
const repeated = (count, field) => `{${times(count, field).join(",")}}`;

/** For each row, a function that prepares a task for this many items. */
export const ROWS = {
  "accountHealth: accounts": (count) => {
    const user = linked(count, (index) => ({ refreshDaysRemaining: index % 100 }));
    return () => accountHealth(user);
  },
  "accountHealth: networks without account": (count) => {
    const user = { activeSocialAccounts: times(count, String) };
    return () => accountHealth(user);
  },
  "accountOf: accounts": (count) => {
    const user = linked(count, (index) => ({ id: String(index) }));
    return async () => accountOf(user, "tiktok");
  },
  "diffUsers: accounts turned around": diffing((index) => ({ id: String(index) }), (index, count) => ({ id: String(count - 1 - index) })),
  "diffUsers: accounts of one network, renamed": diffing((index) => ({ id: String(index), displayName: "a" }), (index) => ({ id: String(index), displayName: "b" })),
  "diffUsers: accounts without id": diffing((index) => ({ displayName: `a${index}` }), (index) => ({ displayName: `b${index}` })),
  "diffUsers: networks": diffing((index) => ({ platform: `a${index}` }), (index) => ({ platform: `b${index}` })),
  "diffUsers: fields": (count) => {
    const fields = (value) => Object.fromEntries(times(count, (index) => [`field${index}`, value]));
    return () => diffUsers(fields(1), fields(2));
  },
  "diffProfiles: profiles": (count) => {
    const [one, other] = ["a", "b"].map((title) => times(count, (index) => ({ refId: String(index), title })));
    return () => diffProfiles(one, other.reverse());
  },
  "getUser: accounts": (count) => calling(linked(count, (index) => ({ id: String(index) }))),
  "getUser: one key many times": (count) => {
    const text = repeated(count, (index) => `"title":"${index}"`);
    return () => client(async () => answer(text)).getUser();
  },
  "getUser: unknown fields, onDrift": (count) => {
    const text = repeated(count, (index) => `"new${index}":1`);
    return () => client(async () => answer(text), { onDrift: () => {} }).getUser();
  },
  "getUser: one kind of unknown account, onDrift": (count) => {
    const text = JSON.stringify(linked(count, () => ({ platform: "someNetwork" })));
    return () => client(async () => answer(text), { onDrift: () => {} }).getUser();
  },
  "getUser: headers": (count) => {
    const headers = Object.fromEntries(times(count, (index) => [`x-header-${index}`, "1"]));
    return () => client(async () => answer({})).getUser({}, { headers });
  },
  "getUser: headers of the client, replaced and removed by the call": (count) => {
    const [headers, other] = [["x-header", () => "1"], ["X-Header", (index) => (index % 2 ? "2" : null)]].map(([name, text]) =>
      Object.fromEntries(times(count, (index) => [`${name}-${index}`, text(index)])),
    );
    return () => client(async () => answer({}), { headers }).getUser({}, { headers: other });
  },
  "getUser: profiles after each other": (count) => {
    const ask = client(network({}, { headers: { "content-type": "application/json", "x-ratelimit-max": "300", "x-ratelimit-count": "1" } }));
    return async () => {
      for (let index = 0; index < count; index++) await ask.withProfile(`PROFILE-${index}`).getUser();
    };
  },
  "getUser: profiles after each other, cached": (count) => {
    const nextUpdate = new Date(Date.now() + 3_600_000).toISOString();
    const ask = client(network({ nextUpdate }), { cache: "until-next-update" });
    return async () => {
      for (let index = 0; index < count; index++) await ask.withProfile(`PROFILE-${index}`).getUser();
    };
  },
  "getUser: profiles at once": (count) => {
    const ask = client(async () => answer({}));
    return () => Promise.all(times(count, (index) => ask.withProfile(`PROFILE-${index}`).getUser()));
  },
  "getUser: profiles at once, each with its signal": (count) => {
    const ask = client(async () => answer({}));
    return () => Promise.all(times(count, (index) => ask.withProfile(`PROFILE-${index}`).getUser({}, { signal: new AbortController().signal })));
  },
  "getUser: words of an error's text": (count) => {
    const message = "bearer=".repeat(count);
    return () => client(async () => answer({ status: "error", code: 400, message }, { status: 400 })).getUser().catch((error) => error.toJSON());
  },
  "getUserDetails: boards": (count) => calling({ pinterest: times(count, (index) => ({ id: String(index), name: "a" })) }, "getUserDetails", "pinterest"),
  "metaOf: results": (count) => {
    const ask = client(async () => answer({}));
    return async () => {
      const user = await ask.getUser();
      for (let index = 0; index < count; index++) metaOf(user);
    };
  },
  "AyrshareError.from: attempts": (count) => {
    const json = { name: "AyrshareError", kind: "api", message: "a", retryable: false, attempts: times(count, () => ({ status: 500, durationMs: 1 })) };
    return async () => AyrshareError.from(json);
  },
  "streamProfiles: profiles": (count) => reading(times(count, (index) => ({ refId: String(index) })), (reader) => drain(reader.streamProfiles())),
  "streamProfiles: accounts of one profile": (count) => reading([linked(count, (index) => ({ id: String(index) }))], (reader) => drain(reader.streamProfiles())),
  "streamProfiles: one key many times": (count) => reading(`[${repeated(count, (index) => `"title":"${index}"`)}]`, (reader) => drain(reader.streamProfiles({ where: { network: "tiktok" }, select: ["title"] }))),
  "streamProfiles: fields selected": (count) => reading([{ refId: "a" }], (reader) => drain(reader.streamProfiles({ select: times(count, String) }))),
  "streamProfiles: broken records, skipped": (count) => reading(`[${times(count, () => `{"refId":tru}`).join(",")}]`, (reader) => drain(reader.streamProfiles({ onInvalid: "skip" }))),
  "sweepProfiles: profiles": (count) => reading(times(count, (index) => ({ refId: String(index), displayNames: [{ platform: "tiktok", refreshDaysRemaining: index % 20 }] })), (reader) => reader.sweepProfiles()),
  "sweepProfiles: networks of one profile": (count) => reading([{ activeSocialAccounts: times(count, String) }], (reader) => reader.sweepProfiles()),
  "sweepProfiles: networks of all profiles": (count) => reading(times(count, (index) => ({ activeSocialAccounts: [String(index)] })), (reader) => reader.sweepProfiles()),
  "gateway: profiles after each other": (count) => {
    const nextUpdate = new Date(Date.now() + 3_600_000).toISOString();
    const options = { apiKey: "GROWTH00", store: "memory", fetch: async () => answer({ nextUpdate }) };
    const gateway = createGateway({ ...options, authorize: (request) => ({ profileKey: request.headers.get("x-who") }) });
    return async () => {
      for (let index = 0; index < count; index++) await gateway.fetch(new Request("https://gateway.example/user", { headers: { "x-who": `PROFILE-${index}` } }));
    };
  },
  "sandbox: profiles after each other": (count) => {
    const sandbox = createSandbox({ profiles: count, rateLimit: false });
    const headers = (index) => ({ authorization: `Bearer ${sandbox.apiKey}`, "profile-key": sandbox.profileKey(index) });
    return async () => {
      for (let index = 0; index < count; index++) await sandbox.fetch("https://sandbox.example/user", { headers: headers(index) });
    };
  },
};

function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function timed(task) {
  const runs = [];
  for (let spent = 0; runs.length < 5 && spent < 1_000; ) {
    const began = processorMs();
    await task();
    runs.push(processorMs() - began);
    spent += runs.at(-1);
  }
  return median(runs);
}

/** Microseconds per item at each count; `null` where it would take too long. */
export async function grow(prepare) {
  const found = [];
  for (const [place, count] of COUNTS.entries()) {
    // Extrapolated from the previous size as if quadratic.
    const expectedMs = place > 0 ? found[place - 1] * (COUNTS[place - 1] / 1_000) * 100 : 0;
    const isSteep = place > 1 && found[1] / found[0] > 5;
    if (found[place - 1] === null || (isSteep && expectedMs > PATIENCE_MS)) {
      found.push(null);
      continue;
    }
    const task = await prepare(count);
    if (place === 0) await task();
    found.push(((await timed(task)) * 1_000) / count);
  }
  return found;
}

async function inItsProcess(name) {
  const row = fork(fileURLToPath(new URL("./growth-row.mjs", import.meta.url)), [name]);
  const ended = once(row, "exit").then(([code]) => Promise.reject(new Error(`bench: the row "${name}" ended with ${code}`)));
  return (await Promise.race([once(row, "message"), ended]))[0];
}

/** The line of results.json: a column per count, and how much longer an item takes at the last count than at the first. */
function lineOf(name, found) {
  const columns = COUNTS.map((count, place) => [`µs per item at ${count.toLocaleString("en")}`, found[place] ?? "too long"]);
  return { name, ...Object.fromEntries(columns), growth: found.at(-1) === null ? "steep" : found.at(-1) / found[0] };
}

export default async function growth({ rows: text = "" }) {
  const chosen = Object.keys(ROWS).filter((name) => name.includes(text));
  const width = Math.max(...chosen.map((name) => name.length));
  console.log(`\n${"µs per item at".padEnd(width)}  ${COUNTS.map((count) => count.toLocaleString("en").padStart(10)).join("")}   growth`);
  const lines = [];
  for (const name of chosen) {
    const found = await inItsProcess(name);
    const shown = found.map((micros) => (micros === null ? "too long" : micros.toFixed(2)).padStart(10)).join("");
    const ratio = found.at(-1) === null ? "steep" : `${(found.at(-1) / found[0]).toFixed(2)} ×`;
    console.log(`${name.padEnd(width)}  ${shown}  ${ratio.padStart(8)}`);
    lines.push(lineOf(name, found));
  }
  if (chosen.length === Object.keys(ROWS).length) record(`growth, processor time, Node ${process.versions.node}`, lines);
}
