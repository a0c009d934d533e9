use super::*;
use proptest::prelude::*;

const TIMES: Times = Times {
    available_ms: 300_000.0,
    expires_ms: 900_000.0,
    skew_ms: 0.0,
};

fn plan(wait_ms: f64) -> Plan {
    let mut plan = Plan::new(wait_ms);
    assert_eq!(plan.next(0.0), Step::AskTicket);
    plan.ticket(TIMES);
    plan
}

fn wait(wait_ms: f64) -> Step {
    Step::Wait {
        wait_ms,
        for_file: true,
    }
}

#[test]
fn it_waits_for_the_file_by_the_clock_of_the_server() {
    let mut patient = plan(600_000.0);
    assert_eq!(patient.next(0.0), wait(300_000.0));
    assert_eq!(patient.next(299_999.5), wait(1.0), "a timer fired early");
    assert_eq!(patient.next(300_000.0), Step::Open);

    let mut ahead = Plan::new(600_000.0);
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
    let stop = Step::Stop(Stop::NotReady {
        retry_after_ms: 300_000.0,
    });
    let mut impatient = plan(299_999.0);
    assert_eq!(impatient.next(0.0), stop);
    assert_eq!(impatient.next(400_000.0), stop, "the end is the end");

    let mut absent = plan(10_000.0);
    let mut pauses = Vec::new();
    let left = loop {
        absent.refused(Refusal::Absent, 0.0);
        match absent.next(300_000.0) {
            Step::Wait { wait_ms, for_file } => pauses.push((wait_ms, for_file)),
            outcome => break outcome,
        }
        assert!(pauses.len() < 10, "it waits for ever");
        assert_eq!(absent.next(300_000.0), Step::Open);
    };
    assert_eq!(pauses, [(2_000.0, true), (4_000.0, true)]);
    assert_eq!(
        left,
        Step::Stop(Stop::NotReady {
            retry_after_ms: 8_000.0
        })
    );
}

#[test]
fn an_expired_address_is_renewed_once() {
    for by_clock in [true, false] {
        let mut plan = plan(0.0);
        let expire = |plan: &mut Plan| {
            if by_clock {
                plan.next(900_000.0)
            } else {
                assert_eq!(plan.next(300_000.0), Step::Open);
                plan.refused(Refusal::Expired, 0.0);
                plan.next(300_000.0)
            }
        };
        assert_eq!(expire(&mut plan), Step::AskTicket);
        plan.ticket(TIMES);
        assert_eq!(expire(&mut plan), Step::Stop(Stop::Expired));
    }
}

#[test]
fn trouble_is_tried_again_with_growing_pauses_and_not_for_ever() {
    let mut plan = plan(0.0);
    let mut pauses = Vec::new();
    loop {
        plan.refused(Refusal::Trouble(RetryAfter::Absent), 0.0);
        match plan.next(300_000.0) {
            Step::Wait { wait_ms, for_file } => pauses.push((wait_ms, for_file)),
            step => {
                assert_eq!(step, Step::Stop(Stop::Failed));
                break;
            }
        }
        assert!(pauses.len() < 10, "it tries for ever");
        assert_eq!(plan.next(300_000.0), Step::Open);
    }
    let expected = [250.0, 500.0, 1_000.0, 2_000.0].map(|ms| (ms, false));
    assert_eq!(pauses, expected);
}

#[test]
fn bytes_in_between_make_earlier_trouble_forgotten() {
    let mut plan = plan(0.0);
    for _ in 0..100 {
        plan.refused(Refusal::Trouble(RetryAfter::Absent), 0.999);
        assert!(
            matches!(plan.next(300_000.0), Step::Wait { wait_ms, .. } if (499.0..=500.0).contains(&wait_ms))
        );
        plan.advanced();
    }
}

#[test]
fn a_time_named_by_the_host_is_kept_or_ends_it() {
    for wait_ms in [59_000.0, 60_000.0] {
        let mut patient = plan(0.0);
        patient.refused(Refusal::Trouble(RetryAfter::Ms(wait_ms)), 0.5);
        let for_file = false;
        assert_eq!(patient.next(300_000.0), Step::Wait { wait_ms, for_file });
    }
    let mut over = plan(0.0);
    over.refused(Refusal::Trouble(RetryAfter::Ms(60_001.0)), 0.5);
    assert_eq!(over.next(300_000.0), Step::Stop(Stop::Failed));
}

#[test]
fn statuses() {
    let of = |status| Refusal::of(status, false, RetryAfter::Absent);
    for status in [403, 404, 425] {
        assert_eq!(of(status), Refusal::Absent, "{status}");
    }
    for status in [408, 429, 500, 503, 599] {
        assert_eq!(of(status), Refusal::Trouble(RetryAfter::Absent), "{status}");
    }
    for status in [204, 301, 400, 401, 405, 416, 600] {
        assert_eq!(of(status), Refusal::Final, "{status}");
    }
    assert_eq!(of(410), Refusal::Expired);
    assert_eq!(Refusal::of(403, true, RetryAfter::Absent), Refusal::Expired);
}

