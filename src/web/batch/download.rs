//! Downloads the batch file: from a ticket, through waits and dropped connections, to the last byte.
//!
//! The policy decides ([`DownloadPolicy`]), [`file`] transfers bytes, and a [`Reader`] consumes them. The consumer drives the download by asking for
//! records, so a slow consumer slows the download down. Dropping the download closes the connection.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Uint8Array};
use wasm_bindgen::JsValue;

use super::http::{self, Body, FileReply, FileUrl};
use crate::error::{Error, Kind};
use crate::policy::download::{
    Continuation, DownloadPolicy, FileIdentity, Part, Refusal, Step, Stop, Times, is_equal,
};
use crate::policy::fingerprint::Fingerprint;
use crate::policy::retry::RetryAfter;
use crate::records::Reader;
use crate::web::events::Event;
use crate::web::failure::{Attempt, CallError, runtime_code, scrub_cause};
use crate::web::http::fetch::TransportError;
use crate::web::js::cancellation::{CancelReason, Cancellation};
use crate::web::js::value::now_ms;

/// How many bytes pass between two progress events.
const EVENT_BYTES: u64 = 1 << 20;

/// Where the file is, and when it can be downloaded.
#[derive(Debug)]
pub(crate) struct Ticket {
    pub url: FileUrl,
    pub times: Times,
}

/// A source of tickets.
pub(crate) trait Tickets {
    /// The error of the download, and of requesting a ticket.
    type Error: From<CallError>;

    /// Gets the first ticket, or a newer one.
    async fn ask(&mut self) -> Result<Ticket, Self::Error>;
}

/// Options of a download.
#[derive(Clone, Debug)]
pub(crate) struct DownloadOptions {
    pub fetch: Option<Function>,
    pub on_event: Option<Function>,
    /// How long to wait for the file to become available.
    pub wait_ms: f64,
    /// How long the connection may be idle.
    pub idle_timeout_ms: f64,
}

/// A second read of bytes that the reader already has, after a resume from the start.
struct Again {
    /// Bytes left before the first new one.
    left: u64,
    seen: Fingerprint,
    /// A buffer for hashing: the bytes arrive in JavaScript's memory.
    room: Vec<u8>,
}

/// A download in progress.
pub(crate) struct Download<T> {
    tickets: T,
    rules: DownloadOptions,
    pub interrupt: Cancellation,
    plan: DownloadPolicy,
    url: Option<FileUrl>,
    known: Option<FileIdentity>,
    body: Option<Body>,
    /// Of all bytes given to the reader.
    given: Fingerprint,
    /// Set while the beginning of the file is read again.
    again: Option<Again>,
    /// How many bytes were read a second time. Shared, so that progress can be shown meanwhile.
    pub bytes_reread: Rc<Cell<f64>>,
    /// Whether the host sent a range that cannot be used, so that only the whole file is requested from now on.
    wants_whole: bool,
    /// The offset at which the previous response ended too early.
    cut_at: Option<f64>,
    /// Whether the reader knows that there are no more bytes.
    pub has_ended: bool,
    /// How often the download resumed after a dropped connection.
    pub resumes: u32,
    emitted_bytes: u64,
    told_reread: f64,
    attempts: Vec<Attempt>,
    last: Option<(Error, JsValue)>,
    /// The error code in the host's last refusal.
    code: Option<String>,
}

impl<T: Tickets> Download<T> {
    pub(crate) fn new(tickets: T, rules: DownloadOptions, interrupt: Cancellation) -> Self {
        Self {
            tickets,
            plan: DownloadPolicy::new(rules.wait_ms),
            rules,
            interrupt,
            url: None,
            known: None,
            body: None,
            given: Fingerprint::default(),
            again: None,
            bytes_reread: Rc::default(),
            wants_whole: false,
            cut_at: None,
            has_ended: false,
            resumes: 0,
            emitted_bytes: 0,
            told_reread: 0.0,
            attempts: Vec::new(),
            last: None,
            code: None,
        }
    }

    /// Size of the whole file in bytes, if it is certain.
    fn total(&self) -> Option<f64> {
        self.known.as_ref().and_then(|known| known.total)
    }

    /// Size of the whole file in bytes, as far as it is known. For showing progress.
    pub(crate) fn likely_total(&self, reader: &Reader) -> Option<f64> {
        let read = float(reader.progress().bytes);
        self.known.as_ref()?.likely_total(read)
    }

