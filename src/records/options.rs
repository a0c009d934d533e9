//! What to read for, and how strictly.

use super::Filter;
use crate::model::User;
use crate::model::shape::{Shape, ShapeOf};

/// How to read a batch file.
#[derive(Debug, Clone)]
pub struct Options {
    /// The longest record, in bytes. Also bounds how much is read to find out where the records are,
    /// and how much memory the reader takes. Default 4 MiB.
    pub max_record_bytes: usize,
    /// About how many bytes of records go into one batch. Default 64 KiB, for which engines are fast:
    /// V8 keeps larger texts apart from its other memory.
    pub batch_bytes: usize,
    /// Whether characters beyond ASCII are handed out as escapes. Off by default; the engine parses
    /// such batches faster, though the records mean the same.
    pub ascii: bool,
    /// What every record should look like; by default a [`User`]. With `None` a record must still be an object, UTF-8
    /// and not nested too deep, but nothing in it is looked at: whoever parses a batch finds out whether it
    /// is JSON, and calls [`reread`](super::Reader::reread) if it is not.
    ///
    /// A map keyed by reference id, `select` and `filter` read inside the records, so there `None`
    /// still checks that they are JSON.
    pub check: Option<&'static Shape>,
    /// What to do with a record that is not what it must be.
    pub on_invalid: OnInvalid,
    /// The only top-level fields of a record to hand out; all by default.
    pub select: Option<Vec<String>>,
    /// The only records to hand out; all by default.
    pub filter: Option<Filter>,
}

/// What to do with an invalid record. It is either odd: some of its fields contradict the shape asked for; or
/// unreadable: malformed inside its brackets, not UTF-8, nested too deep, too long, no object, or with lists of accounts
/// that are no lists of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnInvalid {
    /// Hand out an odd record as it came, and count it. Fail at an unreadable one, after the records before it.
    #[default]
    Report,
    /// Fail, after the records before it.
    Throw,
    /// Leave it out and count it.
    Skip,
    /// Hand over what is wrong with it as a [`Rejected`](super::Rejected), in its place and counted. An odd record is handed out as it came
    /// right after that; an unreadable one is left out.
    HandOver,
}

impl Default for Options {
    fn default() -> Self {
        Options {
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
