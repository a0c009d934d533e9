//! The walk: bytes and shape table side by side, in one pass and without a tree.
//!
//! A union's tag may be the last field of its object. So the object is walked with the fields of all
//! members together, noting which members each value contradicts; only if the tag turns out to be
//! one of those is the object walked again, to say precisely what is wrong.

use super::cursor::{Cursor, Step, Text};
use super::decimal;
use super::fault::{Fault, Reason};
use crate::model::shape::{self, Field, ObjectShape, Shape, Shared, UnionShape};

/// The bit of the fields that an object's shape does not know. No shape has that many fields.
pub(super) const UNKNOWN: u64 = 1 << 63;

impl Cursor<'_> {
    /// Walks the value under the cursor, with at most `depth` levels of nesting in it.
    pub fn value(&mut self, shape: &'static Shape, depth: u32) -> Step {
        match (shape, self.peek()) {
            (Shape::String | Shape::Open(_), Some(b'"')) => self.string().map(drop),
            (Shape::Number, Some(b'-' | b'0'..=b'9')) => self.number().map(drop),
            (Shape::Integer, Some(b'-' | b'0'..=b'9')) => self.integer(),
            (Shape::Bool, Some(b't')) => self.literal("true"),
            (Shape::Bool, Some(b'f')) => self.literal("false"),
            (Shape::Any, _) => self.skip(depth),
            (Shape::List(inner), Some(b'[')) => self.list(inner, depth),
            (Shape::Nullable(_), Some(b'n')) => self.literal("null"),
            (Shape::Nullable(inner), Some(first)) if inner.admits(first) => {
                self.value(inner, depth)
            }
            (Shape::Object(object), Some(b'{')) => self.object(object, depth).map(drop),
            (Shape::Union(union), Some(b'{')) => self.union(union, depth),
            _ => self.mismatch(shape),
        }
    }

    #[cold]
    fn mismatch<T>(&self, shape: &'static Shape) -> Step<T> {
        match self.noun() {
            Some(found) => self.fail(Reason::Type {
                expected: shape.noun(),
                found,
            }),
            None => self.unexpected(),
        }
    }

    fn integer(&mut self) -> Step {
        let start = self.at;
        let plain = self.number()?;
        let raw = self.since(start);
        // Up to 18 digits always fit; longer ones are rare enough to be read.
        let fits = plain && (raw.len() <= 18 || decimal::fits_i64(raw));
        if fits {
            Ok(())
        } else {
            Err(Fault::at(
                start,
                Reason::Type {
                    expected: "integer",
                    found: "number",
                },
            ))
        }
    }

    fn list(&mut self, inner: &'static Shape, depth: u32) -> Step {
        let depth = self.deeper(depth)?;
        let (mut more, mut index) = (self.open(b']'), 0);
        while more {
            self.value(inner, depth)
                .map_err(|fault| fault.under_index(index))?;
            index += 1;
            more = self.more(b']')?;
        }
        Ok(())
    }

    /// Walks an object; says which of its known fields are there, bit `i` for `fields[i]`.
    pub fn object(&mut self, object: &'static ObjectShape, depth: u32) -> Step<u64> {
        let start = self.at;
        let depth = self.deeper(depth)?;
        let (mut seen, mut next) = (0, 0);
        let mut more = self.open(b'}');
        while more {
            let key = self.key()?;
            if let Some((index, field)) = find(object.fields, &key, next, |field| &field.name) {
                seen |= 1 << index;
                next = index + 1;
                self.value(field.shape, depth)
                    .map_err(|fault| fault.under_key(field.name.text))?;
            } else {
                seen |= UNKNOWN;
                self.skip(depth)
                    .map_err(|fault| fault.under_key(&key.decode()))?;
            }
            more = self.more(b'}')?;
        }
        if object.required & !seen == 0 {
            Ok(seen)
        } else {
            missing(object, seen, start)
        }
    }

    fn union(&mut self, union: &'static UnionShape, depth: u32) -> Step {
        let start = self.at;
        let inner = self.deeper(depth)?;
        let (mut contradicted, mut next, mut tag) = (0, 0, None);
        let mut more = self.open(b'}');
        while more {
            let key = self.key()?;
            if is(&union.tag, &key) {
                if self.peek() != Some(b'"') {
                    return self
                        .mismatch(&Shape::String)
                        .map_err(|fault| fault.under_key(union.tag.text));
                }
                tag = Some(self.string()?);
            } else if let Some((index, shared)) = find(union.shared, &key, next, |s| &s.name) {
                next = index + 1;
                contradicted |= self
                    .shared(shared, inner)
                    .map_err(|fault| fault.under_key(shared.name.text))?;
            } else {
                self.skip(inner)
                    .map_err(|fault| fault.under_key(&key.decode()))?;
            }
            more = self.more(b'}')?;
        }
        let Some(tag) = tag else {
            return Err(Fault::at(start, Reason::Missing).under_key(union.tag.text));
        };
        match find(union.members, &tag, 0, |member| &member.tag) {
            Some((index, member)) if contradicted & (1 << index) != 0 => {
                self.at = start;
                self.object(member.object, depth).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Walks a field of a union before its tag is known; says which members the value contradicts.
    fn shared(&mut self, shared: &'static Shared, depth: u32) -> Step<u32> {
        let (start, mut end, mut contradicted) = (self.at, None, 0);
        for claim in shared.claims.iter().flatten() {
            self.at = start;
            if !self.peek().is_some_and(|first| claim.shape.admits(first)) {
                contradicted |= claim.members;
                continue;
            }
            match self.value(claim.shape, depth) {
                Ok(()) => end = Some(self.at),
                Err(fault) if fault.reason.is_shape() => contradicted |= claim.members,
                Err(fault) => return Err(fault),
            }
        }
        if let Some(end) = end {
            self.at = end;
        } else {
            self.at = start;
            self.skip(depth)?;
        }
        Ok(contradicted)
    }
}

#[cold]
fn missing<T>(object: &'static ObjectShape, seen: u64, start: usize) -> Step<T> {
    let lost = (object.required & !seen).trailing_zeros() as usize;
    let name = object
        .fields
        .get(lost)
        .map_or("", |field: &Field| field.name.text);
    Err(Fault::at(start, Reason::Missing).under_key(name))
}

#[inline]
fn is(name: &shape::Name, key: &Text<'_>) -> bool {
    if key.escaped {
        name.text == key.decode()
    } else {
        name.is(key.raw, shape::head(key.raw))
    }
}

/// Finds a name in a table, looking first where it is expected.
#[inline]
pub(crate) fn find<T>(
    table: &'static [T],
    key: &Text<'_>,
    expected: usize,
    name: impl Fn(&'static T) -> &'static shape::Name,
) -> Option<(usize, &'static T)> {
    if key.escaped {
        let key = key.decode();
        return table
            .iter()
            .enumerate()
            .find(|(_, entry)| name(entry).text == key);
    }
    let head = shape::head(key.raw);
    if let Some(entry) = table.get(expected)
        && name(entry).is(key.raw, head)
    {
        return Some((expected, entry));
    }
    table
        .iter()
        .enumerate()
        .find(|(_, entry)| name(entry).is(key.raw, head))
}
