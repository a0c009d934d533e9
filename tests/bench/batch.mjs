// The batch file: reads every profile of a 64 MB file, from memory and over loopback, compared with common alternatives and with the minimum.
import { fork } from "node:child_process";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseChunked } from "@discoveryjs/json-ext";
import { JSONParser } from "@streamparser/json";
import { AyrshareUser, compareProfiles } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { streamArray } from "stream-json/streamers/stream-array.js";
import { interleave, print } from "./interleave.mjs";

export const BYTES = 64e6;
const CHUNK = 65_536;

/** Counts links that need renewal within 14 days, as users would in JavaScript. */
function linksDue(profiles, nowMs) {
  let count = 0;
  for (const { displayNames = [] } of profiles) {
    for (const { refreshDaysRemaining: days, refreshRequired: date } of displayNames) {
      if ((typeof days === "number" && days <= 14) || (date && Date.parse(date) - nowMs <= 14 * 86_400_000)) count += 1;
    }
  }
  return count;
}

/** A batch file of about this size. */
export async function fileOf(bytes) {
  const options = { batchDelayMs: 0, profiles: Math.round(bytes / 2_277) };
  const sandbox = createSandbox(options);
  const { url } = await new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch }).getUserBatch();
  return { file: new Uint8Array(await (await sandbox.fetch(url)).arrayBuffer()), profiles: options.profiles };
}

/** The same file without a character beyond ASCII, which engines parse faster when they get it in one piece. */
function asciiOnly(file) {
  return new TextEncoder().encode(new TextDecoder().decode(file).replaceAll(/[^\x00-\x7f]/g, "?"));
}

/** A `fetch` that returns the file from memory, in chunks of the size that sockets deliver. */
export function fromMemory(file, Client = AyrshareUser) {
  const sandbox = createSandbox({ batchDelayMs: 0 });
  const stream = () => {
    let at = 0;
    const pull = (controller) => {
      if (at >= file.length) return controller.close();
      // A copy, because readers of a socket own their chunks.
      controller.enqueue(file.slice(at, (at += CHUNK)));
    };
    return new ReadableStream({ pull }, { highWaterMark: 0 });
  };
  const open = async () => new Response(stream(), { headers: { "content-length": file.length } });
  const client = new Client({ apiKey: sandbox.apiKey, fetch: (url, init) => (String(url).includes("/api/") ? sandbox.fetch(url, init) : open()) });
  return { open, client };
}

/** The ways to read every profile. Each resolves to the number of profiles. */
function readers(open, client) {
  const iterate = async (options) => {
    let count = 0;
    for await (const profile of client.streamProfiles(options)) count += profile === null ? 0 : 1;
    return count;
  };
  return {
    "await res.json()": async () => (await (await open()).json()).length,
    "streamProfiles": () => iterate(),
    "streamProfiles, check: false": () => iterate({ check: false }),
    ".batches()": async () => {
      let count = 0;
      for await (const batch of client.streamProfiles().batches()) count += batch.length;
      return count;
    },
    "@discoveryjs/json-ext": async () => (await parseChunked((await open()).body)).length,
    "@streamparser/json": async () => {
      let count = 0;
      const parser = new JSONParser({ paths: ["$.*"], keepStack: false });
      parser.onValue = () => void (count += 1);
      for await (const chunk of (await open()).body) parser.write(chunk);
      return count;
    },
    "stream-json": async () => {
      let count = 0;
      const records = Readable.fromWeb((await open()).body).pipe(streamArray.withParserAsStream());
      for await (const _ of records) count += 1;
      return count;
    },
  };
}

async function compare(title, contenders, expected, options) {
  for (const [name, run] of Object.entries(contenders)) {
    const count = await run();
    if (count !== expected) throw new Error(`bench: ${name} found ${count} of ${expected}`);
  }
  print(title, await interleave(contenders, { warmUp: 1, runs: 1, ...options }));
}

/** The file in the form that the wasm passes to the engine: arrays of records, ASCII only, slightly larger than 64 KiB. */
function prepared(file) {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const texts = JSON.parse(new TextDecoder().decode(file)).map((profile) => JSON.stringify(profile).replaceAll(/[^\x00-\x7f]/g, escaped));
  const batches = [];
  for (let at = 0; at < texts.length; ) {
    const first = at;
    for (let length = 0; at < texts.length && length < CHUNK; at++) length += texts[at].length;
    batches.push({ bytes: new TextEncoder().encode(`[${texts.slice(first, at).join()}]`), count: at - first });
  }
  return batches;
}

/** The steps that every reader from bytes to objects must do. */
function parts(file, open, client) {
  const batches = prepared(file);
  const decoder = new TextDecoder();
  const sum = (count) => batches.reduce((all, batch) => all + count(batch), 0);
  return {
    "reading the chunks": async () => {
      let bytes = 0;
      for await (const chunk of (await open()).body) bytes += chunk.length;
      return bytes === file.length ? sum(({ count }) => count) : 0;
    },
    "decoding batches prepared beforehand": async () => sum(({ bytes, count }) => (decoder.decode(bytes) === "" ? 0 : count)),
    "decoding and parsing them": async () => sum(({ bytes }) => JSON.parse(decoder.decode(bytes)).length),
    "streamProfiles, check: false": readers(open, client)["streamProfiles, check: false"],
  };
}

