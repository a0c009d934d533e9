/** Types of the comparison of two batch files. */
import type { ProfileChanges, ProfileName } from "../insight/types.js";
import type { AyrshareEvent } from "../options/types.js";
import type { AbortSignal } from "../web-types.js";

/** An event of a comparison, and the file that it is about. */
export type CompareEvent = AyrshareEvent & {
  /** The file that is being read. */
  readonly side: "before" | "after";
};

/** Options of `compareProfiles`. */
export interface CompareOptions {
  /** Aborts the comparison; the signal's reason becomes the error's `cause`. */
  signal?: AbortSignal | undefined;
  /** Milliseconds without receiving a byte after which a source counts as stalled: an error of kind `timeout`. Default 30,000. */
  idleTimeoutMs?: number | undefined;
  /** Maximum size of one record in bytes. Default 4,194,304 (4 MiB). */
  maxRecordBytes?: number | undefined;
  /** Maximum number of entries in each of the lists `joined`, `left` and `changed`. The counts are always complete. Default 1,000. */
  maxEntries?: number | undefined;
  /**
   * What to do with an invalid record. `"report"` (the default): a record that contradicts the types is compared like any other, and an
   * unreadable one is counted and left out. `"throw"`: either ends the comparison with an error.
   */
  onInvalid?: "report" | "throw" | undefined;
  /** Called with the progress, and the file that it is about. Errors thrown by the function, and its rejections, are ignored. */
  onEvent?: ((event: CompareEvent) => void) | undefined;
}

/** One of the two files of a comparison. */
export interface ComparedFile {
  /** Profiles that were compared, including those with fields that contradict the types. */
  readonly profiles: number;
  /** Their linked accounts: each entry of `displayNames`, and each network that only `activeSocialAccounts` lists. */
  readonly accounts: number;
  /** Invalid records: those that contradict the types or cannot be read. */
  readonly invalid: number;
  /** Invalid records that cannot be read, and were left out. */
  readonly unreadable: number;
  /** Size of the file in bytes; of gzip, decompressed bytes. */
  readonly bytes: number;
}

/** How much has changed between two files. */
export interface ChangeCounts {
  /** Profiles that are only in the newer file. */
  readonly joined: number;
  /** Profiles that are only in the older file. */
  readonly left: number;
  /** Profiles that are in both files, with at least one of the changes below. */
  readonly changed: number;
  /** Accounts that were linked. Those of profiles that joined do not count. */
  readonly linked: number;
  /** Accounts that were unlinked. Those of profiles that left do not count. */
  readonly unlinked: number;
  /** Accounts that were linked again: `created` has changed. */
  readonly relinked: number;
  /** Accounts whose `displayName`, `username`, `pageName` or `channelTitle` has changed, and profiles whose `title` has. */
  readonly renamed: number;
  /** Accounts whose `id`, `userId`, `channelId` or `placeId` has changed. */
  readonly idChanged: number;
}

/**
 * What has changed between two batch files. Each list starts with the profiles without a reference id; the others follow, sorted by it. The
 * lists have at most `maxEntries` entries each, the first ones.
 */
export interface ProfilesComparison {
  /** The older file. */
  readonly before: ComparedFile;
  /** The newer file. */
  readonly after: ComparedFile;
  /** Duration in milliseconds. */
  readonly durationMs: number;
  /** How much has changed, including what the lists leave out. */
  readonly counts: ChangeCounts;
  /** Profiles that are only in the newer file. */
  readonly joined: readonly ProfileName[];
  /** Profiles that are only in the older file. */
  readonly left: readonly ProfileName[];
  /**
   * Profiles that are in both files and have changed. The changes are those that `diffProfiles` finds, of the kinds `linked`, `unlinked`,
   * `relinked`, `renamed` and `id_changed`. Of an account that was linked or unlinked, `after` or `before` has the network, the ids, the
   * names and `created`.
   */
  readonly changed: readonly ProfileChanges[];
}
