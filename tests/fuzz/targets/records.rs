//! Batch files, compared with `serde_json` and the documented rules of the layouts.
//!
//! The first byte of the input decides how the rest is split into chunks, and how strictly it is
//! read.
#![no_main]

#[path = "../../native/records/support.rs"]
mod records_support;
mod tolerated;

use ayrshare_user::records::{OnInvalid, RecordOptions, Sweep, SweepOptions};
use libfuzzer_sys::fuzz_target;
use records_support::{oracle, read, read_pieces};
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    let Some((&how, file)) = input.split_first() else {
        return;
    };
    let json_only = RecordOptions {
        check: Some(&ayrshare_user::model::shape::Shape::Any),
        ..RecordOptions::default()
    };
    let outcome = read(file, json_only.clone());
    let size = usize::from(how >> 2) + 1;
    assert_eq!(read_pieces(file.chunks(size), json_only), outcome);
    let values = outcome
        .records
        .iter()
        .map(|record| serde_json::from_slice::<Value>(record).ok())
        .collect::<Option<Vec<_>>>();
    match (&outcome.error, oracle(file)) {
        (None, expected) if expected != values || values.is_none() => {
            assert!(tolerated::by_engines(file), "{values:?} instead of {expected:?}");
        }
        (Some(error), Some(_)) => panic!("{error}, but serde reads it"),
        _ => {}
    }
    let strict = RecordOptions {
        on_invalid: if how & 1 == 0 { OnInvalid::Skip } else { OnInvalid::HandOver },
        ascii: how & 2 != 0,
        max_record_bytes: 4096,
        ..RecordOptions::default()
    };
    assert_eq!(read_pieces(file.chunks(size), strict.clone()), read(file, strict));
    let mut sweep = Sweep::new(SweepOptions::at(1.7e12));
    sweep.reader().feed(file);
    sweep.reader().end();
    let _ = sweep.advance();
    assert!(sweep.report().bytes == file.len() as u64);
});
