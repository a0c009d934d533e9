//! State machine for one large download: when to request a URL, when to wait, when to open the file, and where
//! to resume after a dropped connection.
//!
//! | What happens | What follows |
//! |---|---|
//! | the file is not available yet | wait, within the allowance |
//! | 403 or 404 although the file should be available | wait with growing pauses, within the same allowance, for some minutes; then request a new URL, once |
//! | the URL has expired, or is refused in a way that waiting cannot fix | request a new URL, once |
//! | the connection drops, or the host has a temporary error | back off, then resume after the last byte received |
//! | the rest is not proven to belong to the same file | download the file again from its start, and compare its beginning with what was read |
//! | the file begins differently this time | fail: two files are never mixed |
//!
//! Times are as in [`super`].

use super::retry::RetryAfter;
use crate::digits;
use crate::time::parse_http_date_ms;

/// How many times in a row the host may fail without sending a byte.
const MAX_FAILURES: u32 = 4;

const BACKOFF_BASE_MS: f64 = 500.0;
const BACKOFF_CAP_MS: f64 = 8_000.0;

/// Pauses while an available file is missing: long enough not to burden the host over several minutes.
const ABSENT_BASE_MS: f64 = 2_000.0;
const ABSENT_CAP_MS: f64 = 15_000.0;

/// How long after `urlAvailable` to wait for a missing file: as long as Ayrshare takes to make one. After that, the same responses
/// mean something else, such as a file that was removed.
pub const GRACE_MS: f64 = 300_000.0;

/// The longest wait that the host may ask for.
const SERVER_WAIT_CAP_MS: f64 = 60_000.0;

/// When the file can be downloaded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    /// The time from which the file is available, by the server's clock.
    pub available_ms: f64,
    /// The time at which the URL expires, by the server's clock.
    pub expires_ms: f64,
    /// What to add to this machine's clock to get the server's.
    pub skew_ms: f64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NextStep {
    /// Request a ticket, then call [`DownloadPolicy::ticket`].
    RequestTicket,
    /// Wait, then call [`DownloadPolicy::next`] again.
    Wait {
        /// Whole milliseconds.
        wait_ms: f64,
        /// Whether the wait is for the file, rather than for its host.
        for_file: bool,
    },
    /// Open the file, then call [`DownloadPolicy::refused`] or [`DownloadPolicy::advanced`].
    Open,
    /// Give up.
    Stop(StopReason),
}

/// Why the download stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StopReason {
    /// The file is not available within the allowance.
    NotReady {
        /// The wait that would have been next, in milliseconds.
        retry_after_ms: f64,
    },
    /// The URL has expired, and so has its replacement.
    Expired,
    /// The host refuses the URL and its replacement, and waiting would not help.
    Refused,
    /// The host failed too many times in a row, asked for too long a wait, or failed in a way that cannot be retried. The last
    /// failure is the reason.
    Failed,
}

/// How the host refused, or failed to send, the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// The file does not exist, or not yet.
    Absent,
    /// The URL is no longer valid.
    Expired,
    /// The URL does not open the file, and waiting will not change that.
    Invalid,
    /// The host cannot be reached, has a temporary error, or the connection dropped.
    Trouble(RetryAfter),
    /// Another attempt cannot help.
    Final,
}

/// The state of one download, from the first ticket to the last byte.
#[derive(Clone, Debug)]
pub struct DownloadPolicy {
    times: Option<Times>,
    has_renewed: bool,
    allowance_ms: f64,
    pause_ms: f64,
    absences: u32,
    failures: u32,
    stop: Option<StopReason>,
}

impl DownloadPolicy {
    /// Starts a download that may wait up to `wait_ms` for the file to become available.
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

    /// Records the times of a ticket.
    pub fn ticket(&mut self, times: Times) {
        self.times = Some(times);
    }

    /// Returns what to do now.
    pub fn next(&mut self, now_ms: f64) -> NextStep {
        if let Some(stop) = self.stop {
            return NextStep::Stop(stop);
        }
        let Some(times) = self.times else {
            return NextStep::RequestTicket;
        };
        let server_ms = now_ms + times.skew_ms;
        if server_ms >= times.expires_ms {
            return self.renew(StopReason::Expired);
        }
        if self.absences > 0 && server_ms >= times.available_ms + GRACE_MS {
            return self.renew(StopReason::Refused);
        }
        let until_ms = (times.available_ms - server_ms).max(0.0);
        let for_file = until_ms > 0.0 || self.absences > 0;
        let wait_ms = until_ms.max(std::mem::take(&mut self.pause_ms)).ceil();
        if wait_ms <= 0.0 {
            return NextStep::Open;
        }
        if for_file && wait_ms > self.allowance_ms {
            return self.give_up(StopReason::NotReady {
                retry_after_ms: wait_ms,
            });
        }
        if for_file {
            self.allowance_ms -= wait_ms;
        }
        NextStep::Wait { wait_ms, for_file }
    }