    /// Feeds the reader the next bytes, or the end of the file.
    pub(crate) async fn fill(&mut self, reader: &mut Reader) -> Result<(), T::Error> {
        loop {
            let Some(body) = &self.body else {
                self.advance(reader).await?;
                if self.has_ended {
                    return Ok(());
                }
                continue;
            };
            let timer = self.interrupt.start_timeout(self.rules.idle_timeout_ms);
            let chunk = body.chunk(&self.interrupt).await;
            drop(timer);
            match chunk {
                Ok(Some(chunk)) => {
                    if self.feed(reader, &chunk)? {
                        return Ok(());
                    }
                }
                Ok(None) if self.ends(reader)? => {
                    self.end(reader);
                    return Ok(());
                }
                Ok(None) => {
                    let error =
                        Error::new(Kind::Decode, "the batch file ended before it was complete");
                    self.broke(error, JsValue::UNDEFINED);
                }
                Err(broken) => self.interrupted(broken, reader)?,
            }
            if self.has_ended {
                return Ok(());
            }
        }
    }

    fn end(&mut self, reader: &mut Reader) {
        self.body = None;
        reader.end();
        self.has_ended = true;
        self.emit_progress(reader, None);
    }

    /// Whether the end of this body is the end of the file. Fails if the file cannot end here.
    fn ends(&mut self, reader: &Reader) -> Result<bool, CallError> {
        let read = float(reader.progress().bytes);
        let total = self.total();
        let left = self.again.as_ref().map_or(0.0, |again| float(again.left));
        if left > 0.0 {
            // Either the file is shorter than what was read of it, or the connection was closed early.
            return match total {
                Some(total) if is_equal(total, read - left) => Err(self.changed()),
                _ => Ok(false),
            };
        }
        match total {
            Some(total) if read > total => Err(self.longer()),
            Some(total) => Ok(is_equal(read, total)),
            // Some runtimes report an early close as the end of the body. Ending at the same byte twice means that the file itself is
            // damaged.
            None if reader.is_cut_short() => {
                let last = self.cut_at.replace(read);
                Ok(last.is_some_and(|last| is_equal(last, read)))
            }
            None => Ok(true),
        }
    }

    /// Returns whether the reader got any bytes.
    fn feed(&mut self, reader: &mut Reader, chunk: &Uint8Array) -> Result<bool, CallError> {
        let skipped = self.compare(chunk)?;
        let length = chunk.length() - skipped;
        if let Some(again) = &self.again {
            if again.left > 0 {
                let reread = self.bytes_reread.get();
                if reread - self.told_reread >= float(EVENT_BYTES) {
                    self.emit_progress(reader, None);
                }
                return Ok(false);
            }
            self.again = None;
            self.emit_progress(reader, None);
        }
        if length == 0 {
            return Ok(false);
        }
        let read = float(reader.progress().bytes) + f64::from(length);
        if self.resumes > 0 && self.total().is_some_and(|total| read > total) {
            // It is unknown which of these bytes belong to the file.
            return Err(self.longer());
        }
        let rest;
        let mut piece = chunk;
        if skipped > 0 {
            rest = chunk.subarray(skipped, chunk.length());
            piece = &rest;
        }
        let length = length as usize;
        let room = reader.room(length);
        piece.copy_to(room);
        self.given.update(room);
        reader.fed(length);
        self.plan.advanced();
        if reader.progress().bytes - self.emitted_bytes >= EVENT_BYTES {
            self.emit_progress(reader, None);
        }
        Ok(true)
    }

    /// Compares a chunk with what was read before, and returns how many of its bytes to skip. Fails if the file differs.
    fn compare(&mut self, chunk: &Uint8Array) -> Result<u32, CallError> {
        let Some(again) = &mut self.again else {
            return Ok(0);
        };
        let skipped = u64::from(chunk.length()).min(again.left);
        again.left -= skipped;
        let skipped = u32::try_from(skipped).unwrap_or(u32::MAX);
        again.room.resize(skipped as usize, 0);
        chunk.subarray(0, skipped).copy_to(&mut again.room);
        again.seen.update(&again.room);
        let is_other = again.left == 0 && again.seen != self.given;
        let reread = self.bytes_reread.get();
        self.bytes_reread.set(reread + f64::from(skipped));
        if is_other {
            return Err(self.changed());
        }
        Ok(skipped)
    }

    /// Takes the next step towards an open body.
    async fn advance(&mut self, reader: &mut Reader) -> Result<(), T::Error> {
        if self.interrupt.is_aborted() {
            return Err(self.aborted().into());
        }
        match self.plan.next(now_ms()) {
            Step::AskTicket => {
                let ticket = self.tickets.ask().await?;
                self.plan.ticket(ticket.times);
                self.url = Some(ticket.url);
            }
            Step::Wait { wait_ms, for_file } => {
                if for_file {
                    self.emit_progress(reader, Some(wait_ms));
                } else {
                    self.emit_retry(wait_ms);
                }
                self.interrupt.sleep(wait_ms).await;
            }
            Step::Open => self.open(reader).await?,
            Step::Stop(stop) => return Err(self.stopped(stop).into()),
        }
        Ok(())
    }

