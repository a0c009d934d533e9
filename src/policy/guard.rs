//! Holds back calls that Ayrshare would refuse, per profile.
//!
//! Ayrshare counts calls per User Profile in a window of five minutes and suspends a profile after
//! 1,000 refusals (429) in 24 hours. The guard learns from each response:
//!
//! - If `x-ratelimit-max` and `x-ratelimit-count` (or the older `x-ratelimit-remaining` and
//!   `x-ratelimit-reset`) show that the window is used up, nothing is sent until it has passed.
//! - A 429 means the same; its `Retry-After` or `x-ratelimit-reset` may name a shorter pause.
//! - Refusals fill a leaky bucket: even if every pause that the server names is too short, the
//!   refusals of one client stay below the number that suspends a profile.
//!
//! One profile never holds back another. A page that cannot read the headers, because CORS does not
//! expose them, learns from the 429s alone.

use super::WINDOW_MS;
use super::retry::{self, FLOOR_MS, RetryAfter};
use crate::digits;

/// Profiles remembered at a time, unless more are held back or have refusals that count.
const MAX_PROFILES: usize = 512;

const DAY_MS: f64 = 86_400_000.0;

/// A longer pause is an error of the server and must not lock a client out.
const LONGEST_HOLD_MS: f64 = DAY_MS;

/// The leaky bucket of refusals: 250 at once and 500 per day make at most 750 in any 24 hours.
const REFUSALS_FREE: f64 = 250.0;
const REFUSAL_LEAKS_IN_MS: f64 = DAY_MS / 500.0;

/// What the headers of one response say about rate limits. Numbers that are absent or cannot be
/// parsed are `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateHeaders {
    /// `x-ratelimit-max`: calls allowed in the window.
    pub max: Option<f64>,
    /// `x-ratelimit-count`: calls made in the window.
    pub count: Option<f64>,
    /// `x-ratelimit-remaining`, an older header: calls left in the window.
    pub remaining: Option<f64>,
    /// `x-ratelimit-reset`, an older header: time until the window ends.
    pub reset_ms: Option<f64>,
    /// `Retry-After`.
    pub retry_after: RetryAfter,
}

impl RateHeaders {
    /// Reads the headers with a function that looks them up by name. `cors` is set for responses of
    /// type `cors`, where a missing header may only be hidden.
    pub fn read(
        mut header: impl FnMut(&'static str) -> Option<String>,
        cors: bool,
        now_ms: f64,
    ) -> Self {
        let mut number =
            |name| header(name).and_then(|text| digits::number(text.trim_ascii().as_bytes()));
        let max = number("x-ratelimit-max");
        let count = number("x-ratelimit-count");
        let remaining = number("x-ratelimit-remaining");
        let reset_ms = number("x-ratelimit-reset");
        let named = header("retry-after");
        let date = named.as_ref().and_then(|_| header("date"));
        let retry_after = retry::retry_after(named.as_deref(), date.as_deref(), cors, now_ms);
        Self {
            max,
            count,
            remaining,
            reset_ms,
            retry_after,
        }
    }

    fn is_used_up(&self) -> bool {
        let max = sane(self.max).filter(|&max| max > 0.0);
        let by_count = max
            .zip(sane(self.count))
            .is_some_and(|(max, count)| count >= max);
        by_count || sane(self.remaining) == Some(0.0)
    }
}

/// A call that must not be sent now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimited {
    /// How long to wait before sending it, in whole milliseconds.
    pub retry_after_ms: f64,
}

/// What a guard knows about one profile, as numbers that can be stored elsewhere: start and count
/// of the window (both negative if unknown), start and length of the pause, number of refusals,
/// time of the last refusal.
pub type Snapshot = [f64; 6];

/// What one client knows about the rate limits of its profiles.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// In order of their last response, newest last.
    profiles: Vec<GuardedProfile>,
}

#[derive(Clone, Debug)]
struct GuardedProfile {
    key: String,
    window: Option<Window>,
    held_from_ms: f64,
    hold_ms: f64,
    refusals: f64,
    refused_at_ms: f64,
}

/// The server's window as the client sees it: it began no later than `from_ms`.
#[derive(Clone, Copy, Debug)]
struct Window {
    from_ms: f64,
    count: f64,
}

