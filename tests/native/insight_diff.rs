//! Properties of the differences between any two snapshots.

use std::collections::BTreeMap;

use ayrshare_user::insight::{
    Change, ChangeKind, DiffOptions, ProfileName, ProfilesDiff, diff_profiles, diff_users,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

const ALL: DiffOptions = DiffOptions {
    include_volatile: true,
};

fn diff(before: &Value, after: &Value, options: DiffOptions) -> Vec<Change> {
    let (before, after) = (before.to_string(), after.to_string());
    let mut changes = diff_users(before.as_bytes(), after.as_bytes(), options).unwrap();
    // The order of several accounts on one network is undefined.
    changes.sort();
    changes
}

fn text() -> impl Strategy<Value = Value> {
    select(vec!["", "a", "b", "ä\"🎬\\/\n", "x?1", "x?2"]).prop_map(Value::from)
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        text(),
        (-3..30_i64).prop_map(Value::from),
        Just(json!(9_007_199_254_740_993_i64)),
        Just(json!(null)),
        Just(json!(true)),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let names = select(vec!["a", "b", "odd key"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..3).prop_map(object),
        ]
    })
}

fn object(fields: BTreeMap<&'static str, Value>) -> Value {
    let named = |(name, value): (&str, Value)| (name.to_owned(), value);
    Value::Object(fields.into_iter().map(named).collect())
}

/// Documented fields with values of their type, and other fields with any value.
fn fields(
    texts: &'static [&'static str],
    numbers: &'static [&'static str],
) -> impl Strategy<Value = Value> {
    let texts = subsequence(texts.to_vec(), 0..=texts.len());
    let numbers = subsequence(numbers.to_vec(), 0..=numbers.len());
    let others = prop::collection::btree_map(select(vec!["new", "other"]), any_value(), 0..2);
    let texts = texts.prop_flat_map(|names| with_values(names, text().boxed()));
    let number = (0..5).prop_map(|number| json!(number)).boxed();
    let numbers = numbers.prop_flat_map(move |names| with_values(names, number.clone()));
    (texts, numbers, others).prop_map(|(texts, numbers, mut others)| {
        others.extend(texts);
        others.extend(numbers);
        object(others)
    })
}

fn with_values(
    names: Vec<&'static str>,
    value: BoxedStrategy<Value>,
) -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let values = prop::collection::vec(value, names.len());
    values.prop_map(move |values| names.iter().copied().zip(values).collect())
}

fn account(network: &'static str, id: Option<u8>) -> impl Strategy<Value = Value> {
    let texts = &["created", "displayName", "userImage"];
    fields(texts, &["refreshDaysRemaining"]).prop_map(move |mut account| {
        account["platform"] = json!(network);
        if let Some(id) = id {
            account["id"] = json!(id.to_string());
        }
        account
    })
}

fn user() -> impl Strategy<Value = Value> {
    let networks = vec![
        ("gmb", None),
        ("reddit", None),
        ("foo", Some(1)),
        ("foo", Some(2)),
    ];
    let accounts = subsequence(networks, 0..4).prop_flat_map(|networks| {
        let account = |(network, id)| account(network, id).boxed();
        networks.into_iter().map(account).collect::<Vec<_>>()
    });
    let named = subsequence(vec!["foo", "gmb", "reddit"], 0..3);
    let profile = fields(&["title", "refId", "lastUpdated"], &["monthlyApiCalls"]);
    (profile, prop::option::of(accounts), prop::option::of(named)).prop_map(
        |(mut user, accounts, named)| {
            if let Some(accounts) = accounts {
                user["displayNames"] = accounts.into();
            }
            if let Some(named) = named {
                user["activeSocialAccounts"] = named.into();
            }
            user
        },
    )
}

/// A user, and the same user with one part replaced by another user's, so that most of it is equal.
fn two_users() -> impl Strategy<Value = (Value, Value)> {
    (user(), user(), any::<u8>()).prop_map(|(one, other, choice)| {
        let mut mixed = one.clone();
        for (index, name) in other.as_object().unwrap().keys().enumerate() {
            if usize::from(choice) % 5 == index {
                mixed[name] = other[name].clone();
            }
        }
        (one, if choice > 200 { other } else { mixed })
    })
}

/// The same, with the linked accounts in canonical order.
fn normal(user: &Value) -> Value {
    let mut user = user.clone();
    for name in ["displayNames", "activeSocialAccounts"] {
        let mut list = user[name].as_array().cloned().unwrap_or_default();
        list.sort_by_key(Value::to_string);
        user[name] = list.into();
    }
    user
}

