//! Compares the Rust types, deserialized by serde, with the shape tables that the checker uses: both are generated
//! from the same declarations, by different code.

use std::collections::HashMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use super::shape::{Field, ObjectShape};
use super::*;
use crate::json;

const DOCUMENTED: &str = include_str!("../../tests/fixtures/user.json");
const NETWORKS: &str = include_str!("../../tests/fixtures/user-networks.json");
const DETAILS: &str = include_str!("../../tests/fixtures/details.json");
const BATCH: &str = include_str!("../../tests/fixtures/batch.json");

/// Deserializes and serializes a body. Only filled lists may be added, and only `null` may be lost.
fn round_trip<T: Serialize + DeserializeOwned>(body: &str) {
    let mut before: Json = serde_json::from_str(body).unwrap();
    let read: T = serde_json::from_str(body).unwrap();
    let after = serde_json::to_value(&read).unwrap();
    for (name, value) in after.as_object().unwrap() {
        if *value == json!([]) {
            before[name] = json!([]);
        }
    }
    assert_eq!(without_null(floats(before)), without_null(floats(after)));
}

/// Removes fields that are `null`.
fn without_null(value: Json) -> Json {
    match value {
        Json::Array(list) => list.into_iter().map(without_null).collect(),
        Json::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_null(value)))
            .collect(),
        other => other,
    }
}

/// Converts all numbers to floats, as in JavaScript.
fn floats(value: Json) -> Json {
    match value {
        Json::Number(number) => json!(number.as_f64()),
        Json::Array(list) => list.into_iter().map(floats).collect(),
        Json::Object(fields) => Json::Object(
            fields
                .into_iter()
                .map(|(name, value)| (name, floats(value)))
                .collect(),
        ),
        other => other,
    }
}

#[test]
fn accounts_become_their_types() {
    let user: User = serde_json::from_str(NETWORKS).unwrap();
    let find = |name: &str| {
        let position = user
            .active_social_accounts
            .iter()
            .position(|n| n.as_str() == name);
        &user.display_names[position.unwrap()]
    };
    let SocialAccount::Telegram(telegram) = find("telegram") else {
        panic!("no telegram")
    };
    assert_eq!(telegram.id, Some(-1_001_234_567_890));
    let SocialAccount::Unknown(foo) = find("foo") else {
        panic!("no unknown network")
    };
    assert_eq!(foo.platform.as_deref(), Some("foo"));
    assert_eq!(foo.extra.get("id"), Some(&Value::Integer(7)));
    assert!(!foo.extra.contains_key("displayName"));
    let SocialAccount::Facebook(facebook) = find("facebook") else {
        panic!("no facebook")
    };
    assert_eq!(facebook.refresh_days_remaining, None);
    assert_eq!(user.email, None);
    assert!(user.extra.contains_key("brandNew"));
}

/// A step into a value.
#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
}

/// Collects the paths of all values in `value`, including the root.
fn places(value: &Json, here: &[Step], out: &mut Vec<Vec<Step>>) {
    out.push(here.to_vec());
    let below = |step| here.iter().cloned().chain([step]).collect::<Vec<_>>();
    match value {
        Json::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                places(item, &below(Step::Index(index)), out);
            }
        }
        Json::Object(fields) => {
            for (name, item) in fields {
                places(item, &below(Step::Key(name.clone())), out);
            }
        }
        _ => {}
    }
}

fn place<'a>(value: &'a mut Json, steps: &[Step]) -> &'a mut Json {
    steps.iter().fold(value, |value, step| match step {
        Step::Key(name) => &mut value[name],
        Step::Index(index) => &mut value[index],
    })
}

/// Formats a path as documented; all names in the samples are identifiers.
fn written(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(name) if path.is_empty() => path.push_str(name),
            Step::Key(name) => path.extend([".", name]),
            Step::Index(index) => write!(path, "[{index}]").unwrap(),
        }
    }
    path
}

/// Replaces each value of a sample with each JSON type. Returns how many of the bodies had a mismatch.
fn replace_everything<T: Serialize + DeserializeOwned>(body: &str, shape: &'static Shape) -> usize {
    let sample: Json = serde_json::from_str(body).unwrap();
    let mut all = Vec::new();
    places(&sample, &[], &mut all);
    let others = [
        json!(null),
        json!(true),
        json!(7),
        json!(1.5),
        json!("text"),
        json!([]),
        json!({}),
    ];
    let mut wrong = 0;
    for steps in all {
        for other in &others {
            let mut changed = sample.clone();
            *place(&mut changed, &steps) = other.clone();
            wrong += usize::from(agree::<T>(&changed, shape, &steps, other));
        }
    }
    wrong
}

