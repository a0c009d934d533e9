//! The way to one large file: when to ask for its address, when to wait, when to open, and from where
//! to go on after a broken line.
//!
//! | What happens | What follows |
//! |---|---|
//! | the file is announced for later | a wait, as far as the allowance goes |
//! | 403 or 404 although it should be there | a growing pause, out of the same allowance |
//! | the address has expired | a new one, once |
//! | the line breaks, or the host is in trouble | a backoff, then on from the byte after the last one |
//! | the file is another one by then | the end: two files are never mixed |
//!
//! Times are those of [`super`].

use super::retry::RetryAfter;

/// How often the host may fail in a row, without a byte in between.
const MAX_FAILURES: u32 = 4;

const BACKOFF_BASE_MS: f64 = 500.0;
const BACKOFF_CAP_MS: f64 = 8_000.0;

/// Pauses while the file should be there and is not: long enough to be no burden in minutes of it.
const ABSENT_BASE_MS: f64 = 2_000.0;
const ABSENT_CAP_MS: f64 = 15_000.0;

/// The longest time named by the host that is waited for.
const SERVER_WAIT_CAP_MS: f64 = 60_000.0;

/// Where the file can be had, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    /// From when on, by the server's clock.
    pub available_ms: f64,
    /// Until when, by the server's clock.
    pub expires_ms: f64,
    /// What to add to this machine's clock to have the server's.
    pub skew_ms: f64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Ask for a ticket, then tell [`Plan::ticket`].
    AskTicket,
    /// Wait, then ask again.
    Wait {
        /// Whole milliseconds.
        wait_ms: f64,
        /// Whether it is the file that is waited for, rather than its host.
        for_file: bool,
    },
    /// Open the file, then tell [`Plan::refused`] or [`Plan::advanced`].
    Open,
    /// Give up.
    Stop(Stop),
}

/// Why to give up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// The file is not there within the allowance.
    NotReady {
        /// How long it may still take.
        retry_after_ms: f64,
    },
    /// The address has expired, and so has its successor.
    Expired,
    /// Too many failures in a row; the last one is the reason.
    Failed,
}

/// How the host refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// The file is not there, or not yet.
    Absent,
    /// The address is no longer valid.
    Expired,
    /// The host cannot be reached, is in trouble, or the line broke.
    Trouble(RetryAfter),
    /// Another try cannot help.
    Final,
}

impl Refusal {
    /// What a status other than a success says; `expired` tells that the body says so.
    #[must_use]
    pub fn of(status: u16, expired: bool, retry_after: RetryAfter) -> Self {
        match status {
            _ if expired => Self::Expired,
            410 => Self::Expired,
            403 | 404 | 425 => Self::Absent,
            408 | 429 | 500..=599 => Self::Trouble(retry_after),
            _ => Self::Final,
        }
    }
}

/// The state of one download, from the first ticket to the last byte.
#[derive(Clone, Debug)]
pub struct Plan {
    times: Option<Times>,
    has_renewed: bool,
    allowance_ms: f64,
    pause_ms: f64,
    absences: u32,
    failures: u32,
    stop: Option<Stop>,
}

impl Plan {
    /// Starts with the allowance for waiting until the file is there.
    #[must_use]
    pub fn new(wait_ms: f64) -> Self {
        Self {
            times: None,
            has_renewed: false,
            allowance_ms: wait_ms,
            pause_ms: 0.0,
            absences: 0,
            failures: 0,
            stop: None,
        }
    }

    /// Takes the times of a ticket.
    pub fn ticket(&mut self, times: Times) {
        self.times = Some(times);
    }

    /// Says what to do now.
    pub fn next(&mut self, now_ms: f64) -> Step {
        if let Some(stop) = self.stop {
            return Step::Stop(stop);
        }
        let Some(times) = self.times else {
            return Step::AskTicket;
        };
        let server_ms = now_ms + times.skew_ms;
        if server_ms >= times.expires_ms {
            return self.renew();
        }
        let until_ms = (times.available_ms - server_ms).max(0.0);
        let for_file = until_ms > 0.0 || self.absences > 0;
        let wait_ms = until_ms.max(std::mem::take(&mut self.pause_ms)).ceil();
        if wait_ms <= 0.0 {
            return Step::Open;
        }
        if for_file && wait_ms > self.allowance_ms {
            return self.give_up(Stop::NotReady {
                retry_after_ms: wait_ms,
            });
        }
        if for_file {
            self.allowance_ms -= wait_ms;
        }
        Step::Wait { wait_ms, for_file }
    }

