// The page's worker. It is started once and then does all runs, so that a run loads nothing: opening a file sends no request.

import type { Ask, FromRun, FromWorker, ToWorker, Work } from "./protocol.js";

export interface Run {
  readonly ask: (ask: Ask) => void;
  /** Stops the run and forgets it. */
  readonly end: () => void;
}

export class Background {
  readonly #runs = new Map<number, (message: FromRun) => void>();
  #worker: Worker | undefined;
  #last = 0;
  #warmed: (() => void) | undefined;

  /** Loads everything that a run may need. */
  warm(): Promise<void> {
    return new Promise((resolve) => {
      this.#warmed = resolve;
      this.#send({ type: "warm" });
    });
  }

  begin(work: Work, onMessage: (message: FromRun) => void): Run {
    const run = (this.#last += 1);
    this.#runs.set(run, onMessage);
    this.#send({ type: "begin", run, work });
    const ask = (ask: Ask): void => {
      if (this.#runs.has(run)) this.#send({ type: "ask", run, ask });
    };
    const end = (): void => {
      ask({ type: "end" });
      this.#runs.delete(run);
    };
    return { ask, end };
  }

  #send(message: ToWorker): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "warm") this.#warmed?.();
      else this.#runs.get(data.run)?.(data.message);
    });
    return worker;
  }
}
