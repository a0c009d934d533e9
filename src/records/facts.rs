//! The few facts of a record that filters and sweeps decide by, read from its bytes in one go. The
//! record has been checked before.

use std::borrow::Cow;

use super::health::Renewal;
use super::skim::Skim;
use crate::time::parse_rfc3339_ms;

/// What a profile says.
#[derive(Debug, Default)]
pub(super) struct Profile<'a> {
    pub ref_id: Option<Cow<'a, [u8]>>,
    pub title: Option<Cow<'a, [u8]>>,
    pub suspended: bool,
    pub calls: Usage,
    pub posts: Usage,
    /// Networks named as linked. Usually, but not always, the same as those of the accounts.
    pub active: Vec<Cow<'a, [u8]>>,
    /// The linked accounts.
    pub accounts: Vec<Account<'a>>,
    last_updated: Option<Cow<'a, [u8]>>,
}

/// How much of a quota is used.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Usage {
    pub used: Option<f64>,
    pub quota: Option<f64>,
}

/// What a linked account says.
#[derive(Debug, Default)]
pub(super) struct Account<'a> {
    pub network: Cow<'a, [u8]>,
    pub instagram_used: Option<f64>,
    pub x: Usage,
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
            b"monthlyApiCallsQuota" => profile.calls.quota = number(value.value()),
            b"monthlyPostCount" => profile.posts.used = number(value.value()),
            b"monthlyPostQuota" => profile.posts.quota = number(value.value()),
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
            b"twitterUsage" => value.members(|name, value| match name {
                b"monthlyUsage" => facts.x.used = number(value.value()),
                b"monthlyLimit" => facts.x.quota = number(value.value()),
                _ => drop(value.value()),
            }),
            b"usedQuota" => facts.instagram_used = number(value.value()),
            _ => drop(value.value()),
        });
        facts
    }
}

fn time_ms(text: &[u8]) -> Option<f64> {
    parse_rfc3339_ms(std::str::from_utf8(text).ok()?)
}

/// The number that `raw` is. Right to about 15 digits, which is plenty for days and counts; the exact
/// algorithm would be larger than the rest of this module.
fn number(raw: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(raw).ok()?;
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (-1.0, unsigned),
        None => (1.0, text),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() {
        return None;
    }
    let mut value = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 10.0 + f64::from(digit.to_digit(10)?);
    }
    let exponent: i64 = exponent.parse().ok()?;
    let scale = i32::try_from(exponent - i64::try_from(fraction.len()).ok()?).ok()?;
    Some(sign * value * 10_f64.powi(scale))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_rust_reads_them() {
        for text in [
            "0",
            "-0",
            "7",
            "-17",
            "59.25",
            "1e3",
            "1.5E+2",
            "25e-1",
            "123456789012",
            "0.1",
        ] {
            let (read, exact) = (
                number(text.as_bytes()).unwrap(),
                text.parse::<f64>().unwrap(),
            );
            assert!(
                (read - exact).abs() <= exact.abs() * 1e-15,
                "{text}: {read}"
            );
        }
        for text in ["null", "\"5\"", "", "-", "true", "[1]"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(number(b"1e999"), Some(f64::INFINITY));
    }
}
