//! Randomness, time, and the behaviour of servers and users.

use ayrshare_user::policy::guard::RateHeaders;
use ayrshare_user::policy::retry::{Limits, RetryAfter};

/// `splitmix64`: small, and the same on every platform.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound)).unwrap()
    }

    pub fn one_in(&mut self, bound: u32) -> bool {
        self.below(bound) == 0
    }

    /// In `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        f64::from(self.below(u32::MAX)) / f64::from(u32::MAX)
    }

    /// A duration below `bound_ms`; all orders of magnitude are equally likely.
    pub fn span_ms(&mut self, bound_ms: f64) -> f64 {
        bound_ms.powf(self.unit()) - 1.0
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.next() as usize % choices.len()]
    }
}

/// True time, and a clock that may be wrong.
pub struct World {
    pub random: Random,
    pub true_ms: f64,
    clock_is_off_by_ms: f64,
    pub jumps: bool,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let jumps = random.one_in(3);
        Self {
            random,
            true_ms: 1.7e12,
            clock_is_off_by_ms: 0.0,
            jumps,
        }
    }

    pub fn pass(&mut self, ms: f64) {
        self.true_ms += ms;
    }

    pub fn clock_ms(&mut self) -> f64 {
        if self.jumps && self.random.one_in(4) {
            let jump_ms = self.random.span_ms(1e10);
            self.clock_is_off_by_ms += if self.random.one_in(2) {
                jump_ms
            } else {
                -jump_ms
            };
        }
        if self.jumps && self.random.one_in(50) {
            return self.random.of(&[f64::NAN, f64::NEG_INFINITY, -1.0]);
        }
        self.true_ms + self.clock_is_off_by_ms
    }
}

pub fn limits(random: &mut Random) -> Limits {
    Limits {
        max_retries: random.of(&[0, 0, 1, 2, 2, 3, 9]),
        timeout_ms: random.span_ms(30_000.0),
        total_timeout_ms: random.span_ms(600_000.0),
    }
}

pub fn headers(random: &mut Random) -> RateHeaders {
    let mut some = |bound: f64| random.one_in(4).then(|| (random.unit() * bound).round());
    let (count, remaining, reset_ms) = (some(30.0), some(3.0), some(20_000.0));
    let retry_after = match random.below(6) {
        0 => RetryAfter::Absent,
        1 => RetryAfter::Unreadable,
        2 => RetryAfter::Ms(random.of(&[0.0, f64::NAN, -7.0, 60_000.0, 60_001.0, f64::INFINITY])),
        _ => RetryAfter::Ms(random.span_ms(90_000.0)),
    };
    let max = random.one_in(2).then_some(28.0);
    RateHeaders {
        max,
        count,
        remaining,
        reset_ms,
        retry_after,
    }
}
