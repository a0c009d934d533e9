//! `GET /user`: a profile with its linked accounts.

use crate::error::Error;
use crate::json;
use crate::model::{Shape, USER};
use crate::time;

/// Fields that every profile has some of, and that news of a deletion is told apart by.
const IDENTITY: [&str; 6] = [
    "refId",
    "created",
    "displayNames",
    "activeSocialAccounts",
    "title",
    "email",
];

/// What can be asked of `GET /user`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UserQuery {
    /// Adds `type` and `usedQuota` to the Instagram account. Source: specification.
    pub instagram_quota: Option<bool>,
    /// Newer name of the same. Source: newer official docs.
    pub instagram_details: Option<bool>,
    /// Asks whether the User Profile still exists; needs a Profile Key. Source: specification.
    pub validate: Option<bool>,
}

/// What has been learnt from the body of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Checked {
    /// `activeSocialAccounts` is absent: nothing is linked.
    pub lacks_active_social_accounts: bool,
    /// `displayNames` is absent: nothing is linked.
    pub lacks_display_names: bool,
    /// The answer tells of a deleted profile, in a shape that is not public. Only with `validate`.
    pub deleted: bool,
    /// `nextUpdate` in milliseconds since 1970, where it is a time.
    pub next_update_ms: Option<f64>,
}

/// Path and query of the request.
#[must_use]
pub fn target(query: &UserQuery) -> String {
    let mut target = String::from("/user");
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

/// Checks the body of a successful answer. With `validate`, news of a deleted profile counts as
/// success too: any object that does not look like a profile.
///
/// # Errors
/// Kind `decode`, with the path at fault.
pub fn decode(body: &[u8], validate: bool) -> Result<Checked, Error> {
    if validate && tells_deletion(body) {
        json::check(body, &Shape::Any)?;
        return Ok(Checked {
            lacks_active_social_accounts: false,
            lacks_display_names: false,
            deleted: true,
            next_update_ms: None,
        });
    }
    let checked = json::check(body, USER)?;
    Ok(Checked {
        lacks_active_social_accounts: !checked.has("activeSocialAccounts"),
        lacks_display_names: !checked.has("displayNames"),
        deleted: false,
        next_update_ms: next_update_ms(body),
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

fn next_update_ms(body: &[u8]) -> Option<f64> {
    time::parse_rfc3339_ms(&json::string(json::field(body, "nextUpdate")?)?)
}
