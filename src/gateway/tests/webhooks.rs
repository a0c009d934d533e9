//! Webhook events: which are accepted, and what they change.

use super::*;
use crate::gateway::webhook::{
    Claim, Effect, EventDeduplicator, REMEMBERED_MS, Signed, WebhookDelivery, WebhookEvent,
    WebhookOutcome, signature,
};

const MINUTES_5_MS: f64 = 300_000.0;

/// HMAC-SHA256 of `{"action":"social"}` with the key `s`, computed with OpenSSL.
const HEX: &str = "27a0ce1bdf03df2984927fba1ca6e1769e6b6dcdce5fe9c9ffbe3e33f39d0ce3";
const BASE64: &str = "J6DOG98D3ymEkn+6HKbhdp5rbc3OX+nJ/74+M/OdDOM=";

fn bytes() -> [u8; 32] {
    let pair = |at: usize| u8::from_str_radix(HEX.get(at..at + 2).unwrap(), 16);
    std::array::from_fn(|index| pair(index * 2).unwrap())
}

fn signed<'a>(
    timestamp: &'a str,
    signature: Option<&'a str>,
    signatures: Option<&'a str>,
) -> Signed<'a> {
    Signed {
        timestamp: Some(timestamp),
        signature,
        signatures,
    }
}

#[test]
fn formats_of_a_signature() {
    let unpadded = BASE64.trim_end_matches('=');
    let url = BASE64.replace('+', "-").replace('/', "_");
    for text in [
        HEX,
        &HEX.to_uppercase(),
        BASE64,
        unpadded,
        &url,
        &format!(" {HEX} "),
    ] {
        assert_eq!(signature(text), Some(bytes()), "{text}");
    }
    let (hex_rest, base64_rest) = (HEX.get(1..).unwrap(), BASE64.get(1..).unwrap());
    let odd = format!("{}1", unpadded.get(..42).unwrap());
    let rows = [
        "",
        "v1=",
        hex_rest,
        &format!("{HEX}0"),
        &format!("g{hex_rest}"),
        &format!("{unpadded}A"),
        &format!("{BASE64}="),
        &format!("!{base64_rest}"),
        &odd,
        &"é".repeat(32),
    ];
    for text in rows {
        assert_eq!(signature(text), None, "{text}");
    }
}

#[test]
fn times() {
    let now_ms = 1_700_000_000_000.0;
    let verdict = |timestamp: &str| {
        signed(timestamp, Some(HEX), None)
            .signatures(now_ms, MINUTES_5_MS)
            .err()
    };
    for timestamp in ["1700000000", "1699999700", "1700000300", " 1700000000 "] {
        assert_eq!(verdict(timestamp), None, "{timestamp}");
    }
    for timestamp in [
        "1699999699",
        "1700000301",
        "0",
        "",
        "-1700000000",
        "1700000000.5",
        "1700000000000",
        "17e8",
        "soon",
    ] {
        assert_eq!(
            verdict(timestamp),
            Some(WebhookOutcome::Untimely),
            "{timestamp}"
        );
    }
    let without = Signed {
        signature: Some(HEX),
        ..Signed::default()
    };
    assert_eq!(
        without.signatures(now_ms, MINUTES_5_MS),
        Err(WebhookOutcome::Untimely)
    );
    assert_eq!(
        signed("1700000000", Some(HEX), None).signatures(f64::NAN, MINUTES_5_MS),
        Err(WebhookOutcome::Untimely)
    );
}

