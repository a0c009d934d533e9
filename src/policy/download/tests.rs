use super::*;
use proptest::prelude::*;

const TIMES: Times = Times {
    available_ms: 300_000.0,
    expires_ms: 900_000.0,
    skew_ms: 0.0,
};

fn plan(wait_ms: f64) -> DownloadPolicy {
    let mut plan = DownloadPolicy::new(wait_ms);
    assert_eq!(plan.next(0.0), NextStep::RequestTicket);
    plan.ticket(TIMES);
    plan
}

fn wait(wait_ms: f64) -> NextStep {
    NextStep::Wait {
        wait_ms,
        for_file: true,
    }
}

#[test]
fn it_waits_for_the_file_by_the_clock_of_the_server() {
    let mut patient = plan(600_000.0);
    assert_eq!(patient.next(0.0), wait(300_000.0));
    assert_eq!(patient.next(299_999.5), wait(1.0), "a timer fired early");
    assert_eq!(patient.next(300_000.0), NextStep::Open);

    let mut ahead = DownloadPolicy::new(600_000.0);
    ahead.ticket(Times {
        skew_ms: -100_000.0,
        ..TIMES
    });
    assert_eq!(ahead.next(300_000.0), wait(100_000.0));
    let mut just_patient_enough = plan(300_000.0);
    assert_eq!(just_patient_enough.next(0.0), wait(300_000.0));
}

#[test]
fn it_waits_no_longer_than_allowed_and_says_how_long_it_would_take() {
    let stop = NextStep::Stop(StopReason::NotReady {
        retry_after_ms: 300_000.0,
    });
    let mut impatient = plan(299_999.0);
    assert_eq!(impatient.next(0.0), stop);
    assert_eq!(
        impatient.next(400_000.0),
        stop,
        "a stopped download stays stopped"
    );

    let mut absent = plan(10_000.0);
    let mut pauses = Vec::new();
    let left = loop {
        absent.refused(Refusal::Absent, 0.0);
        match absent.next(300_000.0) {
            NextStep::Wait { wait_ms, for_file } => pauses.push((wait_ms, for_file)),
            outcome => break outcome,
        }
        assert!(pauses.len() < 10, "it waits forever");
        assert_eq!(absent.next(300_000.0), NextStep::Open);
    };
    assert_eq!(pauses, [(2_000.0, true), (4_000.0, true)]);
    assert_eq!(
        left,
        NextStep::Stop(StopReason::NotReady {
            retry_after_ms: 8_000.0
        })
    );
}

#[test]
fn an_expired_address_is_renewed_once() {
    for by_clock in [true, false] {
        let mut plan = plan(0.0);
        let expire = |plan: &mut DownloadPolicy| {
            if by_clock {
                plan.next(900_000.0)
            } else {
                assert_eq!(plan.next(300_000.0), NextStep::Open);
                plan.refused(Refusal::Expired, 0.0);
                plan.next(300_000.0)
            }
        };
        assert_eq!(expire(&mut plan), NextStep::RequestTicket);
        plan.ticket(TIMES);
        assert_eq!(expire(&mut plan), NextStep::Stop(StopReason::Expired));
    }
}

#[test]
fn transient_failures_are_retried_with_growing_delays_up_to_a_limit() {
    let mut plan = plan(0.0);
    let mut pauses = Vec::new();
    loop {
        plan.refused(Refusal::Trouble(RetryAfter::Absent), 0.0);
        match plan.next(300_000.0) {
            NextStep::Wait { wait_ms, for_file } => pauses.push((wait_ms, for_file)),
            step => {
                assert_eq!(step, NextStep::Stop(StopReason::Failed));
                break;
            }
        }
        assert!(pauses.len() < 10, "it attempts forever");
        assert_eq!(plan.next(300_000.0), NextStep::Open);
    }
    let expected = [250.0, 500.0, 1_000.0, 2_000.0].map(|ms| (ms, false));
    assert_eq!(pauses, expected);
}

