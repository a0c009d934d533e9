//! Which responses are cached, under which key, and for how long.
//!
//! A cache key is the SHA-256 of account, profile and query; the name of the object that guards a profile's rate
//! limit is that of account and profile. The API key is part of the hash: even if an attacker sees the cache keys,
//! they cannot find a Profile Key by guessing, and two accounts never share a response.
//!
//! Each profile, and the whole account, has a generation: a token in the store under the key of
//! [`CacheKeyInput::generation`]. A webhook event replaces both tokens, and a cached response is valid only while the
//! tokens of the time when it was requested are still there.

use std::fmt;

use super::etag::push_hex;
use super::grant::GrantedProfile;
use super::headers::ReplyHeaders;
use super::upstream::Upstream;
use crate::digits;
use crate::json;
use crate::redact::Secret;
use crate::time;

/// Longer than any documented update interval: a date in the far future must not freeze an entry.
const LONGEST_MS: f64 = 86_400_000.0;
/// A longer reference id is ignored, in bytes.
const REF_ID_MAX: usize = 128;
/// Length of a cache key, in characters.
const NAME_LEN: usize = 64;

const TIMES: &str = "x-gateway-times";
/// A longer entity tag is refused, in bytes.
const ETAG_MAX: usize = 128;

/// The bytes whose SHA-256 is a cache key. They contain secrets, so they are never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct CacheKeyInput(Vec<u8>);

impl CacheKeyInput {
    /// The cache key of a response. `base_url` and `api_key` are those of the request.
    #[must_use]
    pub fn response(base_url: &str, api_key: &Secret, upstream: &Upstream) -> Self {
        let (kind, key) = words(&upstream.profile);
        Self::of(&[
            "ayrshare-user/gateway/answer/1",
            base_url,
            api_key.expose(),
            kind,
            key,
            &upstream.target,
        ])
    }

    /// The name of the object that guards one profile's rate limit, for all isolates.
    #[must_use]
    pub fn guard(base_url: &str, api_key: &Secret, profile: &GrantedProfile) -> Self {
        let (kind, key) = words(profile);
        Self::of(&[
            "ayrshare-user/gateway/guard/1",
            base_url,
            api_key.expose(),
            kind,
            key,
        ])
    }

    /// The key of a generation's token: that of the profile with this reference id, or of the whole account.
    #[must_use]
    pub fn generation(base_url: &str, api_key: &Secret, ref_id: Option<&str>) -> Self {
        Self::of(&[
            "ayrshare-user/gateway/generation/1",
            base_url,
            api_key.expose(),
            ref_id.map_or("account", |_| "profile"),
            ref_id.unwrap_or_default(),
        ])
    }

    /// Prefixes each part with its length, so that different lists of parts never give the same bytes.
    fn of(parts: &[&str]) -> Self {
        let mut bytes = Vec::new();
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        CacheKeyInput(bytes)
    }

    /// The bytes to hash.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

fn words(profile: &GrantedProfile) -> (&'static str, &str) {
    match profile {
        GrantedProfile::Primary => ("primary", ""),
        GrantedProfile::Key(key) => ("key", key.expose()),
    }
}

impl fmt::Debug for CacheKeyInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheKeyInput([redacted])")
    }
}

/// The cache key for a digest, in hexadecimal.
#[must_use]
pub fn name(digest: &[u8; 32]) -> String {
    let mut name = String::with_capacity(NAME_LEN);
    push_hex(&mut name, digest);
    name
}

/// The URL of a cache key, since keys of the Cache API must be URLs. The host is in a domain that cannot exist, so
/// no request from outside can match an entry.
#[must_use]
pub fn url(name: &str) -> String {
    ["https://ayrshare-user-gateway.invalid/", name].concat()
}

/// The metadata of a cached response.
#[derive(Debug, Clone, PartialEq)]
pub struct CacheEntry {
    /// Entity tag of the body.
    pub etag: String,
    /// When it was stored, in milliseconds since 1970.
    pub stored_at_ms: f64,
    /// When it becomes stale, in milliseconds since 1970.
    pub fresh_until_ms: f64,
    /// Until when it may be used during an outage of Ayrshare, in milliseconds since 1970.
    pub stale_until_ms: f64,
}

