//! The only module that decides what errors, events and results may show.
//!
//! It hides API keys and Profile Keys, `Bearer` tokens, user names and passwords in URLs, and the query of
//! every URL, since the query of a signed URL is as good as a key.
//!
//! The code is optimized for download size, not speed: functions with several callers are not inlined.

use std::fmt;

use crate::api::endpoint::Endpoint;
use crate::digits;

const REDACTED: &str = "[redacted]";

/// The value of a header is hidden if its lower-case name contains one of these.
const SECRET_HEADERS: [&str; 9] = [
    "authorization",
    "cookie",
    "key",
    "oauth",
    "password",
    "secret",
    "session",
    "signature",
    "token",
];

/// The shortest secret that is searched for in texts, in bytes; shorter ones, such as the `k` of a test, would match by accident. As a
/// header value or an option, a short secret is hidden too.
const LEAST_LEN: usize = 8;

/// A key or token. Its `Debug` and `Display` output does not reveal it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The secret itself, for the request that needs it and for [`text`].
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Redacts a URL: removes the user name, password, query and fragment.
///
/// The paths of Ayrshare's endpoints are kept. Any other path, such as that of the batch file, which
/// names the account, is cut to its last segment. A URL without a host is cut to its scheme.
#[inline(never)]
#[must_use]
pub fn url(url: &str) -> String {
    let shown = until(url, is_query_mark);
    let (scheme, rest) = split_at(shown, |byte| byte == b':');
    let Some(rest) = rest.strip_prefix(':').filter(|_| is_scheme(scheme)) else {
        return shown.to_owned();
    };
    let (slashes, host_on) = split_at(rest, |byte| !is_slash(byte));
    if slashes.len() < 2 {
        return [scheme, ":", REDACTED].concat();
    }
    let (authority, path) = split_at(host_on, is_slash);
    let host = after_last(authority, is_at);
    let last = after_last(path, is_slash);
    if is_endpoint(path) || path.len() <= last.len() + 1 {
        return [scheme, "://", host, path].concat();
    }
    [scheme, "://", host, "/…/", last].concat()
}

/// Redacts a text: removes the secrets, also when escaped or percent-encoded, `Bearer` tokens, and the user
/// names, passwords, queries and fragments of the URLs in it.
///
/// Secrets may overlap or contain each other. Secrets shorter than 8 bytes are ignored.
#[must_use]
pub fn text(text: &str, secrets: &[&str]) -> String {
    without_tokens(&without_queries(&without_secrets(text, secrets)))
}

/// A value in a query of at least so many bytes may be a signature.
const SIGNATURE_LEN: usize = 32;

/// What must not be shown of a signed URL: the URL, its query, and every value in the query that may be its signature. The errors of a
/// runtime may hold any of them without the others.
#[must_use]
pub fn signed_url(url: &str) -> Vec<&str> {
    let query = split_at(url, is_query_mark).1.get(1..).unwrap_or_default();
    let values = query.split('&').filter_map(|pair| {
        let value = split_at(pair, |byte| byte == b'=').1.get(1..)?;
        (value.len() >= SIGNATURE_LEN).then_some(value)
    });
    [url, query].into_iter().chain(values).collect()
}

/// Redacts the value of a header if its name suggests a secret.
#[must_use]
pub fn header<'a>(name: &str, value: &'a str) -> &'a str {
    let name = name.to_ascii_lowercase();
    let is_secret = find(&name, &SECRET_HEADERS, 0).is_some();
    if is_secret { REDACTED } else { value }
}

/// A class of bytes to split at. Classes contain no bytes of multi-byte characters, or contain all of them, so a
/// text is never cut inside a character.
type Class = fn(u8) -> bool;

fn is_slash(byte: u8) -> bool {
    // Browsers read a backslash in a URL as a slash.
    matches!(byte, b'/' | b'\\')
}

fn is_at(byte: u8) -> bool {
    byte == b'@'
}

fn is_scheme(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && text.bytes().all(is_part)
}

fn is_endpoint(path: &str) -> bool {
    Endpoint::PATHS.iter().any(|known| path.ends_with(known))
}

