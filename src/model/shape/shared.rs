//! Computes, at compile time, one table of all fields of a union's members, among which its other type counts as the last.
//!
//! Two members may use the same field name with different shapes. The check meets fields before it
//! knows the member, so it needs one table for all members.

use super::{Field, FieldVariant, Member, Name, ObjectShape, Presence, Shape, UnionField};

const BLANK: UnionField = UnionField {
    name: Name::new(""),
    variants: [None, None],
};

/// The number of entries that [`shared`] returns for these members.
pub(crate) const fn shared_len(
    tag: &'static str,
    members: &[Member],
    other: &ObjectShape,
) -> usize {
    // No union has nearly as many names; if one ever does, indexing in `gather` fails at compile
    // time.
    gather(tag, members, other, &mut [BLANK; 256])
}

/// Computes [`UnionShape::shared`](super::UnionShape::shared).
pub(crate) const fn shared<const LEN: usize>(
    tag: &'static str,
    members: &[Member],
    other: &ObjectShape,
) -> [UnionField; LEN] {
    let mut table = [BLANK; LEN];
    gather(tag, members, other, &mut table);
    sort(&mut table);
    table
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time, where a panic is a compile error"
)]
const fn gather(
    tag: &'static str,
    members: &[Member],
    other: &ObjectShape,
    table: &mut [UnionField],
) -> usize {
    assert!(members.len() < 32, "a union has at most 31 members");
    table[0].name = Name::new(tag);
    let (mut len, mut m) = (1, 0);
    while m <= members.len() {
        let fields = if m == members.len() {
            other.fields
        } else {
            members[m].object.fields
        };
        let mut f = 0;
        while f < fields.len() {
            if same_text(fields[f].name.text, tag) {
                f += 1;
                continue;
            }
            assert!(
                matches!(fields[f].presence, Presence::Optional),
                "all fields of a union's types but the tag are optional"
            );
            let mut at = 1;
            while at < len && !same_text(table[at].name.text, fields[f].name.text) {
                at += 1;
            }
            if at == len {
                table[at].name = fields[f].name;
                len += 1;
            }
            table[at].variants = variant(table[at].variants, fields[f].shape, 1 << m);
            f += 1;
        }
        m += 1;
    }
    len
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time, where a panic is a compile error"
)]
const fn sort(table: &mut [UnionField]) {
    let mut sorted = 1;
    while sorted < table.len() {
        let mut at = sorted;
        while at > 0 && is_before(table[at].name.text, table[at - 1].name.text) {
            table.swap(at, at - 1);
            at -= 1;
        }
        sorted += 1;
    }
}

const fn is_before(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let (Some((x, a_rest)), Some((y, b_rest))) = (a.split_first(), b.split_first()) {
        if *x != *y {
            return *x < *y;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.len() < b.len()
}

const fn variant(
    variants: [Option<FieldVariant>; 2],
    shape: &'static Shape,
    member: u32,
) -> [Option<FieldVariant>; 2] {
    match variants {
        [None, _] => [
            Some(FieldVariant {
                shape,
                members: member,
            }),
            None,
        ],
        [Some(first), second] if same_shape(first.shape, shape) => [
            Some(FieldVariant {
                shape: first.shape,
                members: first.members | member,
            }),
            second,
        ],
        [first, None] => [
            first,
            Some(FieldVariant {
                shape,
                members: member,
            }),
        ],
        [first, Some(second)] => {
            assert!(
                same_shape(second.shape, shape),
                "a shared field has at most two shapes"
            );
            [
                first,
                Some(FieldVariant {
                    shape: second.shape,
                    members: second.members | member,
                }),
            ]
        }
    }
}

const fn same_shape(a: &Shape, b: &Shape) -> bool {
    match (a, b) {
        (Shape::String, Shape::String)
        | (Shape::Number, Shape::Number)
        | (Shape::Integer, Shape::Integer)
        | (Shape::Bool, Shape::Bool)
        | (Shape::Any, Shape::Any)
        // Unknown values of a string type are reported as drift; they do not change its shape.
        | (Shape::String | Shape::Open(_), Shape::String | Shape::Open(_)) => true,
        (Shape::List(a), Shape::List(b)) => same_shape(a, b),
        (Shape::Object(a), Shape::Object(b)) => same_names(a.fields, b.fields),
        _ => false,
    }
}

const fn same_names(a: &[Field], b: &[Field]) -> bool {
    let (mut a, mut b) = (a, b);
    while let (Some((x, a_rest)), Some((y, b_rest))) = (a.split_first(), b.split_first()) {
        if !same_text(x.name.text, y.name.text) {
            return false;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.is_empty() && b.is_empty()
}

const fn same_text(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let (Some((x, a_rest)), Some((y, b_rest))) = (a.split_first(), b.split_first()) {
        if *x != *y {
            return false;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.is_empty() && b.is_empty()
}