#[test]
fn a_late_retry_is_accepted_within_the_tolerance() {
    let now_ms = 1_700_000_000_000.0;
    let verdict = |timestamp: &str, tolerance_ms: f64| {
        signed(timestamp, Some(HEX), None)
            .signatures(now_ms, tolerance_ms)
            .err()
    };
    assert_eq!(verdict("1699913600", REMEMBERED_MS), None);
    assert_eq!(
        verdict("1699913599", REMEMBERED_MS),
        Some(WebhookOutcome::Untimely)
    );
    // Clocks differ, and no retry comes from the future.
    for tolerance_ms in [0.0, REMEMBERED_MS] {
        assert_eq!(verdict("1700000000", tolerance_ms), None);
        assert_eq!(verdict("1700000300", tolerance_ms), None);
        assert_eq!(
            verdict("1700000301", tolerance_ms),
            Some(WebhookOutcome::Untimely)
        );
    }
    assert_eq!(verdict("1699999999", 0.0), Some(WebhookOutcome::Untimely));
}

#[test]
fn deliveries() {
    let read = |id: &str, attempt: &str| {
        let delivery = WebhookDelivery::read(Some(id), Some(attempt));
        (delivery.id, delivery.attempt)
    };
    assert_eq!(
        WebhookDelivery::read(None, None),
        WebhookDelivery::default()
    );
    assert_eq!(read("dlv_1", "1"), (Some("dlv_1".to_owned()), Some(1)));
    let longest = "d".repeat(128);
    assert_eq!(read(&longest, " 9 "), (Some(longest.clone()), Some(9)));
    for (id, attempt) in [
        ("", ""),
        (" ", "-1"),
        ("a b", "1.5"),
        ("\u{e9}", "first"),
        (&format!("{longest}d"), "1000000"),
    ] {
        assert_eq!(read(id, attempt), (None, None), "{id} {attempt}");
    }
}

#[test]
fn both_generations_of_headers() {
    let found = |older: Option<&str>, newer: Option<&str>| {
        signed("1", older, newer).signatures(1_000.0, MINUTES_5_MS)
    };
    let zeros = "0".repeat(64);
    assert_eq!(found(Some(HEX), None), Ok(vec![bytes()]));
    assert_eq!(found(None, Some(&format!("v1={HEX}"))), Ok(vec![bytes()]));
    let rotated = format!("v1={zeros}, v1={BASE64},v2={zeros}");
    assert_eq!(found(None, Some(&rotated)), Ok(vec![[0; 32], bytes()]));
    assert_eq!(
        found(Some(HEX), Some(&format!("v1={zeros}"))),
        Ok(vec![[0; 32], bytes()])
    );
    for newer in [
        "",
        HEX,
        "v1=",
        "v1=x",
        &format!("v2={HEX}"),
        &format!("V1={HEX}"),
    ] {
        assert_eq!(
            found(None, Some(newer)),
            Err(WebhookOutcome::Unsigned),
            "{newer}"
        );
    }
    assert_eq!(found(None, None), Err(WebhookOutcome::Unsigned));
    let many = vec![format!("v1={zeros}"); 9].join(",");
    assert_eq!(found(Some(HEX), Some(&many)).unwrap().len(), 5);
    let long = |len: usize| format!("{:,>len$}", format!("v1={HEX}"));
    assert_eq!(found(None, Some(&long(1_024))), Ok(vec![bytes()]));
    assert_eq!(
        found(None, Some(&long(1_025))),
        Err(WebhookOutcome::Unsigned)
    );
}