impl Guard {
    /// An empty guard.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A guard restored from the [`Guard::snapshot`] of one profile; empty if `snapshot` is not valid.
    #[must_use]
    pub fn from_snapshot(profile: &str, snapshot: &[f64]) -> Self {
        let known = GuardedProfile::from_snapshot(profile, snapshot);
        Self {
            profiles: known.into_iter().collect(),
        }
    }

    /// What it knows about this profile, if anything.
    #[must_use]
    pub fn snapshot(&self, profile: &str) -> Option<Snapshot> {
        let mut known = self.profiles.iter();
        known
            .find(|known| known.key == profile)
            .map(GuardedProfile::snapshot)
    }

    /// Adds the [`Guard::snapshot`] of a profile that this guard does not know yet. Ignored if
    /// `snapshot` is not valid.
    pub fn restore(&mut self, profile: &str, snapshot: &[f64]) {
        self.profiles
            .extend(GuardedProfile::from_snapshot(profile, snapshot));
    }

    /// Checks whether a call for this profile may be sent. The empty key is the Primary Profile.
    ///
    /// # Errors
    ///
    /// [`RateLimited`] if Ayrshare would refuse it.
    pub fn admit(&mut self, profile: &str, now_ms: f64) -> Result<(), RateLimited> {
        let known = self.profiles.iter_mut().find(|known| known.key == profile);
        let left_ms = known.map_or(0.0, |known| known.hold_left_ms(now_ms));
        if left_ms > 0.0 {
            Err(RateLimited {
                retry_after_ms: left_ms.ceil(),
            })
        } else {
            Ok(())
        }
    }

    /// Learns from a response of any status, and returns how long to wait from now on: the time
    /// that the response names or the time this profile is held back, whichever is longer.
    pub fn observe(
        &mut self,
        profile: &str,
        status: u16,
        headers: &RateHeaders,
        now_ms: f64,
    ) -> RetryAfter {
        let mut known = match self.profiles.iter().position(|known| known.key == profile) {
            Some(index) => self.profiles.remove(index),
            None => GuardedProfile::new(profile),
        };
        known.learn(status, headers, now_ms);
        let held_ms = known.hold_left_ms(now_ms);
        if !known.is_blank() {
            self.keep(known, now_ms);
        }
        match headers.retry_after {
            RetryAfter::Ms(named_ms) => RetryAfter::Ms(held_ms.max(named_ms)),
            _ if held_ms > 0.0 => RetryAfter::Ms(held_ms),
            said => said,
        }
    }

    /// When full, evicts the profile whose last response is oldest of those that are not held back
    /// and have no refusals that count. The others stay, however many they are: Ayrshare would
    /// refuse their next calls.
    fn keep(&mut self, profile: GuardedProfile, now_ms: f64) {
        while self.profiles.len() >= MAX_PROFILES
            && let Some(idle) = self
                .profiles
                .iter_mut()
                .position(|known| known.is_idle(now_ms))
        {
            self.profiles.remove(idle);
        }
        self.profiles.push(profile);
    }
}

