#![expect(
    clippy::float_cmp,
    reason = "durations are compared as they were given"
)]

use super::*;

const LIMITS: Limits = Limits {
    max_retries: 2,
    timeout_ms: 10_000.0,
    total_timeout_ms: 30_000.0,
};

fn response(status: u16, retry_after: RetryAfter) -> Failure {
    Failure::Response {
        status,
        code: None,
        retry_after,
    }
}

fn with_code(status: u16, code: u32) -> Failure {
    Failure::Response {
        status,
        code: Some(code),
        retry_after: RetryAfter::Ms(1_000.0),
    }
}

/// The decision after the first attempt, with a clock that does not advance.
fn after_first(limits: Limits, failure: Failure, random: f64) -> Next {
    let mut call = RetryPolicy::new(limits, 0.0);
    call.begin(0.0).unwrap();
    call.after(&failure, 0.0, random)
}

fn stop(retry_after_ms: f64) -> Next {
    Next::Stop {
        retry_after_ms: Some(retry_after_ms),
    }
}

const STOP: Next = Next::Stop {
    retry_after_ms: None,
};

fn again(wait_ms: f64) -> Next {
    Next::Again { wait_ms }
}

#[test]
fn retries_transient_failures_with_full_jitter() {
    let troubles = [
        Failure::Network,
        response(408, RetryAfter::Absent),
        response(500, RetryAfter::Absent),
        response(502, RetryAfter::Absent),
        response(599, RetryAfter::Absent),
    ];
    for trouble in troubles {
        assert_eq!(after_first(LIMITS, trouble, 0.0), again(0.0), "{trouble:?}");
        assert_eq!(
            after_first(LIMITS, trouble, 0.5),
            again(250.0),
            "{trouble:?}"
        );
        assert_eq!(
            after_first(LIMITS, trouble, 0.999),
            again(500.0),
            "{trouble:?}"
        );
    }
    assert_eq!(after_first(LIMITS, Failure::Timeout, 0.5), again(250.0));
}

#[test]
fn the_backoff_doubles_up_to_its_cap() {
    let limits = Limits {
        max_retries: 8,
        timeout_ms: 1.0,
        total_timeout_ms: f64::INFINITY,
    };
    let mut call = RetryPolicy::new(limits, 0.0);
    let waits = [
        250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 4_000.0, 4_000.0, 4_000.0,
    ];
    for wait_ms in waits {
        call.begin(0.0).unwrap();
        assert_eq!(call.after(&Failure::Network, 0.0, 0.5), again(wait_ms));
    }
    assert_eq!(call.begin(0.0).unwrap().number, 9);
    assert_eq!(call.after(&Failure::Network, 0.0, 0.5), STOP);
    assert_eq!(call.begin(0.0), Err(BudgetExhausted));
}

#[test]
fn a_random_number_out_of_range_means_the_longest_delay() {
    for random in [f64::NAN, -0.1, 1.0, 7.0, f64::INFINITY] {
        assert_eq!(
            after_first(LIMITS, Failure::Network, random),
            again(500.0),
            "{random}"
        );
    }
}

#[test]
fn no_retries_means_one_attempt() {
    let limits = Limits {
        max_retries: 0,
        ..LIMITS
    };
    for failure in [
        Failure::Network,
        Failure::Timeout,
        response(500, RetryAfter::Absent),
    ] {
        assert_eq!(after_first(limits, failure, 0.5), STOP);
    }
    assert_eq!(
        after_first(limits, response(429, RetryAfter::Ms(2_000.0)), 0.5),
        stop(2_000.0)
    );
    assert_eq!(
        after_first(limits, response(503, RetryAfter::Ms(2_000.0)), 0.5),
        stop(2_000.0)
    );
}

#[test]
fn other_responses_are_final() {
    for status in (200..=499).chain(600..=700) {
        if status != 408 && status != 429 {
            let failure = response(status, RetryAfter::Ms(1_000.0));
            assert_eq!(after_first(LIMITS, failure, 0.5), STOP, "{status}");
        }
    }
    for status in [501, 505] {
        assert_eq!(
            after_first(LIMITS, response(status, RetryAfter::Absent), 0.5),
            STOP,
            "{status}"
        );
    }
    assert_eq!(after_first(LIMITS, Failure::Final, 0.5), STOP);
}

