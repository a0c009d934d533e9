//! `GET /user`: a profile with its linked accounts.

use crate::error::Error;
use crate::json::{self, Mismatches};
use crate::model::{Shape, USER};
use crate::time;

/// Path of the request, without its query.
pub(crate) const PATH: &str = "/user";

/// Every profile has at least one of these fields, so an object without any reports a deletion.
const IDENTITY: [&str; 6] = [
    "refId",
    "created",
    "displayNames",
    "activeSocialAccounts",
    "title",
    "email",
];

/// The query parameters of `GET /user`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UserQuery {
    /// Adds `type` and `usedQuota` to the Instagram account. Source: specification.
    pub instagram_quota: Option<bool>,
    /// Newer name of `instagramQuota`. Source: newer official docs.
    pub instagram_details: Option<bool>,
    /// Checks whether the User Profile still exists; needs a Profile Key. Source: specification.
    pub validate: Option<bool>,
}

impl UserQuery {
    /// No parameters.
    pub(crate) const NONE: Self = Self {
        instagram_quota: None,
        instagram_details: None,
        validate: None,
    };
}

/// The result of checking the body of a response.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about one body"
)]
pub struct Checked {
    /// `activeSocialAccounts` is absent or `null`: nothing is linked.
    pub lacks_active_social_accounts: bool,
    /// `displayNames` is absent or `null`: nothing is linked.
    pub lacks_display_names: bool,
    /// The response reports a deleted profile; the shape of such a response is not documented. Only with `validate`.
    pub deleted: bool,
    /// There are top-level fields that the types do not know. An error that came with HTTP 200 has some.
    pub has_unknown: bool,
    /// Where the body contradicts the types. The body is still delivered, unchanged.
    pub mismatches: Mismatches,
}

/// Path and query of the request.
#[must_use]
pub fn target(query: &UserQuery) -> String {
    let mut target = String::from(PATH);
    let parameters = [
        ("instagramQuota", query.instagram_quota),
        ("instagramDetails", query.instagram_details),
        ("validate", query.validate),
    ];
    let mut mark = '?';
    for (name, value) in parameters {
        let Some(value) = value else { continue };
        target.push(mark);
        target.push_str(name);
        target.push_str(if value { "=true" } else { "=false" });
        mark = '&';
    }
    target
}

/// Checks the body of a successful response, and lists what contradicts the types. With `validate`, the report of a deleted profile is
/// a success too: any object that does not look like a profile.
///
/// # Errors
/// Kind `decode` if the body is not a JSON object, or if `activeSocialAccounts` or `displayNames` is not a list, or
/// contains an account that is not an object.
pub fn decode(body: &[u8], validate: bool) -> Result<Checked, Error> {
    if validate && tells_deletion(body) {
        super::checked(body, &Shape::Any)?;
        return Ok(Checked {
            deleted: true,
            has_unknown: true,
            ..Checked::default()
        });
    }
    let checked = super::checked(body, USER)?;
    Ok(Checked {
        lacks_active_social_accounts: !checked.has("activeSocialAccounts"),
        lacks_display_names: !checked.has("displayNames"),
        deleted: false,
        has_unknown: checked.has_unknown(),
        mismatches: checked.mismatches,
    })
}

fn tells_deletion(body: &[u8]) -> bool {
    let (mut profile, mut deletion) = (false, false);
    for (name, _) in json::members(body) {
        profile |= IDENTITY.contains(&name.as_ref());
        deletion |= name.starts_with("delet");
    }
    let object = body.trim_ascii_start().first() == Some(&b'{');
    object && (deletion || !profile)
}

