//! Comparing two files finds what comparing two lists finds, among the kinds of changes that it reports.

use ayrshare_user::compare::{CompareOptions, Comparison, ProfilesComparison};
use ayrshare_user::insight::{Change, ChangeKind, DiffOptions, ProfilesDiff, diff_profiles};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

fn text() -> impl Strategy<Value = Value> {
    let texts = [
        "",
        "a",
        "b",
        "17",
        "2024-02-29T12:00:00Z",
        "0af",
        "ä\"🎬\\\n",
    ];
    select(texts.to_vec()).prop_map(Value::from)
}

/// Mostly texts, and sometimes anything.
fn value() -> impl Strategy<Value = Value> {
    let odd = [
        json!(null),
        json!(7),
        json!(7.5),
        json!(false),
        json!([]),
        json!(["a", {}]),
        json!({}),
        json!({"a": "x"}),
        json!({"a": "y", "b": {"c": 1}}),
    ];
    prop_oneof![8 => text(), 2 => select(odd.to_vec())]
}

/// An object with some of the fields, and others that no comparison of files looks into.
fn fields(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let field = (select(names), value());
    let other = (select(vec!["userImage", "followers", "#", "new"]), value());
    let fields = prop::collection::vec(prop_oneof![3 => field, 1 => other], 0..5);
    fields.prop_map(|fields| {
        let owned = |(name, value): (&str, Value)| (name.to_owned(), value);
        Value::Object(fields.into_iter().map(owned).collect())
    })
}

fn network() -> impl Strategy<Value = Value> {
    let odd = [
        json!(7),
        json!(null),
        json!({"id": "1"}),
        json!({"id": "1", "x": 1}),
    ];
    prop_oneof![
        9 => select(vec!["gmb", "gmb", "tiktok", "new\"network"]).prop_map(Value::from),
        1 => select(odd.to_vec()),
    ]
}

fn account() -> impl Strategy<Value = Value> {
    let names = &[
        "created",
        "displayName",
        "username",
        "pageName",
        "channelTitle",
        "id",
        "id",
        "id",
        "userId",
        "channelId",
        "placeId",
    ];
    (fields(names), prop::option::weighted(0.95, network())).prop_map(|(mut account, network)| {
        if let Some(network) = network {
            account["platform"] = network;
        }
        account
    })
}

fn profile() -> impl Strategy<Value = Value> {
    let ids = ["a", "b", "c", "d", "7", "0af", ""].map(Value::from);
    let odd = [json!(7), json!({"a": 1}), json!(null)];
    let id = prop_oneof![12 => select(ids.to_vec()), 1 => select(odd.to_vec())];
    let accounts = (prop::collection::vec(account(), 0..4), any::<bool>()).prop_map(
        |(mut accounts, again)| {
            accounts.extend(accounts.first().cloned().filter(|_| again));
            accounts
        },
    );
    let names = prop::collection::vec(network(), 0..4);
    let fields = fields(&["title", "title", "monthlyApiCalls"]);
    let mostly =
        |value: BoxedStrategy<Vec<Value>>| prop::option::weighted(0.9, value.prop_map(Value::from));
    (
        fields,
        prop::option::weighted(0.8, id),
        mostly(accounts.boxed()),
        mostly(names.boxed()),
    )
        .prop_map(|(mut profile, id, accounts, names)| {
            let fields = [
                ("refId", id),
                ("displayNames", accounts),
                ("activeSocialAccounts", names),
            ];
            for (name, value) in fields {
                if let Some(value) = value {
                    profile[name] = value;
                }
            }
            profile
        })
}

