//! What has changed between two lists of profiles, such as two batch files.

use std::borrow::Cow;

use serde::Serialize;

use super::diff::{Change, DiffOptions, Pair, changes, check};
use crate::json::pairs::{self, Side, Tagged};
use crate::json::{self, Fault, elements, field, string};
use crate::model::{ShapeOf, USER, User};

/// Identifies a profile.
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
    /// Its new title, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What has changed; never empty.
    pub changes: Vec<Change>,
}

/// What has changed between two lists of profiles. Profiles without a reference id come first in
/// each list, the others are sorted by reference id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProfilesDiff {
    /// Profiles that are only in the second list.
    pub joined: Vec<ProfileName>,
    /// Profiles that are only in the first list.
    pub left: Vec<ProfileName>,
    /// Profiles that are in both lists, but differ.
    pub changed: Vec<ProfileChanges>,
}

/// Compares two lists of profiles: which have joined, left and changed from `before` to `after`.
/// Both are JSON arrays of users as Ayrshare sent them.
///
/// Profiles are identified by `refId`; if several have the same, the last one counts. Profiles
/// without a `refId` are compared by position. A `refId` that is not a string is compared by its JSON
/// text; if exactly one such profile remains on each side, the two count as the same profile.
///
/// # Errors
/// If one of the lists is not a JSON array, or has an element that [`diff_users`](super::diff_users)
/// refuses. The path begins with `before` or `after`.
pub fn diff_profiles(
    before: &[u8],
    after: &[u8],
    options: DiffOptions,
) -> Result<ProfilesDiff, Fault> {
    let shape = ShapeOf::<Vec<User>>::SHAPE;
    check(before, shape, "before")?;
    check(after, shape, "after")?;
    let mut all = Vec::new();
    let unnamed_before = split(before, (Side::Before, "before"), &mut all)?;
    let unnamed_after = split(after, (Side::After, "after"), &mut all)?;
    let all = pairs::sorted(all);
    let mut diff = ProfilesDiff::default();
    for place in 0..unnamed_before.len().max(unnamed_after.len()) {
        let (old, new) = (unnamed_before.get(place), unnamed_after.get(place));
        diff.compare((old.copied(), new.copied()), options);
    }
    let (mut left, mut joined) = (Vec::new(), Vec::new());
    for group in pairs::groups(&all) {
        match pairs::before_and_after(group) {
            (Some(old), None) => left.push(old),
            (None, Some(new)) => joined.push(new),
            before_and_after => diff.compare(before_and_after, options),
        }
    }
    match (left.as_slice(), joined.as_slice()) {
        ([old], [new]) if has_odd_ref_id(old) || has_odd_ref_id(new) => {
            diff.compare((Some(*old), Some(*new)), options);
        }
        _ => {
            let names = |profiles: Vec<_>| profiles.into_iter().map(ProfileName::of);
            diff.left.extend(names(left));
            diff.joined.extend(names(joined));
        }
    }
    Ok(diff)
}

/// Adds the profiles with a reference id to `named`, and returns the others.
fn split<'a>(
    profiles: &'a [u8],
    (side, side_name): (Side, &str),
    named: &mut Vec<Tagged<'a>>,
) -> Result<Vec<&'a [u8]>, Fault> {
    let mut unnamed = Vec::new();
    for (index, raw) in elements(profiles).enumerate() {
        // A check of the whole list would report an element that is not an object as a mismatch only.
        if !raw.starts_with(b"{")
            && let Err(fault) = json::check(raw, USER)
        {
            return Err(*Box::new(fault).under_index(index).under_key(side_name));
        }
        match field(raw, "refId").and_then(profile_key) {
            Some(name) => named.push(Tagged { name, side, raw }),
            None => unnamed.push(raw),
        }
    }
    Ok(unnamed)
}

/// What identifies a profile, given its `refId`: the text, or the JSON of a value that is not a string. `None` for `null`.
pub(crate) fn profile_key(ref_id: &[u8]) -> Option<Cow<'_, str>> {
    let text = || string(ref_id).unwrap_or_else(|| json::owned(ref_id).into());
    (ref_id != b"null").then(text)
}

/// Whether the `refId` of a profile that has one is not a string.
pub(crate) fn has_odd_ref_id(profile: &[u8]) -> bool {
    field(profile, "refId").is_some_and(|id| id != b"null" && string(id).is_none())
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
    pub(crate) fn of(profile: &[u8]) -> Self {
        let text = |name| Some(string(field(profile, name)?)?.into_owned());
        ProfileName {
            ref_id: text("refId"),
            title: text("title"),
        }
    }
}

impl ProfileChanges {
    pub(crate) fn of(profile: &[u8], changes: Vec<Change>) -> Self {
        let ProfileName { ref_id, title } = ProfileName::of(profile);
        ProfileChanges {
            ref_id,
            title,
            changes,
        }
    }
}
