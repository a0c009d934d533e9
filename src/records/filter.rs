//! Selects records.

use crate::json::TrustedCursor;
use crate::rules::{Account, ProfileView};

/// Selects the records that meet every given condition.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// This network is linked, for example `instagram`.
    pub network: Option<String>,
    /// A link must be renewed within this many days, or has expired. With `network`, the link of
    /// that network.
    pub refresh_within_days: Option<f64>,
    /// Nothing is linked.
    pub nothing_linked: bool,
    /// The time that days count from, in milliseconds since 1970.
    pub now_ms: f64,
}

impl Filter {
    pub(super) fn admits(&self, profile: &ProfileView<'_>) -> bool {
        let network = self.network.as_deref().map(str::as_bytes);
        let wanted = |name: &[u8]| network.is_none_or(|network| network == name);
        if self.nothing_linked && !profile.nothing_linked() {
            return false;
        }
        if let Some(days) = self.refresh_within_days {
            let is_due = |account: &Account<'_>| {
                let due = account.renewal().due(self.now_ms);
                due.is_some_and(|due| due.within(days, self.now_ms))
            };
            return profile
                .accounts()
                .any(|account| wanted(&account.network()) && is_due(&account));
        }
        let mut named = network.is_none();
        profile.for_each_active(|name| named |= wanted(&TrustedCursor::new(name).text()));
        named || profile.accounts().any(|account| wanted(&account.network()))
    }
}