/// A list, and the same list with some profiles, accounts and fields replaced, removed, repeated or moved.
fn two_lists() -> impl Strategy<Value = (Value, Value)> {
    let lists = (
        prop::collection::vec(profile(), 0..6),
        prop::collection::vec(profile(), 1..4),
    );
    (lists, prop::collection::vec(any::<u8>(), 0..6)).prop_map(|((before, others), choices)| {
        let mut after = before.clone();
        for (choice, other) in choices.iter().zip(others.iter().cycle()) {
            let at = usize::from(choice / 9) % after.len().max(1);
            match (choice % 9, after.get_mut(at)) {
                (0, Some(_)) => drop(after.remove(at)),
                (1, Some(_)) => after.rotate_left(1),
                (2, Some(profile)) => *profile = other.clone(),
                (3, Some(profile)) => {
                    let again = profile.clone();
                    after.push(again);
                }
                (4, Some(profile)) => {
                    if let Some(accounts) = profile["displayNames"].as_array_mut() {
                        accounts.reverse();
                        accounts.extend(
                            other["displayNames"]
                                .as_array()
                                .into_iter()
                                .flatten()
                                .take(1)
                                .cloned(),
                        );
                    }
                }
                (5 | 6, Some(profile)) => {
                    let accounts = profile
                        .get_mut("displayNames")
                        .and_then(Value::as_array_mut);
                    if let Some(account) = accounts.and_then(|accounts| accounts.first_mut()) {
                        let replaced = other["displayNames"][0]
                            .as_object()
                            .cloned()
                            .unwrap_or_default();
                        for (name, value) in replaced.into_iter().skip(1).take(2) {
                            account[&name] = value;
                        }
                    }
                }
                (7, Some(profile)) => change_the_rest(profile, *choice),
                (_, Some(profile)) => {
                    for name in ["title", "activeSocialAccounts"] {
                        if let Some(value) = other.get(name) {
                            profile[name] = value.clone();
                        }
                    }
                }
                _ => after.push(other.clone()),
            }
        }
        (before.into(), after.into())
    })
}

/// Changes a field of each account that no comparison of files looks into, so that several accounts of a network can only be paired by id.
fn change_the_rest(profile: &mut Value, choice: u8) {
    let accounts = profile
        .get_mut("displayNames")
        .and_then(Value::as_array_mut);
    for (index, account) in accounts.into_iter().flatten().enumerate() {
        account["followers"] = json!(usize::from(choice) + index);
    }
}

fn compare(before: &str, after: &str, step: usize) -> ProfilesComparison {
    let mut comparison = Comparison::new(CompareOptions::default());
    for file in [before, after] {
        for chunk in file.as_bytes().chunks(step) {
            comparison.reader().feed(chunk);
            comparison.advance().unwrap();
        }
        comparison.reader().end();
        comparison.advance().unwrap();
        comparison.end_file();
    }
    while comparison.compare(step) {}
    comparison.result()
}

const KINDS: [ChangeKind; 5] = [
    ChangeKind::Linked,
    ChangeKind::Unlinked,
    ChangeKind::Relinked,
    ChangeKind::Renamed,
    ChangeKind::IdChanged,
];

/// The same, without what a comparison of files leaves out.
fn expected(mut diff: ProfilesDiff) -> ProfilesDiff {
    for profile in &mut diff.changed {
        profile
            .changes
            .retain(|change| KINDS.contains(&change.kind));
        for change in &mut profile.changes {
            reduce(change);
        }
        profile.changes.sort();
    }
    diff.changed.retain(|profile| !profile.changes.is_empty());
    diff
}

/// Of a linked or unlinked account, the network, the ids, the names and when it was linked remain.
fn reduce(change: &mut Change) {
    if !matches!(change.kind, ChangeKind::Linked | ChangeKind::Unlinked) {
        return;
    }
    for value in [&mut change.before, &mut change.after] {
        let Some(text) = value else { continue };
        let mut account: serde_json::Map<String, Value> = serde_json::from_str(text).unwrap();
        let left_out = ["userImage", "followers", "#", "new"];
        account.retain(|name, _| !left_out.contains(&name.as_str()));
        *text = Value::Object(account).to_string();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn files_differ_as_their_lists_do((before, after) in two_lists(), step in 1..200_usize) {
        let (before, after) = (before.to_string(), after.to_string());
        let diff = diff_profiles(before.as_bytes(), after.as_bytes(), DiffOptions::default()).unwrap();
        let diff = expected(diff);
        let mut found = compare(&before, &after, step);
        for profile in &mut found.changed {
            profile.changes.iter_mut().for_each(reduce);
            profile.changes.sort();
        }
        prop_assert_eq!(&found.joined, &diff.joined);
        prop_assert_eq!(&found.left, &diff.left);
        prop_assert_eq!(&found.changed, &diff.changed);
        let counts = found.counts;
        let lens = (diff.joined.len() as u64, diff.left.len() as u64, diff.changed.len() as u64);
        prop_assert_eq!((counts.joined, counts.left, counts.changed), lens);
        let count = |kind| diff.changed.iter().flat_map(|it| &it.changes).filter(|it| it.kind == kind).count() as u64;
        prop_assert_eq!(counts.linked, count(ChangeKind::Linked));
        prop_assert_eq!(counts.unlinked, count(ChangeKind::Unlinked));
        prop_assert!(counts.renamed <= count(ChangeKind::Renamed));
    }
}
