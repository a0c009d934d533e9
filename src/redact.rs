//! The only place that decides what may be shown in errors, events and results.
//!
//! Never shown: API keys and Profile Keys, `Bearer` tokens, user names and passwords in URLs, and
//! the query of any URL, since the query of a signed URL is as good as a key.

use std::fmt;

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

/// Secrets this long are also found in encoded form; shorter ones would match by accident.
const LEAST_ENCODED_LEN: usize = 8;

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
/// Paths of the three endpoints stay whole. Of any other path, such as that of the batch file, which
/// names the account, only the last segment stays. Of schemes without a host only the scheme stays.
#[must_use]
pub fn url(url: &str) -> String {
    let shown = until(url, is_query_mark);
    let Some((scheme, rest)) = shown
        .split_once(':')
        .filter(|(scheme, _)| is_scheme(scheme))
    else {
        return shown.to_owned();
    };
    let slashes = rest.len() - rest.trim_start_matches(is_slash).len();
    if slashes < 2 {
        return [scheme, ":", REDACTED].concat();
    }
    let (authority, path) = split_at(rest.trim_start_matches(is_slash), is_slash);
    let host = authority.rsplit('@').next().unwrap_or_default();
    let last = path.rsplit(is_slash).next().unwrap_or_default();
    if is_endpoint(path) || path.len() <= last.len() + 1 {
        return [scheme, "://", host, path].concat();
    }
    [scheme, "://", host, "/…/", last].concat()
}

/// A text as it may be shown: without the secrets, in whatever spelling, without `Bearer` tokens,
/// and without user names, passwords, queries and fragments of the URLs in it.
///
/// Secrets may overlap, contain each other, or be empty (then they are ignored).
#[must_use]
pub fn text(text: &str, secrets: &[&str]) -> String {
    without_tokens(&without_queries(&without_secrets(text, secrets)))
}

/// The value of a header as it may be shown.
#[must_use]
pub fn header<'a>(name: &str, value: &'a str) -> &'a str {
    let name = name.to_ascii_lowercase();
    let is_secret = SECRET_HEADERS.iter().any(|part| name.contains(part));
    if is_secret { REDACTED } else { value }
}

fn is_slash(c: char) -> bool {
    // Browsers read a backslash in a URL as a slash.
    matches!(c, '/' | '\\')
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_scheme_char)
}

fn is_scheme_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

fn is_endpoint(path: &str) -> bool {
    path.ends_with("/user") || path.ends_with("/user/batch") || path.contains("/user/details/")
}

fn until(text: &str, stop: impl FnMut(char) -> bool) -> &str {
    split_at(text, stop).0
}

/// The text before the first such character, and the text from it on.
fn split_at(text: &str, stop: impl FnMut(char) -> bool) -> (&str, &str) {
    text.find(stop)
        .and_then(|at| text.split_at_checked(at))
        .unwrap_or((text, ""))
}

/// Replaces every byte that belongs to an occurrence of any secret. All secrets are looked for at
/// all positions, so none can hide behind another that overlaps it.
fn without_secrets(text: &str, secrets: &[&str]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut covered_to = 0;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default().as_bytes();
        let longest = secrets
            .iter()
            .filter_map(|secret| occurrence(rest, secret))
            .max();
        if let Some(len) = longest {
            if at >= covered_to {
                shown.push_str(REDACTED);
            }
            covered_to = covered_to.max(at + len);
        }
        if at >= covered_to {
            shown.push(c);
        }
    }
    shown
}

/// The length of the occurrence of a secret at the start of a text, as it is or encoded.
fn occurrence(text: &[u8], secret: &str) -> Option<usize> {
    let secret = secret.as_bytes();
    let plain = (!secret.is_empty() && text.starts_with(secret)).then_some(secret.len());
    if secret.len() < LEAST_ENCODED_LEN {
        return plain;
    }
    // The longer one counts: of an escaped backslash, the plain one would be only half.
    plain.max(encoded_occurrence(text, secret))
}

fn encoded_occurrence(text: &[u8], secret: &[u8]) -> Option<usize> {
    let mut rest = text;
    for &wanted in secret {
        let step = match encoded(rest) {
            Some((byte, len)) if byte == wanted => len,
            _ if rest.first() == Some(&wanted) => 1,
            _ if wanted == b' ' && rest.first() == Some(&b'+') => 1,
            _ => return None,
        };
        rest = rest.get(step..)?;
    }
    Some(text.len() - rest.len())
}

