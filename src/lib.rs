//! Typed, safe and fast reading of Ayrshare user data.
//!
//! The crate covers three endpoints, `GET /user`, `GET /user/details/pinterest` and
//! `GET /user/batch`, and the batch file that the last one points to. The modules, in the order in
//! which a call uses them:
//!
//! - [`api`] turns a query into a request path, and the bytes of a response into a checked result;
//! - [`policy`] decides when to send, wait and give up;
//! - [`error`] classifies failures by what the caller can do about them;
//! - [`model`] declares the types once, for Rust, for the checker and for TypeScript;
//! - [`json`] checks bytes against those types without building a tree;
//! - [`records`] splits the file of all profiles into records, chunk by chunk and in constant
//!   memory;
//! - [`rules`] evaluates the links and quotas of a profile, for sweeps and for [`insight`];
//! - [`insight`] reports what a profile needs, by when, and what has changed;
//! - [`compare`] reports what has changed between two files of all profiles, without holding them;
//! - [`gateway`] decides what a server between browsers and Ayrshare lets each caller read;
//! - `openapi`, natively only, describes the endpoints and types in OpenAPI;
//! - `digits` parses and writes whole numbers, and `sort` is a small sort;
//! - [`time`] parses the time formats that Ayrshare and HTTP use;
//! - [`redact`] decides what errors, events and logs may show;
//! - `web`, on `wasm32` only, connects the crate to JavaScript. Everything else is pure: it does no
//!   I/O, has no clock and no source of randomness, and is tested natively.
//!
//! On `wasm32-unknown-unknown`, in pages and in Workers, `Client` makes the calls:
//!
#![cfg_attr(target_arch = "wasm32", doc = "```no_run")]
#![cfg_attr(not(target_arch = "wasm32"), doc = "```text")]
//! use ayrshare_user::api::user::UserQuery;
//! use ayrshare_user::{CallError, CallOptions, Client, ClientOptions, UserLookup};
//!
//! async fn title() -> Result<Option<String>, CallError> {
//!     // A gateway that holds the key; a server passes `api_key` instead.
//!     let options = ClientOptions { base_url: Some("/ayrshare".to_owned()), ..ClientOptions::default() };
//!     let client = Client::new(options)?;
//!     let response = client.get_user(&UserQuery::default(), &CallOptions::default()).await?;
//!     Ok(match response.value {
//!         UserLookup::User(user) => user.title,
//!         UserLookup::Deleted(_) => None,
//!     })
//! }
//! ```
//!
//! The repository has a page with Yew and a Worker with workers-rs that do so, in `tests/rust_apps`.
//!
//! On every target, a response that came another way is checked like this:
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
//! // A wrong field does not cost you the profile. Decoding fails only if nothing usable is left.
//! let checked = user::decode(br#"{"displayNames": [{"platform": 1}]}"#, false)?;
//! let mismatch = checked.mismatches.iter().next();
//! assert_eq!(mismatch.map(|it| it.path), Some("displayNames[0].platform"));
//! let error = user::decode(br#"{"displayNames": {}}"#, false).unwrap_err();
//! assert_eq!(error.path.as_deref(), Some("displayNames"));
//! # Ok::<(), ayrshare_user::error::Error>(())
//! ```
//!
//! [`records`] reads a file of all profiles in constant memory. A sweep keeps only what it found:
//!
//! ```
//! use ayrshare_user::records::{Sweep, SweepOptions};
//!
//! let now_ms = 1_767_225_600_000.0; // 2026-01-01
//! let mut sweep = Sweep::new(SweepOptions::at(now_ms));
//! let file = br#"[{"refId":"a","displayNames":[{"platform":"x","refreshRequired":"2025-12-30T00:00:00Z"}]},{"refId":"b"}]"#;
//! for chunk in file.chunks(16) {
//!     sweep.reader().feed(chunk);
//!     sweep.advance()?;
//! }
//! sweep.reader().end();
//! sweep.advance()?;
//! assert_eq!((sweep.report().profiles, sweep.report().expired), (2, 1));
//! # Ok::<(), ayrshare_user::records::ReadError>(())
//! ```

pub mod api;
pub mod compare;
mod digits;
pub mod error;
pub mod gateway;
mod header;
pub mod insight;
pub mod json;
pub mod model;
#[cfg(any(test, target_arch = "wasm32"))]
mod numbered;
#[cfg(not(target_arch = "wasm32"))]
pub mod openapi;
pub mod policy;
pub mod records;
pub mod redact;
pub mod rules;
mod sort;
pub mod time;
#[cfg(target_arch = "wasm32")]
pub mod web;

#[cfg(all(target_arch = "wasm32", feature = "npm"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[cfg(target_arch = "wasm32")]
pub use web::batch::{FileOptions, Profiles, Record};
#[cfg(target_arch = "wasm32")]
pub use web::client::{Client, Meta, Response, UserLookup};
#[cfg(target_arch = "wasm32")]
pub use web::failure::{Attempt, CallError};
#[cfg(target_arch = "wasm32")]
pub use web::options::{ApiKey, Cache, CallOptions, ClientOptions, Headers, OnMismatch, Profile};
