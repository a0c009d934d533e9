//! The bytes that have arrived and are still needed, with their position in the file.

/// Input from the first byte still needed to the last one that has arrived.
///
/// There is one spare byte at each end, so that a run of records can get brackets in place.
#[derive(Debug)]
pub(super) struct Buffer {
    /// All initialized, so that the space for a chunk need not be cleared each time.
    bytes: Vec<u8>,
    filled: usize,
    /// File offset of the first of `bytes`. That byte is spare, so this may be 0 minus 1.
    base: u64,
}

const SPARE: usize = 1;

impl Buffer {
    /// An empty buffer for the bytes of the file from `offset` on.
    pub fn new(offset: u64) -> Self {
        Buffer {
            bytes: vec![0; SPARE],
            filled: SPARE,
            base: offset.wrapping_sub(1),
        }
    }

    /// The position of the first byte.
    pub const START: usize = SPARE;

    /// All bytes that have arrived; the first one is spare.
    #[inline(always)]
    pub fn data(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    #[inline(always)]
    pub fn get(&self, at: usize) -> Option<u8> {
        self.data().get(at).copied()
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.filled
    }

    /// The file offset of byte `at`.
    pub fn offset(&self, at: usize) -> u64 {
        self.base.wrapping_add(at as u64)
    }

    /// Discards the bytes before `keep`, and returns by how much the rest has moved.
    pub fn drop_before(&mut self, keep: usize) -> usize {
        let moved = keep.saturating_sub(SPARE);
        if moved > 0 {
            self.bytes.copy_within(moved..self.filled, 0);
            self.filled -= moved;
            self.base = self.base.wrapping_add(moved as u64);
        }
        moved
    }

    /// Space for `len` more bytes.
    pub fn room(&mut self, len: usize) -> &mut [u8] {
        let needed = self.filled + len + SPARE;
        if self.bytes.len() < needed {
            self.bytes.resize(needed, 0);
        }
        self.bytes
            .get_mut(self.filled..self.filled + len)
            .unwrap_or_default()
    }

    /// Marks the first `len` bytes of the space as filled.
    pub fn advance(&mut self, len: usize) {
        self.filled = (self.filled + len).min(self.bytes.len().saturating_sub(SPARE));
    }

    /// Overwrites a byte, which may be a spare one, and returns the previous byte.
    pub fn replace(&mut self, at: usize, byte: u8) -> u8 {
        self.bytes
            .get_mut(at)
            .map_or(0, |place| std::mem::replace(place, byte))
    }

    /// The bytes from `start` to `end`, which may include spare ones.
    pub fn slice(&self, start: usize, end: usize) -> &[u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }
}
