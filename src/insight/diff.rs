//! The changes between two snapshots of a profile.
//!
//! Each change is classified by what it means to people. A change without a known meaning is reported
//! with its path, so no change is lost, except those that happen by themselves, which are omitted by
//! default: see [`DiffOptions::include_volatile`].

use std::borrow::Cow;

use serde::Serialize;

use crate::json::number::number;
use crate::json::pairs::{self, Side, Tagged};
use crate::json::{self, Fault, elements, equal, field, push_step, string};
use crate::model::{Shape, USER};

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

/// Options for comparing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DiffOptions {
    /// Whether to report changes that happen by themselves, without anyone doing anything:
    ///
    /// - `lastUpdated` and `nextUpdate`, which describe the response, and `lastApiCall`;
    /// - the query and fragment of `userImage`, because networks keep re-signing picture URLs. Without
    ///   this option, a picture has changed if the URL before the `?` has;
    /// - a decrease of `refreshDaysRemaining`, which counts down. An increase means a refreshed link.
    ///
    /// Off by default.
    pub include_volatile: bool,
}

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// An account was linked.
    Linked,
    /// An account was unlinked.
    Unlinked,
    /// An account was linked again: its `created` changed from one string to another.
    Relinked,
    /// A name changed: `displayName`, `username`, `pageName`, `channelTitle`, or the `title` of the
    /// profile.
    Renamed,
    /// An id changed: `id`, `userId`, `channelId`, `placeId`, or the `refId` of the profile.
    IdChanged,
    /// The picture changed: `userImage`.
    ImageChanged,
    /// A quota or its usage changed: `usedQuota`, `twitterUsage`, and the monthly counts and quotas of
    /// the profile.
    QuotaChanged,
    /// Any other field changed, documented or not; or a field above changed its type, which does not say what happened.
    FieldChanged,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Change {
    /// What the change means.
    pub kind: ChangeKind,
    /// The network of the account, as Ayrshare names it; absent for the profile itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Path of the field in the account or profile, for example `twitterUsage.monthlyUsage`. Empty if
    /// an account was linked or unlinked. If an account appears in or disappears from only one of the two lists of linked
    /// networks, the name of that list: `displayNames` or `activeSocialAccounts`. Also the name of the
    /// list, without a network, for an entry whose network is unknown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The value before, as JSON text so that large numbers stay exact; absent if there was no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The value after, in the same form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Lists the changes from `before` to `after`, both the JSON of a user as Ayrshare sent it. Changes of
/// the profile come first, then those of its accounts by network, each in order of path.
///
/// Accounts are matched by network, and by `id` if a network occurs more than once. The order of
/// accounts and fields and the spelling of numbers and strings are ignored; see [`equal`]. Absent lists
/// of linked accounts count as empty. Arrays in undocumented fields are compared as a whole.
///
/// A field of the wrong type is compared like any other. An account whose `platform` is not a string, or an entry of
/// `activeSocialAccounts` that is not a string, is reported as a change of the profile's field `displayNames` or
/// `activeSocialAccounts`. Since it may belong to any network, an account that may correspond to it is also reported as a
/// changed field, not as linked or unlinked.
///
/// # Errors
/// If one of the two is not a JSON object, one of its lists of linked accounts is neither an array nor `null`, or an entry of
/// `displayNames` is not an object. The error's path begins with `before` or `after`.
pub fn diff_users(before: &[u8], after: &[u8], options: DiffOptions) -> Result<Vec<Change>, Fault> {
    check(before, USER, "before")?;
    check(after, USER, "after")?;
    Ok(changes(before, after, options))
}

/// Checks one of the two bodies.
pub(super) fn check(body: &[u8], shape: &'static Shape, side: &str) -> Result<(), Fault> {
    match json::check(body, shape) {
        Ok(_) => Ok(()),
        Err(fault) => Err(*Box::new(fault).under_key(side)),
    }
}

/// The changes between two users that have already been checked.
pub(crate) fn changes(before: &[u8], after: &[u8], options: DiffOptions) -> Vec<Change> {
    let mut diff = Diff::new(options);
    // The common case when two batch files are compared.
    if before == after {
        return diff.changes;
    }
    diff.fields(before, after);
    let mut names = Vec::new();
    for list in [ACTIVE, ACCOUNTS] {
        for (side, user) in [(Side::Before, before), (Side::After, after)] {
            let entries = elements(field(user, list).unwrap_or_default());
            names.extend(entries.filter_map(|raw| {
                let name = network(list, raw)?;
                Some(Tagged { name, side, raw })
            }));
        }
    }
    let names = pairs::sorted(names);
    for group in pairs::groups(&names) {
        diff.network = group.first().map(|first| first.name.as_ref());
        diff.links(
            &Links::of(group, Side::Before),
            &Links::of(group, Side::After),
        );
    }
    diff.changes
}

/// The two lists of linked networks.
const ACTIVE: &str = "activeSocialAccounts";
const ACCOUNTS: &str = "displayNames";

/// The network of an entry of one of the two lists; `None` if it is not a string.
fn network<'a>(list: &str, entry: &'a [u8]) -> Option<Cow<'a, str>> {
    let name = if list == ACCOUNTS {
        field(entry, "platform")?
    } else {
        entry
    };
    string(name)
}

