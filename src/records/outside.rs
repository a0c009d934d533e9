//! Handles the bytes around the records: which layout they indicate, and what may follow what.

use super::error::{Problem, ReadError};
use super::layout::{self, Candidate, Layout, Rest};
use super::position::{ReaderState, Scope};
use super::reader::Reader;
use crate::json::{self, CheckedAt, FaultReason, is_space};
use crate::model::shape::Shape;

/// The maximum size in bytes of a name around the records, or of a reference id in a map.
const NAME_MAX: usize = 4096;

impl Reader {
    /// Skips white space, and returns the byte after it if it has arrived.
    pub(super) fn next_byte(&mut self) -> Option<u8> {
        while let Some(byte) = self.buffer.get(self.at) {
            if !is_space(byte) {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Infers the layout; `false` if more bytes are needed.
    pub(super) fn begin(&mut self, first: u8) -> Result<bool, ReadError> {
        let offset = self.buffer.offset(self.at);
        let rest = self.buffer.data().get(self.at..).unwrap_or_default();
        match first {
            0xef if offset == 0 && rest.len() < 3 && !self.whole => return Ok(false),
            0x1f if offset == 0 && rest.len() < 2 && !self.whole => return Ok(false),
            0xef if offset == 0 && rest.starts_with(b"\xef\xbb\xbf") => self.at += 3,
            0x1f if offset == 0 && rest.starts_with(b"\x1f\x8b") => {
                return Err(ReadError::new(Problem::Gzip, offset, None));
            }
            b'[' => self.enter(1, Scope::Array { levels: 0 }, ReaderState::Open),
            b'{' => return self.begin_object(),
            _ => return Err(ReadError::new(Problem::NotJson, offset, None)),
        }
        Ok(true)
    }

    fn begin_object(&mut self) -> Result<bool, ReadError> {
        let max = self.options.max_record_bytes;
        let offset = self.buffer.offset(self.at);
        let rest = self.buffer.data().get(self.at..).unwrap_or_default();
        if rest.len() < self.patience.min(max) && !self.whole {
            return Ok(false);
        }
        let head = rest.get(..max).unwrap_or(rest);
        let behind = if self.whole && rest.len() <= max {
            Rest::Nothing
        } else if rest.len() >= max {
            Rest::TooMany
        } else {
            Rest::More
        };
        self.patience = rest.len() * 2;
        match layout::find(head, behind) {
            Ok(None) => return Ok(false),
            Ok(Some(Layout::Inside(found))) => {
                let (len, levels) = (found.inside, found.names.len());
                let scope = if found.is_map {
                    Scope::Map { levels }
                } else {
                    Scope::Array { levels }
                };
                self.found = Some((found, offset + len as u64 - 1));
                self.enter(len, scope, ReaderState::Open);
            }
            Ok(Some(Layout::Ambiguous(first, second))) => {
                let at = |place: &Candidate| offset + place.inside as u64 - 1;
                let (first, second) = ((&first, at(&first)), (&second, at(&second)));
                return Err(ReadError::ambiguous(first, second));
            }
            Ok(Some(Layout::Lines)) => self.enter(0, Scope::Lines, ReaderState::Value),
            Ok(Some(Layout::None)) => {
                return Err(ReadError::new(Problem::NoRecords, offset, None));
            }
            Err(fault) if fault.reason == FaultReason::Truncated => {
                let end = offset + head.len() as u64;
                return Err(match behind {
                    Rest::TooMany => ReadError::new(Problem::NoRecords, offset, None),
                    _ => ReadError::new(Problem::Cut, end, None),
                });
            }
            Err(fault) => {
                let offset = offset + fault.offset as u64;
                return Err(ReadError::invalid(fault, offset, None));
            }
        }
        Ok(true)
    }

    fn enter(&mut self, len: usize, scope: Scope, state: ReaderState) {
        self.at += len;
        (self.scope, self.state) = (scope, state);
    }

    pub(super) fn take(
        &mut self,
        byte: u8,
        wanted: u8,
        next: ReaderState,
        expected: &'static str,
    ) -> Result<bool, ReadError> {
        if byte != wanted {
            return self.unexpected(expected);
        }
        self.at += 1;
        self.state = next;
        Ok(true)
    }

    pub(super) fn element(&mut self, byte: u8) -> Result<bool, ReadError> {
        if self.state == ReaderState::Open && byte == self.closing() {
            self.close();
            return Ok(true);
        }
        if let Scope::Map { .. } | Scope::Tail { .. } = self.scope {
            return self.read_name(byte);
        }
        self.state = ReaderState::Value;
        Ok(true)
    }

    fn read_name(&mut self, byte: u8) -> Result<bool, ReadError> {
        if byte != b'"' {
            return self.unexpected("a name");
        }
        let rest = self
            .buffer
            .slice(self.at, self.buffer.len().min(self.at + NAME_MAX));
        match json::check_at(rest, 0, &Shape::String) {
            Ok(CheckedAt { end: len, .. }) => {
                self.name.clear();
                self.name
                    .extend_from_slice(rest.get(..len).unwrap_or_default());
                self.at += len;
                self.state = ReaderState::Colon;
                Ok(true)
            }
            Err(fault) if fault.reason == FaultReason::Truncated && rest.len() < NAME_MAX => {
                Ok(false)
            }
            Err(fault) if fault.reason == FaultReason::Truncated => self.fail(Problem::LongName),
            Err(fault) => {
                let offset = self.buffer.offset(self.at + fault.offset);
                Err(ReadError::invalid(fault, offset, None))
            }
        }
    }

    pub(super) fn after(&mut self, byte: u8) -> Result<bool, ReadError> {
        if byte == self.closing() {
            self.close();
            return Ok(true);
        }
        self.take(
            byte,
            b',',
            ReaderState::Element,
            "a comma or the closing bracket",
        )
    }

    fn closing(&self) -> u8 {
        if let Scope::Array { .. } = self.scope {
            b']'
        } else {
            b'}'
        }
    }

    fn close(&mut self) {
        let around = match self.scope {
            Scope::Array { levels } | Scope::Map { levels } => levels,
            Scope::Tail { levels } => levels - 1,
            Scope::Lines => 0,
        };
        match around {
            0 => self.enter(1, self.scope, ReaderState::Done),
            levels => self.enter(1, Scope::Tail { levels }, ReaderState::After),
        }
    }

    pub(super) fn unexpected<T>(&self, expected: &'static str) -> Result<T, ReadError> {
        self.fail(Problem::Unexpected { expected })
    }

    pub(super) fn fail<T>(&self, problem: Problem) -> Result<T, ReadError> {
        Err(ReadError::new(problem, self.buffer.offset(self.at), None))
    }
}