/// `nextUpdate` in milliseconds since 1970, if it is a valid time.
#[must_use]
pub fn next_update_ms(body: &[u8]) -> Option<f64> {
    time::parse_time_ms(&json::string(json::field(body, "nextUpdate")?)?)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::error::Kind;

    const SAMPLE: &[u8] = include_bytes!("../../tests/fixtures/user.json");
    const NOTHING_LINKED: &[u8] = include_bytes!("../../tests/fixtures/user-nothing-linked.json");

    #[test]
    fn targets() {
        assert_eq!(target(&UserQuery::default()), "/user");
        let query = UserQuery {
            validate: Some(true),
            ..UserQuery::default()
        };
        assert_eq!(target(&query), "/user?validate=true");
        let query = UserQuery {
            instagram_quota: Some(false),
            instagram_details: Some(true),
            validate: Some(false),
        };
        assert_eq!(
            target(&query),
            "/user?instagramQuota=false&instagramDetails=true&validate=false"
        );
    }

    #[test]
    fn the_documented_response() {
        for validate in [false, true] {
            let checked = decode(SAMPLE, validate).unwrap();
            assert!(!checked.lacks_active_social_accounts && !checked.lacks_display_names);
            assert!(!checked.deleted);
            assert!(!checked.has_unknown);
            assert!(checked.mismatches.is_empty());
        }
    }

    #[test]
    fn next_update_is_read_if_it_is_a_time() {
        assert_eq!(next_update_ms(SAMPLE), Some(1_704_383_507_775.0));
        assert_eq!(next_update_ms(br#"{"nextUpdate":"soon"}"#), None);
        assert_eq!(next_update_ms(b"{}"), None);
        assert_eq!(next_update_ms(br#"{"nextUpdate":1704383507775}"#), None);
        assert_eq!(next_update_ms(br#"{"nextUpdate":null}"#), None);
    }

    #[test]
    fn unknown_fields_are_reported() {
        assert!(decode(br#"{"status":"error"}"#, false).unwrap().has_unknown);
        assert!(
            !decode(br#"{"created":{"status":1}}"#, false)
                .unwrap()
                .has_unknown
        );
    }

    #[test]
    fn absent_lists_are_reported() {
        let checked = decode(NOTHING_LINKED, true).unwrap();
        assert!(checked.lacks_active_social_accounts && checked.lacks_display_names);
        let checked = decode(br#"{"displayNames":[],"nextUpdate":"soon"}"#, false).unwrap();
        assert!(checked.lacks_active_social_accounts && !checked.lacks_display_names);
        assert!(decode(b"{}", false).unwrap().lacks_display_names);
        for odd in ["", r#","refId":[]"#] {
            let body = format!(r#"{{"displayNames":null,"activeSocialAccounts":null{odd}}}"#);
            let checked = decode(body.as_bytes(), false).unwrap();
            assert!(checked.lacks_active_social_accounts && checked.lacks_display_names);
            assert!(!checked.has_unknown);
        }
    }

    #[test]
    fn a_deleted_profile_is_reported_only_on_request() {
        let deletions = [
            r#"{"deleted":true,"refId":"1","email":7}"#,
            r#"{"deletedDate":{"utc":"x"}}"#,
            r#"{"status":"gone","displayName":[]}"#,
            "{}",
        ];
        for body in deletions {
            assert!(decode(body.as_bytes(), true).unwrap().deleted, "{body}");
        }
        assert!(!decode(b"{}", false).unwrap().deleted);
        let odd = decode(deletions[0].as_bytes(), false).unwrap();
        assert_eq!((odd.deleted, odd.mismatches.count()), (false, 1));
        assert!(
            !decode(br#"{"refId":"1","undelete":1}"#, true)
                .unwrap()
                .deleted
        );
    }

    #[test]
    fn bad_bodies_are_decode_errors() {
        let cases = [
            (r#"{"displayNames":1}"#, "displayNames"),
            (r#"{"refId":1,"displayNames":[[]]}"#, "displayNames[0]"),
            ("[]", ""),
            ("", ""),
            ("null", ""),
            ("<html>", ""),
            (r#"{"deleted":true"#, ""),
            (r#"{"deleted":[x]}"#, "deleted[0]"),
        ];
        for (body, path) in cases {
            for validate in [false, true] {
                let error = decode(body.as_bytes(), validate).unwrap_err();
                assert_eq!(
                    (error.kind, error.path.as_deref()),
                    (Kind::Decode, Some(path)),
                    "{body}"
                );
            }
        }
    }
}