/// What is linked on one network, in one snapshot.
#[derive(Debug)]
struct Links<'a> {
    /// The network's name in `activeSocialAccounts`, if listed there.
    named: Option<&'a [u8]>,
    /// The network's accounts in `displayNames`.
    accounts: Vec<&'a [u8]>,
}

impl<'a> Links<'a> {
    fn of(group: &[Tagged<'a>], side: Side) -> Self {
        let on_side = group.iter().filter(|named| named.side == side);
        let (accounts, names): (Vec<&[u8]>, Vec<&[u8]>) = on_side
            .map(|named| named.raw)
            .partition(|raw| raw.starts_with(b"{"));
        Links {
            named: names.first().copied(),
            accounts,
        }
    }

    fn linked(&self) -> bool {
        self.named.is_some() || !self.accounts.is_empty()
    }
}

/// The changes found so far, and what is being compared.
struct Diff<'a> {
    options: DiffOptions,
    /// The network of the account being compared; `None` for the profile itself.
    network: Option<&'a str>,
    /// Whether an entry of unknown network, which may be of any network, disappeared.
    unknown_before: bool,
    /// Whether such an entry appeared.
    unknown_after: bool,
    changes: Vec<Change>,
}

impl Diff<'_> {
    fn new(options: DiffOptions) -> Self {
        Diff {
            options,
            network: None,
            unknown_before: false,
            unknown_after: false,
            changes: Vec::new(),
        }
    }

    /// Compares the fields of a profile or account, except the entries with a known network in the two lists.
    fn fields(&mut self, before: &[u8], after: &[u8]) {
        let all = pairs::fields(before, after);
        for group in pairs::groups(&all) {
            let name = group.first().map_or("", |first| first.name.as_ref());
            let (before, after) = pairs::before_and_after(group);
            let silent = || !self.options.include_volatile && self.is_volatile(name, before, after);
            if matches!(name, ACTIVE | ACCOUNTS) && self.network.is_none() {
                self.unnamed(name, before, after);
            } else if !silent() {
                self.value(self.kind(name), "", name, (before, after));
            }
        }
    }

    /// Compares two values, and reports the changed fields of objects one by one.
    fn value(&mut self, kind: ChangeKind, path: &str, name: &str, values: Pair<'_>) {
        let mut path = path.to_owned();
        push_step(&mut path, name);
        match values {
            (Some(before), Some(after)) if before == after => {}
            (Some(before @ [b'{', ..]), Some(after @ [b'{', ..])) => {
                let all = pairs::fields(before, after);
                for group in pairs::groups(&all) {
                    let name = group.first().map_or("", |first| first.name.as_ref());
                    self.value(kind, &path, name, pairs::before_and_after(group));
                }
            }
            (Some(before), Some(after)) if equal(before, after) => {}
            (before, after) => self.push(kind, &path, before, after),
        }
    }

    /// Compares the entries of a list of linked networks whose network is unknown.
    fn unnamed(&mut self, list: &str, before: Option<&[u8]>, after: Option<&[u8]>) {
        let [before, after] = [before, after].map(|entries| {
            let entries = elements(entries.unwrap_or_default());
            let unnamed = entries.filter(|entry| network(list, entry).is_none());
            unnamed.collect::<Vec<_>>()
        });
        for (before, after) in pairs(&before, &after) {
            if !before.zip(after).is_some_and(|pair| self.is_silent(pair)) {
                self.push(ChangeKind::FieldChanged, list, before, after);
            }
            self.unknown_before |= after.is_none();
            self.unknown_after |= before.is_none();
        }
    }

    /// Whether comparing these two as an account of a network would report no change.
    fn is_silent(&self, (before, after): (&[u8], &[u8])) -> bool {
        let (b'{', b'{') = (first(before), first(after)) else {
            return equal(before, after);
        };
        let mut account = Diff::new(self.options);
        account.network = Some("");
        account.fields(before, after);
        account.changes.is_empty()
    }

    /// Compares what is linked on a network.
    fn links(&mut self, before: &Links<'_>, after: &Links<'_>) {
        let (was_linked, is_linked) = (
            before.linked() || self.unknown_before,
            after.linked() || self.unknown_after,
        );
        // The network is still listed, or may be, so only its details appeared or disappeared.
        let only_details =
            |one: &Links<'_>, unknown| unknown || one.accounts.is_empty() && one.named.is_some();
        let was_there = only_details(before, self.unknown_before);
        let is_there = only_details(after, self.unknown_after);
        for pair in pairs(&before.accounts, &after.accounts) {
            match pair {
                (Some(before), Some(after)) => self.fields(before, after),
                (one, None) if is_there => self.push(ChangeKind::FieldChanged, ACCOUNTS, one, None),
                (None, other) if was_there => {
                    self.push(ChangeKind::FieldChanged, ACCOUNTS, None, other);
                }
                (one, None) => self.push(ChangeKind::Unlinked, "", one, None),
                (None, other) => self.push(ChangeKind::Linked, "", None, other),
            }
        }
        let silent = before.accounts.is_empty() && after.accounts.is_empty();
        match (before.named, after.named) {
            (gone @ Some(_), come @ None) | (gone @ None, come @ Some(_))
                if was_linked && is_linked =>
            {
                self.push(ChangeKind::FieldChanged, ACTIVE, gone, come);
            }
            (None, Some(_)) if silent => self.push(ChangeKind::Linked, "", None, None),
            (Some(_), None) if silent => self.push(ChangeKind::Unlinked, "", None, None),
            _ => {}
        }
    }

    fn push(&mut self, kind: ChangeKind, path: &str, before: Option<&[u8]>, after: Option<&[u8]>) {
        let kind = match (before.and_then(type_of), after.and_then(type_of)) {
            (Some(before), Some(after)) if before != after => ChangeKind::FieldChanged,
            (None, _) | (_, None) if kind == ChangeKind::Relinked => ChangeKind::FieldChanged,
            _ => kind,
        };
        self.changes.push(Change {
            kind,
            network: self.network.map(str::to_owned),
            path: path.to_owned(),
            before: before.map(json::owned),
            after: after.map(json::owned),
        });
    }

    fn kind(&self, name: &str) -> ChangeKind {
        match (self.network, name) {
            (None, "title")
            | (Some(_), "channelTitle" | "displayName" | "pageName" | "username") => {
                ChangeKind::Renamed
            }
            (None, "refId") | (Some(_), "channelId" | "id" | "placeId" | "userId") => {
                ChangeKind::IdChanged
            }
            (
                None,
                "messagingConversationMonthlyCount"
                | "monthlyApiCalls"
                | "monthlyApiCallsQuota"
                | "monthlyPostCount"
                | "monthlyPostQuota",
            )
            | (Some(_), "twitterUsage" | "usedQuota") => ChangeKind::QuotaChanged,
            (Some(_), "created") => ChangeKind::Relinked,
            (Some(_), "userImage") => ChangeKind::ImageChanged,
            _ => ChangeKind::FieldChanged,
        }
    }

    /// Whether a change from `before` to `after` happens by itself.
    fn is_volatile(&self, name: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> bool {
        match (self.network, name) {
            (None, "lastApiCall" | "lastUpdated" | "nextUpdate") => true,
            (Some(_), "refreshDaysRemaining") => {
                let days = before.and_then(number).zip(after.and_then(number));
                days.is_some_and(|(before, after)| after < before)
            }
            (Some(_), "userImage") => {
                let addresses = before.and_then(string).zip(after.and_then(string));
                addresses.is_some_and(|(before, after)| address(&before) == address(&after))
            }
            _ => false,
        }
    }
}

