//! The batch file in every layout, in chunks of every size, cut after every byte and with every
//! byte damaged, compared with what `serde_json` reads.

use super::support::{Outcome, files, oracle, read, read_pieces, values};
use ayrshare_user::json::FaultReason;
use ayrshare_user::model::shape::Shape;
use ayrshare_user::records::{OnInvalid, Problem, Reader, RecordOptions};
use proptest::prelude::*;
use serde_json::{Value, json};

fn json_only() -> RecordOptions {
    RecordOptions {
        check: Some(&Shape::Any),
        ..RecordOptions::default()
    }
}

#[test]
fn every_layout_gives_the_same_records() {
    for (name, file) in files() {
        for options in [
            RecordOptions::default(),
            json_only(),
            RecordOptions {
                check: None,
                ..json_only()
            },
        ] {
            let outcome = read(file.as_bytes(), options);
            assert_eq!(outcome.error, None, "{name}");
            assert_eq!(
                Some(values(&outcome.records)),
                oracle(file.as_bytes()),
                "{name}"
            );
            assert!(!outcome.records.is_empty(), "{name}");
        }
    }
}

#[test]
fn chunks_may_end_anywhere() {
    for (name, file) in files() {
        let whole = read(file.as_bytes(), RecordOptions::default());
        for size in (1..=70).chain([127, 128, 129, 255, 256, 257, 1_000]) {
            let pieces = file.as_bytes().chunks(size);
            assert_eq!(
                read_pieces(pieces, RecordOptions::default()),
                whole,
                "{name} by {size}"
            );
        }
    }
}

#[test]
fn a_truncated_file_yields_its_complete_records_and_an_error() {
    for (name, file) in files() {
        let whole = read(file.as_bytes(), RecordOptions::default());
        for len in 0..file.len() {
            let prefix = &file.as_bytes()[..len];
            let outcome = read(prefix, RecordOptions::default());
            let count = outcome.records.len();
            assert_eq!(
                outcome.records[..],
                whole.records[..count],
                "{name} up to {len}"
            );
            if let Some(error) = outcome.error {
                let half_mark = error.problem == Problem::NotJson && len < 3;
                let fair = error.is_cut() || error.problem == Problem::Empty || half_mark;
                assert!(fair, "{name} up to {len}: {error}");
            } else {
                assert_eq!(
                    oracle(prefix),
                    Some(values(&outcome.records)),
                    "{name} up to {len}"
                );
            }
            assert_eq!(
                read_pieces(prefix.chunks(1), RecordOptions::default()),
                read(prefix, RecordOptions::default())
            );
        }
    }
}

/// Damage may lose records but never change them: the result is what `serde_json` reads, or all
/// records before the damage and then an error. Every bit of every byte is flipped; of the bytes
/// with a meaning, each place gets every third, and its neighbours the others.
#[test]
fn damage_to_any_byte_is_an_error_or_read_as_serde_reads_it() {
    let bytes = br#"{}[]",:\ 0a-nut.eE+/"#
        .iter()
        .copied()
        .chain([0, b'\n', 0x1f, 0x80, 0xc3, 0xff]);
    let bytes: Vec<u8> = bytes.collect();
    let mut variants = 0;
    for (name, file) in files() {
        let clean = read(file.as_bytes(), json_only());
        for at in 0..file.len() {
            let flips = (0..8).map(|bit| file.as_bytes()[at] ^ (1 << bit));
            let meaningful = bytes.iter().copied().skip(at % 3).step_by(3);
            for byte in meaningful.chain(flips) {
                let mut damaged = file.clone().into_bytes();
                damaged[at] = byte;
                variants += 1;
                judge(&format!("{name}, {byte:#x} at {at}"), &damaged, at, &clean);
            }
        }
    }
    assert!(variants > 100_000, "{variants}");
}

fn judge(what: &str, damaged: &[u8], at: usize, clean: &Outcome) {
    let outcome = read(damaged, json_only());
    let expected = oracle(damaged);
    match &outcome.error {
        None => assert_eq!(Some(values(&outcome.records)), expected, "{what}"),
        Some(error) => {
            let before = clean.ends.iter().filter(|end| **end <= at as u64).count();
            assert!(
                expected.is_none(),
                "{what}: {error}, but serde reads {expected:?}"
            );
            let kept = before.min(outcome.records.len());
            assert_eq!(outcome.records[..kept], clean.records[..kept], "{what}");
            if !matches!(
                error.problem,
                Problem::NoRecords | Problem::NotJson | Problem::Ambiguous
            ) {
                assert_eq!(kept, before, "{what}: {error}");
            }
        }
    }
    if !at.is_multiple_of(4) {
        return;
    }
    let skipping = RecordOptions {
        on_invalid: OnInvalid::Skip,
        ..json_only()
    };
    assert_eq!(
        read_pieces(damaged.chunks(7), skipping.clone()),
        read(damaged, skipping),
        "{what}"
    );
}

