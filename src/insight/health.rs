//! The health of a profile: what needs attention, most urgent first.

use std::cmp::Ordering;

use serde::Serialize;

use super::level::{FindingReason, Level};
use super::message;
use crate::json::pairs::{self, Side, Tagged};
use crate::json::{self, Fault};
use crate::model::USER;
use crate::rules::{
    Account, Due, ProfileFacts, ProfileView, QUOTA_SHARE, Quota, REFRESH_WITHIN_DAYS, Usage,
    days_until,
};
use crate::sort;

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

/// The current time, and the thresholds at which a link or quota needs attention.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HealthOptions {
    /// The current time, in milliseconds since 1970.
    pub now_ms: f64,
    /// A link needs attention this many days before it must be refreshed. Default 14.
    pub refresh_within_days: f64,
    /// A quota needs attention at or above this share. Default 0.8.
    pub quota_share: f64,
}

impl HealthOptions {
    /// The default thresholds, with the current time in milliseconds since 1970.
    #[must_use]
    pub fn at(now_ms: f64) -> Self {
        HealthOptions {
            now_ms,
            refresh_within_days: REFRESH_WITHIN_DAYS,
            quota_share: QUOTA_SHARE,
        }
    }
}

/// One finding about a link, a quota or the profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finding {
    /// How urgent it is. Findings with level `ok` are included for their numbers.
    pub level: Level,
    /// What the finding is about.
    pub reason: FindingReason,
    /// The network of the account, as Ayrshare names it; absent for the profile itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// When the link must be refreshed or expired, or when the quota resets, in milliseconds since
    /// 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_ms: Option<f64>,
    /// Whole days from now until `due_ms`: 0 on the last day, negative afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<f64>,
    /// How much of the quota is used. May exceed `limit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<f64>,
    /// The size of the quota.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    /// The finding as an English sentence, with dates in UTC.
    pub message: String,
}

/// The health of one linked account.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccountHealth {
    /// The network, as Ayrshare names it.
    pub network: String,
    /// The highest level of its findings.
    pub level: Level,
    /// The findings, most urgent first. Empty for an account without information about its link and
    /// quota.
    pub findings: Vec<Finding>,
}

/// The health of a profile. A healthy profile has level `ok`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Health {
    /// The highest level of all findings.
    pub level: Level,
    /// All findings about the profile and its accounts, most urgent first.
    pub findings: Vec<Finding>,
    /// The linked accounts with their findings, most urgent first.
    pub accounts: Vec<AccountHealth>,
}

/// Reports what a profile needs and by when. `user` is the JSON of a user, as Ayrshare sent it.
///
/// A field of the wrong type counts as unknown. An account whose `platform` is not a string has no entry in `accounts`, but counts
/// as linked.
///
/// # Errors
/// If `user` is not a JSON object, one of its lists of linked accounts is neither an array nor `null`, or an entry of
/// `displayNames` is not an object.
pub fn account_health(user: &[u8], options: &HealthOptions) -> Result<Health, Fault> {
    let mut facts = ProfileFacts::default();
    json::check_with(user, USER, &mut facts)?;
    let profile = facts.of(user);
    let mut findings = options.profile(&profile);
    let mut accounts = Vec::new();
    for account in profile.accounts() {
        let account = options.account(&account);
        findings.extend_from_slice(&account.findings);
        accounts.push(account);
    }
    for network in only_named(&profile) {
        accounts.push(AccountHealth::new(network, Vec::new()));
    }
    let findings = sort::sorted(findings, Finding::by_urgency);
    Ok(Health {
        level: highest(&findings),
        findings,
        accounts: sort::sorted(accounts, AccountHealth::by_urgency),
    })
}

/// The networks that are listed as linked but have no account: sorted, without duplicates.
fn only_named(profile: &ProfileView<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for account in profile.accounts() {
        let raw = account.network_json();
        let name = json::string(raw).unwrap_or_default();
        let side = Side::Before;
        all.push(Tagged { name, side, raw });
    }
    profile.for_each_active(|raw| {
        let name = json::string(raw).unwrap_or_default();
        let side = Side::After;
        all.push(Tagged { name, side, raw });
    });
    let all = pairs::sorted(all);
    let missing = pairs::groups(&all).filter_map(|group| match group.first() {
        Some(first) if first.side == Side::After => Some(first.name.clone().into_owned()),
        _ => None,
    });
    missing.collect()
}

