//! Reads records: finds the end of each and checks it.
//!
//! A record that is complete and valid is read once, by the checker. For any other, the scanner
//! finds the end first. So the end of a record, and any error about it, do not depend on how the
//! bytes were split into chunks.

use std::ops::Range;

use super::error::{Problem, ReadError};
use super::layout;
use super::outcome::RecordOutcome;
use super::position::{ReaderState, Scope};
use super::reader::Reader;
use super::skip_value::{ValueEnd, ValueSkipper};
use super::validate;
use crate::json::{self, DEPTH_MAX, Fault, FaultReason, Mismatches, Scanner};
use crate::model::shape::Shape;

impl Reader {
    /// Starts a value; returns the outcome at once if the value is complete and valid.
    pub(super) fn value(&mut self, byte: u8) -> Result<Option<RecordOutcome>, ReadError> {
        self.start = self.at;
        match byte {
            b'{' => {
                if let Some(shape) = self.shape()
                    && let facts = self.notes.then_some(&mut self.facts)
                    && let Ok(checked) = validate::check(self.buffer.data(), self.at, shape, facts)
                    && checked.end - self.at <= self.options.max_record_bytes
                {
                    return self.passed(self.start..checked.end, checked.mismatches);
                }
                self.value = ValueEnd::Object(Scanner::new(DEPTH_MAX));
            }
            b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' if self.scope != Scope::Lines => {
                self.value = ValueEnd::Other(ValueSkipper::default());
            }
            _ => return self.unexpected(self.value_noun()),
        }
        self.state = ReaderState::Within;
        Ok(None)
    }

    fn value_noun(&self) -> &'static str {
        if let Scope::Tail { .. } = self.scope {
            "a value"
        } else {
            "a record"
        }
    }

    /// Continues to the end of the value.
    pub(super) fn within(&mut self) -> Result<Option<Range<usize>>, ReadError> {
        let rest = self.buffer.slice(self.at, self.buffer.len());
        let (len, too_deep) = match &mut self.value {
            ValueEnd::Object(scanner) => (scanner.scan(rest), scanner.too_deep),
            ValueEnd::Other(loose) => (loose.scan(rest), None),
        };
        self.at = len.map_or(self.buffer.len(), |len| self.at + len);
        if self.refused.is_none() {
            let max = self.options.max_record_bytes;
            let start = self.buffer.offset(self.start);
            if let Some(depth) = too_deep.filter(|depth| *depth < max as u64) {
                let offset = start + depth;
                self.refuse(ReadError::new(
                    Problem::Invalid(FaultReason::Depth),
                    offset,
                    self.named(),
                ))?;
            } else if self.at - self.start > max {
                self.refuse(ReadError::new(
                    Problem::TooLong { max },
                    start,
                    self.named(),
                ))?;
            }
        }
        Ok(len.map(|_| self.start..self.at))
    }

    fn refuse(&mut self, error: ReadError) -> Result<(), ReadError> {
        if self.tolerates() {
            self.refused = Some(error);
            return Ok(());
        }
        Err(error)
    }

    /// Decides what to do with a complete value.
    pub(super) fn ended(
        &mut self,
        value: Range<usize>,
    ) -> Result<Option<RecordOutcome>, ReadError> {
        if let Some(error) = self.refused.take() {
            self.leave();
            return Ok(Some(self.reject(error, None)));
        }
        let fault = match self.examine(&value) {
            Ok(mismatches) => return self.passed(value, mismatches),
            Err(fault) => fault,
        };
        let offset = self.buffer.offset(fault.offset);
        let error = ReadError::invalid(fault, offset, self.named());
        if !self.tolerates() {
            return Err(error);
        }
        self.leave();
        Ok(Some(self.reject(error, Some(value))))
    }

    fn examine(&mut self, value: &Range<usize>) -> Result<Mismatches, Fault> {
        let shape = self.shape();
        let data = self.buffer.slice(0, value.end);
        let object = matches!(self.value, ValueEnd::Object(_));
        let high = matches!(&self.value, ValueEnd::Object(scanner) if scanner.high);
        let facts = self.notes.then_some(&mut self.facts);
        match shape {
            Some(shape) => validate::fits(data, value.start, shape, object, self.scope, facts),
            None if !object => validate::no_object(data, value.start),
            None if high => validate::utf8(data, value.start).map(|()| Mismatches::default()),
            None => Ok(Mismatches::default()),
        }
    }

    fn passed(
        &mut self,
        value: Range<usize>,
        mismatches: Mismatches,
    ) -> Result<Option<RecordOutcome>, ReadError> {
        self.at = value.end;
        if !mismatches.is_empty() {
            return self.odd(value, mismatches).map(Some);
        }
        if let Scope::Tail { levels } = self.scope {
            self.look_for_others(levels, &value)?;
            self.leave();
            return Ok(None);
        }
        self.leave();
        Ok(Some(self.choose(value)))
    }

    /// Checks that no member after the records contains records, too.
    fn look_for_others(&self, levels: usize, value: &Range<usize>) -> Result<(), ReadError> {
        let Some((found, start)) = &self.found else {
            return Ok(());
        };
        let outer = found
            .names
            .get(..levels.saturating_sub(1))
            .unwrap_or_default();
        let name = json::string(&self.name).unwrap_or_default();
        let bytes = self.buffer.slice(value.start, value.end);
        match layout::look_into(outer, &name, bytes) {
            Some(other) if other.likely || !found.likely => {
                let offset = self.buffer.offset(value.start) + other.inside as u64;
                Err(ReadError::ambiguous((found, *start), (&other, offset - 1)))
            }
            _ => Ok(()),
        }
    }

    /// The shape that a value must have; `None` leaves the check to whatever parses it.
    fn shape(&self) -> Option<&'static Shape> {
        match self.scope {
            Scope::Tail { .. } => Some(&Shape::Any),
            Scope::Map { .. } => Some(self.options.check.unwrap_or(&Shape::Any)),
            _ => self.options.check.or_else(|| {
                let doubted = self.buffer.offset(self.start) < self.doubted;
                (doubted || self.batch.looks_inside()).then_some(&Shape::Any)
            }),
        }
    }
}
