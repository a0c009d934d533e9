//! What becomes of a record that has come to its end.

use std::ops::Range;

use super::error::ReadError;
use super::options::OnInvalid;
use super::reader::{Reader, Scope};
use crate::json::{self, Fault, Reason, Skim};
use crate::model::User;
use crate::model::shape::{Shape, ShapeOf};
use crate::rules::Facts;

/// A record, judged.
#[derive(Debug)]
pub(super) enum Verdict {
    /// To be handed out; where it stands in the buffer.
    Wanted(Range<usize>),
    /// To be left out, and counted already.
    LeftOut,
    /// To be handed over as invalid.
    Rejected(Rejected),
}

/// An invalid record, handed over in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejected {
    /// What is wrong with it.
    pub error: ReadError,
    /// Its bytes as they came, which may be neither JSON nor UTF-8; `None` when it was too long or too
    /// deep to be held.
    pub raw: Option<Vec<u8>>,
}

impl Reader {
    /// Whether an invalid value may be passed over.
    pub(super) fn tolerates(&self) -> bool {
        self.named().is_some() && self.options.on_invalid != OnInvalid::Throw
    }

    pub(super) fn reject(&mut self, error: ReadError, value: Option<Range<usize>>) -> Verdict {
        self.invalid += 1;
        if self.options.on_invalid == OnInvalid::Skip {
            return Verdict::LeftOut;
        }
        let raw = value.map(|value| self.buffer.slice(value.start, value.end).to_vec());
        Verdict::Rejected(Rejected { error, raw })
    }

    /// Applies the filter to a valid record.
    pub(super) fn choose(&mut self, value: Range<usize>) -> Verdict {
        let Some(filter) = &self.options.filter else {
            return Verdict::Wanted(value);
        };
        if self.options.check.is_none() {
            // It was only made sure to be JSON, which tells nobody of its fields.
            let record = self.buffer.slice(0, value.end);
            self.facts.clear();
            Skim::at(record, value.start).tell(ShapeOf::<User>::SHAPE, &mut self.facts);
        }
        if filter.admits(&self.facts.of(self.buffer.data())) {
            return Verdict::Wanted(value);
        }
        self.filtered += 1;
        Verdict::LeftOut
    }
}

/// Checks the value at `start`, noting facts if asked for; says where it ends.
pub(super) fn check(
    data: &[u8],
    start: usize,
    shape: &'static Shape,
    facts: Option<&mut Facts>,
) -> Result<usize, Fault> {
    let checked = match facts {
        None => json::check_at(data, start, shape)?,
        Some(facts) => {
            facts.clear();
            json::hear_at(data, start, shape, facts)?
        }
    };
    checked.mismatches.deny()?;
    Ok(checked.end)
}

/// Checks the value at `start`, which goes up to the end of `data`.
pub(super) fn fits(
    data: &[u8],
    start: usize,
    shape: &'static Shape,
    object: bool,
    scope: Scope,
    facts: Option<&mut Facts>,
) -> Result<(), Fault> {
    if !object && !matches!(scope, Scope::Tail { .. }) {
        return no_object(data, start);
    }
    let end = check(data, start, shape, facts)?;
    let rest = data.get(end..).unwrap_or_default();
    match rest.iter().position(|byte| !json::is_space(*byte)) {
        Some(index) => Err(Fault::new(end + index, Reason::Syntax)),
        None => Ok(()),
    }
}

/// Says what is wrong with a record that is no object.
pub(super) fn no_object(data: &[u8], start: usize) -> Result<(), Fault> {
    let any_object = ShapeOf::<User>::SHAPE;
    json::check_at(data, start, any_object).map(drop)
}

/// Makes sure that the value at `start` is UTF-8.
pub(super) fn utf8(data: &[u8], start: usize) -> Result<(), Fault> {
    let record = data.get(start..).unwrap_or_default();
    match std::str::from_utf8(record) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault::new(start + error.valid_up_to(), Reason::Utf8)),
    }
}
