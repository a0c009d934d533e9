//! Whether two JSON values are equal, regardless of notation.

use crate::digits;
use crate::json::{elements, number, pairs, string};

/// Whether two values are equal: fields may be in any order, strings and numbers in any notation. Numbers are compared exactly, digit by
/// digit, so distinct large ids are never equal. If a name occurs more than once, the last value counts, as in `JSON.parse`.
///
/// Both must have passed [`check`](super::check), and have no white space around them, as returned by [`field`](super::field). Strings with
/// lone surrogates, or with U+FFFD, which replaces those here, are equal only in the same notation.
#[must_use]
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    one == other || canonical(one) == canonical(other)
}

/// A text that is the same for two values if and only if they are equal. With it, many values can be sorted and grouped; comparing all
/// pairs would take quadratic time.
pub(crate) fn canonical(raw: &[u8]) -> String {
    let mut out = String::new();
    push(&mut out, raw);
    out
}

fn push(out: &mut String, raw: &[u8]) {
    match raw.first() {
        Some(b'{') => {
            out.push('{');
            let all = pairs::fields(raw, b"");
            for group in pairs::groups(&all) {
                if let Some(last) = group.last() {
                    push_text(out, &last.name);
                    push(out, last.raw);
                }
            }
            out.push('}');
        }
        Some(b'[') => {
            out.push('[');
            elements(raw).for_each(|element| push(out, element));
            out.push(']');
        }
        Some(b'"') => match string(raw) {
            // U+FFFD may stand for any lone surrogate.
            Some(text) if text.chars().all(|it| it != char::REPLACEMENT_CHARACTER) => {
                push_text(out, &text);
            }
            _ => push_raw(out, raw),
        },
        Some(b'-' | b'0'..=b'9') => match Decimal::of(raw) {
            Some(number) => number.push(out),
            None => push_raw(out, raw),
        },
        _ => push_raw(out, raw),
    }
}

/// Quotes inside a text are doubled, so that its end is unambiguous.
fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        out.push(c);
        if c == '"' {
            out.push(c);
        }
    }
    out.push_str("\",");
}

/// For values without a known equivalent notation. The end is given by the value's own syntax, or by the space.
fn push_raw(out: &mut String, raw: &[u8]) {
    out.push('=');
    out.push_str(&super::owned(raw));
    out.push(' ');
}

/// A number as its digits without leading and trailing zeros, and a power of ten: each number has exactly one such form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub negative: bool,
    pub digits: Vec<u8>,
    pub exponent: i64,
}

impl Decimal {
    /// `None` if the exponent exceeds 64 bits.
    pub fn of(raw: &[u8]) -> Option<Self> {
        let (negative, unsigned) = match raw {
            [b'-', unsigned @ ..] => (true, unsigned),
            unsigned => (false, unsigned),
        };
        let (mantissa, exponent) = cut(unsigned, |byte| matches!(byte, b'e' | b'E'));
        let (whole, fraction) = cut(mantissa, |byte| byte == b'.');
        let fraction = fraction.unwrap_or_default();
        let all = [whole, fraction].concat();
        let mut digits = all.as_slice();
        while let [b'0', rest @ ..] = digits {
            digits = rest;
        }
        let mut dropped = 0;
        while let [rest @ .., b'0'] = digits {
            digits = rest;
            dropped += 1;
        }
        if digits.is_empty() {
            // Minus zero equals zero, as with `===`.
            return Some(Decimal {
                negative: false,
                digits: Vec::new(),
                exponent: 0,
            });
        }
        let exponent = exponent.map_or(Some(0), number::exponent)?;
        let fraction = i64::try_from(fraction.len()).ok()?;
        Some(Decimal {
            negative,
            digits: digits.to_vec(),
            exponent: exponent.checked_add(dropped)?.checked_sub(fraction)?,
        })
    }

    fn push(&self, out: &mut String) {
        out.push(if self.negative { '-' } else { '+' });
        out.push_str(&super::owned(&self.digits));
        out.push(if self.exponent < 0 { 'e' } else { 'E' });
        digits::push_u64(out, self.exponent.unsigned_abs());
    }
}

/// The parts before and after the mark.
fn cut(raw: &[u8], is_mark: fn(u8) -> bool) -> (&[u8], Option<&[u8]>) {
    let mut parts = raw.splitn(2, |byte| is_mark(*byte));
    (parts.next().unwrap_or_default(), parts.next())
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(super) mod tests {
    use super::*;

    /// Values that are equal.
    pub(in crate::json) const EQUAL: &[(&str, &str)] = &[
        ("1", "1.0"),
        ("1", "10e-1"),
        ("-1.50", "-15E-1"),
        ("0.003", "3e-3"),
        ("1200", "1.2e+3"),
        ("0", "-0.0e7"),
        (
            "106891058521430758565",
            "1068910585214307585650000000000e-10",
        ),
        (r#""a""#, r#""\u0061""#),
        (r#""🎬/""#, r#""\ud83c\uDFAC\/""#),
        (r#""\ud800""#, r#""\ud800""#),
        (r#""�/""#, r#""�/""#),
        (
            r#"{"a":1,"b":[1,{}]}"#,
            r#"{ "b" : [ 1.0 , { } ] , "\u0061":1 }"#,
        ),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        ("[]", "[ ]"),
        ("1e99999999999999999999", "1e99999999999999999999"),
    ];

    /// Values that are not.
    pub(in crate::json) const DIFFERENT: &[(&str, &str)] = &[
        ("1", "-1"),
        ("1", "10"),
        ("0.1", "0.01"),
        ("100", "1"),
        ("106891058521430758565", "106891058521430758566"),
        ("9007199254740992", "9007199254740993"),
        ("1", r#""1""#),
        ("null", "false"),
        ("null", "0"),
        (r#""a""#, r#""A""#),
        (r#""\ud800""#, r#""\ud801""#),
        (r#""\ud800""#, r#""�""#),
        (r#""�/""#, r#""�\/""#),
        ("[1,2]", "[2,1]"),
        ("[1]", "[1,1]"),
        (r#"["a","b"]"#, r#"["a\",\"b"]"#),
        (r#"["a",""]"#, r#"["a\"",""]"#),
        (r#"[["a"]]"#, r#"[["a",[]]]"#),
        (r#"["null"]"#, "[null]"),
        ("[1,11]", "[11,1]"),
        (r#"[{"a":"b"}]"#, r#"["a","b"]"#),
        ("[]", "{}"),
        (r#"{"a":1}"#, r#"{"a":1,"b":null}"#),
        (r#"{"a":1}"#, r#"{"b":1}"#),
        (r#"{"a":1}"#, r#"{"a":2}"#),
        ("1e99999999999999999999", "2e99999999999999999999"),
    ];

    #[test]
    fn equal_values_in_any_spelling() {
        for (one, other) in EQUAL {
            assert!(equal(one.as_bytes(), other.as_bytes()), "{one} {other}");
            assert!(equal(other.as_bytes(), one.as_bytes()), "{other} {one}");
        }
    }

    #[test]
    fn different_values() {
        for (one, other) in DIFFERENT {
            assert!(!equal(one.as_bytes(), other.as_bytes()), "{one} {other}");
            assert!(!equal(other.as_bytes(), one.as_bytes()), "{other} {one}");
        }
    }
}
