//! What to do with a complete record.

use std::ops::Range;

use super::error::ReadError;
use super::options::OnInvalid;
use super::reader::{Place, Reader, Scope};
use crate::json::{self, CheckedAt, Fault, Mismatches, Reason, TrustedCursor};
use crate::model::User;
use crate::model::shape::{Shape, ShapeOf};
use crate::rules::ProfileFacts;

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

impl Reader {
    /// Whether an unreadable value may be skipped.
    pub(super) fn tolerates(&self) -> bool {
        self.named().is_some()
            && match self.options.on_invalid {
                OnInvalid::Throw => false,
                OnInvalid::Report => self.sweeps,
                OnInvalid::Skip | OnInvalid::HandOver => true,
            }
    }

    pub(super) fn reject(
        &mut self,
        error: ReadError,
        value: Option<Range<usize>>,
    ) -> RecordOutcome {
        self.invalid += 1;
        if self.options.on_invalid != OnInvalid::HandOver {
            self.mismatches = error.mismatches;
            return RecordOutcome::LeftOut;
        }
        let raw = value.map(|value| self.buffer.slice(value.start, value.end).to_vec());
        RecordOutcome::Rejected(Rejected {
            error,
            raw,
            is_handed_out: false,
        })
    }

    /// Handles a readable record that contradicts its shape.
    #[cold]
    pub(super) fn odd(
        &mut self,
        value: Range<usize>,
        mismatches: Mismatches,
    ) -> Result<RecordOutcome, ReadError> {
        let start = self.buffer.offset(value.start);
        match self.options.on_invalid {
            OnInvalid::Report => {
                self.invalid += 1;
                self.mismatches = mismatches;
            }
            OnInvalid::HandOver if self.told == Some(start) => {}
            on_invalid => {
                let Err(fault) = mismatches.deny() else {
                    return Ok(self.choose(value));
                };
                let offset = self.buffer.offset(fault.offset);
                let error = ReadError::invalid(fault, offset, self.named());
                if on_invalid == OnInvalid::Throw {
                    return Err(error);
                }
                if on_invalid == OnInvalid::Skip {
                    self.leave();
                    return Ok(self.reject(error, None));
                }
                // Read the record again to return it, so that nothing about it has to be stored in between.
                self.told = Some(start);
                let is_handed_out = self.is_wanted();
                let verdict = self.reject(error, Some(value.clone()));
                (self.at, self.place) = (value.start, Place::Value);
                return Ok(match verdict {
                    RecordOutcome::Rejected(rejected) => RecordOutcome::Rejected(Rejected {
                        is_handed_out,
                        ..rejected
                    }),
                    other => other,
                });
            }
        }
        self.leave();
        Ok(self.choose(value))
    }

    fn is_wanted(&self) -> bool {
        let profile = || self.facts.of(self.buffer.data());
        let filter = self.options.filter.as_ref();
        filter.is_none_or(|filter| filter.admits(&profile()))
    }

    /// Applies the filter to a valid record.
    pub(super) fn choose(&mut self, value: Range<usize>) -> RecordOutcome {
        if self.options.filter.is_none() {
            return RecordOutcome::Wanted(value);
        }
        if self.options.check.is_none() {
            // The record was only checked to be JSON, which collects no facts.
            let record = self.buffer.slice(0, value.end);
            self.facts.clear();
            TrustedCursor::at(record, value.start)
                .visit_fields(ShapeOf::<User>::SHAPE, &mut self.facts);
        }
        if self.is_wanted() {
            return RecordOutcome::Wanted(value);
        }
        self.filtered += 1;
        RecordOutcome::LeftOut
    }
}

/// Checks the value at `start` and collects facts if requested.
pub(super) fn check(
    data: &[u8],
    start: usize,
    shape: &'static Shape,
    facts: Option<&mut ProfileFacts>,
) -> Result<CheckedAt, Fault> {
    let Some(facts) = facts else {
        return json::check_at(data, start, shape);
    };
    facts.clear();
    json::check_at_with(data, start, shape, facts)
}

/// Checks the value at `start`, which must extend to the end of `data`.
pub(super) fn fits(
    data: &[u8],
    start: usize,
    shape: &'static Shape,
    object: bool,
    scope: Scope,
    facts: Option<&mut ProfileFacts>,
) -> Result<Mismatches, Fault> {
    if !object && !matches!(scope, Scope::Tail { .. }) {
        return no_object(data, start);
    }
    let CheckedAt { end, mismatches } = check(data, start, shape, facts)?;
    let rest = data.get(end..).unwrap_or_default();
    match rest.iter().position(|byte| !json::is_space(*byte)) {
        Some(index) => Err(Fault::new(end + index, Reason::Syntax)),
        None => Ok(mismatches),
    }
}

/// The fault of a record that is not an object.
pub(super) fn no_object(data: &[u8], start: usize) -> Result<Mismatches, Fault> {
    let any_object = ShapeOf::<User>::SHAPE;
    json::check_at(data, start, any_object).map(|checked| checked.mismatches)
}

/// Checks that the value at `start` is UTF-8.
pub(super) fn utf8(data: &[u8], start: usize) -> Result<(), Fault> {
    let record = data.get(start..).unwrap_or_default();
    match std::str::from_utf8(record) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault::new(start + error.valid_up_to(), Reason::Utf8)),
    }
}
