/** What the data means, as TypeScript readers see it: what a profile needs by when, and what has changed in it. */
import type { KnownNetwork } from "./model.js";

/** From when on something needs attention. */
export interface HealthOptions {
  /** The time that days count from: a `Date`, a time as in RFC 3339, or milliseconds since 1970. Default: now. */
  now?: Date | number | string | undefined;
  /** How many days before its renewal a link needs attention. Default 14. */
  refreshWithinDays?: number | undefined;
  /** From which share of a quota on it needs attention. Default 0.8. */
  quotaShare?: number | undefined;
}

/**
 * How urgent something is. `"ok"`: nothing to do. `"soon"`: a link to refresh within the days asked for, a quota used above the share
 * asked for, nothing linked yet. `"now"`: an expired link or one with less than a day left, a quota used up, a
 * suspended profile.
 */
export type HealthLevel = "ok" | "soon" | "now";

/** What a finding is about. No other reasons will be told within this major version. */
export type HealthReason =
  | "suspended"
  /** The account must be linked again. */
  | "link_expired"
  | "link_to_refresh"
  /** Of `monthlyApiCallsQuota`. */
  | "monthly_api_calls"
  /** Of `monthlyPostQuota`. */
  | "monthly_posts"
  /** Posts in 24 hours, of 50; only known when asked for with `instagramQuota`. */
  | "instagram_posts"
  /** Of `twitterUsage.monthlyLimit`; only known for the Primary Profile. */
  | "twitter_usage"
  | "nothing_linked";

/** One thing that has been looked at. */
export interface Finding {
  /** How urgent it is. What is well is told too, for the numbers. */
  readonly level: HealthLevel;
  /** What it is about. */
  readonly reason: HealthReason;
  /** The network of the account; absent for the profile itself. */
  readonly network?: KnownNetwork | (string & {});
  /**
   * Until when, in milliseconds since 1970: when the link must be refreshed or has expired, or when the quota begins
   * anew.
   */
  readonly dueMs?: number;
  /** Whole days from now until then: 0 on the last day, negative when it is past. */
  readonly daysLeft?: number;
  /** How much of the quota is used, which may be more than `limit`. */
  readonly used?: number;
  /** The quota. */
  readonly limit?: number;
  /** The same as an English sentence. Dates in it are UTC. */
  readonly message: string;
}

/** What has been found about one linked account. */
export interface AccountHealth {
  /** The network, as Ayrshare names it. */
  readonly network: KnownNetwork | (string & {});
  /** The highest level of its findings. */
  readonly level: HealthLevel;
  /** The most urgent first; empty for an account that says nothing of links and quotas. */
  readonly findings: readonly Finding[];
}

/** What has been found about a profile. */
export interface Health {
  /** The highest level of all findings. */
  readonly level: HealthLevel;
  /** All findings, of the profile itself and of its accounts, the most urgent first. */
  readonly findings: readonly Finding[];
  /** The linked accounts, the most urgent first, each with its own findings. */
  readonly accounts: readonly AccountHealth[];
}

/** How to compare. */
export interface DiffOptions {
  /**
   * Whether to tell also of what changes by itself: `lastUpdated`, `nextUpdate` and `lastApiCall`, the query of `userImage` (networks
   * sign the addresses of pictures anew), and `refreshDaysRemaining` when it falls. Default `false`.
   */
  volatile?: boolean | undefined;
}

/** What a change means. */
export type ChangeKind =
  | "linked"
  | "unlinked"
  /** The account was linked again: its `created` has changed from one text to another. */
  | "relinked"
  /** `displayName`, `username`, `pageName`, `channelTitle`, or the `title` of the profile. */
  | "renamed"
  /** `id`, `userId`, `channelId`, `placeId`, or the `refId` of the profile. */
  | "id_changed"
  /** `userImage`. */
  | "image_changed"
  /** `usedQuota`, `twitterUsage`, and the monthly counts and quotas of the profile. */
  | "quota_changed"
  /** Any other field, documented or not; also one of those above that is of another JSON type now, which may mean anything. */
  | "field_changed";

/** One change. */
export interface Change {
  /** What it means. */
  readonly kind: ChangeKind;
  /** The network of the account; absent for the profile itself. */
  readonly network?: KnownNetwork | (string & {});
  /**
   * Which field, within the account or the profile: `twitterUsage.monthlyUsage`. Absent for accounts that have been
   * linked or unlinked. Where an account stays in one of the two lists of linked networks only, the name of the other;
   * without a `network` the name of the list, for an entry that does not say which network it is of.
   */
  readonly path?: string;
  /** What was there; absent when nothing was. */
  readonly before?: unknown;
  /** What is there now; absent when nothing is. */
  readonly after?: unknown;
}

/** Which profile. */
export interface ProfileName {
  /** Its reference id, if it has one. */
  readonly refId?: string;
  /** Its title, if it has one. */
  readonly title?: string;
}

/** A profile that has changed; its title is the present one. */
export interface ProfileChanges extends ProfileName {
  /** What has changed; at least one thing. */
  readonly changes: readonly Change[];
}

/** What has changed between two lists of profiles. Each list is ordered by reference id, after the profiles without one. */
export interface ProfilesDiff {
  /** Profiles that are only in the second list. */
  readonly joined: readonly ProfileName[];
  /** Profiles that are only in the first list. */
  readonly left: readonly ProfileName[];
  /** Profiles that are in both, and not the same. */
  readonly changed: readonly ProfileChanges[];
}
