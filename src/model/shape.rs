//! Shape tables: static data that describes what a JSON value must look like.
//!
//! The types of [`crate::model`] generate these tables, and [`crate::json`] checks bytes against them. A table lists
//! what is known: other fields and values are always accepted.

mod shared;

use std::marker::PhantomData;

pub(crate) use shared::{shared, shared_len};

/// What a JSON value must be.
#[derive(Debug)]
pub enum Shape {
    /// A string.
    String,
    /// A number.
    Number,
    /// A number without fraction or exponent that fits in 64 signed bits.
    Integer,
    /// `true` or `false`.
    Bool,
    /// Any JSON value.
    Any,
    /// An array whose elements all have the same shape.
    List(&'static Shape),
    /// A string with known values; any other string is accepted too.
    Open(&'static OpenShape),
    /// An object with known fields; any other field is accepted too.
    Object(&'static ObjectShape),
    /// An object whose fields depend on the value of one of them. If the value is not an object, the whole body is
    /// refused.
    Union(&'static UnionShape),
}

impl Shape {
    /// Whether a value of this shape can begin with `first`.
    #[cfg_attr(not(feature = "small"), inline(always))]
    #[must_use]
    pub(crate) fn admits(&self, first: u8) -> bool {
        match self {
            Shape::String | Shape::Open(_) => first == b'"',
            Shape::Number | Shape::Integer => first == b'-' || first.is_ascii_digit(),
            Shape::Bool => first == b't' || first == b'f',
            Shape::Any => true,
            Shape::List(_) => first == b'[',
            Shape::Object(_) | Shape::Union(_) => first == b'{',
        }
    }

    /// Whether it is a list or an object with known fields.
    #[inline(always)]
    pub(crate) fn has_parts(&self) -> bool {
        matches!(self, Shape::List(_) | Shape::Object(_))
    }

    /// The name of this shape in messages.
    #[must_use]
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Shape::String | Shape::Open(_) => "string",
            Shape::Number => "number",
            Shape::Integer => "integer",
            Shape::Bool => "boolean",
            Shape::Any => "value",
            Shape::List(_) => "array",
            Shape::Object(_) | Shape::Union(_) => "object",
        }
    }
}

/// A string type with known values.
#[derive(Debug)]
pub struct OpenShape {
    /// Name of the type.
    #[cfg(not(target_arch = "wasm32"))]
    pub name: &'static str,
    /// The known values.
    pub values: &'static [&'static str],
    /// Its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

/// An object type.
#[derive(Debug)]
pub struct ObjectShape {
    /// Name of the type.
    #[cfg(not(target_arch = "wasm32"))]
    pub name: &'static str,
    /// The known fields; at most 64.
    pub fields: &'static [Field],
    /// Bit `i` is set if `fields[i]` must be present.
    pub required: u64,
    /// Its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

/// One field of an object.
#[derive(Debug)]
pub struct Field {
    /// Its JSON name.
    pub name: Name,
    /// The shape of its value.
    pub shape: &'static Shape,
    /// What it means if the field is absent or mistyped.
    pub presence: Presence,
    /// Its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

/// What it means if a field is absent, or of the wrong type.
///
/// A body is refused only if it is useless without the field; any other contradiction is a
/// [`Mismatch`](crate::json::Mismatch), and the body is still delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The body is useless without it. If it is absent, `null` or of the wrong type, the body is refused.
    Essential,
    /// It is documented to be present. If it is absent, `null` or of the wrong type, that is a mismatch.
    Required,
    /// A list. If it is absent or `null`, it is delivered as an empty list; if it is of the wrong type, the body is
    /// refused.
    Filled,
    /// It may be absent or `null`. If it is of the wrong type, that is a mismatch.
    Optional,
}

impl Presence {
    /// Whether the field may be absent, or `null`, which means the same.
    #[cfg_attr(not(feature = "small"), inline(always))]
    #[must_use]
    pub(crate) const fn admits_null(self) -> bool {
        matches!(self, Presence::Filled | Presence::Optional)
    }

    /// Whether the body is refused if the field is of the wrong type.
    #[must_use]
    pub(crate) const fn is_vital(self) -> bool {
        matches!(self, Presence::Essential | Presence::Filled)
    }
}

/// An object type whose fields depend on a tag, such as one linked account.
#[derive(Debug)]
pub struct UnionShape {
    /// Name of the type.
    #[cfg(not(target_arch = "wasm32"))]
    pub name: &'static str,
    /// JSON name of the field that distinguishes the members: a string. An object without it is of the
    /// other type, which requires it.
    pub tag: Name,
    /// The known members; at most 31. Their tables omit the tag.
    pub members: &'static [Member],
    /// The type of an object with any other tag, or none. Its table contains the tag.
    pub other: &'static ObjectShape,
    /// The tag and every field of any member and of the other type, sorted by name, for checking an object before its tag is known.
    pub shared: &'static [UnionField],
    /// Its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

/// One member of a union.
#[derive(Debug)]
pub struct Member {
    /// The value of the tag.
    pub tag: Name,
    /// The fields besides the tag.
    pub object: &'static ObjectShape,
}

/// A field name used by members of a union, with the shapes that they give it. The tag has no shapes.
#[derive(Debug, Clone, Copy)]
pub struct UnionField {
    /// The JSON name.
    pub name: Name,
    /// The shapes that members give it, in order of declaration.
    pub variants: [Option<FieldVariant>; 2],
}

impl UnionField {
    /// The shape that the first member with this field gives it.
    pub(crate) fn shape(&self) -> &'static Shape {
        self.variants[0].map_or(&Shape::String, |variant| variant.shape)
    }

    /// Whether it is the tag.
    #[inline(always)]
    #[must_use]
    pub(crate) fn is_tag(&self) -> bool {
        matches!(self.variants, [None, None])
    }
}

/// The members that give a field the same shape.
#[derive(Debug, Clone, Copy)]
pub struct FieldVariant {
    /// The shape.
    pub shape: &'static Shape,
    /// Bit `i` is set if `members[i]` gives the field this shape, and the bit after those of all members if the other type does.
    pub members: u32,
}

/// A name with its first bytes in one word, so that most comparisons need a single instruction.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    /// The name itself.
    pub text: &'static str,
    /// Its first eight bytes, little-endian, padded with zeros.
    head: u64,
}

impl Name {
    /// A name for a shape table.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Name {
            text,
            head: head(text.as_bytes()),
        }
    }