    /// Takes a refusal in. `random` is in `[0, 1)`.
    pub fn refused(&mut self, refusal: Refusal, random: f64) {
        match refusal {
            Refusal::Absent => {
                self.pause_ms = grown_ms(ABSENT_BASE_MS, self.absences, ABSENT_CAP_MS);
                self.absences += 1;
            }
            Refusal::Expired => {
                self.renew();
            }
            Refusal::Trouble(retry_after) => {
                let named_ms = retry_after.named_ms().unwrap_or(0.0);
                let backoff_ms = grown_ms(BACKOFF_BASE_MS, self.failures, BACKOFF_CAP_MS);
                self.failures += 1;
                if self.failures > MAX_FAILURES || named_ms > SERVER_WAIT_CAP_MS {
                    self.give_up(Stop::Failed);
                }
                self.pause_ms = (backoff_ms * (1.0 + random) / 2.0).max(named_ms);
            }
            Refusal::Final => {
                self.give_up(Stop::Failed);
            }
        }
    }

    /// Bytes have come: earlier failures no longer count.
    pub fn advanced(&mut self) {
        (self.failures, self.absences) = (0, 0);
    }

    fn renew(&mut self) -> Step {
        if self.has_renewed {
            return self.give_up(Stop::Expired);
        }
        self.has_renewed = true;
        self.times = None;
        Step::AskTicket
    }

    fn give_up(&mut self, stop: Stop) -> Step {
        self.stop = Some(stop);
        Step::Stop(stop)
    }
}

fn grown_ms(base_ms: f64, times: u32, cap_ms: f64) -> f64 {
    (0..times.min(8))
        .fold(base_ms, |ms, _| ms * 2.0)
        .min(cap_ms)
}

/// What tells one file from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
}

impl Version {
    /// Whether both surely name the same bytes. Nothing known is not sure.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.etag, &other.etag) {
            (Some(one), Some(other)) => one == other && !one.starts_with("W/"),
            _ => self.last_modified.is_some() && self.last_modified == other.last_modified,
        }
    }
}

/// What an answer says about the bytes in its body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// HTTP status, 200 or 206.
    pub status: u16,
    /// Which file it is.
    pub version: Version,
    /// Where the body begins, where `Content-Range` can be read.
    pub starts_at: Option<f64>,
    /// Bytes in the body, where that is announced and the body is not encoded.
    pub length: Option<f64>,
    /// Whether the body is encoded, so that its bytes are not those of the file.
    pub encoded: bool,
}

/// How to go on with the body of another answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Continuation {
    /// It begins where the last one broke off.
    Here,
    /// It begins at the start: leave out so many bytes.
    Skip(f64),
    /// It is not surely of the same file.
    Changed,
}

/// What is known of the file since its first byte.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    version: Version,
    /// Bytes of the whole file, where that was announced.
    pub total: Option<f64>,
    encoded: bool,
}

impl Known {
    /// What the first answer says.
    #[must_use]
    pub fn from_first(part: &Part) -> Self {
        Self {
            version: part.version.clone(),
            total: part.length,
            encoded: part.encoded,
        }
    }

    /// Whether to ask for the rest alone. Of an encoded file nobody knows where in it the rest begins.
    #[must_use]
    pub fn takes_range(&self) -> bool {
        !self.encoded
    }

    /// Judges an answer to the question for the bytes from `from` on.
    #[must_use]
    #[expect(
        clippy::float_cmp,
        reason = "counts of bytes are whole numbers, which are exact"
    )]
    pub fn judge(&self, part: &Part, from: f64) -> Continuation {
        if !self.version.is_same(&part.version) || part.encoded != self.encoded {
            return Continuation::Changed;
        }
        if part.status != 206 {
            return Continuation::Skip(from);
        }
        let begins_there = part.starts_at.is_none_or(|start| start == from);
        let ends_there = match (self.total, part.length) {
            (Some(total), Some(length)) => from + length == total,
            _ => true,
        };
        if self.encoded || !begins_there || !ends_there {
            return Continuation::Changed;
        }
        Continuation::Here
    }
}

/// Reads the start out of a `Content-Range` header, `bytes 500-999/1000`.
#[must_use]
pub fn range_start(header: &str) -> Option<f64> {
    let range = header.trim_ascii().strip_prefix("bytes ")?;
    let end = range.bytes().position(|byte| byte == b'-')?;
    super::retry::parse_digits(range.split_at_checked(end)?.0)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