/// The byte that a percent or JSON escape at the start of a text stands for, and its length.
fn encoded(text: &[u8]) -> Option<(u8, usize)> {
    match *text {
        [b'%', high, low, ..] => Some((hex(high)? << 4 | hex(low)?, 3)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => Some((hex(high)? << 4 | hex(low)?, 6)),
        [b'\\', b'n', ..] => Some((b'\n', 2)),
        [b'\\', b'r', ..] => Some((b'\r', 2)),
        [b'\\', b't', ..] => Some((b'\t', 2)),
        [b'\\', byte, ..] => Some((byte, 2)),
        _ => None,
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
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
        shown.push_str(&word_without_query(word));
        let mut chars = after.chars();
        let Some(end) = chars.next() else {
            return shown;
        };
        shown.push(end);
        rest = chars.as_str();
    }
}

/// What no URL contains unencoded.
fn ends_url(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`')
}

fn word_without_query(word: &str) -> String {
    let mut shown = String::with_capacity(word.len());
    let mut rest = word;
    while let Some((at, colon)) = find_host(rest) {
        let (before, host_on) = rest
            .split_at_checked(at + colon.len())
            .unwrap_or((rest, ""));
        let is_bare = shown.is_empty();
        if !push_path(&mut shown, before, is_bare) {
            return with_escape(shown, word);
        }
        let (authority, path) = split_at(host_on, |c| is_slash(c) || is_query_mark(c));
        shown.push_str(authority.rsplit('@').next().unwrap_or_default());
        rest = path;
    }
    if push_path(&mut shown, rest, rest.len() == word.len()) {
        return shown;
    }
    with_escape(shown, word)
}

/// Where a host begins: at `://`, in JSON also with escaped slashes.
fn find_host(text: &str) -> Option<(usize, &str)> {
    text.match_indices("://")
        .chain(text.match_indices(":\\/\\/"))
        .min()
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
fn with_escape(mut shown: String, word: &str) -> String {
    let escape = word.len() - word.trim_end_matches('\\').len();
    shown.extend(std::iter::repeat_n('\\', escape));
    shown
}

fn is_query_mark(c: char) -> bool {
    matches!(c, '?' | '#')
}

/// Cuts at the first question mark, plain or encoded, that a parameter and its value follow.
fn until_parameter(path: &str) -> &str {
    let marks = ["?", "%3F", "%3f"]
        .into_iter()
        .flat_map(|mark| path.match_indices(mark));
    let query = marks.filter(|&(at, mark)| is_parameter(path.get(at + mark.len()..)));
    query
        .map(|(at, _)| at)
        .min()
        .and_then(|at| path.get(..at))
        .unwrap_or(path)
}

fn is_parameter(text: Option<&str>) -> bool {
    let text = text.unwrap_or_default();
    let value = text.trim_start_matches(|c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '[' | ']')
    });
    value.len() < text.len()
        && ["=", "%3D", "%3d"]
            .iter()
            .any(|sign| value.starts_with(sign))
}

/// Replaces what follows the word `Bearer`, unless it is a word that follows it in prose.
fn without_tokens(text: &str) -> String {
    const BEARER: &str = "bearer";
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.to_ascii_lowercase().match_indices(BEARER) {
        let after = text.get(at + BEARER.len()..).unwrap_or_default();
        let token_on = after.trim_start_matches(is_before_token);
        let token_on = token_on.strip_prefix("%20").unwrap_or(token_on);
        let token = until(token_on, |c| ends_url(c) || matches!(c, '\'' | '\\'));
        let starts_at = text.len() - token_on.len();
        if at < done || after.len() == token_on.len() || token.is_empty() || is_prose(token) {
            continue;
        }
        shown.push_str(text.get(done..starts_at).unwrap_or_default());
        shown.push_str(REDACTED);
        done = starts_at + token.len();
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    shown
}

fn is_before_token(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | '=' | '+' | '"' | '\'' | '\\' | '`')
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
    let word = token.trim_end_matches(|c: char| c.is_ascii_punctuation());
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
