// The page's worker: reads files of profiles outside the main thread. It runs each work that the page begins, and answers what the page asks of it.

import { accountHealth, decodeUser, streamProfiles } from "ayrshare-user";
import { compareFiles } from "./comparing.js";
import { readAccount } from "./from-account.js";
import { readFile, recognize } from "./from-file.js";
import type { Ask, FromRun, FromWorker, ToWorker, Work } from "./protocol.js";
import type { Post, Running } from "./run.js";

interface Held {
  readonly running: Running;
  readonly stop: AbortController;
  readonly post: Post;
}

const runs = new Map<number, Held>();

const send = (message: FromWorker): void => { postMessage(message); };

/** Loads every module by a small use of it. */
async function warm(): Promise<void> {
  for await (const _ of streamProfiles("[]")) void _;
  await accountHealth(await decodeUser("{}"));
  send({ type: "warm" });
}

function begin(work: Work, post: Post, signal: AbortSignal): Running {
  if (work.type === "account") return readAccount(work.connection, work.withinDays, post, signal);
  if (work.type === "recognize") return recognize(work.file, post);
  if (work.type === "file") return readFile(work.file, work.withinDays, post, signal);
  return compareFiles(work.before, work.after, post, signal);
}

function answer(run: number, { running, stop, post }: Held, ask: Ask): void {
  if (ask.type === "cancel") stop.abort();
  else if (ask.type === "end") {
    stop.abort();
    runs.delete(run);
  } else if (ask.type === "profile") void running.open?.(ask.index);
  else {
    const rows = running.tables[ask.table];
    if (ask.type === "csv" && rows) post({ type: "csv", table: ask.table, file: rows.csv(ask.query) });
    if (ask.type === "rows" && rows) post({ type: "rows", table: ask.table, query: ask.query, from: ask.from, ...rows.window(ask.from, ask.to, ask.query) });
  }
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "warm") {
    void warm();
    return;
  }
  const { run } = data;
  if (data.type === "ask") {
    const held = runs.get(run);
    if (held) answer(run, held, data.ask);
    return;
  }
  const stop = new AbortController();
  const post = (message: FromRun): void => { if (runs.has(run)) send({ type: "run", run, message }); };
  runs.set(run, { running: begin(data.work, post, stop.signal), stop, post });
});
