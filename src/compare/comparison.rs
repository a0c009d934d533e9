//! Reads both files, one after the other, and compares them.

use std::borrow::Cow;

use serde::Serialize;

use super::findings::{ChangeCounts, First};
use super::table::{Entry, Place, Table};
use crate::insight::{
    DiffOptions, ProfileChanges, ProfileName, changes, has_odd_ref_id, profile_key,
};
use crate::json::field;
use crate::records::{Delivery, OnInvalid, ReadError, Reader, RecordOptions};

/// Options of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompareOptions {
    /// The maximum number of entries in each list. Default 1,000.
    pub max_entries: usize,
    /// The maximum size of a record in bytes. Default 4 MiB.
    pub max_record_bytes: usize,
    /// Whether an invalid record ends the comparison. By default, a mismatched record is compared like any other, and an unreadable one is
    /// counted and left out.
    pub throws: bool,
}

impl Default for CompareOptions {
    fn default() -> Self {
        CompareOptions {
            max_entries: 1_000,
            max_record_bytes: RecordOptions::default().max_record_bytes,
            throws: false,
        }
    }
}

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSide {
    /// The older file.
    Before,
    /// The newer file.
    After,
}

/// What was in one of the files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ComparedFile {
    /// Profiles that were compared.
    pub profiles: u64,
    /// Their linked accounts, counted as in a sweep: each account, and each network that is only listed in `activeSocialAccounts`.
    pub accounts: u64,
    /// Invalid records: mismatched or unreadable.
    pub invalid: u64,
    /// Records that could not be read, and were left out.
    pub unreadable: u64,
    /// Size of the file in bytes.
    pub bytes: u64,
}

/// What has changed between two files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProfilesComparison {
    /// The older file.
    pub before: ComparedFile,
    /// The newer file.
    pub after: ComparedFile,
    /// How much has changed, including what the lists leave out.
    pub counts: ChangeCounts,
    /// Profiles that are only in the newer file. Each list begins with the profiles without a reference id; the others follow, sorted by
    /// it. Each has at most [`CompareOptions::max_entries`].
    pub joined: Vec<ProfileName>,
    /// Profiles that are only in the older file.
    pub left: Vec<ProfileName>,
    /// Profiles that are in both, with the changes of their links and names.
    pub changed: Vec<ProfileChanges>,
}

/// A comparison in progress. [`super`] shows how to use it.
#[derive(Debug)]
pub struct Comparison {
    options: CompareOptions,
    reader: Reader,
    side: FileSide,
    table: Table,
    files: [ComparedFile; 2],
    /// How many profiles have been compared.
    compared: usize,
    counts: ChangeCounts,
    joined: First<ProfileName>,
    left: First<ProfileName>,
    changed: First<ProfileChanges>,
    /// The last profiles with a reference id that joined and left, and how many there were.
    last_joined: (usize, Place),
    last_left: (usize, Place),
}

impl Comparison {
    /// Creates a comparison at the start of the older file.
    #[must_use]
    pub fn new(options: CompareOptions) -> Self {
        Comparison {
            reader: reader(options),
            side: FileSide::Before,
            table: Table::default(),
            files: [ComparedFile::default(); 2],
            compared: 0,
            counts: ChangeCounts::default(),
            joined: First::new(options.max_entries),
            left: First::new(options.max_entries),
            changed: First::new(options.max_entries),
            last_joined: (0, Place::NONE),
            last_left: (0, Place::NONE),
            options,
        }
    }

    /// The reader of the current file, to feed, end and resume it and to get its progress. Do not take batches from it.
    pub fn reader(&mut self) -> &mut Reader {
        &mut self.reader
    }

    /// Which file is being read.
    #[must_use]
    pub fn side(&self) -> FileSide {
        self.side
    }

