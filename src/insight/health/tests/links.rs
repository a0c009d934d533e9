//! How long links stay valid.

use super::*;

/// Level, reason and days left of the only link, with the names that JavaScript uses.
fn link_at(fields: &Value, now: &str) -> String {
    let health = health_at(&linkedin(fields), now);
    let finding = only(&health);
    assert_eq!(finding.network.as_deref(), Some("linkedin"));
    assert_eq!((finding.used, finding.limit), (None, None));
    assert_eq!(health.accounts[0].findings, health.findings);
    let (level, account) = (finding.level, &health.accounts[0]);
    assert_eq!((health.level, account.level), (level, level));
    let shown = serde_json::to_value(finding).unwrap();
    let words = ["level", "reason"].map(|name| shown[name].as_str().unwrap());
    format!("{} {}", words.join(" "), finding.days_left.unwrap())
}

#[test]
fn a_link_is_judged_by_its_date() {
    // Exact to the millisecond, across midnight, leap days and offsets.
    let rows = [
        (
            "2024-05-10T00:00:00Z",
            "2024-05-24T00:00:00.000Z",
            "soon link_to_refresh 14",
        ),
        (
            "2024-05-10T00:00:00Z",
            "2024-05-24T00:00:00.001Z",
            "ok link_to_refresh 14",
        ),
        (
            "2024-05-10T00:00:00Z",
            "2024-05-11T00:00:00.000Z",
            "soon link_to_refresh 1",
        ),
        (
            "2024-05-10T00:00:00Z",
            "2024-05-10T23:59:59.999Z",
            "now link_to_refresh 0",
        ),
        (
            "2024-05-10T00:00:00Z",
            "2024-05-10T00:00:00.001Z",
            "now link_to_refresh 0",
        ),
        (
            "2024-05-10T00:00:00Z",
            "2024-05-10T00:00:00.000Z",
            "now link_expired 0",
        ),
        (
            "2024-05-10T00:00:00Z",
            "2024-05-09T23:59:59.999Z",
            "now link_expired -1",
        ),
        (
            "2024-05-09T23:30:00Z",
            "2024-05-10T00:30:00Z",
            "now link_to_refresh 0",
        ),
        (
            "2024-02-28T00:00:00Z",
            "2024-03-01T00:00:00Z",
            "soon link_to_refresh 2",
        ),
        (
            "2023-02-28T00:00:00Z",
            "2023-03-01T00:00:00Z",
            "soon link_to_refresh 1",
        ),
        (
            "2100-02-28T00:00:00Z",
            "2100-03-01T00:00:00Z",
            "soon link_to_refresh 1",
        ),
        (
            "2024-05-10T00:00:00Z",
            "2024-05-12T01:00:00+02:00",
            "soon link_to_refresh 1",
        ),
        (
            "2024-05-10T00:00:00Z",
            "2024-05-11T22:00:00-02:00",
            "soon link_to_refresh 2",
        ),
    ];
    for (now, required, expected) in rows {
        let link = link_at(&json!({"refreshRequired": required}), now);
        assert_eq!(link, expected, "{now} {required}");
    }
}

#[test]
fn a_link_is_judged_by_its_days_or_its_date_whichever_is_sooner() {
    let in_ten_days = "2024-05-20T00:00:00Z";
    let rows = [
        (json!(364), json!(null), "ok link_to_refresh 364"),
        (json!(14), json!(null), "soon link_to_refresh 14"),
        (json!(1), json!(null), "soon link_to_refresh 1"),
        (json!(0.5), json!(null), "now link_to_refresh 0"),
        (json!(0), json!(null), "now link_expired 0"),
        (json!(-3), json!(null), "now link_expired -3"),
        (json!(3), json!(in_ten_days), "soon link_to_refresh 3"),
        (json!(30), json!(in_ten_days), "soon link_to_refresh 10"),
        (json!(null), json!(in_ten_days), "soon link_to_refresh 10"),
        (json!(3), json!("some day"), "soon link_to_refresh 3"),
    ];
    for (days, required, expected) in rows {
        let fields = json!({"refreshDaysRemaining": days, "refreshRequired": required});
        assert_eq!(link_at(&fields, NOW), expected, "{fields}");
    }
    assert_eq!(
        link_at(&json!({"refreshDaysRemaining": 3}), NOW),
        "soon link_to_refresh 3"
    );
}

#[test]
fn days_count_from_the_time_of_the_response() {
    let mut user = linkedin(&json!({"refreshDaysRemaining": 16}));
    user["lastUpdated"] = json!("2024-05-07T12:00:00.000Z");
    let health = health(&user);
    let finding = only(&health);
    assert_eq!(
        (finding.level, finding.days_left),
        (Level::Soon, Some(13.0))
    );
    assert_eq!(finding.due_ms, Some(ms("2024-05-23T12:00:00Z")));
}
