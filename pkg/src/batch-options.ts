/** What reading the batch file takes and gives, as TypeScript readers see it. */
import type { Mismatch } from "./errors.js";
import type { KnownNetwork, User, UserBatch } from "./model.js";
import type { AbortSignal } from "./platform.js";

/** How to get the batch file. */
export interface FileOptions {
  /** Ends the download when aborted; its reason becomes the error's `cause`. */
  signal?: AbortSignal | undefined;
  /** What `getUserBatch` resolved to. Without it, the file is ordered first. */
  batch?: UserBatch | undefined;
  /**
   * Milliseconds to wait until the file is there, by the server's clock; Ayrshare takes about 5 minutes. Default
   * 900,000 (15 minutes). While it waits, `onEvent` is told (`type: "progress"`, with `waitMs`).
   */
  wait?: number | undefined;
  /** Milliseconds without a byte after which the line counts as broken, and is taken up again. Default 30,000. */
  idleTimeoutMs?: number | undefined;
  /** Bytes one record may have at most. Default 4,194,304 (4 MiB). */
  maxRecordBytes?: number | undefined;
}

/** Which profiles are wanted: those that meet every condition given. */
export interface ProfileFilter {
  /** This network is linked. */
  network?: KnownNetwork | (string & {}) | undefined;
  /** A link must be renewed within so many days, or has expired; with `network`, the link of that network. */
  refreshWithinDays?: number | undefined;
  /** Nothing is linked. */
  nothingLinked?: boolean | undefined;
}

/** What is wrong with a record that is not what it should be. */
export interface InvalidProfile {
  /** Which record, counted from 0 in the order of the file. */
  readonly index: number;
  /** Where the fault is, in bytes from the start of the file. */
  readonly offset: number;
  /** What is wrong. */
  readonly message: string;
  /** Where in the record, as `displayNames[3].platform`; empty for the record itself. */
  readonly path?: string;
  /** Its bytes as they came; absent when it was too long or nested too deep to be held. */
  readonly raw?: Uint8Array;
  /**
   * Whether the stream hands it out too, right after this. So it does where only some fields contradict the types, unless `where`
   * leaves it out. What cannot be read as a profile is left out.
   */
  readonly delivered: boolean;
}

/** How to read the profiles of the batch file. */
export interface StreamOptions<K extends string = string> extends FileOptions {
  /** The only top-level fields to hand out; all by default. Left-out fields cost next to nothing. */
  select?: readonly K[] | undefined;
  /** Which profiles to hand out; all by default. */
  where?: ProfileFilter | undefined;
  /**
   * Whether each profile is checked against the types. Default true. Without, the stream is faster, and a profile may be
   * any JSON object; a record that is not one is invalid, and treated as `onInvalid` says.
   */
  check?: boolean | undefined;
  /**
   * What to do with a record that is not what it should be: odd, if some of its fields contradict the types, or unreadable, if it is
   * malformed, too long, not an object, or its lists of accounts are not lists of objects.
   *
   * - `"report"` (the default): odd records are handed out as they came, and counted in `progress.invalid`; an unreadable one ends the stream.
   * - `"throw"`: either ends the stream, after the records before it.
   * - `"skip"`: either is left out, and counted.
   * - A function is given either, with the places where it contradicts the types, and it is counted. Odd records are handed out
   *   all the same, unreadable ones left out. It is awaited: what it throws, or rejects with, ends the stream, which rejects with the same.
   *
   * A record so damaged that its end cannot be found, by a lost quote for example, ends the stream in any case.
   */
  onInvalid?: "report" | "throw" | "skip" | ((record: InvalidProfile, mismatches: readonly Mismatch[]) => unknown) | undefined;
}

/** The type of a profile of which only some fields were selected. */
export type Selected<K extends string> = string extends K ? User : Pick<User, Extract<K, keyof User>>;

/** How far a stream has come. */
export interface StreamProgress {
  /** Bytes of the file read so far. */
  readonly bytesRead: number;
  /** Bytes of the whole file, where the host announces that. */
  readonly bytesTotal?: number;
  /** Records met so far, whatever became of them. */
  readonly profiles: number;
  /** Records that were not what they should be; see `onInvalid`. */
  readonly invalid: number;
  /** Records that `where` left out. */
  readonly filtered: number;
  /** How often the download went on after a dropped connection. */
  readonly resumes: number;
  /**
   * Bytes that were read a second time so far. After a dropped connection, a file without a strong validator, or from a host that sends
   * no ranges, is read from its start again: up to the place where it broke off, its bytes are compared with those that came before, and no
   * profile is handed out twice. While this number grows, `bytesRead` does not.
   */
  readonly bytesReread: number;
}

