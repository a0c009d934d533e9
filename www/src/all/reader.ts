// The page's side of the worker: one reading of all profiles at a time.

import { AyrshareError } from "ayrshare-user";
import type { Connection } from "../session.js";
import type { FromWorker, LinkRow, Tally, ToWorker } from "./protocol.js";

export interface ReaderEvents {
  readonly waiting: (untilMs: number) => void;
  readonly progress: (tally: Tally) => void;
  readonly ended: (tally: Tally, cancelled: boolean) => void;
  readonly failed: (tally: Tally, error: AyrshareError) => void;
  readonly rows: (from: number, total: number, rows: readonly LinkRow[]) => void;
}

export class Reader {
  readonly #events: ReaderEvents;
  #worker: Worker | undefined;
  #request = 0;

  constructor(events: ReaderEvents) {
    this.#events = events;
  }

  /** Ends what is under way and begins anew. */
  start(connection: Connection, withinDays: number): void {
    this.dispose();
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => { this.#hear(data); });
    this.#send({ type: "start", connection, withinDays });
  }

  cancel(): void {
    this.#send({ type: "cancel" });
  }

  /** Asks for rows of the table; only the answer to the last question counts. */
  ask(from: number, to: number, network: string | undefined): void {
    this.#request += 1;
    this.#send({ type: "rows", request: this.#request, from, to, network });
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
    else if (message.type === "progress") events.progress(message.tally);
    else if (message.type === "ended") events.ended(message.tally, message.cancelled);
    else if (message.type === "failed") events.failed(message.tally, new AyrshareError(message.error));
    else if (message.request === this.#request) events.rows(message.from, message.total, message.rows);
  }
}
