//! What the responses of the batch file's host mean, and what the download does about them.
//!
//! The file is on Google Cloud Storage behind a signed URL. Nothing here was measured against Ayrshare: the codes are those of Google's XML
//! API and of the S3 dialect it follows, from their public documentation. "Overdue" is more than [`GRACE_MS`](super::download::GRACE_MS)
//! after `urlAvailable`.
//!
//! | Status, `<Code>` | What it means | Until overdue | Overdue |
//! |---|---|---|---|
//! | 200, 206 | bytes of the file | read | read |
//! | 304, 412 | a condition failed, although none is sent | error | error |
//! | 400, 403 `ExpiredToken`, or a text with "expired"; 410 | the URL has expired | one new ticket, then `expired` | the same |
//! | 403 `AccessDenied`, 404 `NoSuchKey`, 403 and 404 without a known code, 425 | the object does not exist (yet) | wait, within `waitMs` | one new ticket, then an error |
//! | 401; 403 `SignatureDoesNotMatch`, `InvalidSecurity`, `AuthenticationFailed`, `AuthenticationRequired`, `InvalidAccessKeyId`, `InvalidToken`, `RequestTimeTooSkewed`; 400 `AuthorizationQueryParametersError`, `MalformedSecurityHeader`; 404 `NoSuchBucket` | this URL will never work | one new ticket, then an error | the same |
//! | 403 `AccountProblem`, `UserProjectAccessDenied`, `UserProjectAccountProblem`, `UserProjectMissing` | the bucket's owner has to act | error | error |
//! | 408, 429, 5xx, any status with `SlowDown`, `TooManyRequests`, `RequestTimeout`, `BackendError`, `InternalError`, `ServiceUnavailable` | temporary error | retries with growing pauses | the same |
//! | 416 `bytes */N` | the file ends before the requested range | done if N bytes were read, else the whole file again | the same |
//! | any other | | error | error |
//!
//! A range refers to the bytes of the object as stored. Google sends an object stored with `Content-Encoding: gzip` as it is, or
//! decompresses it (transcoding); then it ignores ranges, sends no length, and may weaken the entity tag, so such a file is read from its
//! start again.

use super::download::Refusal;
use super::retry::RetryAfter;

/// The meaning of an error code.
#[derive(Clone, Copy)]
enum Meaning {
    Expired,
    Invalid,
    Final,
    Trouble,
}

/// Codes that are more specific than their status. `AccessDenied` and `NoSuchKey` are not.
const CODES: [(&str, Meaning); 21] = [
    ("AccountProblem", Meaning::Final),
    ("AuthenticationFailed", Meaning::Invalid),
    ("AuthenticationRequired", Meaning::Invalid),
    ("AuthorizationQueryParametersError", Meaning::Invalid),
    ("BackendError", Meaning::Trouble),
    ("ExpiredToken", Meaning::Expired),
    ("InternalError", Meaning::Trouble),
    ("InvalidAccessKeyId", Meaning::Invalid),
    ("InvalidSecurity", Meaning::Invalid),
    ("InvalidToken", Meaning::Invalid),
    ("MalformedSecurityHeader", Meaning::Invalid),
    ("NoSuchBucket", Meaning::Invalid),
    ("RequestTimeTooSkewed", Meaning::Invalid),
    ("RequestTimeout", Meaning::Trouble),
    ("ServiceUnavailable", Meaning::Trouble),
    ("SignatureDoesNotMatch", Meaning::Invalid),
    ("SlowDown", Meaning::Trouble),
    ("TooManyRequests", Meaning::Trouble),
    ("UserProjectAccessDenied", Meaning::Final),
    ("UserProjectAccountProblem", Meaning::Final),
    ("UserProjectMissing", Meaning::Final),
];

/// The longest text accepted as a code, in bytes.
const MAX_CODE_LEN: usize = 40;

/// The `<Code>` of an XML error, if it consists of letters only. Anything else might be a part of the signed URL, which must not be
/// shown.
#[must_use]
pub fn xml_code(body: &[u8]) -> Option<&str> {
    let tag = b"<Code>";
    let start = body.windows(tag.len()).position(|place| place == tag)?;
    let (_, text) = body.split_at_checked(start + tag.len())?;
    let end = text.iter().position(|&byte| byte == b'<')?;
    let (code, rest) = text.split_at_checked(end)?;
    let is_code = (1..=MAX_CODE_LEN).contains(&code.len())
        && code.iter().all(u8::is_ascii_alphabetic)
        && rest.starts_with(b"</Code>");
    is_code.then(|| std::str::from_utf8(code).ok()).flatten()
}

