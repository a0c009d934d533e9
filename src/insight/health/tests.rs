use serde_json::{Value, json};

use super::*;
use crate::time::parse_rfc3339_ms;

mod links;
mod quotas;

const NOW: &str = "2024-05-10T00:00:00Z";

fn ms(text: &str) -> f64 {
    parse_rfc3339_ms(text).unwrap()
}

fn health_at(user: &Value, now: &str) -> Health {
    account_health(user.to_string().as_bytes(), &HealthOptions::at(ms(now))).unwrap()
}

fn health(user: &Value) -> Health {
    health_at(user, NOW)
}

/// Level, reason and network of each finding.
fn findings_of(health: &Health) -> Vec<(Level, FindingReason, &str)> {
    let findings = health.findings.iter();
    findings
        .map(|finding| {
            (
                finding.level,
                finding.reason,
                finding.network.as_deref().unwrap_or(""),
            )
        })
        .collect()
}

fn only(health: &Health) -> &Finding {
    assert_eq!(health.findings.len(), 1, "{health:?}");
    &health.findings[0]
}

fn linkedin(fields: &Value) -> Value {
    let mut account = json!({"platform": "linkedin"});
    for (name, value) in fields.as_object().unwrap() {
        account[name] = value.clone();
    }
    json!({"displayNames": [account]})
}

#[test]
fn no_findings_is_ok() {
    for fields in [
        json!({}),
        json!({"refreshDaysRemaining": null, "refreshRequired": null}),
    ] {
        let health = health(&linkedin(&fields));
        assert_eq!((health.level, &health.findings[..]), (Level::Ok, &[][..]));
        let shown = serde_json::to_value(&health).unwrap();
        let accounts = json!([{"network": "linkedin", "level": "ok", "findings": []}]);
        assert_eq!(
            shown,
            json!({"level": "ok", "findings": [], "accounts": accounts})
        );
    }
}

fn quota_user(reason: FindingReason, used: f64, limit: f64) -> Value {
    let account =
        |account: Value| json!({"displayNames": [account], "activeSocialAccounts": ["reddit"]});
    let profile = |used_name: &str, limit_name: &str| {
        let mut whole = account(json!({"platform": "reddit"}));
        (whole[used_name], whole[limit_name]) = (json!(used), json!(limit));
        whole
    };
    match reason {
        FindingReason::MonthlyApiCalls => profile("monthlyApiCalls", "monthlyApiCallsQuota"),
        FindingReason::MonthlyPosts => profile("monthlyPostCount", "monthlyPostQuota"),
        FindingReason::InstagramPosts => {
            account(json!({"platform": "instagram", "usedQuota": used}))
        }
        _ => account(json!({
            "twitterUsage": {"monthlyLimit": limit, "monthlyUsage": used, "monthlyReset": "2024-06-02"},
            "platform": "twitter",
        })),
    }
}

#[test]
fn suspended_and_empty_profiles() {
    let rows = [
        (
            json!({}),
            Level::Soon,
            FindingReason::NothingLinked,
            "No social account is linked.",
        ),
        (
            json!({"activeSocialAccounts": [], "displayNames": []}),
            Level::Soon,
            FindingReason::NothingLinked,
            "No social account is linked.",
        ),
        (
            json!({"suspended": true, "activeSocialAccounts": ["tiktok"]}),
            Level::Now,
            FindingReason::Suspended,
            "The profile is suspended: Ayrshare rejects its posts.",
        ),
    ];
    for (user, level, reason, message) in rows {
        let health = health(&user);
        assert_eq!(findings_of(&health), [(level, reason, "")]);
        assert_eq!(
            (health.level, health.findings[0].message.as_str()),
            (level, message)
        );
    }
    let fine = health(&json!({"suspended": false, "activeSocialAccounts": ["tiktok", "tiktok"]}));
    assert_eq!((fine.level, fine.accounts.len()), (Level::Ok, 1));
    assert_eq!(fine.accounts[0].network, "tiktok");
}

