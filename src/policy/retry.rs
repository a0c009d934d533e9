//! The tries of one call: which failure is worth another try, after which wait, within which time.
//!
//! | Failure | Another try |
//! |---|---|
//! | network error, a try's timeout | after a backoff |
//! | 408, 5xx but 501 and 505 | after a backoff, or after `Retry-After` if that is later |
//! | 429 | once per call, after the time the server named; never after a guessed time |
//! | any other answer, or one whose `code` says that repeating is useless | never |
//!
//! A wait that does not fit what is left of the budget is not started: the call stops at once and
//! reports the time.

use super::WINDOW_MS;
use crate::digits;
use crate::error::is_retryable;
use crate::time::parse_http_date_ms;

const BACKOFF_BASE_MS: f64 = 500.0;
const BACKOFF_CAP_MS: f64 = 8_000.0;

/// The longest time named by the server that a call waits for.
const SERVER_WAIT_CAP_MS: f64 = 60_000.0;

/// The least wait after a 429, and where the server may have named a time that cannot be read.
pub(super) const FLOOR_MS: f64 = 1_000.0;

/// What is added to a time named by the server: the least keeps timers that fire a little early
/// and rounded clocks from asking too soon, the rest spreads clients that were told the same time.
const MARGIN_LEAST_MS: f64 = 100.0;
const MARGIN_SPREAD_MS: f64 = 400.0;

/// More than any span in use; keeps sums finite when a header names an absurd number.
const LONGEST_MS: f64 = 1e15;

/// How long and how often one call may try.
///
/// A number that is negative or not a number counts as 0, infinity as no limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Tries after the first one. 0 means a single try.
    pub max_retries: u32,
    /// For one try, body included.
    pub timeout_ms: f64,
    /// For all tries and the waits between them.
    pub total_timeout_ms: f64,
}

/// Permission to send once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Try {
    /// 1 for the first try.
    pub number: u32,
    /// How long this try may take, never more than what is left of the budget.
    pub timeout_ms: f64,
    /// Whether the budget and not the timeout of a try sets that time.
    pub cut_by_total: bool,
}

/// Nothing may be sent any more: no time is left, no try is left, or the call was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent;

/// How a try failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failure {
    /// The fetch was rejected, or the connection broke before the body was complete.
    Network,
    /// The try ran out of its time.
    Timeout,
    /// The server answered with something other than a success.
    Answer {
        /// The HTTP status; 200 for a success that carries an error in its body.
        status: u16,
        /// Ayrshare's own number from the body.
        code: Option<u32>,
        /// What is known about the wait.
        retry_after: RetryAfter,
    },
    /// Repeating cannot help: a wrong option, a body of the wrong shape, an abort.
    Final,
}

/// What the server said about when to come back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RetryAfter {
    /// Not before this time has passed.
    Ms(f64),
    /// It said nothing.
    Absent,
    /// It may have said something, but that cannot be read or understood.
    Unreadable,
}

impl RetryAfter {
    /// The named time, kept finite, unless it is negative or not a number.
    pub(super) fn named_ms(self) -> Option<f64> {
        match self {
            Self::Ms(ms) if ms >= 0.0 => Some(ms.min(LONGEST_MS)),
            _ => None,
        }
    }
}

/// What to do after a failed try.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// Wait, then ask [`Call::begin`].
    Again {
        /// Whole milliseconds.
        wait_ms: f64,
    },
    /// Hand the failure to the caller.
    Stop {
        /// The earliest time at which calling again makes sense, if that is known.
        retry_after_ms: Option<f64>,
    },
}

/// What a failure calls for, before tries and budget are looked at.
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

/// The state of one call, from its first try to its end.
///
/// Any clock will do whose differences are milliseconds. Waits and timeouts that were granted are
/// counted as spent even if the clock says that less time passed, so a clock that jumps back or
/// stands still cannot stretch the budget through them.
#[derive(Clone, Debug)]
pub struct Call {
    max_retries: u32,
    timeout_ms: f64,
    left_ms: f64,
    seen_ms: f64,
    tries: u32,
    /// The wait or the timeout granted last.
    granted_ms: f64,
    was_limited: bool,
    is_over: bool,
}

impl Call {
    /// Starts the budget.
    #[must_use]
    pub fn new(limits: Limits, now_ms: f64) -> Self {
        Self {
            max_retries: limits.max_retries,
            timeout_ms: span(limits.timeout_ms),
            left_ms: span(limits.total_timeout_ms),
            seen_ms: now_ms,
            tries: 0,
            granted_ms: 0.0,
            was_limited: false,
            is_over: false,
        }
    }

    /// Asks for the next try: at the start, and after each wait.
    ///
    /// # Errors
    ///
    /// [`Spent`] if nothing may be sent any more.
    pub fn begin(&mut self, now_ms: f64) -> Result<Try, Spent> {
        self.spend(now_ms, self.granted_ms);
        if self.is_over || self.tries > self.max_retries || self.left_ms <= 0.0 {
            self.is_over = true;
            return Err(Spent);
        }
        self.tries = self.tries.saturating_add(1);
        let cut_by_total = self.left_ms < self.timeout_ms;
        let timeout_ms = if cut_by_total {
            self.left_ms
        } else {
            self.timeout_ms
        };
        self.granted_ms = timeout_ms;
        Ok(Try {
            number: self.tries,
            timeout_ms,
            cut_by_total,
        })
    }

    /// Decides what follows a failed try. `random` is in `[0, 1)`.
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
        // Timers drop fractions, and no wait may end before the time it stands for.
        let wait_ms = plan.wait_ms.map(f64::ceil);
        let wait_ms = wait_ms.filter(|&ms| self.tries <= self.max_retries && ms < self.left_ms);
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

    /// Takes what the clock says has passed from the budget, but no less than `least_ms`.
    fn spend(&mut self, now_ms: f64, least_ms: f64) {
        let passed_ms = (now_ms - self.seen_ms).max(least_ms);
        // Infinity minus infinity must not become a budget that is never used up.
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
            Failure::Answer {
                status,
                code,
                retry_after,
            } => (status, code, retry_after),
        };
        let is_blind = retry_after == RetryAfter::Unreadable;
        let named_ms = retry_after.named_ms();
        // Of a status that is always worth another try, the code alone makes a final one.
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

    /// Exponential with full jitter: clients that failed together do not come back together.
    fn backoff_ms(&self, random: f64) -> f64 {
        let mut longest_ms = BACKOFF_BASE_MS;
        for _ in 1..self.tries.min(5) {
            longest_ms *= 2.0;
        }
        longest_ms.min(BACKOFF_CAP_MS) * random
    }
}

fn margin_ms(random: f64) -> f64 {
    MARGIN_LEAST_MS + MARGIN_SPREAD_MS * random
}

/// A span as it was meant: what is negative or not a number is no time at all.
fn span(ms: f64) -> f64 {
    ms.max(0.0)
}

/// Reads a `Retry-After` header: seconds, tolerating a fraction, or an HTTP date.
///
/// `date` is the answer's own `Date` header. Where it can be read, a date is measured against it
/// and the clock of this machine, which may be wrong by hours, plays no role. `cors` says that the
/// response is of type `cors`: there a missing header means that it cannot be read.
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

/// Decimal seconds as milliseconds, rounded up. No sign, exponent, `inf` or `nan`.
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
