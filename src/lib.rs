//! Typed, safe and fast reading of Ayrshare user data.
//!
//! Three endpoints are covered: `GET /user`, `GET /user/details/pinterest` and `GET /user/batch`.

pub mod redact;
