//! The way to one large file: when to ask for its address, when to wait, when to open, and from where
//! to go on after a broken line.
//!
//! | What happens | What follows |
//! |---|---|
//! | the file is announced for later | a wait, as far as the allowance goes |
//! | 403 or 404 although it should be there | a growing pause, out of the same allowance, for some minutes; then a new address, once |
//! | the address has expired, or is refused in a way that no waiting mends | a new one, once |
//! | the connection drops, or the host is in trouble | a backoff, then on from the byte after the last one |
//! | it is not proven that the rest is of the same file | the file again from its start, its beginning compared with what was read |
//! | the file begins differently by then | the end: two files are never mixed |
//!
//! Times are those of [`super`].

use super::retry::RetryAfter;
use crate::digits;
use crate::time::parse_http_date_ms;

/// How often the host may fail in a row, without a byte in between.
const MAX_FAILURES: u32 = 4;

const BACKOFF_BASE_MS: f64 = 500.0;
const BACKOFF_CAP_MS: f64 = 8_000.0;

/// Pauses while the file should be there and is not: long enough to be no burden in minutes of it.
const ABSENT_BASE_MS: f64 = 2_000.0;
const ABSENT_CAP_MS: f64 = 15_000.0;

/// For how long after it should be there a file that is not there is waited for: as long as Ayrshare takes for making one. Later, the
/// same answers mean something else, such as a file that was removed.
pub const GRACE_MS: f64 = 300_000.0;

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
    /// The host refuses the address and its successor, and waiting would not help.
    Refused,
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
    /// The address does not open the file, and no waiting will change that.
    Invalid,
    /// The host cannot be reached, is in trouble, or the line broke.
    Trouble(RetryAfter),
    /// Another try cannot help.
    Final,
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
            return self.renew(Stop::Expired);
        }
        if self.absences > 0 && server_ms >= times.available_ms + GRACE_MS {
            return self.renew(Stop::Refused);
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
                self.renew(Stop::Expired);
            }
            Refusal::Invalid => {
                self.renew(Stop::Refused);
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

    /// Asks for a new address, or gives up where that was done before.
    fn renew(&mut self, stop: Stop) -> Step {
        if self.has_renewed {
            return self.give_up(stop);
        }
        self.has_renewed = true;
        (self.absences, self.pause_ms) = (0, 0.0);
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

/// By how much `Date` must be later than `Last-Modified` for the latter to name one version of a file and not two of the same second.
/// RFC 7232 asks for so much, RFC 9110 for enough to make differences between clocks unlikely.
const STRONG_AFTER_MS: f64 = 60_000.0;

/// What tells one file from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// The `ETag` header, where it is a strong one: a weak one stays the same for bytes that differ.
    etag: Option<String>,
    /// The `Last-Modified` header, where it is old enough to be a strong validator.
    last_modified: Option<String>,
    /// The `x-goog-generation` header: each change of an object gets another number.
    generation: Option<String>,
}

impl Version {
    /// Reads it from the headers of a response that was made at `date_ms`.
    #[must_use]
    pub fn from_headers(
        etag: Option<String>,
        last_modified: Option<String>,
        generation: Option<String>,
        date_ms: f64,
    ) -> Self {
        let is_settled = |text: &String| {
            let modified_ms = parse_http_date_ms(text);
            modified_ms.is_some_and(|ms| date_ms - ms >= STRONG_AFTER_MS)
        };
        Self {
            etag: etag.filter(|etag| etag.starts_with('"')),
            last_modified: last_modified.filter(is_settled),
            generation,
        }
    }

    /// Whether anything here can prove that another response is of the same file.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some() || self.generation.is_some()
    }

    /// Whether both surely name the same bytes: one validator is equal, and none differs. Nothing known is not sure.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.has_equal(other) && !self.differs(other)
    }

    fn pairs<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (&'a String, &'a String)> {
        let both = [
            self.etag.as_ref().zip(other.etag.as_ref()),
            self.last_modified
                .as_ref()
                .zip(other.last_modified.as_ref()),
            self.generation.as_ref().zip(other.generation.as_ref()),
        ];
        both.into_iter().flatten()
    }

    fn has_equal(&self, other: &Self) -> bool {
        self.pairs(other).any(|(one, other)| one == other)
    }

    /// Whether both surely name different files.
    #[must_use]
    pub fn differs(&self, other: &Self) -> bool {
        self.pairs(other).any(|(one, other)| one != other)
    }
}

/// What a `Content-Range` header says. One that is not understood is not an absent one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ContentRange {
    /// There is none, or none that a page may see.
    #[default]
    Absent,
    /// `bytes 500-999/1000`: these bytes of so many.
    Bytes {
        /// The first byte.
        start: f64,
        /// The byte after the last one.
        end: f64,
        /// Bytes of the whole file; `None` for `*`.
        total: Option<f64>,
    },
    /// `bytes */1000`: none of so many bytes, in a 416.
    Unsatisfied {
        /// Bytes of the whole file.
        total: f64,
    },
    /// Anything else: another unit, or numbers that contradict each other.
    Unreadable,
}

