//! Typed, safe and fast reading of Ayrshare user data.
//!
//! Three endpoints are covered: `GET /user`, `GET /user/details/pinterest` and `GET /user/batch`, with
//! the file that the last one leads to. A tour
//! in the order of a call:
//!
//! - [`api`] turns a query into the path to ask for, and the bytes of an answer into a checked
//!   result;
//! - [`policy`] decides when to try, wait and give up;
//! - [`error`] sorts what can go wrong by what a caller can do about it;
//! - [`model`] declares the types, once for Rust, for the checker and for TypeScript;
//! - [`json`] checks bytes against those types without building a tree;
//! - [`records`] takes the file of all profiles apart, in chunks and in constant memory;
//! - [`rules`] judges the links and quotas of a profile, for sweeps and for
//! - [`insight`], which says what a profile needs by when, and what has changed;
//! - [`gateway`] decides for a server between browsers and Ayrshare who may see what;
//! - `digits` reads and writes whole numbers, and `order` sorts, in little code;
//! - [`time`] reads the notations of time that occur;
//! - [`redact`] decides what may be shown of all this;
//! - `web`, on `wasm32` only, is the shell that talks to JavaScript. Everything else is pure: it
//!   neither sends nor waits, knows no clock and no randomness, and is tested natively.
//!
//! ```
//! use ayrshare_user::api::user::{self, UserQuery};
//!
//! let query = UserQuery { instagram_quota: Some(true), ..UserQuery::default() };
//! assert_eq!(user::target(&query), "/user?instagramQuota=true");
//!
//! let checked = user::decode(br#"{"refId": "1", "email": null}"#, false)?;
//! assert!(checked.lacks_display_names);
//!
//! // One wrong field never costs a profile; what leaves nothing to hand out is an error.
//! let checked = user::decode(br#"{"displayNames": [{"platform": 1}]}"#, false)?;
//! let mismatch = checked.mismatches.iter().next();
//! assert_eq!(mismatch.map(|it| it.path), Some("displayNames[0].platform"));
//! let error = user::decode(br#"{"displayNames": {}}"#, false).unwrap_err();
//! assert_eq!(error.path.as_deref(), Some("displayNames"));
//! # Ok::<(), ayrshare_user::error::Error>(())
//! ```

pub mod api;
mod digits;
pub mod error;
pub mod gateway;
pub mod insight;
pub mod json;
pub mod model;
mod order;
pub mod policy;
pub mod records;
pub mod redact;
pub mod rules;
mod syntax;
pub mod time;
#[cfg(target_arch = "wasm32")]
pub mod web;

#[cfg(all(
    target_arch = "wasm32",
    any(
        feature = "npm",
        feature = "npm-batch",
        feature = "npm-insight",
        feature = "npm-gateway"
    )
))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[cfg(target_arch = "wasm32")]
pub use web::client::{Answer, Client, Existence, Meta};
#[cfg(target_arch = "wasm32")]
pub use web::failure::{Failure, TryReport};
#[cfg(target_arch = "wasm32")]
pub use web::options::{ApiKey, Cache, CallOptions, ClientOptions, Headers, OnMismatch, Profile};
#[cfg(target_arch = "wasm32")]
pub use web::profiles::{FileOptions, Profiles, Record};
