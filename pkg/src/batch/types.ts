/** Types of the options and results for reading the batch file. */
import type { Mismatch } from "../errors/ayrshare-error.js";
import type { AyrshareEvent } from "../options/types.js";
import type { KnownNetwork, User, UserBatch } from "../model.js";
import type { AbortSignal } from "../web-types.js";

/** What a `Blob` or `File` has, of any realm. */
export interface BlobLike {
  readonly size: number;
  /** The part from byte `start` up to, but not including, byte `end`. */
  slice(start?: number, end?: number): BlobLike;
  /** Reads the bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What a `Response` has, of any realm and any implementation of `fetch`. */
export interface ResponseLike {
  readonly bodyUsed: boolean;
  readonly body: object | null;
}

/** What a `ReadableStream` of bytes has, of any realm. */
export interface ByteStreamLike {
  readonly locked: boolean;
  /** Locks the stream until `releaseLock`. */
  getReader(): {
    /** Resolves to the next bytes. */
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    /** Ends the stream. */
    cancel(reason?: unknown): Promise<unknown>;
    /** Gives the stream back. */
    releaseLock(): void;
  };
}

/** What a Node stream has, of any implementation. */
export interface NodeStreamLike extends AsyncIterable<unknown> {
  /** Marks a Node stream; it is not called. */
  pipe(...args: never): unknown;
}

/**
 * A batch file in hand: a `Blob` or `File`, a `Response`, a `ReadableStream` or another async iterable of bytes (such as a Node stream), bytes,
 * or a string. Gzip is recognized by its first bytes, and decompressed with the runtime's `DecompressionStream`.
 */
export type ProfileSource = BlobLike | ResponseLike | ByteStreamLike | AsyncIterable<ArrayBufferLike | ArrayBufferView> | NodeStreamLike | ArrayBufferLike | ArrayBufferView | string;

/** Options for reading a batch file. */
export interface ReadOptions {
  /** Aborts the read; the signal's reason becomes the error's `cause`. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds without receiving a byte. After that, the connection of a download counts as dropped, and the download resumes; the read of a
   * `source` ends with an error of kind `timeout`. Default 30,000.
   */
  idleTimeoutMs?: number | undefined;
  /** Maximum size of one record in bytes. Default 4,194,304 (4 MiB). */
  maxRecordBytes?: number | undefined;
}

/** Options for downloading the batch file, or for reading one in hand. */
export interface FileOptions extends ReadOptions {
  /**
   * The file itself, if you already have it. Then no request is sent and no key is needed. The functions `streamProfiles` and
   * `sweepProfiles` read a source without a client.
   */
  source?: ProfileSource | undefined;
  /** What `getUserBatch` resolved to. If omitted, the file is ordered first. Not for a `source`. */
  batch?: UserBatch | undefined;
  /**
   * Milliseconds to wait until the file is available, by the server's clock; Ayrshare takes about 5 minutes. Default
   * 900,000 (15 minutes). While waiting, `onEvent` receives events of `type: "progress"` with `waitMs`. Not for a `source`.
   */
  waitMs?: number | undefined;
}

/** Options for reading a file in hand without a client. */
export interface SourceOptions {
  /** Called with the progress. Errors thrown by the function, and its rejections, are ignored. */
  onEvent?: ((event: AyrshareEvent) => void) | undefined;
}

/** Selects the profiles that meet every condition given. */
export interface ProfileFilter {
  /** This network is linked. */
  network?: KnownNetwork | (string & {}) | undefined;
  /** A link has expired or must be renewed within this many days; with `network`, only the link of that network counts. */
  refreshWithinDays?: number | undefined;
  /** Nothing is linked. */
  nothingLinked?: boolean | undefined;
}

/** An invalid record: one that contradicts the types or cannot be read. */
export interface InvalidProfile {
  /** Index of the record in the file, starting at 0. */
  readonly index: number;
  /** Where the error is, in bytes from the start of the file. */
  readonly offset: number;
  /** What is wrong. */
  readonly message: string;
  /** Path within the record, for example `displayNames[3].platform`; empty for the record itself. */
  readonly path?: string;
  /** The bytes of the record as received; absent if it was too long or nested too deeply to be buffered. */
  readonly raw?: Uint8Array;
  /**
   * Whether the stream delivers the record too, right after this. It does if only some fields contradict the types, unless `where`
   * filters the record out. Records that cannot be read as a profile are not delivered.
   */
  readonly delivered: boolean;
}

/** How to read the profiles of the batch file. */
export interface StreamOptions<K extends string = string> extends FileOptions {
  /** The top-level fields to deliver; all by default. Skipping fields costs next to nothing. */
  select?: readonly K[] | undefined;
  /** Which profiles to deliver; all by default. */
  where?: ProfileFilter | undefined;
  /**
   * Whether each profile is checked against the types. Default true. If false, the stream is faster, and a profile may be
   * any JSON object; a record that is not an object is invalid and handled as `onInvalid` says.
   */
  check?: boolean | undefined;
  /**
   * What to do with an invalid record. A record is either mismatched (some of its fields contradict the types) or unreadable (malformed,
   * too long, not an object, or its lists of accounts are not lists of objects).
   *
   * - `"report"` (the default): mismatched records are delivered as received and counted in `progress.invalid`; an unreadable record ends the
   *   stream with an error.
   * - `"throw"`: any invalid record ends the stream with an error, after the records before it.
   * - `"skip"`: invalid records are counted and not delivered.
   * - A function: called with each invalid record and its mismatches; the record is counted. Mismatched records are still delivered,
   *   unreadable ones are not. The function is awaited; if it throws or rejects, the stream ends and rejects with the same error.
   *
   * A record so damaged that its end cannot be found, for example by a missing quote, always ends the stream with an error.
   */
  onInvalid?: "report" | "throw" | "skip" | ((record: InvalidProfile, mismatches: readonly Mismatch[]) => unknown) | undefined;
}

/** Options of the function `streamProfiles`. */
export interface SourceStreamOptions<K extends string = string> extends Omit<StreamOptions<K>, "source" | "batch" | "waitMs">, SourceOptions {}

/** A profile with only the selected fields. */
export type Selected<K extends string> = string extends K ? User : Pick<User, Extract<K, keyof User>>;

/** Progress of a stream. */
export interface StreamProgress {
  /** Bytes of the file read so far; of gzip, decompressed bytes. */
  readonly bytesRead: number;
  /** Size of the whole file in bytes, if the host sends it or the `source` has it. Unknown for gzip. */
  readonly bytesTotal?: number;
  /** Records read so far, including invalid and filtered ones. */
  readonly profiles: number;
  /** Invalid records; see `onInvalid`. */
  readonly invalid: number;
  /** Records that `where` filtered out. */
  readonly filtered: number;
  /** How often the download was resumed after a dropped connection. */
  readonly resumes: number;
  /**
   * Bytes read a second time so far. After a dropped connection, a file that has no strong validator, or whose host does not support
   * ranges, is read from its start again. Up to the position where the connection dropped, the bytes are compared with those received
   * before, and no profile is delivered twice. While this number grows, `bytesRead` does not.
   */
  readonly bytesReread: number;
}

/** Options of a sweep. */
export interface SweepOptions extends FileOptions {
  /** Links that must be renewed within this many days are listed. Default 14. */
  refreshWithinDays?: number | undefined;
  /** Share of a quota from which on the quota is counted and listed. Default 0.8. */
  quotaShare?: number | undefined;
  /** Maximum number of entries in each list; the most urgent are kept. Default 1,000. */
  maxEntries?: number | undefined;
  /**
   * What to do with an invalid record; see `StreamOptions`. `"report"` (the default): mismatched profiles are counted like any other, and
   * their mismatched fields are treated as unknown; unreadable records are skipped; the report lists the mismatches. `"throw"`: any invalid
   * record ends the sweep with an error.
   */
  onInvalid?: "report" | "throw" | undefined;
}

/** Options of the function `sweepProfiles`. */
export interface SourceSweepOptions extends Omit<SweepOptions, "source" | "batch" | "waitMs">, SourceOptions {}

/** A link that has expired or must be renewed soon. */
export interface LinkDue {
  /** Reference id of the profile, if it has one. */
  readonly refId: string | null;
  /** Title of the profile, if it has one. */
  readonly title: string | null;
  /** Name of the network, for example `instagram`. */
  readonly network: string;
  /** When the link must be renewed, in milliseconds since 1970. */
  readonly dueMs: number;
  /** Whole days until then; negative if it is in the past. */
  readonly daysLeft: number;
  /** Whether the link has expired. */
  readonly expired: boolean;
}

/** A quota that is nearly or completely used up. */
export interface QuotaUse {
  /** Reference id of the profile, if it has one. */
  readonly refId: string | null;
  /** Title of the profile, if it has one. */
  readonly title: string | null;
  /** Which quota: API calls per month, posts per month, Instagram posts per 24 hours, or monthly usage of X. */
  readonly quota: "monthly_api_calls" | "monthly_posts" | "instagram_posts" | "twitter_usage";
  /** How much of the quota is used. */
  readonly used: number;
  /** The size of the quota. */
  readonly limit: number;
}

/** A place where records contradict the types. */
export interface MismatchCount {
  /** Path within the record, without array indices, for example `displayNames[].usedQuota`. */
  readonly path: string;
  /** The documented type. */
  readonly expected: string;
  /** The type received, or `missing`. */
  readonly found: string;
  /** Number of records with this mismatch. */
  readonly records: number;
}

/** Result of a sweep over all profiles. */
export interface SweepReport {
  /** Number of profiles, including mismatched ones. Accounts, links and quotas are counted over these. */
  readonly profiles: number;
  /** Number of invalid records: mismatched profiles and `unreadable` records. */
  readonly invalid: number;
  /** Records that could not be read as a profile. */
  readonly unreadable: number;
  /** Bytes read. */
  readonly bytes: number;
  /** Duration of the sweep in milliseconds, including waiting. */
  readonly durationMs: number;
  /** How often the download was resumed after a dropped connection. */
  readonly resumes: number;
  /** Linked accounts on all networks: each entry of `displayNames`, and each network that only `activeSocialAccounts` lists. */
  readonly accounts: number;
  /** Linked accounts per network, the most frequent first. */
  readonly networks: readonly { readonly network: string; readonly accounts: number }[];
  /** Accounts on other networks, if there are more than 64 networks. */
  readonly otherAccounts: number;
  /** Links that must be renewed within `refreshWithinDays` and have not expired. */
  readonly refreshSoon: number;
  /** Links that have expired. */
  readonly expired: number;
  /** Profiles with nothing linked. */
  readonly nothingLinked: number;
  /** Suspended profiles. */
  readonly suspended: number;
  /** Quotas used to `quotaShare` or more. */
  readonly quotasHigh: number;
  /** Links that must be renewed or have expired, the most urgent first; at most `maxEntries`. */
  readonly links: readonly LinkDue[];
  /** How many links `links` leaves out. */
  readonly linksLeftOut: number;
  /** Quotas used to `quotaShare` or more, the most used first; at most `maxEntries`. */
  readonly quotas: readonly QuotaUse[];
  /** How many quotas `quotas` leaves out. */
  readonly quotasLeftOut: number;
  /** Where records contradict the types, the most frequent first; at most `maxEntries`. Only the first 100 mismatches of a record count. */
  readonly mismatches: readonly MismatchCount[];
  /** How many places `mismatches` leaves out. */
  readonly mismatchesLeftOut: number;
}