#[test]
fn effects() {
    let effect = |body: &str| WebhookEvent::read(body.as_bytes()).map(|event| event.effect());
    let social = r#"{"action":"social","hookId":"h","refId":"r1","type":"unlink","platform":"x"}"#;
    assert_eq!(effect(social), Ok(Effect::DropProfile("r1".to_owned())));
    assert_eq!(effect(r#"{"action":"social"}"#), Ok(Effect::None));
    assert_eq!(
        effect(r#"{"action":"batch","url":"https://receiver.example"}"#),
        Ok(Effect::BatchReady)
    );
    let suspended = r#"{"action":"suspended","hookId":"h","refId":"r1"}"#;
    assert_eq!(effect(suspended), Ok(Effect::DropProfile("r1".to_owned())));
    assert_eq!(effect(r#"{"action":"suspended"}"#), Ok(Effect::None));
    for action in [
        "feed",
        "scheduled",
        "messages",
        "mentions",
        "comments",
        "automations",
        "accountActivity",
        "Social",
        "Suspended",
        "",
        "never heard of",
    ] {
        assert_eq!(
            effect(&format!(r#"{{"action":"{action}","refId":"r1"}}"#)),
            Ok(Effect::None)
        );
    }
    for body in [
        "",
        "[]",
        "{}",
        "null",
        r#"{"action":1}"#,
        r#"{"action":"social""#,
        r#"{"action":"social"}x"#,
    ] {
        assert_eq!(effect(body), Err(WebhookOutcome::Malformed), "{body}");
    }
}

#[test]
fn ids() {
    let id = |body: &str| WebhookEvent::read(body.as_bytes()).unwrap().id;
    assert_eq!(id(r#"{"action":"a","hookId":"h1"}"#), "h1");
    let older = id(r#"{"action":"a","created":"1"}"#);
    assert_eq!(older, id(r#"{"action":"a","created":"1"}"#));
    assert_ne!(older, id(r#"{"action":"a","created":"2"}"#));
    let long = format!(r#"{{"action":"a","hookId":"{}"}}"#, "h".repeat(129));
    for body in [
        r#"{"action":"a","hookId":""}"#,
        r#"{"action":"a","hookId":7}"#,
        &long,
    ] {
        assert!(id(body).starts_with("W/"), "{body}");
    }
}

#[test]
fn each_event_counts_once() {
    let day_ms = 86_400_000.0;
    let mut seen = EventDeduplicator::new(2, MINUTES_5_MS);
    assert_eq!(seen.claim("a", 0.0), Claim::New);
    assert_eq!(seen.claim("a", 1.0), Claim::Busy);
    seen.finish("a");
    assert_eq!(seen.claim("a", day_ms - 1.0), Claim::Done);
    assert_eq!(seen.claim("a", day_ms), Claim::New);
    seen.release("a");
    assert_eq!(
        seen.claim("a", day_ms),
        Claim::New,
        "an event that failed is handled again"
    );
    seen.finish("a");
    assert_eq!(seen.claim("b", day_ms), Claim::New);
    assert_eq!(seen.claim("c", day_ms), Claim::New);
    assert_eq!(seen.claim("b", day_ms), Claim::Busy, "the newer one stays");
    assert_eq!(
        seen.claim("a", day_ms),
        Claim::New,
        "the oldest one was forgotten"
    );
    seen.finish("never there");
    assert_eq!(EventDeduplicator::new(0, 0.0).claim("a", 0.0), Claim::New);
}

#[test]
fn an_event_is_remembered_as_long_as_it_may_be_resent() {
    let mut seen = EventDeduplicator::new(2, 3.0 * REMEMBERED_MS);
    assert_eq!(seen.claim("a", 0.0), Claim::New);
    seen.finish("a");
    assert_eq!(seen.claim("a", 2.9 * REMEMBERED_MS), Claim::Done);
    assert_eq!(seen.claim("a", 3.0 * REMEMBERED_MS), Claim::New);
}

#[test]
fn replies() {
    let rows = [
        (WebhookOutcome::Taken, 200),
        (WebhookOutcome::Unsigned, 401),
        (WebhookOutcome::Untimely, 401),
        (WebhookOutcome::TooLarge, 413),
        (WebhookOutcome::Incomplete, 503),
        (WebhookOutcome::Malformed, 400),
        (WebhookOutcome::Busy, 503),
        (WebhookOutcome::Failed, 500),
        (WebhookOutcome::Late, 503),
    ];
    for (verdict, status) in rows {
        let reply = verdict.reply();
        assert_eq!(reply.status, status);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let body: serde_json::Value = serde_json::from_str(text(&reply)).unwrap();
        assert_eq!(
            body["status"],
            if status == 200 { "success" } else { "error" }
        );
    }
}