#[test]
fn received_bytes_reset_the_count_of_failures() {
    let mut plan = plan(0.0);
    for _ in 0..100 {
        plan.refused(Refusal::Trouble(RetryAfter::Absent), 0.999);
        assert!(
            matches!(plan.next(300_000.0), NextStep::Wait { wait_ms, .. } if (499.0..=500.0).contains(&wait_ms))
        );
        plan.advanced();
    }
}

#[test]
fn a_retry_after_of_the_host_is_respected_or_ends_the_download() {
    for wait_ms in [59_000.0, 60_000.0] {
        let mut patient = plan(0.0);
        patient.refused(Refusal::Trouble(RetryAfter::Ms(wait_ms)), 0.5);
        let for_file = false;
        assert_eq!(
            patient.next(300_000.0),
            NextStep::Wait { wait_ms, for_file }
        );
    }
    let mut over = plan(0.0);
    over.refused(Refusal::Trouble(RetryAfter::Ms(60_001.0)), 0.5);
    assert_eq!(over.next(300_000.0), NextStep::Stop(StopReason::Failed));
}

#[test]
fn a_file_that_is_overdue_is_not_waited_for() {
    let overdue_ms = TIMES.available_ms + GRACE_MS;
    let mut plan = plan(900_000.0);
    assert_eq!(plan.next(overdue_ms - 1.0), NextStep::Open);
    plan.refused(Refusal::Absent, 0.0);
    assert_eq!(plan.next(overdue_ms - 1.0), wait(2_000.0));
    assert_eq!(plan.next(overdue_ms - 0.5), NextStep::Open);
    plan.refused(Refusal::Absent, 0.0);
    assert_eq!(plan.next(overdue_ms), NextStep::RequestTicket);
    plan.ticket(TIMES);
    assert_eq!(
        plan.next(overdue_ms),
        NextStep::Open,
        "the new URL is tried at once"
    );
    plan.refused(Refusal::Absent, 0.0);
    assert_eq!(plan.next(overdue_ms), NextStep::Stop(StopReason::Refused));
}

#[test]
fn a_new_file_may_be_waited_for_once_more() {
    let overdue_ms = TIMES.available_ms + GRACE_MS;
    let mut plan = plan(400_000.0);
    assert_eq!(plan.next(overdue_ms), NextStep::Open);
    plan.refused(Refusal::Absent, 0.0);
    assert_eq!(plan.next(overdue_ms), NextStep::RequestTicket);
    plan.ticket(Times {
        available_ms: overdue_ms + 300_000.0,
        expires_ms: f64::INFINITY,
        ..TIMES
    });
    assert_eq!(plan.next(overdue_ms), wait(300_000.0));
    assert_eq!(plan.next(overdue_ms + 300_000.0), NextStep::Open);
    plan.refused(Refusal::Absent, 0.0);
    assert_eq!(plan.next(overdue_ms + 300_000.0), wait(2_000.0));
}

#[test]
fn permanent_failures_are_not_waited_for() {
    let mut plan = plan(900_000.0);
    assert_eq!(plan.next(300_000.0), NextStep::Open);
    plan.refused(Refusal::Invalid, 0.0);
    assert_eq!(plan.next(300_000.0), NextStep::RequestTicket);
    plan.ticket(TIMES);
    assert_eq!(plan.next(300_000.0), NextStep::Open);
    plan.refused(Refusal::Invalid, 0.0);
    assert_eq!(plan.next(300_000.0), NextStep::Stop(StopReason::Refused));
}

const DATE_MS: f64 = 784_111_777_000.0;

fn version(etag: Option<&str>, last_modified: Option<&str>) -> Version {
    let owned = |text: Option<&str>| text.map(String::from);
    Version::from_headers(owned(etag), owned(last_modified), None, DATE_MS)
}

/// A minute before [`DATE_MS`], an earlier time, and less than a minute before [`DATE_MS`].
const MINUTE_AGO: &str = "Sun, 06 Nov 1994 08:48:37 GMT";
const HOUR_AGO: &str = "Sun, 06 Nov 1994 07:49:37 GMT";
const JUST_NOW: &str = "Sun, 06 Nov 1994 08:48:38 GMT";

