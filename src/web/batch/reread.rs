//! The beginning of a file that is read a second time, after a resume from the start.

use js_sys::Uint8Array;

use crate::policy::fingerprint::Fingerprint;

/// Compares bytes that arrive again with those that the reader already has.
pub(super) struct Reread {
    /// Bytes left before the first new one.
    pub left: u64,
    fingerprint: Fingerprint,
    /// A buffer for hashing: the bytes arrive in JavaScript's memory.
    buffer: Vec<u8>,
}

impl Reread {
    /// For a file of which the reader has this many bytes.
    pub(super) fn new(left: u64) -> Self {
        Self {
            left,
            fingerprint: Fingerprint::default(),
            buffer: Vec::new(),
        }
    }

    /// Hashes the bytes of a chunk that the reader already has, and returns their number.
    pub(super) fn skip(&mut self, chunk: &Uint8Array) -> u32 {
        let skipped = u64::from(chunk.length()).min(self.left);
        self.left -= skipped;
        let skipped = u32::try_from(skipped).unwrap_or(u32::MAX);
        self.buffer.resize(skipped as usize, 0);
        chunk.subarray(0, skipped).copy_to(&mut self.buffer);
        self.fingerprint.update(&self.buffer);
        skipped
    }

    /// Whether all of these bytes have arrived again, and are others than the first time.
    pub(super) fn differs_from(&self, first: &Fingerprint) -> bool {
        self.left == 0 && self.fingerprint != *first
    }
}