fn version(etag: Option<&str>, last_modified: Option<&str>) -> Version {
    Version {
        etag: etag.map(String::from),
        last_modified: last_modified.map(String::from),
    }
}

#[test]
fn only_what_surely_is_the_same_file_is_the_same() {
    let same = |one: (Option<&str>, Option<&str>), other: (Option<&str>, Option<&str>)| {
        version(one.0, one.1).is_same(&version(other.0, other.1))
    };
    assert!(same((Some("\"a\""), None), (Some("\"a\""), Some("x"))));
    assert!(!same(
        (Some("\"a\""), Some("x")),
        (Some("\"b\""), Some("x"))
    ));
    assert!(!same((Some("W/\"a\""), None), (Some("W/\"a\""), None)));
    assert!(same((Some("\"a\""), Some("x")), (None, Some("x"))));
    assert!(!same((None, Some("x")), (None, Some("y"))));
    assert!(!same((None, None), (None, None)));
}

#[test]
fn the_rest_of_a_file_is_told_from_anything_else() {
    let first = Part {
        status: 200,
        version: version(Some("\"a\""), None),
        length: Some(1_000.0),
        ..Part::default()
    };
    let known = Known::from_first(&first);
    assert!(known.takes_range());
    let rest = Part {
        status: 206,
        starts_at: Some(400.0),
        length: Some(600.0),
        ..first.clone()
    };
    let judge = |part: &Part| known.judge(part, 400.0);
    assert_eq!(judge(&rest), Continuation::Here);
    assert_eq!(judge(&first), Continuation::Skip(400.0));
    let hidden = Part {
        starts_at: None,
        ..rest.clone()
    };
    assert_eq!(judge(&hidden), Continuation::Here);
    for wrong in [
        Part {
            version: version(Some("\"b\""), None),
            ..rest.clone()
        },
        Part {
            version: Version::default(),
            ..rest.clone()
        },
        Part {
            starts_at: Some(0.0),
            ..rest.clone()
        },
        Part {
            length: Some(601.0),
            ..hidden
        },
        Part {
            encoded: true,
            ..rest
        },
    ] {
        assert_eq!(judge(&wrong), Continuation::Changed, "{wrong:?}");
    }
}

#[test]
fn an_encoded_file_is_read_from_its_start_again() {
    let part = Part {
        status: 200,
        version: version(None, Some("x")),
        encoded: true,
        ..Part::default()
    };
    let known = Known::from_first(&part);
    assert!(!known.takes_range());
    assert_eq!(known.judge(&part, 7.0), Continuation::Skip(7.0));
    let range = Part {
        status: 206,
        ..part
    };
    assert_eq!(known.judge(&range, 7.0), Continuation::Changed);
}

#[test]
fn starts_of_ranges() {
    assert_eq!(range_start("bytes 500-999/1000"), Some(500.0));
    assert_eq!(range_start("bytes 0-0/*"), Some(0.0));
    for other in ["bytes */1000", "500-999/1000", "bytes x-1/2", ""] {
        assert_eq!(range_start(other), None, "{other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the host does: no more waiting than allowed, no more than two tickets, an end.
    #[test]
    fn it_always_ends(
        allowed_ms in 0.0..2e6_f64,
        skew_ms in -1e6..1e6_f64,
        refusals in prop::collection::vec((0..4_u8, 0.0..1.0_f64, 0.0..1e5_f64), 1..40),
    ) {
        let mut plan = Plan::new(allowed_ms);
        let (mut now_ms, mut waited_ms, mut tickets, mut opened) = (0.0, 0.0, 0, 0);
        let mut refusals = refusals.into_iter().cycle();
        let stop = loop {
            match plan.next(now_ms) {
                Step::AskTicket => {
                    tickets += 1;
                    prop_assert!(tickets <= 2);
                    plan.ticket(Times { skew_ms, ..TIMES });
                }
                Step::Wait { wait_ms, for_file } => {
                    prop_assert!(wait_ms >= 1.0);
                    now_ms += wait_ms;
                    waited_ms += if for_file { wait_ms } else { 0.0 };
                    prop_assert!(waited_ms <= allowed_ms);
                }
                Step::Open => {
                    opened += 1;
                    prop_assert!(opened < 2_000);
                    prop_assert!(now_ms + skew_ms >= TIMES.available_ms);
                    let (kind, random, named_ms) = refusals.next().unwrap();
                    plan.refused(match kind {
                        0 => Refusal::Absent,
                        1 => Refusal::Expired,
                        2 => Refusal::Trouble(RetryAfter::Ms(named_ms)),
                        _ => Refusal::Trouble(RetryAfter::Unreadable),
                    }, random);
                }
                Step::Stop(stop) => break stop,
            }
        };
        prop_assert_eq!(plan.next(now_ms), Step::Stop(stop));
    }
}