#[test]
fn retried_kinds_are_reported_as_retryable() {
    for status in 100..=700 {
        let failure = response(status, RetryAfter::Ms(1.0));
        let is_tried_again = after_first(LIMITS, failure, 0.5) != STOP;
        assert_eq!(is_tried_again, is_retryable(status, None), "{status}");
    }
}

#[test]
fn a_code_overrides_the_status() {
    for code in [102, 106, 144, 156, 161, 169, 272, 276, 419] {
        for status in [200, 403, 408, 429, 500, 503] {
            assert_eq!(
                after_first(LIMITS, with_code(status, code), 0.5),
                STOP,
                "{status} {code}"
            );
        }
    }
    assert_eq!(after_first(LIMITS, with_code(429, 1), 0.5), again(1_300.0));
}

#[test]
fn a_429_is_retried_once_per_call() {
    let mut call = RetryPolicy::new(
        Limits {
            max_retries: 9,
            ..LIMITS
        },
        0.0,
    );
    let limited = response(429, RetryAfter::Ms(2_000.0));
    call.begin(0.0).unwrap();
    assert_eq!(call.after(&limited, 0.0, 0.5), again(2_300.0));
    call.begin(2_300.0).unwrap();
    assert_eq!(call.after(&Failure::Network, 2_400.0, 0.5), again(500.0));
    call.begin(2_900.0).unwrap();
    assert_eq!(call.after(&limited, 3_000.0, 0.5), stop(2_000.0));
    assert_eq!(call.begin(9_000.0), Err(BudgetExhausted));
}

#[test]
fn a_429_without_a_known_wait_stops() {
    let unknown = [
        RetryAfter::Absent,
        RetryAfter::Unreadable,
        RetryAfter::Ms(f64::NAN),
        RetryAfter::Ms(-5.0),
    ];
    let limits = Limits {
        total_timeout_ms: f64::INFINITY,
        ..LIMITS
    };
    for retry_after in unknown {
        assert_eq!(
            after_first(limits, response(429, retry_after), 0.5),
            stop(WINDOW_MS)
        );
    }
}

#[test]
fn retry_after_is_a_minimum() {
    assert_eq!(
        after_first(LIMITS, response(429, RetryAfter::Ms(0.0)), 0.0),
        again(1_100.0)
    );
    assert_eq!(
        after_first(LIMITS, response(429, RetryAfter::Ms(3_000.2)), 0.0),
        again(3_101.0)
    );
    assert_eq!(
        after_first(LIMITS, response(503, RetryAfter::Ms(3_000.0)), 0.0),
        again(3_100.0)
    );
    assert_eq!(
        after_first(LIMITS, response(408, RetryAfter::Ms(3_000.0)), 0.0),
        again(3_100.0)
    );
    assert_eq!(
        after_first(LIMITS, response(503, RetryAfter::Ms(0.0)), 0.999),
        again(500.0)
    );
}

#[test]
fn a_retry_after_above_the_cap_stops_and_is_reported() {
    let limits = Limits {
        total_timeout_ms: f64::INFINITY,
        ..LIMITS
    };
    for status in [408, 429, 500, 503] {
        let (fits, above) = (
            response(status, RetryAfter::Ms(60_000.0)),
            RetryAfter::Ms(60_001.0),
        );
        assert_eq!(after_first(limits, fits, 0.0), again(60_100.0), "{status}");
        assert_eq!(
            after_first(limits, response(status, above), 0.0),
            stop(60_001.0),
            "{status}"
        );
    }
    let absurd = response(503, RetryAfter::Ms(f64::INFINITY));
    assert_eq!(after_first(limits, absurd, 0.0), stop(LONGEST_MS));
}