#[test]
fn a_download_resumes_only_if_the_file_is_certainly_the_same() {
    let same = |one: (Option<&str>, Option<&str>), other: (Option<&str>, Option<&str>)| {
        version(one.0, one.1).is_same(&version(other.0, other.1))
    };
    let (old, older) = (Some(MINUTE_AGO), Some(HOUR_AGO));
    assert!(same((Some("\"a\""), None), (Some("\"a\""), old)));
    assert!(!same((Some("\"a\""), old), (Some("\"b\""), old)));
    assert!(!same((Some("W/\"a\""), None), (Some("W/\"a\""), None)));
    assert!(same((Some("W/\"a\""), old), (Some("W/\"b\""), old)));
    assert!(same((Some("\"a\""), old), (None, old)));
    assert!(!same((None, old), (None, older)));
    assert!(!same((Some("\"a\""), old), (Some("\"a\""), older)));
    assert!(!same((None, None), (None, None)));
    assert!(!same((Some("\"a\""), None), (None, old)));
    for weak in [JUST_NOW, "yesterday", ""] {
        assert!(!same((None, Some(weak)), (None, Some(weak))), "{weak}");
        assert!(!version(None, Some(weak)).is_known(), "{weak}");
    }
    for weak in ["W/\"a\"", "a", ""] {
        assert!(!version(Some(weak), None).is_known(), "{weak}");
    }
}

#[test]
fn a_generation_distinguishes_objects() {
    let of = |generation: &str| Version::from_headers(None, None, Some(generation.into()), DATE_MS);
    assert!(of("1").is_known() && of("1").is_same(&of("1")));
    assert!(!of("1").is_same(&of("2")) && of("1").differs(&of("2")));
    assert!(!of("1").differs(&Version::default()));
}

/// The first response for a file of 1,000 bytes, and the response for its last 600.
fn first_and_rest() -> (FileHeaders, FileHeaders) {
    let first = FileHeaders {
        status: 200,
        version: version(Some("\"a\""), None),
        length: Some(1_000.0),
        ..FileHeaders::default()
    };
    let rest = FileHeaders {
        status: 206,
        range: ContentRange::parse(Some("bytes 400-999/1000")),
        length: Some(600.0),
        ..first.clone()
    };
    (first, rest)
}

#[test]
fn only_the_requested_range_is_accepted() {
    let (first, rest) = first_and_rest();
    let known = FileIdentity::from_first(&first);
    assert!(known.takes_range());
    let judge = |part: &FileHeaders| known.judge(part, 400.0);
    assert_eq!(judge(&rest), Continuation::Here);
    assert_eq!(judge(&first), Continuation::FromStart);
    let other = FileHeaders {
        version: version(Some("\"b\""), None),
        length: None,
        ..first.clone()
    };
    assert_eq!(judge(&other), Continuation::FromStart);
    let ranges = [
        None,
        Some("lines 400-999/1000"),
        Some("bytes */1000"),
        Some("bytes 399-999/1000"),
        Some("bytes 400-999/1001"),
        Some("bytes 400-998/1000"),
    ];
    let by_range = ranges.map(|header| FileHeaders {
        range: ContentRange::parse(header),
        ..rest.clone()
    });
    let others = [
        FileHeaders {
            version: version(Some("\"b\""), None),
            ..rest.clone()
        },
        FileHeaders {
            version: Version::default(),
            ..rest.clone()
        },
        FileHeaders {
            length: Some(601.0),
            ..rest.clone()
        },
        FileHeaders {
            encoded: true,
            length: None,
            ..rest.clone()
        },
    ];
    for wrong in by_range.iter().chain(&others) {
        assert_eq!(judge(wrong), Continuation::RequestWhole, "{wrong:?}");
    }
}

