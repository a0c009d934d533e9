//! The bytes that have come and are not done with yet, and where in the file they lie.

/// Input between the first byte still needed and the last one that has come.
///
/// One spare byte stands before and one after them, so that a run of records can be given brackets
/// where it lies.
#[derive(Debug)]
pub(super) struct Buffer {
    /// All initialised, so that room for a chunk need not be cleared each time.
    bytes: Vec<u8>,
    filled: usize,
    /// Where the first of `bytes` lies in the file. It is spare, so this may be one less than zero.
    base: u64,
}

const SPARE: usize = 1;

impl Buffer {
    /// An empty buffer for bytes from `offset` of the file on.
    pub fn new(offset: u64) -> Self {
        Buffer {
            bytes: vec![0; SPARE],
            filled: SPARE,
            base: offset.wrapping_sub(1),
        }
    }

    /// Where the first byte stands.
    pub const START: usize = SPARE;

    /// All bytes up to the last that has come; the first is spare.
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

    /// Where byte `at` lies in the file.
    pub fn offset(&self, at: usize) -> u64 {
        self.base.wrapping_add(at as u64)
    }

    /// Forgets what lies before `keep`; says by how much everything has moved.
    pub fn drop_before(&mut self, keep: usize) -> usize {
        let moved = keep.saturating_sub(SPARE);
        if moved > 0 {
            self.bytes.copy_within(moved..self.filled, 0);
            self.filled -= moved;
            self.base = self.base.wrapping_add(moved as u64);
        }
        moved
    }

    /// Room for `len` more bytes.
    pub fn room(&mut self, len: usize) -> &mut [u8] {
        let needed = self.filled + len + SPARE;
        if self.bytes.len() < needed {
            self.bytes.resize(needed, 0);
        }
        self.bytes
            .get_mut(self.filled..self.filled + len)
            .unwrap_or_default()
    }

    /// Counts the first `len` bytes of the room as come.
    pub fn advance(&mut self, len: usize) {
        self.filled = (self.filled + len).min(self.bytes.len().saturating_sub(SPARE));
    }

    /// Writes over a byte, which may be a spare one; gives back what stood there.
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
