use std::fmt::Write as _;

use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::*;
use crate::model::{PINTEREST_DETAILS, USER, USER_BATCH};

const SAMPLES: [(&str, &Shape); 7] = [
    (include_str!("../../tests/fixtures/user.json"), USER),
    (
        include_str!("../../tests/fixtures/user-networks.json"),
        USER,
    ),
    (
        include_str!("../../tests/fixtures/user-nothing-linked.json"),
        USER,
    ),
    (
        include_str!("../../tests/fixtures/details.json"),
        PINTEREST_DETAILS,
    ),
    (
        include_str!("../../tests/fixtures/details-empty.json"),
        PINTEREST_DETAILS,
    ),
    (
        include_str!("../../tests/fixtures/details-secret.json"),
        PINTEREST_DETAILS,
    ),
    (include_str!("../../tests/fixtures/batch.json"), USER_BATCH),
];

fn reason(body: impl AsRef<[u8]>) -> FaultReason {
    check(body.as_ref(), &Shape::Any).unwrap_err().reason
}

fn fault(body: &str, shape: &'static Shape) -> (String, FaultReason) {
    let fault = check(body.as_bytes(), shape).unwrap_err();
    (fault.path, fault.reason)
}

/// Path, expected type and found type of each mismatch, and whether the body is rejected for one of
/// them.
fn mismatches_of(body: &str, shape: &'static Shape) -> (Vec<String>, bool) {
    let checked = check(body.as_bytes(), shape);
    let is_refused = checked.is_err();
    let mismatches = checked.map_or_else(|fault| fault.mismatches, |checked| checked.mismatches);
    assert_eq!(mismatches.count(), mismatches.iter().count());
    let show = |it: Mismatch<'_>| format!("{}: {}, not {}", it.path, it.found, it.expected);
    (mismatches.iter().map(show).collect(), is_refused)
}

