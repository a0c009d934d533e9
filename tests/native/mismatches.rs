//! Compares the checker with a slow, simple one built on `serde_json`: what is rejected, and which mismatches are reported. Inputs are each
//! stored sample with every value in it replaced by every JSON type, and randomly generated bodies.

use ayrshare_user::api::{batch, details, user};
use ayrshare_user::json::{self, Mismatch};
use ayrshare_user::model::shape::{ObjectShape, Presence, Shape};
use ayrshare_user::model::{PINTEREST_DETAILS, USER, USER_BATCH};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A mismatch as text, and whether the body is rejected for it.
type Reported = (String, bool);

fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::String | Shape::Open(_) => "string",
        Shape::Number => "number",
        Shape::Integer => "integer",
        Shape::Bool => "boolean",
        Shape::List(_) => "array",
        Shape::Object(_) | Shape::Union(_) => "object",
        Shape::Any => "value",
    }
}

fn step(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The simple checker: implements the documented rules and nothing else.
fn plain(value: &Value, shape: &Shape, path: &str, is_vital: bool, out: &mut Vec<Reported>) {
    let fits = match shape {
        Shape::Integer => value.is_i64(),
        Shape::Any => true,
        _ => noun(value) == expected(shape),
    };
    match (shape, value) {
        _ if !fits => out.push((
            format!("{path} {} {}", expected(shape), noun(value)),
            is_vital,
        )),
        (Shape::List(inner), Value::Array(list)) => {
            for (index, item) in list.iter().enumerate() {
                let is_account = matches!(inner, Shape::Union(_));
                plain(item, inner, &format!("{path}[{index}]"), is_account, out);
            }
        }
        (Shape::Object(object), Value::Object(fields)) => plain_object(fields, object, path, out),
        (Shape::Union(union), Value::Object(fields)) => {
            let tag = fields.get(union.tag.text).and_then(Value::as_str);
            let mut members = union.members.iter();
            let member = members.find(|member| tag == Some(member.tag.text));
            let object = member.map_or(union.other, |member| member.object);
            plain_object(fields, object, path, out);
        }
        _ => {}
    }
}

fn plain_object(
    fields: &Map<String, Value>,
    object: &ObjectShape,
    path: &str,
    out: &mut Vec<Reported>,
) {
    for field in object.fields {
        let place = step(path, field.name.text);
        let may_lack = matches!(field.presence, Presence::Filled | Presence::Optional);
        match fields.get(field.name.text) {
            None | Some(Value::Null) if may_lack => {}
            Some(value) => {
                let is_vital = matches!(field.presence, Presence::Filled | Presence::Essential);
                plain(value, field.shape, &place, is_vital, out);
            }
            None => {
                let is_vital = field.presence == Presence::Essential;
                let expected = expected(field.shape);
                out.push((format!("{place} {expected} missing"), is_vital));
            }
        }
    }
}

fn shown(mismatch: Mismatch<'_>) -> String {
    format!("{} {} {}", mismatch.path, mismatch.expected, mismatch.found)
}

/// Compares the two checks of a body. Returns how many mismatches were reported, if it is not rejected.
fn compare(body: &Value, shape: &'static Shape) -> Option<usize> {
    let text = body.to_string();
    let mut reported = Vec::new();
    plain(body, shape, "", true, &mut reported);
    let is_refused = reported.iter().any(|(_, is_vital)| *is_vital);
    let checked = json::check(text.as_bytes(), shape);
    assert_eq!(checked.is_err(), is_refused, "{text}");
    if let Err(fault) = &checked {
        let (vital, _) = reported.iter().find(|(_, is_vital)| *is_vital).unwrap();
        assert!(vital.starts_with(&format!("{} ", fault.path)), "{vital}");
    }
    let mismatches = checked.map_or_else(|fault| fault.mismatches, |checked| checked.mismatches);
    let found: Vec<_> = mismatches.iter().map(shown).collect();
    let first: Vec<_> = reported
        .iter()
        .take(100)
        .map(|(place, _)| place.clone())
        .collect();
    assert_eq!(found, first, "{text}");
    assert_eq!(mismatches.count(), reported.len());
    // A record in a larger buffer must be reported in the same way.
    let buffer = format!("  [{text}");
    let at = json::check_at(buffer.as_bytes(), 3, shape);
    assert_eq!(at.is_err(), is_refused);
    let at = at.map_or_else(
        |fault| fault.mismatches,
        |at| {
            assert_eq!(at.end, buffer.len());
            at.mismatches
        },
    );
    assert!(at.iter().eq(mismatches.iter()));
    (!is_refused).then_some(reported.len())
}

const OTHERS: [&str; 8] = ["null", "true", "7", "1.5", "\"text\"", "[]", "{}", "[null]"];

/// Every value that differs from this one in a single place.
fn replaced(value: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = OTHERS
        .iter()
        .map(|other| serde_json::from_str(other).unwrap())
        .collect();
    match value {
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                for other in replaced(item) {
                    let mut changed = list.clone();
                    changed[index] = other;
                    all.push(Value::Array(changed));
                }
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                for other in replaced(item) {
                    let mut changed = fields.clone();
                    changed.insert(name.clone(), other);
                    all.push(Value::Object(changed));
                }
                let mut less = fields.clone();
                less.remove(name);
                all.push(Value::Object(less));
            }
        }
        _ => {}
    }
    all
}

