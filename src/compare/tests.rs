use serde_json::{Value, json};

use super::*;

fn run(before: &str, after: &str, options: CompareOptions) -> Comparison {
    let mut comparison = Comparison::new(options);
    for (file, side) in [(before, FileSide::Before), (after, FileSide::After)] {
        assert_eq!(comparison.side(), side);
        for chunk in file.as_bytes().chunks(64 << 10) {
            comparison.reader().feed(chunk);
            comparison.advance().unwrap();
        }
        comparison.reader().end();
        comparison.advance().unwrap();
        comparison.end_file();
    }
    while comparison.compare(1) {}
    comparison
}

fn compared(before: &Value, after: &Value) -> Value {
    let (before, after) = (before.to_string(), after.to_string());
    let comparison = run(&before, &after, CompareOptions::default());
    serde_json::to_value(comparison.result()).unwrap()
}

/// The changes of the only profile.
fn changes(before: &Value, after: &Value) -> Value {
    let found = compared(&json!([before]), &json!([after]));
    assert!(found["changed"].as_array().unwrap().len() <= 1);
    found["changed"][0]["changes"].clone()
}

#[test]
fn every_kind_is_counted_and_listed() {
    let account = |network: &str, created: &str, name: &str| json!({"platform": network, "created": created, "displayName": name, "id": "17", "userImage": created});
    let before = json!([
        {"refId": "a", "title": "A"},
        {"refId": "b", "title": "B", "displayNames": [account("tiktok", "2024", "x"), account("gmb", "2024", "x")]},
        {"refId": "c", "activeSocialAccounts": ["tiktok"], "monthlyApiCalls": 1},
        {"title": "no id"},
    ]);
    let after = json!([
        {"title": "renamed"},
        {"refId": "c", "activeSocialAccounts": ["tiktok"], "monthlyApiCalls": 2},
        {"refId": "b", "title": "B", "displayNames": [account("reddit", "2025", "n"), account("gmb", "2025", "y")]},
        {"refId": "d", "title": "D", "activeSocialAccounts": ["gmb", "gmb"], "displayNames": [account("gmb", "", "")]},
    ]);
    let found = compared(&before, &after);
    assert_eq!(
        found["counts"],
        json!({"joined": 1, "left": 1, "changed": 2, "linked": 1, "unlinked": 1, "relinked": 1, "renamed": 2, "idChanged": 0})
    );
    assert_eq!(found["joined"], json!([{"refId": "d", "title": "D"}]));
    assert_eq!(found["left"], json!([{"refId": "a", "title": "A"}]));
    let linked = r#"{"platform":"reddit","created":"2025","displayName":"n","id":"17"}"#;
    let unlinked = r#"{"platform":"tiktok","created":"2024","displayName":"x","id":"17"}"#;
    assert_eq!(
        found["changed"],
        json!([
            {"title": "renamed", "changes": [{"kind": "renamed", "path": "title", "before": "\"no id\"", "after": "\"renamed\""}]},
            {"refId": "b", "title": "B", "changes": [
                {"kind": "relinked", "network": "gmb", "path": "created", "before": "\"2024\"", "after": "\"2025\""},
                {"kind": "renamed", "network": "gmb", "path": "displayName", "before": "\"x\"", "after": "\"y\""},
                {"kind": "linked", "network": "reddit", "after": linked},
                {"kind": "unlinked", "network": "tiktok", "before": unlinked},
            ]},
        ])
    );
    assert_eq!(found["before"]["profiles"], 4);
    assert_eq!(found["before"]["accounts"], 3);
    assert_eq!(found["after"]["accounts"], 4);
    assert_eq!(found["after"]["bytes"], after.to_string().len());
}

#[test]
fn an_account_counts_once_for_each_kind() {
    let names =
        |name: &str| json!({"platform": "x", "id": name, "displayName": name, "username": name});
    let two = |one: &str, other: &str| {
        let mut accounts = [names("1"), names("2")];
        for (account, name) in accounts.iter_mut().zip([one, other]) {
            account["displayName"] = json!(name);
            account["username"] = json!(name);
        }
        json!([{"refId": "a", "displayNames": accounts}])
    };
    let found = compared(&two("a", "b"), &two("c", "d"));
    assert_eq!(found["changed"][0]["changes"].as_array().unwrap().len(), 4);
    assert_eq!(found["counts"]["renamed"], 2);
    let found = compared(&two("a", "b"), &two("c", "b"));
    assert_eq!(found["counts"]["renamed"], 1);
}

#[test]
fn several_accounts_of_a_network_are_paired_by_everything_in_them() {
    let user = |numbers: [u8; 2]| {
        let account = |number| json!({"platform": "fbg", "followers": number});
        json!({"refId": "a", "displayNames": numbers.map(account)})
    };
    assert_eq!(changes(&user([1, 2]), &user([2, 1])), Value::Null);
    assert_eq!(changes(&user([1, 2]), &user([2, 3])), Value::Null);
    let kinds = changes(&user([1, 2]), &user([3, 4]));
    let kinds: Vec<&Value> = kinds
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["kind"])
        .collect();
    assert_eq!(kinds, ["unlinked", "unlinked", "linked", "linked"]);
}

