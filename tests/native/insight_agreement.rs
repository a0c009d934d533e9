//! `account_health`, sweeps and filters always agree about the same profiles.

use crate::records::support::{read, sweep, values};
use ayrshare_user::insight::{
    Finding, FindingReason, Health, HealthOptions, Level, account_health,
};
use ayrshare_user::records::{Filter, RecordOptions, SweepOptions};
use ayrshare_user::time::parse_rfc3339_ms;
use proptest::prelude::*;
use serde_json::{Value, json};

const DAY_MS: f64 = 86_400_000.0;

fn now_ms() -> f64 {
    parse_rfc3339_ms("2024-05-10T00:00:00Z").unwrap()
}

fn days() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-3..20).prop_map(|days| json!(days)),
        (-30..200).prop_map(|tenths| json!(f64::from(tenths) / 10.0)),
        Just(Value::Null),
        Just(json!(1e300)),
        Just(json!("3")),
        Just(json!([3])),
    ]
}

fn date() -> impl Strategy<Value = Value> {
    let dates = [
        "2024-05-10T00:00:00.000Z",
        "2024-05-10T00:00:00.001Z",
        "2024-05-09T23:59:59.999Z",
        "2024-05-10T23:59:59.999Z",
        "2024-05-24T00:00:00.000Z",
        "2024-05-24T00:00:00.001Z",
        "2024-05-24T02:00:00+02:00",
        "2024-02-29T00:00:00Z",
        "2030-01-01T00:00:00Z",
        "tomorrow",
    ];
    prop_oneof![
        8 => prop::sample::select(dates.to_vec()).prop_map(|date| json!(date)),
        1 => Just(Value::Null),
        1 => Just(json!(7)),
        1 => Just(json!({"utc": "2024-05-10T00:00:00.000Z"})),
    ]
}

fn count() -> impl Strategy<Value = Value> {
    prop_oneof![
        9 => (0..120).prop_map(|count| json!(count)),
        1 => Just(json!(0.5)),
        1 => prop::sample::select(vec![json!("90"), json!(true), json!({}), json!([90])]),
    ]
}

/// An object with those of the fields that are present.
fn object(fields: Vec<(&'static str, Option<Value>)>) -> Value {
    let present = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect())
}

fn account() -> impl Strategy<Value = Value> {
    use prop::option::of;
    let networks = ["instagram", "twitter", "linkedin", "tiktok", "foo"].map(Value::from);
    let odd = [json!(7), json!(null), json!({"platform": "tiktok"})];
    let usage = (of(count()), of(count())).prop_map(|(used, limit)| {
        object(vec![
            ("monthlyUsage", used),
            ("monthlyLimit", limit),
            ("monthlyReset", Some(json!("2024-06-02"))),
        ])
    });
    let network = prop_oneof![
        9 => prop::sample::select(networks.to_vec()),
        1 => prop::sample::select(odd.to_vec()),
    ];
    (network, of(days()), of(date()), of(count()), of(usage)).prop_map(
        |(network, days, date, used, usage)| {
            object(vec![
                ("refreshDaysRemaining", days),
                ("refreshRequired", date),
                ("usedQuota", used),
                ("twitterUsage", usage),
                ("platform", Some(network)),
            ])
        },
    )
}

fn profile() -> impl Strategy<Value = Value> {
    use prop::option::of;
    let networks = ["instagram", "linkedin", "new"].map(Value::from);
    let networks = [&networks[..], &[json!(7), json!({"platform": "x"})]].concat();
    let networks = prop::sample::subsequence(networks, 0..4);
    let usage = (of(count()), of(count()), of(count()), of(count()));
    let suspended = of(prop_oneof![
        any::<bool>().prop_map(Value::from),
        Just(json!("true")),
    ]);
    let updated = of(prop::sample::select(vec![
        "2024-05-08T12:00:00.000Z",
        "2024-05-10T00:00:00.000Z",
        "2024-05-11T00:00:00.000Z",
        "never",
    ]));
    let accounts = of(prop::collection::vec(account(), 0..5));
    (suspended, updated, of(networks), accounts, usage).prop_map(
        |(suspended, updated, networks, accounts, (calls, calls_quota, posts, posts_quota))| {
            object(vec![
                ("suspended", suspended),
                ("lastUpdated", updated.map(Value::from)),
                ("activeSocialAccounts", networks.map(Value::from)),
                ("displayNames", accounts.map(Value::from)),
                ("monthlyApiCalls", calls),
                ("monthlyApiCallsQuota", calls_quota),
                ("monthlyPostCount", posts),
                ("monthlyPostQuota", posts_quota),
            ])
        },
    )
}

fn profiles() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(profile(), 1..8).prop_map(|mut profiles| {
        for (index, profile) in profiles.iter_mut().enumerate() {
            profile["refId"] = json!(index.to_string());
        }
        profiles
    })
}

fn is_link(finding: &Finding) -> bool {
    matches!(
        finding.reason,
        FindingReason::LinkExpired | FindingReason::LinkToRefresh
    )
}

