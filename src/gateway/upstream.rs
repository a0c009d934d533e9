//! What Ayrshare gets to see, and what comes back of its headers.

use super::grant::Profile;
use super::reply::Headers;
use crate::redact::Secret;
use crate::time;

/// The longest value of a header that is passed on, in bytes.
const VALUE_MAX: usize = 64;

/// Headers of Ayrshare's that are passed on. All are numbers.
const NUMBERS: [&str; 4] = [
    "x-ratelimit-count",
    "x-ratelimit-max",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// A request to Ayrshare. It is made of a grant and a route alone: there is nothing of the caller's
/// own words in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Path and query below the API's address.
    pub target: String,
    /// Whose data it asks for.
    pub profile: Profile,
}

impl Upstream {
    /// All its headers. The method is always `GET`.
    #[must_use]
    pub fn headers(&self, api_key: &Secret) -> Vec<(&'static str, Secret)> {
        let bearer = ["Bearer ", api_key.expose()].concat();
        let mut headers = vec![
            ("accept", Secret::new(String::from("application/json"))),
            ("authorization", Secret::new(bearer)),
        ];
        if let Profile::Key(key) = &self.profile {
            headers.push(("profile-key", key.clone()));
        }
        headers
    }
}

/// The headers of an answer that are passed on; there are none but these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed(Headers);

impl Passed {
    /// Picks them out of all headers, which are looked up by name in lower case. What is not a plain
    /// number, or for `retry-after` a date, stays behind.
    pub fn pick(get: impl Fn(&'static str) -> Option<String>) -> Self {
        let is_number = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
        let is_short = |value: &str| (1..=VALUE_MAX).contains(&value.len());
        let mut headers = Headers::new();
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

    pub(super) fn push(&self, headers: &mut Headers) {
        headers.extend_from_slice(&self.0);
    }

    pub(super) fn has_retry_after(&self) -> bool {
        self.0.iter().any(|(name, _)| *name == "retry-after")
    }
}