/// Whether `JSON.parse` accepts the body, according to an independent parser. The grammar of
/// `IgnoredAny` checks neither UTF-8 nor surrogates nor the range of numbers.
fn is_json(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok() && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

#[test]
fn samples_pass() {
    for (body, shape) in SAMPLES {
        assert!(check(body.as_bytes(), shape).unwrap().mismatches.is_empty());
        let end = body.trim_end().len();
        let mismatches = Mismatches::default();
        assert_eq!(
            check_at(body.as_bytes(), 0, shape),
            Ok(CheckedAt { end, mismatches })
        );
    }
}

#[test]
fn samples_cut_short_at_every_byte_are_truncated() {
    for (body, shape) in SAMPLES {
        let body = body.trim_end().as_bytes();
        for end in 0..body.len() {
            let fault = check(&body[..end], shape).unwrap_err();
            assert_eq!(fault.reason, FaultReason::Truncated, "cut at {end}");
            assert_eq!(fault.offset, end);
            let part = check_at(&body[..end], 0, shape).unwrap_err();
            assert_eq!((part.reason, part.offset), (FaultReason::Truncated, end));
        }
    }
}

#[test]
fn accepts_what_json_parse_accepts() {
    let good = [
        "0",
        "-0",
        "-0.0e+10",
        "1e999",
        "123456789012345678901234567890",
        "1E-7",
        "true",
        "false",
        "null",
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0000\\\"\\/\\b\\f\\n\\r\\t\\\\\"",
        "[]",
        "{}",
        " \t\r\n[ 1 , { \"a\" : [ ] } ] \n",
        "\"\u{7f}\u{80}\u{ffff}\u{10ffff}\"",
        "{\"a\":1,\"a\":[]}",
        "{\"\":{\"\":0}}",
    ];
    for body in good {
        assert!(check(body.as_bytes(), &Shape::Any).is_ok(), "{body}");
        assert!(is_json(body.as_bytes()), "{body}");
    }
}

#[test]
fn rejects_what_json_parse_rejects() {
    let bad = [
        "01",
        "-01",
        "1.x",
        ".5",
        "+1",
        "1ex",
        "-x",
        "truE",
        "nul!",
        "NaN",
        "Infinity",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "{\"a\":}",
        "[1 2]",
        "[1]]",
        "1 2",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\t\"",
        "\"a\nb\"",
        "\"\0\"",
        "// no\n1",
        "<html>",
        "\u{a0}1",
        "\u{b}1",
        "{\"a\"}",
        "\"aaaaaaaaaaaaaaaa\u{1f}\"",
    ];
    for body in bad {
        assert_eq!(reason(body), FaultReason::Syntax, "{body:?}");
        assert!(!is_json(body.as_bytes()), "{body}");
    }
    for body in [
        "", " ", "[", "{", "{\"a", "{\"a\"", "{\"a\":", "[1,", "-", "1.", "1e", "1e+", "tr",
        "\"\\", "\"\\u1",
    ] {
        assert_eq!(reason(body), FaultReason::Truncated, "{body:?}");
    }
}

#[test]
fn names_encoding_faults() {
    assert_eq!(reason(b"\xef\xbb\xbf{}"), FaultReason::ByteOrderMark);
    let bad: [&[u8]; 6] = [
        b"[\"\xff\"]",
        b"[\"abcdefgh\xc3\"]",
        b"[\"\xed\xa0\x80\"]",
        b"[\"\xf4\x90\x80\x80\"]",
        b"[\"\xc0\xaf\"]",
        b"{\"\x80\":1}",
    ];
    for body in bad {
        assert_eq!(reason(body), FaultReason::Utf8);
    }
    let fault = check("[\"ok\u{e9}\", \"ab\u{e9}\u{e9}\"]".as_bytes(), &Shape::Any);
    assert!(fault.is_ok());
    let fault = check(b"[1, \"abc\xff\"]", &Shape::Any).unwrap_err();
    assert_eq!((fault.offset, fault.path.as_str()), (8, "[1]"));
}

#[test]
fn limits_depth() {
    let nest = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(check(nest(128).as_bytes(), &Shape::Any).is_ok());
    assert_eq!(reason(nest(129)), FaultReason::Depth);
    assert_eq!(reason("[".repeat(1_000_000)), FaultReason::Depth);
    assert_eq!(reason("{\"a\":".repeat(1_000_000)), FaultReason::Depth);
    let unknown = format!("{{\"refId\":\"1\",\"new\":{}}}", nest(128));
    assert_eq!(fault(&unknown, USER).1, FaultReason::Depth);
}

#[test]
fn writes_paths() {
    let cases = [
        (r#"{"odd key":[{"a-b":tru}]}"#, r#"["odd key"][0]["a-b"]"#),
        (r#"{"a\"\\\n":{"":x}}"#, "[\"a\\\"\\\\\u{fffd}\"][\"\"]"),
        (r#"{"1a":[x]}"#, "[\"1a\"][0]"),
        (r#"{"a":{"b":[[x]]}}"#, "a.b[0][0]"),
        (
            r#"{"refId":1,"displayNames":[{},{"platform":x}]}"#,
            "displayNames[1].platform",
        ),
    ];
    for (body, path) in cases {
        assert_eq!(
            fault(body, USER),
            (path.to_owned(), FaultReason::Syntax),
            "{body}"
        );
    }
    let long = format!("{{\"{}\":x}}", "k".repeat(10_000));
    assert_eq!(fault(&long, USER).0.chars().count(), 64 + 1 + 4);
}

#[test]
fn every_mismatch_is_reported() {
    let cases: [(&str, &Shape, &[&str]); 9] = [
        (
            r#"{"created":{"utc":[]},"email":4,"monthlyApiCalls":{"a":1},"suspended":[]}"#,
            USER,
            &[
                "created.utc: array, not string",
                "email: number, not string",
                "monthlyApiCalls: object, not number",
                "suspended: array, not boolean",
            ],
        ),
        (
            r#"{"created":"2024"}"#,
            USER,
            &["created: string, not object"],
        ),
        (
            r#"{"displayNames":[{"platform":"x","id":7},{},{"platform":null},{"platform":"gmb","created":0}]}"#,
            USER,
            &[
                "displayNames[1].platform: missing, not string",
                "displayNames[2].platform: null, not string",
                "displayNames[3].created: number, not string",
            ],
        ),
        (
            r#"{"activeSocialAccounts":["a",null,7]}"#,
            USER,
            &[
                "activeSocialAccounts[1]: null, not string",
                "activeSocialAccounts[2]: number, not string",
            ],
        ),
        (
            r#"{"url":"https://a","success":null}"#,
            USER_BATCH,
            &[
                "success: null, not boolean",
                "urlAvailable: missing, not string",
                "urlExpires: missing, not string",
            ],
        ),
        (
            r#"{"pinterest":[7,{"id":1,"owner":[]}]}"#,
            PINTEREST_DETAILS,
            &[
                "pinterest[0]: number, not object",
                "pinterest[1].id: number, not string",
                "pinterest[1].name: missing, not string",
                "pinterest[1].owner: array, not object",
            ],
        ),
        (
            r#"{"email":null,"created":null,"displayNames":[{"platform":"x","id":null}]}"#,
            USER,
            &[],
        ),
        (
            r#"{"displayNames":null,"activeSocialAccounts":null}"#,
            USER,
            &[],
        ),
        (
            r#"{"brandNew":{"refId":[null]},"displayNames":[{"platform":"orbit","id":[]}]}"#,
            USER,
            &[],
        ),
    ];
    for (body, shape, expected) in cases {
        let (found, is_refused) = mismatches_of(body, shape);
        assert_eq!(found, expected, "{body}");
        assert!(!is_refused, "{body}");
    }
}

#[test]
fn rejects_bodies_without_a_usable_value() {
    let cases: [(&str, &Shape, &str, &[&str]); 11] = [
        ("[]", USER, "", &[": array, not object"]),
        ("null", USER, "", &[": null, not object"]),
        (
            r#"{"email":1,"displayNames":{},"title":2}"#,
            USER,
            "displayNames",
            &[
                "displayNames: object, not array",
                "email: number, not string",
                "title: number, not string",
            ],
        ),
        (
            r#"{"activeSocialAccounts":"a"}"#,
            USER,
            "activeSocialAccounts",
            &["activeSocialAccounts: string, not array"],
        ),
        (
            r#"{"displayNames":[{"platform":"x","id":1},{"platform":1},null]}"#,
            USER,
            "displayNames[2]",
            &[
                "displayNames[1].platform: number, not string",
                "displayNames[2]: null, not object",
            ],
        ),
        (
            "{}",
            PINTEREST_DETAILS,
            "pinterest",
            &["pinterest: missing, not array"],
        ),
        (
            r#"{"pinterest":null}"#,
            PINTEREST_DETAILS,
            "pinterest",
            &["pinterest: null, not array"],
        ),
        (
            r#"{"pinterest":{}}"#,
            PINTEREST_DETAILS,
            "pinterest",
            &["pinterest: object, not array"],
        ),
        ("7", PINTEREST_DETAILS, "", &[": number, not object"]),
        (
            r#"{"success":true,"urlAvailable":"a","urlExpires":"b"}"#,
            USER_BATCH,
            "url",
            &["url: missing, not string"],
        ),
        (
            r#"{"success":true,"url":null,"urlAvailable":"a","urlExpires":5}"#,
            USER_BATCH,
            "url",
            &["url: null, not string", "urlExpires: number, not string"],
        ),
    ];
    for (body, shape, path, expected) in cases {
        let (found, is_refused) = mismatches_of(body, shape);
        assert_eq!(found, expected, "{body}");
        assert!(is_refused, "{body}");
        assert_eq!(fault(body, shape).0, path, "{body}");
        assert!(fault(body, shape).1.is_shape());
    }
}

#[test]
fn places_omit_array_indices() {
    let body = br#"{"displayNames":[{"platform":"twitter","id":1,"twitterUsage":{"monthlyUsage":[]}}],"activeSocialAccounts":[[0]],"created":{"_seconds":"1"}}"#;
    let checked = check(body, USER).unwrap();
    let places: Vec<_> = checked.mismatches.iter().map(|it| it.place()).collect();
    let expected = [
        "activeSocialAccounts[]",
        "displayNames[].id",
        "displayNames[].twitterUsage.monthlyUsage",
        "created._seconds",
    ];
    assert_eq!(places, expected);
}

#[test]
fn mismatches_are_listed_up_to_a_limit_and_counted_beyond_it() {
    let accounts = vec!["{}"; 5_000].join(",");
    let body = format!("{{\"displayNames\":[{accounts}],\"title\":1}}");
    let checked = check(body.as_bytes(), USER).unwrap();
    assert_eq!(checked.mismatches.count(), 5_001);
    assert_eq!(checked.mismatches.iter().count(), 100);
    let deny = checked.mismatches.deny().unwrap_err();
    assert_eq!(
        (deny.path.as_str(), deny.mismatches.count()),
        ("displayNames[0].platform", 5_001)
    );
}

#[test]
fn among_fields_of_one_name_the_last_is_checked() {
    let cases: [(&str, &[&str]); 7] = [
        (r#"{"refId":1,"refId":"a"}"#, &[]),
        (r#"{"refId":"a","refId":1}"#, &["refId: number, not string"]),
        (
            r#"{"refId":[],"r\u0065fId":1}"#,
            &["refId: number, not string"],
        ),
        (
            r#"{"created":{"utc":1},"created":{"utc":2}}"#,
            &["created.utc: number, not string"],
        ),
        (r#"{"displayNames":7,"displayNames":null}"#, &[]),
        (
            r#"{"displayNames":[{"platform":"telegram","id":1,"platform":"facebook"}]}"#,
            &["displayNames[0].id: number, not string"],
        ),
        (
            r#"{"displayNames":[{"platform":"facebook","platform":7}]}"#,
            &["displayNames[0].platform: number, not string"],
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(
            mismatches_of(body, USER),
            (expected.iter().map(ToString::to_string).collect(), false),
            "{body}"
        );
    }
    // `JSON.parse` returns the last one, so that is the one to replace with an empty list.
    for (body, has) in [
        (r#"{"displayNames":[],"displayNames":null}"#, false),
        (r#"{"displayNames":null,"displayNames":[]}"#, true),
        (
            r#"{"displayNames":[],"displayNames":null,"refId":1}"#,
            false,
        ),
        (r#"{"displayNames":null,"displayNames":[],"refId":1}"#, true),
    ] {
        assert_eq!(
            check(body.as_bytes(), USER).unwrap().has("displayNames"),
            has,
            "{body}"
        );
    }
}

#[test]
fn checks_an_account_by_its_platform_wherever_it_occurs() {
    let cases = [
        (r#"{"platform":"telegram","id":-10017122}"#, None),
        (r#"{"id":-10017122,"platform":"telegram"}"#, None),
        (
            r#"{"id":-1.5,"platform":"telegram"}"#,
            Some("id: number, not integer"),
        ),
        (
            r#"{"id":1e3,"platform":"telegram"}"#,
            Some("id: number, not integer"),
        ),
        (
            r#"{"id":"7","platform":"telegram"}"#,
            Some("id: string, not integer"),
        ),
        (r#"{"id":9223372036854775807,"platform":"telegram"}"#, None),
        (
            r#"{"id":9223372036854775808,"platform":"telegram"}"#,
            Some("id: number, not integer"),
        ),
        (
            r#"{"id":-10017122,"platform":"facebook"}"#,
            Some("id: number, not string"),
        ),
        (
            r#"{"id":-10017122,"platform":"faceb\u006fok"}"#,
            Some("id: number, not string"),
        ),
        (
            r#"{"\u0069d":-10017122,"pl\u0061tform":"facebook"}"#,
            Some("id: number, not string"),
        ),
        (r#"{"id":{"a":[]},"platform":"reddit"}"#, None),
        (r#"{"id":{"a":[]},"platform":"orbit"}"#, None),
        (r#"{"displayName":"A","id":7,"platform":"orbit"}"#, None),
        (r#"{"displayName":null,"platform":"orbit"}"#, None),
        (
            r#"{"displayName":5,"platform":"orbit"}"#,
            Some("displayName: number, not string"),
        ),
        (
            r#"{"platform":"orbit","refreshDaysRemaining":"5"}"#,
            Some("refreshDaysRemaining: string, not number"),
        ),
        (r#"{"platform":"orbit","type":5,"username":5}"#, None),
        (
            r#"{"twitterUsage":{"monthlyUsage":"1"},"platform":"facebook"}"#,
            None,
        ),
        (
            r#"{"twitterUsage":{"monthlyUsage":"1"},"platform":"twitter"}"#,
            Some("twitterUsage.monthlyUsage: string, not number"),
        ),
        (
            r#"{"twitterUsage":{"monthlyUsage":"1"},"twitterUsage":{},"platform":"twitter"}"#,
            None,
        ),
        (
            r#"{"platform":"facebook","id":1,"platform":"telegram"}"#,
            None,
        ),
        (r#"{"platform":1,"platform":"facebook"}"#, None),
    ];
    for (account, expected) in cases {
        let body = format!("{{\"displayNames\":[{account}],\"refId\":\"1\"}}");
        let expected = expected.map(|what| format!("displayNames[0].{what}"));
        assert_eq!(
            mismatches_of(&body, USER),
            (expected.into_iter().collect(), false),
            "{account}"
        );
    }
    let broken = r#"{"displayNames":[{"twitterUsage":[x],"platform":"facebook"}]}"#;
    assert_eq!(
        fault(broken, USER),
        (
            "displayNames[0].twitterUsage[0]".to_owned(),
            FaultReason::Syntax
        )
    );
}

#[test]
fn messages_name_types_but_no_values() {
    let checked = check(br#"{"email": "s3cret", "refId": {"k": "s3cret"}}"#, USER).unwrap();
    assert!(!format!("{checked:?}").contains("s3cret"));
    assert_eq!(
        checked.mismatches.deny().unwrap_err().to_string(),
        "`refId` is of type object, expected string"
    );
    assert_eq!(
        check(b"[]", USER).unwrap_err().to_string(),
        "it is of type array, expected object"
    );
    let text = check(b"{\"s3cret\"", USER).unwrap_err().to_string();
    assert_eq!(text, "it is cut short after 9 bytes");
}

#[test]
fn reports_which_fields_are_present() {
    let checked = check(br#"{"displayNames":[],"other":1}"#, USER).unwrap();
    assert!(checked.has("displayNames"));
    assert!(!checked.has("activeSocialAccounts"));
    assert!(!checked.has("other"));
}

#[test]
fn checks_a_value_inside_a_buffer() {
    let buffer = br#"[{"refId":"1"},{"refId":2}, {"refId""#;
    assert_eq!(check_at(buffer, 1, USER).unwrap().end, 14);
    let odd = check_at(buffer, 15, USER).unwrap();
    assert_eq!((odd.end, odd.mismatches.count()), (26, 1));
    let denied = odd.mismatches.deny().unwrap_err();
    assert_eq!((denied.path.as_str(), denied.offset), ("refId", 24));
    let cut = br#"{"refId":2,"displayNames":[1"#;
    let fault = check_at(cut, 0, USER).unwrap_err();
    assert_eq!(
        (fault.reason, fault.offset),
        (FaultReason::Truncated, cut.len())
    );
    assert_eq!(
        check_at(buffer, 28, USER).unwrap_err().reason,
        FaultReason::Truncated
    );
    assert_eq!(
        check_at(buffer, 27, USER).unwrap_err().reason,
        FaultReason::Syntax
    );
    assert_eq!(
        check_at(buffer, 9999, USER).unwrap_err().reason,
        FaultReason::Truncated
    );
}

#[test]
fn reads_single_fields() {
    let body = br#" {"a": "x\ud83c\udfac\ud800\u0041\n", "n": 12, "s": "169", "b": true, "n": 13, "l": [1, {"k":2} ]} "#;
    let text = string(field(body, "a").unwrap()).unwrap();
    assert_eq!(text, "x🎬\u{fffd}A\n");
    assert_eq!(field(body, "n").and_then(unsigned), Some(13));
    assert_eq!(field(body, "s").and_then(unsigned), Some(169));
    assert_eq!(field(body, "b").and_then(boolean), Some(true));
    assert_eq!(field(body, "b").and_then(string), None);
    assert_eq!(field(body, "none"), None);
    let list: Vec<_> = elements(field(body, "l").unwrap()).collect();
    assert_eq!(list, [b"1".as_slice(), b"{\"k\":2}"]);
    for raw in ["-1", "1.5", "\"\"", "\"1x\"", "", "99999999999", "null"] {
        assert_eq!(unsigned(raw.as_bytes()), None, "{raw}");
    }
    assert_eq!(
        members(b"[1]").count() + elements(b"{}").count() + members(b"").count(),
        0
    );
    assert_eq!(members(br#"{"a":1,"b":}"#).count(), 1);
}

/// Bytes that are often almost JSON.
fn jsonish() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\n",
        "\"",
        "\"a\"",
        "\"platform\"",
        "\"gmb\"",
        "\\u00",
        "\\ud800",
        "\\n",
        "\\",
        "0",
        "1",
        "-",
        ".",
        "e",
        "12.5e-3",
        "true",
        "false",
        "null",
        "tru",
        "é",
        "\u{1}",
        "aaaaaaaa",
        "\"displayNames\":[",
        "{\"a\":",
        "[1,",
        "2]",
        "}}",
        "\u{feff}",
    ]);
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat().into_bytes())
}

/// One of the samples with a few bytes changed.
fn damaged() -> impl Strategy<Value = (Vec<u8>, &'static Shape)> {
    let change = (any::<prop::sample::Index>(), 0..4u8, any::<u8>());
    (0..SAMPLES.len(), prop::collection::vec(change, 1..4)).prop_map(|(sample, changes)| {
        let (body, shape) = SAMPLES[sample];
        let mut body = body.as_bytes().to_vec();
        for (index, action, byte) in changes {
            let at = index.index(body.len());
            match action {
                0 => body[at] = byte,
                1 => body[at] = b"\"\\{}[]:,0 -."[usize::from(byte) % 12],
                2 => drop(body.remove(at)),
                _ => body.insert(at, b"\"\\{}[]:,0 -."[usize::from(byte) % 12]),
            }
        }
        (body, shape)
    })
}

proptest! {
    #[test]
    fn agrees_with_another_parser_on_jsonish_bytes(body in jsonish()) {
        prop_assert_eq!(check(&body, &Shape::Any).is_ok(), is_json(&body));
    }

    #[test]
    fn agrees_with_another_parser_on_any_bytes(body in prop::collection::vec(any::<u8>(), 0..24)) {
        prop_assert_eq!(check(&body, &Shape::Any).is_ok(), is_json(&body));
    }

    #[test]
    fn agrees_with_another_parser_on_damaged_samples((body, shape) in damaged()) {
        prop_assert_eq!(check(&body, &Shape::Any).is_ok(), is_json(&body));
        match check(&body, shape) {
            Ok(checked) => {
                prop_assert!(is_json(&body));
                let denied = checked.mismatches.deny();
                prop_assert!(denied.is_ok() || denied.is_err_and(|fault| fault.offset < body.len()));
            }
            Err(fault) if fault.reason.is_shape() => {
                prop_assert!(is_json(&body) && fault.offset < body.len());
            }
            Err(_) => prop_assert!(!is_json(&body)),
        }
        prop_assert!(drift(&body, shape).len() <= 100);
    }

    #[test]
    fn decodes_strings_as_another_parser_does(text in any::<String>(), escape in any::<bool>()) {
        let raw = serde_json::to_string(&text).unwrap();
        let raw = if escape {
            let escape = |mut out: String, unit| {
                write!(out, "\\u{unit:04x}").unwrap();
                out
            };
            text.encode_utf16().fold("\"".to_owned(), escape) + "\""
        } else {
            raw
        };
        let read = string(raw.as_bytes());
        prop_assert_eq!(read.as_deref(), Some(text.as_str()));
    }
}
