//! When to send, when to wait, when to stop, and what may be answered from memory.
//!
//! Four pure state machines. None of them has a clock or a source of randomness: the shell passes
//! both in, so every decision can be repeated in a test.
//!
//! - [`retry`]: one [`Call`](retry::Call) decides about the tries of one call and its time budget.
//! - [`guard`]: one [`Guard`](guard::Guard) per client knows which profile has to pause.
//! - [`download`]: one [`Plan`](download::Plan) leads to the batch file and through dropped connections;
//!   [`file_host`] is the table of what the file's host answers,
//!   [`fingerprint`] compares a second reading with the first one.
//! - [`freshness`]: one [`Store`](freshness::Store) per client keeps answers until they are renewed.
//!
//! The habits of most clients are harmful here: Ayrshare suspends a profile after 1,000 answers of
//! 429 in 24 hours. So a 429 is retried at most once, and only when the wait is known.
//!
//! Times are milliseconds since the Unix epoch, spans are milliseconds. A clock that jumps, in
//! either direction, may cost time but never leads to an early, extra or endless try.

pub mod download;
pub mod file_host;
pub mod fingerprint;
pub mod freshness;
pub mod guard;
pub mod retry;

/// Ayrshare's rate-limit window, the longest a profile has to pause after too many calls.
///
/// Source: the documentation, section rate limits ("5-minute window").
pub const WINDOW_MS: f64 = 300_000.0;
