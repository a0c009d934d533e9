//! What callers get: statuses, headers, and errors in the shape of Ayrshare's.

use super::cors::Origin;
use super::headers::ReplyHeaders;
use crate::error::{self, Error, Kind};

const NO_STORE: &str = "no-store";
/// The browser may cache the response, but must revalidate it each time: its cache key is the URL
/// alone, so otherwise it would show the response to the next user who logs in.
const ASK_FIRST: &str = "private, no-cache";

/// The action of errors in the gateway's own words. Clients attribute their message to the gateway and add no advice to it.
const GATEWAY: &str = "gateway";

const JSON: &str = "application/json; charset=utf-8";
const NDJSON: &str = "application/x-ndjson; charset=utf-8";

/// A response to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: ReplyHeaders,
    /// The body.
    pub body: ReplyBody,
}

/// A body, or where to take it from, so that large bodies need not be copied into this module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyBody {
    /// No body.
    Empty,
    /// This text.
    Text(String),
    /// The body that Ayrshare sent, byte for byte.
    Upstream,
    /// The cached body, byte for byte.
    Stored,
    /// The records of the batch file, one per line.
    Profiles,
}

/// Where a response comes from, for the header `x-gateway-cache`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Upstream,
    Stored,
    /// From the cache, although stale, during an outage of Ayrshare.
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
pub(super) enum GatewayRefusal {
    /// The path is unknown.
    NotFound,
    /// The method is not one of these.
    Method(&'static str),
    /// The URL is too long.
    TooLong,
    /// The query is invalid, for this reason.
    Query(String),
    /// The page's origin is not allowed.
    Origin,
    /// `authorize` does not know the caller.
    Unauthorized,
    /// The grant does not cover the request.
    Forbidden,
    /// The operator's code failed.
    Failed,
    /// The operator's code timed out.
    Late,
}

impl GatewayRefusal {
    fn status(&self) -> u16 {
        match self {
            GatewayRefusal::NotFound => 404,
            GatewayRefusal::Method(_) => 405,
            GatewayRefusal::TooLong => 414,
            GatewayRefusal::Query(_) => 400,
            GatewayRefusal::Unauthorized => 401,
            GatewayRefusal::Origin | GatewayRefusal::Forbidden => 403,
            GatewayRefusal::Failed => 500,
            GatewayRefusal::Late => 503,
        }
    }

    fn message(&self) -> &str {
        match self {
            GatewayRefusal::NotFound => "the gateway has no such route",
            GatewayRefusal::Method(_) => "the gateway does not allow this method here",
            GatewayRefusal::TooLong => "the URL is longer than the gateway allows",
            GatewayRefusal::Query(message) => message,
            GatewayRefusal::Origin => "the gateway does not allow this origin",
            GatewayRefusal::Unauthorized => "the gateway does not know the caller: log in first",
            GatewayRefusal::Forbidden => "the caller may not read this",
            GatewayRefusal::Failed => "the gateway failed",
            GatewayRefusal::Late => "the gateway could not authorize the caller in time: try again",
        }
    }
}

impl Reply {
    /// A refusal by the gateway itself.
    pub(super) fn refusal(refusal: &GatewayRefusal, origin: &Origin, is_head: bool) -> Self {
        let body = error_body(Some(GATEWAY), None, refusal.message());
        let mut reply = Self::json(refusal.status(), body, origin, is_head);
        if let GatewayRefusal::Method(allow) = refusal {
            reply.headers.push(("allow", (*allow).to_owned()));
        }
        reply
    }

    /// An error of Ayrshare's, or on the way there. `message` and `action` must be redacted.
    pub(super) fn error(
        error: &Error,
        message: &str,
        action: Option<&str>,
        origin: &Origin,
        is_head: bool,
    ) -> Self {
        let status = status_of(error);
        let body = relayed(status, error.code, message, action)
            .unwrap_or_else(|| error_body(Some(GATEWAY), error.code, message));
        Self::json(status, body, origin, is_head)
    }

