//! Groups the fields of two objects by name.
//!
//! One sorted list instead of maps: all sorting shares its code, whereas each kind of map would add
//! kilobytes to the download.

use std::borrow::Cow;

use super::members;
use crate::sort;

/// The object that a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

/// A value with its name and side.
#[derive(Debug)]
pub(crate) struct Tagged<'a> {
    pub name: Cow<'a, str>,
    pub side: Side,
    pub raw: &'a [u8],
}

/// The fields of both objects, grouped by [`sorted`].
pub(crate) fn fields<'a>(before: &'a [u8], after: &'a [u8]) -> Vec<Tagged<'a>> {
    let mut all = Vec::new();
    for (side, object) in [(Side::Before, before), (Side::After, after)] {
        let named = |(name, raw)| Tagged { name, side, raw };
        all.extend(members(object).map(named));
    }
    sorted(all)
}

/// Sorts by name; equal names keep their order.
pub(crate) fn sorted(all: Vec<Tagged<'_>>) -> Vec<Tagged<'_>> {
    sort::sorted(all, |one, other| one.name.cmp(&other.name))
}

/// Groups the sorted values by name.
pub(crate) fn groups<'a, 'b>(sorted: &'b [Tagged<'a>]) -> impl Iterator<Item = &'b [Tagged<'a>]> {
    sorted.chunk_by(|one, other| one.name == other.name)
}

/// The value of a name on each side: the last one, as in `JSON.parse`.
pub(crate) fn before_and_after<'a>(group: &[Tagged<'a>]) -> (Option<&'a [u8]>, Option<&'a [u8]>) {
    let last = |side| group.iter().rev().find(|named| named.side == side);
    let raw = |side| last(side).map(|named| named.raw);
    (raw(Side::Before), raw(Side::After))
}