/// Rewrites a value in another notation, with accounts and networks in reverse order. `dice`
/// decides.
fn respell(value: &Value, dice: &mut impl FnMut(u32) -> u32) -> String {
    let space = [" ", "", "\n\t"][dice(3) as usize];
    let parts = |mut parts: Vec<String>, open, close| {
        parts.reverse();
        format!("{open}{space}{}{space}{close}", parts.join(","))
    };
    match value {
        Value::Object(fields) => {
            let member = |(name, value): (&String, &Value)| {
                let list = matches!(name.as_str(), "displayNames" | "activeSocialAccounts");
                let mut value = value.clone();
                if let (true, Some(list)) = (list, value.as_array_mut()) {
                    list.reverse();
                }
                let name = respell(&json!(name), dice);
                format!("{name}{space}:{space}{}", respell(&value, dice))
            };
            parts(fields.iter().map(member).collect(), '{', '}')
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(|value| respell(value, dice)).collect();
            format!("[{space}{}{space}]", values.join(","))
        }
        Value::Number(zero) if zero.as_i64() == Some(0) => "-0.0E5".to_owned(),
        Value::Number(number) if dice(2) == 0 => format!("{number}0.00e-1"),
        Value::String(text) if dice(2) == 0 => {
            let escapes = text.encode_utf16().map(|unit| format!("\\u{unit:04X}"));
            format!("\"{}\"", escapes.collect::<Vec<_>>().concat())
        }
        plain => plain.to_string(),
    }
}

fn mirrored(mut change: Change) -> Change {
    change.kind = match change.kind {
        ChangeKind::Linked => ChangeKind::Unlinked,
        ChangeKind::Unlinked => ChangeKind::Linked,
        kind => kind,
    };
    std::mem::swap(&mut change.before, &mut change.after);
    change
}

/// The profiles by reference id.
fn by_id(profiles: &[Value]) -> BTreeMap<&str, &Value> {
    profiles
        .iter()
        .map(|profile| (profile["refId"].as_str().unwrap(), profile))
        .collect()
}

fn profiles() -> impl Strategy<Value = Vec<Value>> {
    let ids = subsequence((0..6).collect::<Vec<_>>(), 0..6).prop_shuffle();
    ids.prop_flat_map(|ids| {
        let users = prop::collection::vec(
            select(vec![
                json!({}),
                json!({"title": "a"}),
                json!({"title": "b"}),
            ]),
            ids.len(),
        );
        users.prop_map(move |mut users| {
            for (user, id) in users.iter_mut().zip(&ids) {
                user["refId"] = json!(id.to_string());
            }
            users
        })
    })
}

fn ids(names: &[ProfileName]) -> Vec<&str> {
    names
        .iter()
        .map(|name| name.ref_id.as_deref().unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn no_user_differs_from_itself_in_another_spelling(user in user(), seed in any::<u32>()) {
        let mut state = seed;
        let mut dice = |sides| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % sides
        };
        let (plain, other) = (user.to_string(), respell(&user, &mut dice));
        for options in [DiffOptions::default(), ALL] {
            let changes = diff_users(plain.as_bytes(), other.as_bytes(), options).unwrap();
            prop_assert!(changes.is_empty(), "{changes:?} in {other}");
            prop_assert!(diff_users(other.as_bytes(), other.as_bytes(), options).unwrap().is_empty());
        }
    }

    #[test]
    fn users_differ_exactly_when_a_change_is_reported((before, after) in two_users()) {
        let changes = diff(&before, &after, ALL);
        prop_assert_eq!(changes.is_empty(), normal(&before) == normal(&after), "{:?}", changes);
        for change in &changes {
            prop_assert!(change.before != change.after || change.before.is_none());
            let bare = matches!(change.kind, ChangeKind::Linked | ChangeKind::Unlinked);
            prop_assert_eq!(change.path.is_empty(), bare);
        }
    }

    #[test]
    fn comparing_in_reverse_reports_the_same_changes((before, after) in two_users()) {
        let mut back: Vec<Change> = diff(&after, &before, ALL).into_iter().map(mirrored).collect();
        back.sort();
        prop_assert_eq!(diff(&before, &after, ALL), back);
    }

    #[test]
    fn volatile_fields_are_omitted_and_nothing_else((before, after) in two_users()) {
        let all = diff(&before, &after, ALL);
        let reported = diff(&before, &after, DiffOptions::default());
        prop_assert!(reported.iter().all(|change| all.contains(change)));
        let silent = ["lastUpdated", "refreshDaysRemaining", "userImage"];
        prop_assert!(all.iter().all(|change| reported.contains(change) || silent.contains(&change.path.as_str())));
    }

    #[test]
    fn lists_of_profiles_differ_by_reference_id(before in profiles(), after in profiles()) {
        let (old, new) = (by_id(&before), by_id(&after));
        let (one, other) = (Value::from(before.clone()).to_string(), Value::from(after.clone()).to_string());
        let found = diff_profiles(one.as_bytes(), other.as_bytes(), ALL).unwrap();
        let only_in = |these: &BTreeMap<&'_ str, &Value>, those: &BTreeMap<&'_ str, &Value>| -> Vec<String> {
            these.keys().filter(|id| !those.contains_key(*id)).map(ToString::to_string).collect()
        };
        prop_assert_eq!(ids(&found.joined), only_in(&new, &old));
        prop_assert_eq!(ids(&found.left), only_in(&old, &new));
        let changed: Vec<&str> = found.changed.iter().map(|profile| profile.ref_id.as_deref().unwrap()).collect();
        let expected: Vec<&str> =
            old.keys().filter(|id| new.get(*id).is_some_and(|user| user != &old[*id])).copied().collect();
        prop_assert_eq!(changed, expected);
        for profile in &found.changed {
            let id = profile.ref_id.as_deref().unwrap();
            prop_assert_eq!(&profile.changes, &diff(old[id], new[id], ALL));
            prop_assert_eq!(profile.title.as_deref(), new[id]["title"].as_str());
        }
    }
}

