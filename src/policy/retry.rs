//! The attempts of one call: which failures are retried, after which wait, and within which time
//! budget.
//!
//! | Failure | Retry |
//! |---|---|
//! | network error, timeout of an attempt | after a backoff |
//! | 408, 5xx except 501 and 505 | after a backoff, or after `Retry-After` if that is later |
//! | 429 | once per call, after the time that the server named; never after a guessed time |
//! | any other response, or one whose `code` rules out a retry | never |
//!
//! A wait that exceeds the remaining budget is not started: the call stops at once and reports when
//! to call again.

use super::WINDOW_MS;
use crate::digits;
use crate::error::is_retryable;
use crate::time::parse_http_date_ms;

const BACKOFF_BASE_MS: f64 = 500.0;
const BACKOFF_CAP_MS: f64 = 8_000.0;

/// The longest wait that the server may ask for.
const SERVER_WAIT_CAP_MS: f64 = 60_000.0;

/// The minimum wait after a 429, and after a response that may have named a time that cannot be
/// read.
pub(super) const FLOOR_MS: f64 = 1_000.0;

/// Added to a time named by the server. The minimum keeps rounded clocks and timers that fire a
/// little early from sending too soon; the spread separates clients that were given the same time.
const MARGIN_LEAST_MS: f64 = 100.0;
const MARGIN_SPREAD_MS: f64 = 400.0;

/// Longer than any duration in use; keeps sums finite when a header names an absurd number.
const LONGEST_MS: f64 = 1e15;

/// How many attempts one call may make, and how long they may take.
///
/// Negative numbers and NaN count as 0; infinity means no limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Attempts after the first one. 0 means a single attempt.
    pub max_retries: u32,
    /// Timeout of one attempt, body included.
    pub timeout_ms: f64,
    /// Timeout of all attempts and the waits between them.
    pub total_timeout_ms: f64,
}

/// Permission to send one request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GrantedAttempt {
    /// 1 for the first attempt.
    pub number: u32,
    /// How long this attempt may take: never more than the remaining budget.
    pub timeout_ms: f64,
    /// Whether the budget, rather than the timeout of one attempt, sets `timeout_ms`.
    pub cut_by_total: bool,
}

/// Nothing may be sent any more: no time or attempt is left, or the call was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetExhausted;

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failure {
    /// The fetch was rejected, or the connection dropped before the body was complete.
    Network,
    /// The attempt timed out.
    Timeout,
    /// The server sent a response that is not a success.
    Response {
        /// The HTTP status; 200 if the body of a successful response reports an error.
        status: u16,
        /// Ayrshare's error code from the body.
        code: Option<u32>,
        /// When the server allows another request.
        retry_after: RetryAfter,
    },
    /// A retry cannot help: a wrong option, a body of the wrong shape, an abort.
    Final,
}

/// When the server allows another request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RetryAfter {
    /// After this many milliseconds.
    Ms(f64),
    /// The server did not say.
    Absent,
    /// The server may have said so, but the header is hidden or cannot be parsed.
    Unreadable,
}

impl RetryAfter {
    /// The named time, capped to stay finite; `None` if it is negative or NaN.
    pub(super) fn named_ms(self) -> Option<f64> {
        match self {
            Self::Ms(ms) if ms >= 0.0 => Some(ms.min(LONGEST_MS)),
            _ => None,
        }
    }
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// Wait, then call [`RetryPolicy::begin`].
    Again {
        /// Whole milliseconds.
        wait_ms: f64,
    },
    /// Report the failure to the caller.
    Stop {
        /// The shortest wait after which another call makes sense, if known.
        retry_after_ms: Option<f64>,
    },
}

/// What a failure calls for, regardless of the remaining attempts and budget.
struct Plan {
    wait_ms: Option<f64>,
    retry_after_ms: Option<f64>,
}

impl Plan {
    const STOP: Self = Self {
        wait_ms: None,
        retry_after_ms: None,
    };
}