fn until(text: &str, stop: Class) -> &str {
    split_at(text, stop).0
}

/// The text before the first such byte, and the text from it on.
#[inline(never)]
fn split_at(text: &str, stop: Class) -> (&str, &str) {
    text.bytes()
        .position(stop)
        .and_then(|at| text.split_at_checked(at))
        .unwrap_or((text, ""))
}

/// The text after the last such byte.
fn after_last(text: &str, mark: Class) -> &str {
    let len = text.bytes().rev().take_while(|&byte| !mark(byte)).count();
    text.get(text.len() - len..).unwrap_or_default()
}

/// The start and end of the first occurrence of any mark. Not `str::find`: its substring search would add
/// more to the download than this whole module.
#[inline(never)]
fn find(text: &str, marks: &[&str], from: usize) -> Option<(usize, usize)> {
    (from..text.len()).find_map(|at| {
        let rest = text.get(at..)?;
        let mark = marks.iter().find(|mark| rest.starts_with(**mark))?;
        Some((at, at + mark.len()))
    })
}

/// Replaces every byte that belongs to an occurrence of any secret. Every secret is searched for at
/// every position, so overlapping secrets cannot mask each other.
fn without_secrets(text: &str, secrets: &[&str]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut covered_to = 0;
    for at in 0..text.len() {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let lens = secrets.iter().map(|secret| occurrence(rest, secret));
        let Some(len) = lens.max().flatten() else {
            continue;
        };
        if at >= covered_to {
            shown.push_str(text.get(covered_to..at).unwrap_or_default());
            shown.push_str(REDACTED);
        }
        covered_to = covered_to.max(at + len);
    }
    shown.push_str(text.get(covered_to..).unwrap_or_default());
    shown
}

/// The length of a secret at the start of a text, plain or encoded; `None` if the text does not start with it.
pub(crate) fn occurrence(text: &[u8], secret: &str) -> Option<usize> {
    let secret = secret.as_bytes();
    if secret.len() < LEAST_LEN {
        return None;
    }
    let plain = text.starts_with(secret).then_some(secret.len());
    // The longest match wins: a plain match would cover only half of an escaped backslash. Both readings are
    // tried, because in JSON what looks like a percent escape may be part of the secret.
    let readings = [true, false].map(|in_url| encoded_occurrence(text, secret, in_url));
    plain.max(readings.into_iter().max().flatten())
}

fn encoded_occurrence(text: &[u8], secret: &[u8], in_url: bool) -> Option<usize> {
    let mut rest = text;
    for &wanted in secret {
        let step = match encoded(rest, in_url) {
            Some((byte, len)) if byte == wanted => len,
            _ if rest.first() == Some(&wanted) => 1,
            _ if wanted == b' ' && rest.first() == Some(&b'+') => 1,
            _ => return None,
        };
        rest = rest.get(step..)?;
    }
    Some(text.len() - rest.len())
}

/// Decodes a JSON escape, or in a URL a percent escape, at the start of a text. Returns the byte and the escape's length.
fn encoded(text: &[u8], in_url: bool) -> Option<(u8, usize)> {
    match *text {
        [b'%', high, low, ..] if in_url => Some((digits::hex(high)? << 4 | digits::hex(low)?, 3)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => {
            Some((digits::hex(high)? << 4 | digits::hex(low)?, 6))
        }
        [b'\\', b'n', ..] => Some((b'\n', 2)),
        [b'\\', b'r', ..] => Some((b'\r', 2)),
        [b'\\', b't', ..] => Some((b'\t', 2)),
        [b'\\', byte, ..] => Some((byte, 2)),
        _ => None,
    }
}

/// Removes the queries, fragments and credentials of URLs, including relative URLs and URLs in JSON with
/// escaped slashes.
fn without_queries(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let (word, after) = split_at(rest, ends_url);
        push_without_query(&mut shown, word);
        let (ends, next) = split_at(after, |byte| !ends_url(byte));
        shown.push_str(ends);
        if next.is_empty() {
            return shown;
        }
        rest = next;
    }
}

