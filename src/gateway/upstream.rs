//! What is sent to Ayrshare, and which of its response headers are passed on.

use super::grant::GrantedProfile;
use super::headers::ReplyHeaders;
use crate::redact::Secret;
use crate::time;

/// The maximum length of a header value that is passed on, in bytes.
const VALUE_MAX: usize = 64;

/// Ayrshare's numeric headers that are passed on.
const NUMBERS: [&str; 4] = [
    "x-ratelimit-count",
    "x-ratelimit-max",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// A request to Ayrshare. It is built from a grant and a route alone and contains no text from the
/// caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Path and query below the API's base URL.
    pub target: String,
    /// The profile whose data it requests.
    pub profile: GrantedProfile,
}

impl Upstream {
    /// All headers of the request. The method is always `GET`.
    #[must_use]
    pub fn headers(&self, api_key: &Secret) -> Vec<(&'static str, Secret)> {
        let bearer = ["Bearer ", api_key.expose()].concat();
        let mut headers = vec![
            ("accept", Secret::new(String::from("application/json"))),
            ("authorization", Secret::new(bearer)),
        ];
        if let GrantedProfile::Key(key) = &self.profile {
            headers.push(("profile-key", key.clone()));
        }
        headers
    }
}

/// The headers of Ayrshare's response that are passed on to the caller. No others are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed(ReplyHeaders);

impl Passed {
    /// Picks them from the headers that `get` looks up by lower-case name. Values that are not
    /// plain numbers, or for `retry-after` a date, are dropped.
    pub fn pick(get: impl Fn(&'static str) -> Option<String>) -> Self {
        let is_number = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
        let is_short = |value: &str| (1..=VALUE_MAX).contains(&value.len());
        let mut headers = ReplyHeaders::new();
        for name in NUMBERS {
            let value = get(name).filter(|value| is_short(value) && is_number(value));
            headers.extend(value.map(|value| (name, value)));
        }
        let is_date = |value: &str| time::parse_http_date_ms(value).is_some() && value.is_ascii();
        let retry_after = get("retry-after")
            .filter(|value| is_short(value) && (is_number(value) || is_date(value)));
        headers.extend(retry_after.map(|value| ("retry-after", value)));
        Passed(headers)
    }

    pub(super) fn push(&self, headers: &mut ReplyHeaders) {
        headers.extend_from_slice(&self.0);
    }

    pub(super) fn has_retry_after(&self) -> bool {
        self.0.iter().any(|(name, _)| *name == "retry-after")
    }
}
