//! What can go wrong, sorted by what a caller can do about it.
//!
//! `table.rs` sorts Ayrshare's error answers by code and status, `answer.rs` finds code and message in
//! the many shapes such an answer has.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::json::{Fault, Mismatches};

mod answer;
mod table;

pub use table::is_retryable;

/// What a failure means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// An option or argument is wrong; nothing was sent.
    Config,
    /// Key or Profile Key refused, profile suspended, or the plan does not include the endpoint.
    Auth,
    /// Any other error answer, and HTTP 200 with `status: "error"`.
    Api,
    /// HTTP 429, the monthly quota used up, or held back before sending.
    RateLimit,
    /// No answer: offline, DNS, TLS or CORS.
    Network,
    /// A try or the whole budget ran out of time.
    Timeout,
    /// The caller's signal.
    Aborted,
    /// The answer is not JSON, cut short, or holds nothing to hand out; where that is asked for, anything that
    /// contradicts the types.
    Decode,
    /// The batch file is not there yet.
    NotReady,
    /// The batch file is not there any more.
    Expired,
    /// A fault of this library.
    Internal,
}

impl Kind {
    /// Its name in JavaScript.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Config => "config",
            Kind::Auth => "auth",
            Kind::Api => "api",
            Kind::RateLimit => "rate_limit",
            Kind::Network => "network",
            Kind::Timeout => "timeout",
            Kind::Aborted => "aborted",
            Kind::Decode => "decode",
            Kind::NotReady => "not_ready",
            Kind::Expired => "expired",
            Kind::Internal => "internal",
        }
    }
}

/// A failed call. One pointer wide, so that passing it on costs little; its parts are read and
/// written as if they were fields of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Parts>);

/// What an [`Error`] says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parts {
    /// What it means for the caller.
    pub kind: Kind,
    /// What went wrong and what to do next; in lower case, without full stop.
    pub message: String,
    /// HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// Ayrshare's own code, when it gave one.
    pub code: Option<u32>,
    /// Ayrshare's own name of what failed, when it gave one.
    pub action: Option<String>,
    /// The other fields of Ayrshare's answer, as the text of a JSON object of at most 8 KiB.
    pub details: Option<String>,
    /// Where a body contradicts its shape; see [`Fault::path`].
    pub path: Option<String>,
    /// All such places, this one included, where that is the reason.
    pub mismatches: Mismatches,
    /// Whether the same call may succeed when tried again.
    pub retryable: bool,
    /// How long to wait before that, in milliseconds.
    pub retry_after_ms: Option<f64>,
}

impl Error {
    /// A failure that is no answer of Ayrshare's.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error(Box::new(Parts {
            kind,
            message: message.into(),
            status: None,
            code: None,
            action: None,
            details: None,
            path: None,
            mismatches: Mismatches::default(),
            retryable: matches!(kind, Kind::Network | Kind::Timeout | Kind::RateLimit),
            retry_after_ms: None,
        }))
    }

    /// Reads an answer as an error; `None` when it is a success, whose body is still to be decoded.
    ///
    /// A 2xx answer is an error when its body says `"status": "error"` or `"success": false`.
    #[must_use]
    pub fn from_answer(status: u16, body: &[u8]) -> Option<Self> {
        answer::read(status, body)
    }
}

/// An error of kind `config` from the parts of its message.
pub(crate) fn config(parts: &[&str]) -> Error {
    Error::new(Kind::Config, parts.concat())
}

impl Deref for Error {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let what = if fault.reason.is_shape() {
            "the response has an unexpected shape"
        } else {
            "the response cannot be read"
        };
        let mut error = Error::new(Kind::Decode, [what, ": ", &fault.text()].concat());
        error.path = Some(fault.path);
        error.mismatches = fault.mismatches;
        error
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
