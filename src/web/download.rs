//! The one loop for file downloads: from a ticket, over waits and broken lines, to the file's last byte.
//!
//! The policy decides ([`Plan`]), [`file`] moves bytes, and the bytes end in a [`Reader`]. It is driven by
//! whoever wants more records, so a slow consumer slows the download down, and dropping it closes the
//! connection.

use js_sys::Function;
use wasm_bindgen::JsValue;

use super::events::Event;
use super::failure::{Failure, TryReport, scrub_cause};
use super::file::{self, Body, FileReply, FileUrl};
use super::interrupt::{Interrupt, Why};
use super::transport::Broken;
use super::value::now_ms;
use crate::error::{Error, Kind};
use crate::policy::download::{Continuation, Known, Part, Plan, Refusal, Step, Stop, Times};
use crate::policy::retry::RetryAfter;
use crate::records::Reader;

/// How many bytes pass between two events about progress.
const EVENT_BYTES: u64 = 1 << 20;

/// Where the file is, and from when on.
#[derive(Debug)]
pub(super) struct Ticket {
    pub url: FileUrl,
    pub times: Times,
}

/// Where tickets come from.
pub(super) trait Tickets {
    /// What goes wrong in a download, and in asking for a ticket.
    type Error: From<Failure>;

    /// The first ticket, or a newer one.
    async fn ask(&mut self) -> Result<Ticket, Self::Error>;
}

/// How to download.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub fetch: Option<Function>,
    pub on_event: Option<Function>,
    /// How long to wait until the file is there.
    pub wait_ms: f64,
    /// How long the line may be silent.
    pub idle_timeout_ms: f64,
}

/// A download under way.
pub(super) struct Download<T> {
    tickets: T,
    rules: Rules,
    pub interrupt: Interrupt,
    plan: Plan,
    url: Option<FileUrl>,
    known: Option<Known>,
    body: Option<Body>,
    /// Bytes still to leave out, because a host began from the start again.
    skip: u64,
    /// Whether the reader was told that there are no more bytes.
    pub has_ended: bool,
    /// How often it went on after a broken line.
    pub resumes: u32,
    told_bytes: u64,
    tries: Vec<TryReport>,
    last: Option<(Error, JsValue)>,
}

impl<T: Tickets> Download<T> {
    pub(super) fn new(tickets: T, rules: Rules, interrupt: Interrupt) -> Self {
        Self {
            tickets,
            plan: Plan::new(rules.wait_ms),
            rules,
            interrupt,
            url: None,
            known: None,
            body: None,
            skip: 0,
            has_ended: false,
            resumes: 0,
            told_bytes: 0,
            tries: Vec::new(),
            last: None,
        }
    }

    /// Bytes of the whole file, where that is known.
    pub(super) fn total(&self) -> Option<f64> {
        self.known.as_ref().and_then(|known| known.total)
    }

    /// Feeds the reader the next bytes, or tells it that there are no more.
    pub(super) async fn fill(&mut self, reader: &mut Reader) -> Result<(), T::Error> {
        loop {
            let Some(body) = &self.body else {
                self.reach(reader).await?;
                continue;
            };
            let timer = self.interrupt.arm(self.rules.idle_timeout_ms);
            let chunk = body.chunk(&self.interrupt).await;
            drop(timer);
            match chunk {
                Ok(Some(chunk)) => {
                    if self.feed(reader, &chunk) {
                        return Ok(());
                    }
                }
                Ok(None) if !self.is_short(reader) => {
                    self.body = None;
                    reader.end();
                    self.has_ended = true;
                    self.tell(reader, None);
                    return Ok(());
                }
                Ok(None) => {
                    let error =
                        Error::new(Kind::Decode, "the batch file is shorter than announced");
                    self.broke(error, JsValue::UNDEFINED);
                }
                Err(broken) => self.interrupted(broken)?,
            }
        }
    }

    fn is_short(&self, reader: &Reader) -> bool {
        let total = self.total().unwrap_or(0.0);
        self.skip > 0 || float(reader.progress().bytes) < total
    }

    /// Says whether anything was fed.
    fn feed(&mut self, reader: &mut Reader, chunk: &js_sys::Uint8Array) -> bool {
        let skipped = u64::from(chunk.length()).min(self.skip);
        self.skip -= skipped;
        let left = u64::from(chunk.length()) - skipped;
        if left == 0 {
            return false;
        }
        let rest;
        let mut piece = chunk;
        if skipped > 0 {
            rest = chunk.subarray(u32::try_from(skipped).unwrap_or(0), chunk.length());
            piece = &rest;
        }
        let length = piece.length() as usize;
        piece.copy_to(reader.room(length));
        reader.fed(length);
        self.plan.advanced();
        if reader.progress().bytes - self.told_bytes >= EVENT_BYTES {
            self.tell(reader, None);
        }
        true
    }

