//! How urgent something is, and what it is about.

use serde::Serialize;

/// How urgent something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing to do.
    Ok,
    /// To be done before long: a link to refresh within the days asked for, a quota used above the
    /// share asked for, nothing linked yet.
    Soon,
    /// Broken, or about to break within a day: an expired link, a link with less than a day left, a
    /// quota used up, a suspended profile.
    Now,
}

/// What a finding is about. No other reasons will be told within this major version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The profile is suspended.
    Suspended,
    /// A link has expired: the account must be linked again.
    LinkExpired,
    /// A link must be refreshed by a date.
    LinkToRefresh,
    /// Post calls of the month, of `monthlyApiCallsQuota`.
    MonthlyApiCalls,
    /// Posts of the month, of `monthlyPostQuota`.
    MonthlyPosts,
    /// Posts on Instagram in 24 hours, of 50; only known when asked for with `instagramQuota`.
    InstagramPosts,
    /// Calls of X this month, of `twitterUsage.monthlyLimit`; only known for the Primary Profile.
    TwitterUsage,
    /// No social account is linked.
    NothingLinked,
}