/// Asserts that the checker and serde agree on whether a body is refused, that the error names the path, and that
/// deserializing loses nothing. Returns whether the body has a mismatch.
fn agree<T: Serialize + DeserializeOwned>(
    body: &Json,
    shape: &'static Shape,
    steps: &[Step],
    put: &Json,
) -> bool {
    let text = serde_json::to_string(body).unwrap();
    let here = written(steps);
    let checked = json::check(text.as_bytes(), shape);
    let read = serde_json::from_str::<T>(&text);
    assert_eq!(checked.is_ok(), read.is_ok(), "{put} at {here}");
    let is_refused = checked.is_err();
    let mismatches = checked.map_or_else(|fault| fault.mismatches, |checked| checked.mismatches);
    // `extra` cannot keep a mistyped element of a list.
    if !is_refused && (mismatches.is_empty() || !here.ends_with(']')) {
        round_trip::<T>(&text);
    }
    let (missing, wrong): (Vec<_>, Vec<_>) = mismatches
        .iter()
        .partition(|mismatch| mismatch.found == json::MISSING);
    for mismatch in &missing {
        assert_eq!(*put, json!({}));
        let object = mismatch
            .path
            .rsplit_once('.')
            .map_or("", |(object, _)| object);
        assert_eq!(object, here);
    }
    let found: Vec<&str> = wrong.iter().map(|mismatch| mismatch.path).collect();
    assert!(found.is_empty() || found == [here.as_str()], "{found:?}");
    let Err(fault) = mismatches.deny() else {
        return false;
    };
    let place = &text.as_bytes()[fault.offset..];
    assert!(place.starts_with(put.to_string().as_bytes()), "{fault:?}");
    true
}

/// Removes each field of a sample in turn. Returns the fields reported missing, and whether the body is refused for it.
fn leave_everything_out<T: DeserializeOwned>(
    body: &str,
    shape: &'static Shape,
) -> Vec<(String, bool)> {
    let mut missed = Vec::new();
    let sample: Map<String, Json> = serde_json::from_str(body).unwrap();
    for name in sample.keys() {
        let mut less = sample.clone();
        less.remove(name);
        let text = serde_json::to_string(&less).unwrap();
        let checked = json::check(text.as_bytes(), shape);
        assert_eq!(checked.is_ok(), serde_json::from_str::<T>(&text).is_ok());
        let is_refused = checked.is_err();
        let mismatches =
            checked.map_or_else(|fault| fault.mismatches, |checked| checked.mismatches);
        for mismatch in mismatches.iter() {
            assert_eq!(
                (mismatch.path, mismatch.found),
                (name.as_str(), json::MISSING)
            );
            missed.push((name.clone(), is_refused));
        }
    }
    missed
}

fn try_all<T: Serialize + DeserializeOwned>(body: &str, shape: &'static Shape) -> usize {
    round_trip::<T>(body);
    leave_everything_out::<T>(body, shape);
    replace_everything::<T>(body, shape)
}

#[test]
fn every_replaced_value_of_every_sample_is_reported_by_its_path_or_allowed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut wrong = HashMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix(".json") else {
            continue;
        };
        let body = std::fs::read_to_string([folder, "/", &file].concat()).unwrap();
        let found = match name.split('-').next() {
            Some("user") => try_all::<User>(&body, USER),
            Some("details") => try_all::<PinterestDetails>(&body, PINTEREST_DETAILS),
            Some("batch") => try_all::<UserBatch>(&body, USER_BATCH),
            _ => panic!("which endpoint returns {file}?"),
        };
        wrong.insert(name.to_owned(), found);
    }
    // Each of the 96 known strings in `user.json` is a mismatch as any of five other types; `null` counts as absent.
    let least = [
        ("user", 450),
        ("user-networks", 450),
        ("user-nothing-linked", 50),
        ("details", 50),
        ("details-secret", 25),
        ("batch", 30),
    ];
    for (name, least) in least {
        assert!(wrong[name] > least, "{wrong:?}");
    }
}

#[test]
fn fields_that_a_response_must_have() {
    let missed = |names: &[(&str, bool)]| -> Vec<(String, bool)> {
        let owned = |(name, is_refused): &(&str, bool)| ((*name).to_owned(), *is_refused);
        names.iter().map(owned).collect()
    };
    let user = leave_everything_out::<User>(DOCUMENTED, USER);
    assert_eq!(user, []);
    let details = leave_everything_out::<PinterestDetails>(DETAILS, PINTEREST_DETAILS);
    assert_eq!(details, missed(&[("pinterest", true)]));
    let batch = leave_everything_out::<UserBatch>(BATCH, USER_BATCH);
    let names = [
        ("success", false),
        ("url", true),
        ("urlAvailable", false),
        ("urlExpires", false),
    ];
    assert_eq!(batch, missed(&names));
}

