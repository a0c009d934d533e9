//! How the number of steps grows with the size of the input. Steps are counted, not timed.

use serde_json::{Value, json};

use super::*;
use crate::sort::steps;

/// Ten times the input may take at most this many times the steps: enough for sorting, but not for comparing all pairs.
const GROWTH_MAX: usize = 16;

fn assert_near_linear(name: &str, task: impl Fn(usize)) {
    let (few, many) = (steps::of(|| task(300)), steps::of(|| task(3_000)));
    assert!(few > 0, "{name}: nothing was counted");
    assert!(
        many <= GROWTH_MAX * few,
        "{name}: {few} steps became {many}"
    );
}

fn accounts(count: usize, account: impl Fn(usize) -> Value) -> Value {
    json!({"displayNames": (0..count).map(account).collect::<Vec<_>>()})
}

fn diff(before: &Value, after: &Value) {
    let (before, after) = (before.to_string(), after.to_string());
    diff_users(before.as_bytes(), after.as_bytes(), DiffOptions::default()).unwrap();
}

type Account = fn(usize, usize) -> Value;
type Profile = fn(usize) -> Value;

#[test]
fn accounts_of_one_network_are_paired_in_near_linear_time() {
    let rows: [(&str, Account, Account); 5] = [
        (
            "turned around",
            |index, _| json!({"platform": "fbg", "id": index}),
            |index, count| json!({"platform": "fbg", "id": count - index}),
        ),
        (
            "renamed and turned around",
            |index, _| json!({"platform": "fbg", "id": index, "displayName": "a"}),
            |index, count| json!({"platform": "fbg", "id": count - index, "displayName": "b"}),
        ),
        (
            "without an id",
            |index, _| json!({"platform": "fbg", "displayName": index.to_string()}),
            |index, count| json!({"platform": "fbg", "displayName": (count + index).to_string()}),
        ),
        (
            "all of one id",
            |index, _| json!({"platform": "fbg", "id": "1", "displayName": index.to_string()}),
            |index, count| json!({"platform": "fbg", "id": "1", "displayName": (count + index).to_string()}),
        ),
        (
            "on different networks",
            |index, _| json!({"platform": index.to_string(), "id": "1"}),
            |index, count| json!({"platform": (count - index).to_string(), "id": "2"}),
        ),
    ];
    for (name, before, after) in rows {
        assert_near_linear(name, |count| {
            let before = accounts(count, |index| before(index, count));
            let after = accounts(count, |index| after(index, count));
            diff(&before, &after);
        });
    }
}

#[test]
fn many_fields_are_compared_in_near_linear_time() {
    let fields = |count: usize, value: usize| -> Value {
        let field = |index| (format!("field{index}"), json!(index * value));
        Value::Object((0..count).map(field).collect())
    };
    assert_near_linear("fields", |count| diff(&fields(count, 1), &fields(count, 2)));
    assert_near_linear("an object of fields", |count| {
        let one = |value| json!({"new": fields(count, value)});
        diff(&one(1), &one(2));
    });
}

#[test]
fn nested_objects_are_read_once_per_level() {
    let nested = |depth: usize, end: &str| {
        let mut value = json!({"payload": "x".repeat(2_000), "end": end});
        for _ in 0..depth {
            value = json!({"a": value});
        }
        value
    };
    let steps_at = |depth| steps::of(|| diff(&nested(depth, "1"), &nested(depth, "2")));
    let (shallow, deep) = (steps_at(12), steps_at(120));
    assert!(deep <= GROWTH_MAX * shallow, "{shallow} became {deep}");
}

#[test]
fn lists_of_profiles_are_compared_in_near_linear_time() {
    let rows: [(&str, Profile); 3] = [
        (
            "by reference id",
            |index| json!({"refId": index.to_string()}),
        ),
        (
            "without a reference id",
            |index| json!({"title": index.to_string()}),
        ),
        ("of one reference id", |_| json!({"refId": "1"})),
    ];
    for (name, profile) in rows {
        assert_near_linear(name, |count| {
            let before: Value = (0..count).map(profile).collect();
            let after: Value = (0..count).rev().map(profile).collect();
            let (before, after) = (before.to_string(), after.to_string());
            diff_profiles(before.as_bytes(), after.as_bytes(), DiffOptions::default()).unwrap();
        });
    }
}

#[test]
fn the_health_of_many_accounts_is_judged_in_near_linear_time() {
    let judge = |user: &Value| {
        let user = user.to_string();
        account_health(user.as_bytes(), &HealthOptions::at(0.0)).unwrap();
    };
    assert_near_linear("accounts", |count| {
        judge(&accounts(
            count,
            |index| json!({"platform": "fbg", "refreshDaysRemaining": index % 100}),
        ));
    });
    assert_near_linear("networks that are only named", |count| {
        let names: Vec<String> = (0..count).map(|index| index.to_string()).collect();
        judge(&json!({"activeSocialAccounts": names}));
    });
}
