//! Records with fields that contradict the types: returned unchanged, counted and reported.

use std::collections::BTreeMap;

use super::support::{around, read, read_pieces, sweep, values};
use ayrshare_user::error::Error;
use ayrshare_user::json;
use ayrshare_user::model::USER;
use ayrshare_user::records::{
    Delivery, Filter, OnInvalid, Problem, Reader, RecordOptions, Sweep, SweepOptions,
};
use serde_json::{Value, json};

const SAMPLES: [&str; 4] = [
    include_str!("../../fixtures/user.json"),
    include_str!("../../fixtures/user-newer.json"),
    include_str!("../../fixtures/user-networks.json"),
    include_str!("../../fixtures/user-nothing-linked.json"),
];

/// Every sample with each of its values in turn replaced by null and by every other JSON type.
fn mutated() -> Vec<String> {
    let others = [
        json!(null),
        json!(true),
        json!(1.5),
        json!("odd"),
        json!([null]),
        json!({}),
    ];
    let mut all = Vec::new();
    for sample in SAMPLES {
        let sample: Value = serde_json::from_str(sample).unwrap();
        let mut pointers = Vec::new();
        collect(&sample, String::new(), &mut pointers);
        for pointer in pointers {
            for other in &others {
                let mut record = sample.clone();
                *record.pointer_mut(&pointer).unwrap() = other.clone();
                all.push(record.to_string());
            }
        }
    }
    assert!(all.len() > 1_000, "{}", all.len());
    all
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    if let Value::Object(members) = value {
        for (name, value) in members {
            collect(value, format!("{pointer}/{name}"), pointers);
        }
    } else if let Value::Array(list) = value {
        for (index, value) in list.iter().enumerate() {
            collect(value, format!("{pointer}/{index}"), pointers);
        }
    }
    if !pointer.is_empty() {
        pointers.push(pointer);
    }
}

/// The records that can be returned, how many of them are mismatched, and how many have each mismatch.
fn expected(records: &[String]) -> (Vec<Value>, u64, BTreeMap<[String; 3], u64>) {
    let (mut handed_out, mut odd, mut places) = (Vec::new(), 0, BTreeMap::new());
    for record in records {
        let mismatches = match json::check(record.as_bytes(), USER) {
            Ok(checked) => {
                handed_out.push(serde_json::from_str(record).unwrap());
                odd += u64::from(!checked.mismatches.is_empty());
                checked.mismatches
            }
            Err(fault) => fault.mismatches,
        };
        let without_index = |path: &str| {
            let steps = path.split('[').map(|step| {
                step.split_once(']')
                    .map_or(step.to_owned(), |(_, rest)| format!("]{rest}"))
            });
            steps.collect::<Vec<_>>().join("[")
        };
        let here: std::collections::BTreeSet<[String; 3]> = mismatches
            .iter()
            .map(|it| [without_index(it.path), it.expected.into(), it.found.into()])
            .collect();
        for place in here {
            *places.entry(place).or_default() += 1;
        }
    }
    (handed_out, odd, places)
}

#[test]
fn every_mismatched_record_is_delivered_as_received_and_counted() {
    let records = mutated();
    let (handed_out, odd, _) = expected(&records);
    let unreadable = (records.len() - handed_out.len()) as u64;
    assert!(odd > 1_000 && unreadable > 10, "{odd} {unreadable}");
    let readable: Vec<&str> = records
        .iter()
        .filter(|record| json::check(record.as_bytes(), USER).is_ok())
        .map(String::as_str)
        .collect();
    // A list, a map, and records that follow one another.
    for file in around(&readable).into_iter().skip(1).take(3) {
        let outcome = read_pieces(file.as_bytes().chunks(4_096), RecordOptions::default());
        assert_eq!(outcome.error, None);
        assert_eq!((outcome.invalid, outcome.rejected.len()), (odd, 0));
        let with_key = file.contains("\"k0\":");
        let bare = |mut value: Value| {
            if with_key {
                // A map's key replaces a missing reference id.
                value.as_object_mut().unwrap().remove("refId");
            }
            value
        };
        let came: Vec<_> = values(&outcome.records).into_iter().map(bare).collect();
        let sent: Vec<_> = handed_out.iter().cloned().map(bare).collect();
        assert_eq!(came, sent);
    }
    let all: Vec<&str> = records.iter().map(String::as_str).collect();
    let file = format!("[{}]", all.join(","));
    for (on_invalid, handed_out, rejected) in [
        (OnInvalid::Skip, handed_out.len() as u64 - odd, 0),
        (
            OnInvalid::HandOver,
            handed_out.len() as u64,
            odd + unreadable,
        ),
    ] {
        let options = RecordOptions {
            on_invalid,
            ..RecordOptions::default()
        };
        let outcome = read_pieces(file.as_bytes().chunks(4_096), options);
        assert_eq!(outcome.error, None);
        let counts = (outcome.records.len() as u64, outcome.rejected.len() as u64);
        assert_eq!(counts, (handed_out, rejected));
        assert_eq!(outcome.invalid, odd + unreadable);
    }
}

