//! Finds the end of an object or array: counts the brackets outside strings, 64 bytes per step.
//!
//! Each block becomes four bit masks, with one bit per byte. A running exclusive or of the quotes
//! gives the bits inside strings, so most blocks need no work per byte. Only if the value may end
//! in the block are its brackets examined one by one.
//!
//! Only the number of open brackets is tracked, not their kind. That is sufficient: in valid JSON
//! the count is exact, and the value is parsed later, which finds anything else.

use super::BLOCK;

/// A scan of one value, which may arrive in any number of chunks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scanner {
    depth: u64,
    /// All ones if inside a string.
    quoted: u64,
    /// 1 if the next byte is escaped.
    escape: u64,
    passed: u64,
    depth_max: u64,
    /// Whether a byte so far, or shortly after the value, is not ASCII.
    pub high: bool,
    /// Where the maximum depth was first exceeded, as a byte offset from the start of the value.
    pub too_deep: Option<u64>,
}

impl Scanner {
    pub fn new(depth_max: u32) -> Self {
        Scanner {
            depth_max: u64::from(depth_max),
            ..Scanner::default()
        }
    }

    /// Continues with `bytes`; returns how many of them belong to the value if it ends in them.
    pub fn scan(&mut self, bytes: &[u8]) -> Option<usize> {
        let (mut rest, mut done) = (bytes, 0);
        while let Some((block, tail)) = rest.split_first_chunk::<BLOCK>() {
            if let Some(end) = self.block(block) {
                return Some(done + end);
            }
            done += BLOCK;
            rest = tail;
        }
        for (index, byte) in rest.iter().enumerate() {
            if self.byte(*byte) {
                return Some(done + index + 1);
            }
        }
        None
    }

    #[inline(always)]
    fn block(&mut self, bytes: &[u8; BLOCK]) -> Option<usize> {
        let masks = super::masks(bytes);
        self.high |= masks.high;
        let escaped = self.escaped(masks.backslashes);
        let inside = parity(masks.quotes & !escaped) ^ self.quoted;
        // An escaped byte outside a string is not JSON. It is not counted, so that both code paths
        // agree.
        let outside = !(inside | escaped);
        let (opening, closing) = (masks.opening & outside, masks.closing & outside);
        let (opened, closed) = (
            u64::from(opening.count_ones()),
            u64::from(closing.count_ones()),
        );
        if self.depth <= closed || self.depth + opened > self.depth_max {
            let end = self.walk(opening, closing);
            if end.is_some() {
                return end;
            }
        } else {
            self.depth = self.depth + opened - closed;
        }
        self.quoted = 0_u64.wrapping_sub(inside >> 63);
        self.passed += BLOCK as u64;
        None
    }

    fn walk(&mut self, opening: u64, closing: u64) -> Option<usize> {
        let mut brackets = opening | closing;
        while brackets != 0 {
            let bit = brackets.trailing_zeros();
            if closing >> bit & 1 == 0 {
                self.open(u64::from(bit));
            } else if self.close() {
                return Some(bit as usize + 1);
            }
            brackets &= brackets - 1;
        }
        None
    }

    #[inline(always)]
    fn open(&mut self, offset: u64) {
        self.depth += 1;
        if self.depth > self.depth_max && self.too_deep.is_none() {
            self.too_deep = Some(self.passed + offset);
        }
    }

    #[inline(always)]
    fn close(&mut self) -> bool {
        self.depth = self.depth.saturating_sub(1);
        self.depth == 0
    }

    fn byte(&mut self, byte: u8) -> bool {
        self.high |= !byte.is_ascii();
        let escaped = std::mem::take(&mut self.escape) == 1;
        let mut ended = false;
        match byte {
            _ if escaped => {}
            b'\\' => self.escape = 1,
            b'"' => self.quoted = !self.quoted,
            b'{' | b'[' if self.quoted == 0 => self.open(0),
            b'}' | b']' if self.quoted == 0 => ended = self.close(),
            _ => {}
        }
        self.passed += 1;
        ended
    }

    /// Marks the bytes that are escaped by a backslash. In a run of backslashes, every second one
    /// is itself escaped. Adding the starts of runs at odd positions carries through those runs to
    /// their ends, which distinguishes odd from even lengths.
    #[inline(always)]
    fn escaped(&mut self, backslashes: u64) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        if backslashes == 0 {
            return std::mem::take(&mut self.escape);
        }
        let backslashes = backslashes & !self.escape;
        let after = backslashes << 1 | self.escape;
        let odd_starts = backslashes & !EVEN & !after;
        let (even_ends, carry) = odd_starts.overflowing_add(backslashes);
        self.escape = u64::from(carry);
        (EVEN ^ (even_ends << 1)) & after
    }
}

/// Bit `i` becomes the exclusive or of bits 0 to `i`: ones from each odd quote to the next quote.
#[inline(always)]
fn parity(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn end_by_bytes(bytes: &[u8]) -> (Option<usize>, Option<u64>) {
        let mut scanner = Scanner::new(4);
        let end = bytes
            .iter()
            .position(|byte| scanner.byte(*byte))
            .map(|index| index + 1);
        (end, scanner.too_deep)
    }

    fn end_by_pieces(bytes: &[u8], piece: usize) -> (Option<usize>, Option<u64>) {
        let mut scanner = Scanner::new(4);
        let mut done = 0;
        for chunk in bytes.chunks(piece) {
            if let Some(end) = scanner.scan(chunk) {
                return (Some(done + end), scanner.too_deep);
            }
            done += chunk.len();
        }
        (None, scanner.too_deep)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn blocks_and_bytes_agree(
            noise in prop::collection::vec(prop::sample::select(br#"{}[]"\ax"#.to_vec()), 0..400),
            piece in 1_usize..300,
        ) {
            let mut bytes = b"{".to_vec();
            bytes.extend(noise);
            let (end, too_deep) = end_by_bytes(&bytes);
            for piece in [piece, 63, 64, 65, 128, 1_000] {
                let (end_too, too_deep_too) = end_by_pieces(&bytes, piece);
                prop_assert_eq!(end, end_too);
                prop_assert_eq!(too_deep, too_deep_too);
            }
        }
    }

    #[test]
    fn a_run_of_backslashes_may_cross_a_block() {
        for before in 0..130 {
            for run in 1..8 {
                let text = format!("{{\"{}{}\"}}\"}}", "a".repeat(before), "\\".repeat(run));
                let escaped = run % 2 == 1;
                let end = text.len() - if escaped { 0 } else { 2 };
                assert_eq!(Scanner::new(4).scan(text.as_bytes()), Some(end), "{text}");
            }
        }
    }
}
