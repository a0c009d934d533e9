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
  /** Reads in the queue. */
  #waiting = 0;
  /** The batch that is being read, here and not in an iterator, so that the next one goes on with it. */
  #batch: T[] = [];
  #at = 0;

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
    this.#batch = [];
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
    const take = (): IteratorResult<T, undefined> => ({ done: false, value: this.#batch[this.#at++] as T });
    // Concurrent calls resolve in order, and no profile is lost between them.
    return this.#iterator<T>(() => (this.#waiting === 0 && this.#at < this.#batch.length ? Promise.resolve(take()) : this.#read(take, END)));
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
    return this.#read<T[] | undefined>(() => this.#batch.splice(this.#at), undefined);
  }

  /** Resolves to what `take` takes of the batch that is being read, or of the next one; to `end` if there is none. */
  #read<V>(take: () => V, end: V): Promise<V> {
    this.#waiting += 1;
    const reading = this.#queue
      .then(async () => {
        if (this.#at >= this.#batch.length) await this.#next();
        return this.#at < this.#batch.length ? take() : end;
      })
      .finally(() => (this.#waiting -= 1));
    this.#queue = reading.catch(() => undefined);
    return reading;
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

  /** Reads the next batch, unless the stream ends. */
  async #next(): Promise<void> {
    try {
      while (!this.#ended) {
        const source = (this.#opened = await (this.#source ??= this.#open()));
        const batch = this.#ended ? undefined : await this.#untilStopped(source.next());
        if (batch === undefined) break;
        // A batch that contained only invalid records is empty, but not the end.
        if (batch.length === 0 || this.#ended) continue;
        this.#batch = batch;
        this.#at = 0;
        return;
      }
      this.#ended = true;
    } catch (error) {
      // After `cancel()`, errors are irrelevant: the stream just ends.
      if (this.#ended) return;
      this.#ended = true;
      throw error;
    }
  }
}

const END = { done: true, value: undefined } as const;