    /// Records a refusal. `random` is in `[0, 1)`.
    pub fn refused(&mut self, refusal: Refusal, random: f64) {
        match refusal {
            Refusal::Absent => {
                self.pause_ms = grown_ms(ABSENT_BASE_MS, self.absences, ABSENT_CAP_MS);
                self.absences += 1;
            }
            Refusal::Expired => {
                self.renew(StopReason::Expired);
            }
            Refusal::Invalid => {
                self.renew(StopReason::Refused);
            }
            Refusal::Trouble(retry_after) => {
                let named_ms = retry_after.named_ms().unwrap_or(0.0);
                let backoff_ms = grown_ms(BACKOFF_BASE_MS, self.failures, BACKOFF_CAP_MS);
                self.failures += 1;
                if self.failures > MAX_FAILURES || named_ms > SERVER_WAIT_CAP_MS {
                    self.give_up(StopReason::Failed);
                }
                self.pause_ms = (backoff_ms * (1.0 + random) / 2.0).max(named_ms);
            }
            Refusal::Final => {
                self.give_up(StopReason::Failed);
            }
        }
    }

    /// Records that bytes arrived: earlier failures no longer count.
    pub fn advanced(&mut self) {
        (self.failures, self.absences) = (0, 0);
    }

    /// Requests a new URL, or gives up if that was done before.
    fn renew(&mut self, stop: StopReason) -> NextStep {
        if self.has_renewed {
            return self.give_up(stop);
        }
        self.has_renewed = true;
        (self.absences, self.pause_ms) = (0, 0.0);
        self.times = None;
        NextStep::RequestTicket
    }

    fn give_up(&mut self, stop: StopReason) -> NextStep {
        self.stop = Some(stop);
        NextStep::Stop(stop)
    }
}

fn grown_ms(base_ms: f64, times: u32, cap_ms: f64) -> f64 {
    (0..times.min(8))
        .fold(base_ms, |ms, _| ms * 2.0)
        .min(cap_ms)
}

/// How much later than `Last-Modified` the `Date` must be for the former to be a strong validator, rather than one that two versions
/// of the same second may share. RFC 7232 requires this much; RFC 9110 requires enough to rule out clock skew.
const STRONG_AFTER_MS: f64 = 60_000.0;

/// The validators of a response: what distinguishes one version of a file from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// The `ETag` header, if it is strong: a weak one may stay the same while the bytes change.
    etag: Option<String>,
    /// The `Last-Modified` header, if it is old enough to be a strong validator.
    last_modified: Option<String>,
    /// The `x-goog-generation` header: a number that changes with every change to the object.
    generation: Option<String>,
}

impl Version {
    /// Reads the validators from the headers of a response whose `Date` is `date_ms`.
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

    /// Whether there is a validator, so that another response can be matched to the same file.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some() || self.generation.is_some()
    }

    /// Whether both certainly identify the same bytes: at least one validator is equal, and none differs.
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

    /// Whether both certainly identify different files.
    #[must_use]
    pub fn differs(&self, other: &Self) -> bool {
        self.pairs(other).any(|(one, other)| one != other)
    }
}

/// A parsed `Content-Range` header. A header that cannot be parsed does not count as absent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ContentRange {
    /// There is none, or CORS hides it.
    #[default]
    Absent,
    /// `bytes 500-999/1000`: a range of the file.
    Bytes {
        /// The first byte.
        start: f64,
        /// The byte after the last one.
        end: f64,
        /// Size of the whole file in bytes; `None` for `*`.
        total: Option<f64>,
    },
    /// `bytes */1000`, in a 416: the requested range is not in the file.
    Unsatisfied {
        /// Size of the whole file in bytes.
        total: f64,
    },
    /// Anything else: another unit, or numbers that contradict each other.
    Unreadable,
}

