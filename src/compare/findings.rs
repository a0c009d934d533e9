//! Counts the changes, and collects the lists of profiles.

use serde::Serialize;

use super::reduce::{is_hash, without_hash};
use crate::insight::{Change, ChangeKind};
use crate::sort;

/// How much has changed between two files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChangeCounts {
    /// Profiles that are only in the second file.
    pub joined: u64,
    /// Profiles that are only in the first file.
    pub left: u64,
    /// Profiles that are in both files and have at least one of the changes below.
    pub changed: u64,
    /// Accounts that were linked.
    pub linked: u64,
    /// Accounts that were unlinked.
    pub unlinked: u64,
    /// Accounts that were linked again: their `created` has changed.
    pub relinked: u64,
    /// Accounts whose `displayName`, `username`, `pageName` or `channelTitle` has changed, and profiles whose `title` has.
    pub renamed: u64,
    /// Accounts whose `id`, `userId`, `channelId` or `placeId` has changed.
    pub id_changed: u64,
}

impl ChangeCounts {
    fn of(&mut self, kind: ChangeKind) -> Option<&mut u64> {
        match kind {
            ChangeKind::Linked => Some(&mut self.linked),
            ChangeKind::Unlinked => Some(&mut self.unlinked),
            ChangeKind::Relinked => Some(&mut self.relinked),
            ChangeKind::Renamed => Some(&mut self.renamed),
            ChangeKind::IdChanged => Some(&mut self.id_changed),
            _ => None,
        }
    }

    /// Counts the changes of a profile, and returns those that are reported. An account counts once for each kind of change.
    pub fn count(&mut self, changes: Vec<Change>) -> Vec<Change> {
        let mut counted: Vec<ChangeKind> = Vec::new();
        let mut kept = Vec::new();
        let mut network = None;
        for mut change in changes {
            if is_hash(&change.path) || network != change.network {
                counted.clear();
                network.clone_from(&change.network);
            }
            let is_link = matches!(change.kind, ChangeKind::Linked | ChangeKind::Unlinked);
            let Some(count) = self.of(change.kind) else {
                continue;
            };
            if is_link || !counted.contains(&change.kind) {
                *count += 1;
                counted.push(change.kind);
            }
            if is_link {
                change.before = change.before.as_deref().map(without_hash);
                change.after = change.after.as_deref().map(without_hash);
            }
            kept.push(change);
        }
        self.changed += u64::from(!kept.is_empty());
        kept
    }
}

/// The first entries of a list: those without a reference id in their order, then the others, sorted by it. As many as are wanted are kept,
/// and as many again until the next sort.
#[derive(Debug)]
pub(super) struct First<T> {
    max: usize,
    entries: Vec<(Option<String>, T)>,
}

impl<T> First<T> {
    pub fn new(max: usize) -> Self {
        First {
            max,
            entries: Vec::new(),
        }
    }

    /// Adds an entry with the reference id of its profile.
    pub fn add(&mut self, ref_id: Option<String>, entry: T) {
        self.entries.push((ref_id, entry));
        if self.entries.len() >= self.max.saturating_mul(2).max(64) {
            self.sort();
        }
    }

    /// Removes the entries with a reference id.
    pub fn remove_named(&mut self) {
        self.entries.retain(|(ref_id, _)| ref_id.is_none());
    }

    fn sort(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        self.entries = sort::sorted(entries, |one, other| one.0.cmp(&other.0));
        self.entries.truncate(self.max);
    }

    /// The entries, and `last` if there is room.
    pub fn into_list(mut self, last: Option<T>) -> Vec<T> {
        self.sort();
        let entries = self.entries.into_iter().map(|(_, entry)| entry);
        entries.chain(last).take(self.max).collect()
    }
}
