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

fn reason(body: impl AsRef<[u8]>) -> Reason {
    check(body.as_ref(), &Shape::Any).unwrap_err().reason
}

fn fault(body: &str, shape: &'static Shape) -> (String, Reason) {
    let fault = check(body.as_bytes(), shape).unwrap_err();
    (fault.path, fault.reason)
}

/// What `JSON.parse` takes, by an independent parser: the grammar of `IgnoredAny` checks neither
/// UTF-8 nor surrogates nor the range of numbers.
fn is_json(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok() && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

#[test]
fn samples_pass() {
    for (body, shape) in SAMPLES {
        assert!(check(body.as_bytes(), shape).is_ok(), "{body}");
        assert_eq!(
            check_at(body.as_bytes(), 0, shape),
            Ok(body.trim_end().len())
        );
    }
}

#[test]
fn samples_cut_short_at_every_byte_are_truncated() {
    for (body, shape) in SAMPLES {
        let body = body.trim_end().as_bytes();
        for end in 0..body.len() {
            let fault = check(&body[..end], shape).unwrap_err();
            assert_eq!(fault.reason, Reason::Truncated, "cut at {end}");
            assert_eq!(fault.offset, end);
            assert_eq!(check_at(&body[..end], 0, shape), Err(fault));
        }
    }
}

#[test]
fn takes_what_json_parse_takes() {
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
fn refuses_what_json_parse_refuses() {
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
        assert_eq!(reason(body), Reason::Syntax, "{body:?}");
        assert!(!is_json(body.as_bytes()), "{body}");
    }
    for body in [
        "", " ", "[", "{", "{\"a", "{\"a\"", "{\"a\":", "[1,", "-", "1.", "1e", "1e+", "tr",
        "\"\\", "\"\\u1",
    ] {
        assert_eq!(reason(body), Reason::Truncated, "{body:?}");
    }
}

#[test]
fn names_encoding_faults() {
    assert_eq!(reason(b"\xef\xbb\xbf{}"), Reason::ByteOrderMark);
    let bad: [&[u8]; 6] = [
        b"[\"\xff\"]",
        b"[\"abcdefgh\xc3\"]",
        b"[\"\xed\xa0\x80\"]",
        b"[\"\xf4\x90\x80\x80\"]",
        b"[\"\xc0\xaf\"]",
        b"{\"\x80\":1}",
    ];
    for body in bad {
        assert_eq!(reason(body), Reason::Utf8);
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
    assert_eq!(reason(nest(129)), Reason::Depth);
    assert_eq!(reason("[".repeat(1_000_000)), Reason::Depth);
    assert_eq!(reason("{\"a\":".repeat(1_000_000)), Reason::Depth);
    let unknown = format!("{{\"refId\":\"1\",\"new\":{}}}", nest(128));
    assert_eq!(fault(&unknown, USER).1, Reason::Depth);
}

#[test]
fn writes_paths() {
    let wrong = |expected, found| Reason::Type { expected, found };
    let cases = [
        ("[]", "", wrong("object", "array")),
        (
            r#"{"created":{"utc":[]}}"#,
            "created.utc",
            wrong("string", "array"),
        ),
        (r#"{"email":4}"#, "email", wrong("string or null", "number")),
        (
            r#"{"displayNames":[{"platform":"x"},{}]}"#,
            "displayNames[1].platform",
            Reason::Missing,
        ),
        (
            r#"{"displayNames":[{"platform":null}]}"#,
            "displayNames[0].platform",
            wrong("string", "null"),
        ),
        (
            r#"{"activeSocialAccounts":["a",null]}"#,
            "activeSocialAccounts[1]",
            wrong("string", "null"),
        ),
        (
            r#"{"odd key":[{"a-b":tru}]}"#,
            r#"["odd key"][0]["a-b"]"#,
            Reason::Syntax,
        ),
        (
            r#"{"a\"\\\n":{"":x}}"#,
            "[\"a\\\"\\\\\u{fffd}\"][\"\"]",
            Reason::Syntax,
        ),
        (r#"{"1a":[x]}"#, "[\"1a\"][0]", Reason::Syntax),
        (r#"{"a":{"b":[[x]]}}"#, "a.b[0][0]", Reason::Syntax),
    ];
    for (body, path, reason) in cases {
        assert_eq!(fault(body, USER), (path.to_owned(), reason), "{body}");
    }
    let long = format!("{{\"{}\":x}}", "k".repeat(10_000));
    assert_eq!(fault(&long, USER).0.chars().count(), 64 + 1 + 4);
}

#[test]
fn checks_an_account_by_its_platform_wherever_that_stands() {
    let wrong = |expected, found| Reason::Type { expected, found };
    let id = |found| wrong("string", found);
    let cases = [
        (r#"{"platform":"telegram","id":-10017122}"#, None),
        (r#"{"id":-10017122,"platform":"telegram"}"#, None),
        (
            r#"{"id":-1.5,"platform":"telegram"}"#,
            Some(("id", wrong("integer", "number"))),
        ),
        (
            r#"{"id":"7","platform":"telegram"}"#,
            Some(("id", wrong("integer", "string"))),
        ),
        (r#"{"id":9223372036854775807,"platform":"telegram"}"#, None),
        (
            r#"{"id":9223372036854775808,"platform":"telegram"}"#,
            Some(("id", wrong("integer", "number"))),
        ),
        (
            r#"{"id":-10017122,"platform":"facebook"}"#,
            Some(("id", id("number"))),
        ),
        (
            r#"{"id":-10017122,"platform":"faceb\u006fok"}"#,
            Some(("id", id("number"))),
        ),
        (
            r#"{"\u0069d":-10017122,"pl\u0061tform":"facebook"}"#,
            Some(("id", id("number"))),
        ),
        (r#"{"id":{"a":[]},"platform":"reddit"}"#, None),
        (r#"{"id":{"a":[]},"platform":"orbit"}"#, None),
        (
            r#"{"twitterUsage":{"monthlyUsage":"1"},"platform":"facebook"}"#,
            None,
        ),
        (
            r#"{"twitterUsage":{"monthlyUsage":"1"},"platform":"twitter"}"#,
            Some(("twitterUsage.monthlyUsage", wrong("number", "string"))),
        ),
        (
            r#"{"twitterUsage":{"monthlyUsage":"1"},"twitterUsage":{},"platform":"twitter"}"#,
            Some(("twitterUsage.monthlyUsage", wrong("number", "string"))),
        ),
        (
            r#"{"twitterUsage":[x],"platform":"facebook"}"#,
            Some(("twitterUsage[0]", Reason::Syntax)),
        ),
        (
            r#"{"platform":"facebook","id":1,"platform":"telegram"}"#,
            None,
        ),
        (
            r#"{"platform":"telegram","id":1,"platform":"facebook"}"#,
            Some(("id", id("number"))),
        ),
        (
            r#"{"platform":1,"platform":"facebook"}"#,
            Some(("platform", id("number"))),
        ),
    ];
    for (account, expected) in cases {
        let body = format!("{{\"displayNames\":[{account}],\"refId\":\"1\"}}");
        let expected = expected.map(|(path, reason)| (format!("displayNames[0].{path}"), reason));
        let found = check(body.as_bytes(), USER)
            .err()
            .map(|fault| (fault.path, fault.reason));
        assert_eq!(found, expected, "{account}");
    }
}

#[test]
fn messages_name_types_but_no_values() {
    let fault = check(br#"{"email": "s3cret", "refId": {"k": "s3cret"}}"#, USER).unwrap_err();
    assert_eq!(
        fault.to_string(),
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
fn knows_which_fields_are_there() {
    let checked = check(br#"{"displayNames":[],"other":1}"#, USER).unwrap();
    assert!(checked.has("displayNames"));
    assert!(!checked.has("activeSocialAccounts"));
    assert!(!checked.has("other"));
}

#[test]
fn checks_a_value_inside_a_buffer() {
    let buffer = br#"[{"refId":"1"},{"refId":2}, {"refId""#;
    assert_eq!(check_at(buffer, 1, USER), Ok(14));
    let wrong = check_at(buffer, 15, USER).unwrap_err();
    assert_eq!((wrong.path.as_str(), wrong.offset), ("refId", 24));
    assert_eq!(
        check_at(buffer, 28, USER).unwrap_err().reason,
        Reason::Truncated
    );
    assert_eq!(
        check_at(buffer, 27, USER).unwrap_err().reason,
        Reason::Syntax
    );
    assert_eq!(
        check_at(buffer, 9999, USER).unwrap_err().reason,
        Reason::Truncated
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

/// Bytes that are often nearly JSON.
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
            Ok(_) => prop_assert!(is_json(&body)),
            Err(fault) if fault.reason.is_shape() => prop_assert!(fault.offset < body.len()),
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
