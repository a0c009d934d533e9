//! Which answers are kept, under which name, and how long.
//!
//! A name in the store is the SHA-256 of account, profile and query, and one of the object that guards a
//! profile's rate limit is that of account and profile. The API key is part of it: who reads
//! the names cannot find a Profile Key by trying likely ones, and two accounts never share an answer.

use std::fmt;

use super::etag::push_hex;
use super::grant::Profile;
use super::reply::Headers;
use super::upstream::Upstream;
use crate::json;
use crate::json::decimal;
use crate::redact::Secret;
use crate::time;

/// Longer than any documented update interval; a date in the far future must not freeze an answer.
const LONGEST_MS: f64 = 86_400_000.0;
/// The longest reference id that is looked at, in bytes.
const REF_ID_MAX: usize = 128;
/// How many names are listed under one profile: as many as there are ways to ask for it.
const NAMES_MAX: usize = 9;
/// Characters of a name.
const NAME_LEN: usize = 64;

const TIMES: &str = "x-gateway-times";
const REF_ID: &str = "x-gateway-ref-id";

/// The bytes whose SHA-256 is a name in the store. They hold keys, so they are not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Preimage(Vec<u8>);

impl Preimage {
    /// Where the answer to a request is kept. `base_url` is where the request goes, the key the one it
    /// goes with.
    #[must_use]
    pub fn answer(base_url: &str, api_key: &Secret, upstream: &Upstream) -> Self {
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

    /// The object that guards one profile's rate limit, for all isolates.
    #[must_use]
    pub fn guard(base_url: &str, api_key: &Secret, profile: &Profile) -> Self {
        let (kind, key) = words(profile);
        Self::of(&[
            "ayrshare-user/gateway/guard/1",
            base_url,
            api_key.expose(),
            kind,
            key,
        ])
    }

    /// Where the names of one profile's answers are listed, for [`Names`].
    #[must_use]
    pub fn names(base_url: &str, api_key: &Secret, ref_id: &str) -> Self {
        Self::of(&[
            "ayrshare-user/gateway/names/1",
            base_url,
            api_key.expose(),
            ref_id,
        ])
    }

    /// Each part with its length before it, so that no two lists of parts make the same bytes.
    fn of(parts: &[&str]) -> Self {
        let mut bytes = Vec::new();
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Preimage(bytes)
    }

    /// The bytes to hash.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

fn words(profile: &Profile) -> (&'static str, &str) {
    match profile {
        Profile::Primary => ("primary", ""),
        Profile::Key(key) => ("key", key.expose()),
    }
}

impl fmt::Debug for Preimage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Preimage([redacted])")
    }
}

/// The name that a digest stands for.
#[must_use]
pub fn name(digest: &[u8; 32]) -> String {
    let mut name = String::with_capacity(NAME_LEN);
    push_hex(&mut name, digest);
    name
}

/// The address of a name in the Cache API, which takes addresses only. The host is of a domain that
/// cannot exist, so no request from outside ever finds what is kept there.
#[must_use]
pub fn url(name: &str) -> String {
    ["https://ayrshare-user-gateway.invalid/", name].concat()
}

/// What is known of a kept answer, beside its body.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Tag of the body.
    pub etag: String,
    /// When it came, in milliseconds since 1970.
    pub stored_at_ms: f64,
    /// Until when it is the newest.
    pub fresh_until_ms: f64,
    /// Until when it may stand in for a newer one while Ayrshare fails.
    pub stale_until_ms: f64,
    /// The profile's reference id, which webhooks name it by.
    pub ref_id: Option<String>,
}

impl Entry {
    /// How to keep the answer with this body, if its own `nextUpdate` is yet to come.
    pub(super) fn of(body: &[u8], etag: &str, stale_if_error_ms: f64, now_ms: f64) -> Option<Self> {
        let (mut next_update, mut ref_id) = (None, None);
        for (name, raw) in json::members(body) {
            match name.as_ref() {
                "nextUpdate" => next_update = json::string(raw),
                "refId" => ref_id = plain_id(raw),
                _ => {}
            }
        }
        let until_ms = time::parse_time_ms(&next_update?)?;
        let fresh_until_ms = until_ms.min(now_ms + LONGEST_MS);
        (fresh_until_ms > now_ms).then(|| Entry {
            etag: etag.to_owned(),
            stored_at_ms: now_ms,
            fresh_until_ms,
            stale_until_ms: fresh_until_ms + stale_if_error_ms,
            ref_id,
        })
    }

