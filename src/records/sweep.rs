//! Reads a whole batch file and keeps only a report: counts, and a bounded list of links that need attention.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::error::ReadError;
use super::network_counts::NetworkCounter;
use super::options::{OnInvalid, RecordOptions};
use super::outcome::RecordOutcome;
use super::position::Scope;
use super::reader::Reader;
use super::report::{LinkDue, MismatchCount, QuotaUse, Report};
use crate::json::{Mismatch, TrustedCursor, owned};
use crate::rules::{Account, ProfileView, QUOTA_SHARE, REFRESH_WITHIN_DAYS, Usage};
use crate::sort;

/// Options of a sweep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SweepOptions {
    /// The time that days count from, in milliseconds since 1970.
    pub now_ms: f64,
    /// How many days before its renewal a link is listed. Default 14.
    pub refresh_within_days: f64,
    /// The used share at which a quota is counted and listed. Default 0.8.
    pub quota_share: f64,
    /// The maximum number of entries in each list; the most urgent ones are kept. Default 1,000.
    pub max_entries: usize,
    /// The maximum size of a record in bytes. Default 4 MiB.
    pub max_record_bytes: usize,
    /// What to do with an invalid record. By default, a mismatched record is counted like any other, with its mismatched fields treated as
    /// unknown, and an unreadable one is skipped; the report lists the mismatches. With [`OnInvalid::Throw`], either ends the sweep; with
    /// [`OnInvalid::Skip`], neither is counted.
    pub on_invalid: OnInvalid,
}

impl SweepOptions {
    /// The defaults, for a time in milliseconds since 1970.
    #[must_use]
    pub fn at(now_ms: f64) -> Self {
        SweepOptions {
            now_ms,
            refresh_within_days: REFRESH_WITHIN_DAYS,
            quota_share: QUOTA_SHARE,
            max_entries: 1_000,
            max_record_bytes: RecordOptions::default().max_record_bytes,
            on_invalid: OnInvalid::Report,
        }
    }
}

/// A sweep in progress. It is fed like a [`Reader`], but keeps only the findings.
#[derive(Debug)]
pub struct Sweep {
    reader: Reader,
    options: SweepOptions,
    report: Report,
    networks: NetworkCounter,
    links: Ranking<LinkDue>,
    quotas: Ranking<QuotaUse>,
    /// Each with the index of the last record that had it.
    mismatches: Vec<(MismatchCount, u64)>,
}

impl Sweep {
    /// Creates a sweep at the start of a file.
    #[must_use]
    pub fn new(options: SweepOptions) -> Self {
        let mut reader = Reader::new(RecordOptions {
            max_record_bytes: options.max_record_bytes,
            on_invalid: match options.on_invalid {
                OnInvalid::HandOver => OnInvalid::Report,
                on_invalid => on_invalid,
            },
            ..RecordOptions::default()
        });
        (reader.notes, reader.sweeps) = (true, true);
        Sweep {
            reader,
            report: Report::default(),
            networks: NetworkCounter::default(),
            links: Ranking::new(options.max_entries),
            quotas: Ranking::new(options.max_entries),
            mismatches: Vec::new(),
            options,
        }
    }

    /// The reader, to feed, end and resume it and to get its progress. Do not take batches from it.
    pub fn reader(&mut self) -> &mut Reader {
        &mut self.reader
    }

    /// Processes everything fed so far. After [`Reader::end`], `Ok` means that the file was complete.
    ///
    /// # Errors
    /// What is wrong with the file. The report covers the records before that point.
    pub fn advance(&mut self) -> Result<(), ReadError> {
        while let Some(outcome) = self.reader.next_outcome()? {
            match outcome {
                RecordOutcome::Wanted(_) => self.count(),
                RecordOutcome::LeftOut | RecordOutcome::Rejected(_) => self.report.unreadable += 1,
            }
            if !self.reader.mismatches.is_empty() {
                self.note();
            }
        }
        Ok(())
    }

    /// Counts the mismatches of the last record.
    #[cold]
    fn note(&mut self) {
        let mismatches = std::mem::take(&mut self.reader.mismatches);
        let record = self.reader.progress().records;
        for mismatch in mismatches.iter() {
            let Mismatch {
                expected, found, ..
            } = mismatch;
            let path = mismatch.place();
            let known = self.mismatches.iter_mut().find(|(known, _)| {
                known.path == path && known.expected == expected && known.found == found
            });
            match known {
                Some((_, last)) if *last == record => {}
                Some((known, last)) => {
                    known.records += 1;
                    *last = record;
                }
                None => {
                    let count = MismatchCount {
                        path,
                        expected: expected.to_owned(),
                        found: found.to_owned(),
                        records: 1,
                    };
                    self.mismatches.push((count, record));
                }
            }
        }
    }

