//! The table that maps HTTP status and Ayrshare code to kind, advice and retryability.
//!
//! Ayrshare's code takes precedence over the HTTP status, since the same cause comes with different
//! statuses: an invalid API key is documented as 401 and observed as 403. Texts vary too, so
//! nothing matches on them.

use super::Kind;

/// What an error response means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Classification {
    pub kind: Kind,
    /// What is wrong, and what to do next.
    pub advice: &'static str,
    /// Whether the same call may succeed if it is retried.
    pub retryable: bool,
}

const fn last(kind: Kind, advice: &'static str) -> Classification {
    Classification {
        kind,
        advice,
        retryable: false,
    }
}

const fn again(kind: Kind, advice: &'static str) -> Classification {
    Classification {
        kind,
        advice,
        retryable: true,
    }
}

/// Classifies an error response.
pub(super) fn verdict(status: u16, code: Option<u32>) -> Classification {
    code.and_then(by_code).unwrap_or_else(|| by_status(status))
}

/// Whether a call that got this error response may succeed if it is retried.
#[must_use]
pub fn is_retryable(status: u16, code: Option<u32>) -> bool {
    verdict(status, code).retryable
}

/// All codes that the table knows, in ascending order.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn codes() -> impl Iterator<Item = (u32, Classification)> {
    // Ayrshare's codes have three digits.
    (100..1000).filter_map(|code| Some((code, by_code(code)?)))
}

fn by_code(code: u32) -> Option<Classification> {
    Some(match code {
        102 => last(
            Kind::Auth,
            "the API key is not valid: copy it again from the Ayrshare dashboard",
        ),
        106 => last(
            Kind::RateLimit,
            "the monthly API quota is used up: wait for next month or upgrade the plan",
        ),
        144 => last(
            Kind::Auth,
            "the Profile Key is not valid or its profile is deleted: check `profileKey`, \
             or omit it for the Primary Profile",
        ),
        156 => last(
            Kind::Api,
            "the network is not linked to this profile: link it first",
        ),
        161 => last(
            Kind::Api,
            "Facebook no longer authorizes this profile: link Facebook again",
        ),
        169 => last(
            Kind::Auth,
            "the Ayrshare plan does not include this: upgrade the plan",
        ),
        272 => last(
            Kind::Api,
            "X no longer authorizes this profile: link X again",
        ),
        276 => last(
            Kind::Auth,
            "the profile is suspended: contact Ayrshare support",
        ),
        361 => last(
            Kind::Auth,
            "messaging is not enabled for this profile: enable it in the ayrshare dashboard",
        ),
        362 => last(
            Kind::Api,
            "the network was linked without messaging: link it again",
        ),
        419 => last(
            Kind::Api,
            "X requires your own keys: send them in the headers `X-Twitter-OAuth1-Api-Key` \
             and `X-Twitter-OAuth1-Api-Secret`",
        ),
        _ => return None,
    })
}

/// Classifies an error response whose code is not known.
pub(crate) fn by_status(status: u16) -> Classification {
    match status {
        200..=299 => last(
            Kind::Api,
            "the response is an error despite its HTTP status",
        ),
        300..=399 => last(Kind::Api, "redirects are not followed: check `baseUrl`"),
        400 => last(Kind::Api, "the request was refused: check its arguments"),
        401 => last(
            Kind::Auth,
            "the API key is missing or not valid: check `apiKey`",
        ),
        402 => last(
            Kind::Auth,
            "the Ayrshare plan is unpaid or does not include this: check it in the dashboard",
        ),
        403 => last(
            Kind::Auth,
            "access was refused: check `apiKey`, `profileKey` and the plan",
        ),
        404 => last(Kind::Api, "not found: check `baseUrl`"),
        405 => last(Kind::Api, "the method is not allowed: check `baseUrl`"),
        408 => again(
            Kind::Api,
            "the server gave up waiting for the request: try again",
        ),
        419 => last(
            Kind::Api,
            "X requires your own keys: send them in the headers `X-Twitter-OAuth1-Api-Key` \
             and `X-Twitter-OAuth1-Api-Secret`",
        ),
        429 => again(
            Kind::RateLimit,
            "too many requests: wait for the 5-minute window of this profile to pass",
        ),
        501 | 505 => last(
            Kind::Api,
            "the server does not support the request: check `baseUrl`",
        ),
        503 => again(Kind::Api, "ayrshare is not available now: try again later"),
        504 => again(
            Kind::Api,
            "ayrshare took too long: try again later, or set `baseUrl` to `https://api.ayrshare.com/api`",
        ),
        500..=599 => again(Kind::Api, "the server failed: try again later"),
        _ => last(Kind::Api, "the request failed with an unusual HTTP status"),
    }
}
