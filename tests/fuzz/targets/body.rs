//! Bodies: the checker accepts what `serde_json` accepts, every shape holds for what it accepts, and nothing panics.
#![no_main]

mod tolerated;

use ayrshare_user::api::{batch, details, user};
use ayrshare_user::error::Error;
use ayrshare_user::insight::{DiffOptions, HealthOptions, account_health, diff_users};
use ayrshare_user::json;
use ayrshare_user::model::shape::Shape;
use ayrshare_user::model::{User, UserBatch};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let checked = json::check(body, &Shape::Any);
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => {
            assert!(checked.is_ok(), "{checked:?}, but serde reads it");
            let again = value.to_string();
            let same = json::same(body.trim_ascii(), again.as_bytes());
            // A replacement character may stand for anything, so it is compared as it is spelt.
            let replaced = again.contains(char::REPLACEMENT_CHARACTER);
            assert!(same || replaced || tolerated::by_engines(body) || doubled(body) || inexact(body));
        }
        Err(error) => assert!(checked.is_err() || tolerated::by_engines(body), "{error}, but we accept it"),
    }
    if has_lists(body) {
        assert!(user::decode(body, false).is_ok(), "an object whose lists are lists is refused");
    }
    if user::decode(body, false).is_ok() && !tolerated::by_engines(body) && !doubled(body) {
        assert!(serde_json::from_slice::<User>(body).is_ok());
        assert!(account_health(body, &HealthOptions::at(1.7e12)).is_ok());
        assert!(diff_users(body, body, DiffOptions::default()).is_ok_and(|changes| changes.is_empty()));
    }
    let _ = details::decode(body);
    if batch::decode(body).is_ok() && !tolerated::by_engines(body) && !doubled(body) {
        assert!(serde_json::from_slice::<UserBatch>(body).is_ok());
    }
    for status in [200, 403, 429, 500] {
        let _ = Error::from_answer(status, body);
    }
    let _ = json::drift(body, ayrshare_user::model::USER);
});

/// Whether it is an object whose lists of linked accounts are lists, absent or `null`, and the accounts objects.
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

/// Whether a number may have more digits than serde keeps.
fn inexact(body: &[u8]) -> bool {
    body.split(|byte| !byte.is_ascii_digit() && *byte != b'.').any(|digits| digits.len() > 15)
}

/// Whether a name may occur twice, where serde takes the last or refuses, and we look at each.
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
