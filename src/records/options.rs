//! What to read, and how strictly.

use super::Filter;
use crate::model::User;
use crate::model::shape::{Shape, ShapeOf};

/// How to read a batch file.
#[derive(Debug, Clone)]
pub struct RecordOptions {
    /// The maximum size of a record in bytes. It also limits how much is read to find the records, and how much memory the reader takes.
    /// Default 4 MiB.
    pub max_record_bytes: usize,
    /// About how many bytes of records go into one batch. Default 64 KiB: V8 stores larger strings in a separate space, which is slower.
    pub batch_bytes: usize,
    /// Whether non-ASCII characters are escaped. The records have the same meaning, but engines parse such batches faster. Off by default.
    pub ascii: bool,
    /// The shape to check records against; by default a [`User`]. With `None`, a record must still be an object, valid UTF-8 and not nested
    /// too deeply, but its content is not checked. If a batch then turns out not to be JSON, call [`reread`](super::Reader::reread).
    ///
    /// Reading a map keyed by reference id, `select` and `filter` all look inside the records, so with these, `None` still checks that
    /// records are JSON.
    pub check: Option<&'static Shape>,
    /// What to do with an invalid record.
    pub on_invalid: OnInvalid,
    /// The top-level fields to keep in a record; all by default.
    pub select: Option<Vec<String>>,
    /// The records to return; all by default.
    pub filter: Option<Filter>,
}

/// What to do with an invalid record. An invalid record is either mismatched (some of its fields contradict the shape) or unreadable (malformed
/// inside its brackets, not UTF-8, nested too deeply, too long, not an object, or with lists of accounts that are not lists of objects).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnInvalid {
    /// Return a mismatched record unchanged, and count it. Fail at an unreadable one, after the records before it.
    #[default]
    Report,
    /// Fail, after the records before it.
    Throw,
    /// Leave it out, and count it.
    Skip,
    /// Return a [`Rejected`](super::Rejected) with what is wrong, in the record's position, and count it. A mismatched record then follows
    /// unchanged; an unreadable one is left out.
    HandOver,
}

impl Default for RecordOptions {
    fn default() -> Self {
        RecordOptions {
            max_record_bytes: 4 << 20,
            batch_bytes: 64 << 10,
            ascii: false,
            check: Some(ShapeOf::<User>::SHAPE),
            on_invalid: OnInvalid::Report,
            select: None,
            filter: None,
        }
    }
}
