#![expect(
    clippy::float_cmp,
    reason = "durations are compared as they were given"
)]

use super::*;

const SILENT: RateHeaders = RateHeaders {
    max: None,
    count: None,
    remaining: None,
    reset_ms: None,
    retry_after: RetryAfter::Absent,
};

fn count(count: f64) -> RateHeaders {
    RateHeaders {
        max: Some(300.0),
        count: Some(count),
        ..SILENT
    }
}

fn named(ms: f64) -> RateHeaders {
    RateHeaders {
        retry_after: RetryAfter::Ms(ms),
        ..SILENT
    }
}

/// How long a profile is held back, in milliseconds; 0 if it is not.
fn held_ms(guard: &mut Guard, profile: &str, now_ms: f64) -> f64 {
    guard
        .admit(profile, now_ms)
        .map_or_else(|held| held.retry_after_ms, |()| 0.0)
}

/// How long profile `a` is held back after one response.
fn after(status: u16, headers: RateHeaders) -> f64 {
    let mut guard = Guard::new();
    guard.observe("a", status, &headers, 1e6);
    held_ms(&mut guard, "a", 1e6)
}

#[test]
fn an_exhausted_window_blocks_until_it_has_passed() {
    assert_eq!(after(200, count(299.0)), 0.0);
    assert_eq!(after(200, count(300.0)), WINDOW_MS);
    assert_eq!(after(500, count(301.0)), WINDOW_MS);
    assert_eq!(
        after(
            200,
            RateHeaders {
                remaining: Some(0.0),
                ..SILENT
            }
        ),
        WINDOW_MS
    );
    let reset = RateHeaders {
        remaining: Some(0.0),
        reset_ms: Some(7_000.0),
        ..SILENT
    };
    assert_eq!(after(200, reset), 7_000.0);
    assert_eq!(
        after(
            200,
            RateHeaders {
                remaining: Some(1.0),
                ..reset
            }
        ),
        0.0
    );
    let far = RateHeaders {
        reset_ms: Some(1.7e12),
        ..reset
    };
    assert_eq!(after(200, far), WINDOW_MS, "a timestamp is not a duration");
}

#[test]
fn the_window_is_tracked_from_its_first_count() {
    let mut guard = Guard::new();
    guard.observe("a", 200, &count(1.0), 0.0);
    guard.observe("a", 200, &count(299.0), 200_000.0);
    guard.observe("a", 200, &SILENT, 201_000.0);
    guard.observe("a", 200, &count(300.0), 240_000.0);
    assert_eq!(held_ms(&mut guard, "a", 240_000.0), 60_000.0);
    assert_eq!(held_ms(&mut guard, "a", 299_999.5), 1.0);
    assert_eq!(held_ms(&mut guard, "a", 300_000.0), 0.0);
    assert_eq!(
        held_ms(&mut guard, "a", 0.0),
        0.0,
        "time that has passed is not added again"
    );
}

#[test]
fn a_count_that_did_not_grow_starts_a_new_window() {
    for second in [1.0, 5.0] {
        let mut guard = Guard::new();
        guard.observe("a", 200, &count(5.0), 0.0);
        guard.observe("a", 200, &count(second), 100_000.0);
        guard.observe("a", 200, &count(300.0), 200_000.0);
        assert_eq!(held_ms(&mut guard, "a", 200_000.0), 200_000.0);
    }
    let mut guard = Guard::new();
    guard.observe("a", 200, &count(5.0), 0.0);
    guard.observe("a", 200, &count(300.0), 300_000.0);
    assert_eq!(
        held_ms(&mut guard, "a", 300_000.0),
        WINDOW_MS,
        "the old window has passed"
    );
}

#[test]
fn a_late_response_does_not_end_a_pause() {
    let mut guard = Guard::new();
    guard.observe("a", 200, &count(300.0), 0.0);
    guard.observe("a", 200, &count(299.0), 10.0);
    assert_eq!(held_ms(&mut guard, "a", 10.0), WINDOW_MS - 10.0);
    guard.observe("a", 429, &named(1_000.0), 20.0);
    assert_eq!(
        held_ms(&mut guard, "a", 20.0),
        WINDOW_MS - 20.0,
        "nor does a shorter one"
    );
}

