// The page's interface to the worker. It reads all profiles once at a time.

import { AyrshareError } from "ayrshare-user";
import type { Connection } from "../session.js";
import type { FromWorker, LinkRow, Tally, ToWorker } from "./protocol.js";

export interface ReaderEvents {
  readonly waiting: (untilMs: number) => void;
  readonly broken: (untilMs: number) => void;
  readonly progress: (tally: Tally) => void;
  readonly ended: (tally: Tally, cancelled: boolean) => void;
  readonly failed: (tally: Tally, error: AyrshareError) => void;
  readonly rows: (from: number, total: number, rows: readonly LinkRow[]) => void;
}

export class Reader {
  readonly #events: ReaderEvents;
  #worker: Worker | undefined;
  #network: string | undefined;

  constructor(events: ReaderEvents) {
    this.#events = events;
  }

  /** Stops the current run and starts a new one. */
  start(connection: Connection, withinDays: number): void {
    this.dispose();
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => { this.#hear(data); });
    this.#send({ type: "start", connection, withinDays });
  }

  cancel(): void {
    this.#send({ type: "cancel" });
  }

  /** Requests rows of the table. While the worker is busy, responses to earlier requests for the same network are still shown. */
  ask(from: number, to: number, network: string | undefined): void {
    this.#network = network;
    this.#send({ type: "rows", from, to, network });
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #hear(message: FromWorker): void {
    const events = this.#events;
    if (message.type === "waiting") events.waiting(message.untilMs);
    else if (message.type === "broken") events.broken(message.untilMs);
    else if (message.type === "progress") events.progress(message.tally);
    else if (message.type === "ended") events.ended(message.tally, message.cancelled);
    else if (message.type === "failed") events.failed(message.tally, new AyrshareError(message.error));
    else if (message.network === this.#network) events.rows(message.from, message.total, message.rows);
  }
}
