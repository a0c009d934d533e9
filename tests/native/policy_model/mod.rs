//! Tests the policy against random servers, clocks and limits: 100,000 sequences of calls, each
//! checked by rules that were written again here, independently of the code.
//!
//! The model has its own true time. The policy sees only a clock, which jumps in a third of the
//! sequences. If a sequence breaks a rule, the message contains its seed.
#![allow(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "times are compared as they were given"
)]

mod world;

use ayrshare_user::policy::WINDOW_MS;
use ayrshare_user::policy::guard::{Guard, RateHeaders};
use ayrshare_user::policy::retry::{
    Failure, GrantedAttempt, Limits, Next, RetryAfter, RetryPolicy,
};
use world::{Random, World, headers, limits};

const SEQUENCES: u64 = 100_000;
const PROFILES: [&str; 2] = ["", "other"];
const FINAL_CODES: [u32; 5] = [102, 106, 144, 169, 276];
const SERVER_WAIT_CAP_MS: f64 = 60_000.0;

fn named_ms(retry_after: RetryAfter) -> Option<f64> {
    match retry_after {
        RetryAfter::Ms(ms) if ms >= 0.0 => Some(ms),
        _ => None,
    }
}

/// Whether the rules allow a retry after this failure.
fn is_worth_a_try(failure: &Failure) -> bool {
    match *failure {
        Failure::Network | Failure::Timeout => true,
        Failure::Final => false,
        Failure::Response {
            code: Some(code), ..
        } if FINAL_CODES.contains(&code) => false,
        Failure::Response { status, .. } => matches!(status, 408 | 429 | 500 | 502 | 503 | 599),
    }
}

fn is_429(failure: &Failure) -> bool {
    matches!(failure, Failure::Response { status: 429, .. })
}

/// The earliest times at which a profile may call again, in true time, as far as the server has
/// announced them.
struct Client {
    guard: Option<Guard>,
    not_before_ms: [f64; 2],
}

/// One call, and what the model remembers about it.
struct Run<'a> {
    world: &'a mut World,
    client: &'a mut Client,
    profile: usize,
    limits: Limits,
    started_ms: f64,
    sent: u32,
    retries_of_429: u32,
    last: Option<Failure>,
    /// The end of the wait that the server announced in its last response.
    not_before_ms: f64,
    retry_after_ms: Option<f64>,
}

#[derive(Default)]
struct Tally {
    calls: u64,
    attempts: u64,
    retries_of_429: u64,
    held: u64,
    stopped_with_a_time: u64,
}

impl<'a> Run<'a> {
    fn new(world: &'a mut World, client: &'a mut Client) -> Self {
        let profile = usize::from(world.random.one_in(2));
        let limits = limits(&mut world.random);
        let started_ms = world.true_ms;
        Self {
            world,
            client,
            profile,
            limits,
            started_ms,
            sent: 0,
            retries_of_429: 0,
            last: None,
            not_before_ms: f64::NEG_INFINITY,
            retry_after_ms: None,
        }
    }

    fn left_ms(&self) -> f64 {
        self.limits.total_timeout_ms - (self.world.true_ms - self.started_ms)
    }

    /// The loop that the client runs around the policy.
    fn play(&mut self, tally: &mut Tally) {
        let mut call = RetryPolicy::new(self.limits, self.world.clock_ms());
        tally.calls += 1;
        for _ in 0..=self.limits.max_retries + 1 {
            if !self.admit() {
                tally.held += 1;
                return;
            }
            let Ok(granted) = call.begin(self.world.clock_ms()) else {
                assert!(
                    self.sent > 0 || self.world.jumps || self.left_ms() <= 0.0,
                    "idle"
                );
                return;
            };
            self.check_try(granted);
            tally.attempts += 1;
            let failure = self.send(granted);
            let random = self.random_number();
            let next = call.after(&failure, self.world.clock_ms(), random);
            self.last = Some(failure);
            match next {
                Next::Again { wait_ms } => {
                    self.check_wait(&failure, wait_ms);
                    tally.retries_of_429 += u64::from(is_429(&failure));
                    let late_ms = self.world.random.of(&[0.0, 0.0, 1.0, 16.0]);
                    self.world.pass(wait_ms + late_ms);
                }
                Next::Stop { retry_after_ms } => {
                    self.check_stop(&failure, retry_after_ms);
                    tally.stopped_with_a_time += u64::from(retry_after_ms.is_some());
                    assert!(
                        call.begin(self.world.clock_ms()).is_err(),
                        "an attempt after the stop"
                    );
                    return;
                }
            }
        }
        panic!("the call does not end");
    }