#[test]
fn a_429_blocks_for_its_retry_after_or_the_window() {
    assert_eq!(after(429, named(2_000.0)), 2_000.0);
    assert_eq!(after(429, named(0.0)), FLOOR_MS);
    assert_eq!(after(429, named(3_600_000.0)), 3_600_000.0);
    assert_eq!(after(429, named(1e15)), LONGEST_HOLD_MS);
    assert_eq!(
        after(
            429,
            RateHeaders {
                reset_ms: Some(4_000.0),
                ..SILENT
            }
        ),
        4_000.0
    );
    assert_eq!(
        after(
            429,
            RateHeaders {
                reset_ms: Some(4_000.0),
                ..named(9_000.0)
            }
        ),
        9_000.0
    );
    assert_eq!(after(429, SILENT), WINDOW_MS);
    let unreadable = RateHeaders {
        retry_after: RetryAfter::Unreadable,
        ..SILENT
    };
    assert_eq!(after(429, unreadable), WINDOW_MS);
    assert_eq!(after(429, named(f64::NAN)), WINDOW_MS);
}

#[test]
fn a_429_without_headers_uses_the_tracked_window() {
    let mut guard = Guard::new();
    guard.observe("a", 200, &count(1.0), 0.0);
    assert_eq!(
        guard.observe("a", 429, &SILENT, 280_000.0),
        RetryAfter::Ms(20_000.0)
    );
    assert_eq!(
        guard.observe("a", 429, &SILENT, 301_000.0),
        RetryAfter::Ms(WINDOW_MS)
    );
}

#[test]
fn other_responses_do_not_block() {
    for status in [200, 204, 403, 404, 408, 500, 503] {
        assert_eq!(after(status, named(5_000.0)), 0.0, "{status}");
        assert_eq!(after(status, SILENT), 0.0, "{status}");
    }
}

#[test]
fn nonsense_is_ignored() {
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0];
    for number in odd.map(Some) {
        assert_eq!(
            after(
                200,
                RateHeaders {
                    max: number,
                    ..count(300.0)
                }
            ),
            0.0
        );
        assert_eq!(
            after(
                200,
                RateHeaders {
                    count: number,
                    ..count(300.0)
                }
            ),
            0.0
        );
        assert_eq!(
            after(
                200,
                RateHeaders {
                    remaining: number,
                    ..SILENT
                }
            ),
            0.0
        );
        assert_eq!(
            after(
                429,
                RateHeaders {
                    reset_ms: number,
                    ..SILENT
                }
            ),
            WINDOW_MS
        );
    }
    assert_eq!(
        after(
            200,
            RateHeaders {
                max: Some(0.0),
                ..count(0.0)
            }
        ),
        0.0
    );
    assert_eq!(
        after(
            200,
            RateHeaders {
                max: None,
                ..count(300.0)
            }
        ),
        0.0
    );
}

#[test]
fn profiles_do_not_block_each_other() {
    let mut guard = Guard::new();
    guard.observe("a", 429, &SILENT, 0.0);
    guard.observe("b", 200, &count(1.0), 0.0);
    assert_eq!(held_ms(&mut guard, "a", 0.0), WINDOW_MS);
    for other in ["b", "", "A", "aa", "never heard of"] {
        assert_eq!(held_ms(&mut guard, other, 0.0), 0.0, "{other}");
    }
}

#[test]
fn the_later_of_two_limits_applies() {
    let mut guard = Guard::new();
    assert_eq!(guard.observe("a", 200, &SILENT, 0.0), RetryAfter::Absent);
    let unreadable = RateHeaders {
        retry_after: RetryAfter::Unreadable,
        ..SILENT
    };
    assert_eq!(
        guard.observe("a", 503, &unreadable, 0.0),
        RetryAfter::Unreadable
    );
    assert_eq!(
        guard.observe("a", 503, &named(5.0), 0.0),
        RetryAfter::Ms(5.0)
    );
    assert_eq!(
        guard.observe("a", 429, &named(2_000.0), 0.0),
        RetryAfter::Ms(2_000.0)
    );
    assert_eq!(
        guard.observe("a", 500, &SILENT, 500.0),
        RetryAfter::Ms(1_500.0)
    );
    assert_eq!(
        guard.observe("a", 503, &named(9_000.0), 500.0),
        RetryAfter::Ms(9_000.0)
    );
}

