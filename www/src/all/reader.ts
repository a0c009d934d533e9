// The page's interface to the worker. It reads all profiles once at a time.

import { AyrshareError } from "ayrshare-user";
import type { Connection } from "../session.js";
import type { FromWorker, Query, TableName, Tally, ToWorker } from "./protocol.js";

export interface ReaderEvents {
  readonly waiting: (untilMs: number) => void;
  readonly broken: (untilMs: number) => void;
  readonly progress: (tally: Tally) => void;
  readonly ended: (tally: Tally, cancelled: boolean) => void;
  readonly failed: (tally: Tally, error: AyrshareError) => void;
  readonly rows: (table: TableName, window: TableWindow) => void;
  readonly csv: (table: TableName, file: Blob) => void;
}

/** The rows of a table from `from` on, as many as were requested, and how many there are in all. */
export interface TableWindow {
  readonly from: number;
  readonly total: number;
  readonly rows: readonly unknown[];
  readonly query: Query;
}

export class Reader {
  readonly #events: ReaderEvents;
  #worker: Worker | undefined;

  constructor(events: ReaderEvents) {
    this.#events = events;
  }

  /** Stops the current run and starts a new one. */
  start(connection: Connection, withinDays: number): void {
    this.dispose();
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => { this.#onMessage(data); });
    this.#send({ type: "start", connection, withinDays });
  }

  cancel(): void {
    this.#send({ type: "cancel" });
  }

  /** Requests rows of a table. */
  ask(table: TableName, from: number, to: number, query: Query): void {
    this.#send({ type: "rows", table, from, to, query });
  }

  /** Requests a table as a CSV file. */
  save(table: TableName, query: Query): void {
    this.#send({ type: "csv", table, query });
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #onMessage(message: FromWorker): void {
    const events = this.#events;
    if (message.type === "waiting") events.waiting(message.untilMs);
    else if (message.type === "broken") events.broken(message.untilMs);
    else if (message.type === "progress") events.progress(message.tally);
    else if (message.type === "ended") events.ended(message.tally, message.cancelled);
    else if (message.type === "failed") events.failed(message.tally, new AyrshareError(message.error));
    else if (message.type === "csv") events.csv(message.table, message.file);
    else events.rows(message.table, message);
  }
}
