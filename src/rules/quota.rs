//! How much of a quota is used up.

use serde::Serialize;

/// The default share of a quota from which it is reported.
pub const QUOTA_SHARE: f64 = 0.8;
/// Posts that Ayrshare allows on Instagram in 24 hours; `usedQuota` counts against this limit.
/// Source: specification. Newer limits of Instagram are higher, so usage may exceed it.
pub const INSTAGRAM_QUOTA: f64 = 50.0;

/// The quotas that profiles report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Quota {
    /// `monthlyApiCalls` of `monthlyApiCallsQuota`.
    MonthlyApiCalls,
    /// `monthlyPostCount` of `monthlyPostQuota`.
    MonthlyPosts,
    /// `usedQuota` of the 50 posts that Ayrshare allows on Instagram in 24 hours.
    InstagramPosts,
    /// `twitterUsage`: calls to X this month.
    TwitterUsage,
}

/// How much of a quota is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Which quota.
    pub quota: Quota,
    /// How much is used, in the units of the quota.
    pub used: f64,
    /// How much is allowed; above zero.
    pub limit: f64,
}

impl Usage {
    /// The usage that a profile reports; `None` unless both numbers are present and finite, and the
    /// limit is above zero.
    #[must_use]
    pub fn of(quota: Quota, used: Option<f64>, limit: Option<f64>) -> Option<Self> {
        let (used, limit) = (used?, limit?);
        let is_known = used.is_finite() && limit.is_finite() && limit > 0.0;
        is_known.then_some(Usage { quota, used, limit })
    }

    /// The share used: 1 if the quota is used up, more if usage exceeds it.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.used / self.limit
    }

    /// Whether at least this share is used.
    #[must_use]
    pub fn reaches(&self, share: f64) -> bool {
        self.used >= self.limit * share
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn usage(used: f64, limit: f64) -> Option<Usage> {
        Usage::of(Quota::InstagramPosts, Some(used), Some(limit))
    }

    #[test]
    fn a_share_is_reached_at_its_exact_value() {
        assert!(usage(40.0, 50.0).unwrap().reaches(0.8));
        assert!(!usage(39.0, 50.0).unwrap().reaches(0.8));
        assert!(usage(50.0, 50.0).unwrap().reaches(1.0));
        assert!(!usage(49.0, 50.0).unwrap().reaches(1.0));
        assert!(usage(73.0, 50.0).unwrap().share() > 1.0);
    }

    #[test]
    fn unknown_usage_is_not_evaluated() {
        for limit in [0.0, -1.0, f64::INFINITY, f64::NAN] {
            assert_eq!(usage(1.0, limit), None, "{limit}");
        }
        assert_eq!(usage(f64::INFINITY, 5.0), None);
        assert_eq!(Usage::of(Quota::MonthlyPosts, None, Some(5.0)), None);
        assert_eq!(Usage::of(Quota::MonthlyPosts, Some(5.0), None), None);
    }
}