/// Bytes that a URL cannot contain unencoded.
fn ends_url(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'"' | b'<' | b'>' | b'`' | 0x7f)
}

fn push_without_query(shown: &mut String, word: &str) {
    let mut rest = word;
    // In JSON the slashes may be escaped.
    while let Some((_, host_at)) = find(rest, &["://", ":\\/\\/"], 0) {
        let (before, host_on) = rest.split_at_checked(host_at).unwrap_or((rest, ""));
        if !push_path(shown, before, rest.len() == word.len()) {
            return push_escape(shown, word);
        }
        let (authority, path) = split_at(host_on, |byte| is_slash(byte) || is_query_mark(byte));
        shown.push_str(after_last(authority, is_at));
        rest = path;
    }
    if !push_path(shown, rest, rest.len() == word.len()) {
        push_escape(shown, word);
    }
}

/// Appends a path up to its query, and returns whether it had none. A bare word may not be a path at all, so
/// only text in the form of a parameter is treated as its query.
fn push_path(shown: &mut String, path: &str, is_bare: bool) -> bool {
    let kept = until_parameter(path);
    let kept = if is_bare {
        kept
    } else {
        until(kept, is_query_mark)
    };
    shown.push_str(kept);
    kept.len() == path.len()
}

/// Restores the backslash of the escaped quote that ended the word.
fn push_escape(shown: &mut String, word: &str) {
    shown.push_str(after_last(word, |byte| byte != b'\\'));
}

fn is_query_mark(byte: u8) -> bool {
    matches!(byte, b'?' | b'#')
}

/// Cuts at the first question mark, plain or encoded, that is followed by a parameter.
fn until_parameter(path: &str) -> &str {
    let mut from = 0;
    while let Some((at, end)) = find(path, &["?", "%3F", "%3f"], from) {
        if path.get(end..).is_some_and(is_parameter) {
            return path.get(..at).unwrap_or_default();
        }
        from = end;
    }
    path
}

fn is_parameter(text: &str) -> bool {
    let (name, value) = split_at(text, |byte| {
        !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b'.' | b'[' | b']')
    });
    !name.is_empty()
        && ["=", "%3D", "%3d"]
            .iter()
            .any(|sign| value.starts_with(sign))
}

/// Replaces what follows the word `Bearer`, unless it is an ordinary word such as `token`.
fn without_tokens(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let (mut done, mut from) = (0, 0);
    let lower = text.to_ascii_lowercase();
    while let Some((at, end)) = find(&lower, &["bearer"], from) {
        from = end;
        let after = text.get(end..).unwrap_or_default();
        let token_on = split_at(after, |byte| !is_before_token(byte)).1;
        let token_on = token_on.strip_prefix("%20").unwrap_or(token_on);
        // Checked before the token is read to its end: otherwise many `Bearer`s in a row would take quadratic time.
        if at < done || after.len() == token_on.len() {
            continue;
        }
        let token = until(token_on, |byte| {
            ends_url(byte) || matches!(byte, b'\'' | b'\\')
        });
        let starts_at = text.len() - token_on.len();
        if token.is_empty() || is_prose(token) {
            continue;
        }
        shown.push_str(text.get(done..starts_at).unwrap_or_default());
        shown.push_str(REDACTED);
        done = starts_at + token.len();
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    shown
}

/// Bytes that may separate `Bearer` from its token. Tokens are ASCII, so non-ASCII bytes, such as those of a
/// non-breaking space, cannot begin one.
fn is_before_token(byte: u8) -> bool {
    let is_mark = matches!(byte, b':' | b'=' | b'+' | b'"' | b'\'' | b'\\' | b'`');
    byte <= b' ' || !byte.is_ascii() || is_mark
}

fn is_prose(token: &str) -> bool {
    const WORDS: [&str; 9] = [
        "auth",
        "authentication",
        "authorization",
        "format",
        "header",
        "key",
        "prefix",
        "scheme",
        "token",
    ];
    let end = token
        .bytes()
        .rev()
        .skip_while(u8::is_ascii_punctuation)
        .count();
    let word = token.get(..end).unwrap_or_default();
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
