//! Reads single fields, for the few that matter here. The engine's `JSON.parse` reads everything
//! else.
//!
//! These functions stop where the JSON becomes invalid. Check the body first if that matters.

use std::borrow::Cow;

use super::DEPTH_MAX;
use super::cursor::{Cursor, ParseResult};
use crate::digits;

/// The fields of an object, in order: the name, and the value as raw JSON. Empty for anything that
/// is not an object.
#[derive(Debug, Clone)]
pub struct Members<'a> {
    cursor: Cursor<'a>,
    more: bool,
}

/// The elements of an array, in order, as raw JSON. Empty for anything that is not an array.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    cursor: Cursor<'a>,
    more: bool,
}

/// Iterates over the fields of the object in `raw`.
#[must_use]
pub fn members(raw: &[u8]) -> Members<'_> {
    let (cursor, more) = enter(raw, b'{', b'}');
    Members { cursor, more }
}

/// Iterates over the elements of the array in `raw`.
#[must_use]
pub fn elements(raw: &[u8]) -> Elements<'_> {
    let (cursor, more) = enter(raw, b'[', b']');
    Elements { cursor, more }
}

fn enter(raw: &[u8], open: u8, close: u8) -> (Cursor<'_>, bool) {
    let mut cursor = Cursor::new(raw, 0);
    cursor.space();
    let more = cursor.peek() == Some(open) && cursor.open(close);
    (cursor, more)
}

fn raw_value<'a>(cursor: &mut Cursor<'a>) -> ParseResult<&'a [u8]> {
    let start = cursor.at;
    cursor.skip(DEPTH_MAX)?;
    #[cfg(all(test, not(target_arch = "wasm32")))]
    crate::sort::steps::add(cursor.at - start);
    Ok(cursor.since(start))
}

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if !self.more {
            return None;
        }
        self.more = false;
        let key = self.cursor.key().ok()?;
        let value = raw_value(&mut self.cursor).ok()?;
        self.more = self.cursor.more(b'}').unwrap_or(false);
        Some((key.decode(), value))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        if !self.more {
            return None;
        }
        self.more = false;
        let value = raw_value(&mut self.cursor).ok()?;
        self.more = self.cursor.more(b']').unwrap_or(false);
        Some(value)
    }
}

/// The value of a field of an object, as raw JSON. If the name occurs more than once, the last
/// value counts, as in `JSON.parse`.
#[must_use]
pub fn field<'a>(object: &'a [u8], name: &str) -> Option<&'a [u8]> {
    members(object)
        .filter(|(key, _)| key == name)
        .last()
        .map(|(_, value)| value)
}

/// Decodes the string in `raw`. Lone surrogates become U+FFFD.
#[must_use]
pub fn string(raw: &[u8]) -> Option<Cow<'_, str>> {
    Cursor::new(raw, 0).string().ok().map(|text| text.decode())
}

/// Parses the whole number in `raw`, or in the string in `raw`.
#[must_use]
pub fn unsigned(raw: &[u8]) -> Option<u32> {
    let raw = raw
        .strip_prefix(b"\"")
        .and_then(|raw| raw.strip_suffix(b"\""))
        .unwrap_or(raw);
    digits::unsigned(raw)
}

/// Whether `raw` is `true` or `false`; `None` for anything else.
#[must_use]
pub fn boolean(raw: &[u8]) -> Option<bool> {
    match raw {
        b"true" => Some(true),
        b"false" => Some(false),
        _ => None,
    }
}