#[test]
fn rejected_calls_stay_below_what_suspends_a_profile() {
    // A server that refuses every call and always names too short a pause.
    for named_ms in [0.0, 1_000.0, 30_000.0] {
        let (mut guard, mut now_ms, mut refused_at_ms) = (Guard::new(), 0.0, Vec::new());
        while now_ms < 3.0 * DAY_MS {
            if let Err(held) = guard.admit("a", now_ms) {
                assert!(held.retry_after_ms > 0.0);
                now_ms += held.retry_after_ms;
                continue;
            }
            guard.observe("a", 429, &named(named_ms), now_ms);
            refused_at_ms.push(now_ms);
            assert!(refused_at_ms.len() < 3_000, "nothing holds it back");
        }
        let in_a_day = |&from_ms: &f64| {
            refused_at_ms
                .iter()
                .filter(|&&at| (from_ms..from_ms + DAY_MS).contains(&at))
                .count()
        };
        let most = refused_at_ms.iter().map(in_a_day).max().unwrap();
        assert!((500..=751).contains(&most), "{most} refusals in 24 hours");
    }
}

#[test]
fn a_few_429s_block_no_longer_than_the_server_says() {
    let mut guard = Guard::new();
    for _ in 0..250 {
        guard.observe("a", 429, &named(1_000.0), 0.0);
    }
    assert_eq!(held_ms(&mut guard, "a", 0.0), 1_000.0);
    guard.observe("a", 429, &named(1_000.0), 0.0);
    assert_eq!(held_ms(&mut guard, "a", 0.0), REFUSAL_LEAKS_IN_MS);
}

#[test]
fn a_clock_that_was_set_back_only_restarts_a_pause() {
    let mut guard = Guard::new();
    guard.observe("a", 429, &SILENT, 1e9);
    assert_eq!(held_ms(&mut guard, "a", 0.0), WINDOW_MS);
    assert_eq!(held_ms(&mut guard, "a", 100_000.0), 200_000.0);
    assert_eq!(held_ms(&mut guard, "a", WINDOW_MS), 0.0);

    let mut guard = Guard::new();
    guard.observe("a", 200, &count(1.0), 1e9);
    guard.observe("a", 200, &count(300.0), 0.0);
    assert_eq!(held_ms(&mut guard, "a", 0.0), WINDOW_MS);
}

#[test]
fn it_evicts_the_least_recently_seen_profile() {
    let mut guard = Guard::new();
    guard.observe("first", 200, &count(1.0), 0.0);
    guard.observe("held", 429, &SILENT, 0.0);
    for index in 0..MAX_PROFILES {
        guard.observe("kept", 200, &count(1.0), 0.0);
        guard.observe(&index.to_string(), 200, &count(1.0), 0.0);
        assert!(guard.profiles.len() <= MAX_PROFILES);
    }
    let knows = |name: &str| guard.profiles.iter().any(|profile| profile.key == name);
    assert!(!knows("first") && !knows("0") && knows("held") && knows("kept") && knows("511"));
    let mut guard = Guard::new();
    for index in 0..MAX_PROFILES + 9 {
        guard.observe(&index.to_string(), 429, &SILENT, 0.0);
    }
    assert_eq!(held_ms(&mut guard, "0", 0.0), WINDOW_MS);
    assert_eq!(
        guard.profiles.len(),
        MAX_PROFILES + 9,
        "those that are held back stay"
    );
    guard.observe("other", 200, &count(1.0), WINDOW_MS);
    assert_eq!(
        guard.profiles.len(),
        MAX_PROFILES,
        "they have leaked and lapsed"
    );
}

#[test]
fn responses_without_limits_are_not_remembered() {
    let mut guard = Guard::new();
    guard.observe("a", 200, &SILENT, 0.0);
    assert!(guard.profiles.is_empty());
}

