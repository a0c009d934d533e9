//! The few fields of a profile that the rules evaluate, collected while its bytes are checked.

use std::borrow::Cow;
use std::ops::Range;

use super::quota::{INSTAGRAM_QUOTA, Quota, Usage};
use super::renewal::Renewal;
use crate::json::number::number;
use crate::json::{FieldVisitor, TrustedCursor};
use crate::model::shape::Name;
use crate::time::parse_time_ms;

/// The fields to collect, as numbers to compare.
mod id {
    use crate::model::shape::Name;

    macro_rules! ids {
        ($($id:ident = $name:literal,)*) => {
            $(pub const $id: u64 = Name::new($name).id();)*

            /// The bits of all these fields.
            pub const WANTED: u64 = 0 $(| Name::new($name).bit())*;
        };
    }

    ids! {
        ACTIVE = "activeSocialAccounts",
        ACCOUNTS = "displayNames",
        LAST_UPDATED = "lastUpdated",
        CALLS = "monthlyApiCalls",
        CALLS_QUOTA = "monthlyApiCallsQuota",
        POSTS = "monthlyPostCount",
        POSTS_QUOTA = "monthlyPostQuota",
        REF_ID = "refId",
        SUSPENDED = "suspended",
        TITLE = "title",
        PLATFORM = "platform",
        REFRESH_DAYS = "refreshDaysRemaining",
        REFRESH_REQUIRED = "refreshRequired",
        INSTAGRAM_USED = "usedQuota",
        X_USAGE = "twitterUsage",
        X_LIMIT = "monthlyLimit",
        X_RESET = "monthlyReset",
        X_USED = "monthlyUsage",
    }
}

/// The byte range of a value in a profile.
type ByteRange = Option<(usize, usize)>;

/// The facts of a profile. Strings are stored as byte ranges, so that one instance can be reused
/// for many profiles.
#[derive(Debug, Default)]
pub(crate) struct ProfileFacts {
    ref_id: ByteRange,
    title: ByteRange,
    last_updated_ms: Option<f64>,
    active: ByteRange,
    accounts: Vec<AccountFacts>,
    suspended: bool,
    calls: UsageFacts,
    posts: UsageFacts,
}

/// The facts of a linked account.
#[derive(Debug, Default)]
struct AccountFacts {
    network: ByteRange,
    instagram_used: Option<f64>,
    x: UsageFacts,
    x_resets_ms: Option<f64>,
    days_remaining: Option<f64>,
    required_ms: Option<f64>,
}

/// The usage and limit of a quota.
#[derive(Debug, Default, Clone, Copy)]
struct UsageFacts {
    used: Option<f64>,
    limit: Option<f64>,
}

/// A profile, read from its facts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProfileView<'a> {
    facts: &'a ProfileFacts,
    bytes: &'a [u8],
}

/// A linked account, read from its facts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account<'a> {
    noted: &'a AccountFacts,
    profile: ProfileView<'a>,
}

impl ProfileFacts {
    /// Clears everything for the next profile. Keeps the allocation.
    pub fn clear(&mut self) {
        let mut accounts = std::mem::take(&mut self.accounts);
        accounts.clear();
        *self = ProfileFacts {
            accounts,
            ..ProfileFacts::default()
        };
    }

    /// The profile with these facts. `bytes` must be those that the facts were collected from.
    pub fn of<'a>(&'a self, bytes: &'a [u8]) -> ProfileView<'a> {
        ProfileView { facts: self, bytes }
    }
}

impl FieldVisitor for ProfileFacts {
    fn wanted(&self) -> u64 {
        id::WANTED
    }

    fn begin(&mut self, name: &'static Name) {
        match name.id() {
            id::ACCOUNTS => self.accounts.clear(),
            id::PLATFORM => self.accounts.push(AccountFacts::default()),
            id::X_USAGE => {
                if let Some(account) = self.accounts.last_mut() {
                    (account.x, account.x_resets_ms) = (UsageFacts::default(), None);
                }
            }
            _ => {}
        }
    }

    fn restart(&mut self) {
        self.clear();
    }

    /// A value of the wrong type counts as absent.
    #[inline]
    fn end(&mut self, name: &'static Name, bytes: &[u8], value: Range<usize>) {
        let place = Some((value.start, value.end));
        let text = place.filter(|(start, _)| bytes.get(*start) == Some(&b'"'));
        let raw = || bytes.get(value).unwrap_or_default();
        match name.id() {
            id::ACTIVE => self.active = place,
            id::LAST_UPDATED => self.last_updated_ms = time_ms(raw()),
            id::CALLS => self.calls.used = number(raw()),
            id::CALLS_QUOTA => self.calls.limit = number(raw()),
            id::POSTS => self.posts.used = number(raw()),
            id::POSTS_QUOTA => self.posts.limit = number(raw()),
            id::REF_ID => self.ref_id = text,
            id::SUSPENDED => self.suspended = raw() == b"true",
            id::TITLE => self.title = text,
            id => {
                if let Some(account) = self.accounts.last_mut() {
                    account.note(id, text, raw);
                }
            }
        }
    }
}

