//! How much of a quota is used.

use super::*;

#[test]
fn a_quota_is_judged_by_its_share() {
    use Level::{Now, Ok, Soon};
    let reasons = [
        (FindingReason::MonthlyApiCalls, ""),
        (FindingReason::MonthlyPosts, ""),
        (FindingReason::InstagramPosts, "instagram"),
        (FindingReason::TwitterUsage, "twitter"),
    ];
    let rows = [
        (0.0, Ok),
        (39.0, Ok),
        (40.0, Soon),
        (49.0, Soon),
        (50.0, Now),
        (73.0, Now),
    ];
    for (reason, network) in reasons {
        for (used, level) in rows {
            let health = health(&quota_user(reason, used, 50.0));
            assert_eq!(findings_of(&health), [(level, reason, network)], "{used}");
            assert_eq!(health.level, level);
            let finding = only(&health);
            assert_eq!((finding.used, finding.limit), (Some(used), Some(50.0)));
        }
    }
    for reason in [
        FindingReason::MonthlyApiCalls,
        FindingReason::MonthlyPosts,
        FindingReason::TwitterUsage,
    ] {
        assert_eq!(
            findings_of(&health(&quota_user(reason, 5.0, 0.0))),
            [],
            "a quota of nothing"
        );
    }
    let unlimited =
        json!({"monthlyPostCount": 5, "monthlyPostQuota": null, "activeSocialAccounts": ["x"]});
    assert_eq!(findings_of(&health(&unlimited)), []);
}

#[test]
fn unknown_quotas_are_not_evaluated_and_negative_usage_is_shown_as_zero() {
    let none = [
        json!({"platform": "instagram"}),
        json!({"platform": "twitter"}),
        json!({"platform": "twitter", "twitterUsage": {}}),
        json!({"platform": "twitter", "twitterUsage": {"monthlyUsage": 5}}),
        json!({"platform": "twitter", "twitterUsage": {"monthlyLimit": 5}}),
    ];
    for account in none {
        let user = json!({"displayNames": [account]});
        assert_eq!(findings_of(&health(&user)), [], "{user}");
    }
    let less = health(&quota_user(FindingReason::InstagramPosts, -1.0, 50.0));
    let finding = only(&less);
    assert_eq!((finding.level, finding.used), (Level::Ok, Some(-1.0)));
    assert_eq!(
        finding.message,
        "Instagram: 0 of 50 posts in 24 hours are used."
    );
}

#[test]
fn a_quota_belongs_to_its_network() {
    let usage = json!({"monthlyLimit": 10, "monthlyUsage": 10});
    let other =
        json!({"displayNames": [{"platform": "foo", "usedQuota": 50, "twitterUsage": usage}]});
    assert_eq!(findings_of(&health(&other)), []);
}

#[test]
fn x_usage_says_when_it_resets() {
    let with_reset = |reset: &str| {
        let mut user = quota_user(FindingReason::TwitterUsage, 45.0, 50.0);
        user["displayNames"][0]["twitterUsage"]["monthlyReset"] = json!(reset);
        health(&user)
    };
    let rows = [
        (
            "2024-06-02",
            Some("2024-06-02T00:00:00Z"),
            Some(23.0),
            ". The quota resets on 2024-06-02",
        ),
        (
            "2024-06-02T12:00:00.000Z",
            Some("2024-06-02T12:00:00Z"),
            Some(23.0),
            ". The quota resets on 2024-06-02",
        ),
        ("2024-05-10", Some("2024-05-10T00:00:00Z"), Some(0.0), ""),
        ("2024-05-02", Some("2024-05-02T00:00:00Z"), Some(-8.0), ""),
        ("2024-02-29", Some("2024-02-29T00:00:00Z"), Some(-71.0), ""),
        (
            "2028-02-29",
            Some("2028-02-29T00:00:00Z"),
            Some(1390.0),
            ". The quota resets on 2028-02-29",
        ),
        ("2025-02-29", None, None, ""),
        ("2nd of June", None, None, ""),
        ("2024-02-30", None, None, ""),
    ];
    for (reset, due, days_left, said) in rows {
        let health = with_reset(reset);
        let finding = only(&health);
        assert_eq!(
            (finding.level, finding.due_ms),
            (Level::Soon, due.map(ms)),
            "{reset}"
        );
        assert_eq!(finding.days_left, days_left, "{reset}");
        assert_eq!(
            finding.message,
            format!("X: 45 of 50 monthly calls are used{said}.")
        );
    }
    let twice = br#"{"displayNames":[{"platform":"twitter","twitterUsage":{"monthlyUsage":9},
        "twitterUsage":{"monthlyLimit":10}}]}"#;
    let health = account_health(twice, &HealthOptions::at(0.0)).unwrap();
    assert_eq!(
        findings_of(&health),
        [],
        "the last of two counts, as for `JSON.parse`"
    );
}