    /// Whether it is the newest answer. A clock that was set back makes it stale.
    #[must_use]
    pub fn is_fresh(&self, now_ms: f64) -> bool {
        (self.stored_at_ms..self.fresh_until_ms).contains(&now_ms)
    }

    /// Whether it may stand in for a newer one while Ayrshare fails.
    #[must_use]
    pub fn is_usable(&self, now_ms: f64) -> bool {
        (self.stored_at_ms..self.stale_until_ms).contains(&now_ms)
    }

    /// Its age, as the header has it: in whole seconds.
    pub(super) fn age(&self, now_ms: f64) -> String {
        let mut age = String::new();
        decimal::push(&mut age, whole((now_ms - self.stored_at_ms) / 1000.0));
        age
    }

    /// The headers of the response that it is kept as.
    #[must_use]
    pub fn headers(&self) -> Headers {
        let mut max_age = String::from("max-age=");
        let kept_ms = self.stale_until_ms - self.stored_at_ms;
        decimal::push(&mut max_age, whole((kept_ms / 1000.0).ceil()));
        let mut times = String::new();
        for ms in [self.stored_at_ms, self.fresh_until_ms, self.stale_until_ms] {
            push_ms(&mut times, ms);
            times.push(' ');
        }
        let mut headers = vec![
            ("cache-control", max_age),
            (
                "content-type",
                String::from("application/json; charset=utf-8"),
            ),
            ("etag", self.etag.clone()),
            (TIMES, times),
        ];
        headers.extend(self.ref_id.clone().map(|ref_id| (REF_ID, ref_id)));
        headers
    }

    /// Reads it from these headers again; `None` for a response of another origin.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let times = get(TIMES)?;
        let mut times = times.split_ascii_whitespace().map(read_ms);
        let mut next = || times.next().flatten();
        let entry = Entry {
            etag: get("etag")?,
            stored_at_ms: next()?,
            fresh_until_ms: next()?,
            stale_until_ms: next()?,
            ref_id: get(REF_ID),
        };
        Some(entry)
    }
}

/// The reference id in a body.
pub(super) fn ref_id(body: &[u8]) -> Option<String> {
    json::field(body, "refId").and_then(plain_id)
}

/// Only what can stand in a header, and be the name of something.
fn plain_id(raw: &[u8]) -> Option<String> {
    let id = json::string(raw)?;
    let is_plain = id.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain && (1..=REF_ID_MAX).contains(&id.len())).then(|| id.into_owned())
}

/// The names of one profile's answers, one a line: what goes when the profile changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    /// Reads the list as [`Names::text`] wrote it; what is no name is left out.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let is_name = |line: &&str| {
            line.len() == NAME_LEN && line.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let names = text.lines().filter(is_name).take(NAMES_MAX);
        Names(names.map(str::to_owned).collect())
    }

    /// Adds a name; says whether the list is another one now.
    pub fn add(&mut self, name: &str) -> bool {
        if self.0.iter().any(|known| known == name) {
            return false;
        }
        if self.0.len() >= NAMES_MAX {
            self.0.remove(0);
        }
        self.0.push(name.to_owned());
        true
    }

    /// The names.
    #[must_use]
    pub fn list(&self) -> &[String] {
        &self.0
    }

    /// The list as it is kept.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.join("\n")
    }
}

fn push_ms(out: &mut String, ms: f64) {
    // In two parts, because the whole does not fit the 32 bits of a wasm address.
    let seconds = (ms / 1000.0).floor();
    decimal::push(out, whole(seconds));
    let rest = whole(ms - seconds * 1000.0) + 1000;
    let mut digits = String::new();
    decimal::push(&mut digits, rest);
    out.push_str(digits.strip_prefix('1').unwrap_or_default());
}

fn read_ms(digits: &str) -> Option<f64> {
    let read = |ms: f64, byte: u8| {
        byte.is_ascii_digit()
            .then(|| ms * 10.0 + f64::from(byte - b'0'))
    };
    digits.bytes().try_fold(0.0, read)
}

/// Rounds down; what is negative or not a number becomes 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts saturate"
)]
pub(super) fn whole(number: f64) -> usize {
    number as usize
}