    /// The findings so far.
    #[must_use]
    pub fn report(&self) -> Report {
        let progress = self.reader.progress();
        let mut report = self.report.clone();
        (report.invalid, report.bytes) = (progress.invalid, progress.bytes);
        report.networks = self.networks.sorted();
        (report.accounts, report.other_accounts) = self.networks.totals();
        (report.links, report.links_left_out) = self.links.sorted();
        (report.quotas, report.quotas_left_out) = self.quotas.sorted();
        let mismatches = self
            .mismatches
            .iter()
            .map(|(count, _)| count.clone())
            .collect();
        report.mismatches =
            sort::sorted(mismatches, |a: &MismatchCount, b| b.records.cmp(&a.records));
        report.mismatches_left_out = report
            .mismatches
            .len()
            .saturating_sub(self.options.max_entries) as u64;
        report.mismatches.truncate(self.options.max_entries);
        report
    }

    /// Counts the last record by the facts that the reader has collected.
    fn count(&mut self) {
        let Sweep {
            reader,
            options,
            report,
            networks,
            links,
            quotas,
            ..
        } = self;
        let profile = reader.facts.of(reader.buffer.data());
        report.profiles += 1;
        report.suspended += u64::from(profile.suspended());
        report.nothing_linked += u64::from(profile.nothing_linked());
        let mut found = Findings {
            profile,
            key: matches!(reader.scope, Scope::Map { .. }).then_some(reader.name.as_slice()),
            options,
            report,
            links,
            quotas,
        };
        profile.quotas().for_each(|usage| found.quota(usage));
        for account in profile.accounts() {
            networks.count(account.network_json());
            found.link(&account);
            if let Some(usage) = account.quota() {
                found.quota(usage);
            }
        }
        profile.for_each_active(|network| networks.count_named(network));
        networks.end_profile();
    }
}

/// Collects the findings about one profile.
struct Findings<'b> {
    profile: ProfileView<'b>,
    /// The reference id that is the record's key in a map, as JSON.
    key: Option<&'b [u8]>,
    options: &'b SweepOptions,
    report: &'b mut Report,
    links: &'b mut Ranking<LinkDue>,
    quotas: &'b mut Ranking<QuotaUse>,
}

impl Findings<'_> {
    fn ids(&self) -> (Option<String>, Option<String>) {
        let own = self.profile.ref_id();
        let ref_id = own.or_else(|| self.key.map(|key| TrustedCursor::new(key).text()));
        let title = self.profile.title();
        (ref_id.as_deref().map(owned), title.as_deref().map(owned))
    }

    fn link(&mut self, account: &Account<'_>) {
        let now_ms = self.options.now_ms;
        let Some(due) = account.renewal().due(now_ms) else {
            return;
        };
        if !due.within(self.options.refresh_within_days, now_ms) {
            return;
        }
        if due.expired {
            self.report.expired += 1;
        } else {
            self.report.refresh_soon += 1;
        }
        if self.links.wants(due.at_ms) {
            let (ref_id, title) = self.ids();
            let (network, due_ms) = (owned(&account.network()), due.at_ms);
            let (days_left, expired) = (due.days_left, due.expired);
            let link = LinkDue {
                ref_id,
                title,
                network,
                due_ms,
                days_left,
                expired,
            };
            self.links.add(due_ms, link);
        }
    }

    fn quota(&mut self, usage: Usage) {
        if !usage.reaches(self.options.quota_share) {
            return;
        }
        self.report.quotas_high += 1;
        let rank = -usage.share();
        let Usage { quota, used, limit } = usage;
        if self.quotas.wants(rank) {
            let (ref_id, title) = self.ids();
            self.quotas.add(
                rank,
                QuotaUse {
                    ref_id,
                    title,
                    quota,
                    used,
                    limit,
                },
            );
        }
    }
}

/// The `max_entries` entries with the lowest ranks; of equal ranks, the earlier ones.
#[derive(Debug)]
struct Ranking<T> {
    max_entries: usize,
    /// The top is the next entry to drop.
    heap: BinaryHeap<Ranked<T>>,
    total: u64,
}

#[derive(Debug)]
struct Ranked<T> {
    rank: f64,
    order: u64,
    entry: T,
}

impl<T: Clone> Ranking<T> {
    fn new(max_entries: usize) -> Self {
        Ranking {
            max_entries,
            heap: BinaryHeap::new(),
            total: 0,
        }
    }

    /// Counts an entry, and returns whether to add it.
    fn wants(&mut self, rank: f64) -> bool {
        self.total += 1;
        self.heap.len() < self.max_entries
            || self.heap.peek().is_some_and(|worst| rank < worst.rank)
    }

    fn add(&mut self, rank: f64, entry: T) {
        if self.heap.len() == self.max_entries {
            self.heap.pop();
        }
        self.heap.push(Ranked {
            rank,
            order: self.total,
            entry,
        });
    }

    /// The entries by rank, and how many were left out.
    fn sorted(&self) -> (Vec<T>, u64) {
        let all: Vec<&Ranked<T>> = self.heap.iter().collect();
        let all = sort::sorted(all, Ord::cmp);
        let left_out = self.total - all.len() as u64;
        (
            all.into_iter().map(|ranked| ranked.entry.clone()).collect(),
            left_out,
        )
    }
}

impl<T> Ord for Ranked<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank
            .total_cmp(&other.rank)
            .then(self.order.cmp(&other.order))
    }
}

impl<T> PartialOrd for Ranked<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Ranked<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Ranked<T> {}