    fn random_number(&mut self) -> f64 {
        let unit = self.world.random.unit();
        self.world
            .random
            .of(&[unit, unit, unit, 0.0, 1.0 - f64::EPSILON, f64::NAN])
    }

    fn admit(&mut self) -> bool {
        let now_ms = self.world.clock_ms();
        let Some(guard) = &mut self.client.guard else {
            return true;
        };
        match guard.admit(PROFILES[self.profile], now_ms) {
            Ok(()) => true,
            Err(held) => {
                assert!(held.retry_after_ms > 0.0 && held.retry_after_ms <= 86_400_000.0);
                false
            }
        }
    }

    fn check_try(&mut self, granted: GrantedAttempt) {
        self.sent += 1;
        assert!(
            self.sent <= self.limits.max_retries + 1,
            "more attempts than allowed"
        );
        assert_eq!(granted.number, self.sent);
        assert!(granted.timeout_ms > 0.0 || self.limits.timeout_ms <= 0.0);
        assert!(
            granted.timeout_ms <= self.limits.timeout_ms,
            "longer than an attempt may take"
        );
        assert!(granted.timeout_ms <= self.limits.total_timeout_ms);
        assert_eq!(
            granted.cut_by_total,
            granted.timeout_ms < self.limits.timeout_ms
        );
        if let Some(last) = &self.last {
            assert!(is_worth_a_try(last), "another attempt after {last:?}");
            self.retries_of_429 += u32::from(is_429(last));
            assert!(self.retries_of_429 <= 1, "a second retry of a 429");
        }
        assert!(
            self.world.true_ms >= self.not_before_ms,
            "earlier than the server said"
        );
        if !self.world.jumps {
            assert!(self.left_ms() > 0.0, "an attempt after the budget");
            assert!(
                granted.timeout_ms <= self.left_ms() + 0.01,
                "an attempt beyond the budget"
            );
            let held_until_ms = self.client.not_before_ms[self.profile];
            let is_guarded = self.client.guard.is_some();
            assert!(
                !is_guarded || self.world.true_ms >= held_until_ms,
                "the profile is held"
            );
        }
    }

    /// The server's part: something happens within the attempt's timeout.
    fn send(&mut self, granted: GrantedAttempt) -> Failure {
        let took_ms = granted.timeout_ms * self.world.random.unit();
        self.retry_after_ms = None;
        self.not_before_ms = f64::NEG_INFINITY;
        match self.world.random.below(10) {
            0 => {
                self.world.pass(took_ms);
                Failure::Network
            }
            1 => {
                self.world.pass(granted.timeout_ms);
                Failure::Timeout
            }
            2 if self.world.random.one_in(4) => Failure::Final,
            _ => {
                self.world.pass(took_ms);
                self.answer()
            }
        }
    }