    /// Whether `raw` is this name; `head` is [`head`] of `raw`.
    #[cfg_attr(not(feature = "small"), inline(always))]
    #[must_use]
    pub(crate) fn is(&self, raw: &[u8], head: u64) -> bool {
        self.head == head
            && self.text.len() == raw.len()
            && (raw.len() <= 8 || self.text.as_bytes() == raw)
    }

    /// Whether `rest` begins with this name and a quote; `head` is [`quoted_head`] of `rest`.
    #[inline(always)]
    #[must_use]
    pub(crate) fn begins(&self, rest: &[u8], head: u64) -> bool {
        let (text, len) = (self.text.as_bytes(), self.text.len());
        // Compares words, because comparing slices is a function call that goes byte by byte.
        self.head == head
            && rest.get(len) == Some(&b'"')
            && (len <= 8
                || (word(rest, len - 8) == word(text, len - 8)
                    && (len <= 16 || rest.get(8..len - 8) == text.get(8..len - 8))))
    }

    /// One bit of 64, as in a Bloom filter, to rule out quickly that a name is in a small set.
    #[cfg_attr(not(feature = "small"), inline(always))]
    #[must_use]
    pub(crate) const fn bit(&self) -> u64 {
        1 << (self.head.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
    }

    /// A number to `match` on. If two arms have the same number, compilation fails.
    ///
    /// It has 63 bits: if arms are further apart, `JavaScriptCore`'s compiler runs out of memory (`WebKitGTK` 2.50.6), as if it
    /// computed their distance in signed 64 bits and compiled them to a dense table.
    #[cfg_attr(not(feature = "small"), inline(always))]
    #[must_use]
    pub(crate) const fn id(&self) -> u64 {
        let id = match self.text.as_bytes().last_chunk::<8>() {
            Some(tail) => self.head ^ u64::from_le_bytes(*tail).rotate_left(4),
            None => self.head,
        };
        id >> 1
    }
}

/// Searches a table from the expected position on, then from the start.
#[cfg_attr(not(feature = "small"), inline(always))]
pub(crate) fn search<T>(
    table: &'static [T],
    expected: usize,
    name: impl Fn(&'static T) -> &'static Name,
    rest: &[u8],
    head: u64,
) -> Option<(usize, &'static T)> {
    let (before, after) = table.split_at(expected.min(table.len()));
    for (steps, entry) in after.iter().enumerate() {
        if name(entry).begins(rest, head) {
            return Some((before.len() + steps, entry));
        }
    }
    for (index, entry) in before.iter().enumerate() {
        if name(entry).begins(rest, head) {
            return Some((index, entry));
        }
    }
    None
}

/// Eight bytes at `at` in one word, little-endian; 0 if there are fewer.
#[inline(always)]
fn word(bytes: &[u8], at: usize) -> u64 {
    let word = bytes.get(at..).and_then(|rest| rest.first_chunk());
    word.map_or(0, |word| u64::from_le_bytes(*word))
}

/// [`head`] of the text before the first quote in `bytes`; `None` if there are fewer than eight bytes.
#[inline(always)]
#[must_use]
pub(crate) fn quoted_head(bytes: &[u8]) -> Option<u64> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let word = u64::from_le_bytes(*bytes.first_chunk()?);
    let apart = word ^ (ONES * u64::from(b'"'));
    // The lowest set bit is the top bit of the first quote's byte; higher ones may be false positives.
    let quotes = apart.wrapping_sub(ONES) & !apart & (ONES << 7);
    let first = quotes & quotes.wrapping_neg();
    Some(word & (first >> 7).wrapping_sub(1))
}

/// The first eight bytes in one word, little-endian, padded with zeros.
#[cfg_attr(not(feature = "small"), inline(always))]
#[must_use]
pub(crate) const fn head(bytes: &[u8]) -> u64 {
    if let Some(first) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(*first);
    }
    let (mut word, mut shift, mut rest) = (0, 0, bytes);
    while let Some((byte, tail)) = rest.split_first() {
        word |= (*byte as u64) << shift;
        shift += 8;
        rest = tail;
    }
    word
}

/// A type that knows its shape.
pub trait HasShape {
    /// The shape of its JSON.
    const SHAPE: Shape;
}

impl HasShape for String {
    const SHAPE: Shape = Shape::String;
}

impl HasShape for f64 {
    const SHAPE: Shape = Shape::Number;
}

impl HasShape for i64 {
    const SHAPE: Shape = Shape::Integer;
}

impl HasShape for bool {
    const SHAPE: Shape = Shape::Bool;
}

impl<T: HasShape> HasShape for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
}

/// Provides the shape of `T` as a `&'static Shape`.
#[derive(Debug)]
pub struct ShapeOf<T>(PhantomData<T>);

impl<T: HasShape> ShapeOf<T> {
    /// The shape.
    pub const SHAPE: &'static Shape = &T::SHAPE;
}

/// Computes `ObjectShape::required`.
pub(crate) const fn required(fields: &[Field]) -> u64 {
    assert!(fields.len() <= 64, "an object has at most 64 fields");
    let (mut bits, mut bit, mut rest) = (0, 0, fields);
    while let Some((field, tail)) = rest.split_first() {
        if !field.presence.admits_null() {
            bits |= 1 << bit;
        }
        bit += 1;
        rest = tail;
    }
    bits
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
