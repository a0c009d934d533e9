//! JSON without a tree: checking bytes against a [`Shape`], and reading single fields.
//!
//! The value itself is made by the engine's `JSON.parse`, from the same bytes. So the checker accepts
//! exactly the JSON that `JSON.parse` accepts, except that nesting is limited to [`DEPTH_MAX`], and
//! that a byte order mark and bytes that are not UTF-8 are faults here. Where a key occurs twice,
//! every occurrence must fit its shape.

pub(crate) mod ascii;
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
pub use fault::{Fault, Reason};
pub use read::{Elements, Members, boolean, elements, field, members, string, unsigned};
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

/// What [`check`] has learnt about a body on its way.
#[derive(Debug, Clone, Copy)]
pub struct Checked {
    shape: &'static Shape,
    seen: u64,
}

impl Checked {
    /// Whether the object has the field `name`, which its shape must know.
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

/// Checks that `body` is one JSON value of the given shape. One pass, no tree, no allocation unless
/// there is a fault.
///
/// # Errors
/// The first fault, in the order of the bytes.
pub fn check(body: &[u8], shape: &'static Shape) -> Result<Checked, Fault> {
    let seen = document(body, shape, NOBODY).map_err(|fault| *fault)?;
    Ok(Checked { shape, seen })
}

/// The same as [`check`], for a listener.
///
/// # Errors
/// The same.
pub(crate) fn hear(
    body: &[u8],
    shape: &'static Shape,
    listener: &mut dyn Listener,
) -> Result<Checked, Fault> {
    let seen = document(body, shape, Ear::of(listener)).map_err(|fault| *fault)?;
    Ok(Checked { shape, seen })
}

fn document(body: &[u8], shape: &'static Shape, listener: impl Listener) -> Step<u64> {
    let mut cursor = Cursor::new(body, 0);
    if cursor.marked() {
        return cursor.fail(Reason::ByteOrderMark);
    }
    cursor.space();
    let mut walk = Walk::new(cursor, listener);
    let seen = match (shape, walk.cursor.peek()) {
        (Shape::Object(object), Some(b'{')) => walk.object(object, DEPTH_MAX)?,
        _ => walk.value(shape, DEPTH_MAX).map(|()| 0)?,
    };
    walk.cursor.end()?;
    Ok(seen)
}

/// Checks the one value that begins at `offset` of a larger buffer; says where it ends.
///
/// # Errors
/// The first fault; its offset counts from the start of `bytes`. [`Reason::Truncated`] means that the
/// buffer ends before the value does. A number that ends with the buffer counts as whole.
pub fn check_at(bytes: &[u8], offset: usize, shape: &'static Shape) -> Result<usize, Fault> {
    value_at(bytes, offset, shape, NOBODY)
}

/// The same as [`check_at`], for a listener.
///
/// # Errors
/// The same.
pub(crate) fn hear_at(
    bytes: &[u8],
    offset: usize,
    shape: &'static Shape,
    listener: &mut dyn Listener,
) -> Result<usize, Fault> {
    value_at(bytes, offset, shape, Ear::of(listener))
}

fn value_at(
    bytes: &[u8],
    offset: usize,
    shape: &'static Shape,
    listener: impl Listener,
) -> Result<usize, Fault> {
    let mut walk = Walk::new(Cursor::new(bytes, offset), listener);
    match walk.value(shape, DEPTH_MAX) {
        Ok(()) => Ok(walk.cursor.at),
        Err(fault) => Err(*fault),
    }
}
