//! What the data means: what a profile needs and by when, and what has changed between two snapshots.
//!
//! Both read the JSON as Ayrshare sent it, so that nothing is lost in between, and return small results:
//!
//! - [`account_health`] evaluates one profile by the same [`rules`](crate::rules) as sweeps and filters; `message.rs` words its findings
//!   in English.
//! - [`diff_users`] compares two snapshots of a profile, [`diff_profiles`] two lists of profiles.
//!
//! ```
//! use ayrshare_user::insight::{ChangeKind, DiffOptions, HealthOptions, Level, account_health, diff_users};
//!
//! let before = br#"{"displayNames": [{"platform": "linkedin", "refreshDaysRemaining": 3}]}"#;
//! let health = account_health(before, &HealthOptions::at(0.0))?;
//! assert_eq!(health.level, Level::Soon);
//! assert_eq!(
//!     health.findings[0].message,
//!     "The LinkedIn link must be refreshed by 1970-01-04: 3 days left."
//! );
//!
//! let after = br#"{"displayNames": []}"#;
//! let changes = diff_users(before, after, DiffOptions::default())?;
//! assert_eq!(changes[0].kind, ChangeKind::Unlinked);
//! # Ok::<(), ayrshare_user::json::Fault>(())
//! ```

mod diff;
mod diff_profiles;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod growth;
mod health;
mod level;
mod message;

pub(crate) use diff::changes;
pub use diff::{Change, ChangeKind, DiffOptions, diff_users};
pub use diff_profiles::{ProfileChanges, ProfileName, ProfilesDiff, diff_profiles};
pub(crate) use diff_profiles::{has_odd_ref_id, profile_key};
pub use health::{AccountHealth, Finding, Health, HealthOptions, account_health};
pub use level::{FindingReason, Level};
