//! Classifies the bytes of a block with WebAssembly's 128-bit vectors. Without unsafe code: the compiler combines two word loads into one
//! vector load.

use std::arch::wasm32::{i8x16_bitmask, i8x16_eq, i64x2, u8x16_lt, u8x16_splat, v128, v128_or};

use super::{BLOCK, Masks, STEP};

const LANES: usize = 16;

#[inline(always)]
fn load(bytes: &[u8; LANES]) -> v128 {
    let ([low, high], _) = bytes.as_chunks::<8>() else {
        return u8x16_splat(0);
    };
    i64x2(i64::from_le_bytes(*low), i64::from_le_bytes(*high))
}

#[inline(always)]
fn equal(vector: v128, byte: u8) -> v128 {
    i8x16_eq(vector, u8x16_splat(byte))
}

#[inline(always)]
fn bits(marks: v128) -> u64 {
    u64::from(i8x16_bitmask(marks))
}

#[inline(always)]
pub(crate) fn masks(bytes: &[u8; BLOCK]) -> Masks {
    let mut masks = Masks::default();
    let mut any = u8x16_splat(0);
    let (vectors, _) = bytes.as_chunks::<LANES>();
    for vector in vectors.iter().rev() {
        let vector = load(vector);
        // With this bit set, `[` equals `{` and `]` equals `}`, and no other byte becomes one of them.
        let folded = v128_or(vector, u8x16_splat(0x20));
        masks.quotes = masks.quotes << LANES | bits(equal(vector, b'"'));
        masks.backslashes = masks.backslashes << LANES | bits(equal(vector, b'\\'));
        masks.opening = masks.opening << LANES | bits(equal(folded, b'{'));
        masks.closing = masks.closing << LANES | bits(equal(folded, b'}'));
        any = v128_or(any, vector);
    }
    masks.high = bits(any) != 0;
    masks
}

/// The positions of quotes and backslashes in a string, one bit per byte.
#[inline(always)]
pub(crate) fn string_stops(bytes: &[u8; STEP]) -> u32 {
    let vector = load(bytes);
    u32::from(i8x16_bitmask(v128_or(
        equal(vector, b'"'),
        equal(vector, b'\\'),
    )))
}

/// How many bytes at the start are plain string content, that is, not a quote, a backslash or a control character. Counts whole vectors
/// only, up to the first such byte. Also returns whether any byte is not ASCII; in the last vector, that may be one after the end.
#[inline(always)]
pub(crate) fn plain(bytes: &[u8]) -> (usize, bool) {
    let (mut len, mut any) = (0, u8x16_splat(0));
    while let Some(vector) = bytes.get(len..).and_then(<[u8]>::first_chunk::<LANES>) {
        let vector = load(vector);
        any = v128_or(any, vector);
        let control = u8x16_lt(vector, u8x16_splat(b' '));
        let marks = v128_or(equal(vector, b'"'), equal(vector, b'\\'));
        let stops = i8x16_bitmask(v128_or(marks, control));
        if stops != 0 {
            len += stops.trailing_zeros() as usize;
            break;
        }
        len += LANES;
    }
    (len, bits(any) != 0)
}

/// Whether all bytes are ASCII.
#[inline(always)]
pub(crate) fn is_ascii(bytes: &[u8; BLOCK]) -> bool {
    let (vectors, _) = bytes.as_chunks::<LANES>();
    let any = vectors
        .iter()
        .fold(u8x16_splat(0), |any, vector| v128_or(any, load(vector)));
    bits(any) == 0
}

#[cfg(test)]
mod tests {
    use super::swar;
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Tries every byte value in every position, among varying bytes.
    #[wasm_bindgen_test]
    fn vectors_and_words_agree() {
        for seed in 0..=u8::MAX {
            for place in 0..BLOCK {
                let mut block = [0; BLOCK];
                for (index, byte) in (0_u8..).zip(&mut block) {
                    *byte = index.wrapping_mul(37) ^ seed;
                }
                block[place] = seed;
                assert_eq!(masks(&block), swar::masks(&block));
                assert_eq!(is_ascii(&block), swar::is_ascii(&block));
                assert_eq!(plain(&block).0, swar::plain(&block).0);
                let (step, _) = block.as_chunks::<STEP>();
                assert_eq!(string_stops(&step[0]), swar::string_stops(&step[0]));
            }
        }
    }
}
