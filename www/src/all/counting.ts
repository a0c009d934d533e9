// Counts the profiles of a stream and reports the numbers while it is read.

import { accountHealth, type HealthOptions, type ProfileStream, type StreamOptions, type StreamProgress, type User } from "ayrshare-user";
import type { Tally } from "./protocol.js";
import { errorMessage, type Post } from "./run.js";
import { Counts } from "./tally.js";

const REPORT_EVERY_MS = 250;

const NOTHING_READ: StreamProgress = { bytesRead: 0, profiles: 0, invalid: 0, filtered: 0, resumes: 0, bytesReread: 0 };

export class Counting {
  readonly counts: Counts;
  readonly #post: Post;
  readonly #signal: AbortSignal;
  #stream: ProfileStream<User> | undefined;
  #startedMs: number | undefined;

  constructor(post: Post, signal: AbortSignal, options: { listsProfiles?: boolean } = {}) {
    this.#post = post;
    this.#signal = signal;
    this.counts = new Counts(options);
  }

  /**
   * The options for the stream to count. With a function, unreadable records do not end the stream. `progress` counts them and the mismatched ones,
   * and the page shows the counts.
   */
  get options(): StreamOptions {
    return { signal: this.#signal, onInvalid: (_, mismatches) => { this.counts.addMismatches(mismatches); } };
  }

  /** Counts all profiles of the stream, and reports how it ended. */
  async count(open: () => Promise<ProfileStream<User>>, withinDays: number): Promise<void> {
    let error: unknown;
    try {
      this.#stream = await open();
      await this.#read(this.#stream, { now: Date.now(), refreshWithinDays: withinDays });
    } catch (thrown) {
      error = thrown;
    }
    this.counts.complete();
    const cancelled = this.#signal.aborted;
    if (error === undefined || cancelled) this.#post({ type: "ended", tally: this.#tally(), cancelled });
    else this.#post({ type: "failed", tally: this.#tally(), error: errorMessage(error) });
  }

  async #read(stream: ProfileStream<User>, options: HealthOptions): Promise<void> {
    let reportedMs = 0;
    for await (const batch of stream.batches()) {
      this.#startedMs ??= performance.now();
      for (const profile of batch) {
        this.counts.add(profile, await accountHealth(profile, options));
        if (this.#signal.aborted) return;
      }
      const nowMs = performance.now();
      if (nowMs - reportedMs < REPORT_EVERY_MS) continue;
      reportedMs = nowMs;
      this.#post({ type: "progress", tally: this.#tally() });
    }
  }

  #tally(): Tally {
    const { profiles, accounts, refreshSoon, expired, nothingLinked, suspended, quotasHigh, networks, mismatches } = this.counts;
    const { bytesRead, bytesTotal, invalid, resumes } = this.#stream?.progress ?? NOTHING_READ;
    return {
      bytesRead, bytesTotal, profiles, invalid, resumes,
      readingMs: this.#startedMs === undefined ? 0 : performance.now() - this.#startedMs,
      accounts, networks: [...networks], refreshSoon, expired, nothingLinked, suspended, quotasHigh, ...mismatches,
    };
  }
}