    /// Does the next thing on the way to an open body.
    async fn reach(&mut self, reader: &Reader) -> Result<(), T::Error> {
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
                    self.tell(reader, Some(wait_ms));
                } else {
                    self.tell_retry(wait_ms);
                }
                self.interrupt.sleep(wait_ms).await;
            }
            Step::Open => self.open(reader).await?,
            Step::Stop(stop) => return Err(self.stopped(stop).into()),
        }
        Ok(())
    }

    async fn open(&mut self, reader: &Reader) -> Result<(), Failure> {
        let Some(url) = self.url.clone() else {
            return Ok(());
        };
        let from = reader.progress().bytes;
        let in_part = self.known.as_ref().is_none_or(Known::takes_range);
        let (started_ms, timer) = (now_ms(), self.interrupt.arm(self.rules.idle_timeout_ms));
        let asked = if in_part { from } else { 0 };
        let fetch = self.rules.fetch.as_ref();
        let reply = file::open(fetch, &url, asked, &self.interrupt).await;
        drop(timer);
        let outcome = match &reply {
            Ok(FileReply::Bytes(part, _)) => Ok(part.status),
            Ok(FileReply::Refused(status, _)) => Ok(*status),
            Ok(FileReply::Astray) => Err(Kind::Api.as_str()),
            Err(_) => Err(Kind::Network.as_str()),
        };
        self.tries.push(TryReport {
            outcome,
            duration_ms: now_ms() - started_ms,
        });
        match reply {
            Ok(FileReply::Bytes(part, body)) => self.opened(&part, body, from),
            Ok(FileReply::Refused(416, _)) if from > 0 => Err(self.changed()),
            Ok(FileReply::Refused(status, refusal)) => {
                let text = "the host of the batch file refused it";
                let mut error = Error::new(Kind::Api, text);
                error.status = Some(status);
                self.refused(refusal, error, JsValue::UNDEFINED);
                Ok(())
            }
            Ok(FileReply::Astray) => {
                let text = "the batch file's address redirects to where it must not be fetched from, \
                     such as plain http";
                Err(self.failure(Error::new(Kind::Api, text), &JsValue::UNDEFINED))
            }
            Err(broken) => self.interrupted(broken),
        }
    }

    fn opened(&mut self, part: &Part, body: Body, from: u64) -> Result<(), Failure> {
        let judged = match &self.known {
            None => Continuation::Here,
            Some(_) if from == 0 => Continuation::Here,
            Some(known) => known.judge(part, float(from)),
        };
        self.skip = match judged {
            Continuation::Here => 0,
            Continuation::Skip(_) => from,
            Continuation::Changed => return Err(self.changed()),
        };
        if from == 0 {
            self.known = Some(Known::from_first(part));
        } else {
            self.resumes += 1;
        }
        self.body = Some(body);
        Ok(())
    }

    /// Nobody may mix two files.
    fn changed(&mut self) -> Failure {
        let (mut error, cause) = self.last.take().unwrap_or_else(unknown);
        error.message.push_str(
            ", and the rest cannot be had, because the file there is not surely the same: start again",
        );
        self.failure(error, &cause)
    }

    fn interrupted(&mut self, broken: Broken) -> Result<(), Failure> {
        let (error, cause) = match broken {
            Broken::Interrupted(Why::Signal) => return Err(self.aborted()),
            Broken::Interrupted(Why::Timer) => {
                let text = "the host of the batch file was silent for `idleTimeoutMs`";
                (Error::new(Kind::Timeout, text), JsValue::UNDEFINED)
            }
            Broken::Fetch(text) => {
                return Err(self.failure(Error::new(Kind::Config, text), &JsValue::UNDEFINED));
            }
            Broken::Network(cause) => {
                let text = "the connection to the host of the batch file failed or broke";
                (Error::new(Kind::Network, text), cause)
            }
            Broken::TooLarge | Broken::Redirect => unknown(),
        };
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

    fn stopped(&mut self, stop: Stop) -> Failure {
        let (last, cause) = self.last.take().unwrap_or_else(unknown);
        let error = match stop {
            Stop::Failed => return self.failure(last, &cause),
            Stop::Expired => Error::new(
                Kind::Expired,
                "the address of the batch file has expired: order a new file with `getUserBatch`",
            ),
            Stop::NotReady { retry_after_ms } => {
                let mut error = Error::new(
                    Kind::NotReady,
                    "the batch file is not there yet: call again after `retryAfterMs`, or allow more time with `wait`",
                );
                error.retry_after_ms = Some(retry_after_ms);
                error.retryable = true;
                error
            }
        };
        let mut error = error;
        error.status = last.status;
        self.failure(error, &cause)
    }

    pub(super) fn aborted(&mut self) -> Failure {
        let error = Error::new(Kind::Aborted, "the download was aborted by its signal");
        let reason = self.interrupt.reason();
        Failure {
            cause: reason,
            ..self.failure(error, &JsValue::UNDEFINED)
        }
    }

    /// A failure with everything known about the download, and without the address's signature.
    pub(super) fn failure(&mut self, error: Error, cause: &JsValue) -> Failure {
        let (url, cause) = match &self.url {
            Some(url) => (Some(url.shown()), scrub_cause(cause, &url.secrets(), 0)),
            None => (None, JsValue::UNDEFINED),
        };
        Failure {
            error,
            tries: std::mem::take(&mut self.tries),
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

    /// Tells how far the download has come, and how long it waits for the file.
    fn tell(&mut self, reader: &Reader, wait_ms: Option<f64>) {
        let progress = reader.progress();
        self.told_bytes = progress.bytes;
        let Some((observer, event)) = self.event("progress") else {
            return;
        };
        let mut event = event
            .number("bytesRead", float(progress.bytes))
            .number("profiles", float(progress.records))
            .number("resumes", f64::from(self.resumes));
        if let Some(total) = self.total() {
            event = event.number("bytesTotal", total);
        }
        if let Some(wait_ms) = wait_ms {
            event = event.number("waitMs", wait_ms);
        }
        event.send(observer);
    }

    fn tell_retry(&self, wait_ms: f64) {
        let reason = self.last.as_ref().map_or(Kind::Network, |last| last.0.kind);
        if let Some((observer, event)) = self.event("retry") {
            let event = event.text("reason", reason.as_str());
            event
                .number("try", float(self.tries.len() as u64))
                .number("waitMs", wait_ms)
                .send(observer);
        }
    }
}

/// Where the policy gives up without a failure on record.
fn unknown() -> (Error, JsValue) {
    let error = Error::new(Kind::Internal, "the download ended without a reason");
    (error, JsValue::UNDEFINED)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "files are smaller than 2^53 bytes"
)]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}