/// The JSON type of a value, represented by its first byte; `null` counts as absent.
fn type_of(raw: &[u8]) -> Option<u8> {
    match first(raw) {
        b'n' => None,
        b'-' | b'0'..=b'9' => Some(b'0'),
        b't' | b'f' => Some(b't'),
        first => Some(first),
    }
}

fn first(raw: &[u8]) -> u8 {
    raw.first().copied().unwrap_or_default()
}

/// A URL without query and fragment.
fn address(url: &str) -> Option<&str> {
    url.split(['?', '#']).next()
}

/// A value before and after.
pub(super) type Pair<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// Matches the accounts of one network before and after: first those that are unchanged, then those with
/// the same id, then the only one left. Sorts them, because comparing all pairs would take quadratic time.
fn pairs<'a>(before: &[&'a [u8]], after: &[&'a [u8]]) -> Vec<Pair<'a>> {
    if let ([one], [other]) = (before, after) {
        return vec![(Some(*one), Some(*other))];
    }
    let mut all = Vec::new();
    for (side, accounts) in [(Side::Before, before), (Side::After, after)] {
        all.extend(accounts.iter().map(|raw| named(side, raw, json::canonical)));
    }
    let mut changed = Vec::new();
    for group in pairs::groups(&pairs::sorted(all)) {
        let (olds, news) = sides(group);
        let unchanged = olds.len().min(news.len());
        for (side, rest) in [(Side::Before, olds), (Side::After, news)] {
            let rest = rest.iter().skip(unchanged);
            changed.extend(rest.map(|raw| named(side, raw, id)));
        }
    }
    let (mut pairs, mut left) = (Vec::new(), (Vec::new(), Vec::new()));
    for group in pairs::groups(&pairs::sorted(changed)) {
        let (olds, news) = sides(group);
        let has_id = group.first().is_some_and(|first| !first.name.is_empty());
        if let ([one], [other], true) = (olds.as_slice(), news.as_slice(), has_id) {
            pairs.push((Some(*one), Some(*other)));
        } else {
            left.0.extend(olds);
            left.1.extend(news);
        }
    }
    if let ([one], [other]) = (left.0.as_slice(), left.1.as_slice()) {
        pairs.push((Some(*one), Some(*other)));
    } else {
        pairs.extend(left.0.into_iter().map(|one| (Some(one), None)));
        pairs.extend(left.1.into_iter().map(|other| (None, Some(other))));
    }
    pairs
}

fn named(side: Side, raw: &[u8], key: fn(&[u8]) -> String) -> Tagged<'_> {
    let name = Cow::Owned(key(raw));
    Tagged { name, side, raw }
}

fn sides<'a>(group: &[Tagged<'a>]) -> (Vec<&'a [u8]>, Vec<&'a [u8]>) {
    let on = |side| {
        let some = group.iter().filter(|named| named.side == side);
        some.map(|named| named.raw).collect()
    };
    (on(Side::Before), on(Side::After))
}

/// The account's id as canonical JSON; empty if it has none.
fn id(account: &[u8]) -> String {
    field(account, "id")
        .map(json::canonical)
        .unwrap_or_default()
}