#[test]
fn a_wait_that_does_not_fit_the_budget_stops() {
    for status in [429, 503] {
        let limits = |total_timeout_ms| Limits {
            total_timeout_ms,
            ..LIMITS
        };
        let named = response(status, RetryAfter::Ms(5_000.0));
        assert_eq!(after_first(limits(5_101.0), named, 0.0), again(5_100.0));
        assert_eq!(after_first(limits(5_100.0), named, 0.0), stop(5_000.0));
    }
    let limits = Limits {
        total_timeout_ms: 250.0,
        ..LIMITS
    };
    assert_eq!(after_first(limits, Failure::Network, 0.5), STOP);
}

#[test]
fn a_delay_without_retry_after_has_a_minimum() {
    assert_eq!(
        after_first(LIMITS, response(500, RetryAfter::Unreadable), 0.0),
        again(1_000.0)
    );
    assert_eq!(
        after_first(LIMITS, response(500, RetryAfter::Unreadable), 0.5),
        again(1_250.0)
    );
}

#[test]
fn an_attempt_is_limited_to_the_budget_and_says_so() {
    let mut call = RetryPolicy::new(
        Limits {
            total_timeout_ms: 12_000.0,
            ..LIMITS
        },
        0.0,
    );
    let first = GrantedAttempt {
        number: 1,
        timeout_ms: 10_000.0,
        cut_by_total: false,
    };
    assert_eq!(call.begin(0.0), Ok(first));
    assert_eq!(call.after(&Failure::Network, 9_000.0, 0.5), again(250.0));
    let second = GrantedAttempt {
        number: 2,
        timeout_ms: 2_750.0,
        cut_by_total: true,
    };
    assert_eq!(call.begin(9_250.0), Ok(second));
    assert_eq!(call.after(&Failure::Timeout, 12_000.0, 0.5), STOP);
    assert_eq!(call.begin(12_000.0), Err(BudgetExhausted));
}

#[test]
fn no_attempt_starts_after_the_budget() {
    let mut call = RetryPolicy::new(LIMITS, 0.0);
    assert_eq!(call.begin(30_000.0), Err(BudgetExhausted));
    assert_eq!(
        call.begin(0.0),
        Err(BudgetExhausted),
        "a call that is over stays over"
    );
    for total_timeout_ms in [0.0, -1.0, f64::NAN] {
        let mut call = RetryPolicy::new(
            Limits {
                total_timeout_ms,
                ..LIMITS
            },
            0.0,
        );
        assert_eq!(call.begin(0.0), Err(BudgetExhausted));
    }
}

#[test]
fn granted_time_is_spent_even_if_the_clock_stops_or_jumps_back() {
    for clock in [[0.0, 0.0, 0.0], [0.0, -1e9, -2e9], [f64::NAN; 3]] {
        let mut call = RetryPolicy::new(
            Limits {
                total_timeout_ms: 25_000.0,
                ..LIMITS
            },
            clock[0],
        );
        call.begin(clock[0]).unwrap();
        assert_eq!(call.after(&Failure::Timeout, clock[1], 0.5), again(250.0));
        assert_eq!(call.begin(clock[2]).unwrap().timeout_ms, 10_000.0);
        assert_eq!(call.after(&Failure::Timeout, clock[2], 0.5), again(500.0));
        let last = GrantedAttempt {
            number: 3,
            timeout_ms: 4_250.0,
            cut_by_total: true,
        };
        assert_eq!(call.begin(clock[2]), Ok(last));
    }
}

#[test]
fn a_clock_that_jumps_back_only_loses_the_hidden_time() {
    let mut call = RetryPolicy::new(LIMITS, 1_000_000.0);
    call.begin(1_000_000.0).unwrap();
    assert_eq!(call.after(&Failure::Network, 0.0, 0.5), again(250.0));
    assert!(call.begin(250.0).is_ok());
    assert_eq!(
        call.after(&Failure::Network, 29_749.0, 0.0),
        again(0.0),
        "1 ms is left"
    );
    let mut call = RetryPolicy::new(LIMITS, 0.0);
    call.begin(0.0).unwrap();
    assert_eq!(call.after(&Failure::Network, f64::INFINITY, 0.0), STOP);
}

