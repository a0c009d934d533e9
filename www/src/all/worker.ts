// Reads all profiles outside the page's main thread: streams them, computes the health of each, and counts. One worker per run.

import {
  accountHealth, AyrshareUser, isAyrshareError,
  type AyrshareError, type AyrshareErrorInit, type AyrshareEvent, type HealthOptions, type ProfileStream, type StreamProgress, type User, type UserBatch,
} from "ayrshare-user";
import type { Connection } from "../session.js";
import type { FromWorker, Query, TableName, Tally, ToWorker } from "./protocol.js";
import { Counts } from "./tally.js";

const REPORT_EVERY_MS = 250;

const counts = new Counts();
const tables = { links: counts.links };
const stop = new AbortController();
let stream: ProfileStream<User> | undefined;
let startedMs: number | undefined;

const post = (message: FromWorker): void => { postMessage(message); };

async function read(connection: Connection, withinDays: number): Promise<void> {
  const { baseUrl, apiKey, viaGateway } = connection;
  const client = new AyrshareUser({ baseUrl, ...(apiKey === undefined ? {} : { apiKey }), onEvent: tellWait });
  try {
    const batch = viaGateway ? await ticketOfGateway(client, baseUrl) : undefined;
    // With a function, unreadable records do not end the stream. `progress` counts them and the mismatched ones, and the page shows the counts.
    stream = client.streamProfiles({ signal: stop.signal, onInvalid: () => undefined, ...(batch && { batch }) });
    await count(stream, { now: Date.now(), refreshWithinDays: withinDays });
    end();
  } catch (error) {
    if (!isAyrshareError(error)) throw error;
    end(stop.signal.aborted ? undefined : error);
  } finally {
    client.free();
  }
}

function end(error?: AyrshareError): void {
  counts.links.complete();
  if (error) post({ type: "failed", tally: tally(), error: error.toJSON() as unknown as AyrshareErrorInit });
  else post({ type: "ended", tally: tally(), cancelled: stop.signal.aborted });
}

/** The ticket with the gateway's URL of the file. */
async function ticketOfGateway(client: AyrshareUser, baseUrl: string): Promise<UserBatch> {
  return { ...(await client.getUserBatch({ signal: stop.signal })), url: `${baseUrl}/user/batch/profiles` };
}

async function count(profiles: ProfileStream<User>, options: HealthOptions): Promise<void> {
  let reportedMs = 0;
  for await (const batch of profiles.batches()) {
    startedMs ??= performance.now();
    for (const profile of batch) {
      counts.add(profile, await accountHealth(profile, options));
      if (stop.signal.aborted) return;
    }
    const nowMs = performance.now();
    if (nowMs - reportedMs < REPORT_EVERY_MS) continue;
    reportedMs = nowMs;
    post({ type: "progress", tally: tally() });
  }
}

function tellWait(event: AyrshareEvent): void {
  if (event.type === "progress" && event.waitMs !== undefined) post({ type: "waiting", untilMs: Date.now() + event.waitMs });
  if (event.type === "retry" && event.endpoint === "file") post({ type: "broken", untilMs: Date.now() + event.waitMs });
}

const NOTHING_READ: StreamProgress = { bytesRead: 0, profiles: 0, invalid: 0, filtered: 0, resumes: 0, bytesReread: 0 };

function tally(): Tally {
  const { profiles, accounts, refreshSoon, expired, nothingLinked, suspended, quotasHigh, networks } = counts;
  const { bytesRead, bytesTotal, invalid, resumes } = stream?.progress ?? NOTHING_READ;
  return {
    bytesRead, bytesTotal, profiles, invalid, resumes,
    readingMs: startedMs === undefined ? 0 : performance.now() - startedMs,
    accounts, networks: [...networks], refreshSoon, expired, nothingLinked, suspended, quotasHigh,
  };
}

async function save(table: TableName, query: Query): Promise<void> {
  post({ type: "csv", table, file: await tables[table].csv(query) });
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "start") void read(data.connection, data.withinDays);
  else if (data.type === "cancel") stop.abort();
  else if (data.type === "csv") void save(data.table, data.query);
  else {
    const { table, from, to, query } = data;
    post({ type: "rows", table, from, query, ...tables[table].window(from, to, query) });
  }
});
