//! What can be wrong with a batch file, and where.

use std::fmt;

use super::layout::Candidate;
use crate::digits;
use crate::error::{Error, Kind};
use crate::json::{Fault, FaultReason, Mismatches};

/// Why reading ended, or why a record was rejected. Contains no values from the file, because a
/// record may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadError {
    /// What is wrong.
    pub problem: Problem,
    /// The byte offset in the file as it was fed, including a byte order mark.
    pub offset: u64,
    /// The index of the record in the file, starting at 0; the message counts from 1. `None` if the
    /// fault is outside the records.
    pub index: Option<u64>,
    /// The path in the record, such as `displayNames[3].platform`; empty for the record itself.
    pub path: String,
    /// All mismatches of the record, if that is the problem.
    pub mismatches: Mismatches,
    /// The two places of [`Problem::Ambiguous`]; `offset` is that of the second.
    pub places: Option<Box<[ListPlace; 2]>>,
}

/// The position of a list or map of profiles.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListPlace {
    /// The names of the members that lead there, such as `data.users`; empty if the whole file is
    /// the map.
    pub path: String,
    /// The byte offset of its opening bracket in the file.
    pub offset: u64,
}

/// What is wrong with a batch file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The bytes are gzip: the transport did not decode them.
    Gzip,
    /// The file is empty, or has only white space.
    Empty,
    /// The beginning is not JSON; perhaps it is an XML or HTML page of the storage host.
    NotJson,
    /// The file is JSON, but has no records.
    NoRecords,
    /// There is a second list or map of profiles, so it is not certain which one holds the records.
    Ambiguous,
    /// The bytes between or after the records are not what JSON requires.
    Unexpected {
        /// What JSON requires here.
        expected: &'static str,
    },
    /// A name is longer than 4 KiB.
    LongName,
    /// A record is longer than allowed.
    TooLong {
        /// The limit, in bytes.
        max: usize,
    },
    /// A record, or something around the records, is invalid.
    Invalid(FaultReason),
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

    /// The error for two possible places of the records.
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

    /// The error for a fault in a record. `offset` is that of the fault in the file.
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

    /// Whether the file is valid up to its end, so that reading on from
    /// [`resume_offset`](super::Reader::resume_offset) may help.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        matches!(self.problem, Problem::Cut | Problem::Unclosed)
    }
}

impl ReadError {
    /// The message.
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
            Problem::NotJson => ("is not JSON: it has an unexpected byte", ""),
            Problem::NoRecords => ("has no list of profiles", ""),
            Problem::Ambiguous => {
                text.push_str("has two lists that may be the profiles: ");
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
            Problem::Invalid(FaultReason::Type { expected, found }) => {
                text.extend([": ", found, " instead of ", expected]);
            }
            Problem::Invalid(FaultReason::Missing) => text.push_str(": the field is missing"),
            Problem::Unexpected { expected } => {
                text.extend([", expected ", expected]);
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

fn invalid_text(reason: FaultReason) -> &'static str {
    match reason {
        FaultReason::Utf8 => "is not valid UTF-8",
        FaultReason::Depth => "is nested too deeply",
        reason if reason.is_shape() => "is not of the documented shape",
        _ => "is not valid JSON",
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
