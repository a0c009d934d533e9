/** The stream of profiles from the batch file. */
import type { StreamProgress } from "./types.js";

/** Source of a stream's batches. `next` resolves to `undefined` at the end. */
export interface Source<T> {
  next(): Promise<T[] | undefined>;
  progress(): StreamProgress;
  cancel(): void;
}

/**
 * All profiles of the batch file, one at a time, in constant memory. No request is sent before the first profile is
 * requested, and data is read only on demand. You can read a stream only once, in any of the three ways; leaving the loop early
 * closes the connection.
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
  /** Ends the read in progress. */
  #stop: (() => void) | undefined;
  /** Serializes reads: each one waits for those before it. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(open: () => Promise<Source<T>>) {
    this.#open = open;
  }

  /** Progress so far. */
  get progress(): StreamProgress {
    return this.#opened?.progress() ?? { bytesRead: 0, profiles: 0, invalid: 0, filtered: 0, resumes: 0, bytesReread: 0 };
  }

  /**
   * Closes the connection. Pending reads resolve as at the end of the stream.
   *
   * @returns A promise that resolves once the connection is closed.
   */
  async cancel(): Promise<void> {
    this.#ended = true;
    this.#stop?.();
    const source = await this.#source?.catch(() => undefined);
    source?.cancel();
  }

  /**
   * Iterates over the profiles in arrays, each with as many as arrive together. Faster than one profile at a time.
   *
   * @throws {@link AyrshareError}, as a rejection, after all complete profiles before the error.
   */
  batches(): AsyncIterableIterator<T[]> {
    return this.#iterator<T[]>(async () => {
      const value = await this.#pull();
      return value === undefined ? END : { done: false, value };
    });
  }

  /** @throws {@link AyrshareError}, as a rejection, after all complete profiles before the error. */
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
      // Concurrent calls resolve in order, and no profile is lost between them.
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

  /**
   * Resolves to `undefined` if the stream is cancelled first: a read may be waiting for a callback of the caller or for the ticket. Does
   * not use `Promise.race` with one promise for all reads, which would keep every batch in memory.
   */
  #untilStopped(read: Promise<T[] | undefined>): Promise<T[] | undefined> {
    return new Promise((resolve, reject) => {
      this.#stop = () => resolve(undefined);
      read.then(resolve, reject);
    });
  }

  async #next(): Promise<T[] | undefined> {
    try {
      while (!this.#ended) {
        const source = (this.#opened = await (this.#source ??= this.#open()));
        const batch = this.#ended ? undefined : await this.#untilStopped(source.next());
        if (batch === undefined) break;
        // A batch that contained only invalid records is empty, but not the end.
        if (batch.length > 0 && !this.#ended) return batch;
      }
      this.#ended = true;
      return undefined;
    } catch (error) {
      // After `cancel()`, errors are irrelevant: the stream just ends.
      if (this.#ended) return undefined;
      this.#ended = true;
      throw error;
    }
  }
}

const END = { done: true, value: undefined } as const;
