//! Words the findings in English.

use super::level::FindingReason;
use crate::rules::{Due, Quota, Usage};
use crate::time::date;

/// Brand names of networks, where they differ from Ayrshare's ids.
const NAMES: [(&str, &str); 13] = [
    ("bluesky", "Bluesky"),
    ("facebook", "Facebook"),
    ("gmb", "Google Business Profile"),
    ("instagram", "Instagram"),
    ("linkedin", "LinkedIn"),
    ("pinterest", "Pinterest"),
    ("reddit", "Reddit"),
    ("snapchat", "Snapchat"),
    ("telegram", "Telegram"),
    ("threads", "Threads"),
    ("tiktok", "TikTok"),
    ("twitter", "X"),
    ("youtube", "YouTube"),
];

/// Larger numbers are shown as this one.
const COUNT_MAX: f64 = 1e15;

/// Describes a finding about a whole profile.
pub(super) fn profile(reason: FindingReason) -> String {
    String::from(match reason {
        FindingReason::Suspended => "The profile is suspended: Ayrshare rejects its posts.",
        _ => "No social account is linked.",
    })
}

/// Describes when a link must be renewed.
pub(super) fn link(network: &str, due: &Due) -> String {
    let (name, day) = (name(network), date(due.at_ms));
    if due.expired {
        let on = day.map_or_else(String::new, |day| [" on ", &day].concat());
        return [
            "The ",
            name,
            " link expired",
            &on,
            ": link the account again.",
        ]
        .concat();
    }
    let by = day.map_or_else(String::new, |day| [" by ", &day].concat());
    let left = match due.days_left {
        days if days < 1.0 => String::from("less than a day"),
        days if days < 2.0 => String::from("1 day"),
        days => [&count(days), " days"].concat(),
    };
    [
        "The ",
        name,
        " link must be refreshed",
        &by,
        ": ",
        &left,
        " left.",
    ]
    .concat()
}

/// Describes how much of a quota is used, and when it resets if that is known.
pub(super) fn quota(usage: &Usage, resets_ms: Option<f64>) -> String {
    let (before, after) = match usage.quota {
        Quota::MonthlyApiCalls => ("", " monthly API calls are used"),
        Quota::MonthlyPosts => ("", " monthly posts are used"),
        Quota::InstagramPosts => ("Instagram: ", " posts in 24 hours are used"),
        Quota::TwitterUsage => ("X: ", " monthly calls are used"),
    };
    let anew = resets_ms
        .and_then(date)
        .map_or_else(String::new, |day| [". The quota resets on ", &day].concat());
    let (used, limit) = (count(usage.used), count(usage.limit));
    [before, &used, " of ", &limit, after, &anew, "."].concat()
}

fn name(network: &str) -> &str {
    let known = NAMES.iter().find(|(id, _)| *id == network);
    known.map_or(network, |(_, name)| name)
}

/// A count, rounded down to a whole number, with commas as thousands separators.
fn count(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not below zero, and far below what fits"
    )]
    let number = number.clamp(0.0, COUNT_MAX) as u64;
    let mut text = String::new();
    push_count(&mut text, number);
    text
}

fn push_count(text: &mut String, number: u64) {
    if number >= 1_000 {
        push_count(text, number / 1_000);
        text.push(',');
    }
    for place in [100, 10, 1] {
        if number >= place || place == 1 {
            let digit = u8::try_from(number / place % 10).unwrap_or(0);
            text.push(char::from(b'0' + digit));
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let rows = [
            (0.0, "0"),
            (-3.0, "0"),
            (7.9, "7"),
            (10.0, "10"),
            (99.0, "99"),
            (100.0, "100"),
            (1_000.0, "1,000"),
            (1_020.0, "1,020"),
            (95_003.0, "95,003"),
            (1_000_000.0, "1,000,000"),
            (999_999_999_999_999.0, "999,999,999,999,999"),
            (1e300, "1,000,000,000,000,000"),
        ];
        for (number, text) in rows {
            assert_eq!(count(number), text, "{number}");
        }
        for number in 0..2_000_u32 {
            let plain = count(f64::from(number)).replace(',', "");
            assert_eq!(plain, number.to_string());
        }
    }

    #[test]
    fn every_known_network_has_a_name() {
        for network in crate::model::Network::KNOWN {
            assert_ne!(name(network), *network);
        }
        assert_eq!(name("foo"), "foo");
    }

    #[test]
    fn links() {
        let due = |at_ms, days_left, expired| Due {
            at_ms,
            days_left,
            expired,
        };
        let day_ms = 86_400_000.0;
        let rows = [
            (
                due(0.0, 0.0, true),
                "The X link expired on 1970-01-01: link the account again.",
            ),
            (
                due(-1e300, -1e292, true),
                "The X link expired: link the account again.",
            ),
            (
                due(0.0, 0.0, false),
                "The X link must be refreshed by 1970-01-01: less than a day left.",
            ),
            (
                due(day_ms, 1.0, false),
                "The X link must be refreshed by 1970-01-02: 1 day left.",
            ),
            (
                due(2.0 * day_ms, 2.0, false),
                "The X link must be refreshed by 1970-01-03: 2 days left.",
            ),
            (
                due(1e300, 1e15, false),
                "The X link must be refreshed: 1,000,000,000,000,000 days left.",
            ),
        ];
        for (due, text) in rows {
            assert_eq!(link("twitter", &due), text);
        }
    }
}