#[test]
fn profiles_without_reference_id_are_compared_in_their_order() {
    let diff = |before: Value, after: Value| {
        let (before, after) = (before.to_string(), after.to_string());
        let found = diff_profiles(before.as_bytes(), after.as_bytes(), DiffOptions::default());
        serde_json::to_value(found.unwrap()).unwrap()
    };
    let nothing = json!({"joined": [], "left": [], "changed": []});
    let two = json!([{"title": "a"}, {"refId": "1"}, {"title": "b"}]);
    assert_eq!(diff(two.clone(), two.clone()), nothing);
    assert_eq!(
        diff(json!([]), json!([{"title": "a"}])),
        json!({"joined": [{"title": "a"}], "left": [], "changed": []})
    );
    assert_eq!(
        diff(two.clone(), json!([{"refId": "1"}, {"title": "a"}])),
        json!({"joined": [], "left": [{"title": "b"}], "changed": []})
    );
    let change = json!({"kind": "renamed", "path": "title", "before": "\"b\"", "after": "\"c\""});
    assert_eq!(
        diff(
            two,
            json!([{"title": "a"}, {"title": "c"}, {"refId": "2", "title": "d"}])
        ),
        json!({
            "joined": [{"refId": "2", "title": "d"}],
            "left": [{"refId": "1"}],
            "changed": [{"title": "c", "changes": [change]}],
        })
    );
}

#[test]
fn among_profiles_with_one_reference_id_the_last_counts() {
    let before = br#"[{"refId":"1","title":"a"},{"refId":"1","title":"b"}]"#;
    let after = br#" [{"refId":"1","title":"b"}] "#;
    let found = diff_profiles(before, after, DiffOptions::default()).unwrap();
    assert_eq!(found, ProfilesDiff::default());
}

#[test]
fn anything_but_a_list_of_users_is_rejected_with_its_path() {
    let fault = |before: &str, after: &str| {
        let found = diff_profiles(before.as_bytes(), after.as_bytes(), DiffOptions::default());
        found.unwrap_err().path
    };
    assert_eq!(fault("{}", "[]"), "before");
    assert_eq!(fault("[]", r#"[{"title":5},5]"#), "after[1]");
    let odd = r#"[{},{"displayNames":[5]}]"#;
    assert_eq!(fault("[]", odd), "after[1].displayNames[0]");
}

#[test]
fn a_changed_type_of_a_reference_id_is_not_a_join_or_a_leave() {
    let diff = |before: Value, after: Value| {
        let (before, after) = (before.to_string(), after.to_string());
        let found = diff_profiles(before.as_bytes(), after.as_bytes(), DiffOptions::default());
        serde_json::to_value(found.unwrap()).unwrap()
    };
    let (good, odd) = (
        json!([{"refId": "7", "title": "a"}, {"refId": "b"}]),
        json!([{"refId": "b"}, {"refId": 7, "title": "a"}]),
    );
    let change = json!({"kind": "field_changed", "path": "refId", "before": "\"7\"", "after": "7"});
    assert_eq!(
        diff(good.clone(), odd.clone()),
        json!({"joined": [], "left": [], "changed": [{"title": "a", "changes": [change]}]})
    );
    let lost = json!([{"refId": {}, "title": "a"}, {"refId": "b"}]);
    let found = diff(good.clone(), lost.clone());
    assert_eq!([&found["joined"], &found["left"]], [&json!([]), &json!([])]);
    assert_eq!(found["changed"][0]["changes"][0]["path"], "refId");
    let nothing = json!({"joined": [], "left": [], "changed": []});
    for list in [good.clone(), odd, lost.clone()] {
        assert_eq!(diff(list.clone(), list), nothing);
    }
    // With two new ones, it is ambiguous which one it is.
    let mut more = lost;
    more.as_array_mut().unwrap().push(json!({"refId": "c"}));
    let found = diff(good, more);
    assert_eq!(found["left"], json!([{"refId": "7", "title": "a"}]));
    assert_eq!(found["joined"], json!([{"refId": "c"}, {"title": "a"}]));
}
