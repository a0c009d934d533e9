//! The error type, and the classification of errors by what the caller can do about them.
//!
//! `table.rs` classifies Ayrshare's error responses by code and status; `response.rs` extracts code and message
//! from the many shapes of such a response.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::json::{Fault, Mismatches};

mod response;
mod table;

pub(crate) use response::quoted;
pub use table::is_retryable;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use table::{Classification, by_status, codes};

/// What a failure means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// An option or argument is wrong; nothing was sent.
    Config,
    /// The API key or Profile Key was refused, the profile is suspended, or the plan does not
    /// include the endpoint.
    Auth,
    /// Any other error response, including HTTP 200 with `status: "error"`.
    Api,
    /// HTTP 429, the monthly quota is used up, or the call was held back before sending.
    RateLimit,
    /// No response: offline, DNS, TLS or CORS.
    Network,
    /// An attempt or the whole call timed out.
    Timeout,
    /// The caller's signal aborted the call.
    Aborted,
    /// The response is not JSON, is cut short, or lacks what the result needs; with
    /// `OnMismatch::Throw`, also anything else that contradicts the types.
    Decode,
    /// The batch file is not available yet.
    NotReady,
    /// The batch file is no longer available.
    Expired,
    /// A bug in this library.
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

/// A failed call. It is one pointer wide, so that passing it on is cheap; it dereferences to its
/// [`Parts`].
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Parts>);

/// The contents of an [`Error`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parts {
    /// What it means for the caller.
    pub kind: Kind,
    /// What went wrong and what to do next; in lower case except for proper names, without full
    /// stop.
    pub message: String,
    /// HTTP status, if there was a response.
    pub status: Option<u16>,
    /// Ayrshare's error code, if it sent one.
    pub code: Option<u32>,
    /// Ayrshare's name for what failed, if it sent one.
    pub action: Option<String>,
    /// The other fields of Ayrshare's response, as the text of a JSON object of at most 8 KiB.
    pub details: Option<String>,
    /// Where the body contradicts the types; see [`Fault::path`].
    pub path: Option<String>,
    /// All places that contradict the types, including `path`, if that is why the call failed.
    pub mismatches: Mismatches,
    /// Whether the same call may succeed if it is retried.
    pub retryable: bool,
    /// How long to wait before a retry, in milliseconds, if known.
    pub retry_after_ms: Option<f64>,
}

impl Error {
    /// An error without a response of Ayrshare's.
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

    /// Reads an error response; `None` if the response is a success, whose body is yet to be
    /// decoded.
    ///
    /// A 2xx response is an error if its body contains `"status": "error"` or `"success": false`.
    #[must_use]
    pub fn from_response(status: u16, body: &[u8]) -> Option<Self> {
        response::read(status, body)
    }
}

/// An error of kind `config`. The parts are joined to its message.
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
