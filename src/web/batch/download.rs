//! Downloads the batch file: from a ticket, through waits and dropped connections, to the last byte.
//!
//! The policy decides ([`DownloadPolicy`]), [`http`] transfers bytes, and a [`Reader`] consumes them. The consumer drives the download by asking for
//! records, so a slow consumer slows the download down. Dropping the download closes the connection.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Uint8Array};
use wasm_bindgen::JsValue;

use super::batch_reader::ByteSource;
use super::http::{self, Body, FileReply, FileUrl};
use super::progress::{ProgressReporter, SourceProgress};
use super::reread::Reread;
use super::ticket::TicketSource;
use crate::error::{Error, Kind};
use crate::policy::download::{
    Continuation, DownloadPolicy, FileHeaders, FileIdentity, NextStep, Refusal, StopReason,
    is_equal,
};
use crate::policy::fingerprint::Fingerprint;
use crate::policy::retry::RetryAfter;
use crate::records::Reader;
use crate::web::failure::{Attempt, CallError, runtime_code, scrub_cause};
use crate::web::http::fetch::TransportError;
use crate::web::js::cancellation::{CancelReason, Cancellation};
use crate::web::js::value::{float, now_ms};

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

/// A download in progress.
pub(crate) struct Download<T> {
    tickets: T,
    options: DownloadOptions,
    pub cancellation: Cancellation,
    policy: DownloadPolicy,
    url: Option<FileUrl>,
    /// Every URL that was requested: earlier ones and targets of redirects grant access, too.
    used_urls: Vec<FileUrl>,
    identity: Option<FileIdentity>,
    body: Option<Body>,
    /// Of all bytes that the reader has.
    fingerprint: Fingerprint,
    /// Set while the beginning of the file is read again.
    reread: Option<Reread>,
    /// How many bytes were read a second time. Shared, so that progress can be shown meanwhile.
    pub bytes_reread: Rc<Cell<f64>>,
    /// Whether the host sent a range that cannot be used, so that only the whole file is requested from now on.
    needs_whole_file: bool,
    /// The offset at which the previous response ended too early.
    cut_at: Option<f64>,
    has_ended: bool,
    /// How often the download resumed after a dropped connection.
    pub resumes: u32,
    progress: ProgressReporter,
    attempts: Vec<Attempt>,
    last_failure: Option<(Error, JsValue)>,
    /// The error code in the host's last refusal.
    refusal_code: Option<String>,
}

impl<T: TicketSource> ByteSource for Download<T> {
    type Error = T::Error;

    async fn fill(&mut self, reader: &mut Reader) -> Result<(), T::Error> {
        loop {
            let Some(body) = &self.body else {
                self.advance(reader).await?;
                if self.has_ended {
                    return Ok(());
                }
                continue;
            };
            let timer = self
                .cancellation
                .start_timeout(self.options.idle_timeout_ms);
            let chunk = body.chunk(&self.cancellation).await;
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
                Err(error) => self.interrupted(error, reader)?,
            }
            if self.has_ended {
                return Ok(());
            }
        }
    }

    fn has_ended(&self) -> bool {
        self.has_ended
    }

    fn likely_total(&self, reader: &Reader) -> Option<f64> {
        let read = float(reader.progress().bytes);
        self.identity.as_ref()?.likely_total(read)
    }

    fn unreadable(&mut self, error: Error) -> T::Error {
        self.failure(error, &JsValue::UNDEFINED).into()
    }
}

impl<T: TicketSource> Download<T> {
    pub(crate) fn new(tickets: T, options: DownloadOptions, cancellation: Cancellation) -> Self {
        Self {
            tickets,
            policy: DownloadPolicy::new(options.wait_ms),
            progress: ProgressReporter::new(options.on_event.clone()),
            options,
            cancellation,
            url: None,
            used_urls: Vec::new(),
            identity: None,
            body: None,
            fingerprint: Fingerprint::default(),
            reread: None,
            bytes_reread: Rc::default(),
            needs_whole_file: false,
            cut_at: None,
            has_ended: false,
            resumes: 0,
            attempts: Vec::new(),
            last_failure: None,
            refusal_code: None,
        }
    }

