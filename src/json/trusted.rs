//! Reads JSON that is already checked, without checking it again.

use std::borrow::Cow;

use super::block;
use super::block::STEP;
use super::block::brackets::Scanner;
use super::validate::FieldVisitor;
use crate::json::{is_space, string};
use crate::model::shape::{Name, Shape};

/// A cursor over one JSON value that is known to be valid. On invalid JSON, it ends early or
/// returns meaningless parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TrustedCursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> TrustedCursor<'a> {
    /// A cursor at the start of a value.
    pub fn new(bytes: &'a [u8]) -> Self {
        TrustedCursor::at(bytes, 0)
    }

    /// A cursor at the start of a value inside a larger text.
    pub fn at(bytes: &'a [u8], at: usize) -> Self {
        TrustedCursor { bytes, at }
    }

    /// Skips the value at the cursor, and passes the fields that the shape declares to the
    /// listener, whatever their types.
    pub fn visit_fields(&mut self, shape: &'static Shape, visitor: &mut impl FieldVisitor) {
        match shape {
            Shape::Object(object) => self.members(|name, value| {
                let known = object
                    .fields
                    .iter()
                    .find(|field| field.name.text.as_bytes() == name);
                value.tell_field(known.map(|field| (&field.name, field.shape)), visitor);
            }),
            Shape::Union(union) if self.peek() == Some(b'{') => {
                visitor.begin(&union.tag);
                self.members(|name, value| {
                    let known = union
                        .shared
                        .iter()
                        .find(|shared| shared.name.text.as_bytes() == name);
                    let known = known.map(|shared| (&shared.name, shared.shape()));
                    value.tell_field(known, visitor);
                });
            }
            Shape::List(inner) => self.elements(|element| element.visit_fields(inner, visitor)),
            _ => drop(self.value()),
        }
    }

    fn tell_field(
        &mut self,
        known: Option<(&'static Name, &'static Shape)>,
        visitor: &mut impl FieldVisitor,
    ) {
        let Some((name, shape)) = known else {
            self.value();
            return;
        };
        let start = self.at;
        if shape.has_parts() {
            visitor.begin(name);
        }
        self.visit_fields(shape, visitor);
        visitor.end(name, self.bytes, start..self.at);
    }

    /// Visits the members of the object at the cursor; `visit` must skip each value. Any other
    /// value is skipped.
    #[inline]
    pub fn members(&mut self, mut visit: impl FnMut(&[u8], &mut Self)) {
        self.each(b'{', |skim| {
            let name = skim.text();
            skim.space();
            skim.at += 1;
            skim.space();
            visit(&name, skim);
        });
    }

    /// Visits the elements of the array at the cursor, in the same way.
    #[inline]
    pub fn elements(&mut self, visit: impl FnMut(&mut Self)) {
        self.each(b'[', visit);
    }

    #[inline]
    fn each(&mut self, open: u8, mut visit: impl FnMut(&mut Self)) {
        if self.peek() != Some(open) {
            self.value();
            return;
        }
        self.at += 1;
        self.space();
        let mut more = !self.peek().is_none_or(is_closing);
        while more {
            visit(self);
            self.space();
            more = self.peek() == Some(b',');
            self.at += usize::from(more);
            self.space();
        }
        self.at += 1;
    }

    /// Skips the value at the cursor and returns it.
    #[inline]
    pub fn value(&mut self) -> &'a [u8] {
        let start = self.at;
        match self.peek() {
            Some(b'"') => drop(self.string()),
            Some(b'{' | b'[') => {
                let rest = self.bytes.get(start..).unwrap_or_default();
                self.at += Scanner::new(u32::MAX).scan(rest).unwrap_or(rest.len());
            }
            _ => {
                let ends = |byte: u8| byte == b',' || is_closing(byte) || is_space(byte);
                while self.peek().is_some_and(|byte| !ends(byte)) {
                    self.at += 1;
                }
            }
        }
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    /// Reads the string at the cursor; any other value yields an empty text.
    #[inline]
    pub fn text(&mut self) -> Cow<'a, [u8]> {
        if self.peek() != Some(b'"') {
            self.value();
            return Cow::default();
        }
        let start = self.at;
        let escaped = self.string();
        let raw = self.bytes.get(start..self.at).unwrap_or_default();
        if escaped {
            return Cow::Owned(string(raw).unwrap_or_default().into_owned().into_bytes());
        }
        Cow::Borrowed(raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default())
    }

    /// Skips the string at the cursor; returns whether it has escapes.
    #[inline(always)]
    fn string(&mut self) -> bool {
        let mut escaped = false;
        self.at += 1;
        while let Some(rest) = self.bytes.get(self.at..) {
            match rest.first_chunk::<STEP>().map(block::string_stops) {
                Some(0) => {
                    self.at += STEP;
                    continue;
                }
                Some(stops) => self.at += stops.trailing_zeros() as usize,
                None => {}
            }
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(_) => self.at += 1,
                None => return escaped,
            }
        }
        self.at += 1;
        escaped
    }

    #[inline(always)]
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline(always)]
    fn space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }
}

#[inline(always)]
fn is_closing(byte: u8) -> bool {
    matches!(byte, b'}' | b']')
}