    fn answer(&mut self) -> Failure {
        const STATUSES: [u16; 14] = [
            429, 429, 429, 408, 500, 502, 503, 599, 200, 302, 400, 403, 404, 419,
        ];
        let random = &mut self.world.random;
        let status = random.of(&STATUSES);
        let code = if random.one_in(8) {
            Some(random.of(&FINAL_CODES))
        } else {
            None
        };
        let headers = headers(random);
        self.retry_after_ms = named_ms(headers.retry_after);
        self.not_before_ms = self.world.true_ms + self.retry_after_ms.unwrap_or(0.0);
        let held_ms = match (status, self.retry_after_ms) {
            (429, Some(ms)) => ms.min(86_400_000.0),
            (429, None) => headers.reset_ms.unwrap_or(0.0),
            _ => 0.0,
        };
        let held_until_ms = &mut self.client.not_before_ms[self.profile];
        *held_until_ms = held_until_ms.max(self.world.true_ms + held_ms.floor());
        let now_ms = self.world.clock_ms();
        let retry_after = match &mut self.client.guard {
            Some(guard) => guard.observe(PROFILES[self.profile], status, &headers, now_ms),
            None => headers.retry_after,
        };
        if let Some(retry_after_ms) = self.retry_after_ms {
            assert!(
                named_ms(retry_after).is_some_and(|ms| ms >= retry_after_ms),
                "a time got lost"
            );
        }
        Failure::Response {
            status,
            code,
            retry_after,
        }
    }

    fn check_wait(&self, failure: &Failure, wait_ms: f64) {
        assert!(is_worth_a_try(failure), "a wait after {failure:?}");
        assert!(wait_ms >= 0.0 && wait_ms.fract() == 0.0, "{wait_ms}");
        assert!(
            self.sent <= self.limits.max_retries,
            "a wait for an attempt that is not there"
        );
        assert!(
            self.world.jumps || wait_ms < self.left_ms() + 0.01,
            "a wait beyond the budget"
        );
        assert!(wait_ms < self.limits.total_timeout_ms);
        assert!(
            wait_ms >= self.retry_after_ms.unwrap_or(0.0),
            "{wait_ms} is too early"
        );
        let exponent = i32::try_from(self.sent).unwrap() - 1;
        let longest_ms = (500.0 * 2.0_f64.powi(exponent)).min(8_000.0);
        match *failure {
            Failure::Response {
                status,
                retry_after,
                ..
            } => match named_ms(retry_after) {
                Some(ms) => {
                    assert!(
                        ms <= SERVER_WAIT_CAP_MS,
                        "the server asked for more patience"
                    );
                    assert!(wait_ms >= ms && wait_ms <= longest_ms.max(ms.max(1_000.0) + 501.0));
                    assert!(status != 429 || wait_ms >= 1_000.0, "too eager after a 429");
                }
                None if retry_after == RetryAfter::Absent => assert!(wait_ms <= longest_ms),
                None if retry_after == RetryAfter::Unreadable => {
                    assert!(
                        (1_000.0..=1_000.0 + longest_ms).contains(&wait_ms),
                        "{wait_ms}"
                    );
                    assert_ne!(status, 429, "a blind retry of a 429");
                }
                None => assert_ne!(status, 429, "a blind retry of a 429"),
            },
            _ => assert!(wait_ms <= longest_ms),
        }
        if let Failure::Response {
            status: 429,
            retry_after,
            ..
        } = *failure
        {
            assert!(
                named_ms(retry_after).is_some(),
                "a guessed wait after a 429"
            );
        }
    }

    /// Stopping is always safe, so there must be a reason for it.
    fn check_stop(&self, failure: &Failure, retry_after_ms: Option<f64>) {
        if !is_worth_a_try(failure) {
            assert_eq!(
                retry_after_ms, None,
                "nothing to wait for after {failure:?}"
            );
            return;
        }
        let named_ms = match *failure {
            Failure::Response { retry_after, .. } => named_ms(retry_after),
            _ => None,
        };
        match (named_ms, is_429(failure)) {
            (Some(ms), _) => {
                assert!(retry_after_ms.is_some_and(|after_ms| after_ms >= ms.min(1e15)));
            }
            (None, true) => assert_eq!(retry_after_ms, Some(WINDOW_MS)),
            (None, false) => assert_eq!(retry_after_ms, None),
        }
        let longest_ms = named_ms.unwrap_or(0.0) + 9_001.0;
        let is_too_late = self.world.jumps || self.left_ms() <= longest_ms;
        let is_too_long = named_ms.is_some_and(|ms| ms > SERVER_WAIT_CAP_MS);
        let is_second_429 = is_429(failure) && (named_ms.is_none() || self.retries_of_429 > 0);
        let is_last_try = self.sent > self.limits.max_retries;
        let has_a_reason = is_too_late || is_too_long || is_second_429 || is_last_try;
        assert!(has_a_reason, "gave up without a reason after {failure:?}");
    }
}

