//! JSON without a tree: checks bytes against a [`Shape`], and reads single fields.
//!
//! The engine's `JSON.parse` creates the values from the same bytes. So the checker accepts exactly the JSON that `JSON.parse` accepts,
//! with three exceptions: nesting is limited to [`DEPTH_MAX`], and a byte order mark and bytes that are not UTF-8 are rejected. If a key
//! occurs more than once, the last occurrence counts, as in `JSON.parse`.
//!
//! | Module | Use it to |
//! |---|---|
//! | `cursor` | read unchecked bytes, by the grammar alone |
//! | `validate` | check bytes against a shape, in one pass |
//! | `audit` | list every mismatch of a value that `validate` rejected |
//! | `trusted` | read bytes that are already checked |
//! | `block` | find where a value ends, in bytes that arrive in chunks, by classifying many bytes at a time |
//! | `read` | read single fields |
//! | `drift` | list what a shape does not declare |
//! | `equal`, `pairs` | compare two values |
//! | `hash` | compare many values without keeping them |
//! | `number`, `text`, `ascii` | read numbers and strings, and escape what is not ASCII |

pub(crate) mod ascii;
mod audit;
mod block;
mod cursor;
mod drift;
mod equal;
mod fault;
pub(crate) mod hash;
pub(crate) mod number;
pub(crate) mod pairs;
mod read;
mod text;
mod trusted;
mod validate;

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub(crate) use block::BLOCK;
pub(crate) use block::brackets::Scanner;
pub(crate) use block::is_ascii;
pub use drift::{Drift, DriftKind, drift};
pub(crate) use equal::canonical;
pub use equal::equal;
pub(crate) use fault::push_step;
pub use fault::{Fault, FaultReason, MISSING, Mismatch, Mismatches};
pub use read::{Elements, Members, boolean, elements, field, members, string, unsigned};
pub(crate) use text::owned;
pub(crate) use trusted::TrustedCursor;

use crate::model::Shape;
use cursor::{Cursor, ParseResult};
pub(crate) use validate::FieldVisitor;
use validate::{NO_VISITOR, OptionalVisitor, Validator};

/// The maximum depth of nested arrays and objects.
pub const DEPTH_MAX: u32 = 128;

/// Whether JSON allows the byte as white space.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// The result of [`check`].
#[derive(Debug, Clone)]
pub struct CheckedJson {
    shape: &'static Shape,
    seen: u64,
    /// Where the body contradicts its types, without being rejected for it.
    pub mismatches: Mismatches,
}

impl CheckedJson {
    /// Whether the object has the field `name` and it is not `null`. The shape must declare the field.
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

    /// Whether the object has a field that its shape does not declare.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.seen & validate::UNKNOWN != 0
    }
}

/// The result of [`check_at`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedAt {
    /// The end of the value.
    pub end: usize,
    /// Where it contradicts its types, without being rejected for it. Offsets count from the start of the buffer.
    pub mismatches: Mismatches,
}

/// Checks that `body` is one JSON value, and compares it with a shape. If the value fits, this takes one pass, without a tree or
/// allocations. A body with mismatches takes a second pass, which is several times slower.
///
/// # Errors
/// If there is nothing usable: `body` is not JSON, or not the kind of value that the shape describes; a field that is
/// [vital](crate::model::shape::Presence) is missing or of the wrong type; or a list of accounts contains something that is not an object.
/// Every other contradiction is a [`Mismatch`].
pub fn check(body: &[u8], shape: &'static Shape) -> Result<CheckedJson, Fault> {
    document(body, shape, NO_VISITOR)
}

/// Like [`check`], with a listener for the fields. If the body has mismatches, the listener is restarted and gets every field, in the order
/// of the bytes and whatever its type.
///
/// # Errors
/// As for [`check`].
pub(crate) fn check_with(
    body: &[u8],
    shape: &'static Shape,
    visitor: &mut dyn FieldVisitor,
) -> Result<CheckedJson, Fault> {
    document(body, shape, OptionalVisitor::of(visitor))
}