#[test]
fn an_infinite_budget_never_ends() {
    let infinite = f64::INFINITY;
    let limits = Limits {
        max_retries: 1,
        timeout_ms: infinite,
        total_timeout_ms: infinite,
    };
    let mut call = RetryPolicy::new(limits, 0.0);
    let granted = call.begin(1e12).unwrap();
    assert_eq!(
        granted,
        GrantedAttempt {
            number: 1,
            timeout_ms: infinite,
            cut_by_total: false
        }
    );
    assert_eq!(call.after(&Failure::Network, 2e12, 0.5), again(250.0));
}

#[test]
fn misuse_grants_no_extra_attempts() {
    let mut call = RetryPolicy::new(
        Limits {
            max_retries: 1,
            ..LIMITS
        },
        0.0,
    );
    call.begin(0.0).unwrap();
    assert_eq!(call.after(&Failure::Final, 0.0, 0.5), STOP);
    assert_eq!(
        call.after(&Failure::Network, 0.0, 0.5),
        STOP,
        "a stopped call stays stopped"
    );
    assert_eq!(call.begin(0.0), Err(BudgetExhausted));

    let mut call = RetryPolicy::new(
        Limits {
            max_retries: 1,
            ..LIMITS
        },
        0.0,
    );
    assert_eq!(call.begin(0.0).unwrap().timeout_ms, 10_000.0);
    assert_eq!(call.begin(0.0).unwrap().timeout_ms, 10_000.0);
    assert_eq!(call.begin(0.0), Err(BudgetExhausted));

    let mut call = RetryPolicy::new(
        Limits {
            max_retries: u32::MAX,
            ..LIMITS
        },
        0.0,
    );
    assert!(call.begin(0.0).is_ok());
}

#[test]
fn retry_after_seconds() {
    let rows = [
        ("120", 120_000.0),
        ("0", 0.0),
        (" 7 ", 7_000.0),
        ("1.5", 1_500.0),
        ("0.0001", 1.0),
        ("0.0010", 1.0),
        ("2.25", 2_250.0),
        ("00012", 12_000.0),
        ("99999999999999999999999999", LONGEST_MS),
    ];
    for (header, ms) in rows {
        for cors in [false, true] {
            assert_eq!(
                retry_after(Some(header), None, cors, 0.0),
                RetryAfter::Ms(ms),
                "{header}"
            );
        }
    }
    let digits = "9".repeat(1_000);
    assert_eq!(
        retry_after(Some(&digits), None, false, 0.0),
        RetryAfter::Ms(LONGEST_MS)
    );
}

#[test]
fn retry_after_date() {
    const NOW_MS: f64 = 1_795_428_000_000.0;
    let at = |header, date, now_ms| retry_after(Some(header), date, false, now_ms);
    let (date, later) = (
        "Mon, 23 Nov 2026 10:00:00 GMT",
        "Mon, 23 Nov 2026 10:00:30 GMT",
    );
    assert_eq!(at(later, None, NOW_MS), RetryAfter::Ms(30_000.0));
    assert_eq!(at(later, None, NOW_MS + 40_000.0), RetryAfter::Ms(0.0));
    assert_eq!(
        at(later, Some(date), NOW_MS + 9e9),
        RetryAfter::Ms(30_000.0),
        "a wrong clock"
    );
    assert_eq!(
        at(later, Some("nonsense"), NOW_MS),
        RetryAfter::Ms(30_000.0)
    );
    assert_eq!(at(later, None, f64::NAN), RetryAfter::Ms(0.0));
}

#[test]
fn invalid_retry_after() {
    assert_eq!(retry_after(None, None, false, 0.0), RetryAfter::Absent);
    assert_eq!(retry_after(None, None, true, 0.0), RetryAfter::Unreadable);
    let garbage = [
        "", " ", "soon", "-1", "+1", "1e3", "inf", "NaN", "1.", ".5", "1.5.5", "1,5", "0x10", "１",
    ];
    for header in garbage {
        let said = retry_after(Some(header), None, false, 0.0);
        assert_eq!(said, RetryAfter::Unreadable, "{header}");
    }
}
