//! What a sweep has found.

use serde::Serialize;

use crate::rules::Quota;

/// The result of a sweep.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// Profiles, including mismatched ones; all other numbers refer to these.
    pub profiles: u64,
    /// Invalid records: mismatched profiles, and the `unreadable` ones.
    pub invalid: u64,
    /// Records that could not be read as a profile.
    pub unreadable: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Linked accounts on all networks: each entry of `displayNames`, and each network that is only in `activeSocialAccounts`.
    pub accounts: u64,
    /// Linked accounts per network, the most frequent first. Unknown networks are included.
    pub networks: Vec<NetworkCount>,
    /// Accounts on other networks, if there are more than 64.
    pub other_accounts: u64,
    /// Links that must be renewed within the requested days and have not expired.
    pub refresh_soon: u64,
    /// Links that have expired.
    pub expired: u64,
    /// Profiles with nothing linked.
    pub nothing_linked: u64,
    /// Suspended profiles.
    pub suspended: u64,
    /// Quotas whose use reaches the requested share.
    pub quotas_high: u64,
    /// Links to renew and expired links, the most urgent first; at most `max_entries`.
    pub links: Vec<LinkDue>,
    /// How many links were left out.
    pub links_left_out: u64,
    /// Quotas whose use reaches the requested share, the most used first; at most `max_entries`.
    pub quotas: Vec<QuotaUse>,
    /// How many quotas were left out.
    pub quotas_left_out: u64,
    /// Where records contradict the types, the most frequent first; at most `max_entries`. Only the first 100 mismatches of each record are
    /// counted.
    pub mismatches: Vec<MismatchCount>,
    /// How many mismatches were left out.
    pub mismatches_left_out: u64,
}

/// A place where records contradict the types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MismatchCount {
    /// The path in the record, such as `displayNames[].usedQuota`.
    pub path: String,
    /// The documented type.
    pub expected: String,
    /// The actual type.
    pub found: String,
    /// The number of records with this mismatch.
    pub records: u64,
}

/// How often a network is linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NetworkCount {
    /// Its name, such as `instagram`.
    pub network: String,
    /// Number of linked accounts.
    pub accounts: u64,
}

/// A link to renew, or an expired one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkDue {
    /// Reference id of the profile, if it has one.
    pub ref_id: Option<String>,
    /// Title of the profile, if it has one.
    pub title: Option<String>,
    /// Name of the network.
    pub network: String,
    /// When the link must be renewed, in milliseconds since 1970.
    pub due_ms: f64,
    /// Whole days until then; negative if it is in the past.
    pub days_left: f64,
    /// Whether the link has expired.
    pub expired: bool,
}

/// A quota that is almost or completely used up.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuotaUse {
    /// Reference id of the profile, if it has one.
    pub ref_id: Option<String>,
    /// Title of the profile, if it has one.
    pub title: Option<String>,
    /// The quota.
    pub quota: Quota,
    /// How much is used.
    pub used: f64,
    /// The total that is allowed.
    pub limit: f64,
}