fn document(
    body: &[u8],
    shape: &'static Shape,
    visitor: impl FieldVisitor,
) -> Result<CheckedJson, Fault> {
    let mut cursor = Cursor::new(body, 0);
    if cursor.marked() {
        return Err(Fault::new(0, FaultReason::ByteOrderMark));
    }
    cursor.space();
    let start = cursor.at;
    let mut walk = Validator::new(cursor, visitor);
    let (seen, mismatches) = if let Ok(seen) = first_look(&mut walk, shape) {
        (seen, Mismatches::default())
    } else {
        let mut cursor = Cursor::new(body, start);
        cursor.skip(DEPTH_MAX).map_err(|fault| *fault)?;
        let raw = cursor.since(start);
        cursor.end().map_err(|fault| *fault)?;
        second_look(body, raw, start, shape, walk.visitor)?
    };
    Ok(CheckedJson {
        shape,
        seen,
        mismatches,
    })
}

#[inline(always)]
fn first_look(
    walk: &mut Validator<'_, impl FieldVisitor>,
    shape: &'static Shape,
) -> ParseResult<u64> {
    let seen = match (shape, walk.cursor.peek()) {
        (Shape::Object(object), Some(b'{')) => walk.object(object, DEPTH_MAX)?,
        _ => walk.value(shape, DEPTH_MAX).map(|()| 0)?,
    };
    walk.cursor.end()?;
    Ok(seen)
}

/// Examines a valid JSON value that does not fit its shape.
#[cold]
fn second_look(
    bytes: &[u8],
    raw: &[u8],
    start: usize,
    shape: &'static Shape,
    mut visitor: impl FieldVisitor,
) -> Result<(u64, Mismatches), Fault> {
    let found = audit::audit(bytes, raw, shape)?;
    if visitor.wanted() != 0 {
        visitor.restart();
        TrustedCursor::at(bytes, start).visit_fields(shape, &mut visitor);
    }
    Ok(found)
}

/// Checks the value that begins at `offset` of a larger buffer, like [`check`], and returns where it ends.
///
/// # Errors
/// As for [`check`]; offsets count from the start of `bytes`. [`FaultReason::Truncated`] means that the buffer ends before the value does; the
/// path is then not meaningful. A number at the very end of the buffer counts as complete.
pub fn check_at(bytes: &[u8], offset: usize, shape: &'static Shape) -> Result<CheckedAt, Fault> {
    value_at(bytes, offset, shape, NO_VISITOR)
}

/// Like [`check_at`], with a listener, which is called as in [`check_with`].
///
/// # Errors
/// As for [`check_at`].
pub(crate) fn check_at_with(
    bytes: &[u8],
    offset: usize,
    shape: &'static Shape,
    visitor: &mut dyn FieldVisitor,
) -> Result<CheckedAt, Fault> {
    value_at(bytes, offset, shape, OptionalVisitor::of(visitor))
}

fn value_at(
    bytes: &[u8],
    offset: usize,
    shape: &'static Shape,
    visitor: impl FieldVisitor,
) -> Result<CheckedAt, Fault> {
    let mut walk = Validator::new(Cursor::new(bytes, offset), visitor);
    match walk.value(shape, DEPTH_MAX) {
        Ok(()) => Ok(CheckedAt {
            end: walk.cursor.at,
            mismatches: Mismatches::default(),
        }),
        // The value is checked again when more bytes have arrived.
        Err(fault) if fault.reason == FaultReason::Truncated => Err(*fault),
        Err(_) => {
            let mut cursor = Cursor::new(bytes, offset);
            cursor.skip(DEPTH_MAX).map_err(|fault| *fault)?;
            let (end, raw) = (cursor.at, cursor.since(offset));
            let (_, mismatches) = second_look(bytes, raw, offset, shape, walk.visitor)?;
            Ok(CheckedAt { end, mismatches })
        }
    }
}
