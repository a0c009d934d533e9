//! Batches: which records they contain, and what ends them.

use super::support::{around, files, read, values};
use ayrshare_user::records::{Delivery, OnInvalid, Problem, ReadError, Reader, RecordOptions};
use serde_json::Value;

/// The batches of a file, and the final error.
fn batches(file: &str, options: RecordOptions) -> (Vec<String>, Option<ReadError>) {
    let mut reader = Reader::new(options);
    reader.feed(file.as_bytes());
    reader.end();
    let mut texts = Vec::new();
    loop {
        match reader.next_batch() {
            Ok(Some(Delivery::Records(batch))) => {
                texts.push(String::from_utf8(batch.text().to_vec()).unwrap());
            }
            Ok(Some(Delivery::Rejected(rejected))) => panic!("{rejected:?}"),
            Ok(None) => return (texts, None),
            Err(error) => return (texts, Some(error)),
        }
    }
}

#[test]
fn a_batch_is_one_text_of_complete_records() {
    for (name, file) in files() {
        let single = read(file.as_bytes(), RecordOptions::default());
        for (batch_bytes, ascii) in [(0, false), (200, true), (200, false), (100_000, true)] {
            for size in [7, 150, 100_000] {
                let mut reader = Reader::new(RecordOptions {
                    batch_bytes,
                    ascii,
                    ..RecordOptions::default()
                });
                let mut all = Vec::new();
                let chunks = file.as_bytes().chunks(size).map(Some).chain([None]);
                for chunk in chunks {
                    match chunk {
                        Some(chunk) => reader.feed(chunk),
                        None => reader.end(),
                    }
                    while let Some(delivery) = reader.next_batch().unwrap() {
                        let Delivery::Records(batch) = delivery else {
                            panic!("{name}")
                        };
                        let parsed: Vec<Value> = serde_json::from_slice(batch.text()).unwrap();
                        assert_eq!(parsed.len(), batch.len());
                        assert!(!ascii || batch.text().is_ascii());
                        assert!(batch_bytes > 0 || batch.len() == 1);
                        all.extend(parsed);
                    }
                }
                assert_eq!(all, values(&single.records), "{name}");
            }
        }
    }
}

/// Records returned in place must be adjacent in the file; a copy may leave records out.
#[test]
fn a_batch_ends_at_an_omitted_record_unless_it_is_copied() {
    let skip = |ascii| RecordOptions {
        on_invalid: OnInvalid::Skip,
        ascii,
        ..RecordOptions::default()
    };
    let file = r#"[{"refId":"é"},{"refId":1},{"refId":"b"},{"refId":"c"}]"#;
    let (in_place, error) = batches(file, skip(false));
    assert_eq!(error, None);
    assert_eq!(
        in_place,
        [r#"[{"refId":"é"}]"#, r#"[{"refId":"b"},{"refId":"c"}]"#]
    );
    let (copied, error) = batches(file, skip(true));
    assert_eq!(error, None);
    assert_eq!(
        copied,
        [r#"[{"refId":"\u00e9"},{"refId":"b"},{"refId":"c"}]"#]
    );
}

#[test]
fn a_batch_ends_at_the_requested_size() {
    let records = [r#"{"refId":"a"}"#; 6];
    let file = format!("[{}]", records.join(","));
    let two = 2 * records[0].len() + 1;
    let select = Some(vec!["refId".to_owned()]);
    for (select, batch_bytes, expected) in [
        (None, two, vec![2, 2, 2]),
        (None, two + 1, vec![3, 3]),
        // The opening bracket of a copy is counted, too.
        (select.clone(), two + 1, vec![2, 2, 2]),
        (select, two + 2, vec![3, 3]),
    ] {
        let options = RecordOptions {
            batch_bytes,
            select,
            ..RecordOptions::default()
        };
        let (texts, error) = batches(&file, options);
        let lens: Vec<_> = texts
            .iter()
            .map(|text| text.matches("refId").count())
            .collect();
        assert_eq!((lens, error), (expected, None), "{batch_bytes}");
    }
}

#[test]
fn an_error_follows_the_batch_before_it() {
    for (tail, problem) in [
        ("", Problem::Unclosed),
        (",{", Problem::Cut),
        (
            "}",
            Problem::Unexpected {
                expected: "a comma or the closing bracket",
            },
        ),
    ] {
        let file = [r#"[{"refId":"a"},{"refId":"b"}"#, tail].concat();
        let (texts, error) = batches(&file, RecordOptions::default());
        assert_eq!(texts, [r#"[{"refId":"a"},{"refId":"b"}]"#]);
        assert_eq!(error.unwrap().problem, problem);
    }
}

#[test]
fn records_are_delivered_before_the_file_ends() {
    for file in around(&[r#"{"refId":"a"}"#, r#"{"refId":"b"}"#]) {
        let mut reader = Reader::new(RecordOptions::default());
        reader.feed(file.as_bytes());
        let Ok(Some(Delivery::Records(batch))) = reader.next_batch() else {
            panic!("{file}")
        };
        assert_eq!(batch.len(), 2, "{file}");
    }
    // The reader looks for the layout again once twice as much has arrived.
    let mut reader = Reader::new(RecordOptions::default());
    let (first, second) = r#"{"refId":"ab"}"#.split_at(7);
    reader.feed(first.as_bytes());
    assert!(reader.next_batch().unwrap().is_none());
    reader.feed(second.as_bytes());
    assert!(reader.next_batch().unwrap().is_some());
}
