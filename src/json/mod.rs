//! JSON without a tree: checking bytes against a [`Shape`], and reading single fields.
//!
//! The value itself is made by the engine's `JSON.parse`, from the same bytes. So the checker accepts
//! exactly the JSON that `JSON.parse` accepts, except that nesting is limited to [`DEPTH_MAX`], and
//! that a byte order mark and bytes that are not UTF-8 are faults here. Where a key occurs twice, the
//! last occurrence counts, as for `JSON.parse`: it alone is handed out.

pub(crate) mod ascii;
mod audit;
mod cursor;
pub(crate) mod decimal;
mod drift;
mod fault;
pub(crate) mod named;
#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod portable;
mod read;
mod same;
mod scan;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd;
mod skim;
mod text;
mod walk;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use portable as block;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd as block;

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub(crate) use block::is_ascii;
pub use drift::{Drift, DriftKind, drift};
pub(crate) use fault::push_step;
pub use fault::{Fault, MISSING, Mismatch, Mismatches, Reason};
pub use read::{Elements, Members, boolean, elements, field, members, string, unsigned};
pub(crate) use same::canonical;
pub use same::same;
pub(crate) use scan::{BLOCK, Scanner};
pub(crate) use skim::Skim;
pub(crate) use text::owned;

use crate::model::Shape;
use cursor::{Cursor, Step};
pub(crate) use walk::Listener;
use walk::{Ear, NOBODY, Walk};

/// How many arrays and objects may lie in each other.
pub const DEPTH_MAX: u32 = 128;

/// Whether JSON allows the byte between values.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// What [`check`] has learnt about a body.
#[derive(Debug, Clone)]
pub struct Checked {
    shape: &'static Shape,
    seen: u64,
    /// Where the body contradicts its types, though not so that it would have to be refused.
    pub mismatches: Mismatches,
}

impl Checked {
    /// Whether the object has the field `name`, which its shape must know, and it is not `null`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let Shape::Object(object) = self.shape else {
            return false;
        };
        let position = object
            .fields
            .iter()
            .position(|field| field.name.text == name);
        position.is_some_and(|index| self.seen & (1 << index) != 0)
    }

    /// Whether the object has a field that its shape does not know.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.seen & walk::UNKNOWN != 0
    }
}

/// What [`check_at`] has learnt about a value in a larger buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedAt {
    /// Where the value ends.
    pub end: usize,
    /// Where it contradicts its types, though not so that it would have to be refused. Offsets count from the start
    /// of the buffer.
    pub mismatches: Mismatches,
}

/// Checks that `body` is one JSON value, and compares it with a shape. One pass, no tree and no allocation where it fits;
/// a body that is odd somewhere is looked at a second time, which takes several times as long.
///
/// # Errors
/// Where there is nothing to hand out: `body` is not JSON; it is not of the kind of value that the shape is; a field that is
/// [vital](crate::model::shape::Presence) is of the wrong type or missing; a list of accounts holds something that is
/// no object. Every other contradiction is a [`Mismatch`].
pub fn check(body: &[u8], shape: &'static Shape) -> Result<Checked, Fault> {
    document(body, shape, NOBODY)
}

/// The same as [`check`], for a listener. Of a body with mismatches it is told anew, every field in the order of the bytes
/// and whatever its type.
///
/// # Errors
/// The same.
pub(crate) fn hear(
    body: &[u8],
    shape: &'static Shape,
    listener: &mut dyn Listener,
) -> Result<Checked, Fault> {
    document(body, shape, Ear::of(listener))
}

fn document(body: &[u8], shape: &'static Shape, listener: impl Listener) -> Result<Checked, Fault> {
    let mut cursor = Cursor::new(body, 0);
    if cursor.marked() {
        return Err(Fault::new(0, Reason::ByteOrderMark));
    }
    cursor.space();
    let start = cursor.at;
    let mut walk = Walk::new(cursor, listener);
    let (seen, mismatches) = if let Ok(seen) = first_look(&mut walk, shape) {
        (seen, Mismatches::default())
    } else {
        let mut cursor = Cursor::new(body, start);
        cursor.skip(DEPTH_MAX).map_err(|fault| *fault)?;
        let raw = cursor.since(start);
        cursor.end().map_err(|fault| *fault)?;
        second_look(body, raw, start, shape, walk.listener)?
    };
    Ok(Checked {
        shape,
        seen,
        mismatches,
    })
}

#[inline(always)]
fn first_look(walk: &mut Walk<'_, impl Listener>, shape: &'static Shape) -> Step<u64> {
    let seen = match (shape, walk.cursor.peek()) {
        (Shape::Object(object), Some(b'{')) => walk.object(object, DEPTH_MAX)?,
        _ => walk.value(shape, DEPTH_MAX).map(|()| 0)?,
    };
    walk.cursor.end()?;
    Ok(seen)
}

/// Looks at a value that was not found to fit, and is JSON.
#[cold]
fn second_look(
    bytes: &[u8],
    raw: &[u8],
    start: usize,
    shape: &'static Shape,
    mut listener: impl Listener,
) -> Result<(u64, Mismatches), Fault> {
    let found = audit::audit(bytes, raw, shape)?;
    if listener.wanted() != 0 {
        listener.restart();
        Skim::at(bytes, start).tell(shape, &mut listener);
    }
    Ok(found)
}

/// Checks the one value that begins at `offset` of a larger buffer, as [`check`] does, and says where it ends.
///
/// # Errors
/// As for [`check`]; offsets count from the start of `bytes`. [`Reason::Truncated`] means that the
/// buffer ends before the value does, and says nothing of where in the value. A number that ends with the buffer counts as whole.
pub fn check_at(bytes: &[u8], offset: usize, shape: &'static Shape) -> Result<CheckedAt, Fault> {
    value_at(bytes, offset, shape, NOBODY)
}

/// The same as [`check_at`], for a listener, which is told as for [`hear`].
///
/// # Errors
/// The same.
pub(crate) fn hear_at(
    bytes: &[u8],
    offset: usize,
    shape: &'static Shape,
    listener: &mut dyn Listener,
) -> Result<CheckedAt, Fault> {
    value_at(bytes, offset, shape, Ear::of(listener))
}

fn value_at(
    bytes: &[u8],
    offset: usize,
    shape: &'static Shape,
    listener: impl Listener,
) -> Result<CheckedAt, Fault> {
    let mut walk = Walk::new(Cursor::new(bytes, offset), listener);
    match walk.value(shape, DEPTH_MAX) {
        Ok(()) => Ok(CheckedAt {
            end: walk.cursor.at,
            mismatches: Mismatches::default(),
        }),
        // More bytes will come, and then it is looked at again.
        Err(fault) if fault.reason == Reason::Truncated => Err(*fault),
        Err(_) => {
            let mut cursor = Cursor::new(bytes, offset);
            cursor.skip(DEPTH_MAX).map_err(|fault| *fault)?;
            let (end, raw) = (cursor.at, cursor.since(offset));
            let (_, mismatches) = second_look(bytes, raw, offset, shape, walk.listener)?;
            Ok(CheckedAt { end, mismatches })
        }
    }
}
