//! The second pass, over a body that has mismatches: finds every place where it contradicts its types.
//!
//! It examines the value that `JSON.parse` creates: if a key occurs more than once in an object, only the last occurrence.

use super::cursor::Cursor;
use super::fault::{Fault, Mismatches, push_index, reason};
use super::validate::UNKNOWN;
use super::{elements, field, members, number, string};
use crate::model::shape::{Name, ObjectShape, Presence, Shape, UnionShape};

/// The state of a second pass.
pub(super) struct Audit<'a> {
    /// The text that contains all `raw` values, to compute their offsets.
    bytes: &'a [u8],
    path: String,
    mismatches: Mismatches,
    /// The first mismatch that makes the body unusable.
    fatal: Option<Box<Fault>>,
}

/// Examines `raw`, a valid JSON value inside `bytes`. Returns which fields are present, like the check, and the mismatches.
pub(super) fn audit(
    bytes: &[u8],
    raw: &[u8],
    shape: &'static Shape,
) -> Result<(u64, Mismatches), Fault> {
    let mut audit = Audit {
        bytes,
        path: String::new(),
        mismatches: Mismatches::default(),
        fatal: None,
    };
    let seen = audit.value(raw, shape, true);
    match audit.fatal {
        Some(fatal) => Err(Fault {
            mismatches: audit.mismatches,
            ..*fatal
        }),
        None => Ok((seen, audit.mismatches)),
    }
}

impl<'a> Audit<'a> {
    /// Examines a value; if a vital one does not fit, the body is rejected.
    fn value(&mut self, raw: &'a [u8], shape: &'static Shape, is_vital: bool) -> u64 {
        let is_integer = || raw.iter().all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
        let fits = raw.first().is_some_and(|first| shape.admits(*first))
            && (!matches!(shape, Shape::Integer) || is_integer() && number::fits_i64(raw));
        match shape {
            _ if !fits => self.report(raw, shape, noun(raw), is_vital),
            Shape::Object(object) => return self.object(raw, object),
            Shape::Union(union) => self.union(raw, union),
            Shape::List(inner) => {
                let is_vital = matches!(inner, Shape::Union(_));
                for (index, element) in elements(raw).enumerate() {
                    let length = self.path.len();
                    push_index(&mut self.path, index);
                    self.value(element, inner, is_vital);
                    self.path.truncate(length);
                }
            }
            _ => {}
        }
        0
    }

    fn object(&mut self, raw: &'a [u8], object: &'static ObjectShape) -> u64 {
        let mut values = [None; 64];
        let mut seen = 0;
        for (name, value) in members(raw) {
            let mut known = object.fields.iter().zip(&mut values);
            match known.find(|(field, _)| field.name.text == name) {
                Some((_, slot)) => *slot = Some(value),
                None => seen |= UNKNOWN,
            }
        }
        for (index, (field, value)) in object.fields.iter().zip(values).enumerate() {
            let length = self.enter(&field.name);
            match value {
                Some(b"null") | None if field.presence.admits_null() => {}
                Some(value) => {
                    seen |= 1 << index;
                    self.value(value, field.shape, field.presence.is_vital());
                }
                None => {
                    let is_vital = field.presence == Presence::Essential;
                    self.report(raw, field.shape, None, is_vital);
                }
            }
            self.path.truncate(length);
        }
        seen
    }

    /// Examines an object by the type in its tag. The other type requires a tag, so that it reports a missing one.
    fn union(&mut self, raw: &'a [u8], union: &'static UnionShape) {
        let tag = field(raw, union.tag.text).and_then(string);
        let mut members = union.members.iter();
        let member = members.find(|member| tag.as_deref() == Some(member.tag.text));
        self.object(raw, member.map_or(union.other, |member| member.object));
    }

    /// Records that the value at `place` does not match a shape, or that the field is missing if `found` is `None`.
    #[inline(never)]
    fn report(&mut self, place: &[u8], shape: &Shape, found: Option<&'static str>, is_vital: bool) {
        let offset = place.as_ptr().addr() - self.bytes.as_ptr().addr();
        let expected = shape.noun();
        if is_vital && self.fatal.is_none() {
            let mut fatal = Fault::at(offset, reason(expected, found));
            fatal.path.push_str(&self.path);
            self.fatal = Some(fatal);
        }
        self.mismatches.push(&self.path, offset, expected, found);
    }

    /// Appends a field to the path; returns the length to restore with [`String::truncate`].
    #[inline(never)]
    fn enter(&mut self, name: &'static Name) -> usize {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name.text);
        length
    }
}

fn noun(raw: &[u8]) -> Option<&'static str> {
    Cursor::new(raw, 0).noun()
}
