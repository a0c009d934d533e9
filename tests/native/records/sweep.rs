//! What filters and sweeps derive from the facts in records.

use super::support::{around, read, sweep, values};
use ayrshare_user::records::{Filter, Problem, RecordOptions, Sweep, SweepOptions};
use ayrshare_user::rules::Quota;
use ayrshare_user::time::parse_rfc3339_ms;
use serde_json::{Value, json};

const NOW: &str = "2024-05-10T00:00:00Z";

fn now_ms() -> f64 {
    parse_rfc3339_ms(NOW).unwrap()
}

fn profiles() -> Vec<Value> {
    vec![
        json!({"refId": "fine", "title": "Fine", "activeSocialAccounts": ["linkedin", "telegram"], "displayNames": [
            {"platform": "linkedin", "refreshDaysRemaining": 60, "refreshRequired": "2024-07-09T00:00:00.000Z"},
            {"platform": "telegram", "id": -1001, "refreshDaysRemaining": null, "refreshRequired": null}]}),
        json!({"refId": "soon", "displayNames": [
            {"refreshRequired": "2024-05-15T06:00:00.000Z", "platform": "linkedin"},
            {"platform": "foo", "refreshDaysRemaining": 3}]}),
        json!({"refId": "late", "title": "Überfällig", "suspended": true, "displayNames": [
            {"platform": "tiktok", "refreshDaysRemaining": -2}]}),
        json!({"refId": "empty", "activeSocialAccounts": [], "displayNames": []}),
        json!({"refId": "absent", "monthlyApiCalls": 90, "monthlyApiCallsQuota": 100}),
        json!({"refId": "full", "monthlyPostCount": 1, "monthlyPostQuota": null, "activeSocialAccounts": ["instagram"], "displayNames": [
            {"platform": "instagram", "usedQuota": 45},
            {"platform": "twitter", "twitterUsage": {"monthlyUsage": 10, "monthlyLimit": 10, "monthlyReset": "2024-06-02"}}]}),
    ]
}

fn texts() -> Vec<String> {
    profiles().iter().map(Value::to_string).collect()
}

#[test]
fn a_filter_selects_what_meets_every_condition() {
    let texts = texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let filter = Filter {
        now_ms: now_ms(),
        ..Filter::default()
    };
    let network = |name: &str| Some(name.to_owned());
    let cases = [
        (
            filter.clone(),
            vec!["fine", "soon", "late", "empty", "absent", "full"],
        ),
        (
            Filter {
                network: network("linkedin"),
                ..filter.clone()
            },
            vec!["fine", "soon"],
        ),
        (
            Filter {
                network: network("instagram"),
                ..filter.clone()
            },
            vec!["full"],
        ),
        (
            Filter {
                nothing_linked: true,
                ..filter.clone()
            },
            vec!["empty", "absent"],
        ),
        (
            Filter {
                refresh_within_days: Some(14.0),
                ..filter.clone()
            },
            vec!["soon", "late"],
        ),
        (
            Filter {
                refresh_within_days: Some(4.0),
                network: network("linkedin"),
                ..filter.clone()
            },
            vec![],
        ),
        (
            Filter {
                refresh_within_days: Some(60.0),
                network: network("linkedin"),
                ..filter.clone()
            },
            vec!["fine", "soon"],
        ),
        (
            Filter {
                nothing_linked: true,
                network: network("linkedin"),
                ..filter
            },
            vec![],
        ),
    ];
    for file in around(&texts) {
        for (filter, expected) in &cases {
            let options = RecordOptions {
                filter: Some(filter.clone()),
                check: None,
                ..RecordOptions::default()
            };
            let outcome = read(file.as_bytes(), options);
            let ids: Vec<_> = values(&outcome.records)
                .iter()
                .map(|record| record["refId"].clone())
                .collect();
            assert_eq!(ids, *expected, "{filter:?}");
            assert_eq!(outcome.filtered, 6 - expected.len() as u64);
        }
    }
}

