//! Checks bytes against a shape table, in one pass and without a tree.
//!
//! The check stops at the first mismatch, without recording where it is: almost all bodies fit, so the details are left to a second pass
//! ([`super::audit`]).
//!
//! The tag of a union may be the last field of its object. So the object is checked against the fields of all members together, noting which
//! members each value contradicts, until the tag shows whether that matters.
//!
//! Code that needs the values of known fields visits them during the check, which costs less than another pass.

use std::ops::Range;

use super::cursor::{Cursor, ParseResult, Text};
use super::fault::FaultReason;
use super::number;
use crate::model::shape::{self, Name, ObjectShape, Shape, UnionField, UnionShape};

/// The reason for any mismatch: this pass only finds out that there is one.
const MISFIT: FaultReason = FaultReason::Missing;

/// The bit for fields that an object's shape does not declare. No shape has 64 fields.
pub(super) const UNKNOWN: u64 = 1 << 63;

/// Receives the known fields during a check, in the order of the bytes. A field may occur more than once; `JSON.parse` keeps the last.
pub(crate) trait FieldVisitor {
    /// The [bits](Name::bit) of the names that it needs. It may be called for others, too.
    fn wanted(&self) -> u64;

    /// A list or an object begins, as the value of the field with that name. If it is the name of a union's tag, an object of that union
    /// begins.
    fn begin(&mut self, name: &'static Name);

    /// A value has ended, at that range of the bytes. Its type has not been checked.
    fn end(&mut self, name: &'static Name, bytes: &[u8], value: Range<usize>);

    /// Discards everything: the value did not match its shape, so all fields will be repeated.
    fn restart(&mut self);
}

impl FieldVisitor for () {
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn wanted(&self) -> u64 {
        0
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    fn begin(&mut self, _: &'static Name) {}

    #[cfg_attr(not(feature = "small"), inline(always))]
    fn end(&mut self, _: &'static Name, _: &[u8], _: Range<usize>) {}

    fn restart(&mut self) {}
}

/// A listener or none, so that the code is generated only once for both.
pub(super) struct OptionalVisitor<'l> {
    wanted: u64,
    visitor: Option<&'l mut dyn FieldVisitor>,
}

impl<'l> OptionalVisitor<'l> {
    pub fn of(visitor: &'l mut dyn FieldVisitor) -> Self {
        OptionalVisitor {
            wanted: visitor.wanted(),
            visitor: Some(visitor),
        }
    }
}

impl FieldVisitor for OptionalVisitor<'_> {
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn wanted(&self) -> u64 {
        self.wanted
    }

    fn begin(&mut self, name: &'static Name) {
        if let Some(visitor) = &mut self.visitor {
            visitor.begin(name);
        }
    }

    fn end(&mut self, name: &'static Name, bytes: &[u8], value: Range<usize>) {
        if let Some(visitor) = &mut self.visitor {
            visitor.end(name, bytes, value);
        }
    }

    fn restart(&mut self) {
        if let Some(visitor) = &mut self.visitor {
            visitor.restart();
        }
    }
}

/// For a check without a listener. The calls module never uses listeners, so it leaves out the code for them.
#[cfg(feature = "npm-calls")]
pub(super) const NO_VISITOR: () = ();
#[cfg(not(feature = "npm-calls"))]
pub(super) const NO_VISITOR: OptionalVisitor<'_> = OptionalVisitor {
    wanted: 0,
    visitor: None,
};

/// A check in progress.
pub(super) struct Validator<'a, L> {
    pub cursor: Cursor<'a>,
    pub visitor: L,
    /// The union member to expect next: lists are sorted in the order of the table.
    member: usize,
}

impl<'a, L: FieldVisitor> Validator<'a, L> {
    pub fn new(cursor: Cursor<'a>, visitor: L) -> Self {
        Validator {
            cursor,
            visitor,
            member: 0,
        }
    }

    /// Checks the value under the cursor, which may have at most `depth` levels of nesting.
    pub fn value(&mut self, shape: &'static Shape, depth: u32) -> ParseResult {
        let cursor = &mut self.cursor;
        match (shape, cursor.peek()) {
            (Shape::String | Shape::Open(_), Some(b'"')) => cursor.skip_string(),
            (Shape::Number, Some(b'-' | b'0'..=b'9')) => cursor.number().map(drop),
            (Shape::Integer, Some(b'-' | b'0'..=b'9')) => self.integer(),
            (Shape::Bool, Some(b't')) => cursor.literal("true"),
            (Shape::Bool, Some(b'f')) => cursor.literal("false"),
            (Shape::Any, _) => cursor.skip(depth),
            (Shape::List(inner), Some(b'[')) => self.list(inner, depth),
            (Shape::Object(object), Some(b'{')) => self.object(object, depth).map(drop),
            (Shape::Union(union), Some(b'{')) => self.union(union, depth),
            _ => self.misfit(),
        }
    }

    /// The value under the cursor does not match the shape.
    #[cold]
    fn misfit<T>(&self) -> ParseResult<T> {
        match self.cursor.noun() {
            Some(_) => self.cursor.fail(MISFIT),
            None => self.cursor.unexpected(),
        }
    }

    fn integer(&mut self) -> ParseResult {
        let start = self.cursor.at;
        let plain = self.cursor.number()?;
        let raw = self.cursor.since(start);
        if plain && number::fits_i64(raw) {
            Ok(())
        } else {
            self.cursor.fail(MISFIT)
        }
    }