#[test]
fn a_sweep_counts_mismatched_records_and_lists_their_mismatches() {
    let records = mutated();
    let (handed_out, odd, places) = expected(&records);
    let unreadable = (records.len() - handed_out.len()) as u64;
    let file = format!("[{}]", records.join(","));
    let report = sweep(file.as_bytes(), 4_096, SweepOptions::at(1.75e12));
    assert_eq!(report.profiles, handed_out.len() as u64);
    assert_eq!(
        (report.invalid, report.unreadable),
        (odd + unreadable, unreadable)
    );
    let listed: BTreeMap<_, _> = report
        .mismatches
        .iter()
        .map(|it| {
            (
                [it.path.clone(), it.expected.clone(), it.found.clone()],
                it.records,
            )
        })
        .collect();
    assert_eq!(listed, places);
    assert!(places.len() > 100 && report.mismatches_left_out == 0);
    assert!(
        report
            .mismatches
            .is_sorted_by(|a, b| a.records >= b.records)
    );
    let numbers = report
        .links
        .iter()
        .flat_map(|link| [link.due_ms, link.days_left]);
    let numbers = numbers.chain(
        report
            .quotas
            .iter()
            .flat_map(|quota| [quota.used, quota.limit]),
    );
    assert!(numbers.clone().count() > 100 && numbers.clone().all(f64::is_finite));
    assert!(report.networks.iter().all(|it| !it.network.is_empty()));
    let ids = report
        .links
        .iter()
        .filter_map(|link| link.ref_id.as_deref());
    assert!(ids.clone().count() > 0 && ids.clone().all(|id| !id.is_empty()));

    let short = sweep(
        file.as_bytes(),
        4_096,
        SweepOptions {
            max_entries: 3,
            ..SweepOptions::at(1.75e12)
        },
    );
    assert_eq!(short.mismatches, report.mismatches[..3]);
    assert_eq!(short.mismatches_left_out, places.len() as u64 - 3);
}

#[test]
fn a_mismatched_account_does_not_affect_the_others() {
    let networks = [
        "bluesky",
        "facebook",
        "gmb",
        "instagram",
        "linkedin",
        "pinterest",
        "reddit",
        "snapchat",
        "threads",
        "tiktok",
    ];
    let account = |network: &str| {
        let days = if network == "linkedin" {
            json!("1")
        } else {
            json!(1)
        };
        json!({"platform": network, "refreshDaysRemaining": days})
    };
    let accounts: Vec<_> = networks.into_iter().map(account).collect();
    let profile = json!({"refId": "r", "displayNames": accounts, "monthlyApiCalls": "9", "monthlyApiCallsQuota": 9});
    let file = format!("[{profile},{profile}]");
    let report = sweep(file.as_bytes(), 4_096, SweepOptions::at(0.0));
    assert_eq!(
        (report.profiles, report.invalid, report.unreadable),
        (2, 2, 0)
    );
    assert_eq!(
        (report.links.len(), report.refresh_soon, report.quotas_high),
        (18, 18, 0)
    );
    let lines: Vec<_> = report
        .mismatches
        .iter()
        .map(|it| format!("{} {} {} {}", it.path, it.expected, it.found, it.records))
        .collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.contains(&"displayNames[].refreshDaysRemaining number string 2".to_owned()));
    assert!(lines.contains(&"monthlyApiCalls number string 2".to_owned()));

    let strict = SweepOptions {
        on_invalid: OnInvalid::Throw,
        ..SweepOptions::at(0.0)
    };
    let mut sweep = Sweep::new(strict);
    sweep.reader().feed(file.as_bytes());
    assert_eq!(
        Error::from(sweep.advance().unwrap_err()).mismatches.count(),
        2
    );
    assert_eq!(sweep.report().profiles, 0);
}

#[test]
fn a_filter_treats_a_field_of_the_wrong_type_as_unknown() {
    let file = r#"[{"refId":"a","displayNames":[{"platform":"tiktok","refreshDaysRemaining":"1"}]},{"refId":7,"displayNames":[{"platform":"tiktok","refreshDaysRemaining":1}]},{"displayNames":[{"platform":8}],"activeSocialAccounts":[null]}]"#;
    let filter = |network: Option<&str>, days| Filter {
        network: network.map(str::to_owned),
        refresh_within_days: days,
        ..Filter::default()
    };
    for (filter, expected) in [
        (filter(None, Some(5.0)), [1].as_slice()),
        (filter(Some("tiktok"), None), &[0, 1]),
    ] {
        let options = RecordOptions {
            filter: Some(filter),
            ..RecordOptions::default()
        };
        let outcome = read(file.as_bytes(), options);
        let all: Vec<Value> = serde_json::from_str(file).unwrap();
        let wanted: Vec<_> = expected.iter().map(|index| all[*index].clone()).collect();
        assert_eq!((values(&outcome.records), outcome.error), (wanted, None));
        assert_eq!(
            (outcome.invalid, outcome.filtered),
            (3, 3 - expected.len() as u64)
        );
    }
}