impl ContentRange {
    /// Reads the header's value.
    #[must_use]
    pub fn parse(header: Option<&str>) -> Self {
        header.map_or(Self::Absent, |text| {
            Self::read(text.trim_ascii()).unwrap_or(Self::Unreadable)
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (unit, range) = text.split_at_checked(6)?;
        if !unit.eq_ignore_ascii_case("bytes ") {
            return None;
        }
        let (range, total) = range.split_once('/')?;
        if range == "*" {
            let total = digits::number(total.as_bytes())?;
            return Some(Self::Unsatisfied { total });
        }
        let total = match total {
            "*" => None,
            length => Some(digits::number(length.as_bytes())?),
        };
        let (first, last) = range.split_once('-')?;
        let (start, end) = (
            digits::number(first.as_bytes())?,
            digits::number(last.as_bytes())? + 1.0,
        );
        let is_possible = start < end && total.is_none_or(|total| end <= total);
        is_possible.then_some(Self::Bytes { start, end, total })
    }
}

/// What an answer says about the bytes in its body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// HTTP status, 200 or 206.
    pub status: u16,
    /// Which file it is.
    pub version: Version,
    /// Which bytes of the file it has.
    pub range: ContentRange,
    /// Bytes in the body, where that is announced and the body is surely not encoded.
    pub length: Option<f64>,
    /// The same where nobody knows whether the body is encoded: for showing the progress, not for judging.
    pub likely_length: Option<f64>,
    /// Whether the body is encoded, so that its bytes are not those of the file.
    pub encoded: bool,
}

impl Part {
    /// Bytes of the whole file, where that is announced.
    fn total(&self) -> Option<f64> {
        match self.range {
            ContentRange::Bytes { total, .. } if self.status == 206 => total,
            _ => self.length,
        }
    }

    /// Where its body begins in the file; `None` where that is not known.
    fn start(&self) -> Option<f64> {
        if self.status != 206 {
            return Some(0.0);
        }
        match self.range {
            ContentRange::Bytes { start, end, .. } if !self.encoded => self
                .length
                .is_none_or(|length| is_equal(length, end - start))
                .then_some(start),
            _ => None,
        }
    }
}

/// How to go on with the body of another answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// It begins where the last one broke off, and is of the same file.
    Here,
    /// It begins at the start. What was read already must be the same bytes again, by their [`Fingerprint`](super::fingerprint).
    FromStart,
    /// It cannot be used: ask for the whole file.
    AskWhole,
}

/// What is known of the file since its first byte.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    version: Version,
    /// Bytes of the whole file, where that was announced.
    pub total: Option<f64>,
    likely_total: Option<f64>,
    encoded: bool,
}

impl Known {
    /// What an answer with the file's first byte says.
    #[must_use]
    pub fn from_first(part: &Part) -> Self {
        Self {
            version: part.version.clone(),
            total: part.total(),
            likely_total: part.likely_length,
            encoded: part.encoded,
        }
    }

    /// Bytes of the whole file as far as `read` bytes of it do not contradict.
    #[must_use]
    pub fn likely_total(&self, read: f64) -> Option<f64> {
        let likely = self.likely_total.filter(|&total| read <= total);
        self.total.or(likely)
    }

    /// Whether to ask for the rest alone. Of an encoded file nobody knows where in it the rest begins, and of one without a strong
    /// validator nobody could say whether the rest belongs to it.
    #[must_use]
    pub fn takes_range(&self) -> bool {
        !self.encoded && self.version.is_known()
    }

    /// Judges an answer to the question for the bytes from `from` on, or for all.
    #[must_use]
    pub fn judge(&self, part: &Part, from: f64) -> Continuation {
        match part.start() {
            Some(0.0) => Continuation::FromStart,
            Some(start) if is_equal(start, from) && self.continues_in(part) => Continuation::Here,
            _ => Continuation::AskWhole,
        }
    }

    /// Whether a part is of this file. Where neither says how long that is, the part's end could be taken for the file's.
    fn continues_in(&self, part: &Part) -> bool {
        let is_as_long = match (self.total, part.total()) {
            (None, None) => false,
            (Some(one), Some(other)) => is_equal(one, other),
            _ => true,
        };
        is_as_long && !self.encoded && self.version.is_same(&part.version)
    }

    /// Takes over what a part says beyond what was known.
    pub fn learn(&mut self, part: &Part) {
        self.total = self.total.or(part.total());
    }

    /// Whether a 416 says that all `read` bytes of the file were read.
    #[must_use]
    pub fn is_whole(&self, range: ContentRange, version: &Version, read: f64) -> bool {
        let is_end = matches!(range, ContentRange::Unsatisfied { total } if is_equal(total, read));
        is_end && !self.encoded && !self.version.differs(version)
    }
}

/// Whether two counts of bytes are equal: whole numbers below 2^53 are exact.
#[expect(clippy::float_cmp, reason = "whole numbers are exact")]
pub(crate) fn is_equal(one: f64, other: f64) -> bool {
    one == other
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