#[test]
fn resuming_anywhere_delivers_every_record_once() {
    for (name, file) in files() {
        let whole = read(file.as_bytes(), RecordOptions::default());
        for cut in 0..=file.len() {
            let mut reader = Reader::new(RecordOptions::default());
            let mut outcome = Outcome::default();
            for chunk in file.as_bytes()[..cut].chunks(13) {
                reader.feed(chunk);
                outcome.drain(&mut reader);
            }
            reader.resume();
            let from = usize::try_from(reader.resume_offset()).unwrap();
            assert!(from <= cut);
            assert_eq!(reader.progress().bytes, from as u64);
            reader.feed(&file.as_bytes()[from..]);
            reader.end();
            outcome.drain(&mut reader);
            assert_eq!(outcome, whole, "{name} cut at {cut}");
        }
    }
}

/// Which layout is inferred for a file that could have several.
#[test]
fn every_member_is_considered_when_finding_the_layout() {
    let records = |file: &str| {
        let outcome = read(file.as_bytes(), json_only());
        let by_byte = read_pieces(file.as_bytes().chunks(1), json_only());
        assert_eq!(by_byte, outcome, "{file}");
        match outcome.error {
            None => Ok(values(&outcome.records)),
            Some(error) => Err((error.problem, error.index)),
        }
    };
    let syntax = Problem::Invalid(FaultReason::Syntax);
    for (file, problem) in [
        (r#"{"n":1,"k":{"refId":"a"}}"#, (Problem::NoRecords, None)),
        (r#"{"n":[1],"k":{"refId":"a"}}"#, (Problem::NoRecords, None)),
        (r#"{"a":[],"k":{"x":1}}"#, (Problem::NoRecords, None)),
        (r#"{"a":[1]}"#, (Problem::NoRecords, None)),
        (r#"{"n":1,"k":{"x":tru}}"#, (syntax, None)),
        (r#"{"k":{} 1}"#, (syntax, None)),
        (r#"{"k":{"x":tru}}"#, (syntax, Some(0))),
        (r#"{"title":"a","x":tru}"#, (syntax, Some(0))),
    ] {
        assert_eq!(records(file), Err(problem), "{file}");
    }
    for (file, expected) in [
        (r#"{"title":[{"x":1}]}"#, json!([{"title": [{"x": 1}]}])),
        (r#"{"title":{"x":1}}"#, json!([{"title": {"x": 1}}])),
        ("{\"n\":1}\n{\"n\":2}", json!([{"n": 1}, {"n": 2}])),
        (r#"{"users":[{"x":1}],"n":1 ,"m":[2] }"#, json!([{"x": 1}])),
    ] {
        assert_eq!(records(file).map(Value::from), Ok(expected), "{file}");
    }
}

/// Two lists that may both be the profiles are an error that names both; neither is dropped
/// silently.
#[test]
fn a_second_list_of_profiles_is_an_error_with_both_paths() {
    let a = r#"{"refId":"a"}"#;
    let t = r#"{"title":"t"}"#;
    let cases = [
        // Records of the first list are returned if it is certain at once; nothing is lost
        // silently.
        (
            format!(r#"{{"profiles":[{a}],"deleted":[{t}]}}"#),
            1,
            "profiles",
            "deleted",
        ),
        (
            format!(r#"{{"deleted":[{t}],"profiles":[{a}]}}"#),
            0,
            "deleted",
            "profiles",
        ),
        (
            format!(r#"{{"users":[{a}],"users":[{{}}]}}"#),
            1,
            "users",
            "users",
        ),
        (
            format!(r#"{{"users":[{a}],"x":{{"data":[{t}]}}}}"#),
            1,
            "users",
            "x.data",
        ),
        (
            format!(r#"{{"users":[{a}],"x":{{"k1":{a}}}}}"#),
            1,
            "users",
            "x",
        ),
        (
            format!(r#"{{"users":[{a}],"profiles":{{"k1":{t}}}}}"#),
            1,
            "users",
            "profiles",
        ),
        (
            format!(r#"{{"data":{{"users":[{a}],"gone":[{a}]}}}}"#),
            1,
            "data.users",
            "data.gone",
        ),
        (
            format!(r#"{{"data":{{"users":[{a}]}},"gone":[{a}]}}"#),
            1,
            "data.users",
            "gone",
        ),
        (
            format!(r#"{{"n":1,"profiles":{{"k1":{a}}},"old":{{"k2":{a}}}}}"#),
            1,
            "profiles",
            "old",
        ),
        (
            format!(r#"{{"n":1,"one":[{t}],"two":[{t}]}}"#),
            0,
            "one",
            "two",
        ),
        (r#"{"a":[{}],"b":[{}]}"#.to_owned(), 0, "a", "b"),
        (
            format!(r#"{{"a":{{"x":[{a}]}},"b":{{"x":[{a}]}},"n":1}}"#),
            0,
            "a.x",
            "b.x",
        ),
    ];
    for (file, records, first, second) in cases {
        for size in [1, 5, 1_000] {
            let outcome = read_pieces(file.as_bytes().chunks(size), RecordOptions::default());
            let error = outcome.error.unwrap();
            assert_eq!(error.problem, Problem::Ambiguous, "{file}");
            assert_eq!(outcome.records.len(), records, "{file}");
            let places = error.places.as_ref().unwrap();
            let paths = places.each_ref().map(|place| place.path.as_str());
            assert_eq!(paths, [first, second], "{file}");
            assert_eq!(places[1].offset, error.offset, "{file}");
            for place in places.iter() {
                let from = usize::try_from(place.offset).unwrap();
                let (before, behind) = file.split_at(from);
                assert!(behind.starts_with(['[', '{']), "{file}");
                let name = place.path.rsplit('.').next().unwrap();
                assert!(before.ends_with(&format!("\"{name}\":")), "{file}");
            }
        }
    }
}

/// Content around the records is skipped if it cannot be taken for profiles.
#[test]
fn other_lists_and_objects_around_the_profiles_are_ignored() {
    let a = r#"{"refId":"a"}"#;
    for file in [
        format!(r#"{{"errors":[{{"code":1}}],"users":[{a}]}}"#),
        format!(r#"{{"errors":[{{"code":1}}],"result":{{"list":[{a}]}}}}"#),
        format!(r#"{{"users":[{a}],"links":[{{"rel":"next"}}],"me":{{"id":1}}}}"#),
        format!(r#"{{"users":[],"profiles":[{a}]}}"#),
        format!(r#"{{"users":[{a}],"profiles":[]}}"#),
        format!(r#"{{"users":{{}},"result":[{a}]}}"#),
        format!(r#"{{"data":[1,2],"users":[{a}]}}"#),
        format!(r#"{{"status":"success","data":{{"meta":{{"n":1}},"users":[{a}]}}}}"#),
        format!(r#"{{"created":"now","result":{{"title":"Batch","list":[{a}]}}}}"#),
        format!(r#"{{"count":1,"profiles":{{"k":{a}}},"by":{{"email":"x"}}}}"#),
    ] {
        for size in [1, 5, 1_000] {
            let outcome = read_pieces(file.as_bytes().chunks(size), RecordOptions::default());
            assert_eq!(outcome.error, None, "{file}");
            assert_eq!(values(&outcome.records), [json!({"refId": "a"})], "{file}");
        }
    }
}

/// If the place of the records is certain at once, they are returned before the rest has arrived.
#[test]
fn nested_records_are_delivered_before_the_file_ends() {
    for (name, file) in files() {
        let unsure = [
            "deeper by another name",
            "lines without",
            "single",
            "joined and spaced",
        ];
        if unsure.iter().any(|part| name.contains(part)) {
            continue;
        }
        let whole = read(file.as_bytes(), RecordOptions::default());
        let mut reader = Reader::new(RecordOptions::default());
        let mut outcome = Outcome::default();
        let end = usize::try_from(whole.ends[0]).unwrap();
        // The records of a map are recognized by their fields, so the first one must have some.
        reader.feed(&file.as_bytes()[..end]);
        outcome.drain(&mut reader);
        assert_eq!(outcome.records.len(), 1, "{name}");
    }
}

#[test]
fn resuming_clears_only_the_error_of_a_truncated_file() {
    for (file, is_cut) in [
        (r#"[{"refId":"a"}"#, true),
        (r#"[{"refId":"a"},{"refId""#, true),
        (r#"[{"refId":"a"}}"#, false),
        (r#"[{"refId":"a"},{"refId":tru}"#, false),
    ] {
        let mut reader = Reader::new(RecordOptions::default());
        reader.feed(file.as_bytes());
        reader.end();
        let mut outcome = Outcome::default();
        outcome.drain(&mut reader);
        let error = outcome.error.take().unwrap();
        assert_eq!(error.is_cut(), is_cut, "{file}");
        reader.resume();
        reader.feed(b"]");
        reader.end();
        outcome.drain(&mut reader);
        assert_eq!(outcome.error, (!is_cut).then_some(error), "{file}");
        assert_eq!(outcome.records.len(), 1, "{file}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn generated_files_read_the_same(
        (_, file) in super::support::any_file(),
        sizes in prop::collection::vec(1_usize..300, 1..8),
        damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
    ) {
        let mut file = file.into_bytes();
        if let Some((at, byte)) = damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let outcome = read(&file, json_only());
        match &outcome.error {
            None => prop_assert_eq!(Some(values(&outcome.records)), oracle(&file)),
            Some(error) => prop_assert_eq!(oracle(&file), None, "{}", error),
        }
        let mut rest = &file[..];
        let mut pieces = Vec::new();
        for size in sizes.iter().cycle() {
            if rest.is_empty() { break; }
            let (piece, tail) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = tail;
        }
        prop_assert_eq!(read_pieces(pieces.into_iter(), json_only()), outcome);
    }
}