#[test]
fn a_total_is_required_once_and_must_not_change() {
    let (first, rest) = first_and_rest();
    let star = FileHeaders {
        range: ContentRange::parse(Some("bytes 400-999/*")),
        ..rest.clone()
    };
    let silent = FileHeaders {
        length: None,
        ..first.clone()
    };
    let judge = |first: &FileHeaders, part: &FileHeaders| {
        FileIdentity::from_first(first).judge(part, 400.0)
    };
    assert_eq!(judge(&first, &star), Continuation::Here);
    assert_eq!(judge(&silent, &rest), Continuation::Here);
    assert_eq!(judge(&silent, &star), Continuation::RequestWhole);
    let mut known = FileIdentity::from_first(&silent);
    known.learn(&rest);
    assert_eq!(known.total, Some(1_000.0));
}

#[test]
fn a_file_that_is_read_again_keeps_its_announced_size() {
    let (first, _) = first_and_rest();
    let silent = FileHeaders {
        length: None,
        ..first.clone()
    };
    let encoded = FileHeaders {
        encoded: true,
        ..silent.clone()
    };
    let longer = FileHeaders {
        length: Some(2_000.0),
        ..first.clone()
    };
    let known = FileIdentity::from_first(&first);
    let total = |headers: &FileHeaders, from| known.restarted(headers, from).total;
    assert_eq!(total(&silent, 400.0), Some(1_000.0));
    assert_eq!(total(&longer, 400.0), Some(2_000.0));
    assert_eq!(total(&encoded, 400.0), None);
    assert_eq!(total(&silent, 0.0), None, "nothing was read of that file");
}

#[test]
fn the_first_response_must_begin_at_the_start() {
    let (first, rest) = first_and_rest();
    let judge = |part: &FileHeaders| FileIdentity::default().judge(part, 0.0);
    assert_eq!(judge(&first), Continuation::FromStart);
    assert_eq!(judge(&rest), Continuation::RequestWhole);
    let all = FileHeaders {
        range: ContentRange::parse(Some("bytes 0-599/1000")),
        ..rest.clone()
    };
    assert_eq!(judge(&all), Continuation::FromStart);
    assert_eq!(FileIdentity::from_first(&all).total, Some(1_000.0));
    let endless = FileHeaders {
        range: ContentRange::parse(Some("bytes 0-599/*")),
        ..rest.clone()
    };
    assert_eq!(judge(&endless), Continuation::RequestWhole);
    let silent = FileHeaders {
        range: ContentRange::Absent,
        ..rest
    };
    assert_eq!(judge(&silent), Continuation::RequestWhole);
}

#[test]
fn an_encoded_file_is_read_again_from_its_start() {
    let (first, rest) = first_and_rest();
    let encoded = FileHeaders {
        length: None,
        encoded: true,
        ..first.clone()
    };
    let known = FileIdentity::from_first(&encoded);
    assert!(!known.takes_range());
    assert_eq!(known.judge(&encoded, 400.0), Continuation::FromStart);
    assert_eq!(known.judge(&first, 400.0), Continuation::FromStart);
    assert_eq!(known.judge(&rest, 400.0), Continuation::RequestWhole);
}

#[test]
fn a_file_without_a_strong_validator_is_requested_without_a_range() {
    let (first, _) = first_and_rest();
    let nameless = FileHeaders {
        version: version(Some("W/\"a\""), None),
        ..first
    };
    assert!(!FileIdentity::from_first(&nameless).takes_range());
}

#[test]
fn a_likely_length_is_only_shown_and_never_relied_on() {
    let (first, rest) = first_and_rest();
    let hidden = FileHeaders {
        length: None,
        likely_length: Some(900.0),
        ..first
    };
    let known = FileIdentity::from_first(&hidden);
    assert_eq!(known.total, None);
    assert_eq!(known.likely_total(900.0), Some(900.0));
    assert_eq!(known.likely_total(901.0), None);
    assert_eq!(known.judge(&rest, 400.0), Continuation::Here);
}

