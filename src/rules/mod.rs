//! The state of a profile's links and quotas, and the rules that evaluate it. Filters, sweeps and
//! [`insight`](crate::insight) share these rules, so that they never disagree.
//!
//! `facts.rs` collects the relevant fields while the bytes of a profile are checked; `renewal.rs` computes when a
//! link must be renewed, and `quota.rs` how much of a quota is used.

mod facts;
mod quota;
mod renewal;

pub(crate) use facts::{Account, ProfileFacts, ProfileView};
pub use quota::{INSTAGRAM_QUOTA, QUOTA_SHARE, Quota, Usage};
pub use renewal::{Due, REFRESH_WITHIN_DAYS, Renewal, days_until};