#[test]
fn the_most_urgent_comes_first() {
    let user = json!({
        "suspended": true,
        "monthlyApiCalls": 100, "monthlyApiCallsQuota": 100,
        "monthlyPostCount": 81, "monthlyPostQuota": 100,
        "displayNames": [
            {"platform": "reddit"},
            {"platform": "instagram", "usedQuota": 60, "refreshDaysRemaining": 90},
            {"platform": "facebook", "refreshDaysRemaining": 9},
            {"platform": "linkedin", "refreshDaysRemaining": 5},
            {"platform": "tiktok", "refreshDaysRemaining": -1},
            {"platform": "youtube", "refreshDaysRemaining": -2},
            {"platform": "twitter", "twitterUsage": {"monthlyUsage": 9, "monthlyLimit": 10}},
        ],
    });
    let health = health(&user);
    let expected = [
        (Level::Now, FindingReason::Suspended, ""),
        (Level::Now, FindingReason::LinkExpired, "youtube"),
        (Level::Now, FindingReason::LinkExpired, "tiktok"),
        (Level::Now, FindingReason::InstagramPosts, "instagram"),
        (Level::Now, FindingReason::MonthlyApiCalls, ""),
        (Level::Soon, FindingReason::LinkToRefresh, "linkedin"),
        (Level::Soon, FindingReason::LinkToRefresh, "facebook"),
        (Level::Soon, FindingReason::TwitterUsage, "twitter"),
        (Level::Soon, FindingReason::MonthlyPosts, ""),
        (Level::Ok, FindingReason::LinkToRefresh, "instagram"),
    ];
    assert_eq!(findings_of(&health), expected);
    let order: Vec<&str> = health
        .accounts
        .iter()
        .map(|account| account.network.as_str())
        .collect();
    assert_eq!(
        order,
        [
            "youtube",
            "tiktok",
            "instagram",
            "linkedin",
            "facebook",
            "twitter",
            "reddit"
        ]
    );
}

#[test]
fn equally_urgent_findings_keep_their_order() {
    let due = |network: &str| json!({"platform": network, "refreshDaysRemaining": 3});
    let health = health(
        &json!({"displayNames": [due("tiktok"), due("linkedin"), {"platform": "reddit"}, {"platform": "gmb"}]}),
    );
    let order: Vec<&str> = health
        .accounts
        .iter()
        .map(|account| account.network.as_str())
        .collect();
    assert_eq!(order, ["tiktok", "linkedin", "reddit", "gmb"]);
    assert_eq!(health.findings[0].network.as_deref(), Some("tiktok"));
}

#[test]
fn options_set_the_thresholds() {
    let user = linkedin(&json!({"refreshDaysRemaining": 20}));
    let level = |user: &Value, options: HealthOptions| {
        account_health(user.to_string().as_bytes(), &options)
            .unwrap()
            .level
    };
    let days = |refresh_within_days| HealthOptions {
        refresh_within_days,
        ..HealthOptions::at(ms(NOW))
    };
    assert_eq!(level(&user, days(20.0)), Level::Soon);
    assert_eq!(level(&user, days(19.9)), Level::Ok);
    let hours = linkedin(&json!({"refreshDaysRemaining": 0.5}));
    assert_eq!(
        level(&hours, days(0.0)),
        Level::Ok,
        "nothing but expired links was asked for"
    );
    assert_eq!(
        level(&linkedin(&json!({"refreshDaysRemaining": -1})), days(0.0)),
        Level::Now
    );
    let share = |quota_share| HealthOptions {
        quota_share,
        ..HealthOptions::at(ms(NOW))
    };
    let user = quota_user(FindingReason::MonthlyPosts, 50.0, 100.0);
    assert_eq!(level(&user, share(0.5)), Level::Soon);
    assert_eq!(level(&user, share(0.51)), Level::Ok);
}