    async fn open(&mut self, reader: &mut Reader) -> Result<(), CallError> {
        let Some(url) = self.url.clone() else {
            return Ok(());
        };
        let from = reader.progress().bytes;
        let in_part =
            !self.wants_whole && self.known.as_ref().is_some_and(FileIdentity::takes_range);
        let (started_ms, timer) = (
            now_ms(),
            self.interrupt.start_timeout(self.rules.idle_timeout_ms),
        );
        let asked = if in_part { from } else { 0 };
        let fetch = self.rules.fetch.as_ref();
        let reply = http::open(fetch, &url, asked, &self.interrupt).await;
        drop(timer);
        let outcome = match &reply {
            Ok(FileReply::Bytes(part, _)) => Ok(part.status),
            Ok(FileReply::Refused(status, ..)) => Ok(*status),
            Ok(FileReply::Unsatisfied(..)) => Ok(416),
            Ok(FileReply::UnsafeRedirect) => Err(Kind::Api.as_str()),
            Err(_) => Err(Kind::Network.as_str()),
        };
        self.attempts.push(Attempt {
            outcome,
            duration_ms: now_ms() - started_ms,
        });
        match reply {
            Ok(FileReply::Bytes(part, body)) => {
                self.opened(&part, body, from);
                Ok(())
            }
            Ok(FileReply::Unsatisfied(range, version))
                if from > 0
                    && self
                        .known
                        .as_ref()
                        .is_some_and(|known| known.is_whole(range, &version, float(from))) =>
            {
                self.end(reader);
                Ok(())
            }
            Ok(FileReply::Unsatisfied(..)) if asked > 0 => {
                self.wants_whole = true;
                Ok(())
            }
            Ok(FileReply::Unsatisfied(..)) => {
                self.refused(Refusal::Final, refused(416), JsValue::UNDEFINED);
                Ok(())
            }
            Ok(FileReply::Refused(status, refusal, code)) => {
                let mut error = refused(status);
                if let Some(code) = &code {
                    error.message.push_str(&[" with `", code, "`"].concat());
                }
                self.code = code;
                self.refused(refusal, error, JsValue::UNDEFINED);
                Ok(())
            }
            Ok(FileReply::UnsafeRedirect) => {
                let text = "the batch file's URL redirects to an unsafe URL, such as plain HTTP";
                Err(self.failure(Error::new(Kind::Api, text), &JsValue::UNDEFINED))
            }
            Err(broken) => self.interrupted(broken, reader),
        }
    }

    fn opened(&mut self, part: &Part, body: Body, from: u64) {
        let known = self.known.get_or_insert_default();
        match known.judge(part, float(from)) {
            Continuation::Here => {
                known.learn(part);
                self.again = None;
            }
            Continuation::FromStart => {
                *known = FileIdentity::from_first(part);
                self.again = (from > 0).then(|| Again {
                    left: from,
                    seen: Fingerprint::default(),
                    room: Vec::new(),
                });
            }
            Continuation::AskWhole if self.wants_whole || from == 0 => {
                let text = "the host of the batch file sent a range that was not requested";
                let mut error = Error::new(Kind::Api, text);
                error.status = Some(part.status);
                return self.broke(error, JsValue::UNDEFINED);
            }
            Continuation::AskWhole => {
                self.wants_whole = true;
                return;
            }
        }
        self.resumes += u32::from(from > 0);
        self.code = None;
        self.body = Some(body);
    }

    /// The file has changed, and two files must not be mixed.
    fn changed(&mut self) -> CallError {
        let (mut error, cause) = self.last.take().unwrap_or_else(unknown);
        error
            .message
            .push_str(", and the download cannot resume because the file has changed: start again");
        self.failure(error, &cause)
    }

    fn longer(&mut self) -> CallError {
        let text = "the batch file is longer than announced";
        self.failure(Error::new(Kind::Decode, text), &JsValue::UNDEFINED)
    }

    fn interrupted(
        &mut self,
        broken: TransportError,
        reader: &mut Reader,
    ) -> Result<(), CallError> {
        let (error, cause) = match broken {
            TransportError::Interrupted(CancelReason::Signal) => return Err(self.aborted()),
            TransportError::Interrupted(CancelReason::Timer) => {
                let text = "the host of the batch file was silent for `idleTimeoutMs`";
                (Error::new(Kind::Timeout, text), JsValue::UNDEFINED)
            }
            TransportError::Fetch(text) => {
                return Err(self.failure(Error::new(Kind::Config, text), &JsValue::UNDEFINED));
            }
            TransportError::Network(cause) => {
                let mut text =
                    "the connection to the host of the batch file failed or broke".to_owned();
                if let Some(code) = runtime_code(&cause) {
                    text.extend([": ", &code]);
                }
                (Error::new(Kind::Network, text), cause)
            }
            TransportError::TooLarge | TransportError::Redirect => unknown(),
        };
        // Everything has arrived; only closing the connection went wrong.
        if self.body.is_some() && self.total().is_some() && self.ends(reader)? {
            self.end(reader);
            return Ok(());
        }
        self.broke(error, cause);
        Ok(())
    }

