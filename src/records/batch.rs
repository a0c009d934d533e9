//! Joins many records into one JSON array, which the engine parses in one call.
//!
//! Records in an array are already separated by commas, and the white space between other records has room for a comma. So a run of records
//! usually becomes an array in place, by writing a bracket before and one after it. A copy is needed only for a map's reference ids, for
//! selected fields, filtered records and escaped characters, and for records with nothing between them.

use std::ops::Range;

use super::error::ReadError;
use super::options::Options;
use super::reader::{Place, Reader, Scope};
use super::verdict::{RecordOutcome, Rejected};
use crate::json::TrustedCursor;
use crate::json::ascii;

/// What a reader returns.
#[derive(Debug)]
pub enum Delivery<'a> {
    /// Records, in the order of the file.
    Records(Batch<'a>),
    /// An invalid record, with [`OnInvalid::HandOver`](super::OnInvalid::HandOver).
    Rejected(Rejected),
}

/// A run of records as one JSON text.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    text: &'a [u8],
    records: &'a [Range<usize>],
    /// The offset of `text` in the coordinates of `records`.
    shift: usize,
}

impl<'a> Batch<'a> {
    /// A JSON array of all records: valid UTF-8, ready for a single `JSON.parse`.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        self.text
    }

    /// How many records there are; never 0.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// The records one by one, each valid UTF-8.
    pub fn records(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let Batch {
            text,
            records,
            shift,
        } = *self;
        records.iter().map(move |record| {
            text.get(record.start - shift..record.end - shift)
                .unwrap_or_default()
        })
    }
}

/// The state of the reader at the first record of a run.
#[derive(Debug, Clone, Copy)]
struct First {
    start: usize,
    scope: Scope,
    index: u64,
    invalid: u64,
    filtered: u64,
}

/// Collects the records of the next batch.
#[derive(Debug)]
pub(super) struct BatchBuilder {
    /// Selected fields: the name, and the name as JSON.
    select: Option<Vec<(String, Vec<u8>)>>,
    filters: bool,
    ascii: bool,
    /// Where the records are: in `copy` if that is not empty, otherwise in the buffer.
    records: Vec<Range<usize>>,
    copy: Vec<u8>,
    /// A record that is being rewritten for the copy.
    scratch: Vec<u8>,
    /// The byte after the run that was overwritten, and its position.
    sealed: Option<(usize, u8)>,
    /// The state at the first record, for [`Reader::reread`].
    first: Option<First>,
    /// Delivered after the run.
    rejected: Option<Rejected>,
}

impl BatchBuilder {
    pub fn new(options: &Options) -> Self {
        let quoted = |name: &String| (name.clone(), quote(name));
        BatchBuilder {
            select: options
                .select
                .as_ref()
                .map(|names| names.iter().map(quoted).collect()),
            filters: options.filter.is_some(),
            ascii: options.ascii,
            records: Vec::new(),
            copy: Vec::new(),
            scratch: Vec::new(),
            sealed: None,
            first: None,
            rejected: None,
        }
    }

    /// Whether the content of records is read, as opposed to passed on.
    pub fn looks_inside(&self) -> bool {
        self.select.is_some() || self.filters
    }
}

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

    /// Takes back the last batch because it could not be parsed, which can happen with [`check: None`](super::Options::check). Its records
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
        (self.scope, self.place) = (first.scope, Place::Value);
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
            self.batch.first = Some(First {
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

/// Copies a checked record, adding the reference id if it is missing and keeping only the selected fields.
fn rewrite(
    record: &[u8],
    ref_id: Option<&[u8]>,
    select: Option<&[(String, Vec<u8>)]>,
    out: &mut Vec<u8>,
) {
    let selected = |name: &str| select.is_none_or(|names| names.iter().any(|(one, _)| one == name));
    let lacks_id = || {
        let mut lacks = true;
        TrustedCursor::new(record).members(|name, value| {
            lacks &= name != b"refId";
            value.value();
        });
        lacks
    };
    let added = ref_id.filter(|_| selected("refId") && lacks_id());
    let mut separator: &[u8] = b"{";
    let mut member = |name: &[u8], value: &[u8], out: &mut Vec<u8>| {
        for part in [separator, name, b":", value] {
            out.extend_from_slice(part);
        }
        separator = b",";
    };
    if let Some(ref_id) = added {
        member(br#""refId""#, ref_id, out);
    }
    if let Some(names) = select {
        TrustedCursor::new(record).members(|name, value| {
            let value = value.value();
            if let Some((_, quoted)) = names.iter().find(|(one, _)| one.as_bytes() == name) {
                member(quoted, value, out);
            }
        });
        out.extend_from_slice(if separator == b"{" { b"{}" } else { b"}" });
        return;
    }
    let inside = record.get(1..).unwrap_or_default();
    let empty = inside.trim_ascii_start().starts_with(b"}");
    out.extend_from_slice(if separator == b"," && empty {
        b""
    } else {
        separator
    });
    out.extend_from_slice(inside);
}

/// A string as JSON.
fn quote(text: &str) -> Vec<u8> {
    let mut out = vec![b'"'];
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend([b'\\', c as u8]),
            c if c < ' ' => ascii::push_escape(u32::from(c), &mut out),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
    out
}
