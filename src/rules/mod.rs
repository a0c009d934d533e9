//! What a profile says of its links and quotas, and the rules it is judged by. Filters, sweeps and
//! [`insight`](crate::insight) all judge here, so that they never disagree.
//!
//! `facts.rs` notes what counts while the bytes of a profile are checked; `renewal.rs` says when a link must be
//! renewed, `quota.rs` how much of a quota is used up.

mod facts;
mod quota;
mod renewal;

pub(crate) use facts::{Account, Facts, Profile};
pub use quota::{INSTAGRAM_QUOTA, QUOTA_SHARE, Quota, Usage};
pub use renewal::{Due, REFRESH_WITHIN_DAYS, Renewal, days_until};
