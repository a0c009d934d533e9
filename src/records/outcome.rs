//! What becomes of a complete record.

use std::ops::Range;

use super::error::ReadError;

/// A record, and what to do with it.
#[derive(Debug)]
pub(super) enum RecordOutcome {
    /// Return the record at this range of the buffer.
    Wanted(Range<usize>),
    /// Leave it out; it is already counted.
    LeftOut,
    /// Return a report of what is wrong with it.
    Rejected(Rejected),
}

/// An invalid record and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejected {
    /// What is wrong with it.
    pub error: ReadError,
    /// The bytes of the record, which may be neither JSON nor UTF-8; `None` if it was too long or too deeply nested to be buffered.
    pub raw: Option<Vec<u8>>,
    /// Whether the record itself follows: it is mismatched but readable, and passes the filter.
    pub is_handed_out: bool,
}
