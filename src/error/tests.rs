use super::*;
use crate::json::FaultReason;

fn error_of(status: u16, body: &str) -> Error {
    let error = Error::from_response(status, body.as_bytes()).unwrap();
    assert_eq!(error.status, Some(status));
    assert!(error.path.is_none() && error.retry_after_ms.is_none());
    assert_style(&error.message);
    error
}

/// One line in lower case, apart from proper names, without a full stop. Ayrshare's own words are
/// in backticks.
fn assert_style(message: &str) {
    const NAMES: [&str; 9] = [
        "API",
        "Ayrshare",
        "Facebook",
        "HTML",
        "HTTP",
        "JSON",
        "Primary Profile",
        "Profile Key",
        "X",
    ];
    let ours = message.split('`').step_by(2).collect::<String>();
    let ours = NAMES.iter().fold(ours, |text, name| text.replace(name, ""));
    assert_eq!(ours, ours.to_lowercase());
    assert!(
        !message.ends_with('.') && !message.contains('\n') && !message.is_empty(),
        "{message}"
    );
}

#[test]
fn every_row_of_the_table() {
    use Kind::{Api, Auth, RateLimit};
    // Code, a status it has been seen with, kind, and a part of the advice.
    let codes = [
        (102, 403, Auth, "API key"),
        (102, 401, Auth, "API key"),
        (106, 429, RateLimit, "monthly"),
        (106, 403, RateLimit, "monthly"),
        (144, 400, Auth, "Profile Key"),
        (144, 401, Auth, "Profile Key"),
        (144, 403, Auth, "Profile Key"),
        (156, 400, Api, "link it"),
        (161, 400, Api, "link Facebook again"),
        (169, 403, Auth, "plan"),
        (272, 400, Api, "link X again"),
        (276, 403, Auth, "suspended"),
        (361, 403, Auth, "messaging is not enabled"),
        (362, 400, Api, "link it again"),
        (419, 419, Api, "X-Twitter-OAuth1-Api-Key"),
    ];
    for (code, status, kind, word) in codes {
        let body = format!(r#"{{"action":"a","status":"error","code":{code},"message":"Text"}}"#);
        // The code overrides every status.
        for status in [status, 200, 400, 401, 403, 404, 429, 500, 502] {
            let error = error_of(status, &body);
            assert_eq!(
                (error.kind, error.code, error.retryable),
                (kind, Some(code), false)
            );
            assert!(error.message.contains(word), "{}", error.message);
            assert!(
                error.message.ends_with(": Ayrshare says `Text`"),
                "{}",
                error.message
            );
            assert!(!is_retryable(status, Some(code)));
        }
    }
    let statuses = [
        (300, Api, false, "redirect"),
        (302, Api, false, "not followed"),
        (308, Api, false, "redirect"),
        (400, Api, false, "arguments"),
        (401, Auth, false, "API key"),
        (402, Auth, false, "plan"),
        (403, Auth, false, "access"),
        (404, Api, false, "not found"),
        (405, Api, false, "method"),
        (408, Api, true, "gave up waiting"),
        (418, Api, false, "unusual"),
        (419, Api, false, "X-Twitter-OAuth1-Api-Secret"),
        (429, RateLimit, true, "5-minute"),
        (500, Api, true, "try again"),
        (501, Api, false, "support"),
        (502, Api, true, "try again"),
        (503, Api, true, "not available"),
        (504, Api, true, "took too long"),
        (505, Api, false, "support"),
        (599, Api, true, "try again"),
        (0, Api, false, "unusual"),
        (600, Api, false, "unusual"),
    ];
    for (status, kind, retryable, word) in statuses {
        // For codes without a public meaning, the status decides.
        for code in [
            None,
            Some(101),
            Some(103),
            Some(114),
            Some(167),
            Some(186),
            Some(221),
            Some(383),
        ] {
            let body = code.map_or_else(|| "{}".to_owned(), |code| format!(r#"{{"code":{code}}}"#));
            let error = error_of(status, &body);
            assert_eq!(
                (error.kind, error.retryable, error.code),
                (kind, retryable, code),
                "{status}"
            );
            assert!(error.message.contains(word), "{}", error.message);
            assert_eq!(is_retryable(status, code), retryable);
        }
    }
}

#[test]
fn successes_are_not_errors() {
    let bodies = [
        include_str!("../../tests/fixtures/user.json"),
        include_str!("../../tests/fixtures/details.json"),
        include_str!("../../tests/fixtures/batch.json"),
        "{}",
        "",
        "<html>",
        "[]",
        r#"{"status":"success"}"#,
        r#"{"status":500}"#,
        r#"{"user":{"status":"error"}}"#,
        r#"{"note":"\"status\":\"error\""}"#,
        r#"{"success":true}"#,
    ];
    for body in bodies {
        assert_eq!(Error::from_response(200, body.as_bytes()), None, "{body}");
    }
}

#[test]
fn errors_with_status_200() {
    for body in [
        r#"{"status":"error"}"#,
        r#"{"a":[1],"st\u0061tus":"error"}"#,
        r#"{"success":false}"#,
    ] {
        let error = error_of(200, body);
        assert_eq!(
            (error.kind, error.code, error.retryable),
            (Kind::Api, None, false)
        );
        assert!(error.message.contains("despite its HTTP status"));
    }
    let error = error_of(
        200,
        r#"{"success":false,"code":169,"message":"Business Plan required."}"#,
    );
    assert_eq!((error.kind, error.code), (Kind::Auth, Some(169)));
}

#[test]
fn flat_bodies() {
    let error = error_of(
        403,
        r#"{"action":"authorization","status":"error","code":102,"message":"API Key not valid"}"#,
    );
    assert_eq!(error.kind, Kind::Auth);
    assert_eq!(error.action.as_deref(), Some("authorization"));
    assert_eq!(error.details, None);
    assert_eq!(
        error.to_string(),
        "the API key is not valid: copy it again from the Ayrshare dashboard: \
         Ayrshare says `API Key not valid`"
    );
    assert_eq!(error_of(403, r#"{"code":"102"}"#).code, Some(102));
    for code in ["\"x\"", "-102", "102.5", "null", "99999999999", "{}"] {
        assert_eq!(
            error_of(403, &format!("{{\"code\":{code}}}")).code,
            None,
            "{code}"
        );
    }
}

#[test]
fn additional_fields_become_details() {
    let error = error_of(
        419,
        r#"{"action":"x_credentials_required","status":"error","code":419,"message":"No keys",
            "platform":"twitter","resolution":{"docs":"https://www.ayrshare.com/docs"}}"#,
    );
    assert_eq!(error.action.as_deref(), Some("x_credentials_required"));
    assert_eq!(
        error.details.as_deref(),
        Some(r#"{"platform":"twitter","resolution":{"docs":"https://www.ayrshare.com/docs"}}"#)
    );
    let error = error_of(
        400,
        r#"{"status":"error","code":156,"message":"m","details":"why","retryAvailable":true,"verifyCheck":false,"refId":"1"}"#,
    );
    assert_eq!(
        error.details.as_deref(),
        Some(r#"{"details":"why","retryAvailable":true,"verifyCheck":false,"refId":"1"}"#)
    );
    assert!(!error.retryable);
}

#[test]
fn lists_and_nested_bodies() {
    let error = error_of(
        400,
        r#"{"status":"error","errors":[{"action":"user","status":"error","code":156,"message":"Not linked","platform":"pinterest"},{"code":102}],"refId":"r","platform":"outer"}"#,
    );
    assert_eq!((error.kind, error.code), (Kind::Api, Some(156)));
    assert_eq!(error.action.as_deref(), Some("user"));
    assert!(error.message.ends_with("Ayrshare says `Not linked`"));
    assert_eq!(
        error.details.as_deref(),
        Some(r#"{"platform":"pinterest","refId":"r"}"#)
    );

    assert_eq!(error_of(403, r#"{"errors":[],"code":276}"#).code, Some(276));
    assert!(
        error_of(400, r#"{"errors":["bad query"]}"#)
            .message
            .contains("`bad query`")
    );
    assert_eq!(
        error_of(403, r#"[{"code":144,"message":"m"}]"#).code,
        Some(144)
    );

    let error = error_of(400, r#"{"history":{"code":221,"status":"error"}}"#);
    assert_eq!(
        (error.kind, error.code, error.details.as_deref()),
        (Kind::Api, Some(221), None)
    );
    assert!(
        error.message.ends_with("HTTP 400 with code 221"),
        "{}",
        error.message
    );
    assert_eq!(
        error_of(
            403,
            r#"{"meta":1,"user":{"code":276,"message":"Suspended"}}"#
        )
        .kind,
        Kind::Auth
    );
}

#[test]
fn bodies_that_are_not_json() {
    let cases = [
        ("", "HTTP 502 with an empty body"),
        (" \n", "HTTP 502 with an empty body"),
        (
            "<!DOCTYPE html><h1>502 Bad Gateway</h1>",
            "HTTP 502 with HTML instead of JSON",
        ),
        ("{\"code\":102,\"mess", "HTTP 502 without a message"),
        (
            "upstream connect error\n",
            "Ayrshare says `upstream connect error`",
        ),
        ("null", "HTTP 502 without a message"),
    ];
    for (body, end) in cases {
        let error = error_of(502, body);
        assert_eq!(
            (error.kind, error.code, error.retryable),
            (Kind::Api, None, true)
        );
        assert!(error.message.ends_with(end), "{}", error.message);
    }
    let error = Error::from_response(502, b"\xff\xfe").unwrap();
    assert!(error.message.ends_with("without a message"));
}

#[test]
fn text_from_the_server_is_truncated_and_cleaned() {
    let long = "é".repeat(10_000);
    let error = error_of(400, &format!(r#"{{"message":"{long}","action":"{long}"}}"#));
    assert!(error.message.chars().count() < 700);
    assert!(
        error
            .action
            .as_ref()
            .is_some_and(|action| action.chars().count() == 513)
    );
    let error = error_of(400, r#"{"message":"  a`b\nc\u0000d\u202e  "}"#);
    assert!(error.message.contains("`a'b c d"), "{}", error.message);

    let body = format!(
        r#"{{"code":1,"details":"{}","refId":"kept"}}"#,
        "x".repeat(9_000)
    );
    assert_eq!(
        error_of(400, &body).details.as_deref(),
        Some(r#"{"refId":"kept"}"#)
    );
    let body = format!(r#"{{"code":1,"details":"{}"}}"#, "x".repeat(8_000));
    assert!(
        error_of(400, &body)
            .details
            .as_ref()
            .is_some_and(|details| details.len() > 8_000)
    );
}

#[test]
fn details_are_limited_exactly() {
    let with = |length: usize| {
        let text = "x".repeat(length - r#""""#.len());
        error_of(400, &format!(r#"{{"code":1,"details":"{text}"}}"#))
            .details
            .as_deref()
            .map(str::len)
    };
    let longest = 8_192 - r#"{"details":},"#.len();
    assert_eq!(with(longest), Some(8_191));
    assert_eq!(with(longest + 1), None);
}

#[test]
fn nested_errors_are_read_only_if_the_outer_body_has_none() {
    let inside = r#""user":{"code":276,"message":"inner"}"#;
    let error = error_of(403, &format!(r#"{{"code":102,{inside}}}"#));
    assert_eq!(error.code, Some(102));
    let error = error_of(403, &format!(r#"{{"message":"outer",{inside}}}"#));
    assert!(error.message.contains("`outer`"), "{}", error.message);
    assert_eq!(error.code, None);
    let error = error_of(403, &format!(r#"{{"action":"outer",{inside}}}"#));
    assert_eq!((error.code, error.action.as_deref()), (None, Some("outer")));
}

#[test]
fn details_are_always_valid_json() {
    let error = error_of(400, r#"{"a\"b":1,"code":1,"ok":{"deep":[1,2]}}"#);
    let details = error.details.clone().unwrap();
    let read: serde_json::Value = serde_json::from_str(&details).unwrap();
    assert_eq!(read, serde_json::json!({"ok": {"deep": [1, 2]}}));
}

#[test]
fn faults_become_decode_errors() {
    let odd = br#"{"displayNames":[{"id":7,"platform":"gmb"},{"id":7,"platform":"facebook"}]}"#;
    let checked = crate::json::check(odd, crate::model::USER).unwrap();
    let fault = checked.mismatches.deny().unwrap_err();
    let error = Error::from(fault.clone());
    assert_eq!((error.kind, error.retryable), (Kind::Decode, false));
    assert_eq!(error.path.as_deref(), Some("displayNames[1].id"));
    assert_eq!(error.mismatches.count(), 1);
    assert_eq!(
        error.message,
        "the response has an unexpected shape: `displayNames[1].id` is of type number, expected string"
    );
    let error = Error::from(Fault {
        path: String::new(),
        offset: 7,
        reason: FaultReason::Truncated,
        ..fault
    });
    assert_eq!(
        error.message,
        "the response cannot be read: it is cut short after 7 bytes"
    );
}

#[test]
fn kinds_have_their_names() {
    use Kind::*;
    let kinds = [
        Config, Auth, Api, RateLimit, Network, Timeout, Aborted, Decode, NotReady, Expired,
        Internal,
    ];
    let names = kinds.map(Kind::as_str).join(" ");
    assert_eq!(
        names,
        "config auth api rate_limit network timeout aborted decode not_ready expired internal"
    );
    let retryable = kinds.map(|kind| Error::new(kind, "x").retryable);
    assert_eq!(retryable.iter().filter(|retryable| **retryable).count(), 3);
}
