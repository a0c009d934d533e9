//! Classifies the bytes of a block without SIMD, eight at a time in one word (SWAR).

use super::{BLOCK, Masks, STEP};

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
/// Multiplying by this gathers the lowest bits of eight bytes in the highest byte.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// One bit for each byte that is zero.
#[inline]
fn zeros(word: u64) -> u64 {
    let marks = !(((word & LOW) + LOW) | word | LOW);
    (marks >> 7).wrapping_mul(GATHER) >> 56
}

#[inline]
pub(crate) fn masks(bytes: &[u8; BLOCK]) -> Masks {
    let mut masks = Masks::default();
    let mut any = 0;
    let (words, _) = bytes.as_chunks::<8>();
    for word in words.iter().rev() {
        let word = u64::from_le_bytes(*word);
        // With this bit set, `[` equals `{` and `]` equals `}`, and no other byte becomes one of them.
        let folded = word | (ONES * 0x20);
        masks.quotes = masks.quotes << 8 | zeros(word ^ (ONES * u64::from(b'"')));
        masks.backslashes = masks.backslashes << 8 | zeros(word ^ (ONES * u64::from(b'\\')));
        masks.opening = masks.opening << 8 | zeros(folded ^ (ONES * u64::from(b'{')));
        masks.closing = masks.closing << 8 | zeros(folded ^ (ONES * u64::from(b'}')));
        any |= word;
    }
    masks.high = any & !LOW != 0;
    masks
}

/// The positions of quotes and backslashes in a string, one bit per byte.
#[inline]
pub(crate) fn string_stops(bytes: &[u8; STEP]) -> u32 {
    let (words, _) = bytes.as_chunks::<8>();
    let stops = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\')))
    };
    let all = words
        .iter()
        .rev()
        .fold(0, |all, word| all << 8 | stops(word));
    u32::try_from(all).unwrap_or(0)
}

/// How many bytes at the start are plain string content, that is, not a quote, a backslash or a control character. Counts whole words only,
/// up to the first such byte. Also returns whether any byte is not ASCII; in the last word, that may be one after the end.
#[inline]
pub(crate) fn plain(bytes: &[u8]) -> (usize, bool) {
    let (mut len, mut any) = (0, 0);
    while let Some(word) = bytes.get(len..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*word);
        any |= word;
        let quote = (word ^ (ONES * u64::from(b'"'))).wrapping_sub(ONES);
        let backslash = (word ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
        let control = word.wrapping_sub(ONES * u64::from(b' '));
        // Exact up to the first mark; a borrow may cause false marks after it.
        let stops = (quote | backslash | control) & !word & !LOW;
        if stops != 0 {
            len += stops.trailing_zeros() as usize / 8;
            break;
        }
        len += 8;
    }
    (len, any & !LOW != 0)
}

/// Whether all bytes are ASCII.
#[inline]
pub(crate) fn is_ascii(bytes: &[u8; BLOCK]) -> bool {
    let (words, _) = bytes.as_chunks::<8>();
    let any = words
        .iter()
        .fold(0, |any, word| any | u64::from_le_bytes(*word));
    any & !LOW == 0
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place_is_classified() {
        for place in 0..BLOCK {
            for byte in 0..=u8::MAX {
                let mut block = [b'a'; BLOCK];
                block[place] = byte;
                let bit = |is: bool| u64::from(is) << place;
                let expected = Masks {
                    quotes: bit(byte == b'"'),
                    backslashes: bit(byte == b'\\'),
                    opening: bit(matches!(byte, b'{' | b'[')),
                    closing: bit(matches!(byte, b'}' | b']')),
                    high: byte >= 0x80,
                };
                assert_eq!(masks(&block), expected, "{byte:#x} at {place}");
                assert_eq!(is_ascii(&block), byte.is_ascii());
                let stops = matches!(byte, 0..b' ' | b'"' | b'\\');
                let (len, high) = plain(&block);
                assert_eq!(len, if stops { place } else { BLOCK }, "{byte:#x}");
                assert_eq!(high, !byte.is_ascii());
            }
        }
    }
}
