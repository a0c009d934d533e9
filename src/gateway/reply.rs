//! What callers get to see: statuses, headers, and errors in the shape that Ayrshare's have.

use super::cors::Origin;
use crate::error::{Error, Kind};

/// Headers of a response, in lower case.
pub type Headers = Vec<(&'static str, String)>;

const NO_STORE: &str = "no-store";
/// Kept by the browser, but asked about each time: its cache knows an answer by the address alone,
/// and would show it to whoever logs in there next.
const ASK_FIRST: &str = "private, no-cache";

const JSON: &str = "application/json; charset=utf-8";
const NDJSON: &str = "application/x-ndjson; charset=utf-8";

/// A response to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// All its headers.
    pub headers: Headers,
    /// What its body is.
    pub body: Body,
}

/// A body, or where it lies; the shell need not carry it through here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// None.
    Empty,
    /// This text.
    Text(String),
    /// The body that Ayrshare sent, byte for byte.
    Upstream,
    /// The body in the store, byte for byte.
    Stored,
    /// The records of the batch file, one a line.
    Profiles,
}

/// Where an answer comes from, for the header `x-gateway-cache`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Upstream,
    Stored,
    /// From the store, while Ayrshare fails.
    Stale,
}

impl Source {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Source::Upstream => "miss",
            Source::Stored => "hit",
            Source::Stale => "stale",
        }
    }
}

/// Why the gateway itself refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Nothing is at this address.
    NotFound,
    /// The method is none of these.
    Method(&'static str),
    /// The URL is too long.
    TooLong,
    /// The query is wrong, in this way.
    Query(String),
    /// The page's origin is not allowed.
    Origin,
    /// `authorize` does not know the caller.
    Unauthorized,
    /// The grant does not reach that far.
    Forbidden,
    /// The operator's code failed.
    Failed,
    /// The operator's code took longer than it may.
    Late,
}

impl Refusal {
    fn status(&self) -> u16 {
        match self {
            Refusal::NotFound => 404,
            Refusal::Method(_) => 405,
            Refusal::TooLong => 414,
            Refusal::Query(_) => 400,
            Refusal::Unauthorized => 401,
            Refusal::Origin | Refusal::Forbidden => 403,
            Refusal::Failed => 500,
            Refusal::Late => 503,
        }
    }

    fn message(&self) -> &str {
        match self {
            Refusal::NotFound => "the gateway has no such route",
            Refusal::Method(_) => "the gateway does not allow this method here",
            Refusal::TooLong => "the URL is longer than the gateway allows",
            Refusal::Query(message) => message,
            Refusal::Origin => "the gateway does not allow this origin",
            Refusal::Unauthorized => "the gateway does not know the caller: log in first",
            Refusal::Forbidden => "the caller may not read this",
            Refusal::Failed => "the gateway failed",
            Refusal::Late => "the gateway could not authorize the caller in time: try again",
        }
    }
}

impl Reply {
    /// A refusal of the gateway's own.
    pub(super) fn refusal(refusal: &Refusal, origin: &Origin, is_head: bool) -> Self {
        let body = error_body("gateway", None, refusal.message());
        let mut reply = Self::json(refusal.status(), body, origin, is_head);
        if let Refusal::Method(allow) = refusal {
            reply.headers.push(("allow", (*allow).to_owned()));
        }
        reply
    }

    /// An error of Ayrshare's, or on the way there. Of its text nothing is a secret any more.
    pub(super) fn error(
        error: &Error,
        message: &str,
        action: &str,
        origin: &Origin,
        is_head: bool,
    ) -> Self {
        let body = error_body(action, error.code, message);
        Self::json(status_of(error), body, origin, is_head)
    }

    fn json(status: u16, body: String, origin: &Origin, is_head: bool) -> Self {
        let mut headers = base_headers(NO_STORE, origin);
        headers.push(("content-type", JSON.to_owned()));
        let body = if is_head {
            Body::Empty
        } else {
            Body::Text(body)
        };
        Reply {
            status,
            headers,
            body,
        }
    }

    /// A JSON answer of Ayrshare's, with its tag where it has one to be asked for again with.
    pub(super) fn answer(etag: Option<&str>, source: Source, origin: &Origin) -> Self {
        let cache_control = if etag.is_some() { ASK_FIRST } else { NO_STORE };
        let mut headers = base_headers(cache_control, origin);
        headers.push(("content-type", JSON.to_owned()));
        headers.extend(etag.map(|etag| ("etag", etag.to_owned())));
        headers.push(("x-gateway-cache", source.as_str().to_owned()));
        let body = match source {
            Source::Upstream => Body::Upstream,
            Source::Stored | Source::Stale => Body::Stored,
        };
        Reply {
            status: 200,
            headers,
            body,
        }
    }

    /// The records of the batch file.
    pub(super) fn profiles(origin: &Origin) -> Self {
        let mut headers = base_headers(NO_STORE, origin);
        headers.push(("content-type", NDJSON.to_owned()));
        Reply {
            status: 200,
            headers,
            body: Body::Profiles,
        }
    }

    /// No content: the answer to `OPTIONS`.
    pub(super) fn options(allow: &str, origin: &Origin) -> Self {
        let mut headers = base_headers(NO_STORE, origin);
        headers.push(("allow", allow.to_owned()));
        Reply {
            status: 204,
            headers,
            body: Body::Empty,
        }
    }

    /// Turns an answer into the news that the caller has it already.
    pub(super) fn into_not_modified(mut self) -> Self {
        self.status = 304;
        self.body = Body::Empty;
        self.headers.retain(|(name, _)| *name != "content-type");
        self
    }

    /// The header's value, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What every reply has. `Vary` is there without an `Origin` too: caches between must not hand one
/// caller's answer to a page of another origin.
fn base_headers(cache_control: &str, origin: &Origin) -> Headers {
    let mut headers = vec![
        ("cache-control", cache_control.to_owned()),
        ("cross-origin-resource-policy", String::from("same-origin")),
        ("vary", String::from("Origin")),
        ("x-content-type-options", String::from("nosniff")),
    ];
    origin.push(&mut headers);
    headers
}

/// An error in the flat shape of Ayrshare's own.
pub(super) fn error_body(action: &str, code: Option<u32>, message: &str) -> String {
    let mut body = String::from("{\"action\":");
    push_json(&mut body, action);
    body.push_str(",\"status\":\"error\"");
    if let Some(code) = code {
        body.push_str(",\"code\":");
        crate::digits::push(&mut body, code as usize);
    }
    body.push_str(",\"message\":");
    push_json(&mut body, message);
    body.push('}');
    body
}

/// Appends a JSON string. Control characters, which messages have no use for, become blanks.
fn push_json(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The status of an error. Ayrshare's own stays, so that callers can tell errors apart as without a
/// gateway, except 401: that is for callers whom the gateway does not know.
fn status_of(error: &Error) -> u16 {
    match (error.kind, error.status) {
        (Kind::Decode, _) | (_, Some(401 | 407)) => 502,
        (_, Some(status @ (200..=299 | 400..=599))) => status,
        (_, Some(_)) | (Kind::Network | Kind::Api | Kind::Auth | Kind::Expired, None) => 502,
        (Kind::Timeout, None) => 504,
        (Kind::RateLimit, None) => 429,
        (Kind::NotReady | Kind::Aborted, None) => 503,
        (Kind::Config | Kind::Internal, None) => 500,
    }
}