/** What to look for in a sweep. */
export interface SweepOptions extends FileOptions {
  /** How many days before its renewal a link is listed. Default 14. */
  refreshWithinDays?: number | undefined;
  /** From which share of a quota on it is counted and listed. Default 0.8. */
  quotaShare?: number | undefined;
  /** How long each list may get, in entries; the most urgent ones are kept. Default 1,000. */
  limit?: number | undefined;
  /**
   * What to do with a record that is not what it should be; see `StreamOptions`. `"report"` (the default): odd profiles are counted like any
   * other, with their odd fields taken for unknown, unreadable records are passed over, and the report says what was odd. `"throw"`: either
   * ends the sweep.
   */
  onInvalid?: "report" | "throw" | undefined;
}

/** A link to renew, or an expired one. */
export interface LinkDue {
  /** Reference id of the profile, if it has one. */
  readonly refId: string | null;
  /** Title of the profile, if it has one. */
  readonly title: string | null;
  /** Name of the network, as `instagram`. */
  readonly network: string;
  /** When the link must be renewed, in milliseconds since 1970. */
  readonly dueMs: number;
  /** Whole days until then; negative when it is past. */
  readonly daysLeft: number;
  /** Whether the link has expired. */
  readonly expired: boolean;
}

/** A quota that is nearly or wholly used up. */
export interface QuotaUse {
  /** Reference id of the profile, if it has one. */
  readonly refId: string | null;
  /** Title of the profile, if it has one. */
  readonly title: string | null;
  /** Which quota: of API calls or posts this month, of Instagram's posts in 24 hours, or of X this month. */
  readonly quota: "monthly_api_calls" | "monthly_posts" | "instagram_posts" | "twitter_usage";
  /** How much is used. */
  readonly used: number;
  /** Of how much. */
  readonly limit: number;
}

/** A place where records contradict the types. */
export interface MismatchCount {
  /** Where in the record, without indices, as `displayNames[].usedQuota`. */
  readonly path: string;
  /** The documented type. */
  readonly expected: string;
  /** The type that came, or `missing`. */
  readonly found: string;
  /** In how many records. */
  readonly records: number;
}

/** What a sweep over all profiles has found. */
export interface SweepReport {
  /** Profiles, odd ones included; the numbers and lists below are about these. */
  readonly profiles: number;
  /** Records that are not what they should be: odd profiles, and the `unreadable` ones. */
  readonly invalid: number;
  /** Records that could not be read as a profile. */
  readonly unreadable: number;
  /** Bytes read. */
  readonly bytes: number;
  /** Milliseconds the sweep took, waits included. */
  readonly durationMs: number;
  /** How often the download went on after a dropped connection. */
  readonly resumes: number;
  /** Linked accounts, all networks together: each entry of `displayNames`, and each network in `activeSocialAccounts` alone. */
  readonly accounts: number;
  /** Linked accounts per network, the most frequent first. */
  readonly networks: readonly { readonly network: string; readonly accounts: number }[];
  /** Accounts on further networks, when there are more than 64. */
  readonly otherAccounts: number;
  /** Links to renew within the days asked for, and not expired. */
  readonly refreshSoon: number;
  /** Links that have expired. */
  readonly expired: number;
  /** Profiles with nothing linked. */
  readonly nothingLinked: number;
  /** Suspended profiles. */
  readonly suspended: number;
  /** Quotas used above the share asked for. */
  readonly quotasHigh: number;
  /** Links to renew and expired ones, the most urgent first; at most `limit`. */
  readonly links: readonly LinkDue[];
  /** How many more there were. */
  readonly linksLeftOut: number;
  /** Quotas used above the share asked for, the most used first; at most `limit`. */
  readonly quotas: readonly QuotaUse[];
  /** How many more there were. */
  readonly quotasLeftOut: number;
  /** Where records contradict the types, the most frequent first; at most `limit`. Of one record its first 100 mismatches count. */
  readonly mismatches: readonly MismatchCount[];
  /** How many more there were. */
  readonly mismatchesLeftOut: number;
}
