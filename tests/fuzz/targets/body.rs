//! Bodies: the checker accepts what `serde_json` accepts, accepted bodies match their shapes, and nothing panics.
#![no_main]

mod tolerated;

use ayrshare_user::api::{batch, details, user};
use ayrshare_user::error::Error;
use ayrshare_user::insight::{DiffOptions, Health, HealthOptions, account_health, diff_users};
use ayrshare_user::json;
use ayrshare_user::model::shape::Shape;
use ayrshare_user::model::{USER, USER_BATCH, User, UserBatch};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let checked = json::check(body, &Shape::Any);
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => {
            assert!(checked.is_ok(), "{checked:?}, but serde reads it");
            let again = value.to_string();
            let same = json::same(body.trim_ascii(), again.as_bytes());
            // A replacement character may stand for any surrogate, so it is compared by its notation.
            let replaced = again.contains(char::REPLACEMENT_CHARACTER);
            assert!(same || replaced || tolerated::by_engines(body) || doubled(body) || inexact(body));
        }
        Err(error) => assert!(checked.is_err() || tolerated::by_engines(body), "{error}, but we accept it"),
    }
    let decoded = user::decode(body, false);
    if has_lists(body) {
        assert!(decoded.is_ok(), "an object whose lists are lists is refused");
    }
    let health = account_health(body, &HealthOptions::at(1.7e12));
    let changes = diff_users(body, body, DiffOptions { include_volatile: true });
    assert_eq!(health.is_ok(), decoded.is_ok());
    assert_eq!(changes.is_ok(), decoded.is_ok());
    if let (Ok(health), Ok(changes)) = (health, changes) {
        judged(&health);
        assert!(changes.is_empty() || tolerated::by_engines(body) || doubled(body), "{changes:?} from itself");
        // The other way of looking: everything gone, and everything new.
        for (before, after) in [(body, &b"{}"[..]), (b"{}", body)] {
            for change in diff_users(before, after, DiffOptions { include_volatile: true }).expect("both are users") {
                assert!(change.network.as_deref() != Some("") || named_nothing(body), "{change:?}");
            }
        }
    }
    if fits(body, USER) && !tolerated::by_engines(body) && !doubled(body) {
        assert!(serde_json::from_slice::<User>(body).is_ok());
    }
    let _ = details::decode(body);
    let _ = batch::decode(body);
    if fits(body, USER_BATCH) && !tolerated::by_engines(body) && !doubled(body) {
        assert!(serde_json::from_slice::<UserBatch>(body).is_ok());
    }
    for status in [200, 403, 429, 500] {
        let _ = Error::from_response(status, body);
    }
    let _ = json::drift(body, USER);
});

fn fits(body: &[u8], shape: &'static Shape) -> bool {
    json::check(body, shape).is_ok_and(|checked| checked.mismatches.is_empty())
}

/// Whatever came, the numbers of a finding are finite.
fn judged(health: &Health) {
    for finding in &health.findings {
        for number in [finding.due_ms, finding.days_left, finding.used, finding.limit].into_iter().flatten() {
            assert!(number.is_finite(), "{finding:?}");
        }
    }
}

/// Whether a network may be named by an empty string, which is a name like any other.
fn named_nothing(body: &[u8]) -> bool {
    body.windows(2).any(|part| part == b"\"\"")
}

/// Whether it is an object whose lists of linked accounts are lists, absent or `null`, with only objects in `displayNames`.
fn has_lists(body: &[u8]) -> bool {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return false;
    };
    let is_list_of = |name: &str, fits: fn(&Value) -> bool| match fields.get(name) {
        None | Some(Value::Null) => true,
        Some(list) => list.as_array().is_some_and(|list| list.iter().all(fits)),
    };
    is_list_of("activeSocialAccounts", |_| true) && is_list_of("displayNames", Value::is_object)
}

/// Whether a number may have more digits than serde preserves.
fn inexact(body: &[u8]) -> bool {
    body.split(|byte| !byte.is_ascii_digit() && *byte != b'.').any(|digits| digits.len() > 15)
}

/// Whether a name may occur more than once: serde keeps the last one or rejects the body, but the checker examines each.
fn doubled(body: &[u8]) -> bool {
    fn names(value: &[u8], all: &mut usize) {
        *all += value.iter().filter(|byte| **byte == b':').count();
    }
    let mut colons = 0;
    names(body, &mut colons);
    let kept = serde_json::from_slice::<Value>(body).map(|value| value.to_string());
    kept.is_ok_and(|text| {
        let mut left = 0;
        names(text.as_bytes(), &mut left);
        left < colons
    })
}
