/** The profiles of the batch file, as they come. */
import type { StreamProgress } from "./batch-options.js";

/** Where a stream gets its batches: `undefined` at the end. */
export interface Source<T> {
  next(): Promise<T[] | undefined>;
  progress(): StreamProgress;
  cancel(): void;
}

/**
 * All profiles of the batch file, one at a time, in constant memory. Nothing is sent before the first one is asked
 * for, and no more is read than is asked for. A stream is read once, in whichever way; leaving the loop early closes the connection.
 *
 * @example
 * ```ts
 * for await (const profile of ayrshare.streamProfiles()) {
 *   console.log(profile.refId, profile.activeSocialAccounts);
 * }
 * ```
 */
export class ProfileStream<T> implements AsyncIterable<T> {
  readonly #open: () => Promise<Source<T>>;
  #source: Promise<Source<T>> | undefined;
  #opened: Source<T> | undefined;
  #ended = false;
  /** Whoever asks waits for those who asked before. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(open: () => Promise<Source<T>>) {
    this.#open = open;
  }

  /** How far it has come. */
  get progress(): StreamProgress {
    return this.#opened?.progress() ?? { bytesRead: 0, profiles: 0, invalid: 0, filtered: 0, resumes: 0, bytesReread: 0 };
  }

  /**
   * Closes the connection. Whoever waits for a profile gets the end.
   *
   * @returns When it is closed.
   */
  async cancel(): Promise<void> {
    this.#ended = true;
    const source = await this.#source?.catch(() => undefined);
    source?.cancel();
  }

  /**
   * The profiles in arrays, each as many as come at once: for throughput.
   *
   * @throws {@link AyrshareError}, as a rejection, after all whole profiles before the fault.
   */
  batches(): AsyncIterableIterator<T[]> {
    return this.#iterator<T[]>(async () => {
      const value = await this.#pull();
      return value === undefined ? END : { done: false, value };
    });
  }

  /** @throws {@link AyrshareError}, as a rejection, after all whole profiles before the fault. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    let batch: T[] = [];
    let at = 0;
    let waiting = 0;
    const step = async (): Promise<IteratorResult<T, undefined>> => {
      while (at >= batch.length) {
        const next = await this.#pull();
        if (next === undefined) return END;
        batch = next;
        at = 0;
      }
      return { done: false, value: batch[at++] as T };
    };
    let last: Promise<unknown> = Promise.resolve();
    return this.#iterator<T>(() => {
      if (waiting === 0 && at < batch.length && !this.#ended) return Promise.resolve({ done: false, value: batch[at++] as T });
      // Calls that do not wait for each other are answered in order, and no profile is lost between them.
      waiting += 1;
      const mine = last.then(step, step).finally(() => (waiting -= 1));
      last = mine.catch(() => undefined);
      return mine;
    });
  }

  /** The profiles as a `ReadableStream`; cancelling it closes the connection. */
  toReadableStream(): ReadableStream<T> {
    const pull = async (controller: ReadableStreamDefaultController<T>): Promise<void> => {
      const batch = await this.#pull();
      if (batch === undefined) controller.close();
      else for (const profile of batch) controller.enqueue(profile);
    };
    return new ReadableStream<T>({ pull, cancel: () => this.cancel() }, { highWaterMark: 0 });
  }

  #iterator<V>(next: () => Promise<IteratorResult<V, undefined>>): AsyncIterableIterator<V> {
    return {
      next,
      return: async () => {
        await this.cancel();
        return END;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #pull(): Promise<T[] | undefined> {
    const next = this.#queue.then(() => this.#next());
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async #next(): Promise<T[] | undefined> {
    try {
      while (!this.#ended) {
        const source = (this.#opened = await (this.#source ??= this.#open()));
        const batch = await source.next();
        if (batch === undefined) break;
        // A batch of nothing but invalid records is not the end.
        if (batch.length > 0 && !this.#ended) return batch;
      }
      this.#ended = true;
      return undefined;
    } catch (error) {
      // Who cancelled wants no error about it.
      if (this.#ended) return undefined;
      this.#ended = true;
      throw error;
    }
  }
}

const END = { done: true, value: undefined } as const;
