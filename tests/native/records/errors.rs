//! The message for each fault of a batch file, as seen in a log: which record, where, and what is wrong.

use super::support::{read, read_pieces};
use ayrshare_user::error::{Error, Kind};
use ayrshare_user::records::{OnInvalid, Problem, Reader, RecordOptions};

fn error(file: &[u8]) -> Error {
    let options = RecordOptions {
        max_record_bytes: 20_000,
        on_invalid: OnInvalid::Throw,
        ..RecordOptions::default()
    };
    Error::from(read(file, options).error.unwrap())
}

#[test]
fn faults_around_the_records_are_reported_with_their_position() {
    let cases: [(&[u8], &str); 9] = [
        (
            b"\x1f\x8b\x08\x00",
            "the batch file is still compressed with gzip: decompress it first",
        ),
        (b"", "the batch file is empty at byte 0"),
        (
            b"<Error>",
            "the batch file is not JSON: it has an unexpected byte at byte 0",
        ),
        (
            br#"{"a":1}"#,
            "the batch file has no list of profiles at byte 0",
        ),
        (
            br#"{"a":[{}],"b":[{}]}"#,
            "the batch file has two lists that may be the profiles: `a` at byte 5 and `b` at byte 14",
        ),
        (
            br#"[{"refId":"a"} {"refId":"b"}]"#,
            "the batch file is damaged at byte 15, expected a comma or the closing bracket",
        ),
        (
            br#"[{"refId":"a"}"#,
            "the batch file ends before its closing bracket at byte 14",
        ),
        (
            br#"{"users":[{}],"n":[1"#,
            "the batch file ends before its closing bracket at byte 20",
        ),
        (b" {\"us", "the batch file is cut short at byte 5"),
    ];
    for (file, message) in cases {
        let found = error(file);
        assert_eq!(
            (found.kind, found.message.as_str(), &found.path),
            (Kind::Decode, message, &None)
        );
    }
    for (file, at) in [
        (r#" {"k":{} 1}"#, 9),
        (r#"{"k":{"refId":"a"},"ab\q":{}}"#, 23),
        (r#"{"users":[],"n":1  2}"#, 19),
    ] {
        let message = format!("the batch file is not valid JSON at byte {at}");
        assert_eq!(error(file.as_bytes()).message, message);
    }
}

#[test]
fn faults_inside_a_record_are_reported_with_its_number_and_field() {
    let long = format!(r#"[{{"refId":"{}"}}]"#, "r".repeat(20_000));
    let deep = format!(r#"[{{"a":{}{}}}]"#, "[".repeat(200), "]".repeat(200));
    let cases: [(&[u8], &str, Option<&str>); 7] = [
        (
            long.as_bytes(),
            "record 1 of the batch file is longer than 20000 bytes and begins at byte 1",
            None,
        ),
        (
            br#"[{"refId":"a"},{"refId":"#,
            "record 2 of the batch file is cut short at byte 24",
            None,
        ),
        (
            br#"[{"refId":"a"},{"refId":1}]"#,
            "record 2 of the batch file is not of the documented shape at byte 24, in `refId`: number instead of string",
            Some("refId"),
        ),
        (
            br#"[{"refId":"a","x":tru}]"#,
            "record 1 of the batch file is not valid JSON at byte 21, in `x`",
            Some("x"),
        ),
        (
            br#"[{"displayNames":[{}]}]"#,
            "record 1 of the batch file is not of the documented shape at byte 18, in `displayNames[0].platform`: the field is missing",
            Some("displayNames[0].platform"),
        ),
        (
            b"[{\"refId\":\"\xff\"}]",
            "record 1 of the batch file is not valid UTF-8 at byte 11, in `refId`",
            Some("refId"),
        ),
        (
            deep.as_bytes(),
            "record 1 of the batch file is nested too deeply at byte 133",
            Some(""),
        ),
    ];
    for (file, message, path) in cases {
        let found = error(file);
        assert_eq!(
            (found.kind, found.message.as_str(), found.path.as_deref()),
            (Kind::Decode, message, path)
        );
    }
}

/// The beginning of a file is read only once enough of it has arrived, and only at offset 0.
#[test]
fn a_byte_order_mark_is_allowed_only_at_the_start() {
    let cases: [(&[u8], Option<Problem>); 7] = [
        (b"\x1f\x8b\x08\x00", Some(Problem::Gzip)),
        (b"\xef\xbb\xbf[]", None),
        (b"\x1f", Some(Problem::NotJson)),
        (b"\xef\xbb", Some(Problem::NotJson)),
        (b"\xef\xbb\xbe[]", Some(Problem::NotJson)),
        (b" \x1f\x8b", Some(Problem::NotJson)),
        (b" \xef\xbb\xbf[]", Some(Problem::NotJson)),
    ];
    for (file, expected) in cases {
        for size in [1, 2, 3, 10] {
            let outcome = read_pieces(file.chunks(size), RecordOptions::default());
            let problem = outcome.error.map(|error| error.problem);
            assert_eq!(problem, expected, "{file:?} by {size}");
        }
    }
}

#[test]
fn a_wrong_start_is_rejected_as_early_as_possible() {
    for (start, expected) in [
        (&b"\x1f\x8b"[..], Problem::Gzip),
        (b"\x1f\x8b\x08", Problem::Gzip),
        (b"\xef\xbb\xbe", Problem::NotJson),
        (b"\xef\xbb\xbe[]", Problem::NotJson),
    ] {
        let mut reader = Reader::new(RecordOptions::default());
        reader.feed(start);
        assert_eq!(reader.next_batch().unwrap_err().problem, expected);
    }
    let mut reader = Reader::new(RecordOptions::default());
    reader.feed(b"\xef\xbb\xbf[{\"refId\":\"a\"}");
    assert!(reader.next_batch().unwrap().is_some());
}

#[test]
fn a_name_may_have_4096_bytes_with_its_quotes() {
    for (len, expected) in [(4_094, None), (4_095, Some(Problem::LongName))] {
        let name = "k".repeat(len);
        for file in [
            format!(r#"{{"{name}":{{"refId":"a"}}}}"#),
            format!(r#"{{"users":[{{"refId":"a"}}],"{name}":1}}"#),
        ] {
            for size in [1_000, 4_096, 10_000] {
                let outcome = read_pieces(file.as_bytes().chunks(size), RecordOptions::default());
                let problem = outcome.error.map(|error| error.problem);
                assert_eq!(problem, expected, "{len} by {size}");
            }
        }
    }
}
