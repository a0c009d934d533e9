// Reads all profiles off the page's main thread: the stream, the judgement of every profile, the count.

import { accountHealth, AyrshareUser, isAyrshareError, type AyrshareErrorInit, type AyrshareEvent, type HealthOptions, type ProfileStream, type User } from "ayrshare-user";
import type { Connection } from "../session.js";
import type { FromWorker, Tally, ToWorker } from "./protocol.js";
import { Counts } from "./tally.js";

const REPORT_EVERY_MS = 250;

let counts = new Counts();
let stream: ProfileStream<User> | undefined;
let cancelled = false;
let startedMs: number | undefined;

const post = (message: FromWorker): void => { postMessage(message); };

async function read(connection: Connection, withinDays: number): Promise<void> {
  counts = new Counts();
  cancelled = false;
  startedMs = undefined;
  const { baseUrl, apiKey } = connection;
  const client = new AyrshareUser({ baseUrl, ...(apiKey === undefined ? {} : { apiKey }), onEvent: tellWait });
  stream = client.streamProfiles({ onInvalid: "skip" });
  try {
    await count(stream, { now: Date.now(), refreshWithinDays: withinDays });
    counts.links.complete();
    post({ type: "ended", tally: tally(stream), cancelled });
  } catch (error) {
    counts.links.complete();
    if (!isAyrshareError(error)) throw error;
    post({ type: "failed", tally: tally(stream), error: error.toJSON() as unknown as AyrshareErrorInit });
  } finally {
    client.free();
  }
}

async function count(profiles: ProfileStream<User>, options: HealthOptions): Promise<void> {
  let reportedMs = 0;
  for await (const batch of profiles.batches()) {
    startedMs ??= performance.now();
    for (const profile of batch) {
      counts.add(profile, await accountHealth(profile, options));
      if (cancelled) return;
    }
    const nowMs = performance.now();
    if (nowMs - reportedMs < REPORT_EVERY_MS) continue;
    reportedMs = nowMs;
    post({ type: "progress", tally: tally(profiles) });
  }
}

function tellWait(event: AyrshareEvent): void {
  if (event.type !== "progress" || event.waitMs === undefined) return;
  // Before the first byte the file is awaited; later a pause follows a broken line.
  if (event.bytesRead === 0) post({ type: "waiting", untilMs: Date.now() + event.waitMs });
}

function tally({ progress }: ProfileStream<User>): Tally {
  const { accounts, refreshSoon, expired, nothingLinked, suspended, quotasHigh, networks } = counts;
  const { bytesRead, bytesTotal, profiles, invalid, resumes } = progress;
  return {
    bytesRead, bytesTotal, profiles: profiles - invalid, invalid, resumes,
    readingMs: startedMs === undefined ? 0 : performance.now() - startedMs,
    accounts, networks: [...networks], refreshSoon, expired, nothingLinked, suspended, quotasHigh,
  };
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "start") void read(data.connection, data.withinDays);
  else if (data.type === "cancel") {
    cancelled = true;
    void stream?.cancel();
  } else {
    const { request, from, to, network } = data;
    post({ type: "rows", request, from, ...counts.links.window(from, to, network) });
  }
});
