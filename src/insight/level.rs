//! How urgent a finding is, and what it is about.

use serde::Serialize;

/// How urgent a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing to do.
    Ok,
    /// Needs attention soon: a link to refresh within `refresh_within_days`, a quota used at or above
    /// `quota_share`, nothing linked yet.
    Soon,
    /// Broken, or about to break within a day: an expired link, a link with less than a day left, a
    /// quota used up, a suspended profile.
    Now,
}

/// What a finding is about. No reasons will be added within this major version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingReason {
    /// The profile is suspended.
    Suspended,
    /// A link has expired: the account must be linked again.
    LinkExpired,
    /// A link must be refreshed by a date.
    LinkToRefresh,
    /// Post calls this month, out of `monthlyApiCallsQuota`.
    MonthlyApiCalls,
    /// Posts this month, out of `monthlyPostQuota`.
    MonthlyPosts,
    /// Posts on Instagram in 24 hours, out of 50; only known if requested with `instagramQuota`.
    InstagramPosts,
    /// X calls this month, out of `twitterUsage.monthlyLimit`; only known for the Primary Profile.
    TwitterUsage,
    /// No social account is linked.
    NothingLinked,
}