/// The samples, each with its shape and its endpoint's check.
type Decode = fn(&[u8]) -> bool;
fn samples() -> Vec<(String, Value, &'static Shape, Decode)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut samples = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let body = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let (shape, decode): (&'static Shape, Decode) = match name.split('-').next() {
            Some("user") => (USER, |body| user::decode(body, false).is_ok()),
            Some("details") => (PINTEREST_DETAILS, |body| details::decode(body).is_ok()),
            Some("batch") => (USER_BATCH, |body| batch::decode(body).is_ok()),
            _ => panic!("which endpoint answers {name}?"),
        };
        samples.push((name, body, shape, decode));
    }
    assert!(samples.len() >= 9);
    samples
}

#[test]
fn replacing_any_value_of_a_sample_is_reported_as_by_the_plain_check() {
    let (mut bodies, mut refused, mut odd) = (0, 0, 0);
    for (name, sample, shape, decode) in samples() {
        assert_eq!(compare(&sample, shape), Some(0), "{name}");
        for body in replaced(&sample) {
            bodies += 1;
            let reported = compare(&body, shape);
            refused += usize::from(reported.is_none());
            odd += usize::from(reported.is_some_and(|reported| reported > 0));
            let has_address = body["url"]
                .as_str()
                .is_some_and(|url| url.starts_with("https://"));
            let has_nothing_to_hand_out =
                reported.is_none() || (name.starts_with("batch") && !has_address);
            assert_eq!(
                decode(body.to_string().as_bytes()),
                !has_nothing_to_hand_out
            );
        }
    }
    assert!(bodies > 3_000 && odd > 1_500, "{odd} of {bodies} odd");
    assert!(refused < bodies / 4, "{refused} of {bodies} refused");
}

/// Any value, often one that does not fit its type.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-3),
        json!(0.5),
        json!(18_446_744_073_709_551_615_u64),
        json!("text"),
        json!("facebook"),
        json!("telegram"),
        json!([]),
        json!({}),
    ]);
    let names = vec![
        "displayNames",
        "activeSocialAccounts",
        "platform",
        "id",
        "created",
        "utc",
        "twitterUsage",
        "monthlyUsage",
        "refId",
        "pinterest",
        "owner",
        "username",
        "name",
        "url",
        "success",
        "brandNew",
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let fields =
            prop::collection::vec((prop::sample::select(names.clone()), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Value::Array),
            fields.prop_map(|fields| {
                let owned = |(name, value): (&str, Value)| (name.to_owned(), value);
                Value::Object(fields.into_iter().map(owned).collect())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_value_is_reported_as_by_the_plain_check(value in value()) {
        for shape in [USER, PINTEREST_DETAILS, USER_BATCH] {
            compare(&value, shape);
        }
    }

    #[test]
    fn a_user_whose_lists_are_lists_is_never_refused(accounts in prop::collection::vec(value(), 0..5), names in prop::collection::vec(value(), 0..5), more in value()) {
        let accounts: Vec<_> = accounts.into_iter().filter(Value::is_object).collect();
        let mut body = json!({"refId": more, "displayNames": accounts});
        body["activeSocialAccounts"] = Value::Array(names);
        prop_assert!(compare(&body, USER).is_some());
    }
}