    fn list(&mut self, inner: &'static Shape, depth: u32) -> ParseResult {
        let depth = self.cursor.deeper(depth)?;
        let mut more = self.cursor.open(b']');
        while more {
            self.value(inner, depth)?;
            more = self.cursor.more(b']')?;
        }
        Ok(())
    }

    /// Reads a key and its colon, and looks the key up in the table.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn key<T>(
        &mut self,
        table: &'static [T],
        expected: usize,
        name: impl Fn(&'static T) -> &'static Name,
    ) -> ParseResult<Option<(usize, &'static T)>> {
        // The fast path.
        if let Some(known) = self.cursor.known_key(table, expected, &name) {
            return Ok(Some(known));
        }
        let key = self.cursor.key()?;
        Ok(find(table, &key, expected, name))
    }

    /// Checks an object. Returns which known fields are present and not `null`: bit `i` is that of `fields[i]`.
    pub fn object(&mut self, object: &'static ObjectShape, depth: u32) -> ParseResult<u64> {
        let depth = self.cursor.deeper(depth)?;
        let (mut seen, mut next) = (0, 0);
        let mut more = self.cursor.open(b'}');
        while more {
            let known = self.key(object.fields, next, |field| &field.name)?;
            if let Some((index, field)) = known {
                next = index + 1;
                if self.cursor.peek() == Some(b'n') && field.presence.admits_null() {
                    seen &= !(1 << index);
                    self.null(&field.name)?;
                } else {
                    seen |= 1 << index;
                    self.field(&field.name, field.shape, depth)?;
                }
            } else {
                seen |= UNKNOWN;
                self.cursor.skip(depth)?;
            }
            more = self.cursor.more(b'}')?;
        }
        if object.required & !seen == 0 {
            Ok(seen)
        } else {
            self.cursor.fail(MISFIT)
        }
    }

    /// Accepts a `null` where the field may be absent.
    fn null(&mut self, name: &'static Name) -> ParseResult {
        let start = self.cursor.at;
        self.cursor.literal("null")?;
        self.visit_end(name, start);
        Ok(())
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    fn field(&mut self, name: &'static Name, shape: &'static Shape, depth: u32) -> ParseResult {
        let start = self.cursor.at;
        if shape.has_parts() {
            self.visit_begin(name);
        }
        self.value(shape, depth)?;
        self.visit_end(name, start);
        Ok(())
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    fn visit_begin(&mut self, name: &'static Name) {
        if self.visitor.wanted() & name.bit() != 0 {
            self.visitor.begin(name);
        }
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    fn visit_end(&mut self, name: &'static Name, start: usize) {
        if self.visitor.wanted() & name.bit() != 0 {
            let value = start..self.cursor.at;
            self.visitor.end(name, self.cursor.bytes, value);
        }
    }

    fn union(&mut self, union: &'static UnionShape, depth: u32) -> ParseResult {
        let inner = self.cursor.deeper(depth)?;
        self.visit_begin(&union.tag);
        let (mut contradicted, mut next, mut tag) = (0, 0, None);
        let mut more = self.cursor.open(b'}');
        while more {
            match self.key(union.shared, next, |shared| &shared.name)? {
                Some((index, shared)) => {
                    next = index + 1;
                    if shared.is_tag() {
                        tag = Some(self.tag(union)?);
                    } else {
                        contradicted |= self.shared(shared, inner)?;
                    }
                }
                None => self.cursor.skip(inner)?,
            }
            more = self.cursor.more(b'}')?;
        }
        let Some(tag) = tag else {
            return self.cursor.fail(MISFIT);
        };
        let known = find(union.members, &tag, self.member, |member| &member.tag);
        let index = known.map_or(union.members.len(), |(index, _)| index);
        self.member = index + 1;
        if contradicted & (1 << index) == 0 {
            return Ok(());
        }
        self.cursor.fail(MISFIT)
    }

    fn tag(&mut self, union: &'static UnionShape) -> ParseResult<Text<'a>> {
        if self.cursor.peek() != Some(b'"') {
            return self.misfit();
        }
        let start = self.cursor.at;
        let tag = self.cursor.string()?;
        self.visit_end(&union.tag, start);
        Ok(tag)
    }

    /// Checks a field of a union whose tag is not known yet. Returns which members the value contradicts.
    fn shared(&mut self, shared: &'static UnionField, depth: u32) -> ParseResult<u32> {
        let (start, mut end, mut contradicted) = (self.cursor.at, None, 0);
        if self.cursor.peek() == Some(b'"') {
            // Types that admit strings admit every string.
            self.cursor.skip_string()?;
            self.visit_end(&shared.name, start);
            let variants = shared.variants.iter().flatten();
            let others = variants.filter(|variant| !variant.shape.admits(b'"'));
            return Ok(others.fold(0, |members, variant| members | variant.members));
        }
        if self.cursor.peek() == Some(b'n') {
            // All of these fields are optional.
            self.null(&shared.name)?;
            return Ok(0);
        }
        for variant in shared.variants.iter().flatten() {
            self.cursor.at = start;
            if !self
                .cursor
                .peek()
                .is_some_and(|first| variant.shape.admits(first))
            {
                contradicted |= variant.members;
                continue;
            }
            match self.field(&shared.name, variant.shape, depth) {
                Ok(()) => end = Some(self.cursor.at),
                Err(fault) if fault.reason.is_shape() => contradicted |= variant.members,
                Err(fault) => return Err(fault),
            }
        }
        if let Some(end) = end {
            self.cursor.at = end;
        } else {
            self.cursor.at = start;
            self.cursor.skip(depth)?;
        }
        Ok(contradicted)
    }
}

/// Finds a name in a table; attempts the expected position first.
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
