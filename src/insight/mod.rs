//! What the data means: what a profile needs and by when.
//!
//! [`account_health`] judges one profile by the same [`rules`](crate::rules) as sweeps and filters;
//! `sentence.rs` says it in English.
//!
//! ```
//! use ayrshare_user::insight::{HealthOptions, Level, account_health};
//!
//! let user = br#"{"displayNames": [{"platform": "linkedin", "refreshDaysRemaining": 3}]}"#;
//! let health = account_health(user, &HealthOptions::at(0.0))?;
//! assert_eq!(health.level, Level::Soon);
//! assert_eq!(
//!     health.findings[0].message,
//!     "The LinkedIn link must be refreshed by 1970-01-04: 3 days left."
//! );
//! # Ok::<(), ayrshare_user::json::Fault>(())
//! ```

mod health;
mod sentence;

pub use health::{AccountHealth, Finding, Health, HealthOptions, Level, Reason, account_health};