/// Classifies a refusal by its status and body.
#[must_use]
pub fn refusal(status: u16, body: &[u8], retry_after: RetryAfter) -> Refusal {
    let code = xml_code(body);
    let known = CODES.iter().find(|(name, _)| code == Some(*name));
    match known.map(|(_, meaning)| *meaning) {
        Some(Meaning::Expired) => return Refusal::Expired,
        Some(Meaning::Invalid) => return Refusal::Invalid,
        Some(Meaning::Final) => return Refusal::Final,
        Some(Meaning::Trouble) => return Refusal::Trouble(retry_after),
        None => {}
    }
    match status {
        410 => Refusal::Expired,
        408 | 429 | 500..=599 => Refusal::Trouble(retry_after),
        _ if says_expired(body) => Refusal::Expired,
        401 => Refusal::Invalid,
        403 | 404 | 425 => Refusal::Absent,
        _ => Refusal::Final,
    }
}

fn says_expired(body: &[u8]) -> bool {
    let word = b"expired";
    let mut places = body.windows(word.len());
    places.any(|place| place.eq_ignore_ascii_case(word))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn of(status: u16, code: &str) -> Refusal {
        let body = format!(
            "<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>Access denied.</Message></Error>"
        );
        refusal(status, body.as_bytes(), RetryAfter::Absent)
    }

    #[test]
    fn statuses_without_a_body() {
        let of = |status| refusal(status, b"", RetryAfter::Absent);
        for status in [403, 404, 425] {
            assert_eq!(of(status), Refusal::Absent, "{status}");
        }
        for status in [408, 429, 500, 503, 599] {
            assert_eq!(of(status), Refusal::Trouble(RetryAfter::Absent), "{status}");
        }
        for status in [204, 301, 304, 400, 402, 405, 412, 416, 451, 600] {
            assert_eq!(of(status), Refusal::Final, "{status}");
        }
        assert_eq!(of(410), Refusal::Expired);
        assert_eq!(of(401), Refusal::Invalid);
    }

    #[test]
    fn codes_take_precedence_over_statuses() {
        let trouble = Refusal::Trouble(RetryAfter::Absent);
        for (status, code, expected) in [
            (403, "AccessDenied", Refusal::Absent),
            (404, "NoSuchKey", Refusal::Absent),
            (403, "SomethingNew", Refusal::Absent),
            (403, "SignatureDoesNotMatch", Refusal::Invalid),
            (401, "AuthenticationRequired", Refusal::Invalid),
            (403, "InvalidSecurity", Refusal::Invalid),
            (400, "AuthorizationQueryParametersError", Refusal::Invalid),
            (404, "NoSuchBucket", Refusal::Invalid),
            (400, "ExpiredToken", Refusal::Expired),
            (403, "ExpiredToken", Refusal::Expired),
            (403, "AccountProblem", Refusal::Final),
            (403, "UserProjectAccountProblem", Refusal::Final),
            (400, "InvalidArgument", Refusal::Final),
            (400, "RequestTimeout", trouble),
            (429, "SlowDown", trouble),
            (503, "SlowDown", trouble),
            (500, "InternalError", trouble),
        ] {
            assert_eq!(of(status, code), expected, "{status} {code}");
        }
        let mut sorted = CODES.map(|(code, _)| code);
        sorted.sort_unstable();
        assert_eq!(sorted, CODES.map(|(code, _)| code), "each once, in order");
    }

    /// The words in backticks in a cell that look like a code of the host.
    fn codes_in(cell: &str) -> Vec<&str> {
        let quoted = cell.split('`').skip(1).step_by(2);
        let is_code = |text: &&str| {
            text.starts_with(|first: char| first.is_ascii_uppercase())
                && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        quoted.filter(is_code).collect()
    }

    fn statuses_in(cell: &str) -> Vec<u16> {
        let words = cell.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.filter_map(|word| word.parse().ok()).collect()
    }

    /// The cells of a table's rows, without its head.
    fn rows<'a>(text: &'a str, before: &'static str) -> impl Iterator<Item = Vec<&'a str>> {
        let (_, text) = text.split_once(before).unwrap();
        let lines = text
            .lines()
            .map(|line| line.trim_start_matches("//!").trim());
        let lines = lines
            .skip_while(|line| !line.starts_with("|---"))
            .skip(1)
            .take_while(|line| line.starts_with('|'));
        lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
    }

    #[test]
    fn the_table_in_the_documentation_is_correct() {
        let trouble = Refusal::Trouble(RetryAfter::Absent);
        let meanings = [
            ("bytes of the file", None),
            (
                "a condition failed, although none is sent",
                Some(Refusal::Final),
            ),
            ("the URL has expired", Some(Refusal::Expired)),
            ("the object does not exist (yet)", Some(Refusal::Absent)),
            ("this URL will never work", Some(Refusal::Invalid)),
            ("the bucket's owner has to act", Some(Refusal::Final)),
            ("temporary error", Some(trouble)),
            ("the file ends before the requested range", None),
            ("", Some(Refusal::Final)),
        ];
        let mut listed = Vec::new();
        let mut number = 0;
        for (row, (words, expected)) in
            rows(include_str!("file_host.rs"), "//! The file is on").zip(meanings)
        {
            number += 1;
            assert_eq!(row[1], words);
            let Some(expected) = expected else { continue };
            for code in codes_in(row[0]) {
                for status in statuses_in(row[0]) {
                    // A status in a row with several codes may not be conclusive on its own.
                    if CODES.iter().any(|(known, _)| *known == code) || matches!(status, 403 | 404)
                    {
                        assert_eq!(of(status, code), expected, "{status} {code}");
                    }
                }
                listed.push(code);
            }
            for status in statuses_in(row[0]) {
                let is_alone = !matches!(status, 400 | 403 | 404);
                if is_alone || expected == Refusal::Absent {
                    let alone = refusal(status, b"", RetryAfter::Absent);
                    assert_eq!(alone, expected, "{status}");
                }
            }
        }
        assert_eq!(number, meanings.len());
        for (code, _) in CODES {
            assert!(listed.contains(&code), "{code} is missing in the table");
        }
    }

    #[test]
    fn the_guide_says_the_same() {
        let trouble = Refusal::Trouble(RetryAfter::Absent);
        let guide = include_str!("../../www/guides/unknown.md");
        let mut codes = 0;
        for row in rows(guide, "The batch file is on Google Cloud Storage") {
            let expected = match row[1] {
                follows if follows.contains("\"not yet\"") => Refusal::Absent,
                follows if follows.contains("then `expired`") => Refusal::Expired,
                follows if follows.starts_with("no waiting") => Refusal::Invalid,
                follows if follows.contains("more attempts") => trouble,
                _ => continue,
            };
            for code in codes_in(row[0]) {
                codes += 1;
                for status in [403, 404] {
                    assert_eq!(of(status, code), expected, "{status} {code}");
                }
            }
            for status in statuses_in(row[0]) {
                if !matches!(status, 403 | 404) {
                    let alone = refusal(status, b"", RetryAfter::Absent);
                    assert_eq!(alone, expected, "{status}");
                }
            }
        }
        assert_eq!(codes, 7);
    }

    #[test]
    fn a_text_may_say_that_the_url_has_expired() {
        let body =
            b"<Error><Code>AccessDenied</Code><Message>Request has Expired</Message></Error>";
        let of = |status| refusal(status, body, RetryAfter::Absent);
        assert_eq!(of(403), Refusal::Expired);
        assert_eq!(of(503), Refusal::Trouble(RetryAfter::Absent));
    }

    #[test]
    fn only_a_single_word_counts_as_a_code() {
        let signature = "0123456789abcdef".repeat(32);
        for (body, expected) in [
            ("<Error><Code>NoSuchKey</Code></Error>", Some("NoSuchKey")),
            ("\u{feff}<Code>A</Code>", Some("A")),
            ("<Code></Code>", None),
            ("<Code>NoSuchKey", None),
            ("<Code>No<b>SuchKey</Code>", None),
            ("<Code>No Such Key</Code>", None),
            ("<Code>Schl\u{fc}ssel</Code>", None),
            ("<Code>deadbeef4711</Code>", None),
            ("<code>NoSuchKey</code>", None),
            ("{\"code\":\"NoSuchKey\"}", None),
            (&format!("<Code>{signature}</Code>"), None),
            (&format!("<Code>{}</Code>", "a".repeat(41)), None),
        ] {
            assert_eq!(xml_code(body.as_bytes()), expected, "{body}");
        }
    }
}
