//! The Rust types, read by serde, against the shape tables, walked by the checker: both come from the
//! same declarations, by different code.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use super::*;
use crate::json::{self, Reason};

const USER_SAMPLES: [&str; 4] = [
    include_str!("../../tests/fixtures/user.json"),
    include_str!("../../tests/fixtures/user-networks.json"),
    include_str!("../../tests/fixtures/user-nothing-linked.json"),
    include_str!("../../tests/fixtures/user-newer.json"),
];
const DETAILS_SAMPLES: [&str; 2] = [
    include_str!("../../tests/fixtures/details.json"),
    include_str!("../../tests/fixtures/details-secret.json"),
];
const BATCH_SAMPLES: [&str; 2] = [
    include_str!("../../tests/fixtures/batch.json"),
    include_str!("../../tests/fixtures/batch-newer.json"),
];

/// Reads and writes a sample; only filled lists may be new.
fn round_trip<T: Serialize + DeserializeOwned>(body: &str) {
    let mut before: Json = serde_json::from_str(body).unwrap();
    let read: T = serde_json::from_str(body).unwrap();
    let after = serde_json::to_value(&read).unwrap();
    for (name, value) in after.as_object().unwrap() {
        if *value == json!([]) {
            before[name] = json!([]);
        }
    }
    assert_eq!(floats(before), floats(after));
}

/// The same value with all numbers as floats, as JavaScript sees them.
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
fn samples_survive_reading_and_writing() {
    for body in USER_SAMPLES {
        round_trip::<User>(body);
    }
    for body in DETAILS_SAMPLES {
        round_trip::<PinterestDetails>(body);
    }
    for body in BATCH_SAMPLES {
        round_trip::<UserBatch>(body);
    }
}

#[test]
fn accounts_become_their_types() {
    let user: User = serde_json::from_str(USER_SAMPLES[1]).unwrap();
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
    assert_eq!(foo.platform, "foo");
    assert_eq!(foo.extra.get("id"), Some(&Value::Integer(7)));
    let SocialAccount::Facebook(facebook) = find("facebook") else {
        panic!("no facebook")
    };
    assert_eq!(facebook.refresh_days_remaining, Some(Nullable::Null));
    assert_eq!(user.email, Some(Nullable::Null));
    assert!(user.extra.contains_key("brandNew"));
}

/// A step into a value.
#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
}

/// Every place in `value`, the root included.
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

/// The path as documented; the samples' names are all identifiers.
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

