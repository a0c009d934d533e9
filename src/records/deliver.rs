//! Delivers records, as batches or one by one.

use std::ops::Range;

use super::batch::{Batch, BatchBuilder, BatchStart, Delivery, rewrite};
use super::error::ReadError;
use super::outcome::RecordOutcome;
use super::position::{ReaderState, Scope};
use super::reader::Reader;
use crate::json::ascii;

impl Reader {
    /// The next records. `None` if more bytes must be fed first; after [`end`](Self::end), `None` means that the file was complete and
    /// everything has been returned.
    ///
    /// # Errors
    /// What is wrong with the file, after all records before that point have been returned. Later calls return the same error.
    pub fn next_batch(&mut self) -> Result<Option<Delivery<'_>>, ReadError> {
        self.next_of(self.options.batch_bytes)
    }

    /// Like [`next_batch`](Self::next_batch), for a batch of one record.
    ///
    /// # Errors
    /// As for `next_batch`.
    pub fn next_record(&mut self) -> Result<Option<Delivery<'_>>, ReadError> {
        self.next_of(0)
    }

    fn next_of(&mut self, bytes: usize) -> Result<Option<Delivery<'_>>, ReadError> {
        self.unseal();
        if let Some(rejected) = self.batch.rejected.take() {
            return Ok(Some(Delivery::Rejected(rejected)));
        }
        self.batch.records.clear();
        self.batch.copy.clear();
        loop {
            let run = !self.batch.records.is_empty();
            match self.next_outcome() {
                Ok(Some(RecordOutcome::Wanted(record))) => {
                    if self.append(record) >= bytes {
                        break;
                    }
                }
                Ok(Some(RecordOutcome::LeftOut)) if run && self.batch.copy.is_empty() => break,
                Ok(Some(RecordOutcome::LeftOut)) => {}
                Ok(Some(RecordOutcome::Rejected(rejected))) if run => {
                    self.batch.rejected = Some(rejected);
                    break;
                }
                Ok(Some(RecordOutcome::Rejected(rejected))) => {
                    return Ok(Some(Delivery::Rejected(rejected)));
                }
                Err(error) if !run => return Err(error),
                Ok(None) | Err(_) => break,
            }
        }
        if self.batch.records.is_empty() {
            return Ok(None);
        }
        Ok(Some(Delivery::Records(self.seal())))
    }

    /// Takes back the last batch because it could not be parsed, which can happen with [`check: None`](super::RecordOptions::check). Its records
    /// are read again and each is checked to be JSON, so that malformed ones are treated as [`OnInvalid`](super::OnInvalid) says.
    ///
    /// Call it before any other method. Returns `false` if the records of the last batch had already been checked.
    pub fn reread(&mut self) -> bool {
        let Some(first) = self.batch.first else {
            return false;
        };
        self.unseal();
        let doubted = self.buffer.offset(self.at);
        if self.options.check.is_some() || doubted <= self.doubted {
            return false;
        }
        self.doubted = doubted;
        self.put_spaces_back();
        self.batch.rejected = None;
        self.failed = None;
        (self.index, self.invalid, self.filtered) = (first.index, first.invalid, first.filtered);
        (self.at, self.start) = (first.start, first.start);
        self.refused = None;
        (self.scope, self.state) = (first.scope, ReaderState::Value);
        self.mark();
        true
    }

    /// Restores the white space that commas between the records of the run have replaced.
    fn put_spaces_back(&mut self) {
        if self.scope == Scope::Lines
            && self.batch.copy.is_empty()
            && let Some((_, records)) = self.batch.records.split_last()
        {
            for record in records {
                self.buffer.replace(record.end, b'\n');
            }
        }
    }

    /// Adds a record to the run, and returns how many bytes the run has now.
    fn append(&mut self, record: Range<usize>) -> usize {
        if self.batch.records.is_empty() {
            self.batch.first = Some(BatchStart {
                start: record.start,
                scope: self.scope,
                index: self.index - 1,
                invalid: self.invalid,
                filtered: self.filtered,
            });
        }
        if self.batch.looks_inside()
            || matches!(self.scope, Scope::Map { .. })
            || !self.batch.copy.is_empty()
        {
            return self.append_copy(&record);
        }
        let joined = self
            .batch
            .records
            .last()
            .is_some_and(|last| last.end == record.start);
        let must_escape = || !ascii::is_plain(self.buffer.slice(record.start, record.end));
        if joined || self.batch.ascii && must_escape() {
            self.put_spaces_back();
            for earlier in std::mem::take(&mut self.batch.records) {
                self.append_copy(&earlier);
            }
            return self.append_copy(&record);
        }
        match self.batch.records.last() {
            // There is white space between the records, because adjacent ones were handled above.
            Some(last) if self.scope == Scope::Lines => drop(self.buffer.replace(last.end, b',')),
            Some(_) => {}
            None => drop(self.buffer.replace(record.start - 1, b'[')),
        }
        let end = record.end;
        self.batch.records.push(record);
        self.batch
            .records
            .first()
            .map_or(0, |first| end - first.start)
    }

    fn append_copy(&mut self, record: &Range<usize>) -> usize {
        let BatchBuilder {
            select,
            records,
            copy,
            ascii,
            scratch,
            ..
        } = &mut self.batch;
        copy.push(if records.is_empty() { b'[' } else { b',' });
        let start = copy.len();
        let raw = self.buffer.slice(record.start, record.end);
        let ref_id = matches!(self.scope, Scope::Map { .. }).then_some(self.name.as_slice());
        let mut text = raw;
        if ref_id.is_some() || select.is_some() {
            scratch.clear();
            rewrite(raw, ref_id, select.as_deref(), scratch);
            text = scratch;
        }
        if *ascii {
            ascii::push(text, copy);
        } else {
            copy.extend_from_slice(text);
        }
        records.push(start..copy.len());
        copy.len()
    }

    fn seal(&mut self) -> Batch<'_> {
        let BatchBuilder {
            records,
            copy,
            sealed,
            ..
        } = &mut self.batch;
        if !copy.is_empty() {
            copy.push(b']');
            return Batch {
                text: copy,
                records,
                shift: 0,
            };
        }
        let start = records.first().map_or(0, |first| first.start - 1);
        let end = records.last().map_or(0, |last| last.end);
        *sealed = Some((end, self.buffer.replace(end, b']')));
        Batch {
            text: self.buffer.slice(start, end + 1),
            records,
            shift: start,
        }
    }

    /// Restores the byte that the last batch has overwritten.
    pub(super) fn unseal(&mut self) {
        self.batch.first = None;
        if let Some((at, byte)) = self.batch.sealed.take() {
            self.buffer.replace(at, byte);
        }
    }
}