impl HealthOptions {
    /// The findings about the profile itself.
    fn profile(&self, profile: &ProfileView<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let checks = [
            (profile.suspended(), Level::Now, FindingReason::Suspended),
            (
                profile.nothing_linked(),
                Level::Soon,
                FindingReason::NothingLinked,
            ),
        ];
        for (_, level, reason) in checks.into_iter().filter(|(is, ..)| *is) {
            findings.push(Finding::of_profile(level, reason));
        }
        for usage in profile.quotas() {
            findings.push(self.quota(&usage, None, None));
        }
        findings
    }

    fn account(&self, account: &Account<'_>) -> AccountHealth {
        let network = json::owned(&account.network());
        let mut findings = Vec::new();
        if let Some(due) = account.renewal().due(self.now_ms) {
            findings.push(self.link(&due, &network));
        }
        if let Some(usage) = account.quota() {
            findings.push(self.quota(&usage, Some(&network), account.quota_resets_ms()));
        }
        AccountHealth::new(network, sort::sorted(findings, Finding::by_urgency))
    }

    fn link(&self, due: &Due, network: &str) -> Finding {
        let level = if !due.within(self.refresh_within_days, self.now_ms) {
            Level::Ok
        } else if due.days_left < 1.0 {
            Level::Now
        } else {
            Level::Soon
        };
        Finding {
            level,
            reason: if due.expired {
                FindingReason::LinkExpired
            } else {
                FindingReason::LinkToRefresh
            },
            network: Some(network.to_owned()),
            due_ms: Some(due.at_ms),
            days_left: Some(due.days_left),
            used: None,
            limit: None,
            message: message::link(network, due),
        }
    }

    fn quota(&self, usage: &Usage, network: Option<&str>, resets_ms: Option<f64>) -> Finding {
        let level = if !usage.reaches(self.quota_share) {
            Level::Ok
        } else if usage.reaches(1.0) {
            Level::Now
        } else {
            Level::Soon
        };
        let to_come = resets_ms.filter(|resets_ms| *resets_ms > self.now_ms);
        Finding {
            level,
            reason: usage.quota.into(),
            network: network.map(str::to_owned),
            due_ms: resets_ms,
            days_left: resets_ms.map(|resets_ms| days_until(resets_ms, self.now_ms)),
            used: Some(usage.used),
            limit: Some(usage.limit),
            message: message::quota(usage, to_come),
        }
    }
}

impl Finding {
    fn of_profile(level: Level, reason: FindingReason) -> Self {
        Finding {
            level,
            reason,
            network: None,
            due_ms: None,
            days_left: None,
            used: None,
            limit: None,
            message: message::profile(reason),
        }
    }

    /// By level; then suspension, links by date, quotas by share, anything else.
    fn by_urgency(&self, other: &Self) -> Ordering {
        let ((kind, rank), (other_kind, other_rank)) = (self.rank(), other.rank());
        let by_kind = || kind.cmp(&other_kind);
        let by_rank = || rank.total_cmp(&other_rank);
        let by_level = other.level.cmp(&self.level);
        by_level.then_with(by_kind).then_with(by_rank)
    }

    fn rank(&self) -> (u8, f64) {
        match (self.reason, self.used, self.limit) {
            (FindingReason::Suspended, ..) => (0, 0.0),
            (FindingReason::LinkExpired | FindingReason::LinkToRefresh, ..) => {
                (1, self.due_ms.unwrap_or(0.0))
            }
            (_, Some(used), Some(limit)) => (2, -used / limit),
            _ => (3, 0.0),
        }
    }
}

impl AccountHealth {
    fn new(network: String, findings: Vec<Finding>) -> Self {
        let level = highest(&findings);
        AccountHealth {
            network,
            level,
            findings,
        }
    }

    /// By the most urgent finding; accounts without findings come last.
    fn by_urgency(&self, other: &Self) -> Ordering {
        match (self.findings.first(), other.findings.first()) {
            (Some(one), Some(two)) => one.by_urgency(two),
            (one, two) => two.is_some().cmp(&one.is_some()),
        }
    }
}

/// The highest level of findings that are sorted by urgency.
fn highest(findings: &[Finding]) -> Level {
    findings.first().map_or(Level::Ok, |first| first.level)
}

impl From<Quota> for FindingReason {
    fn from(quota: Quota) -> Self {
        match quota {
            Quota::MonthlyApiCalls => FindingReason::MonthlyApiCalls,
            Quota::MonthlyPosts => FindingReason::MonthlyPosts,
            Quota::InstagramPosts => FindingReason::InstagramPosts,
            Quota::TwitterUsage => FindingReason::TwitterUsage,
        }
    }
}
