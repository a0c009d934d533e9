//! The few facts of a profile that the rules judge, read from its bytes in one go. The bytes have been
//! checked before.

use std::borrow::Cow;

use super::quota::{INSTAGRAM_QUOTA, Quota, Usage};
use super::renewal::Renewal;
use crate::json::Skim;
use crate::json::decimal::number;
use crate::time::{parse_date_ms, parse_rfc3339_ms};

/// What a profile says.
#[derive(Debug, Default)]
pub(crate) struct Profile<'a> {
    pub ref_id: Option<Cow<'a, [u8]>>,
    pub title: Option<Cow<'a, [u8]>>,
    pub suspended: bool,
    /// Networks named as linked. Usually, but not always, the same as those of the accounts.
    pub active: Vec<Cow<'a, [u8]>>,
    /// The linked accounts.
    pub accounts: Vec<Account<'a>>,
    calls: Told,
    posts: Told,
    last_updated: Option<Cow<'a, [u8]>>,
}

/// What is said of a quota.
#[derive(Debug, Default, Clone, Copy)]
struct Told {
    used: Option<f64>,
    limit: Option<f64>,
}

/// What a linked account says.
#[derive(Debug, Default)]
pub(crate) struct Account<'a> {
    pub network: Cow<'a, [u8]>,
    instagram_used: Option<f64>,
    x: Told,
    x_reset: Option<Cow<'a, [u8]>>,
    days_remaining: Option<f64>,
    required: Option<Cow<'a, [u8]>>,
}

impl<'a> Profile<'a> {
    pub fn of(record: &'a [u8]) -> Self {
        let mut profile = Profile::default();
        Skim::new(record).members(|name, value| match name {
            b"activeSocialAccounts" => {
                profile.active.clear();
                value.elements(|network| profile.active.push(network.text()));
            }
            b"displayNames" => {
                profile.accounts.clear();
                value.elements(|account| profile.accounts.push(Account::of(account)));
            }
            b"lastUpdated" => profile.last_updated = Some(value.text()),
            b"monthlyApiCalls" => profile.calls.used = number(value.value()),
            b"monthlyApiCallsQuota" => profile.calls.limit = number(value.value()),
            b"monthlyPostCount" => profile.posts.used = number(value.value()),
            b"monthlyPostQuota" => profile.posts.limit = number(value.value()),
            b"refId" => profile.ref_id = Some(value.text()),
            b"suspended" => profile.suspended = value.value() == b"true",
            b"title" => profile.title = Some(value.text()),
            _ => drop(value.value()),
        });
        profile
    }

    pub fn nothing_linked(&self) -> bool {
        self.active.is_empty() && self.accounts.is_empty()
    }

    /// How much of its quotas is used, as far as it says so.
    pub fn quotas(&self) -> impl Iterator<Item = Usage> {
        let calls = self.calls.usage(Quota::MonthlyApiCalls);
        calls
            .into_iter()
            .chain(self.posts.usage(Quota::MonthlyPosts))
    }

    /// What an account says about its renewal.
    pub fn renewal(&self, account: &Account<'_>) -> Renewal {
        Renewal {
            days_remaining: account.days_remaining,
            required_ms: account.required.as_deref().and_then(time_ms),
            as_of_ms: match account.days_remaining {
                Some(_) => self.last_updated.as_deref().and_then(time_ms),
                None => None,
            },
        }
    }
}

impl<'a> Account<'a> {
    fn of(account: &mut Skim<'a>) -> Self {
        let mut facts = Account::default();
        account.members(|name, value| match name {
            b"platform" => facts.network = value.text(),
            b"refreshDaysRemaining" => facts.days_remaining = number(value.value()),
            b"refreshRequired" => facts.required = Some(value.text()),
            b"twitterUsage" => {
                (facts.x, facts.x_reset) = (Told::default(), None);
                value.members(|name, value| match name {
                    b"monthlyLimit" => facts.x.limit = number(value.value()),
                    b"monthlyReset" => facts.x_reset = Some(value.text()),
                    b"monthlyUsage" => facts.x.used = number(value.value()),
                    _ => drop(value.value()),
                });
            }
            b"usedQuota" => facts.instagram_used = number(value.value()),
            _ => drop(value.value()),
        });
        facts
    }

    /// How much of its quota is used, for the networks that have one.
    pub fn quota(&self) -> Option<Usage> {
        match self.network.as_ref() {
            b"instagram" => Usage::of(
                Quota::InstagramPosts,
                self.instagram_used,
                Some(INSTAGRAM_QUOTA),
            ),
            b"twitter" => self.x.usage(Quota::TwitterUsage),
            _ => None,
        }
    }

    /// When its quota begins anew, in milliseconds since 1970, where that is said: the start of
    /// `monthlyReset` of X.
    pub fn quota_resets_ms(&self) -> Option<f64> {
        let text = std::str::from_utf8(self.x_reset.as_deref()?).ok()?;
        parse_date_ms(text).or_else(|| parse_rfc3339_ms(text))
    }
}

impl Told {
    fn usage(self, quota: Quota) -> Option<Usage> {
        Usage::of(quota, self.used, self.limit)
    }
}

fn time_ms(text: &[u8]) -> Option<f64> {
    parse_rfc3339_ms(std::str::from_utf8(text).ok()?)
}