/// Puts each JSON type in each place of a sample. Returns how many of the bodies were wrong.
fn replace_everything<T: DeserializeOwned>(body: &str, shape: &'static Shape) -> usize {
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

/// Makes sure that checker and serde agree on a body, and that a fault has the right path. Returns
/// whether the body is wrong.
fn agree<T: DeserializeOwned>(
    body: &Json,
    shape: &'static Shape,
    steps: &[Step],
    put: &Json,
) -> bool {
    let text = serde_json::to_string(body).unwrap();
    let fault = json::check(text.as_bytes(), shape).err();
    let read = serde_json::from_str::<T>(&text);
    assert_eq!(
        fault.is_none(),
        read.is_ok(),
        "{put} at {}: {fault:?}",
        written(steps)
    );
    let Some(fault) = fault else { return false };
    assert!(
        text.as_bytes()[fault.offset..].starts_with(put.to_string().as_bytes()),
        "{fault:?}"
    );
    match fault.reason {
        Reason::Type { .. } => assert_eq!(fault.path, written(steps)),
        Reason::Missing => {
            assert_eq!(*put, json!({}));
            let object = fault.path.rsplit_once('.').map_or("", |(object, _)| object);
            assert_eq!(object, written(steps));
        }
        other => panic!("{other:?} for {put} at {}", written(steps)),
    }
    true
}

#[test]
fn every_value_replaced_by_every_type_is_refused_by_path_or_fine() {
    let wrong: Vec<usize> = USER_SAMPLES
        .iter()
        .map(|body| replace_everything::<User>(body, USER))
        .collect();
    let details: Vec<usize> = DETAILS_SAMPLES
        .iter()
        .map(|body| replace_everything::<PinterestDetails>(body, PINTEREST_DETAILS))
        .collect();
    let batch = replace_everything::<UserBatch>(BATCH_SAMPLES[0], USER_BATCH);
    // Each of the 96 known strings of the first sample alone is refused in six other types.
    assert!(
        wrong[0] > 500 && wrong[1] > 500 && wrong[2] > 50,
        "{wrong:?}"
    );
    assert!(
        details[0] > 50 && details[1] > 25 && batch > 30,
        "{details:?} {batch}"
    );
}

#[test]
fn every_field_left_out_is_missed_or_fine() {
    for (body, required) in [
        (USER_SAMPLES[0], &[][..]),
        (
            BATCH_SAMPLES[0],
            &["success", "url", "urlAvailable", "urlExpires"],
        ),
        (DETAILS_SAMPLES[0], &["pinterest"]),
    ] {
        let sample: Map<String, Json> = serde_json::from_str(body).unwrap();
        let shape = match required.len() {
            0 => USER,
            1 => PINTEREST_DETAILS,
            _ => USER_BATCH,
        };
        for name in sample.keys() {
            let mut less = sample.clone();
            less.remove(name);
            let text = serde_json::to_string(&less).unwrap();
            let fault = json::check(text.as_bytes(), shape).err();
            let missed = fault.map(|fault| (fault.path, fault.reason));
            let expected = required
                .contains(&name.as_str())
                .then(|| (name.clone(), Reason::Missing));
            assert_eq!(missed, expected);
        }
    }
}

#[test]
fn every_account_under_every_network_name() {
    let sample: Json = serde_json::from_str(USER_SAMPLES[1]).unwrap();
    for account in sample["displayNames"].as_array().unwrap() {
        for name in Network::KNOWN.iter().chain(&["orbit"]) {
            let mut account = account.clone();
            account["platform"] = json!(name);
            let text = json!({"displayNames": [account]}).to_string();
            let fault = json::check(text.as_bytes(), USER).err();
            let read = serde_json::from_str::<User>(&text);
            assert_eq!(fault.is_none(), read.is_ok(), "{text} {fault:?}");
            if let Some(fault) = fault {
                let field = fault.path.strip_prefix("displayNames[0].").unwrap();
                assert!(["id", "username"].contains(&field), "{text} {fault:?}");
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
    fn checker_and_serde_agree_on_accounts(accounts in prop::collection::vec(account(), 1..4)) {
        let text = json!({"displayNames": accounts}).to_string();
        let fault = json::check(text.as_bytes(), USER).err();
        let read = serde_json::from_str::<User>(&text);
        prop_assert_eq!(fault.is_none(), read.is_ok(), "{} {:?}", text, fault);
    }
}

#[test]
fn typescript_declares_every_type_once_and_documents_every_field() {
    let text = typescript();
    for name in [
        "User",
        "Created",
        "TwitterUsage",
        "PinterestBoard",
        "PinterestDetails",
        "UserBatch",
        "UnknownAccount",
    ] {
        assert_eq!(
            text.matches(&format!("export interface {name} {{")).count(),
            1,
            "{name}"
        );
    }
    let Shape::Object(user) = USER else {
        panic!("no object")
    };
    let Shape::List(Shape::Union(accounts)) = user.fields[1].shape else {
        panic!("no union")
    };
    assert_eq!(accounts.members.len(), 13);
    let objects = accounts
        .members
        .iter()
        .map(|member| member.object)
        .chain([*user]);
    for field in objects.flat_map(|object| object.fields) {
        assert!(field.doc.contains("Source: "), "{}", field.name.text);
        assert!(field.doc.trim_end().ends_with('.'), "{}", field.name.text);
    }
    assert!(!text.contains("*/ "), "a doc comment ends early");
}