    fn broke(&mut self, error: Error, cause: JsValue) {
        self.refused(Refusal::Trouble(RetryAfter::Absent), error, cause);
    }

    fn refused(&mut self, refusal: Refusal, error: Error, cause: JsValue) {
        self.body = None;
        self.last = Some((error, cause));
        self.plan.refused(refusal, js_sys::Math::random());
    }

    fn stopped(&mut self, stop: Stop) -> CallError {
        let (last, cause) = self.last.take().unwrap_or_else(unknown);
        let error = match stop {
            Stop::Failed => return self.failure(last, &cause),
            Stop::Refused => {
                let mut error = last;
                let text = ", and a new URL did not help: try again later, and contact Ayrshare if it persists";
                error.message.push_str(text);
                return self.failure(error, &cause);
            }
            Stop::Expired => Error::new(
                Kind::Expired,
                "the URL of the batch file has expired: request a new file with `getUserBatch`",
            ),
            Stop::NotReady { retry_after_ms } => {
                let mut error = Error::new(
                    Kind::NotReady,
                    "the batch file is not ready yet: call again after `retryAfterMs`, or allow more time with `waitMs`",
                );
                error.retry_after_ms = Some(retry_after_ms);
                error.retryable = true;
                error
            }
        };
        let mut error = error;
        if let Some(code) = &self.code {
            error
                .message
                .push_str(&["; its host returned `", code, "`"].concat());
        }
        error.status = last.status;
        self.failure(error, &cause)
    }

    pub(crate) fn aborted(&mut self) -> CallError {
        let error = Error::new(Kind::Aborted, "the download was aborted by its signal");
        let reason = self.interrupt.reason();
        CallError {
            cause: reason,
            ..self.failure(error, &JsValue::UNDEFINED)
        }
    }

    /// A failure with everything known about the download, and without the URL's signature.
    pub(crate) fn failure(&mut self, error: Error, cause: &JsValue) -> CallError {
        let (url, cause) = match &self.url {
            Some(url) => (Some(url.shown()), scrub_cause(cause, &url.secrets(), 0)),
            None => (None, JsValue::UNDEFINED),
        };
        CallError {
            error,
            attempts: std::mem::take(&mut self.attempts),
            url,
            cause,
            headers: JsValue::UNDEFINED,
        }
    }

    fn event(&self, kind: &str) -> Option<(&Function, Event)> {
        let observer = self.rules.on_event.as_ref()?;
        let url = self.url.as_ref().map(FileUrl::shown).unwrap_or_default();
        Some((observer, Event::new(kind, "file", &url)))
    }

    /// Emits a progress event.
    fn emit_progress(&mut self, reader: &Reader, wait_ms: Option<f64>) {
        let progress = reader.progress();
        self.emitted_bytes = progress.bytes;
        self.told_reread = self.bytes_reread.get();
        let Some((observer, event)) = self.event("progress") else {
            return;
        };
        let mut event = event
            .number("bytesRead", float(progress.bytes))
            .number("profiles", float(progress.records))
            .number("resumes", f64::from(self.resumes))
            .number("bytesReread", self.told_reread);
        if let Some(total) = self.likely_total(reader) {
            event = event.number("bytesTotal", total);
        }
        if let Some(wait_ms) = wait_ms {
            event = event.number("waitMs", wait_ms);
        }
        event.send(observer);
    }

    fn emit_retry(&self, wait_ms: f64) {
        let reason = self.last.as_ref().map_or(Kind::Network, |last| last.0.kind);
        if let Some((observer, event)) = self.event("retry") {
            let event = event.text("reason", reason.as_str());
            event
                .number("attempt", float(self.attempts.len() as u64))
                .number("waitMs", wait_ms)
                .send(observer);
        }
    }
}

fn refused(status: u16) -> Error {
    let mut error = Error::new(Kind::Api, "the host of the batch file refused it");
    error.status = Some(status);
    error
}

/// For a policy that gives up without a recorded failure.
fn unknown() -> (Error, JsValue) {
    let error = Error::new(Kind::Internal, "the download ended without a reason");
    (error, JsValue::UNDEFINED)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "files are smaller than 2^53 bytes"
)]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}