#[test]
fn javascript_sees_camel_case_and_only_what_applies() {
    let mut user = quota_user(FindingReason::TwitterUsage, 95_000.0, 100_000.0);
    user["displayNames"][0]["refreshDaysRemaining"] = json!(-1);
    let shown = serde_json::to_value(health(&user)).unwrap();
    let link = json!({
        "level": "now", "reason": "link_expired", "network": "twitter", "dueMs": ms("2024-05-09T00:00:00Z"), "daysLeft": -1.0,
        "message": "The X link expired on 2024-05-09: link the account again.",
    });
    let usage = json!({
        "level": "soon", "reason": "twitter_usage", "network": "twitter", "used": 95_000.0, "limit": 100_000.0,
        "dueMs": ms("2024-06-02T00:00:00Z"), "daysLeft": 23.0,
        "message": "X: 95,000 of 100,000 monthly calls are used. The quota resets on 2024-06-02.",
    });
    let findings = json!([link, usage]);
    let accounts = json!([
        {"network": "twitter", "level": "now", "findings": findings},
        {"network": "reddit", "level": "ok", "findings": []},
    ]);
    assert_eq!(
        shown,
        json!({"level": "now", "findings": findings, "accounts": accounts})
    );
}

#[test]
fn the_documented_user() {
    let user = include_bytes!("../../../tests/fixtures/user.json");
    let health = account_health(user, &HealthOptions::at(ms("2024-01-04T15:51:17.775Z"))).unwrap();
    let expected = [
        (Level::Now, FindingReason::LinkExpired, "linkedin"),
        (Level::Ok, FindingReason::InstagramPosts, "instagram"),
        (Level::Ok, FindingReason::MonthlyApiCalls, ""),
        (Level::Ok, FindingReason::TwitterUsage, "twitter"),
    ];
    assert_eq!(findings_of(&health), expected);
    assert_eq!(health.accounts.len(), 10);
}

#[test]
fn anything_but_a_user_is_rejected_with_its_path() {
    let options = HealthOptions::at(0.0);
    let fault = |body: &str| account_health(body.as_bytes(), &options).unwrap_err().path;
    assert_eq!(
        fault(r#"{"displayNames":[{"platform":5},5]}"#),
        "displayNames[1]"
    );
    assert_eq!(
        fault(r#"{"activeSocialAccounts":{}}"#),
        "activeSocialAccounts"
    );
    assert_eq!(fault("[]"), "");
    assert_eq!(fault("{"), "");
    assert!(
        account_health(b" \n{\"suspended\":true}\t", &options)
            .unwrap()
            .level
            == Level::Now
    );
}

#[test]
fn a_field_of_the_wrong_type_is_unknown_and_the_others_are_evaluated() {
    let user = r#"{"suspended":"true","monthlyApiCalls":"9","monthlyApiCallsQuota":9,"lastUpdated":7,
        "activeSocialAccounts":["reddit",{"platform":"gmb"},7,null],"displayNames":[
        {"platform":"linkedin","refreshDaysRemaining":"0","refreshRequired":"1970-01-04T00:00:00Z"},
        {"platform":7,"refreshDaysRemaining":0},{"refreshDaysRemaining":0},
        {"platform":"twitter","twitterUsage":[9],"refreshDaysRemaining":{}},
        {"platform":"tiktok","refreshDaysRemaining":[],"refreshRequired":true}]}"#;
    let health = account_health(user.as_bytes(), &HealthOptions::at(0.0)).unwrap();
    let messages: Vec<_> = health.findings.iter().map(|one| &one.message).collect();
    assert_eq!(
        messages,
        ["The LinkedIn link must be refreshed by 1970-01-04: 3 days left."]
    );
    let accounts = health.accounts.iter().map(|account| &account.network);
    assert_eq!(
        accounts.collect::<Vec<_>>(),
        ["linkedin", "twitter", "tiktok", "reddit"]
    );
}

#[test]
fn an_unreadable_list_does_not_count_as_empty() {
    for user in [
        r#"{"displayNames":[{"platform":null}]}"#,
        r#"{"displayNames":[{}]}"#,
        r#"{"activeSocialAccounts":[7]}"#,
    ] {
        let health = account_health(user.as_bytes(), &HealthOptions::at(0.0)).unwrap();
        assert_eq!((health.findings, health.accounts), (vec![], vec![]));
    }
}