/// The state of one call, from its first attempt to its end.
///
/// Any clock that counts milliseconds will do. Waits and timeouts count as spent in full even if
/// the clock says that less time has passed, so a clock that jumps back or stops cannot extend the
/// budget.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    max_retries: u32,
    timeout_ms: f64,
    left_ms: f64,
    seen_ms: f64,
    attempts: u32,
    /// The wait or the timeout granted last.
    granted_ms: f64,
    was_limited: bool,
    is_over: bool,
}

impl RetryPolicy {
    /// Starts the budget.
    #[must_use]
    pub fn new(limits: Limits, now_ms: f64) -> Self {
        Self {
            max_retries: limits.max_retries,
            timeout_ms: span(limits.timeout_ms),
            left_ms: span(limits.total_timeout_ms),
            seen_ms: now_ms,
            attempts: 0,
            granted_ms: 0.0,
            was_limited: false,
            is_over: false,
        }
    }

    /// Starts the next attempt. Call it at the start and after each wait.
    ///
    /// # Errors
    ///
    /// [`BudgetExhausted`] if nothing may be sent any more.
    pub fn begin(&mut self, now_ms: f64) -> Result<GrantedAttempt, BudgetExhausted> {
        self.spend(now_ms, self.granted_ms);
        if self.is_over || self.attempts > self.max_retries || self.left_ms <= 0.0 {
            self.is_over = true;
            return Err(BudgetExhausted);
        }
        self.attempts = self.attempts.saturating_add(1);
        let cut_by_total = self.left_ms < self.timeout_ms;
        let timeout_ms = if cut_by_total {
            self.left_ms
        } else {
            self.timeout_ms
        };
        self.granted_ms = timeout_ms;
        Ok(GrantedAttempt {
            number: self.attempts,
            timeout_ms,
            cut_by_total,
        })
    }

    /// Decides what follows a failed attempt. `random` is in `[0, 1)`.
    pub fn after(&mut self, failure: &Failure, now_ms: f64, random: f64) -> Next {
        let least_ms = if *failure == Failure::Timeout {
            self.granted_ms
        } else {
            0.0
        };
        self.spend(now_ms, least_ms);
        let plan = self.plan(
            failure,
            if (0.0..1.0).contains(&random) {
                random
            } else {
                1.0
            },
        );
        // Timers drop fractions, and a wait must not end early.
        let wait_ms = plan.wait_ms.map(f64::ceil);
        let wait_ms = wait_ms.filter(|&ms| self.attempts <= self.max_retries && ms < self.left_ms);
        match wait_ms {
            Some(wait_ms) if !self.is_over => {
                self.granted_ms = wait_ms;
                Next::Again { wait_ms }
            }
            _ => {
                self.is_over = true;
                Next::Stop {
                    retry_after_ms: plan.retry_after_ms,
                }
            }
        }
    }

    /// Subtracts the time that has passed by the clock from the budget, but at least `least_ms`.
    fn spend(&mut self, now_ms: f64, least_ms: f64) {
        let passed_ms = (now_ms - self.seen_ms).max(least_ms);
        // Infinity minus infinity is NaN, which must not become a budget that is never used up.
        self.left_ms = span(self.left_ms - passed_ms);
        self.granted_ms = 0.0;
        if now_ms.is_finite() {
            self.seen_ms = now_ms;
        }
    }

    fn plan(&mut self, failure: &Failure, random: f64) -> Plan {
        let (status, code, retry_after) = match *failure {
            Failure::Final => return Plan::STOP,
            Failure::Network | Failure::Timeout => {
                return Plan {
                    wait_ms: Some(self.backoff_ms(random)),
                    retry_after_ms: None,
                };
            }
            Failure::Response {
                status,
                code,
                retry_after,
            } => (status, code, retry_after),
        };
        let is_blind = retry_after == RetryAfter::Unreadable;
        let named_ms = retry_after.named_ms();
        // 500 is retryable unless the code says otherwise, so this asks about the code alone.
        if !is_retryable(500, code) {
            return Plan::STOP;
        }
        match status {
            429 => self.plan_limited(named_ms, random),
            408 | 500..=599 if is_retryable(status, code) => {
                self.plan_trouble(named_ms, is_blind, random)
            }
            _ => Plan::STOP,
        }
    }

