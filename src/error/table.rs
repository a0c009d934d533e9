//! The one table from HTTP status and Ayrshare code to kind, advice and whether to try again.
//!
//! Ayrshare's code overrules the HTTP status, since the same cause comes with different statuses: an
//! invalid API key is documented as 401 and seen as 403. Texts vary too, so they are never matched on.

use super::Kind;

/// What an error answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub kind: Kind,
    /// What is wrong, and what to do next.
    pub advice: &'static str,
    /// Whether the same call may succeed when tried again.
    pub retryable: bool,
}

const fn last(kind: Kind, advice: &'static str) -> Verdict {
    Verdict {
        kind,
        advice,
        retryable: false,
    }
}

const fn again(kind: Kind, advice: &'static str) -> Verdict {
    Verdict {
        kind,
        advice,
        retryable: true,
    }
}

/// Sorts an error answer.
pub(super) fn verdict(status: u16, code: Option<u32>) -> Verdict {
    code.and_then(by_code).unwrap_or_else(|| by_status(status))
}

/// Whether a call that got this error answer may succeed when tried again.
#[must_use]
pub fn is_retryable(status: u16, code: Option<u32>) -> bool {
    verdict(status, code).retryable
}

fn by_code(code: u32) -> Option<Verdict> {
    Some(match code {
        102 => last(
            Kind::Auth,
            "the api key is not valid: copy it anew from the ayrshare dashboard",
        ),
        106 => last(
            Kind::RateLimit,
            "the monthly api quota is used up: wait for the next month or take a larger plan",
        ),
        144 => last(
            Kind::Auth,
            "the profile key is not valid or its profile is gone: check `profileKey`, \
             or leave it out for the primary profile",
        ),
        156 => last(
            Kind::Api,
            "the network is not linked to this profile: link it first",
        ),
        161 => last(
            Kind::Api,
            "facebook no longer authorizes this profile: link facebook again",
        ),
        169 => last(
            Kind::Auth,
            "the ayrshare plan does not include this: take a plan that does",
        ),
        272 => last(
            Kind::Api,
            "x no longer authorizes this profile: link x again",
        ),
        276 => last(
            Kind::Auth,
            "the profile is suspended: ask ayrshare support to lift it",
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
            "x needs keys of your own: send them in the headers `X-Twitter-OAuth1-Api-Key` \
             and `X-Twitter-OAuth1-Api-Secret`",
        ),
        _ => return None,
    })
}

fn by_status(status: u16) -> Verdict {
    match status {
        200..=299 => last(Kind::Api, "the answer is an error despite its http status"),
        300..=399 => last(
            Kind::Api,
            "the answer is a redirect, which is not followed: check `baseUrl`",
        ),
        400 => last(Kind::Api, "the request was refused: check its arguments"),
        401 => last(
            Kind::Auth,
            "the api key is missing or not valid: check `apiKey`",
        ),
        402 => last(
            Kind::Auth,
            "the ayrshare plan is unpaid or does not include this: check it in the dashboard",
        ),
        403 => last(
            Kind::Auth,
            "access was refused: check `apiKey`, `profileKey` and the plan",
        ),
        404 => last(
            Kind::Api,
            "there is nothing at this address: check `baseUrl`",
        ),
        405 => last(
            Kind::Api,
            "the method is not allowed at this address: check `baseUrl`",
        ),
        408 => again(
            Kind::Api,
            "the server gave up waiting for the request: try again",
        ),
        419 => last(
            Kind::Api,
            "x needs keys of your own: send them in the headers `X-Twitter-OAuth1-Api-Key` \
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
        _ => last(Kind::Api, "the request failed with an unusual http status"),
    }
}
