/** Types of the insight functions: what a profile needs and by when, and what has changed in it. */
import type { KnownNetwork } from "../model.js";

/** Thresholds from which on something needs attention. */
export interface HealthOptions {
  /** The time that days are counted from: a `Date`, an RFC 3339 timestamp, or milliseconds since 1970. Default: now. */
  now?: Date | number | string | undefined;
  /** A link needs attention if it must be renewed within this many days. Default 14. */
  refreshWithinDays?: number | undefined;
  /** A quota needs attention if at least this share of it is used. Default 0.8. */
  quotaShare?: number | undefined;
}

/**
 * How urgent something is. `"ok"`: nothing to do. `"soon"`: a link to refresh within `refreshWithinDays`, a quota used to `quotaShare`
 * or more, or nothing linked yet. `"now"`: a link that has expired or has less than a day left, a quota that is used up, or a
 * suspended profile.
 */
export type HealthLevel = "ok" | "soon" | "now";

/** What a finding is about. This major version will not add other reasons. */
export type HealthReason =
  | "suspended"
  /** The account must be linked again. */
  | "link_expired"
  | "link_to_refresh"
  /** API calls this month, out of `monthlyApiCallsQuota`. */
  | "monthly_api_calls"
  /** Posts this month, out of `monthlyPostQuota`. */
  | "monthly_posts"
  /** Posts within 24 hours, out of 50; only known if requested with `instagramQuota`. */
  | "instagram_posts"
  /** Usage of X, out of `twitterUsage.monthlyLimit`; only known for the Primary Profile. */
  | "twitter_usage"
  | "nothing_linked";

/** The result of one check. */
export interface Finding {
  /** How urgent it is. Checks without a problem are included too, for their numbers. */
  readonly level: HealthLevel;
  /** What it is about. */
  readonly reason: HealthReason;
  /** The network of the account; absent for the profile itself. */
  readonly network?: KnownNetwork | (string & {});
  /**
   * The due time in milliseconds since 1970: when the link must be refreshed or has expired, or when the quota
   * resets.
   */
  readonly dueMs?: number;
  /** Whole days from now until `dueMs`: 0 on the last day, negative if it is in the past. */
  readonly daysLeft?: number;
  /** How much of the quota is used. May exceed `limit`. */
  readonly used?: number;
  /** The size of the quota. */
  readonly limit?: number;
  /** The finding as an English sentence. Dates are in UTC. */
  readonly message: string;
}

/** Health of one linked account. */
export interface AccountHealth {
  /** The network, as Ayrshare names it. */
  readonly network: KnownNetwork | (string & {});
  /** The highest level of its findings. */
  readonly level: HealthLevel;
  /** The account's findings, the most urgent first; empty if the account has no data about links or quotas. */
  readonly findings: readonly Finding[];
}

/** Health of a profile. */
export interface Health {
  /** The highest level of all findings. */
  readonly level: HealthLevel;
  /** All findings about the profile itself and its accounts, the most urgent first. */
  readonly findings: readonly Finding[];
  /** The linked accounts, the most urgent first, each with its own findings. */
  readonly accounts: readonly AccountHealth[];
}

/** Options of a comparison. */
export interface DiffOptions {
  /**
   * Whether to include fields that change by themselves: `lastUpdated`, `nextUpdate` and `lastApiCall`, the query of `userImage` (networks
   * re-sign the URLs of pictures), and `refreshDaysRemaining` when it decreases. Default `false`.
   */
  includeVolatile?: boolean | undefined;
}

/** What a change means. */
export type ChangeKind =
  | "linked"
  | "unlinked"
  /** The account was linked again: its `created` has changed from one text to another. */
  | "relinked"
  /** `displayName`, `username`, `pageName`, `channelTitle`, or the profile's `title` has changed. */
  | "renamed"
  /** `id`, `userId`, `channelId`, `placeId`, or the profile's `refId` has changed. */
  | "id_changed"
  /** `userImage` has changed. */
  | "image_changed"
  /** `usedQuota`, `twitterUsage`, or a monthly count or quota of the profile has changed. */
  | "quota_changed"
  /** Any other field has changed, documented or not, or one of the fields above now has another JSON type. */
  | "field_changed";

/** One change. */
export interface Change {
  /** What it means. */
  readonly kind: ChangeKind;
  /** The network of the account; absent for the profile itself. */
  readonly network?: KnownNetwork | (string & {});
  /**
   * The field within the account or the profile, for example `twitterUsage.monthlyUsage`. Absent for accounts that have been
   * linked or unlinked. If a network was added to or removed from only one of the lists `activeSocialAccounts` and `displayNames`, and
   * is still in the other, this is the name of the list that changed. Without a `network`, this is the name of the list that holds an
   * entry which does not name its network.
   */
  readonly path?: string;
  /** The old value; absent if there was none. */
  readonly before?: unknown;
  /** The new value; absent if there is none. */
  readonly after?: unknown;
}

/** Identifies a profile. */
export interface ProfileName {
  /** Its reference id, if it has one. */
  readonly refId?: string;
  /** Its title, if it has one. */
  readonly title?: string;
}

/** A profile that has changed. `title` is the current one. */
export interface ProfileChanges extends ProfileName {
  /** The changes; at least one. */
  readonly changes: readonly Change[];
}

/** Changes between two lists of profiles. Each array starts with the profiles without a reference id; the others follow, sorted by it. */
export interface ProfilesDiff {
  /** Profiles that are only in the second list. */
  readonly joined: readonly ProfileName[];
  /** Profiles that are only in the first list. */
  readonly left: readonly ProfileName[];
  /** Profiles that are in both lists and have changed. */
  readonly changed: readonly ProfileChanges[];
}
