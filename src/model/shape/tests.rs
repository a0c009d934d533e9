use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::model::{RESPONSES, USER};

fn names(shape: &'static Shape, out: &mut Vec<&'static Name>) {
    match shape {
        Shape::List(inner) => names(inner, out),
        Shape::Object(object) => {
            for field in object.fields {
                out.push(&field.name);
                names(field.shape, out);
            }
        }
        Shape::Union(union) => {
            for shared in union.shared {
                out.push(&shared.name);
                names(shared.shape(), out);
            }
        }
        _ => {}
    }
}

fn known() -> Vec<&'static Name> {
    let mut known = Vec::new();
    for shape in RESPONSES {
        names(shape, &mut known);
    }
    known
}

#[test]
fn no_two_names_share_an_id() {
    let mut ids = HashMap::new();
    for name in known() {
        assert_eq!(*ids.entry(name.id()).or_insert(name.text), name.text);
    }
    assert!(ids.len() > 50);
}

#[test]
fn ids_are_positive_as_signed_words() {
    let mut negative = 0;
    for name in known()
        .into_iter()
        .chain([&Name::new("éééé"), &Name::new("ééééé")])
    {
        assert!(name.id() < 1 << 63, "{}", name.text);
        negative += u8::from(head(name.text.as_bytes()) >> 63 == 1);
    }
    assert_eq!(negative, 2, "what it is about");
}

#[test]
fn shared_fields_of_a_union_are_sorted_and_include_the_tag() {
    let Shape::Object(user) = USER else {
        panic!("no object")
    };
    let Shape::List(Shape::Union(accounts)) = user.fields[1].shape else {
        panic!("no union")
    };
    let shared = accounts.shared;
    assert!(shared.is_sorted_by_key(|shared| shared.name.text));
    let tags: Vec<_> = shared.iter().filter(|shared| shared.is_tag()).collect();
    assert_eq!(tags.len(), 1);
    assert_eq!(tags[0].name.text, accounts.tag.text);
}

#[test]
fn the_other_type_of_a_union_has_the_fields_that_all_members_give_one_shape() {
    let Shape::Object(user) = USER else {
        panic!("no object")
    };
    let Shape::List(Shape::Union(accounts)) = user.fields[1].shape else {
        panic!("no union")
    };
    let all = u32::MAX >> (31 - accounts.members.len());
    let is_common = |shared: &&UnionField| {
        let [Some(variant), None] = shared.variants else {
            return false;
        };
        let other = all >> 1;
        variant.members & other == other
    };
    let common: Vec<_> = accounts.shared.iter().filter(is_common).collect();
    for shared in &common {
        assert_eq!(
            shared.variants[0].unwrap().members,
            all,
            "{}",
            shared.name.text
        );
    }
    let tag = &accounts.tag.text;
    let declared = accounts.other.fields.iter().map(|field| field.name.text);
    let declared: Vec<_> = declared.filter(|name| name != tag).collect();
    let common: Vec<_> = common.iter().map(|shared| shared.name.text).collect();
    assert_eq!(declared, common);
    assert!(common.contains(&"displayName"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_head_of_a_name_ends_at_the_first_quote(bytes in prop::collection::vec(prop::sample::select(b"\"a!#\xa2\x22\x00".to_vec()), 0..12)) {
        let before = bytes.iter().take(8).take_while(|byte| **byte != b'"').copied();
        let expected = (bytes.len() >= 8).then(|| head(&before.collect::<Vec<u8>>()));
        prop_assert_eq!(quoted_head(&bytes), expected);
    }

    #[test]
    fn a_name_matches_only_whole_keys(index in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let name = known()[index.index(known().len())];
        let mut rest = format!("{}\":null, ", name.text).into_bytes();
        let changed = place.index(name.text.len() + 1);
        rest[changed] = byte;
        let is_name = rest.starts_with(format!("{}\"", name.text).as_bytes());
        let head = quoted_head(&rest);
        prop_assert_eq!(head.is_some_and(|head| name.begins(&rest, head)), is_name);
    }
}
