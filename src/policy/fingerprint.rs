//! A running hash of the bytes already delivered, so that a download can restart from the beginning of the file and
//! continue only if it begins with the same bytes.
//!
//! It guards against accidents (a file replaced or re-encoded between two connections), not against a host that constructs a collision:
//! such a host could have sent any records in the first place. Every step is a bijection of its lane, so two inputs that differ in a
//! single word never collide; any other two do with a probability of 2^-64 or less.

/// Bytes mixed per step: one word for each lane. The lanes are independent, which keeps the processor's
/// multiplier busy: with half as many, hashing takes twice as long.
const BLOCK: usize = 8 * LANES;
const LANES: usize = 8;

/// Odd, so that multiplication is a bijection; its bits are those of the golden ratio.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// The hash of a sequence of bytes. Equal sequences have equal fingerprints, however they were split into chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    lanes: [u64; LANES],
    /// Bytes that do not fill a block yet, padded with zeros.
    tail: [u8; BLOCK],
    tail_len: usize,
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self {
            lanes: [1, 2, 3, 4, 5, 6, 7, 8],
            tail: [0; BLOCK],
            tail_len: 0,
        }
    }
}

impl Fingerprint {
    /// Hashes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let missing = (BLOCK - self.tail_len) % BLOCK;
        let Some((first, rest)) = bytes.split_at_checked(missing) else {
            return self.keep(bytes);
        };
        if missing > 0 {
            self.keep(first);
            let block = std::mem::replace(&mut self.tail, [0; BLOCK]);
            self.tail_len = 0;
            self.lanes = mixed(self.lanes, &block);
        }
        let mut lanes = self.lanes;
        let (blocks, rest) = rest.as_chunks::<BLOCK>();
        for block in blocks {
            lanes = mixed(lanes, block);
        }
        self.lanes = lanes;
        self.keep(rest);
    }

    /// Stores bytes that do not fill a block.
    fn keep(&mut self, bytes: &[u8]) {
        let free = self.tail.get_mut(self.tail_len..).unwrap_or_default();
        for (place, byte) in free.iter_mut().zip(bytes) {
            *place = *byte;
        }
        self.tail_len += bytes.len();
    }
}

/// Unrolled by hand: when optimizing for size, the compiler would keep a loop, and the lanes in memory.
#[inline(always)]
fn mixed(lanes: [u64; LANES], block: &[u8; BLOCK]) -> [u64; LANES] {
    let ([w0, w1, w2, w3, w4, w5, w6, w7], _) = block.as_chunks::<8>() else {
        return lanes;
    };
    let [l0, l1, l2, l3, l4, l5, l6, l7] = lanes;
    [
        mix(l0, w0),
        mix(l1, w1),
        mix(l2, w2),
        mix(l3, w3),
        mix(l4, w4),
        mix(l5, w5),
        mix(l6, w6),
        mix(l7, w7),
    ]
}

#[inline(always)]
fn mix(lane: u64, word: &[u8; 8]) -> u64 {
    let mixed = (lane ^ u64::from_le_bytes(*word)).wrapping_mul(FACTOR);
    mixed.rotate_left(29)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(bytes: &[u8]) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        fingerprint.update(bytes);
        fingerprint
    }

    #[test]
    fn every_byte_and_its_position_matter() {
        let bytes: Vec<u8> = (0..195_u32).map(|at| (at * 7 % 251) as u8).collect();
        for len in 0..bytes.len() {
            let prefix = &bytes[..len];
            assert_ne!(of(prefix), of(&bytes[..=len]), "a byte more than {len}");
            assert_ne!(
                of(prefix),
                of(&[prefix, &[0]].concat()),
                "a zero more than {len}"
            );
            for at in 0..len {
                let mut other = prefix.to_vec();
                other[at] ^= 1;
                assert_ne!(of(prefix), of(&other), "byte {at} of {len}");
            }
        }
    }

    #[test]
    fn the_order_of_blocks_matters() {
        let (one, other) = ([b'a'; BLOCK], [b'b'; BLOCK]);
        assert_ne!(of(&[one, other].concat()), of(&[other, one].concat()));
        assert_ne!(of(&[0; BLOCK]), of(&[0; 2 * BLOCK]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn chunks_do_not_matter(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            cuts in prop::collection::vec(0..100_usize, 0..12),
        ) {
            let mut in_chunks = Fingerprint::default();
            let mut rest = bytes.as_slice();
            for cut in cuts {
                let (chunk, others) = rest.split_at(cut.min(rest.len()));
                in_chunks.update(chunk);
                rest = others;
            }
            in_chunks.update(rest);
            prop_assert_eq!(in_chunks, of(&bytes));
        }
    }
}
