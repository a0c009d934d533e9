//! When to send, when to wait, when to stop, and which responses may come from the cache.
//!
//! Four pure state machines. None of them has a clock or a source of randomness: callers pass both
//! in, so a test can reproduce every decision.
//!
//! - [`retry`]: one [`RetryPolicy`](retry::RetryPolicy) per call decides about its attempts and its time budget.
//! - [`guard`]: one [`Guard`](guard::Guard) per client knows which profiles have to pause.
//! - [`download`]: one [`DownloadPolicy`](download::DownloadPolicy) per download finds the batch file and resumes after
//!   dropped connections; [`file_host`] interprets the responses of the file's host, and
//!   [`fingerprint`] checks that a second download begins with the same bytes as the first.
//! - [`freshness`]: one [`ResponseCache`](freshness::ResponseCache) per client caches responses until their next
//!   update.
//!
//! Usual retry habits do harm here: Ayrshare suspends a profile after 1,000 responses with status
//! 429 in 24 hours. So a 429 is retried at most once, and only if the server named the wait.
//!
//! Times are milliseconds since the Unix epoch, durations are milliseconds. A clock that jumps, in
//! either direction, may cost time but never causes an early, extra or endless attempt.

pub mod download;
pub mod file_host;
pub mod fingerprint;
pub mod freshness;
pub mod guard;
pub mod retry;

/// Ayrshare's rate-limit window: the longest that a profile has to pause after too many calls.
///
/// Source: the documentation, section rate limits ("5-minute window").
pub const WINDOW_MS: f64 = 300_000.0;