#[test]
fn random_servers_cannot_break_the_rules() {
    let mut tally = Tally::default();
    for seed in 0..SEQUENCES {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut world = World::new(seed);
            let guard = world.random.one_in(2).then(Guard::new);
            let mut client = Client {
                guard,
                not_before_ms: [f64::NEG_INFINITY; 2],
            };
            for _ in 0..=world.random.below(3) {
                Run::new(&mut world, &mut client).play(&mut tally);
                let pause_ms = world.random.span_ms(400_000.0);
                world.pass(pause_ms);
            }
        }));
        assert!(outcome.is_ok(), "sequence {seed} broke a rule, see above");
    }
    // A model that never exercises a rule would not find anything.
    assert!(tally.calls > SEQUENCES && tally.attempts > tally.calls);
    assert!(
        tally.retries_of_429 > SEQUENCES / 100,
        "{} retries of 429",
        tally.retries_of_429
    );
    assert!(tally.held > SEQUENCES / 100, "{} held", tally.held);
    assert!(
        tally.stopped_with_a_time > SEQUENCES / 10,
        "{} stops",
        tally.stopped_with_a_time
    );
}

/// A server that counts calls as documented, either in windows that begin at any time, or over the
/// last five minutes.
struct Counter {
    max: f64,
    is_sliding: bool,
    phase_ms: f64,
    calls_ms: Vec<f64>,
}

impl Counter {
    /// The status and the count in the response to a call.
    fn call(&mut self, now_ms: f64) -> (u16, f64) {
        let window = |at_ms: f64| ((at_ms + self.phase_ms) / WINDOW_MS).floor();
        let is_sliding = self.is_sliding;
        self.calls_ms.retain(|&at_ms| {
            let is_young = now_ms - at_ms < WINDOW_MS;
            let is_in_window = window(at_ms) == window(now_ms);
            if is_sliding { is_young } else { is_in_window }
        });
        let count = self.calls_ms.iter().map(|_| 1.0).sum::<f64>() + 1.0;
        if count > self.max {
            return (429, self.max);
        }
        self.calls_ms.push(now_ms);
        (200, count)
    }
}

#[test]
fn a_guarded_client_is_never_refused() {
    let (mut held_runs, mut calls) = (0, 0);
    for seed in 0..2_000 {
        let mut random = Random(seed);
        let mut counter = Counter {
            max: f64::from(1 + random.below(12)),
            is_sliding: random.one_in(2),
            phase_ms: random.unit() * WINDOW_MS,
            calls_ms: Vec::new(),
        };
        let pace_ms = random.of(&[1_000.0, 20_000.0, 60_000.0]);
        let (mut guard, mut now_ms, mut is_held) = (Guard::new(), 1.7e12, false);
        for _ in 0..60 {
            now_ms += random.unit() * pace_ms;
            if let Err(held) = guard.admit("", now_ms) {
                assert!(
                    held.retry_after_ms <= WINDOW_MS,
                    "held for longer than the window"
                );
                now_ms += held.retry_after_ms;
                is_held = true;
                assert!(
                    guard.admit("", now_ms).is_ok(),
                    "held for longer than it said"
                );
            }
            let (status, count) = counter.call(now_ms);
            assert_eq!(status, 200, "refused in run {seed}");
            calls += 1;
            let headers = RateHeaders {
                max: Some(counter.max),
                count: Some(count),
                remaining: None,
                reset_ms: None,
                retry_after: RetryAfter::Absent,
            };
            guard.observe("", status, &headers, now_ms);
        }
        held_runs += u32::from(is_held);
    }
    assert_eq!(calls, 2_000 * 60);
    assert!(
        held_runs > 1_000,
        "the limit was reached in {held_runs} runs"
    );
}
