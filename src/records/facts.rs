//! The few facts of a record that filters and sweeps decide by, read from its bytes. The record has
//! been checked before.

use std::borrow::Cow;

use super::health::Renewal;
use crate::json::{boolean, elements, members, string};
use crate::time::parse_rfc3339_ms;

/// What a profile says at its top level; the values stand as in the record.
#[derive(Debug, Default)]
pub(super) struct Profile<'a> {
    pub ref_id: Option<&'a [u8]>,
    pub title: Option<&'a [u8]>,
    pub suspended: bool,
    pub calls: Usage,
    pub posts: Usage,
    active: &'a [u8],
    display_names: &'a [u8],
    last_updated: Option<&'a [u8]>,
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
    pub network: Cow<'a, str>,
    pub renewal: Renewal,
    pub instagram_used: Option<f64>,
    pub x: Usage,
}

impl<'a> Profile<'a> {
    pub fn of(record: &'a [u8]) -> Self {
        let mut profile = Profile::default();
        for (name, value) in members(record) {
            match &*name {
                "activeSocialAccounts" => profile.active = value,
                "displayNames" => profile.display_names = value,
                "lastUpdated" => profile.last_updated = Some(value),
                "monthlyApiCalls" => profile.calls.used = number(value),
                "monthlyApiCallsQuota" => profile.calls.quota = number(value),
                "monthlyPostCount" => profile.posts.used = number(value),
                "monthlyPostQuota" => profile.posts.quota = number(value),
                "refId" => profile.ref_id = Some(value),
                "suspended" => profile.suspended = boolean(value) == Some(true),
                "title" => profile.title = Some(value),
                _ => {}
            }
        }
        profile
    }

    pub fn nothing_linked(&self) -> bool {
        self.active().next().is_none() && self.accounts().next().is_none()
    }

    /// The networks named as linked. Usually, but not always, the same as those of the accounts.
    pub fn active(&self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        elements(self.active).filter_map(string)
    }

    /// The linked accounts.
    pub fn accounts(&self) -> impl Iterator<Item = Account<'a>> + use<'a> {
        let as_of_ms = self.last_updated.and_then(time_ms);
        elements(self.display_names).map(move |account| Account::of(account, as_of_ms))
    }
}

impl<'a> Account<'a> {
    fn of(account: &'a [u8], as_of_ms: Option<f64>) -> Self {
        let mut facts = Account::default();
        facts.renewal.as_of_ms = as_of_ms;
        for (name, value) in members(account) {
            match &*name {
                "platform" => facts.network = string(value).unwrap_or_default(),
                "refreshDaysRemaining" => facts.renewal.days_remaining = number(value),
                "refreshRequired" => facts.renewal.required_ms = time_ms(value),
                "twitterUsage" => facts.x = x_usage(value),
                "usedQuota" => facts.instagram_used = number(value),
                _ => {}
            }
        }
        facts
    }
}

fn x_usage(value: &[u8]) -> Usage {
    let mut usage = Usage::default();
    for (name, value) in members(value) {
        match &*name {
            "monthlyUsage" => usage.used = number(value),
            "monthlyLimit" => usage.quota = number(value),
            _ => {}
        }
    }
    usage
}

fn time_ms(value: &[u8]) -> Option<f64> {
    parse_rfc3339_ms(&string(value)?)
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

#[cfg(all(test, not(target_arch = "wasm32")))]
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
