//! Options for records: limits, rejections and selected fields.

use super::support::{Outcome, around, read, read_pieces};
use ayrshare_user::error::{Error, Kind};
use ayrshare_user::json::FaultReason;
use ayrshare_user::model::shape::Shape;
use ayrshare_user::records::{Delivery, OnInvalid, Problem, Reader, RecordOptions};
use serde_json::Value;

fn skip() -> RecordOptions {
    RecordOptions {
        on_invalid: OnInvalid::Skip,
        ..RecordOptions::default()
    }
}

fn throw() -> RecordOptions {
    RecordOptions {
        on_invalid: OnInvalid::Throw,
        ..RecordOptions::default()
    }
}

fn hand_over() -> RecordOptions {
    RecordOptions {
        on_invalid: OnInvalid::HandOver,
        ..RecordOptions::default()
    }
}

fn text(records: &[Vec<u8>]) -> Vec<String> {
    records
        .iter()
        .map(|record| String::from_utf8(record.clone()).unwrap())
        .collect()
}

#[test]
fn an_invalid_record_is_an_error_with_its_position() {
    let bad = r#"{"displayNames":[{"platform":"reddit"},{"platform":7}]}"#;
    for file in around(&[r#"{"refId":"a"}"#, bad, r#"{"refId":"c"}"#]) {
        let outcome = read(file.as_bytes(), throw());
        assert_eq!(outcome.records.len(), 1, "{file}");
        let error = outcome.error.unwrap();
        assert_eq!(
            (error.index, error.path.as_str()),
            (Some(1), "displayNames[1].platform")
        );
        assert!(
            file.as_bytes()[usize::try_from(error.offset).unwrap()..].starts_with(b"7"),
            "{file}"
        );
        let offset = error.offset;
        let expected = format!(
            "record 2 of the batch file is not of the documented shape at byte {offset}, in \
             `displayNames[1].platform`: number instead of string"
        );
        assert_eq!(error.to_string(), expected);
        let error = Error::from(error);
        assert_eq!(
            (error.kind, error.path.as_deref()),
            (Kind::Decode, Some("displayNames[1].platform"))
        );
    }
}

#[test]
fn invalid_records_are_skipped_or_delivered_in_order() {
    let all = [
        r#"{"refId":"a"}"#,
        r#"{"refId":1}"#,
        r#"{"title":"c"}"#,
        r#"{"title":tru}"#,
        r#"{"title":"e"}"#,
    ];
    for file in around(&all) {
        let skipped = read(file.as_bytes(), skip());
        assert_eq!(
            (skipped.records.len(), skipped.invalid, skipped.error),
            (3, 2, None),
            "{file}"
        );
        let handed = read(file.as_bytes(), hand_over());
        // Mismatched records are returned as well.
        assert_eq!(handed.records.len(), 4);
        assert_eq!((handed.invalid, handed.error), (2, None));
        let raw: Vec<_> = handed
            .rejected
            .iter()
            .map(|(_, raw)| raw.clone().unwrap())
            .collect();
        assert_eq!(text(&raw), [all[1], all[3]]);
        let indexes: Vec<_> = handed
            .rejected
            .iter()
            .map(|(error, _)| error.index)
            .collect();
        assert_eq!(indexes, [Some(1), Some(3)]);

        let mut reader = Reader::new(hand_over());
        reader.feed(file.as_bytes());
        reader.end();
        let mut order = Vec::new();
        while let Some(delivery) = reader.next_batch().unwrap() {
            order.push(match delivery {
                Delivery::Records(batch) => batch.len(),
                Delivery::Rejected(_) => 0,
            });
        }
        assert_eq!(order, [1, 0, 2, 0, 1], "{file}");
    }
}

#[test]
fn an_element_that_is_not_an_object_is_an_invalid_record() {
    for odd in [
        "1",
        "null",
        "\"a,]}\"",
        r#""\",]""#,
        "[1,{\"a\":[]}]",
        "-1.5e3 ",
        "nul",
        "[1}",
    ] {
        let file = format!("[{{\"refId\":\"a\"}},{odd},{{\"refId\":\"b\"}}]");
        assert_eq!(
            read(file.as_bytes(), RecordOptions::default())
                .error
                .unwrap()
                .index,
            Some(1),
            "{odd}"
        );
        for options in [
            skip(),
            RecordOptions {
                check: None,
                ..skip()
            },
        ] {
            let outcome = read(file.as_bytes(), options.clone());
            assert_eq!(
                (outcome.records.len(), outcome.invalid, &outcome.error),
                (2, 1, &None),
                "{odd}"
            );
            assert_eq!(
                read_pieces(file.as_bytes().chunks(1), options),
                outcome,
                "{odd}"
            );
        }
    }
}

#[test]
fn a_record_that_is_too_long_is_skipped_without_buffering_it() {
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(5_000));
    for file in around(&[r#"{"refId":"a"}"#, &long, r#"{"refId":"b"}"#]) {
        let limited = |options| RecordOptions {
            max_record_bytes: 1_000,
            ..options
        };
        let error = read(file.as_bytes(), limited(RecordOptions::default()))
            .error
            .unwrap();
        assert_eq!(
            (error.problem, error.index),
            (Problem::TooLong { max: 1_000 }, Some(1))
        );
        let from = usize::try_from(error.offset).unwrap();
        assert!(file.as_bytes()[from..].starts_with(long.as_bytes()));
        for size in [1, 64, 999, 10_000] {
            let outcome = read_pieces(file.as_bytes().chunks(size), limited(hand_over()));
            assert_eq!((outcome.records.len(), outcome.error), (2, None));
            assert_eq!(outcome.rejected, [(error.clone(), None)], "by {size}");
        }
    }
}

#[test]
fn memory_stays_bounded_during_a_long_record() {
    let mut reader = Reader::new(RecordOptions {
        max_record_bytes: 10_000,
        ..skip()
    });
    reader.feed(br#"[{"title":""#);
    for _ in 0..1_000 {
        reader.feed(&[b'x'; 4_096]);
        assert!(reader.next_batch().unwrap().is_none());
        assert!((4_096..20_000).contains(&reader.held_bytes()));
    }
    reader.feed(br#""},{"refId":"b"}]"#);
    reader.end();
    let Some(Delivery::Records(batch)) = reader.next_batch().unwrap() else {
        panic!()
    };
    assert_eq!(batch.text(), br#"[{"refId":"b"}]"#);
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| {
        format!(
            r#"{{"a":{}1{}}}"#,
            "[".repeat(depth - 1),
            "]".repeat(depth - 1)
        )
    };
    let (fine, deep) = (nested(128), nested(129));
    for file in around(&[r#"{"refId":"a"}"#, &fine, &deep, r#"{"refId":"b"}"#]) {
        for check in [RecordOptions::default().check, None] {
            for size in [1, 50, 10_000] {
                let options = RecordOptions {
                    check,
                    ..hand_over()
                };
                let outcome = read_pieces(file.as_bytes().chunks(size), options);
                assert_eq!((outcome.records.len(), outcome.error), (3, None), "{file}");
                let (error, raw) = &outcome.rejected[0];
                assert_eq!(
                    (error.problem, error.index, raw),
                    (Problem::Invalid(FaultReason::Depth), Some(2), &None)
                );
            }
        }
    }
}

#[test]
fn limits_are_exact_however_the_record_is_chunked() {
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(128), "]".repeat(128));
    let too_deep_at = r#"{"a":"#.len() + 127;
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(300));
    let depth = Problem::Invalid(FaultReason::Depth);
    for (record, max, expected) in [
        (
            &deep,
            too_deep_at,
            Some(Problem::TooLong { max: too_deep_at }),
        ),
        (&deep, too_deep_at + 1, Some(depth)),
        (
            &long,
            long.len() - 1,
            Some(Problem::TooLong {
                max: long.len() - 1,
            }),
        ),
        (&long, long.len(), None),
    ] {
        for file in around(&[r#"{"refId":"a"}"#, record]) {
            for size in [1, 50, 10_000] {
                let options = RecordOptions {
                    max_record_bytes: max,
                    ..RecordOptions::default()
                };
                let outcome = read_pieces(file.as_bytes().chunks(size), options);
                let problem = outcome.error.map(|error| error.problem);
                assert_eq!(problem, expected, "{max}, by {size}: {file}");
            }
        }
    }
}

#[test]
fn damage_between_records_is_fatal_after_the_records_before_it() {
    let cases = [
        (
            "[{\"refId\":\"a\"} {\"refId\":\"b\"}]",
            "a comma or the closing bracket",
        ),
        ("[{\"refId\":\"a\"},]", "a record"),
        ("[{\"refId\":\"a\"},,{}]", "a record"),
        ("[{\"refId\":\"a\"}}", "a comma or the closing bracket"),
        ("[{\"refId\":\"a\"}]]", "the end"),
        ("[{\"refId\":\"a\"}]\n{}", "the end"),
        ("{\"users\":[{\"refId\":\"a\"}],}", "a name"),
        (
            "{\"users\":[{\"refId\":\"a\"}] \"b\":1}",
            "a comma or the closing bracket",
        ),
        ("{\"users\":[{\"refId\":\"a\"}],\"b\" 1}", "a colon"),
        ("{\"k\":{\"refId\":\"a\"},{}}", "a name"),
        ("{\"refId\":\"a\"},{\"refId\":\"b\"}", "a record"),
        ("{\"refId\":\"a\"}[1]", "a record"),
        ("{\"status\":{\"users\":[{\"refId\":\"a\"}]}},", "the end"),
        (
            "{\"n\":1,\"users\":{\"k\":{\"refId\":\"a\"}}]",
            "a comma or the closing bracket",
        ),
        ("{\"refId\":\"a\"}\n[1]", "a record"),
    ];
    for (file, expected) in cases {
        for options in [RecordOptions::default(), skip()] {
            let outcome = read(file.as_bytes(), options);
            assert_eq!(outcome.records.len(), 1, "{file}");
            assert_eq!(
                outcome.error.unwrap().problem,
                Problem::Unexpected { expected },
                "{file}"
            );
        }
    }
}

#[test]
fn a_file_without_records_is_an_error_and_an_empty_list_is_none() {
    let problem = |file: &[u8]| {
        read(file, RecordOptions::default())
            .error
            .map(|error| error.problem)
    };
    for empty in [
        "[]",
        " [ ] ",
        "{}",
        r#"{"users":[]}"#,
        r#"{"ok":true,"items":[]}"#,
        r#"{"status":"success","data":{"users":[]}}"#,
        r#"{"data":{"users":{}}}"#,
        r#"{"count":0,"profiles":{ }}"#,
        r#"{"users":[],"profiles":[],"data":[]}"#,
        "\u{feff}[]",
    ] {
        assert_eq!(problem(empty.as_bytes()), None, "{empty}");
    }
    assert_eq!(problem(b""), Some(Problem::Empty));
    assert_eq!(problem(b" \n"), Some(Problem::Empty));
    assert_eq!(problem(b"\x1f\x8b\x08\x00"), Some(Problem::Gzip));
    assert_eq!(
        problem(b"<?xml version='1.0'?><Error/>"),
        Some(Problem::NotJson)
    );
    assert_eq!(
        problem(br#"{"status":"error","code":102}"#),
        Some(Problem::NoRecords)
    );
    assert_eq!(
        problem(br#"{"status":"error","data":{}}"#),
        Some(Problem::NoRecords)
    );
    assert_eq!(problem(br#"{"users":[{}],"b":[{}]}"#), None);
}

#[test]
fn the_search_for_the_layout_is_limited() {
    let options = RecordOptions {
        max_record_bytes: 300,
        ..RecordOptions::default()
    };
    let head = format!(r#"{{"note":"{}","users":[{{}}]}}"#, "x".repeat(400));
    for size in [1, 100, 1_000] {
        let outcome = read_pieces(head.as_bytes().chunks(size), options.clone());
        assert_eq!(outcome.error.unwrap().problem, Problem::NoRecords);
        let map = format!(
            r#"{{"k":{{"note":"{}"}},"l":{{"refId":"b"}}}}"#,
            "x".repeat(400)
        );
        let outcome = read_pieces(
            map.as_bytes().chunks(size),
            RecordOptions {
                max_record_bytes: 300,
                ..skip()
            },
        );
        assert_eq!(
            (outcome.records.len(), outcome.invalid, outcome.error),
            (1, 1, None)
        );
    }
}

#[test]
fn a_map_key_is_added_only_to_records_without_a_reference_id() {
    let file = r#"{"k\u00e91":{},"k2":{ },"k3":{"refId":"own"},"k4":{"title":"refId"}}"#;
    let outcome = read(
        file.as_bytes(),
        RecordOptions {
            check: None,
            ..RecordOptions::default()
        },
    );
    let expected = [
        r#"{"refId":"k\u00e91"}"#,
        r#"{"refId":"k2" }"#,
        r#"{"refId":"own"}"#,
        r#"{"refId":"k4","title":"refId"}"#,
    ];
    assert_eq!(text(&outcome.records), expected);
}

#[test]
fn only_selected_fields_are_delivered() {
    let record = r#"{"title":"t","refId":"own","\u0074itle":"last","x\"y":[1, {"a":2}],"other":{"title":0}}"#;
    let select = Some(vec![
        "title".to_owned(),
        "x\"y".to_owned(),
        "refId".to_owned(),
    ]);
    for file in around(&[record, r#"{"other":1}"#]) {
        for check in [RecordOptions::default().check, None] {
            let outcome = read(
                file.as_bytes(),
                RecordOptions {
                    check,
                    select: select.clone(),
                    ..RecordOptions::default()
                },
            );
            assert_eq!(outcome.error, None, "{file}");
            assert_eq!(
                text(&outcome.records)[0],
                r#"{"title":"t","refId":"own","title":"last","x\"y":[1, {"a":2}]}"#
            );
        }
    }
    let malformed = br#"[{"title":"t" "other":1}]"#;
    let options = RecordOptions {
        check: None,
        select,
        ..RecordOptions::default()
    };
    assert_eq!(
        read(malformed, options).error.unwrap().problem,
        Problem::Invalid(FaultReason::Syntax)
    );
}

#[test]
fn selected_names_are_compared_as_json_strings() {
    let name = "a b\u{1f}\n\\é";
    let file = r#"[{"a b\u001f\u000a\\\u00e9":1}]"#;
    let options = RecordOptions {
        select: Some(vec![name.to_owned()]),
        ..RecordOptions::default()
    };
    let outcome = read(file.as_bytes(), options);
    assert_eq!(text(&outcome.records), [r#"{"a b\u001f\u000a\\é":1}"#]);
}

#[test]
fn a_map_key_can_be_selected_like_any_other_field() {
    let file = br#"{"k1":{"title":"t"},"k2":{"refId":"own"},"k3":{}}"#;
    let cases: [(&[&str], [&str; 3]); 3] = [
        (&["title"], [r#"{"title":"t"}"#, "{}", "{}"]),
        (
            &["refId"],
            [
                r#"{"refId":"k1"}"#,
                r#"{"refId":"own"}"#,
                r#"{"refId":"k3"}"#,
            ],
        ),
        (&[], ["{}", "{}", "{}"]),
    ];
    for (names, expected) in cases {
        let select = Some(names.iter().map(|name| (*name).to_owned()).collect());
        let outcome = read(
            file,
            RecordOptions {
                select,
                ..RecordOptions::default()
            },
        );
        assert_eq!(text(&outcome.records), expected, "{names:?}");
    }
}

#[test]
fn without_a_check_the_content_of_a_record_is_not_read() {
    let unchecked = RecordOptions {
        check: None,
        ..RecordOptions::default()
    };
    let file = br#"[{"refId":tru}, {"refId" 1}]"#;
    let outcome = read(file, unchecked.clone());
    assert_eq!(outcome.error, None);
    assert_eq!(
        text(&outcome.records),
        [r#"{"refId":tru}"#, r#"{"refId" 1}"#]
    );
    // A parser needs UTF-8, and adding a map's key to a record requires reading the record.
    for (file, reason, offset) in [
        (&b"[{\"refId\":\"\xff\"}]"[..], FaultReason::Utf8, 11),
        (br#"{"k":{"refId":tru}}"#, FaultReason::Syntax, 17),
    ] {
        let error = read(file, unchecked.clone()).error.unwrap();
        let expected = (Problem::Invalid(reason), offset);
        assert_eq!((error.problem, error.offset), expected);
    }
}

/// Reads without checking, like the package: batches go to a parser, and a batch that it rejects is read again.
fn read_parsing(file: &[u8], size: usize, options: &RecordOptions) -> Outcome {
    let mut reader = Reader::new(options.clone());
    let mut outcome = Outcome::default();
    for chunk in file.chunks(size).map(Some).chain([None]) {
        match chunk {
            Some(chunk) => reader.feed(chunk),
            None => reader.end(),
        }
        while outcome.error.is_none() {
            match reader.next_batch() {
                Ok(Some(Delivery::Records(batch))) => {
                    let parsed = serde_json::from_slice::<Vec<Value>>(batch.text());
                    let records: Vec<_> = batch.records().map(<[u8]>::to_vec).collect();
                    if parsed.is_ok() {
                        outcome.records.extend(records);
                    } else {
                        assert!(reader.reread(), "{parsed:?}");
                    }
                }
                Ok(Some(Delivery::Rejected(rejected))) => {
                    outcome.rejected.push((rejected.error, rejected.raw));
                }
                Ok(None) => break,
                Err(error) => outcome.error = Some(error),
            }
        }
    }
    outcome.invalid = reader.progress().invalid;
    outcome.filtered = reader.progress().filtered;
    outcome
}

/// Without a check, the parser finds a malformed record, which is then treated in the same way as with a check.
#[test]
fn a_malformed_record_is_treated_the_same_with_and_without_a_check() {
    let sets: [&[&str]; 7] = [
        &[
            r#"{"refId":"r0"}"#,
            r#"{"refId":"r1"}"#,
            r#"{"refId":tru}"#,
            r#"{"refId":"r3"}"#,
        ],
        &[
            r#"{"a":tru}"#,
            r#"{"refId":"r1"}"#,
            r#"{"a":}"#,
            r#"{"a" 1}"#,
        ],
        &[
            r#"{"a":1]"#,
            r#"{"refId":"r1"}"#,
            "{\"a\":\"\u{1}\"}",
            r#"{"a":"é","b":01}"#,
        ],
        &[
            r#"{"refId":"r0"}"#,
            r#"{"refId":"é"}"#,
            r#"{"refId":"r2",}"#,
            r#"{"refId":"r3"}"#,
        ],
        &[
            r#"{"refId":"é"}"#,
            "{\"refId\":\"r1\"\u{a0}}",
            r#"{"a":"\q"}"#,
            "{}",
        ],
        &[
            r#"{"refId":"r0"}"#,
            r#"{"a":[1}"#,
            r#"{"a":{"b":[[["c"]]]}}"#,
            r#"{"a":+1}"#,
        ],
        &[
            r#"{"refId":"r0"}"#,
            r#"{"refId":"r1"}"#,
            r#"{"refId":"r2"}"#,
            r#"{"refId":"r3"}"#,
        ],
    ];
    for set in sets {
        for (number, file) in around(set).into_iter().enumerate() {
            for on_invalid in [OnInvalid::Throw, OnInvalid::Skip, OnInvalid::HandOver] {
                for (batch_bytes, ascii) in [(0, false), (1_000, false), (1_000, true), (20, true)]
                {
                    let options = |check| RecordOptions {
                        check,
                        on_invalid,
                        batch_bytes,
                        ascii,
                        ..RecordOptions::default()
                    };
                    let mut expected = read(file.as_bytes(), options(Some(&Shape::Any)));
                    expected.ends.clear();
                    for size in [1, 9, 1_000] {
                        let outcome = read_parsing(file.as_bytes(), size, &options(None));
                        assert_eq!(outcome, expected, "{file}, layout {number} by {size}");
                    }
                }
            }
        }
    }
}

#[test]
fn after_a_reread_reading_resumes_after_the_delivered_records() {
    let file = br#"[{"refId":"r0"},{"refId":"r1"},{"refId":tru},{"refId":"r3"},{"refId":"r4"}]"#;
    let mut reader = Reader::new(RecordOptions {
        check: None,
        ..skip()
    });
    reader.feed(&file[..60]);
    assert!(matches!(
        reader.next_batch(),
        Ok(Some(Delivery::Records(_)))
    ));
    assert!(reader.reread());
    let mut records = Vec::new();
    let mut take = |reader: &mut Reader| {
        while let Some(Delivery::Records(batch)) = reader.next_batch().unwrap() {
            records.extend(batch.records().map(<[u8]>::to_vec));
        }
    };
    take(&mut reader);
    assert!(!reader.reread(), "it has been checked");
    reader.resume();
    assert!(!reader.reread(), "it is gone");
    let from = usize::try_from(reader.resume_offset()).unwrap();
    reader.feed(&file[from..]);
    reader.end();
    take(&mut reader);
    let names = ["r0", "r1", "r3", "r4"].map(|name| format!(r#"{{"refId":"{name}"}}"#));
    assert_eq!(text(&records), names);
    assert_eq!(
        (reader.progress().invalid, reader.progress().records),
        (1, 5)
    );
    let mut checked = Reader::new(RecordOptions::default());
    checked.feed(b"[{}]");
    assert!(checked.next_batch().unwrap().is_some());
    assert!(!checked.reread());
}