impl AccountFacts {
    #[inline(always)]
    fn note<'a>(&mut self, id: u64, text: ByteRange, raw: impl FnOnce() -> &'a [u8]) {
        match id {
            id::PLATFORM => self.network = text,
            id::REFRESH_DAYS => self.days_remaining = number(raw()),
            id::REFRESH_REQUIRED => self.required_ms = time_ms(raw()),
            id::INSTAGRAM_USED => self.instagram_used = number(raw()),
            id::X_LIMIT => self.x.limit = number(raw()),
            id::X_RESET => self.x_resets_ms = time_ms(raw()),
            id::X_USED => self.x.used = number(raw()),
            _ => {}
        }
    }
}

impl<'a> ProfileView<'a> {
    pub fn ref_id(&self) -> Option<Cow<'a, [u8]>> {
        self.text(self.facts.ref_id)
    }

    pub fn title(&self) -> Option<Cow<'a, [u8]>> {
        self.text(self.facts.title)
    }

    pub fn suspended(&self) -> bool {
        self.facts.suspended
    }

    /// The networks in `activeSocialAccounts`, as JSON. Usually, but not always, the same as those
    /// of the accounts.
    pub fn for_each_active(&self, mut visit: impl FnMut(&'a [u8])) {
        self.for_each_entry(|network| {
            if network.starts_with(b"\"") {
                visit(network);
            }
        });
    }

    /// Every entry of `activeSocialAccounts`, whatever its type.
    fn for_each_entry(&self, mut visit: impl FnMut(&'a [u8])) {
        TrustedCursor::new(self.raw(self.facts.active)).elements(|network| visit(network.value()));
    }

    /// The linked accounts with a known network; nothing can be said about the others.
    pub fn accounts(&self) -> impl Iterator<Item = Account<'a>> + use<'a> {
        let profile = *self;
        let accounts = profile.facts.accounts.iter();
        let known = accounts.filter(|noted| noted.network.is_some());
        known.map(move |noted| Account { noted, profile })
    }

    /// Whether it is known that nothing is linked: what cannot be read may be linked.
    pub fn nothing_linked(&self) -> bool {
        let mut linked = !self.facts.accounts.is_empty();
        if !linked {
            self.for_each_entry(|_| linked = true);
        }
        !linked
    }

    /// How much of each quota is used, if the profile says so.
    pub fn quotas(&self) -> impl Iterator<Item = Usage> + use<> {
        let calls = self.facts.calls.usage(Quota::MonthlyApiCalls);
        let posts = self.facts.posts.usage(Quota::MonthlyPosts);
        calls.into_iter().chain(posts)
    }

    fn raw(&self, place: ByteRange) -> &'a [u8] {
        let value = place.and_then(|(start, end)| self.bytes.get(start..end));
        value.unwrap_or_default()
    }

    fn text(&self, place: ByteRange) -> Option<Cow<'a, [u8]>> {
        let raw = self.raw(place);
        raw.starts_with(b"\"")
            .then(|| TrustedCursor::new(raw).text())
    }
}

impl<'a> Account<'a> {
    /// The network as JSON, which can be compared without decoding it.
    pub fn network_json(&self) -> &'a [u8] {
        self.profile.raw(self.noted.network)
    }

    pub fn network(&self) -> Cow<'a, [u8]> {
        self.profile.text(self.noted.network).unwrap_or_default()
    }

    /// When the link must be renewed, according to the account.
    pub fn renewal(&self) -> Renewal {
        Renewal {
            days_remaining: self.noted.days_remaining,
            required_ms: self.noted.required_ms,
            as_of_ms: self
                .noted
                .days_remaining
                .and(self.profile.facts.last_updated_ms),
        }
    }

    /// How much of the account's quota is used, if its network has one.
    pub fn quota(&self) -> Option<Usage> {
        let (instagram_used, x) = (self.noted.instagram_used, self.noted.x);
        if instagram_used.is_none() && x.used.is_none() {
            return None;
        }
        match self.network().as_ref() {
            b"instagram" => Usage::of(Quota::InstagramPosts, instagram_used, Some(INSTAGRAM_QUOTA)),
            b"twitter" => x.usage(Quota::TwitterUsage),
            _ => None,
        }
    }

    /// When the account's quota resets, in milliseconds since 1970, if known: the start of the day
    /// in `monthlyReset` of X.
    pub fn quota_resets_ms(&self) -> Option<f64> {
        self.noted.x_resets_ms
    }
}

impl UsageFacts {
    fn usage(self, quota: Quota) -> Option<Usage> {
        Usage::of(quota, self.used, self.limit)
    }
}

