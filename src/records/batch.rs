//! Joins many records into one JSON array, which the engine parses in one call.
//!
//! Records in an array are already separated by commas, and the white space between other records has room for a comma. So a run of records
//! usually becomes an array in place, by writing a bracket before and one after it. A copy is needed only for a map's reference ids, for
//! selected fields, filtered records and escaped characters, and for records with nothing between them.

use std::ops::Range;

use super::options::RecordOptions;
use super::outcome::Rejected;
use super::position::Scope;
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
    pub(super) text: &'a [u8],
    pub(super) records: &'a [Range<usize>],
    /// The offset of `text` in the coordinates of `records`.
    pub(super) shift: usize,
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
pub(super) struct BatchStart {
    pub(super) start: usize,
    pub(super) scope: Scope,
    pub(super) index: u64,
    pub(super) invalid: u64,
    pub(super) filtered: u64,
}

/// Collects the records of the next batch.
#[derive(Debug)]
pub(super) struct BatchBuilder {
    /// Selected fields: the name, and the name as JSON.
    pub(super) select: Option<Vec<(String, Vec<u8>)>>,
    pub(super) filters: bool,
    pub(super) ascii: bool,
    /// Where the records are: in `copy` if that is not empty, otherwise in the buffer.
    pub(super) records: Vec<Range<usize>>,
    pub(super) copy: Vec<u8>,
    /// A record that is being rewritten for the copy.
    pub(super) scratch: Vec<u8>,
    /// The byte after the run that was overwritten, and its position.
    pub(super) sealed: Option<(usize, u8)>,
    /// The state at the first record, for [`Reader::reread`].
    pub(super) first: Option<BatchStart>,
    /// Delivered after the run.
    pub(super) rejected: Option<Rejected>,
}

impl BatchBuilder {
    pub fn new(options: &RecordOptions) -> Self {
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

/// Copies a checked record, adding the reference id if it is missing and keeping only the selected fields.
pub(super) fn rewrite(
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
