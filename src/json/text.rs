//! Decodes JSON strings, for the few that are read here instead of by the engine.

use std::borrow::Cow;
use std::str;

use super::cursor::Text;

impl<'a> Text<'a> {
    /// The decoded string. Lone surrogates become U+FFFD, because Rust strings cannot hold them.
    pub fn decode(&self) -> Cow<'a, str> {
        let raw = str::from_utf8(self.raw).unwrap_or_default();
        if self.escaped {
            Cow::Owned(unescape(raw))
        } else {
            Cow::Borrowed(raw)
        }
    }
}

/// Converts bytes that are known to be UTF-8.
pub(crate) fn owned(checked: &[u8]) -> String {
    String::from_utf8(checked.to_vec()).unwrap_or_default()
}

fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match rest.next() {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => unicode(&mut rest),
            Some(c) => c,
            None => char::REPLACEMENT_CHARACTER,
        });
    }
    out
}

/// Reads the digits of `\u`, and a second escape if both form a surrogate pair.
fn unicode(rest: &mut str::Chars<'_>) -> char {
    let first = hex4(rest);
    if (0xd800..0xdc00).contains(&first) {
        let mut ahead = rest.clone();
        if ahead.next() == Some('\\') && ahead.next() == Some('u') {
            let second = hex4(&mut ahead);
            if (0xdc00..0xe000).contains(&second) {
                *rest = ahead;
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn hex4(rest: &mut str::Chars<'_>) -> u32 {
    rest.take(4)
        .fold(0, |code, c| code * 16 + c.to_digit(16).unwrap_or(0))
}
