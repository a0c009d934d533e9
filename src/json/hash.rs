//! Hashes of values, for comparing many of them without keeping them.
//!
//! The hash of a value is that of its meaning: two values that are [`equal`](super::equal) have the same, whatever their spelling. It is read
//! from the bytes in one pass, without allocating memory, unless a value is spelled in an unusual way.

use std::borrow::Cow;

use super::equal::Decimal;
use super::{TrustedCursor, pairs};

/// Distinguishes values of different types.
#[derive(Debug, Clone, Copy)]
enum Seed {
    Text = 1,
    Integer,
    Object,
    List,
    /// For values without a known equivalent notation.
    Raw,
}

/// How many fields of an object are looked at for repeated names.
const NAMES_MAX: usize = 32;

/// The hash of some bytes.
pub(crate) fn bytes(bytes: &[u8]) -> u32 {
    short(of(Seed::Raw, bytes))
}

/// The hash of a checked value that has no white space around it.
pub(crate) fn value(raw: &[u8]) -> u32 {
    short(next_value(&mut TrustedCursor::new(raw)))
}

/// The upper half is mixed best.
fn short(hash: u64) -> u32 {
    let [_, _, _, _, upper @ ..] = hash.to_le_bytes();
    u32::from_le_bytes(upper)
}

/// Skips the value at the cursor and returns its hash.
fn next_value(cursor: &mut TrustedCursor<'_>) -> u64 {
    let start = *cursor;
    match cursor.peek() {
        Some(b'"') => match cursor.text() {
            Cow::Borrowed(text) => of(Seed::Text, text),
            // U+FFFD may stand for any lone surrogate.
            Cow::Owned(text) if contains_replacement(&text) => of(Seed::Raw, { start }.value()),
            Cow::Owned(text) => of(Seed::Text, &text),
        },
        Some(b'{') => object(cursor),
        Some(b'[') => {
            let mut hash = mixed(0, Seed::List as u64);
            cursor.elements(|element| hash = mixed(hash, next_value(element)));
            finished(hash)
        }
        Some(b'-' | b'0'..=b'9') => number(cursor.value()),
        _ => of(Seed::Raw, cursor.value()),
    }
}

fn contains_replacement(text: &[u8]) -> bool {
    const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();
    text.windows(REPLACEMENT.len())
        .any(|part| part == REPLACEMENT)
}

/// The hashes of the fields are added, so that their order does not matter.
fn object(cursor: &mut TrustedCursor<'_>) -> u64 {
    let start = *cursor;
    let mut names = [0; NAMES_MAX];
    let (mut count, mut is_odd, mut sum) = (0, false, Seed::Object as u64);
    cursor.members(|name, value| {
        let name = of(Seed::Text, name);
        is_odd |= names.iter().take(count).any(|known| *known == name);
        if let Some(place) = names.get_mut(count) {
            *place = name;
        }
        count += 1;
        sum = field(sum, name, next_value(value));
    });
    if !is_odd && count <= NAMES_MAX {
        return finished(sum);
    }
    let all = pairs::fields({ start }.value(), b"");
    let last = pairs::groups(&all).filter_map(<[_]>::last);
    let sum = last.fold(Seed::Object as u64, |sum, last| {
        let value = next_value(&mut TrustedCursor::new(last.raw));
        field(sum, of(Seed::Text, last.name.as_bytes()), value)
    });
    finished(sum)
}

fn field(sum: u64, name: u64, value: u64) -> u64 {
    sum.wrapping_add(finished(mixed(name, value)))
}

