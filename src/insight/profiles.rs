//! What has changed between two lists of profiles, as two batch files hold them.

use serde::Serialize;

use super::diff::{Change, DiffOptions, Pair, changes, check};
use crate::json::named::{self, Named, Side};
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

/// What has changed between two lists of profiles. Each list is ordered by reference id, after the
/// profiles without one.
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
    let mut all = Vec::new();
    let unnamed_before = split(before, Side::Before, &mut all);
    let unnamed_after = split(after, Side::After, &mut all);
    let all = named::sorted(all);
    let mut diff = ProfilesDiff::default();
    for place in 0..unnamed_before.len().max(unnamed_after.len()) {
        let (old, new) = (unnamed_before.get(place), unnamed_after.get(place));
        diff.compare((old.copied(), new.copied()), options);
    }
    for group in named::groups(&all) {
        diff.compare(named::both(group), options);
    }
    Ok(diff)
}

/// Adds the profiles with a reference id to `named`; gives back those without.
fn split<'a>(profiles: &'a [u8], side: Side, named: &mut Vec<Named<'a>>) -> Vec<&'a [u8]> {
    let mut unnamed = Vec::new();
    for raw in elements(profiles) {
        match field(raw, "refId").and_then(string) {
            Some(name) => named.push(Named { name, side, raw }),
            None => unnamed.push(raw),
        }
    }
    unnamed
}

impl ProfilesDiff {
    fn compare(&mut self, pair: Pair<'_>, options: DiffOptions) {
        match pair {
            (Some(old), Some(new)) => {
                let found = changes(old, new, options);
                if !found.is_empty() {
                    self.changed.push(ProfileChanges::of(new, found));
                }
            }
            (Some(old), None) => self.left.push(ProfileName::of(old)),
            (None, Some(new)) => self.joined.push(ProfileName::of(new)),
            (None, None) => {}
        }
    }
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
