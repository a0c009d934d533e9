//! Escapes all non-ASCII characters in JSON.
//!
//! Engines decode and parse pure ASCII several times faster than text with a single character
//! beyond Latin-1, for which they store two bytes per character.

use super::{BLOCK, is_ascii};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends JSON that is known to be UTF-8, escaped.
pub(crate) fn push(json: &[u8], out: &mut Vec<u8>) {
    let mut rest = json;
    loop {
        let (plain, after) = rest.split_at(plain_len(rest));
        out.extend_from_slice(plain);
        if after.is_empty() {
            return;
        }
        rest = push_char(after, out);
    }
}

/// Whether there is nothing to escape.
pub(crate) fn is_plain(json: &[u8]) -> bool {
    plain_len(json) == json.len()
}

/// How many ASCII bytes precede the first other byte.
fn plain_len(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let done = blocks.iter().take_while(|block| is_ascii(block)).count() * BLOCK;
    let rest = bytes.get(done..).unwrap_or_default();
    done + rest.iter().take_while(|byte| byte.is_ascii()).count()
}

/// Appends the first character as one or two escapes, and returns the rest.
fn push_char<'a>(bytes: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let (len, bits) = match bytes.first() {
        Some(first @ 0xf0..) => (4, first & 0x07),
        Some(first @ 0xe0..) => (3, first & 0x0f),
        Some(first) => (2, first & 0x1f),
        None => return bytes,
    };
    let (character, rest) = bytes.split_at(len.min(bytes.len()));
    let following = character.get(1..).unwrap_or_default();
    let code = following.iter().fold(u32::from(bits), |code, byte| {
        code << 6 | u32::from(byte & 0x3f)
    });
    match code.checked_sub(0x1_0000) {
        Some(beyond) => {
            push_escape(0xd800 + (beyond >> 10), out);
            push_escape(0xdc00 + (beyond & 0x3ff), out);
        }
        None => push_escape(code, out),
    }
    rest
}

/// Appends one UTF-16 code unit as an escape.
pub(crate) fn push_escape(unit: u32, out: &mut Vec<u8>) {
    let digit = |shift: u32| {
        HEX.get((unit >> shift & 0xf) as usize)
            .copied()
            .unwrap_or(b'0')
    };
    out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_text_is_ascii_and_means_the_same(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let mut out = Vec::new();
            push(json.as_bytes(), &mut out);
            prop_assert!(out.is_ascii());
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