#[test]
fn of_profiles_with_one_reference_id_the_last_counts_in_each_file() {
    let titles = |titles: &[&str]| {
        titles
            .iter()
            .map(|title| json!({"refId": "a", "title": title}))
            .collect::<Value>()
    };
    let found = compared(&titles(&["a", "b"]), &titles(&["b", "c", "b"]));
    assert_eq!(
        found["counts"],
        json!({"joined": 0, "left": 0, "changed": 0, "linked": 0, "unlinked": 0, "relinked": 0, "renamed": 0, "idChanged": 0})
    );
    let found = compared(&json!([]), &titles(&["a", "b"]));
    assert_eq!(found["joined"], json!([{"refId": "a", "title": "b"}]));
    assert_eq!(found["counts"]["joined"], 1);
}

#[test]
fn lists_are_limited_and_counts_are_not() {
    let profiles = |ids: std::ops::Range<u32>, title: &str| {
        let profile = |id| json!({"refId": format!("{id:03}"), "title": title});
        ids.rev().map(profile).collect::<Value>().to_string()
    };
    let options = CompareOptions {
        max_entries: 5,
        ..CompareOptions::default()
    };
    let found = run(&profiles(0..300, "a"), &profiles(100..400, "b"), options).result();
    assert_eq!(
        (found.counts.left, found.counts.joined, found.counts.changed),
        (100, 100, 200)
    );
    let ids = |names: Vec<Option<&str>>| {
        names
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ids(found.left.iter().map(|it| it.ref_id.as_deref()).collect()),
        ["000", "001", "002", "003", "004"]
    );
    assert_eq!(
        ids(found
            .changed
            .iter()
            .map(|it| it.ref_id.as_deref())
            .collect()),
        ["100", "101", "102", "103", "104"]
    );
    assert_eq!(
        ids(found.joined.iter().map(|it| it.ref_id.as_deref()).collect()),
        ["300", "301", "302", "303", "304"]
    );
}

#[test]
fn a_map_names_its_profiles() {
    let before = json!({"a": {"title": "1"}, "b": {"title": "2"}});
    let after = json!([{"refId": "b", "title": "3"}]);
    let found = compared(&before, &after);
    assert_eq!(found["left"], json!([{"refId": "a", "title": "1"}]));
    assert_eq!(found["changed"][0]["refId"], "b");
}

#[test]
fn unreadable_records_are_counted_and_left_out() {
    let file = r#"[{"refId":"a"},7,{"refId":"b","displayNames":{}},{"refId":"c","title":7}]"#;
    let found = run(file, file, CompareOptions::default()).result();
    assert_eq!(
        (
            found.before.profiles,
            found.before.invalid,
            found.before.unreadable
        ),
        (2, 3, 2)
    );
    assert_eq!(found.before, found.after);
    assert_eq!(found.counts, ChangeCounts::default());
    let mut comparison = Comparison::new(CompareOptions {
        throws: true,
        ..CompareOptions::default()
    });
    comparison.reader().feed(file.as_bytes());
    assert_eq!(comparison.advance().unwrap_err().index, Some(1));
}

#[test]
fn more_networks_than_are_stored_once() {
    let user = |count: u32, name: &str| {
        let account = |number| json!({"platform": format!("network{number}"), "displayName": name});
        let names: Vec<String> = (0..=count)
            .map(|number| format!("network{number}"))
            .collect();
        json!([{"refId": "a", "activeSocialAccounts": names, "displayNames": (0..count).map(account).collect::<Vec<_>>()}])
    };
    let found = compared(&user(100, "a"), &user(101, "a"));
    assert_eq!(
        (&found["before"]["accounts"], &found["after"]["accounts"]),
        (&json!(101), &json!(102))
    );
    assert_eq!(found["counts"]["linked"], 1);
    assert_eq!(found["changed"][0]["changes"][0]["network"], "network101");
    let found = compared(&user(100, "a"), &user(100, "b"));
    assert_eq!(found["counts"]["renamed"], 100);
}

/// The documents state this number.
#[test]
fn an_account_takes_a_few_dozen_bytes() {
    let hash = |seed: u64| {
        format!(
            "{:016x}{:016x}{:08x}",
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            seed.wrapping_mul(0xbf58_476d_1ce4_e5b9),
            seed
        )
    };
    let account = |network: &str, seed: u64| {
        json!({
            "created": "2024-02-29T12:34:56.789Z", "displayName": format!("Display Name {seed}"), "id": format!("{}", 17_841_400_000_000_000 + seed),
            "platform": network, "profileUrl": "https://example.com/a/long/url/of/the/account", "refreshDaysRemaining": 12,
            "refreshRequired": "2024-05-10T00:00:00.000Z", "userImage": "x".repeat(300), "username": format!("username{seed}"),
        })
    };
    let networks = ["facebook", "instagram", "linkedin", "tiktok", "youtube"];
    let profile = |index: u64| {
        json!({
            "activeSocialAccounts": networks, "displayNames": networks.map(|network| account(network, index)),
            "refId": hash(index), "title": format!("Customer {index}"), "monthlyApiCalls": 7,
        })
    };
    let file = (0..4_000).map(profile).collect::<Value>().to_string();
    let comparison = run(&file, &file, CompareOptions::default());
    let (bytes, accounts) = (comparison.held_bytes(), 20_000);
    assert_eq!(comparison.result().after.accounts, accounts);
    let each = bytes as u64 / accounts;
    assert!(each < 90 && file.len() as u64 / accounts > 600, "{each}");
}
