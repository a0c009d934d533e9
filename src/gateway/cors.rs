//! Which pages may read responses: those of the listed origins, compared byte by byte.
//!
//! A request from any other origin is refused before `authorize` is called, and its reply has no
//! CORS headers. The `access-control-allow-origin` of a reply is taken from the list, never from
//! the request.

use super::headers::ReplyHeaders;

/// How long browsers may cache a preflight, in seconds. The maximum in Chromium.
const PREFLIGHT_MAX_AGE_S: &str = "7200";

const METHODS: &str = "GET, HEAD";
/// Request headers that pages may send, besides the CORS-safelisted ones.
const REQUEST_HEADERS: &str = "authorization, if-none-match";
/// Response headers that pages may read, besides the CORS-safelisted ones.
pub(super) const EXPOSED: &str = "age, etag, retry-after, x-gateway-cache, x-ratelimit-count, x-ratelimit-max, x-ratelimit-remaining, x-ratelimit-reset";

/// The CORS rules.
#[derive(Debug, Clone)]
pub struct Cors {
    origins: Vec<String>,
    request_headers: String,
    allow_credentials: bool,
}

/// The allowed origin of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// `None` for same-origin requests and for clients that are not browsers.
    listed: Option<String>,
    allow_credentials: bool,
}

impl Cors {
    /// Expects validated origins and header names.
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

    /// Checks the `Origin` of a request; `None` if it is refused.
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

    /// Adds the headers of the reply to a preflight. They do not depend on the request: the browser
    /// compares.
    pub(super) fn preflight(&self, headers: &mut ReplyHeaders) {
        headers.push(("access-control-allow-methods", METHODS.to_owned()));
        headers.push(("access-control-allow-headers", self.request_headers.clone()));
        headers.push(("access-control-max-age", PREFLIGHT_MAX_AGE_S.to_owned()));
    }
}

impl Origin {
    /// Whether the request is from a listed origin.
    pub(super) fn is_listed(&self) -> bool {
        self.listed.is_some()
    }

    /// Adds the headers that let pages of this origin read the reply.
    pub(super) fn push(&self, headers: &mut ReplyHeaders) {
        let Some(origin) = &self.listed else { return };
        headers.push(("access-control-allow-origin", origin.clone()));
        headers.push(("access-control-expose-headers", EXPOSED.to_owned()));
        if self.allow_credentials {
            headers.push(("access-control-allow-credentials", String::from("true")));
        }
    }
}
