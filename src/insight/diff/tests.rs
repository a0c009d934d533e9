use serde_json::{Value, json};

use super::*;

const USER: &str = include_str!("../../../tests/fixtures/user.json");
const NETWORKS: &str = include_str!("../../../tests/fixtures/user-networks.json");

/// Kind, network, path, before and after of each change.
fn diff(before: &Value, after: &Value, include_volatile: bool) -> Vec<String> {
    let (before, after) = (before.to_string(), after.to_string());
    let options = DiffOptions { include_volatile };
    let changes = diff_users(before.as_bytes(), after.as_bytes(), options).unwrap();
    let show = |change: Change| {
        let kind = serde_json::to_value(change.kind).unwrap();
        let parts = [
            Some(kind.as_str().unwrap().to_owned()),
            change.network,
            Some(change.path).filter(|path| !path.is_empty()),
            change.before.map(|before| format!("was {before}")),
            change.after.map(|after| format!("is {after}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    changes.into_iter().map(show).collect()
}

fn changes_of(before: &Value, after: &Value) -> Vec<String> {
    diff(before, after, false)
}

fn user() -> Value {
    serde_json::from_str(USER).unwrap()
}

/// Changes a field of the documented user, and returns the reported changes.
fn set(pointer: &str, value: &Value, include_volatile: bool) -> Vec<String> {
    let (before, mut after) = (user(), user());
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    after.pointer_mut(parent).unwrap()[name] = value.clone();
    diff(&before, &after, include_volatile)
}

/// Field of the documented user, new value, and the reported change. Accounts: 0 facebook, 1 gmb, 2
/// instagram, 3 linkedin, 8 twitter, 9 youtube.
const MEANINGS: &[(&str, &str, &str)] = &[
    (
        "/displayNames/0/displayNames",
        "[1]",
        "field_changed facebook displayNames is [1]",
    ),
    (
        "/title",
        r#""New""#,
        r#"renamed title was "Primary Profile" is "New""#,
    ),
    (
        "/displayNames/0/displayName",
        r#""New""#,
        r#"renamed facebook displayName was "Ayrshare" is "New""#,
    ),
    (
        "/displayNames/2/username",
        r#""n""#,
        r#"renamed instagram username was "ayrshare" is "n""#,
    ),
    (
        "/displayNames/0/pageName",
        r#""n""#,
        r#"renamed facebook pageName was "Ayrshare" is "n""#,
    ),
    (
        "/displayNames/9/channelTitle",
        r#""n""#,
        r#"renamed youtube channelTitle is "n""#,
    ),
    (
        "/refId",
        r#""r""#,
        r#"id_changed refId was "13a9da9e0df1183a7a6a1fc2c60b8023fa9a32a0" is "r""#,
    ),
    (
        "/displayNames/3/id",
        r#""7""#,
        r#"id_changed linkedin id was "72157" is "7""#,
    ),
    (
        "/displayNames/0/userId",
        r#""7""#,
        r#"id_changed facebook userId is "7""#,
    ),
    (
        "/displayNames/9/channelId",
        r#""7""#,
        r#"id_changed youtube channelId is "7""#,
    ),
    (
        "/displayNames/1/placeId",
        r#""7""#,
        r#"id_changed gmb placeId was "ChIJN53jw8BZwokRBEeVVtPLkkg" is "7""#,
    ),
    (
        "/displayNames/3/created",
        r#""t""#,
        r#"relinked linkedin created was "2022-11-17T18:52:29.830Z" is "t""#,
    ),
    (
        "/displayNames/2/usedQuota",
        "35",
        "quota_changed instagram usedQuota was 34 is 35",
    ),
    (
        "/displayNames/8/twitterUsage/monthlyUsage",
        "1",
        "quota_changed twitter twitterUsage.monthlyUsage was 4323 is 1",
    ),
    (
        "/monthlyApiCalls",
        "50",
        "quota_changed monthlyApiCalls was 49 is 50",
    ),
    (
        "/monthlyApiCallsQuota",
        "9",
        "quota_changed monthlyApiCallsQuota was 500 is 9",
    ),
    (
        "/monthlyPostCount",
        "9",
        "quota_changed monthlyPostCount is 9",
    ),
    (
        "/monthlyPostQuota",
        "null",
        "quota_changed monthlyPostQuota is null",
    ),
    (
        "/messagingConversationMonthlyCount",
        "1",
        "quota_changed messagingConversationMonthlyCount is 1",
    ),
    (
        "/email",
        "null",
        r#"field_changed email was "me@ayrshare.com" is null"#,
    ),
    ("/suspended", "true", "field_changed suspended is true"),
    (
        "/created/utc",
        r#""t""#,
        r#"field_changed created.utc was "2022-11-02T01:03:42Z" is "t""#,
    ),
    (
        "/displayNames/2/type",
        r#""t""#,
        r#"field_changed instagram type was "business" is "t""#,
    ),
    (
        "/displayNames/3/refreshDaysRemaining",
        "365",
        "field_changed linkedin refreshDaysRemaining was 364 is 365",
    ),
    (
        "/displayNames/3/refreshDaysRemaining",
        "null",
        "field_changed linkedin refreshDaysRemaining was 364 is null",
    ),
    (
        "/displayNames/3/new",
        r#"{"a": 1}"#,
        r#"field_changed linkedin new is {"a":1}"#,
    ),
    ("/odd key", "[1]", r#"field_changed ["odd key"] is [1]"#),
    (
        "/displayNames/0/username",
        r#""n""#,
        r#"renamed facebook username is "n""#,
    ),
    (
        "/displayNames/0/title",
        r#""n""#,
        r#"field_changed facebook title is "n""#,
    ),
    ("/username", r#""n""#, r#"field_changed username is "n""#),
];

#[test]
fn each_field_has_its_kind_of_change() {
    for (pointer, value, expected) in MEANINGS {
        let value = serde_json::from_str(value).unwrap();
        assert_eq!(set(pointer, &value, false), [*expected], "{pointer}");
        assert_eq!(set(pointer, &value, true), [*expected], "{pointer}");
    }
}

#[test]
fn volatile_fields_are_compared_on_request() {
    let rows = [
        ("/lastUpdated", json!("t")),
        ("/nextUpdate", json!("t")),
        ("/lastApiCall", json!("t")),
        ("/displayNames/3/refreshDaysRemaining", json!(363)),
        ("/displayNames/3/refreshDaysRemaining", json!(-1)),
        (
            "/displayNames/0/userImage",
            json!("https://img.ayrshare.com/ndfdfJ239s/social/facebook.jpeg?sig=2"),
        ),
        (
            "/displayNames/0/userImage",
            json!("https://img.ayrshare.com/ndfdfJ239s/social/facebook.jpeg#2"),
        ),
    ];
    for (pointer, value) in rows {
        assert_eq!(set(pointer, &value, false), [""; 0], "{pointer}");
        assert_eq!(set(pointer, &value, true).len(), 1, "{pointer}");
    }
    // The same field names have no such meaning elsewhere.
    for pointer in [
        "/displayNames/3/lastUpdated",
        "/userImage",
        "/refreshDaysRemaining",
    ] {
        assert_eq!(set(pointer, &json!("t"), false).len(), 1, "{pointer}");
    }
}

#[test]
fn pictures_are_compared_without_the_query_of_their_url() {
    let with = |image: Value| json!({"displayNames": [{"platform": "tiktok", "userImage": image}]});
    let one = with(json!(
        "https://cdn.example/a.jpeg?x-expires=1&x-signature=a"
    ));
    let same = with(json!(
        "https://cdn.example/a.jpeg?x-expires=2&x-signature=b"
    ));
    let other = with(json!(
        "https://cdn.example/b.jpeg?x-expires=1&x-signature=a"
    ));
    assert_eq!(changes_of(&one, &same), [""; 0]);
    assert_eq!(
        changes_of(&one, &other),
        [
            r#"image_changed tiktok userImage was "https://cdn.example/a.jpeg?x-expires=1&x-signature=a" is "https://cdn.example/b.jpeg?x-expires=1&x-signature=a""#
        ]
    );
    let none = json!({"displayNames": [{"platform": "tiktok"}]});
    assert_eq!(changes_of(&one, &none).len(), 1);
    assert_eq!(changes_of(&none, &one).len(), 1);
}

#[test]
fn accounts_are_linked_and_unlinked() {
    let none = json!({});
    let empty = json!({"activeSocialAccounts": [], "displayNames": []});
    let named = json!({"activeSocialAccounts": ["reddit"]});
    let detailed = json!({"displayNames": [{"platform": "reddit"}]});
    let both =
        json!({"activeSocialAccounts": ["reddit"], "displayNames": [{"platform": "reddit"}]});
    let rows = [
        (&none, &empty, vec![]),
        (&none, &named, vec!["linked reddit"]),
        (
            &none,
            &detailed,
            vec![r#"linked reddit is {"platform":"reddit"}"#],
        ),
        (
            &none,
            &both,
            vec![r#"linked reddit is {"platform":"reddit"}"#],
        ),
        (&named, &empty, vec!["unlinked reddit"]),
        (
            &detailed,
            &empty,
            vec![r#"unlinked reddit was {"platform":"reddit"}"#],
        ),
        (
            &both,
            &none,
            vec![r#"unlinked reddit was {"platform":"reddit"}"#],
        ),
        (
            &named,
            &both,
            vec![r#"field_changed reddit displayNames is {"platform":"reddit"}"#],
        ),
        (
            &both,
            &named,
            vec![r#"field_changed reddit displayNames was {"platform":"reddit"}"#],
        ),
        (
            &detailed,
            &both,
            vec![r#"field_changed reddit activeSocialAccounts is "reddit""#],
        ),
        (
            &both,
            &detailed,
            vec![r#"field_changed reddit activeSocialAccounts was "reddit""#],
        ),
        (
            &detailed,
            &named,
            vec![
                r#"field_changed reddit displayNames was {"platform":"reddit"}"#,
                r#"field_changed reddit activeSocialAccounts is "reddit""#,
            ],
        ),
    ];
    for (before, after, expected) in rows {
        assert_eq!(changes_of(before, after), expected, "{before} {after}");
    }
}

#[test]
fn several_accounts_of_a_network_are_distinguished_by_id() {
    let account = |id: &str, name: &str| json!({"platform": "fbg", "id": id, "displayName": name});
    let user = |accounts: Value| json!({"displayNames": accounts});
    let before = user(json!([
        account("1", "a"),
        account("2", "b"),
        account("3", "c")
    ]));
    let after = user(json!([
        account("3", "c"),
        account("2", "x"),
        account("1", "a")
    ]));
    let renamed = [r#"renamed fbg displayName was "b" is "x""#];
    assert_eq!(changes_of(&before, &after), renamed);
    let after = user(json!([
        account("2", "y"),
        account("3", "z"),
        account("1", "a")
    ]));
    assert_eq!(changes_of(&before, &after).len(), 2, "two renamed");
    let less = user(json!([account("3", "c"), account("1", "a")]));
    let gone = [r#"unlinked fbg was {"displayName":"b","id":"2","platform":"fbg"}"#];
    assert_eq!(changes_of(&before, &less), gone);
    let exchanged = user(json!([
        account("3", "c"),
        account("4", "b"),
        account("1", "a")
    ]));
    assert_eq!(
        changes_of(&before, &exchanged),
        [r#"id_changed fbg id was "2" is "4""#]
    );
    let two = user(json!([
        account("1", "a"),
        account("5", "b"),
        account("6", "c")
    ]));
    let mut found = changes_of(&before, &two);
    found.sort();
    let expected = [
        r#"linked fbg is {"displayName":"b","id":"5","platform":"fbg"}"#,
        r#"linked fbg is {"displayName":"c","id":"6","platform":"fbg"}"#,
        r#"unlinked fbg was {"displayName":"b","id":"2","platform":"fbg"}"#,
        r#"unlinked fbg was {"displayName":"c","id":"3","platform":"fbg"}"#,
    ];
    assert_eq!(found, expected);
}

#[test]
fn accounts_that_cannot_be_distinguished_are_not_compared() {
    let account = |name: &str| json!({"platform": "fbg", "id": "1", "displayName": name});
    let user = |names: &[&str]| {
        let accounts: Vec<Value> = names.iter().map(|name| account(name)).collect();
        json!({"displayNames": accounts})
    };
    let changes = |before: &[&str], after: &[&str]| {
        let mut found = changes_of(&user(before), &user(after));
        found.sort();
        found
    };
    assert_eq!(changes(&["a", "b"], &["c"]), changes(&["b", "a"], &["c"]));
    assert_eq!(changes(&["c"], &["a", "b"]), changes(&["c"], &["b", "a"]));
    assert_eq!(changes(&["a", "b"], &["c"]).len(), 3);
    let renamed = [r#"renamed fbg displayName was "a" is "c""#];
    assert_eq!(changes(&["a", "b"], &["b", "c"]), renamed);
}

#[test]
fn changes_are_ordered_by_network_and_path() {
    let before = json!({"title": "a", "b": 1, "displayNames": [{"platform": "x", "b": 1, "a": 1}, {"platform": "c"}]});
    let after = json!({"title": "b", "b": 2, "displayNames": [{"platform": "d"}, {"platform": "x", "b": 2, "a": 2}]});
    let expected = [
        "field_changed b was 1 is 2",
        r#"renamed title was "a" is "b""#,
        r#"unlinked c was {"platform":"c"}"#,
        r#"linked d is {"platform":"d"}"#,
        "field_changed x a was 1 is 2",
        "field_changed x b was 1 is 2",
    ];
    assert_eq!(changes_of(&before, &after), expected);
}

#[test]
fn large_numbers_are_compared_and_reported_exactly() {
    let user = |id: &str| format!(r#"{{"displayNames":[{{"platform":"telegram","id":{id}}}]}}"#);
    let changes = |one: &str, other: &str| {
        let (one, other) = (user(one), user(other));
        diff_users(one.as_bytes(), other.as_bytes(), DiffOptions::default()).unwrap()
    };
    assert_eq!(changes("-1001234567890", "-1001234567890"), []);
    let found = changes("-9007199254740993", "-9007199254740992");
    assert_eq!(found[0].before.as_deref(), Some("-9007199254740993"));
    assert_eq!(found[0].after.as_deref(), Some("-9007199254740992"));
}

#[test]
fn javascript_sees_only_what_applies() {
    let shown = |before: &str, after: &str| {
        let found = diff_users(before.as_bytes(), after.as_bytes(), DiffOptions::default());
        serde_json::to_value(found.unwrap()).unwrap()
    };
    assert_eq!(
        shown(
            "{}",
            r#" {"activeSocialAccounts":["foo"],"suspended":true} "#
        ),
        json!([
            {"kind": "field_changed", "path": "suspended", "after": "true"},
            {"kind": "linked", "network": "foo"},
        ])
    );
}

#[test]
fn the_path_of_a_fault_starts_with_its_side() {
    let fault = |before: &str, after: &str| {
        let options = DiffOptions::default();
        diff_users(before.as_bytes(), after.as_bytes(), options)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        fault(r#"{"activeSocialAccounts":1}"#, "{}"),
        "`before.activeSocialAccounts` is of type number, expected array"
    );
    assert_eq!(
        fault("{}", r#"{"displayNames":[{},null]}"#),
        "`after.displayNames[1]` is of type null, expected object"
    );
    assert_eq!(
        fault("{}", "[]"),
        "`after` is of type array, expected object"
    );
}

/// Before, after, and the reported changes.
const ODD: &[(&str, &str, &[&str])] = &[
    // A change of type does not say what happened.
    (
        r#"{"title":"a"}"#,
        r#"{"title":7}"#,
        &[r#"field_changed title was "a" is 7"#],
    ),
    (
        r#"{"monthlyApiCalls":"5"}"#,
        r#"{"monthlyApiCalls":5}"#,
        &[r#"field_changed monthlyApiCalls was "5" is 5"#],
    ),
    (
        r#"{"displayNames":[{"platform":"x","id":"7","created":"t"}]}"#,
        r#"{"displayNames":[{"platform":"x","id":7,"created":null}]}"#,
        &[
            r#"field_changed x created was "t" is null"#,
            r#"field_changed x id was "7" is 7"#,
        ],
    ),
    (
        r#"{"displayNames":[{"platform":"x"}]}"#,
        r#"{"displayNames":[{"platform":"x","created":"t"}]}"#,
        &[r#"field_changed x created is "t""#],
    ),
    // An account of an unknown network does not count as linked or unlinked, nor does the account that it may be.
    (
        r#"{"displayNames":[{"platform":"x"},{"platform":"y"}]}"#,
        r#"{"displayNames":[{"platform":7},{"platform":"y"}]}"#,
        &[
            r#"field_changed displayNames is {"platform":7}"#,
            r#"field_changed x displayNames was {"platform":"x"}"#,
        ],
    ),
    (
        r#"{"displayNames":[{"platform":"x","id":1},{"platform":"x","id":2}]}"#,
        r#"{"displayNames":[{"id":1},{"platform":"x","id":2}]}"#,
        &[
            r#"field_changed displayNames is {"id":1}"#,
            r#"field_changed x displayNames was {"id":1,"platform":"x"}"#,
        ],
    ),
    (
        r#"{"activeSocialAccounts":["x"],"displayNames":[{"platform":null}]}"#,
        r#"{"activeSocialAccounts":["x"],"displayNames":[{"platform":"x"}]}"#,
        &[
            r#"field_changed displayNames was {"platform":null}"#,
            r#"field_changed x displayNames is {"platform":"x"}"#,
        ],
    ),
    (
        r#"{"activeSocialAccounts":["x","y"]}"#,
        r#"{"activeSocialAccounts":[{"platform":"x"},"y"]}"#,
        &[
            r#"field_changed activeSocialAccounts is {"platform":"x"}"#,
            r#"field_changed x activeSocialAccounts was "x""#,
        ],
    ),
    // An account that was mismatched before hides no change, and volatile fields are still ignored.
    (
        r#"{"activeSocialAccounts":[7],"displayNames":[{"refreshDaysRemaining":5},{"platform":"x"}]}"#,
        r#"{"activeSocialAccounts":[7.0],"displayNames":[{"refreshDaysRemaining":4},{"platform":"y"}]}"#,
        &[
            r#"unlinked x was {"platform":"x"}"#,
            r#"linked y is {"platform":"y"}"#,
        ],
    ),
    (
        r#"{"displayNames":[{"platform":1,"displayName":"a"}]}"#,
        r#"{"displayNames":[{"platform":1,"displayName":"b"}]}"#,
        &[
            r#"field_changed displayNames was {"displayName":"a","platform":1} is {"displayName":"b","platform":1}"#,
        ],
    ),
    (
        r#"{"activeSocialAccounts":null,"displayNames":null}"#,
        r#"{"activeSocialAccounts":[],"displayNames":[]}"#,
        &[],
    ),
];

#[test]
fn values_of_the_wrong_type_are_reported_and_imply_nothing_else() {
    for (before, after, expected) in ODD {
        let [one, other] = [before, after].map(|text| serde_json::from_str(text).unwrap());
        assert_eq!(changes_of(&one, &other), *expected, "{before} {after}");
        assert_eq!(changes_of(&one, &one), [""; 0], "{before}");
        // The reverse comparison reports no less.
        assert!(changes_of(&other, &one).len() >= expected.len(), "{after}");
        assert_eq!(changes_of(&other, &other), [""; 0], "{after}");
    }
}

#[test]
fn documented_users_do_not_differ_from_themselves() {
    for body in [USER, NETWORKS] {
        for include_volatile in [false, true] {
            let options = DiffOptions { include_volatile };
            assert_eq!(
                diff_users(body.as_bytes(), body.as_bytes(), options).unwrap(),
                []
            );
        }
    }
}
