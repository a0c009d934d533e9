//! Decides what to do with a complete record: deliver it, filter it out or reject it.

use std::ops::Range;

use super::error::ReadError;
use super::options::OnInvalid;
use super::outcome::{RecordOutcome, Rejected};
use super::position::ReaderState;
use super::reader::Reader;
use crate::json::{Mismatches, TrustedCursor};
use crate::model::User;
use crate::model::shape::ShapeOf;

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
            OnInvalid::HandOver if self.rejected_at == Some(start) => {}
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
                self.rejected_at = Some(start);
                let is_handed_out = self.is_wanted();
                let outcome = self.reject(error, Some(value.clone()));
                (self.at, self.state) = (value.start, ReaderState::Value);
                return Ok(match outcome {
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