    fn json(status: u16, body: String, origin: &Origin, is_head: bool) -> Self {
        let mut headers = base_headers(NO_STORE, origin);
        headers.push(("content-type", JSON.to_owned()));
        let body = if is_head {
            ReplyBody::Empty
        } else {
            ReplyBody::Text(body)
        };
        Reply {
            status,
            headers,
            body,
        }
    }

    /// A JSON reply to a server, which does not need the headers that are meant for browsers.
    pub(super) fn json_for_servers(status: u16, body: String) -> Self {
        Reply {
            status,
            headers: vec![
                ("cache-control", NO_STORE.to_owned()),
                ("content-type", JSON.to_owned()),
                nosniff(),
            ],
            body: ReplyBody::Text(body),
        }
    }

    /// A JSON response of Ayrshare's. With an entity tag, callers can revalidate it.
    pub(super) fn response(etag: Option<&str>, source: Source, origin: &Origin) -> Self {
        let cache_control = if etag.is_some() { ASK_FIRST } else { NO_STORE };
        let mut headers = base_headers(cache_control, origin);
        headers.push(("content-type", JSON.to_owned()));
        headers.extend(etag.map(|etag| ("etag", etag.to_owned())));
        headers.push(("x-gateway-cache", source.as_str().to_owned()));
        let body = match source {
            Source::Upstream => ReplyBody::Upstream,
            Source::Stored | Source::Stale => ReplyBody::Stored,
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
            body: ReplyBody::Profiles,
        }
    }

    /// The reply to `OPTIONS`: no content.
    pub(super) fn options(allow: &str, origin: &Origin) -> Self {
        let mut headers = base_headers(NO_STORE, origin);
        headers.push(("allow", allow.to_owned()));
        Reply {
            status: 204,
            headers,
            body: ReplyBody::Empty,
        }
    }

    /// Turns the reply into a 304: the caller already has the body.
    pub(super) fn into_not_modified(mut self) -> Self {
        self.status = 304;
        self.body = ReplyBody::Empty;
        self.headers.retain(|(name, _)| *name != "content-type");
        self
    }

    /// The value of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The headers of every reply. `Vary` is sent even without an `Origin`, since intermediary caches
/// must not serve the response to a page of another origin.
fn base_headers(cache_control: &str, origin: &Origin) -> ReplyHeaders {
    let mut headers = vec![
        ("cache-control", cache_control.to_owned()),
        ("cross-origin-resource-policy", String::from("same-origin")),
        ("vary", String::from("Origin")),
        nosniff(),
    ];
    origin.push(&mut headers);
    headers
}

fn nosniff() -> (&'static str, String) {
    ("x-content-type-options", String::from("nosniff"))
}

/// What Ayrshare said, in its own words, to which clients add the same advice as without a gateway. `None` if it said nothing, or if clients
/// would add other advice because the status is not Ayrshare's.
fn relayed(status: u16, code: Option<u32>, message: &str, action: Option<&str>) -> Option<String> {
    let (advice, words) = error::quoted(message)?;
    let body = error_body(action, code, words);
    let read = Error::from_response(status, body.as_bytes())?;
    let (again, _) = error::quoted(&read.message)?;
    (again == advice).then_some(body)
}

/// An error body in the flat shape of Ayrshare's.
pub(super) fn error_body(action: Option<&str>, code: Option<u32>, message: &str) -> String {
    let mut body = String::from("{");
    if let Some(action) = action {
        body.push_str("\"action\":");
        push_json(&mut body, action);
        body.push(',');
    }
    body.push_str("\"status\":\"error\"");
    if let Some(code) = code {
        body.push_str(",\"code\":");
        crate::digits::push(&mut body, code as usize);
    }
    body.push_str(",\"message\":");
    push_json(&mut body, message);
    body.push('}');
    body
}

/// Appends a JSON string. Control characters, which messages do not need, become spaces.
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

/// The status of an error. Ayrshare's status is passed on, so that callers can distinguish errors
/// as without a gateway, except 401 and 407: 401 means that the gateway does not know the caller.
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
