//! Native speed of reading the batch file: `npm run bench -- native`. Compared with `memchr`, which
//! only searches for a byte, as the limit set by memory bandwidth.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::hint::black_box;

use ayrshare_user::records::{Reader, RecordOptions, Sweep, SweepOptions};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const CHUNK: usize = 64 << 10;
const NETWORKS: [&str; 6] = [
    "facebook",
    "instagram",
    "linkedin",
    "pinterest",
    "tiktok",
    "twitter",
];

/// An array of profiles, about as large as real ones.
fn file(profiles: usize) -> Vec<u8> {
    let mut file = String::from("[");
    for profile in 0..profiles {
        let separator = if profile == 0 { "" } else { "," };
        write!(file, r#"{separator}{{"created":{{"_seconds":17487{profile:05},"utc":"2025-06-01T01:33:45Z"}},"displayNames":["#).unwrap();
        for (index, network) in NETWORKS.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            write!(
                file,
                r#"{separator}{{"created":"2025-03-23T01:39:22.453Z","displayName":"Hazel Märket {profile}","id":"1321865226{profile:05}","platform":"{network}","profileUrl":"https://www.{network}.com/hazelmarket{profile}","refreshDaysRemaining":{},"userImage":"https://storage.example.com/img/hazel-market-{network}.svg","username":"hazelmarket{profile}"}}"#,
                profile % 200
            )
            .unwrap();
        }
        write!(file, r#"],"email":null,"monthlyApiCalls":12,"refId":"{profile:040x}","title":"Say \"hi\" {profile}"}}"#).unwrap();
    }
    file.push(']');
    file.into_bytes()
}

fn read(file: &[u8], options: RecordOptions) -> usize {
    let mut reader = Reader::new(options);
    let mut batches = 0;
    for chunk in file.chunks(CHUNK) {
        reader.feed(chunk);
        while let Some(batch) = reader.next_batch().unwrap() {
            black_box(&batch);
            batches += 1;
        }
    }
    reader.end();
    assert!(reader.next_batch().unwrap().is_none());
    batches
}

fn sweep(file: &[u8]) -> u64 {
    let mut sweep = Sweep::new(SweepOptions::at(1.75e12));
    for chunk in file.chunks(CHUNK) {
        sweep.reader().feed(chunk);
        sweep.advance().unwrap();
    }
    sweep.report().profiles
}

fn records(c: &mut Criterion) {
    let file = file(8_000);
    let mut group = c.benchmark_group("records");
    group
        .sample_size(20)
        .throughput(Throughput::Bytes(file.len() as u64));
    let split = RecordOptions {
        check: None,
        ..RecordOptions::default()
    };
    let select = Some(vec!["refId".to_owned(), "title".to_owned()]);
    let cases = [
        ("split", split.clone()),
        (
            "split to ascii",
            RecordOptions {
                ascii: true,
                ..split
            },
        ),
        ("check", RecordOptions::default()),
        (
            "check and select",
            RecordOptions {
                select,
                ..RecordOptions::default()
            },
        ),
    ];
    for (name, options) in cases {
        group.bench_function(name, |b| b.iter(|| read(&file, options.clone())));
    }
    group.bench_function("sweep", |b| b.iter(|| sweep(&file)));
    group.bench_function("memchr", |b| b.iter(|| memchr::memchr(0, black_box(&file))));
    group.finish();
}

criterion_group!(benches, records);
criterion_main!(benches);