#[test]
fn reads_the_rate_limit_headers() {
    let pairs = [
        ("x-ratelimit-max", "300"),
        ("x-ratelimit-count", " 12 "),
        ("x-ratelimit-remaining", "288"),
        ("x-ratelimit-reset", "-5"),
        ("retry-after", "Mon, 23 Nov 2026 10:00:30 GMT"),
        ("date", "Mon, 23 Nov 2026 10:00:00 GMT"),
    ];
    let find = |name: &str| {
        pairs
            .iter()
            .find(|pair| pair.0 == name)
            .map(|pair| pair.1.to_owned())
    };
    let expected = RateHeaders {
        max: Some(300.0),
        count: Some(12.0),
        remaining: Some(288.0),
        reset_ms: None,
        retry_after: RetryAfter::Ms(30_000.0),
    };
    assert_eq!(RateHeaders::read(find, true, 0.0), expected);
    assert_eq!(RateHeaders::read(|_| None, false, 0.0), SILENT);
    let hidden = RateHeaders {
        retry_after: RetryAfter::Unreadable,
        ..SILENT
    };
    assert_eq!(RateHeaders::read(|_| None, true, 0.0), hidden);
}

#[test]
fn snapshots_can_be_stored_and_restored() {
    let mut guard = Guard::new();
    assert_eq!(guard.snapshot("a"), None);
    guard.observe("a", 200, &count(7.0), 1e6);
    for _ in 0..260 {
        guard.observe("a", 429, &named(9_000.0), 1.1e6);
    }
    guard.observe("b", 429, &named(5_000.0), 1.1e6);
    let without_window = [-1.0, -1.0, 1.1e6, 5_000.0, 1.0, 1.1e6];
    assert_eq!(guard.snapshot("b"), Some(without_window));
    guard.observe("c", 200, &count(7.0), 1e6);
    let without_pause = [1e6, 7.0, 0.0, 0.0, 0.0, 0.0];
    assert_eq!(guard.snapshot("c"), Some(without_pause));
    let snapshot = guard.snapshot("a").unwrap();
    let mut restored = Guard::from_snapshot("a", &snapshot);
    assert_eq!(restored.snapshot("a"), Some(snapshot));
    assert_eq!(held_ms(&mut restored, "b", 1.1e6), 0.0);
    for now_ms in [1.1e6, 1.2e6] {
        let held = held_ms(&mut guard, "a", now_ms);
        assert!(
            held > 9_000.0,
            "refusals beyond the free ones extend the pause"
        );
        assert_eq!(held_ms(&mut restored, "a", now_ms), held);
    }
    for (status, headers) in [(429, SILENT), (200, count(300.0))] {
        guard.observe("a", status, &headers, 1.3e6);
        restored.observe("a", status, &headers, 1.3e6);
        assert_eq!(restored.snapshot("a"), guard.snapshot("a"));
    }
}

#[test]
fn an_invalid_snapshot_is_ignored() {
    let good: Snapshot = [-1.0, -1.0, 1e6, 5e9, 3.0, 1e6];
    assert_eq!(
        held_ms(&mut Guard::from_snapshot("a", &good), "a", 1e6),
        DAY_MS
    );
    assert_eq!(Guard::from_snapshot("a", &good[1..]).snapshot("a"), None);
    assert_eq!(Guard::from_snapshot("a", &[]).snapshot("a"), None);
    for index in 2..good.len() {
        for wrong in [f64::NAN, f64::INFINITY, -1.0] {
            let mut snapshot = good;
            snapshot[index] = wrong;
            assert_eq!(Guard::from_snapshot("a", &snapshot).snapshot("a"), None);
        }
    }
}

#[test]
fn a_snapshot_expires_with_its_last_limit() {
    let lapses = |snapshot: Snapshot| lapses_at_ms(&snapshot);
    assert_eq!(lapses([1e6, 3.0, 0.0, 0.0, 0.0, 0.0]), 1e6 + WINDOW_MS);
    assert_eq!(lapses([1e6, 3.0, 1e6, 4e6, 0.0, 0.0]), 5e6);
    let leaked = 1e6 + 100.0 * REFUSAL_LEAKS_IN_MS;
    assert_eq!(lapses([1e6, 3.0, 1e6, 4e6, 100.0, 1e6]), leaked);
}