/// Parses a JSON string as a time.
fn time_ms(raw: &[u8]) -> Option<f64> {
    parse_time_ms(std::str::from_utf8(&TrustedCursor::new(raw).text()).ok()?)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::json;
    use crate::model::USER;

    const SAMPLES: [&str; 4] = [
        include_str!("../../tests/fixtures/user.json"),
        include_str!("../../tests/fixtures/user-networks.json"),
        include_str!("../../tests/fixtures/user-nothing-linked.json"),
        r#"{"displayNames":[{"platform":"reddit"}],"title":"a","displayNames":[{"twitterUsage":{"monthlyUsage":3,"monthlyLimit":4},
            "twitterUsage":{"monthlyUsage":1,"monthlyReset":"2024-02-29"},"pl\u0061tform":"twitter","refreshDaysRemaining":null}],"title":"b\"",
            "monthlyApiCalls":7,"monthlyApiCallsQuota":8,"monthlyPostCount":1,"monthlyPostQuota":null,"suspended":true,"refId":"r"}"#,
    ];

    fn skimmed(user: &str) -> ProfileFacts {
        let mut facts = ProfileFacts::default();
        TrustedCursor::at(user.as_bytes(), 0).visit_fields(USER, &mut facts);
        facts
    }

    #[test]
    fn a_check_and_a_trusted_read_find_the_same_facts() {
        let mut checked = ProfileFacts::default();
        for sample in SAMPLES {
            checked.clear();
            json::check_with(sample.as_bytes(), USER, &mut checked).unwrap();
            assert_eq!(format!("{checked:?}"), format!("{:?}", skimmed(sample)));
        }
    }

    #[test]
    fn the_last_of_several_fields_counts() {
        let facts = skimmed(SAMPLES[3]);
        let profile = facts.of(SAMPLES[3].as_bytes());
        assert_eq!(profile.title().unwrap().as_ref(), b"b\"");
        assert_eq!(profile.quotas().count(), 1, "calls; posts have no limit");
        let accounts: Vec<_> = profile.accounts().collect();
        assert_eq!(accounts.len(), 1);
        assert_eq!(accounts[0].network().as_ref(), b"twitter");
        assert_eq!(
            accounts[0].quota(),
            None,
            "the usage that counts has no limit"
        );
        assert_eq!(accounts[0].quota_resets_ms(), Some(1_709_164_800_000.0));
    }

    #[test]
    fn a_mismatched_profile_has_the_same_facts_in_a_check_and_a_trusted_read() {
        let odd = r#"{"title":7,"refId":"a","displayNames":[{"platform":"x","id":7},{"refreshDaysRemaining":3,"platform":"gmb"},
            {"platform":"twitter","twitterUsage":[],"refreshRequired":"2024-02-29T00:00:00Z"}],"refId":null,"suspended":true,"monthlyApiCalls":"5"}"#;
        let mut facts = ProfileFacts::default();
        for body in [odd, SAMPLES[0], odd] {
            facts.clear();
            let checked = json::check_with(body.as_bytes(), USER, &mut facts).unwrap();
            assert_eq!(checked.mismatches.is_empty(), body != odd);
            assert_eq!(format!("{facts:?}"), format!("{:?}", skimmed(body)));
        }
        let profile = facts.of(odd.as_bytes());
        assert_eq!((profile.ref_id(), profile.title()), (None, None));
        assert!(profile.suspended());
        let renewals: Vec<_> = profile
            .accounts()
            .map(|account| account.renewal())
            .collect();
        assert_eq!(renewals[1].days_remaining, Some(3.0));
        assert!(renewals[2].required_ms.is_some());
    }

    #[test]
    fn values_of_the_wrong_type_are_no_facts() {
        let user = r#"{"displayNames":[7,{"platform":5,"refreshDaysRemaining":"5","twitterUsage":[1]}],"refId":6,"suspended":"true"}"#;
        let facts = skimmed(user);
        let profile = facts.of(user.as_bytes());
        assert!(!profile.suspended());
        assert_eq!(profile.ref_id(), None);
        assert_eq!(profile.accounts().count(), 0);
        let user = user.replace(":5,", r#":"x","#);
        let (facts, mut named) = (skimmed(&user), Vec::new());
        let account = facts.of(user.as_bytes()).accounts().last().unwrap();
        assert_eq!(account.network().as_ref(), b"x");
        assert_eq!(account.renewal().days_remaining, None);
        let user = r#"{"activeSocialAccounts":[7,"a",null,{"a":"b"},["c"]]}"#;
        let facts = skimmed(user);
        facts
            .of(user.as_bytes())
            .for_each_active(|name| named.push(name));
        assert_eq!(named, [br#""a""#]);
    }

    #[test]
    fn an_unreadable_account_may_be_linked() {
        let rows = [
            (r#"{"displayNames":[{}]}"#, false),
            (r#"{"displayNames":[{"platform":5}]}"#, false),
            (r#"{"displayNames":[],"activeSocialAccounts":[5]}"#, false),
            (r#"{"displayNames":null,"activeSocialAccounts":null}"#, true),
        ];
        for (user, nothing_linked) in rows {
            let facts = skimmed(user);
            assert_eq!(facts.of(user.as_bytes()).nothing_linked(), nothing_linked);
        }
    }
}
