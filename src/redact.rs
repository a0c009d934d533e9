//! The only place that decides what may be shown in errors, events and results.
//!
//! Never shown: API keys and Profile Keys, `Bearer` tokens, user names and passwords in URLs, and
//! the query of any URL, since the query of a signed URL is as good as a key.
//!
//! None of it has to be fast, and all of it is downloaded: what is used in several places is kept as one copy.

use std::fmt;

use crate::digits;

const REDACTED: &str = "[redacted]";

/// A header whose lower-case name contains one of these is not shown.
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

/// Secrets this long are looked for in texts; shorter ones, such as the `k` of a test, would match by accident. Where one stands as a
/// header or an option, it is not shown either.
const LEAST_LEN: usize = 8;

/// A key or token. It can be printed and debugged without being shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the secret in.
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

/// A URL as it may be shown: no user name, password, query or fragment.
///
/// Paths of the endpoints stay whole. Of any other path, such as that of the batch file, which
/// names the account, only the last segment stays. Of schemes without a host only the scheme stays.
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

/// A text as it may be shown: without the secrets, in whatever spelling, without `Bearer` tokens,
/// and without user names, passwords, queries and fragments of the URLs in it.
///
/// Secrets may overlap or contain each other; those shorter than 8 bytes are not looked for.
#[must_use]
pub fn text(text: &str, secrets: &[&str]) -> String {
    without_tokens(&without_queries(&without_secrets(text, secrets)))
}

/// The value of a header as it may be shown.
#[must_use]
pub fn header<'a>(name: &str, value: &'a str) -> &'a str {
    let name = name.to_ascii_lowercase();
    let is_secret = find(&name, &SECRET_HEADERS, 0).is_some();
    if is_secret { REDACTED } else { value }
}

/// What a byte is looked at for. Bytes of longer characters belong to no class of marks, so a text
/// is only ever cut beside an ASCII character.
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
    let is_details = || find(path, &["/user/details/"], 0).is_some();
    path.ends_with("/user") || path.ends_with("/user/batch") || is_details()
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

/// Where one of the marks stands first, and where it ends. Not `str::find`: its search for long
/// texts would take up more of the download than all of this module.
#[inline(never)]
fn find(text: &str, marks: &[&str], from: usize) -> Option<(usize, usize)> {
    (from..text.len()).find_map(|at| {
        let rest = text.get(at..)?;
        let mark = marks.iter().find(|mark| rest.starts_with(**mark))?;
        Some((at, at + mark.len()))
    })
}

/// Replaces every byte that belongs to an occurrence of any secret. All secrets are looked for at
/// all positions, so none can hide behind another that overlaps it.
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

/// The length of the occurrence of a secret at the start of a text, as it is or encoded.
fn occurrence(text: &[u8], secret: &str) -> Option<usize> {
    let secret = secret.as_bytes();
    if secret.len() < LEAST_LEN {
        return None;
    }
    let plain = text.starts_with(secret).then_some(secret.len());
    // The longest one counts: of an escaped backslash, the plain one would be only half. In JSON, what
    // looks like a percent escape may be part of the secret.
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

/// The byte that a JSON escape, or in a URL a percent escape, at the start of a text stands for, and its length.
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

/// Removes the queries, fragments and user parts of URLs, also of relative ones and of URLs inside
/// JSON with escaped slashes.
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

/// What no URL contains unencoded.
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

/// Shows a path up to its query, and returns whether it had none. A bare path is not known to be
/// one: only what has the form of a parameter is taken for a query there.
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

/// Gives the text back the backslash of the escaped quote that ended the word.
fn push_escape(shown: &mut String, word: &str) {
    shown.push_str(after_last(word, |byte| byte != b'\\'));
}

fn is_query_mark(byte: u8) -> bool {
    matches!(byte, b'?' | b'#')
}

/// Cuts at the first question mark, plain or encoded, that a parameter and its value follow.
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

/// Replaces what follows the word `Bearer`, unless it is a word that follows it in prose.
fn without_tokens(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let (mut done, mut from) = (0, 0);
    let lower = text.to_ascii_lowercase();
    while let Some((at, end)) = find(&lower, &["bearer"], from) {
        from = end;
        let after = text.get(end..).unwrap_or_default();
        let token_on = split_at(after, |byte| !is_before_token(byte)).1;
        let token_on = token_on.strip_prefix("%20").unwrap_or(token_on);
        // Before the token is read to its end, or many of these words in a row would take quadratic time.
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

/// Tokens are ASCII: what is beyond it, such as a blank of another kind, cannot begin one.
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
