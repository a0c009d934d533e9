//! What can be wrong with a batch file, and where.

use std::fmt;

use super::layout::Candidate;
use crate::digits;
use crate::error::{Error, Kind};
use crate::json::{Fault, Mismatches, Reason};

/// Why reading ended, or why a record was rejected. Names no values: a record may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadError {
    /// What is wrong.
    pub problem: Problem,
    /// Where, in bytes from the start of the file as it was fed, a byte order mark included.
    pub offset: u64,
    /// Which record, counted from 0 in the order of the file; the message counts from 1. Absent when
    /// the fault lies outside the records.
    pub index: Option<u64>,
    /// Where in the record, as `displayNames[3].platform`; empty for the record itself.
    pub path: String,
    /// All places where the record contradicts its shape, if that is what is wrong.
    pub mismatches: Mismatches,
    /// The two places of [`Problem::Ambiguous`]; `offset` is that of the second.
    pub places: Option<Box<[ListPlace; 2]>>,
}

/// Where a list or a map of profiles is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListPlace {
    /// The names of the members that lead there, as `data.users`; empty for the object that the file is.
    pub path: String,
    /// Where its bracket is, in bytes from the start of the file.
    pub offset: u64,
}

/// What is wrong with a batch file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The bytes are gzip: the transport did not decode them.
    Gzip,
    /// The file is empty, or nothing but white space.
    Empty,
    /// It begins like no JSON at all; perhaps an XML or HTML page of the storage host.
    NotJson,
    /// It is JSON, but no records were found in it.
    NoRecords,
    /// It holds a second list or map of profiles, so the first may not have been the records.
    Ambiguous,
    /// Something else was expected between or after records.
    Unexpected {
        /// What JSON would have here.
        expected: &'static str,
    },
    /// A name is longer than 4 KiB.
    LongName,
    /// A record is longer than allowed.
    TooLong {
        /// The limit, in bytes.
        max: usize,
    },
    /// A record, or what stands around the records, is not what it must be.
    Invalid(Reason),
    /// The file ends inside a record.
    Cut,
    /// The file ends between records, before its closing bracket.
    Unclosed,
}

impl ReadError {
    pub(super) fn new(problem: Problem, offset: u64, index: Option<u64>) -> Self {
        ReadError {
            problem,
            offset,
            index,
            path: String::new(),
            mismatches: Mismatches::default(),
            places: None,
        }
    }

    /// There are two places where the records may be.
    pub(super) fn ambiguous(first: (&Candidate, u64), second: (&Candidate, u64)) -> Self {
        let place = |(candidate, offset): (&Candidate, u64)| ListPlace {
            path: candidate.path(),
            offset,
        };
        ReadError {
            places: Some(Box::new([place(first), place(second)])),
            ..ReadError::new(Problem::Ambiguous, second.1, None)
        }
    }

    /// A fault in a record, which lies at `offset` of the file.
    pub(super) fn invalid(fault: Fault, offset: u64, index: Option<u64>) -> Self {
        ReadError {
            problem: Problem::Invalid(fault.reason),
            offset,
            index,
            path: fault.path,
            mismatches: fault.mismatches.without_offset(),
            places: None,
        }
    }

    /// Whether the file is fine as far as it goes, so that reading it again from
    /// [`resume_offset`](super::Reader::resume_offset) may help.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        matches!(self.problem, Problem::Cut | Problem::Unclosed)
    }
}

impl ReadError {
    /// The error in words.
    fn text(&self) -> String {
        let mut text = String::new();
        if let Some(index) = self.index {
            text.push_str("record ");
            digits::push_u64(&mut text, index + 1);
            text.push_str(" of ");
        }
        text.push_str("the batch file ");
        let (before, after) = match self.problem {
            Problem::Gzip => {
                text.push_str("is still compressed with gzip: decompress it first");
                return text;
            }
            Problem::Empty => ("is empty", ""),
            Problem::NotJson => ("is not json: it has an unexpected byte", ""),
            Problem::NoRecords => ("holds no list of profiles", ""),
            Problem::Ambiguous => {
                text.push_str("holds two lists that may be the profiles: ");
                for (place, end) in self
                    .places
                    .iter()
                    .flat_map(|places| places.iter())
                    .zip([" and ", ""])
                {
                    place.push(&mut text);
                    text.push_str(end);
                }
                return text;
            }
            Problem::Unexpected { .. } => ("is damaged", ""),
            Problem::LongName => ("has a name of more than 4096 bytes", ""),
            Problem::TooLong { max } => {
                text.push_str("is longer than ");
                digits::push(&mut text, max);
                (" bytes and begins", "")
            }
            Problem::Cut => ("is cut short", ""),
            Problem::Unclosed => ("ends before its closing bracket", ""),
            Problem::Invalid(reason) => (invalid_text(reason), ""),
        };
        text.push_str(before);
        text.push_str(" at byte ");
        digits::push_u64(&mut text, self.offset);
        text.push_str(after);
        self.push_reason(&mut text);
        text
    }

    fn push_reason(&self, text: &mut String) {
        if !self.path.is_empty() {
            text.extend([", in `", &self.path, "`"]);
        }
        match self.problem {
            Problem::Invalid(Reason::Type { expected, found }) => {
                text.extend([": ", found, " instead of ", expected]);
            }
            Problem::Invalid(Reason::Missing) => text.push_str(": the field is missing"),
            Problem::Unexpected { expected } => {
                text.extend([", where ", expected, " should stand"]);
            }
            _ => {}
        }
    }
}

impl ListPlace {
    fn push(&self, text: &mut String) {
        if self.path.is_empty() {
            text.push_str("the object at byte ");
        } else {
            text.extend(["`", &self.path, "` at byte "]);
        }
        digits::push_u64(text, self.offset);
    }
}

fn invalid_text(reason: Reason) -> &'static str {
    match reason {
        Reason::Utf8 => "is not valid utf-8",
        Reason::Depth => "is nested too deep",
        reason if reason.is_shape() => "is not of the documented shape",
        _ => "is not valid json",
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::error::Error for ReadError {}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        let mut out = Error::new(Kind::Decode, error.text());
        out.path = matches!(error.problem, Problem::Invalid(_)).then_some(error.path);
        out.mismatches = error.mismatches;
        out
    }
}