    /// Size of the whole file in bytes, if it is certain.
    fn total(&self) -> Option<f64> {
        self.identity.as_ref()?.total
    }

    fn end(&mut self, reader: &mut Reader) {
        self.body = None;
        reader.end();
        self.has_ended = true;
        self.report(reader, None);
    }

    /// Whether the end of this body is the end of the file. Fails if the file cannot end here.
    fn ends(&mut self, reader: &Reader) -> Result<bool, CallError> {
        let read = float(reader.progress().bytes);
        let total = self.total();
        let left = self
            .reread
            .as_ref()
            .map_or(0.0, |reread| float(reread.left));
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
        let skipped = self.skip_reread(chunk)?;
        let length = chunk.length() - skipped;
        if let Some(reread) = &self.reread {
            if reread.left > 0 {
                self.report_if_due(reader);
                return Ok(false);
            }
            self.reread = None;
            self.report(reader, None);
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
        self.fingerprint.update(room);
        reader.fed(length);
        self.policy.advanced();
        self.report_if_due(reader);
        Ok(true)
    }

    /// Compares a chunk with what was read before, and returns how many of its bytes to skip. Fails if the file differs.
    fn skip_reread(&mut self, chunk: &Uint8Array) -> Result<u32, CallError> {
        let Some(reread) = &mut self.reread else {
            return Ok(0);
        };
        let skipped = reread.skip(chunk);
        self.bytes_reread
            .set(self.bytes_reread.get() + f64::from(skipped));
        if reread.differs_from(&self.fingerprint) {
            return Err(self.changed());
        }
        Ok(skipped)
    }

    /// Takes the next step towards an open body.
    async fn advance(&mut self, reader: &mut Reader) -> Result<(), T::Error> {
        if self.cancellation.is_aborted() {
            return Err(self.aborted().into());
        }
        match self.policy.next(now_ms()) {
            NextStep::RequestTicket => {
                let ticket = self.tickets.request_ticket().await?;
                self.policy.ticket(ticket.times);
                self.url = Some(ticket.url);
            }
            NextStep::Wait { wait_ms, for_file } => {
                if for_file {
                    self.report(reader, Some(wait_ms));
                } else {
                    self.report_retry(wait_ms);
                }
                self.cancellation.sleep(wait_ms).await;
            }
            NextStep::Open => self.open(reader).await?,
            NextStep::Stop(stop) => return Err(self.stopped(stop).into()),
        }
        Ok(())
    }

    async fn open(&mut self, reader: &mut Reader) -> Result<(), CallError> {
        let Some(url) = self.url.clone() else {
            return Ok(());
        };
        let from = reader.progress().bytes;
        let wants_range = !self.needs_whole_file
            && self
                .identity
                .as_ref()
                .is_some_and(FileIdentity::takes_range);
        let (started_ms, timer) = (
            now_ms(),
            self.cancellation
                .start_timeout(self.options.idle_timeout_ms),
        );
        let requested_from = if wants_range { from } else { 0 };
        let fetch = self.options.fetch.as_ref();
        let used = &mut self.used_urls;
        let reply = http::open(fetch, &url, requested_from, &self.cancellation, used).await;
        drop(timer);
        let outcome = match &reply {
            Ok(FileReply::Bytes(headers, _)) => Ok(headers.status),
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
            Ok(FileReply::Bytes(headers, body)) => {
                self.opened(&headers, body, from);
                Ok(())
            }
            Ok(FileReply::Unsatisfied(range, version))
                if from > 0
                    && self.identity.as_ref().is_some_and(|identity| {
                        identity.is_whole(range, &version, float(from))
                    }) =>
            {
                self.end(reader);
                Ok(())
            }
            Ok(FileReply::Unsatisfied(..)) if requested_from > 0 => {
                self.needs_whole_file = true;
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
                self.refusal_code = code;
                self.refused(refusal, error, JsValue::UNDEFINED);
                Ok(())
            }
            Ok(FileReply::UnsafeRedirect) => {
                let text = "the batch file's URL redirects to an unsafe URL, such as plain HTTP";
                Err(self.failure(Error::new(Kind::Api, text), &JsValue::UNDEFINED))
            }
            Err(failure) => self.interrupted(failure, reader),
        }
    }

    fn opened(&mut self, headers: &FileHeaders, body: Body, from: u64) {
        let identity = self.identity.get_or_insert_default();
        match identity.judge(headers, float(from)) {
            Continuation::Here => {
                identity.learn(headers);
                self.reread = None;
            }
            Continuation::FromStart => {
                *identity = identity.restarted(headers, float(from));
                self.reread = (from > 0).then(|| Reread::new(from));
            }
            Continuation::RequestWhole if self.needs_whole_file || from == 0 => {
                let text = "the host of the batch file sent a range that was not requested";
                let mut error = Error::new(Kind::Api, text);
                error.status = Some(headers.status);
                return self.broke(error, JsValue::UNDEFINED);
            }
            Continuation::RequestWhole => {
                self.needs_whole_file = true;
                return;
            }
        }
        self.resumes += u32::from(from > 0);
        self.refusal_code = None;
        self.body = Some(body);
    }

    /// The file has changed, and two files must not be mixed.
    fn changed(&mut self) -> CallError {
        let (mut error, cause) = self.last_failure.take().unwrap_or_else(unknown);
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
        failure: TransportError,
        reader: &mut Reader,
    ) -> Result<(), CallError> {
        let (error, cause) = match failure {
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
        self.last_failure = Some((error, cause));
        self.policy.refused(refusal, js_sys::Math::random());
    }

    fn stopped(&mut self, stop: StopReason) -> CallError {
        let (last, cause) = self.last_failure.take().unwrap_or_else(unknown);
        let error = match stop {
            StopReason::Failed => return self.failure(last, &cause),
            StopReason::Refused => {
                let mut error = last;
                let text = ", and a new URL did not help: try again later, and contact Ayrshare if it persists";
                error.message.push_str(text);
                return self.failure(error, &cause);
            }
            StopReason::Expired => Error::new(
                Kind::Expired,
                "the URL of the batch file has expired: request a new file with `getUserBatch`",
            ),
            StopReason::NotReady { retry_after_ms } => {
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
        if let Some(code) = &self.refusal_code {
            error
                .message
                .push_str(&["; its host returned `", code, "`"].concat());
        }
        error.status = last.status;
        self.failure(error, &cause)
    }

    pub(crate) fn aborted(&mut self) -> CallError {
        let error = Error::new(Kind::Aborted, "the download was aborted by its signal");
        let reason = self.cancellation.reason();
        CallError {
            cause: reason,
            ..self.failure(error, &JsValue::UNDEFINED)
        }
    }

    /// A failure with everything known about the download, and without the URL's signature.
    pub(crate) fn failure(&mut self, error: Error, cause: &JsValue) -> CallError {
        let (url, cause) = match &self.url {
            Some(url) => {
                let secrets: Vec<_> = self.used_urls.iter().flat_map(FileUrl::secrets).collect();
                (Some(url.shown()), scrub_cause(cause, &secrets, 0))
            }
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

    fn shown_url(&self) -> String {
        self.url.as_ref().map(FileUrl::shown).unwrap_or_default()
    }

    fn report_if_due(&mut self, reader: &Reader) {
        if self.progress.is_due(reader, self.bytes_reread.get()) {
            self.report(reader, None);
        }
    }

    /// Reports the progress; `wait_ms` is how long the download is going to wait.
    fn report(&mut self, reader: &Reader, wait_ms: Option<f64>) {
        let source = SourceProgress {
            total: self.likely_total(reader),
            resumes: self.resumes,
            bytes_reread: self.bytes_reread.get(),
            wait_ms,
        };
        self.progress.report(&self.shown_url(), reader, &source);
    }

    fn report_retry(&self, wait_ms: f64) {
        let failure = self.last_failure.as_ref();
        let reason = failure.map_or(Kind::Network, |failure| failure.0.kind);
        if let Some((observer, event)) = self.progress.event("retry", &self.shown_url()) {
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