    /// Processes everything fed so far. After [`Reader::end`], `Ok` means that the file was complete.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn advance(&mut self) -> Result<(), ReadError> {
        let [before, after] = &mut self.files;
        let file = match self.side {
            FileSide::Before => before,
            FileSide::After => after,
        };
        while let Some(delivery) = self.reader.next_batch()? {
            match delivery {
                Delivery::Records(batch) => {
                    for profile in batch.records() {
                        file.profiles += 1;
                        file.accounts += match self.side {
                            FileSide::Before => self.table.add_before(profile),
                            FileSide::After => self.table.add_after(profile),
                        };
                    }
                }
                Delivery::Rejected(rejected) => {
                    file.unreadable += u64::from(!rejected.is_handed_out);
                }
            }
        }
        let progress = self.reader.progress();
        (file.invalid, file.bytes) = (progress.invalid, progress.bytes);
        Ok(())
    }

    /// Goes on to the newer file. Call it when the older one has ended and been processed.
    pub fn end_file(&mut self) {
        if self.side == FileSide::Before {
            self.side = FileSide::After;
            self.reader = reader(self.options);
        }
    }

    /// Compares the next profiles, up to `count` of those that may differ, and returns whether there are more. Call it when both files have
    /// been processed.
    pub fn compare(&mut self, mut count: usize) -> bool {
        while count > 0 {
            let unnamed = self.table.unnamed().get(self.compared).copied();
            let named = self.compared.checked_sub(self.table.unnamed().len());
            let entry = unnamed.or_else(|| self.table.named(named?));
            let Some(entry) = entry else {
                return false;
            };
            self.compared += 1;
            if entry.after != Place::SAME {
                count -= 1;
                self.compare_entry(entry, unnamed.is_none());
            }
        }
        true
    }

    fn compare_entry(&mut self, entry: Entry, is_named: bool) {
        match entry {
            Entry { before, after } if after == Place::NONE => {
                self.counts.left += 1;
                if is_named {
                    self.last_left = (self.last_left.0 + 1, before);
                }
                let (key, name) = self.name(before);
                self.left.add(key, name);
            }
            Entry { before, after } if before == Place::NONE => {
                self.counts.joined += 1;
                if is_named {
                    self.last_joined = (self.last_joined.0 + 1, after);
                }
                let (key, name) = self.name(after);
                self.joined.add(key, name);
            }
            entry => {
                if let Some((key, changed)) = self.changes(entry) {
                    self.changed.add(key, changed);
                }
            }
        }
    }

    fn changes(&mut self, entry: Entry) -> Option<(Option<String>, ProfileChanges)> {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        self.table.json(entry.before, &mut old);
        self.table.json(entry.after, &mut new);
        let changes = changes(&old, &new, DiffOptions::default());
        let changes = self.counts.count(changes);
        let found = (!changes.is_empty()).then(|| ProfileChanges::of(&new, changes));
        Some((key(&new), found?))
    }

    fn name(&self, place: Place) -> (Option<String>, ProfileName) {
        let mut json = Vec::new();
        self.table.json(place, &mut json);
        (key(&json), ProfileName::of(&json))
    }

    /// What has changed. Call it when [`compare`](Self::compare) has returned `false`.
    #[must_use]
    pub fn result(mut self) -> ProfilesComparison {
        let last = self.odd_pair();
        let [before, after] = self.files;
        ProfilesComparison {
            before,
            after,
            counts: self.counts,
            joined: self.joined.into_list(None),
            left: self.left.into_list(None),
            changed: self.changed.into_list(last),
        }
    }

    /// If exactly one profile remains on each side, and the reference id of one is not a string, the two count as the same profile.
    fn odd_pair(&mut self) -> Option<ProfileChanges> {
        let ((1, before), (1, after)) = (self.last_left, self.last_joined) else {
            return None;
        };
        let is_odd = |place| {
            let mut json = Vec::new();
            self.table.json(place, &mut json);
            has_odd_ref_id(&json)
        };
        if !is_odd(before) && !is_odd(after) {
            return None;
        }
        self.left.remove_named();
        self.joined.remove_named();
        self.counts.left -= 1;
        self.counts.joined -= 1;
        self.changes(Entry { before, after })
            .map(|(_, changed)| changed)
    }

    /// How many bytes the profiles take in memory.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.table.bytes()
    }
}

fn reader(options: CompareOptions) -> Reader {
    Reader::new(RecordOptions {
        max_record_bytes: options.max_record_bytes,
        on_invalid: if options.throws {
            OnInvalid::Throw
        } else {
            OnInvalid::HandOver
        },
        ..RecordOptions::default()
    })
}

/// The reference id that a profile is sorted by.
fn key(profile: &[u8]) -> Option<String> {
    let ref_id = field(profile, "refId")?;
    profile_key(ref_id).map(Cow::into_owned)
}
