//! What has changed between two snapshots of a profile.
//!
//! Fields are told apart by what their change means to people; those that are not known to mean
//! anything are told with their path, so nothing that changes is passed over. Left out, unless asked for,
//! is only what changes by itself: see [`DiffOptions::include_volatile`].

use std::borrow::Cow;

use serde::Serialize;

use crate::json::number::number;
use crate::json::pairs::{self, Side, Tagged};
use crate::json::{self, Fault, elements, equal, field, push_step, string};
use crate::model::{Shape, USER};

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

/// How to compare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DiffOptions {
    /// Whether to tell also of what changes by itself, though nobody has done anything:
    ///
    /// - `lastUpdated` and `nextUpdate`, which are about the answer, and `lastApiCall`;
    /// - the query and fragment of `userImage`: networks sign the addresses of pictures anew all the
    ///   time. Without this, a picture has changed when the address before its `?` has;
    /// - `refreshDaysRemaining` when it falls, since it counts down. A rise means a refreshed link.
    ///
    /// Off by default.
    pub include_volatile: bool,
}

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// An account has been linked.
    Linked,
    /// An account is linked no more.
    Unlinked,
    /// An account has been linked again: its `created` has changed from one text to another.
    Relinked,
    /// A name has changed: `displayName`, `username`, `pageName`, `channelTitle`, or the `title` of the
    /// profile.
    Renamed,
    /// An id has changed: `id`, `userId`, `channelId`, `placeId`, or the `refId` of the profile.
    IdChanged,
    /// The picture has changed: `userImage`.
    ImageChanged,
    /// A quota, or how much of it is used, has changed: `usedQuota`, `twitterUsage`, and the monthly
    /// counts and quotas of the profile.
    QuotaChanged,
    /// Any other field has changed, documented or not; or one of those above from one type to another, which says nothing of
    /// what has happened.
    FieldChanged,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Change {
    /// What it means.
    pub kind: ChangeKind,
    /// The network of the account, as Ayrshare names it; absent for the profile itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Which field, within the account or the profile: `twitterUsage.monthlyUsage`. Empty for accounts
    /// that have been linked or unlinked. Where an account stays in one of the two lists of linked
    /// networks only, the name of the other: `displayNames` or `activeSocialAccounts`. The name of
    /// the list, too, without a network, for an entry that does not say which network it is of.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// What was there, as the text of a JSON value, so that large numbers stay exact; absent when
    /// nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What is there now, in the same way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Tells what has changed from `before` to `after`, both the JSON of a user as Ayrshare sent it. First
/// the profile itself, then its accounts by network, each by path.
///
/// Accounts are told apart by network, and by `id` should a network occur twice. Neither the order of
/// accounts and fields matters nor how numbers and strings are spelt; see [`equal`]. Absent lists of
/// linked accounts are empty ones. Arrays in fields that are not documented are compared as a whole.
///
/// A field of the wrong type is compared like any other. An account whose `platform` is no string, and what is no string in
/// `activeSocialAccounts`, is told as a changed field `displayNames` or `activeSocialAccounts` of the profile. As it may be of any
/// network, what it may stand for is then told in the same way, not as linked or unlinked.
///
/// # Errors
/// Where there is nothing to compare: one of them is no JSON object, one of its lists of linked accounts is neither list nor
/// `null`, or something in `displayNames` is no object. The path begins with `before` or `after`.
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

/// The changes between two users that have been checked.
pub(super) fn changes(before: &[u8], after: &[u8], options: DiffOptions) -> Vec<Change> {
    let mut diff = Diff::new(options);
    // As most profiles of two batch files are.
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

/// The lists of what is linked.
const ACTIVE: &str = "activeSocialAccounts";
const ACCOUNTS: &str = "displayNames";

/// The network of an entry of one of the two lists; `None` where it is no text.
fn network<'a>(list: &str, entry: &'a [u8]) -> Option<Cow<'a, str>> {
    let name = if list == ACCOUNTS {
        field(entry, "platform")?
    } else {
        entry
    };
    string(name)
}

/// What is linked on a network, on one side.
#[derive(Debug)]
struct Links<'a> {
    /// Its name in `activeSocialAccounts`, if it stands there.
    named: Option<&'a [u8]>,
    /// What `displayNames` tells of it.
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
    /// The network of the account being compared; none for the profile itself.
    network: Option<&'a str>,
    /// Whether something was linked that may be of any network and is not there any more.
    unknown_before: bool,
    /// The same of what was not there before.
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

    /// Compares the fields of a profile or account, but for the lists of linked networks.
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

    /// Compares two values, and tells of the fields of objects one by one.
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
            (before, after) => self.tell(kind, &path, before, after),
        }
    }

    /// Compares the entries of a list of linked networks that do not say which one.
    fn unnamed(&mut self, list: &str, before: Option<&[u8]>, after: Option<&[u8]>) {
        let [before, after] = [before, after].map(|entries| {
            let entries = elements(entries.unwrap_or_default());
            let unnamed = entries.filter(|entry| network(list, entry).is_none());
            unnamed.collect::<Vec<_>>()
        });
        for (before, after) in pairs(&before, &after) {
            if !before.zip(after).is_some_and(|pair| self.is_silent(pair)) {
                self.tell(ChangeKind::FieldChanged, list, before, after);
            }
            self.unknown_before |= after.is_none();
            self.unknown_after |= before.is_none();
        }
    }

    /// Whether nothing would be told of these two, were they an account of a network.
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
        // The network is still named, or may be, so only its details have come or gone.
        let only_details =
            |one: &Links<'_>, unknown| unknown || one.accounts.is_empty() && one.named.is_some();
        let was_there = only_details(before, self.unknown_before);
        let is_there = only_details(after, self.unknown_after);
        for pair in pairs(&before.accounts, &after.accounts) {
            match pair {
                (Some(before), Some(after)) => self.fields(before, after),
                (one, None) if is_there => self.tell(ChangeKind::FieldChanged, ACCOUNTS, one, None),
                (None, other) if was_there => {
                    self.tell(ChangeKind::FieldChanged, ACCOUNTS, None, other);
                }
                (one, None) => self.tell(ChangeKind::Unlinked, "", one, None),
                (None, other) => self.tell(ChangeKind::Linked, "", None, other),
            }
        }
        let silent = before.accounts.is_empty() && after.accounts.is_empty();
        match (before.named, after.named) {
            (gone @ Some(_), come @ None) | (gone @ None, come @ Some(_))
                if was_linked && is_linked =>
            {
                self.tell(ChangeKind::FieldChanged, ACTIVE, gone, come);
            }
            (None, Some(_)) if silent => self.tell(ChangeKind::Linked, "", None, None),
            (Some(_), None) if silent => self.tell(ChangeKind::Unlinked, "", None, None),
            _ => {}
        }
    }

    fn tell(&mut self, kind: ChangeKind, path: &str, before: Option<&[u8]>, after: Option<&[u8]>) {
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

    /// Whether a change from `before` to `after` comes by itself.
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

/// The JSON type of a value, as the first byte of one; `null` is absence.
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

/// Finds for each account of one network what it was before: first those that have not changed, then
/// those of the same id, then the only one left. By sorting, because comparing each with each would take
/// quadratic time.
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

/// What an account is known by; empty where it has no id.
fn id(account: &[u8]) -> String {
    field(account, "id")
        .map(json::canonical)
        .unwrap_or_default()
}