impl CacheEntry {
    /// The entry for this body, if its `nextUpdate` is in the future.
    pub(super) fn of(body: &[u8], etag: &str, stale_if_error_ms: f64, now_ms: f64) -> Option<Self> {
        let next_update = json::field(body, "nextUpdate").and_then(json::string)?;
        let until_ms = time::parse_time_ms(&next_update)?;
        let fresh_until_ms = until_ms.min(now_ms + LONGEST_MS);
        (fresh_until_ms > now_ms).then(|| CacheEntry {
            etag: etag.to_owned(),
            stored_at_ms: now_ms,
            fresh_until_ms,
            stale_until_ms: fresh_until_ms + stale_if_error_ms,
        })
    }

    /// Whether it is fresh. A clock that was set back makes it stale.
    #[must_use]
    pub fn is_fresh(&self, now_ms: f64) -> bool {
        (self.stored_at_ms..self.fresh_until_ms).contains(&now_ms)
    }

    /// Whether it may be used during an outage of Ayrshare.
    #[must_use]
    pub fn is_usable(&self, now_ms: f64) -> bool {
        (self.stored_at_ms..self.stale_until_ms).contains(&now_ms)
    }

    /// The value of the `Age` header: whole seconds.
    pub(super) fn age(&self, now_ms: f64) -> String {
        let mut age = String::new();
        digits::push(&mut age, whole((now_ms - self.stored_at_ms) / 1000.0));
        age
    }

    /// The headers of the response that the cache stores.
    #[must_use]
    pub fn headers(&self) -> ReplyHeaders {
        let mut max_age = String::from("max-age=");
        let kept_ms = self.stale_until_ms - self.stored_at_ms;
        digits::push(&mut max_age, whole((kept_ms / 1000.0).ceil()));
        let mut times = String::new();
        for ms in [self.stored_at_ms, self.fresh_until_ms, self.stale_until_ms] {
            push_ms(&mut times, ms);
            times.push(' ');
        }
        vec![
            ("cache-control", max_age),
            (
                "content-type",
                String::from("application/json; charset=utf-8"),
            ),
            ("etag", self.etag.clone()),
            (TIMES, times),
        ]
    }

    /// Reads it back from those headers; `None` if they were not written by [`CacheEntry::headers`].
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let times = get(TIMES)?;
        let mut times = times
            .split_ascii_whitespace()
            .map(|ms| digits::number(ms.as_bytes()));
        let mut next = || times.next().flatten();
        let entry = CacheEntry {
            // It becomes a header of the reply, and the store may return anything.
            etag: get("etag").filter(|etag| is_plain(etag, ETAG_MAX))?,
            stored_at_ms: next()?,
            fresh_until_ms: next()?,
            stale_until_ms: next()?,
        };
        Some(entry)
    }
}

/// The `refId` in a body.
#[must_use]
pub fn ref_id(body: &[u8]) -> Option<String> {
    let id = json::field(body, "refId").and_then(json::string)?;
    is_plain(&id, REF_ID_MAX).then(|| id.into_owned())
}

/// Whether a text is safe in a header and as part of a key: visible ASCII, not empty, at most `max` bytes.
fn is_plain(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn push_ms(out: &mut String, ms: f64) {
    // In two parts, because the number does not fit in a `usize` of 32 bits.
    let seconds = (ms / 1000.0).floor();
    digits::push(out, whole(seconds));
    let rest = whole(ms - seconds * 1000.0) + 1000;
    let mut digits = String::new();
    digits::push(&mut digits, rest);
    out.push_str(digits.strip_prefix('1').unwrap_or_default());
}

/// Rounds down; negative numbers and NaN become 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts saturate"
)]
pub(super) fn whole(number: f64) -> usize {
    number as usize
}