#[test]
fn an_unreadable_record_is_an_error_after_the_records_before_it() {
    for bad in [
        r#"{"refId":"x","displayNames":{}}"#,
        r#"{"activeSocialAccounts":7}"#,
        r#"{"displayNames":[null]}"#,
        r#"{"refId":tru}"#,
    ] {
        for file in around(&[
            r#"{"refId":"a"}"#,
            r#"{"refId":1}"#,
            bad,
            r#"{"refId":"c"}"#,
        ]) {
            let outcome = read(file.as_bytes(), RecordOptions::default());
            assert_eq!((outcome.records.len(), outcome.invalid), (2, 1), "{file}");
            let error = outcome.error.unwrap();
            assert_eq!(error.index, Some(2), "{file}");
            assert!(matches!(error.problem, Problem::Invalid(_)), "{file}");
            assert_eq!(error.mismatches.is_empty(), bad.contains("tru"), "{file}");
            let report = sweep(file.as_bytes(), 4_096, SweepOptions::at(0.0));
            assert_eq!(
                (report.profiles, report.invalid, report.unreadable),
                (3, 2, 1)
            );
        }
    }
}

/// Each is reported once and in its position, however the file is split and wherever reading
/// resumes.
#[test]
fn mismatches_are_reported_before_the_record_itself() {
    let records = [
        r#"{"refId":"a"}"#,
        r#"{"refId":1,"title":2}"#,
        r#"{"displayNames":7}"#,
        r#"{"title":[]}"#,
        r#"{"refId":"e"}"#,
    ];
    let options = || RecordOptions {
        on_invalid: OnInvalid::HandOver,
        ..RecordOptions::default()
    };
    let take = |reader: &mut Reader, order: &mut Vec<String>| {
        while let Some(delivery) = reader.next_batch().unwrap() {
            match delivery {
                Delivery::Records(batch) => order.extend(batch.records().map(|record| {
                    let value: Value = serde_json::from_slice(record).unwrap();
                    format!("{} {}", value["refId"], value["title"])
                })),
                Delivery::Rejected(rejected) => {
                    let raw = String::from_utf8(rejected.raw.unwrap()).unwrap();
                    let count = rejected.error.mismatches.count();
                    order.push(format!("{raw} {count} {}", rejected.is_handed_out));
                }
            }
        }
    };
    for (number, file) in around(&records).into_iter().enumerate() {
        let third = if number == 2 || number == 6 {
            "\"k3\" []"
        } else {
            "null []"
        };
        let expected = [
            "\"a\" null",
            r#"{"refId":1,"title":2} 2 true"#,
            "1 2",
            r#"{"displayNames":7} 1 false"#,
            r#"{"title":[]} 1 true"#,
            third,
            "\"e\" null",
        ];
        for cut in 0..=file.len() {
            let (mut reader, mut order) = (Reader::new(options()), Vec::new());
            for chunk in file.as_bytes()[..cut].chunks(11) {
                reader.feed(chunk);
                take(&mut reader, &mut order);
            }
            reader.resume();
            let from = usize::try_from(reader.resume_offset()).unwrap();
            reader.feed(&file.as_bytes()[from..]);
            reader.end();
            take(&mut reader, &mut order);
            assert_eq!(order, expected, "{file} cut at {cut}");
            assert_eq!(
                (reader.progress().records, reader.progress().invalid),
                (5, 3)
            );
        }
    }
}

#[test]
fn mismatches_of_filtered_records_are_reported_as_not_delivered() {
    let options = RecordOptions {
        on_invalid: OnInvalid::HandOver,
        filter: Some(Filter {
            nothing_linked: true,
            ..Filter::default()
        }),
        ..RecordOptions::default()
    };
    let file = br#"[{"refId":1},{"title":1,"displayNames":[{"platform":"x"}]}]"#;
    let mut reader = Reader::new(options);
    reader.feed(file);
    reader.end();
    let mut order = Vec::new();
    while let Some(delivery) = reader.next_batch().unwrap() {
        order.push(match delivery {
            Delivery::Records(batch) => batch.len().to_string(),
            Delivery::Rejected(rejected) => rejected.is_handed_out.to_string(),
        });
    }
    assert_eq!(order, ["true", "1", "false"]);
}