fn number(raw: &[u8]) -> u64 {
    let (negative, digits) = match raw {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.iter().all(u8::is_ascii_digit) && digits != b"0" {
        let mut significant = digits;
        while let [rest @ .., b'0'] = significant {
            significant = rest;
        }
        return decimal(negative, significant, digits.len() - significant.len());
    }
    match Decimal::of(raw) {
        Some(number) => decimal(number.negative, &number.digits, number.exponent),
        None => of(Seed::Raw, raw),
    }
}

fn decimal(negative: bool, digits: &[u8], exponent: impl TryInto<i64>) -> u64 {
    let exponent = exponent.try_into().unwrap_or_default();
    let scale = u64::from(negative).wrapping_add(exponent.cast_unsigned() << 1);
    finished(mixed(of(Seed::Integer, digits), scale))
}

#[inline(always)]
fn of(seed: Seed, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(bytes.len() as u64, |hash, word| {
        mixed(hash, u64::from_le_bytes(*word))
    });
    let last = rest
        .iter()
        .fold(seed as u64, |last, byte| last << 8 | u64::from(*byte));
    finished(mixed(hash, last))
}

/// One step, as in `FxHash`.
#[inline(always)]
fn mixed(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Lets each bit of the result depend on each bit of the hash, as at the end of `SplitMix64`.
#[inline(always)]
fn finished(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::json::equal;
    use crate::json::equal::tests::{DIFFERENT, EQUAL};

    #[test]
    fn equal_values_have_the_same_hash_and_others_do_not() {
        for (one, other) in EQUAL {
            assert_eq!(
                value(one.as_bytes()),
                value(other.as_bytes()),
                "{one} {other}"
            );
        }
        for (one, other) in DIFFERENT {
            assert_ne!(
                value(one.as_bytes()),
                value(other.as_bytes()),
                "{one} {other}"
            );
        }
    }

    #[test]
    fn many_fields_and_repeated_names() {
        let object = |count: usize, last: &str| {
            let fields = (0..count).map(|index| format!(r#""f{index}":{index}"#));
            format!(
                r#"{{{},"f0":{last}}}"#,
                fields.collect::<Vec<_>>().join(",")
            )
        };
        for count in [1, 31, 32, 33, 40] {
            let turned = |last: usize| {
                let fields = (0..count).rev().map(|index| {
                    format!(r#""f{index}":{}"#, if index == 0 { last } else { index })
                });
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            };
            let hash = value(object(count, "7").as_bytes());
            assert_eq!(hash, value(turned(7).as_bytes()), "{count}");
            assert_ne!(hash, value(turned(0).as_bytes()), "{count}");
        }
    }

    /// Accounts differ in a few characters, so such values must not collide more often than chance.
    #[test]
    fn similar_values_rarely_collide() {
        let texts = (0..100_000).map(|number| format!(r#""{number:020}""#));
        let pairs = (0..100_000).map(|number| {
            let (one, other) = (number % 317, number / 317);
            format!(r#"{{"a":"{one}","b":"{other}"}}"#)
        });
        let numbers = (0..100_000).map(|number| number.to_string());
        let lists = (0..100_000).map(|number| format!("[{},{}]", number % 317, number / 317));
        let all = texts.chain(pairs).chain(numbers).chain(lists);
        let hashes: HashSet<u32> = all.map(|text| value(text.as_bytes())).collect();
        // By chance, 400,000 of them have 19 collisions.
        assert!(hashes.len() > 399_900, "{}", hashes.len());
        let keys = (0..100_000).map(|number| bytes(format!("{number:040x}").as_bytes()));
        assert!(keys.collect::<HashSet<u32>>().len() > 99_980);
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-20_i64..20).prop_map(|number| Value::from(number * 100)),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            "[a-c\u{fffd}]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a-c]{0,2}", inner), 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// Another spelling of the same value.
    fn respelled(json: &Value, escapes: bool) -> String {
        let text = |text: &str| {
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            if escapes && !text.contains('\u{fffd}') {
                format!("\"{}\"", units.collect::<String>())
            } else {
                Value::from(text).to_string()
            }
        };
        match json {
            Value::String(string) => text(string),
            Value::Array(list) => {
                let list = list.iter().map(|element| respelled(element, escapes));
                format!("[ {} ]", list.collect::<Vec<_>>().join(" ,"))
            }
            Value::Object(fields) => {
                let fields = fields.iter().rev();
                let fields = fields
                    .map(|(name, value)| format!("{} : {}", text(name), respelled(value, escapes)));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
            Value::Number(number) if number.as_i64() != Some(0) && number.is_i64() && escapes => {
                format!("{number}0e-1")
            }
            other => other.to_string(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

        #[test]
        fn the_hash_ignores_spelling(one in json(), other in json(), escapes in any::<bool>()) {
            let (text, spelled, other) = (one.to_string(), respelled(&one, escapes), other.to_string());
            prop_assert!(equal(text.as_bytes(), spelled.as_bytes()));
            prop_assert_eq!(value(text.as_bytes()), value(spelled.as_bytes()));
            let same = value(text.as_bytes()) == value(other.as_bytes());
            prop_assert_eq!(same, equal(text.as_bytes(), other.as_bytes()));
        }
    }
}
