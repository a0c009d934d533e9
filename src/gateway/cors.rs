//! Which pages may read answers: those of listed origins, compared byte by byte.
//!
//! A request from any other origin is refused before anybody is asked about it, and gets no CORS
//! header. The value sent back is the list's own, never the request's.

use super::reply::Headers;

/// How long browsers may remember what a preflight was told, in seconds. The most that Chromium keeps.
const PREFLIGHT_MAX_AGE_S: &str = "7200";

const METHODS: &str = "GET, HEAD";
/// Headers that pages may send, besides those that need no leave.
const REQUEST_HEADERS: &str = "authorization, if-none-match";
/// Headers that pages may read, besides those that need no leave.
pub(super) const EXPOSED: &str = "age, etag, retry-after, x-gateway-cache, x-ratelimit-count, x-ratelimit-max, x-ratelimit-remaining, x-ratelimit-reset";

/// The rules for other origins.
#[derive(Debug, Clone)]
pub struct Cors {
    origins: Vec<String>,
    request_headers: String,
    allow_credentials: bool,
}

/// Where a request comes from, once that is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// None for the gateway's own pages and for programs.
    listed: Option<String>,
    allow_credentials: bool,
}

impl Cors {
    /// Takes checked origins and header names.
    pub(super) fn new(origins: Vec<String>, headers: &[String], allow_credentials: bool) -> Self {
        let mut request_headers = String::from(REQUEST_HEADERS);
        for name in headers {
            request_headers.extend([", ", &name.to_ascii_lowercase()]);
        }
        Cors {
            origins,
            request_headers,
            allow_credentials,
        }
    }

    /// Judges the `Origin` of a request; `None` when it is refused.
    pub(super) fn judge(&self, origin: Option<&str>) -> Option<Origin> {
        let Some(origin) = origin else {
            return Some(Origin::default());
        };
        let listed = self.origins.iter().find(|listed| *listed == origin)?;
        Some(Origin {
            listed: Some(listed.clone()),
            allow_credentials: self.allow_credentials,
        })
    }

    /// What a preflight is told. The same whatever it asks for: the browser compares.
    pub(super) fn preflight(&self, headers: &mut Headers) {
        headers.push(("access-control-allow-methods", METHODS.to_owned()));
        headers.push(("access-control-allow-headers", self.request_headers.clone()));
        headers.push(("access-control-max-age", PREFLIGHT_MAX_AGE_S.to_owned()));
    }
}

impl Origin {
    /// Whether it is another origin than the gateway's.
    pub(super) fn is_listed(&self) -> bool {
        self.listed.is_some()
    }

    /// Adds the headers that let its pages read the answer.
    pub(super) fn push(&self, headers: &mut Headers) {
        let Some(origin) = &self.listed else { return };
        headers.push(("access-control-allow-origin", origin.clone()));
        headers.push(("access-control-expose-headers", EXPOSED.to_owned()));
        if self.allow_credentials {
            headers.push(("access-control-allow-credentials", String::from("true")));
        }
    }
}