impl GuardedProfile {
    fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            window: None,
            held_from_ms: 0.0,
            hold_ms: 0.0,
            refusals: 0.0,
            refused_at_ms: 0.0,
        }
    }

    fn from_snapshot(key: &str, snapshot: &[f64]) -> Option<Self> {
        let [
            from_ms,
            count,
            held_from_ms,
            hold_ms,
            refusals,
            refused_at_ms,
        ] = Snapshot::try_from(snapshot).ok()?;
        let window = sane(Some(from_ms)).zip(sane(Some(count)));
        Some(Self {
            key: key.to_owned(),
            window: window.map(|(from_ms, count)| Window { from_ms, count }),
            held_from_ms: sane(Some(held_from_ms))?,
            hold_ms: sane(Some(hold_ms))?.min(LONGEST_HOLD_MS),
            refusals: sane(Some(refusals))?,
            refused_at_ms: sane(Some(refused_at_ms))?,
        })
    }

    fn snapshot(&self) -> Snapshot {
        let window = self.window.unwrap_or(Window {
            from_ms: -1.0,
            count: -1.0,
        });
        [
            window.from_ms,
            window.count,
            self.held_from_ms,
            self.hold_ms,
            self.refusals,
            self.refused_at_ms,
        ]
    }

    fn is_idle(&mut self, now_ms: f64) -> bool {
        self.hold_left_ms(now_ms) <= 0.0
            && leaked_at_ms(self.refusals, self.refused_at_ms) <= now_ms
    }

    /// Whether there is nothing to remember.
    fn is_blank(&self) -> bool {
        self.window.is_none() && self.hold_ms <= 0.0 && self.refusals <= 0.0
    }

    fn learn(&mut self, status: u16, headers: &RateHeaders, now_ms: f64) {
        self.follow_window(headers, now_ms);
        let reset_ms = sane(headers.reset_ms).map(|ms| ms.min(WINDOW_MS));
        let pause_ms = if status == 429 {
            let named_ms = headers.retry_after.named_ms().or(reset_ms);
            let pause_ms = named_ms
                .unwrap_or_else(|| self.window_left_ms(now_ms))
                .max(FLOOR_MS);
            pause_ms.max(self.refuse(now_ms))
        } else if headers.is_used_up() {
            reset_ms.unwrap_or_else(|| self.window_left_ms(now_ms))
        } else {
            0.0
        };
        if pause_ms > self.hold_left_ms(now_ms) {
            self.held_from_ms = now_ms;
            self.hold_ms = pause_ms.min(LONGEST_HOLD_MS);
        }
    }

    /// A count that did not grow belongs to a new window, or to a response that arrived out of
    /// order. Treating both as a new window errs on the side of waiting longer.
    fn follow_window(&mut self, headers: &RateHeaders, now_ms: f64) {
        let age_ms = |window: Window| now_ms - window.from_ms;
        self.window = self
            .window
            .filter(|&window| (0.0..WINDOW_MS).contains(&age_ms(window)));
        if let Some(count) = sane(headers.count) {
            let grown = self.window.filter(|window| count > window.count);
            let from_ms = grown.map_or(now_ms, |window| window.from_ms);
            self.window = Some(Window { from_ms, count });
        }
    }

    fn window_left_ms(&self, now_ms: f64) -> f64 {
        self.window
            .map_or(WINDOW_MS, |window| WINDOW_MS - (now_ms - window.from_ms))
    }

    /// Counts a refusal and returns the pause that keeps the number of refusals below the limit.
    fn refuse(&mut self, now_ms: f64) -> f64 {
        let passed_ms = (now_ms - self.refused_at_ms).max(0.0);
        self.refusals = (self.refusals - passed_ms / REFUSAL_LEAKS_IN_MS).max(0.0) + 1.0;
        self.refused_at_ms = now_ms;
        (self.refusals - REFUSALS_FREE) * REFUSAL_LEAKS_IN_MS
    }

    fn hold_left_ms(&mut self, now_ms: f64) -> f64 {
        if now_ms < self.held_from_ms {
            // The clock was set back: the pause starts over and does not grow.
            self.held_from_ms = now_ms;
        }
        let left_ms = self.hold_ms - (now_ms - self.held_from_ms);
        if left_ms > 0.0 {
            return left_ms;
        }
        self.hold_ms = 0.0;
        0.0
    }
}

/// When the last of these refusals no longer counts.
fn leaked_at_ms(refusals: f64, refused_at_ms: f64) -> f64 {
    refused_at_ms + refusals * REFUSAL_LEAKS_IN_MS
}

/// When a memory is obsolete and may be deleted, in milliseconds since 1970.
#[must_use]
pub fn lapses_at_ms(snapshot: &Snapshot) -> f64 {
    let [from_ms, _, held_from_ms, hold_ms, refusals, refused_at_ms] = snapshot;
    let times = [
        from_ms + WINDOW_MS,
        held_from_ms + hold_ms,
        leaked_at_ms(*refusals, *refused_at_ms),
    ];
    times.into_iter().fold(0.0, f64::max)
}

fn sane(number: Option<f64>) -> Option<f64> {
    number.filter(|&number| number.is_finite() && number >= 0.0)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