    fn plan_limited(&mut self, named_ms: Option<f64>, random: f64) -> Plan {
        let Some(named_ms) = named_ms else {
            return Plan {
                wait_ms: None,
                retry_after_ms: Some(WINDOW_MS),
            };
        };
        let named_ms = named_ms.max(FLOOR_MS);
        let may_wait = !self.was_limited && named_ms <= SERVER_WAIT_CAP_MS;
        self.was_limited = true;
        Plan {
            wait_ms: may_wait.then(|| named_ms + margin_ms(random)),
            retry_after_ms: Some(named_ms),
        }
    }

    fn plan_trouble(&self, named_ms: Option<f64>, is_blind: bool, random: f64) -> Plan {
        let backoff_ms = self.backoff_ms(random);
        let wait_ms = match named_ms {
            Some(ms) if ms > SERVER_WAIT_CAP_MS => None,
            Some(ms) => Some(backoff_ms.max(ms + margin_ms(random))),
            None if is_blind => Some(FLOOR_MS + backoff_ms),
            None => Some(backoff_ms),
        };
        Plan {
            wait_ms,
            retry_after_ms: named_ms,
        }
    }

    /// Exponential backoff with full jitter, so that clients that failed together do not retry
    /// together.
    fn backoff_ms(&self, random: f64) -> f64 {
        let mut longest_ms = BACKOFF_BASE_MS;
        for _ in 1..self.attempts.min(5) {
            longest_ms *= 2.0;
        }
        longest_ms.min(BACKOFF_CAP_MS) * random
    }
}

fn margin_ms(random: f64) -> f64 {
    MARGIN_LEAST_MS + MARGIN_SPREAD_MS * random
}

/// Clamps a duration: negative numbers and NaN become 0.
fn span(ms: f64) -> f64 {
    ms.max(0.0)
}

/// Parses a `Retry-After` header: seconds, possibly with a fraction, or an HTTP date.
///
/// `date` is the `Date` header of the same response. If it can be parsed, an HTTP date is measured against it
/// rather than against this machine's clock, which may be wrong by hours. `cors` is set for
/// responses of type `cors`, where a missing header may only be hidden.
#[must_use]
pub fn retry_after(
    header: Option<&str>,
    date: Option<&str>,
    cors: bool,
    now_ms: f64,
) -> RetryAfter {
    let Some(header) = header.map(str::trim_ascii) else {
        return if cors {
            RetryAfter::Unreadable
        } else {
            RetryAfter::Absent
        };
    };
    if let Some(ms) = parse_decimal_ms(header) {
        return RetryAfter::Ms(ms);
    }
    let Some(until_ms) = parse_http_date_ms(header) else {
        return RetryAfter::Unreadable;
    };
    let from_ms = date.and_then(parse_http_date_ms).unwrap_or(now_ms);
    RetryAfter::Ms(span(until_ms - from_ms))
}

/// Parses decimal seconds as milliseconds, rounded up. Rejects signs, exponents, `inf` and `nan`.
fn parse_decimal_ms(text: &str) -> Option<f64> {
    let dot = text.bytes().position(|byte| byte == b'.');
    let (whole, fraction) = match dot.and_then(|dot| text.split_at_checked(dot)) {
        Some((whole, rest)) => (whole, rest.get(1..)?),
        None => (text, "0"),
    };
    let whole_ms = digits::number(whole.as_bytes())? * 1_000.0;
    digits::number(fraction.as_bytes())?;
    let mut places = fraction.bytes();
    let mut fraction_ms = 0.0;
    for weight in [100.0, 10.0, 1.0] {
        fraction_ms += places
            .next()
            .map_or(0.0, |digit| f64::from(digit - b'0') * weight);
    }
    let rest = if places.any(|digit| digit != b'0') {
        1.0
    } else {
        0.0
    };
    Some((whole_ms + fraction_ms + rest).min(LONGEST_MS))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