impl ContentRange {
    /// Parses the header's value.
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

/// What a response says about the bytes in its body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileHeaders {
    /// HTTP status, 200 or 206.
    pub status: u16,
    /// The version of the file.
    pub version: Version,
    /// Which bytes of the file it contains.
    pub range: ContentRange,
    /// Size of the body in bytes, if it is announced and the body is certainly not encoded.
    pub length: Option<f64>,
    /// The announced size even if the body may be encoded: good enough to show progress, not to make decisions.
    pub likely_length: Option<f64>,
    /// Whether the body has a `Content-Encoding`, so that its bytes are not those of the file.
    pub encoded: bool,
}

impl FileHeaders {
    /// Size of the whole file in bytes, if announced.
    fn total(&self) -> Option<f64> {
        match self.range {
            ContentRange::Bytes { total, .. } if self.status == 206 => total,
            _ => self.length,
        }
    }

    /// Offset of the body in the file; `None` if unknown.
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

/// How to continue with the body of another response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// It begins where the last one was cut off, and belongs to the same file.
    Here,
    /// It begins at the start of the file. The bytes read so far must come again; their [`Fingerprint`](super::fingerprint) checks it.
    FromStart,
    /// It cannot be used: request the whole file.
    RequestWhole,
}

/// What is known about the file being downloaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileIdentity {
    version: Version,
    /// Size of the whole file in bytes, if announced.
    pub total: Option<f64>,
    likely_total: Option<f64>,
    encoded: bool,
}

impl FileIdentity {
    /// Reads it from the response with the file's first byte.
    #[must_use]
    pub fn from_first(headers: &FileHeaders) -> Self {
        Self {
            version: headers.version.clone(),
            total: headers.total(),
            likely_total: headers.likely_length,
            encoded: headers.encoded,
        }
    }

    /// Size of the whole file in bytes: the announced one, or else the likely one, unless more than that has been read.
    #[must_use]
    pub fn likely_total(&self, read: f64) -> Option<f64> {
        let likely = self.likely_total.filter(|&total| read <= total);
        self.total.or(likely)
    }

    /// Whether to request only the rest of the file. In an encoded file the offset of the rest is unknown, and without a strong
    /// validator nothing shows that the rest belongs to the same file.
    #[must_use]
    pub fn takes_range(&self) -> bool {
        !self.encoded && self.version.is_known()
    }

    /// Decides how to continue with a response to a request for the bytes from `from` on, or for the whole file.
    #[must_use]
    pub fn judge(&self, headers: &FileHeaders, from: f64) -> Continuation {
        // The end of a part of unknown size could be mistaken for the end of the file.
        let may_be_part = headers.status == 206 && headers.total().is_none();
        match headers.start() {
            Some(0.0) if !may_be_part => Continuation::FromStart,
            Some(start) if is_equal(start, from) && self.continues_in(headers) => {
                Continuation::Here
            }
            _ => Continuation::RequestWhole,
        }
    }

    /// Whether a part belongs to this file. At least one of the two must state the file's size; otherwise the end of the part could be
    /// mistaken for the end of the file.
    fn continues_in(&self, headers: &FileHeaders) -> bool {
        let is_as_long = match (self.total, headers.total()) {
            (None, None) => false,
            (Some(one), Some(other)) => is_equal(one, other),
            _ => true,
        };
        is_as_long && !self.encoded && self.version.is_same(&headers.version)
    }

    /// What is known about the file when it is read again from its start, after `from` bytes: a response that does not state the file's
    /// size does not change it.
    #[must_use]
    pub fn restarted(&self, headers: &FileHeaders, from: f64) -> Self {
        let known = self.total.filter(|_| from > 0.0 && !headers.encoded);
        let first = Self::from_first(headers);
        Self {
            total: first.total.or(known),
            ..first
        }
    }

    /// Records the file's size if the part states it and it was unknown.
    pub fn learn(&mut self, headers: &FileHeaders) {
        self.total = self.total.or(headers.total());
    }

    /// Whether a 416 confirms that the `read` bytes read so far are the whole file.
    #[must_use]
    pub fn is_whole(&self, range: ContentRange, version: &Version, read: f64) -> bool {
        let is_end = matches!(range, ContentRange::Unsatisfied { total } if is_equal(total, read));
        let is_as_long = self.total.is_none_or(|total| is_equal(total, read));
        is_end && is_as_long && !self.encoded && !self.version.differs(version)
    }
}

/// Whether two byte counts are equal: whole numbers below 2^53 are exact.
#[expect(clippy::float_cmp, reason = "whole numbers are exact")]
pub(crate) fn is_equal(one: f64, other: f64) -> bool {
    one == other
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
