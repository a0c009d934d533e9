//! What has changed between two lists of profiles, as two batch files hold them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::diff::{Change, DiffOptions, changes, check};
use crate::json::{Fault, elements, field, string};
use crate::model::{ShapeOf, User};

/// Which profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProfileName {
    /// Its reference id, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref_id: Option<String>,
    /// Its title, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A profile that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProfileChanges {
    /// Its reference id, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref_id: Option<String>,
    /// Its title now, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What has changed; at least one thing.
    pub changes: Vec<Change>,
}

/// What has changed between two lists of profiles. Each list is ordered by reference id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProfilesDiff {
    /// Profiles that are only in the second list.
    pub joined: Vec<ProfileName>,
    /// Profiles that are only in the first list.
    pub left: Vec<ProfileName>,
    /// Profiles that are in both, and not the same.
    pub changed: Vec<ProfileChanges>,
}

/// Tells which profiles have joined, left and changed from `before` to `after`, both JSON arrays of
/// users as Ayrshare sent them.
///
/// Profiles are told apart by `refId`; of several with the same, the last counts. Those without one are
/// compared in their order.
///
/// # Errors
/// Where one of them is not a JSON array of [`User`]s. The path begins with `before` or `after`.
pub fn diff_profiles(
    before: &[u8],
    after: &[u8],
    options: DiffOptions,
) -> Result<ProfilesDiff, Fault> {
    let shape = ShapeOf::<Vec<User>>::SHAPE;
    check(before, shape, "before")?;
    check(after, shape, "after")?;
    let mut after = by_id(after);
    let mut diff = ProfilesDiff::default();
    for (id, old) in by_id(before) {
        let Some(new) = after.remove(&id) else {
            diff.left.push(ProfileName::of(old));
            continue;
        };
        let found = changes(old, new, options);
        if !found.is_empty() {
            diff.changed.push(ProfileChanges::of(new, found));
        }
    }
    diff.joined = after.into_values().map(ProfileName::of).collect();
    Ok(diff)
}

/// The profiles by reference id, or by their place among those that have none.
fn by_id(profiles: &[u8]) -> BTreeMap<(Option<Cow<'_, str>>, usize), &[u8]> {
    let (mut all, mut unnamed) = (BTreeMap::new(), 0);
    for profile in elements(profiles) {
        let id = field(profile, "refId").and_then(string);
        unnamed += usize::from(id.is_none());
        let place = if id.is_none() { unnamed } else { 0 };
        all.insert((id, place), profile);
    }
    all
}

impl ProfileName {
    fn of(profile: &[u8]) -> Self {
        let text = |name| Some(string(field(profile, name)?)?.into_owned());
        ProfileName {
            ref_id: text("refId"),
            title: text("title"),
        }
    }
}

impl ProfileChanges {
    fn of(profile: &[u8], changes: Vec<Change>) -> Self {
        let ProfileName { ref_id, title } = ProfileName::of(profile);
        ProfileChanges {
            ref_id,
            title,
            changes,
        }
    }
}