/** The minimum, and the readers to compare with it. */
function near(file, open, client) {
  const records = JSON.parse(new TextDecoder().decode(file)).map((record) => JSON.stringify(record));
  const { streamProfiles, "streamProfiles, check: false": unchecked } = readers(open, client);
  return {
    "floor: JSON.parse of records split beforehand": async () => records.reduce((count, record) => count + (JSON.parse(record) === null ? 0 : 1), 0),
    "streamProfiles, check: false": unchecked,
    streamProfiles,
  };
}

function sweeps(open, client) {
  return {
    sweepProfiles: async () => (await client.sweepProfiles()).profiles,
    "the same in JavaScript over batches()": async () => {
      let [count, due] = [0, 0];
      for await (const found of client.streamProfiles({ check: false }).batches()) {
        count += found.length;
        due += linksDue(found, Date.now());
      }
      return due > 0 ? count : 0;
    },
    "the same over await res.json()": async () => {
      const found = await (await open()).json();
      return linksDue(found, Date.now()) > 0 ? found.length : 0;
    },
  };
}

/** The next day's file: one profile in a hundred has been renamed, and every link has a day less. */
function nextDay(file) {
  const profiles = JSON.parse(new TextDecoder().decode(file));
  for (const [index, profile] of profiles.entries()) {
    if (index % 100 === 0) profile.title = `${profile.title}, renamed`;
    for (const account of profile.displayNames ?? []) account.refreshDaysRemaining = 1;
  }
  return new TextEncoder().encode(JSON.stringify(profiles));
}

/** The fields that a comparison of links and names looks at. */
const NAMED = ["created", "displayName", "id", "username", "userId", "pageName", "channelTitle", "channelId", "placeId"];

/** The ways to find the profiles whose links or names differ between two files. */
function comparisons(before, after) {
  const byId = (file) => new Map(JSON.parse(new TextDecoder().decode(file)).map((profile) => [profile.refId, profile]));
  const differs = (one, other) => {
    const accounts = new Map((other.displayNames ?? []).map((account) => [account.platform, account]));
    const linked = one.displayNames ?? [];
    if (one.title !== other.title || linked.length !== accounts.size) return true;
    return linked.some((account) => NAMED.some((name) => account[name] !== accounts.get(account.platform)?.[name]));
  };
  return {
    compareProfiles: async () => (await compareProfiles(before, after)).counts.changed,
    "JSON.parse of both, and a Map": async () => {
      const [olds, news] = [byId(before), byId(after)];
      return [...olds].filter(([id, one]) => news.has(id) && differs(one, news.get(id))).length;
    },
  };
}

async function overLoopback(profiles, size) {
  const server = fork(fileURLToPath(new URL("./batch-server.mjs", import.meta.url)), [String(profiles)]);
  try {
    const { baseUrl, apiKey } = await new Promise((resolve) => server.once("message", resolve));
    const client = new AyrshareUser({ apiKey, baseUrl });
    const { url } = await client.getUserBatch();
    const { "await res.json()": json, streamProfiles, "streamProfiles, check: false": unchecked } = readers(() => fetch(url), client);
    const contenders = { "await res.json()": json, streamProfiles, "streamProfiles, check: false": unchecked };
    await compare(`batch over loopback, made on the fly by another process, ${size}`, contenders, profiles, { rounds: 7 });
  } finally {
    server.disconnect();
  }
}

export default async function batch() {
  const { file, profiles } = await fileOf(BYTES);
  const { open, client } = fromMemory(file);
  const size = `${(file.length / 1e6).toFixed(1)} MB, ${profiles} profiles, Node ${process.versions.node}`;
  await compare(`batch from memory, ${size}`, readers(open, client), profiles, { rounds: 7 });
  const ascii = asciiOnly(file);
  const { open: openAscii, client: asciiClient } = fromMemory(ascii);
  const ours = ({ "await res.json()": json, streamProfiles, "streamProfiles, check: false": unchecked, ".batches()": batches }) => ({ "await res.json()": json, streamProfiles, "streamProfiles, check: false": unchecked, ".batches()": batches });
  await compare(`batch of nothing but ASCII from memory, ${size}`, ours(readers(openAscii, asciiClient)), profiles, { rounds: 15 });
  await compare(`batch against the floor, ${size}`, near(file, open, client), profiles, { rounds: 15 });
  await compare(`batch in parts, ${size}`, parts(file, open, client), profiles, { rounds: 15 });
  await compare(`sweep, ${size}`, sweeps(open, client), profiles, { rounds: 15 });
  await compare(`comparison of two files, ${size} each`, comparisons(file, nextDay(file)), Math.ceil(profiles / 100), { rounds: 9 });
  await overLoopback(profiles, size);
}