#[test]
fn a_416_ends_a_file_that_was_read_completely() {
    let (first, _) = first_and_rest();
    let known = FileIdentity::from_first(&first);
    let none_of = |header| ContentRange::parse(Some(header));
    let is_whole = |range, version: &Version| known.is_whole(range, version, 1_000.0);
    let nameless = Version::default();
    assert!(is_whole(none_of("bytes */1000"), &nameless));
    assert!(is_whole(none_of("bytes */1000"), &first.version));
    let longer = FileIdentity {
        total: Some(1_001.0),
        ..known.clone()
    };
    assert!(!longer.is_whole(none_of("bytes */1000"), &first.version, 1_000.0));
    assert!(!is_whole(
        none_of("bytes */1000"),
        &version(Some("\"b\""), None)
    ));
    for other in [
        "bytes */1001",
        "bytes */*",
        "lines */1000",
        "bytes 0-999/1000",
    ] {
        assert!(!is_whole(none_of(other), &nameless), "{other}");
    }
    assert!(!is_whole(ContentRange::Absent, &nameless));
    let encoded = FileIdentity {
        encoded: true,
        ..known.clone()
    };
    assert!(!encoded.is_whole(none_of("bytes */1000"), &nameless, 1_000.0));
}

#[test]
fn content_ranges() {
    let bytes = |start, end, total| ContentRange::Bytes { start, end, total };
    for (header, expected) in [
        ("bytes 500-999/1000", bytes(500.0, 1_000.0, Some(1_000.0))),
        (" Bytes 0-0/* ", bytes(0.0, 1.0, None)),
        ("bytes */0", ContentRange::Unsatisfied { total: 0.0 }),
    ] {
        assert_eq!(ContentRange::parse(Some(header)), expected, "{header}");
    }
    assert_eq!(ContentRange::parse(None), ContentRange::Absent);
    for other in [
        "",
        "bytes",
        "bytes ",
        "bytes=0-1/2",
        "lines 1-2/3",
        "500-999/1000",
        "bytes 500-999",
        "bytes x-1/2",
        "bytes 1-x/2",
        "bytes -1/2",
        "bytes 1-/2",
        "bytes 1-1/",
        "bytes 2-1/3",
        "bytes 0-3/3",
        "bytes */*",
        "bytes 0-1, 3-4/9",
        "bytes 0-1/9, bytes 3-4/9",
        "\u{fc}ber 0-1/2",
    ] {
        assert_eq!(
            ContentRange::parse(Some(other)),
            ContentRange::Unreadable,
            "{other}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the host does, the download waits no longer than allowed, requests at most two
    /// tickets, and ends.
    #[test]
    fn it_always_ends(
        allowed_ms in 0.0..2e6_f64,
        skew_ms in -1e6..1e6_f64,
        refusals in prop::collection::vec((0..5_u8, 0.0..1.0_f64, 0.0..1e5_f64), 1..40),
    ) {
        let mut plan = DownloadPolicy::new(allowed_ms);
        let (mut now_ms, mut waited_ms, mut tickets, mut opened) = (0.0, 0.0, 0, 0);
        let mut refusals = refusals.into_iter().cycle();
        let stop = loop {
            match plan.next(now_ms) {
                NextStep::RequestTicket => {
                    tickets += 1;
                    prop_assert!(tickets <= 2);
                    plan.ticket(Times { skew_ms, ..TIMES });
                }
                NextStep::Wait { wait_ms, for_file } => {
                    prop_assert!(wait_ms >= 1.0);
                    now_ms += wait_ms;
                    waited_ms += if for_file { wait_ms } else { 0.0 };
                    prop_assert!(waited_ms <= allowed_ms);
                }
                NextStep::Open => {
                    opened += 1;
                    prop_assert!(opened < 2_000);
                    prop_assert!(now_ms + skew_ms >= TIMES.available_ms);
                    let (kind, random, named_ms) = refusals.next().unwrap();
                    plan.refused(match kind {
                        0 => Refusal::Absent,
                        1 => Refusal::Expired,
                        4 => Refusal::Invalid,
                        2 => Refusal::Trouble(RetryAfter::Ms(named_ms)),
                        _ => Refusal::Trouble(RetryAfter::Unreadable),
                    }, random);
                }
                NextStep::Stop(stop) => break stop,
            }
        };
        prop_assert_eq!(plan.next(now_ms), NextStep::Stop(stop));
    }
}