#[test]
fn a_network_may_be_named_in_either_place() {
    let file = br#"[{"refId":"active","activeSocialAccounts":["reddit","x"]},
        {"refId":"shown","displayNames":[{"platform":"reddit"}]},
        {"refId":"neither","activeSocialAccounts":["x"],"displayNames":[{"platform":"x"}]}]"#;
    let filter = Some(Filter {
        network: Some("reddit".to_owned()),
        ..Filter::default()
    });
    let outcome = read(
        file,
        RecordOptions {
            filter,
            ..RecordOptions::default()
        },
    );
    let ids: Vec<_> = values(&outcome.records)
        .iter()
        .map(|record| record["refId"].clone())
        .collect();
    assert_eq!(ids, ["active", "shown"]);
}

#[test]
fn a_sweep_counts_and_lists_what_needs_attention() {
    let mut texts = texts();
    texts.insert(2, r#"{"refId":7,"displayNames":{}}"#.to_owned());
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for file in around(&texts) {
        let report = sweep(file.as_bytes(), 100, SweepOptions::at(now_ms()));
        assert_eq!(
            report,
            sweep(file.as_bytes(), 100_000, SweepOptions::at(now_ms()))
        );
        assert_eq!(
            (
                report.profiles,
                report.invalid,
                report.unreadable,
                report.bytes
            ),
            (6, 1, 1, file.len() as u64)
        );
        let networks: Vec<_> = report
            .networks
            .iter()
            .map(|n| (n.network.as_str(), n.accounts))
            .collect();
        let expected = [
            ("linkedin", 2),
            ("foo", 1),
            ("instagram", 1),
            ("telegram", 1),
            ("tiktok", 1),
            ("twitter", 1),
        ];
        assert_eq!(networks, expected);
        assert_eq!((report.accounts, report.other_accounts), (7, 0));
        assert_eq!((report.refresh_soon, report.expired), (2, 1));
        assert_eq!(
            (report.nothing_linked, report.suspended, report.quotas_high),
            (2, 1, 3)
        );
        let links: Vec<_> = report
            .links
            .iter()
            .map(|link| {
                (
                    link.ref_id.as_deref().unwrap(),
                    link.network.as_str(),
                    link.days_left,
                    link.expired,
                )
            })
            .collect();
        let expected = [
            ("late", "tiktok", -2.0, true),
            ("soon", "foo", 3.0, false),
            ("soon", "linkedin", 5.0, false),
        ];
        assert_eq!(links, expected);
        assert_eq!(report.links[0].title.as_deref(), Some("Überfällig"));
        let quotas: Vec<_> = report
            .quotas
            .iter()
            .map(|quota| (quota.quota, quota.used, quota.limit))
            .collect();
        let expected = [
            (Quota::TwitterUsage, 10.0, 10.0),
            (Quota::MonthlyApiCalls, 90.0, 100.0),
            (Quota::InstagramPosts, 45.0, 50.0),
        ];
        assert_eq!(quotas, expected);
    }
}

#[test]
fn a_sweep_lists_the_most_urgent_links_and_counts_the_omitted_ones() {
    let profile = |days: u32| {
        json!({"refId": days.to_string(), "displayNames": [{"platform": "tiktok", "refreshDaysRemaining": days}]})
            .to_string()
    };
    let file: Vec<String> = (0..1_000).map(|index| profile(index * 7 % 1_000)).collect();
    let options = SweepOptions {
        max_entries: 3,
        refresh_within_days: 99.0,
        ..SweepOptions::at(0.0)
    };
    let report = sweep(format!("[{}]", file.join(",")).as_bytes(), 4_096, options);
    let ids: Vec<_> = report
        .links
        .iter()
        .map(|link| link.ref_id.as_deref().unwrap())
        .collect();
    assert_eq!(ids, ["0", "1", "2"]);
    assert_eq!(
        (report.links_left_out, report.expired, report.refresh_soon),
        (97, 1, 99)
    );
}

#[test]
fn among_equally_urgent_links_the_first_are_listed() {
    let profile = |name: &str| {
        json!({"refId": name, "monthlyApiCalls": 9, "monthlyApiCallsQuota": 10,
            "displayNames": [{"platform": "tiktok", "refreshDaysRemaining": 1}]})
        .to_string()
    };
    let file = ["a", "b", "c", "d"].map(profile).join("\n");
    for max_entries in [0, 2, 4] {
        let options = SweepOptions {
            max_entries,
            ..SweepOptions::at(0.0)
        };
        let report = sweep(file.as_bytes(), 4_096, options);
        let expected = &["a", "b", "c", "d"][..max_entries];
        let links: Vec<_> = report
            .links
            .iter()
            .map(|it| it.ref_id.as_deref().unwrap())
            .collect();
        let quotas: Vec<_> = report
            .quotas
            .iter()
            .map(|it| it.ref_id.as_deref().unwrap())
            .collect();
        assert_eq!((&links[..], &quotas[..]), (expected, expected));
        let left_out = 4 - max_entries as u64;
        assert_eq!(
            (report.links_left_out, report.quotas_left_out),
            (left_out, left_out)
        );
    }
}

#[test]
fn a_sweep_counts_many_networks_together_and_reads_map_keys() {
    let accounts: Vec<Value> = (0..100)
        .map(|index| json!({"platform": format!("n{index}")}))
        .collect();
    let profile = json!({"displayNames": accounts, "suspended": false});
    let file = format!(
        r#"{{"k1":{profile},"k2":{{"displayNames":[{{"platform":"n0","refreshDaysRemaining":1}}]}}}}"#
    );
    let report = sweep(file.as_bytes(), 64, SweepOptions::at(0.0));
    assert_eq!(
        (
            report.accounts,
            report.other_accounts,
            report.networks.len()
        ),
        (101, 36, 64)
    );
    assert_eq!(report.links[0].ref_id.as_deref(), Some("k2"));
}

#[test]
fn a_sweep_reports_damage_and_includes_the_records_before_it() {
    let mut sweep = Sweep::new(SweepOptions::at(0.0));
    sweep.reader().feed(br#"[{"refId":"a"},{"refId":"b"}"#);
    sweep.advance().unwrap();
    sweep.reader().end();
    assert_eq!(sweep.advance().unwrap_err().problem, Problem::Unclosed);
    assert_eq!(sweep.report().profiles, 2);
    sweep.reader().resume();
    sweep.reader().feed(b"]");
    sweep.reader().end();
    sweep.advance().unwrap();
    assert_eq!(sweep.report().profiles, 2);
}

#[test]
fn an_account_without_a_network_is_not_listed_or_counted_but_is_linked() {
    let odd = json!([
        {"refId": "a", "activeSocialAccounts": [7, {"platform": "x"}], "displayNames": [
            {"platform": 7, "refreshDaysRemaining": -1, "usedQuota": 50}, {"refreshDaysRemaining": 1},
            {"platform": "linkedin", "refreshDaysRemaining": 2}]},
        {"refId": "b", "displayNames": [{"platform": null}]},
        {"refId": "c", "activeSocialAccounts": [null]},
    ]);
    let report = sweep(odd.to_string().as_bytes(), 7, SweepOptions::at(now_ms()));
    let links: Vec<_> = report.links.iter().map(|link| &link.network).collect();
    assert_eq!(links, ["linkedin"]);
    assert_eq!((report.refresh_soon, report.expired), (1, 0));
    assert_eq!((report.accounts, report.nothing_linked), (1, 0));
    assert_eq!((report.profiles, report.invalid), (3, 3));
    let filter = |filter| {
        let options = RecordOptions {
            filter: Some(filter),
            ..RecordOptions::default()
        };
        read(odd.to_string().as_bytes(), options).records.len()
    };
    let network = |name: &str| Filter {
        network: Some(name.to_owned()),
        ..Filter::default()
    };
    let names = ["", "7", "x", "linkedin"].map(|name| filter(network(name)));
    assert_eq!(names, [0, 0, 0, 1]);
}