#[test]
fn mismatched_values_are_moved_to_extra() {
    let body = json!({"refId": 7, "title": null, "suspended": "yes", "created": {"utc": []}, "displayNames": [
        {"platform": "twitter", "id": 1, "twitterUsage": [2]}, {"id": "3"}, {"platform": 4},
    ]});
    let user: User = serde_json::from_value(body).unwrap();
    assert_eq!(
        (user.ref_id, user.title, user.suspended),
        (None, None, None)
    );
    assert_eq!(user.extra["refId"], Value::Integer(7));
    assert_eq!(user.extra.len(), 2, "null is absence");
    assert_eq!(user.created.unwrap().extra["utc"], Value::List(Vec::new()));
    let [
        SocialAccount::Twitter(x),
        SocialAccount::Unknown(nameless),
        SocialAccount::Unknown(odd),
    ] = user.display_names.as_slice()
    else {
        panic!("{:?}", user.display_names)
    };
    assert_eq!((&x.id, x.extra.len()), (&None, 2));
    assert_eq!(nameless.platform, None);
    assert_eq!(odd.extra["platform"], Value::Integer(4));
}

#[test]
fn every_account_under_every_network_name() {
    let sample: Json = serde_json::from_str(NETWORKS).unwrap();
    for account in sample["displayNames"].as_array().unwrap() {
        for name in Network::KNOWN.iter().chain(&["orbit"]) {
            let mut account = account.clone();
            account["platform"] = json!(name);
            let text = json!({"displayNames": [account]}).to_string();
            round_trip::<User>(&text);
            for mismatch in json::check(text.as_bytes(), USER)
                .unwrap()
                .mismatches
                .iter()
            {
                let field = mismatch.path.strip_prefix("displayNames[0].").unwrap();
                assert!(["id", "username"].contains(&field), "{text} {mismatch:?}");
            }
        }
    }
}

/// Accounts with known and unknown fields of any type.
fn account() -> impl Strategy<Value = Json> {
    let names = prop::sample::select(vec![
        "created",
        "description",
        "displayName",
        "id",
        "mapsUrl",
        "messagingActive",
        "pageName",
        "profileUrl",
        "refreshDaysRemaining",
        "refreshRequired",
        "twitterUsage",
        "type",
        "usedQuota",
        "isVerified",
        "userImage",
        "username",
        "fooBar",
        "platform",
    ]);
    let values = prop_oneof![
        3 => Just(json!("text")), 1 => Just(json!(null)), 1 => Just(json!(7)), 1 => Just(json!(1.5)),
        1 => Just(json!(true)), 1 => Just(json!([1])), 1 => Just(json!({"monthlyUsage": 1})),
        1 => Just(json!({"monthlyUsage": "1"})),
    ];
    let platform = prop::sample::select([Network::KNOWN, &["orbit"]].concat());
    (platform, prop::collection::vec((names, values), 0..8)).prop_map(|(platform, fields)| {
        let mut account = json!({"platform": platform});
        for (name, value) in fields {
            account[name] = value;
        }
        account
    })
}

proptest! {
    #[test]
    fn a_mismatched_account_affects_no_other_and_loses_no_field(accounts in prop::collection::vec(account(), 1..4)) {
        let text = json!({"displayNames": accounts}).to_string();
        prop_assert!(json::check(text.as_bytes(), USER).is_ok());
        round_trip::<User>(&text);
    }
}

/// Collects the object types that `shape` consists of, each as often as it is used.
fn objects(shape: &'static Shape, out: &mut Vec<&'static ObjectShape>) {
    let found = match shape {
        Shape::List(inner) => return objects(inner, out),
        Shape::Object(object) => vec![*object],
        Shape::Union(union) => {
            let members = union.members.iter().map(|member| member.object);
            members.chain([union.other]).collect()
        }
        _ => return,
    };
    for object in found {
        out.push(object);
        for field in object.fields {
            objects(field.shape, out);
        }
    }
}

#[test]
fn typescript_declares_every_type_once_and_documents_every_field() {
    let text = typescript();
    let mut all = Vec::new();
    for shape in RESPONSES {
        objects(shape, &mut all);
    }
    assert!(all.len() > 20);
    for object in all {
        let declared = format!("export interface {} {{", object.name);
        assert_eq!(text.matches(&declared).count(), 1, "{}", object.name);
        // The TypeScript doc of the tag is not taken from the field.
        let is_told = |field: &&Field| field.name.text != "platform";
        for field in object.fields.iter().filter(is_told) {
            assert!(field.doc.contains("Source: "), "{}", field.name.text);
            assert!(field.doc.trim_end().ends_with('.'), "{}", field.name.text);
        }
    }
    let Shape::Object(user) = USER else {
        panic!("no object")
    };
    let Shape::List(Shape::Union(accounts)) = user.fields[1].shape else {
        panic!("no union")
    };
    assert_eq!(accounts.members.len(), 13);
    assert!(!text.contains("*/ "), "a doc comment ends early");
}