/// What needs attention in all profiles, with each profile's index.
fn urgent(all: &[Health]) -> Vec<(usize, &Finding)> {
    let each = all.iter().enumerate();
    each.flat_map(|(index, health)| health.findings.iter().map(move |finding| (index, finding)))
        .filter(|(_, finding)| finding.level != Level::Ok)
        .collect()
}

fn links_of(urgent: &[(usize, &Finding)]) -> Vec<String> {
    let links = urgent.iter().filter(|(_, finding)| is_link(finding));
    let show = |(index, finding): &(usize, &Finding)| {
        let (network, expired) = (
            finding.network.as_deref(),
            finding.reason == FindingReason::LinkExpired,
        );
        format!(
            "{index} {} {:?} {:?} {expired}",
            network.unwrap(),
            finding.due_ms.unwrap(),
            finding.days_left.unwrap()
        )
    };
    sorted(links.map(show))
}

fn quotas_of(urgent: &[(usize, &Finding)]) -> Vec<String> {
    let quotas = urgent
        .iter()
        .filter(|(_, finding)| finding.used.is_some() && finding.limit.is_some());
    let show = |(index, finding): &(usize, &Finding)| {
        let name = serde_json::to_value(finding.reason).unwrap();
        format!(
            "{index} {name} {:?} {:?}",
            finding.used.unwrap(),
            finding.limit.unwrap()
        )
    };
    sorted(quotas.map(show))
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn health_sweep_and_filter_agree(
        profiles in profiles(),
        refresh_within_days in prop::sample::select(vec![0.0, 0.5, 1.0, 14.0, 30.0]),
        quota_share in prop::sample::select(vec![0.0, 0.5, 0.8, 1.0, 1.2]),
    ) {
        let options = HealthOptions { refresh_within_days, quota_share, ..HealthOptions::at(now_ms()) };
        let all: Vec<Health> = profiles
            .iter()
            .map(|profile| account_health(profile.to_string().as_bytes(), &options).unwrap())
            .collect();
        let file = Value::from(profiles).to_string();
        let report = sweep(file.as_bytes(), usize::MAX, SweepOptions { refresh_within_days, quota_share, ..SweepOptions::at(now_ms()) });

        let urgent = urgent(&all);
        let count = |reason| urgent.iter().filter(|(_, finding)| finding.reason == reason).count() as u64;
        prop_assert_eq!(report.refresh_soon, count(FindingReason::LinkToRefresh));
        prop_assert_eq!(report.expired, count(FindingReason::LinkExpired));
        prop_assert_eq!(report.suspended, count(FindingReason::Suspended));
        prop_assert_eq!(report.nothing_linked, count(FindingReason::NothingLinked));
        let links = report.links.iter().map(|link| {
            format!("{} {} {:?} {:?} {}", link.ref_id.as_deref().unwrap(), link.network, link.due_ms, link.days_left, link.expired)
        });
        prop_assert_eq!(sorted(links), links_of(&urgent));
        let quotas = report.quotas.iter().map(|usage| {
            let name = serde_json::to_value(usage.quota).unwrap();
            format!("{} {name} {:?} {:?}", usage.ref_id.as_deref().unwrap(), usage.used, usage.limit)
        });
        prop_assert_eq!(sorted(quotas), quotas_of(&urgent));
        prop_assert_eq!(report.quotas_high, quotas_of(&urgent).len() as u64);
        let accounts = all.iter().map(|health| health.accounts.len() as u64);
        prop_assert_eq!(report.accounts, accounts.sum::<u64>());

        let filter = Filter { refresh_within_days: Some(refresh_within_days), now_ms: now_ms(), ..Filter::default() };
        let kept = read(file.as_bytes(), RecordOptions { filter: Some(filter), ..RecordOptions::default() });
        let ids: Vec<Value> = values(&kept.records).iter().map(|record| record["refId"].clone()).collect();
        let with_urgent_link: Vec<Value> = all
            .iter()
            .enumerate()
            .filter(|(_, health)| health.findings.iter().any(|finding| is_link(finding) && finding.level != Level::Ok))
            .map(|(index, _)| json!(index.to_string()))
            .collect();
        prop_assert_eq!(ids, with_urgent_link);
    }

    #[test]
    fn levels_are_those_of_the_most_urgent(profile in profile()) {
        let health = account_health(profile.to_string().as_bytes(), &HealthOptions::at(now_ms())).unwrap();
        let worst = |findings: &[Finding]| findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok);
        prop_assert_eq!(health.level, worst(&health.findings));
        let levels: Vec<Level> = health.findings.iter().map(|finding| finding.level).collect();
        prop_assert!(levels.is_sorted_by(|one, next| one >= next));
        for account in &health.accounts {
            prop_assert_eq!(account.level, worst(&account.findings));
        }
        for finding in health.findings.iter().filter(|finding| is_link(finding)) {
            let left_ms = finding.due_ms.unwrap() - now_ms();
            let days = finding.days_left.unwrap();
            prop_assert!(left_ms > 1e200 || days * DAY_MS <= left_ms && left_ms < (days + 1.0) * DAY_MS);
            prop_assert_eq!(finding.reason == FindingReason::LinkExpired, left_ms <= 0.0);
        }
    }
}
