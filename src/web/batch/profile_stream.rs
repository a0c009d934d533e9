//! Streaming all User Profiles from the batch file, and sweeping over them.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use web_sys::AbortSignal;

use super::download::{Download, DownloadOptions, Ticket, Tickets};
use super::http::FileUrl;
use crate::error::{Error, Kind};
use crate::model::UserBatch;
use crate::policy::download::Times;
use crate::records::{
    Delivery, Options, Progress, ReadError, Reader, Rejected, Report, Sweep, SweepOptions,
};
use crate::time::{parse_http_date_ms, parse_time_ms};
use crate::web::client::Client;
use crate::web::failure::CallError;
use crate::web::js::cancellation::Cancellation;
use crate::web::js::value::now_ms;
use crate::web::options::client::CallOptions;

/// How long to wait for the file by default: it takes about 5 minutes after it was requested.
pub(crate) const WAIT_MS: f64 = 900_000.0;

/// How long the connection may be idle by default.
pub(crate) const IDLE_TIMEOUT_MS: f64 = 30_000.0;

/// How to get the batch file.
#[derive(Clone, Debug)]
pub struct FileOptions {
    /// A ticket that was requested earlier; without one, the download requests one.
    pub batch: Option<UserBatch>,
    /// Ends the download when aborted; its reason becomes the error's cause.
    pub signal: Option<AbortSignal>,
    /// Milliseconds to wait for the file to become available. Default 15 minutes.
    pub wait_ms: f64,
    /// Milliseconds without a byte after which the connection counts as dropped. Default 30 seconds.
    pub idle_timeout_ms: f64,
}

impl Default for FileOptions {
    fn default() -> Self {
        Self {
            batch: None,
            signal: None,
            wait_ms: WAIT_MS,
            idle_timeout_ms: IDLE_TIMEOUT_MS,
        }
    }
}

/// One record of the batch file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A profile, as JSON.
    Profile(Vec<u8>),
    /// What is wrong with an invalid record, with [`OnInvalid::HandOver`](crate::records::OnInvalid). If the record only has mismatches, it
    /// follows as a profile.
    Rejected(Rejected),
}

impl Client {
    /// Streams all User Profiles. Nothing is sent until the stream is polled; dropping it closes the connection.
    #[must_use]
    pub fn stream_profiles(&self, file: &FileOptions, records: Options) -> Profiles {
        let feed = BatchReader {
            download: self.download(file),
            reader: Reader::new(records),
        };
        Profiles {
            progress: feed.reader.progress(),
            state: State::Resting(Box::new(feed)),
            ready: VecDeque::new(),
        }
    }

    /// Sweeps over all User Profiles without returning them.
    ///
    /// # Errors
    /// Every kind.
    pub async fn sweep_profiles(
        &self,
        file: &FileOptions,
        options: SweepOptions,
    ) -> Result<Report, CallError> {
        sweep(&mut self.download(file), Sweep::new(options)).await
    }

    fn download(&self, file: &FileOptions) -> Download<ClientTickets> {
        let tickets = ClientTickets {
            client: self.clone(),
            given: file.batch.clone(),
            signal: file.signal.clone(),
        };
        let options = self.options();
        let rules = DownloadOptions {
            fetch: options.fetch.clone(),
            on_event: options.on_event.clone(),
            wait_ms: file.wait_ms,
            idle_timeout_ms: file.idle_timeout_ms,
        };
        Download::new(tickets, rules, Cancellation::new(file.signal.as_ref()))
    }
}

/// Requests tickets from the API.
struct ClientTickets {
    client: Client,
    given: Option<UserBatch>,
    signal: Option<AbortSignal>,
}

impl Tickets for ClientTickets {
    type Error = CallError;

    async fn ask(&mut self) -> Result<Ticket, CallError> {
        if let Some(batch) = self.given.take() {
            return Ok(ticket(&batch.into(), None)?);
        }
        let options = CallOptions {
            signal: self.signal.clone(),
            ..CallOptions::default()
        };
        let answer = self.client.get_user_batch(&options).await?;
        Ok(ticket(&answer.value.into(), answer.meta.date().as_deref())?)
    }
}

/// The fields of `GET /user/batch` that a download needs.
pub(crate) struct BatchTicket {
    pub url: String,
    pub available: Option<String>,
    pub expires: Option<String>,
    pub last_updated: Option<String>,
}

impl From<UserBatch> for BatchTicket {
    fn from(batch: UserBatch) -> Self {
        Self {
            url: batch.url,
            available: batch.url_available,
            expires: batch.url_expires,
            last_updated: batch.last_updated,
        }
    }
}

/// Reads a ticket. If it does not say when the file becomes available, the file is requested at once; if it does not say when the file
/// expires, it is requested until its host refuses. `date` is the `Date` header of the response with the ticket: the times are by the
/// server's clock, and this machine's clock may be off by hours.
pub(crate) fn ticket(order: &BatchTicket, date: Option<&str>) -> Result<Ticket, Error> {
    let malformed = |text: &str| Error::new(Kind::Decode, text);
    let time = |text: &Option<String>| text.as_deref().and_then(parse_time_ms);
    let now_ms = now_ms();
    // A file cannot have been requested in the future.
    let ordered_ms = time(&order.last_updated);
    let behind_ms = ordered_ms.map_or(0.0, |ms| (ms - now_ms).max(0.0));
    let skew_ms = date
        .and_then(parse_http_date_ms)
        .map_or(behind_ms, |ms| ms - now_ms);
    let text = "the batch ticket's `url` is not an https URL";
    Ok(Ticket {
        url: FileUrl::checked(&order.url).ok_or_else(|| malformed(text))?,
        times: Times {
            available_ms: time(&order.available).unwrap_or_default(),
            expires_ms: time(&order.expires).unwrap_or(f64::INFINITY),
            skew_ms,
        },
    })
}

/// A download and the reader it feeds.
pub(crate) struct BatchReader<T> {
    pub download: Download<T>,
    pub reader: Reader,
}

impl<T: Tickets> BatchReader<T> {
    /// Applies `take` to the next batch; `None` after the last one.
    pub(crate) async fn pull<R>(
        &mut self,
        take: impl Fn(Delivery<'_>) -> R,
    ) -> Result<Option<R>, T::Error> {
        loop {
            match self.reader.next_batch() {
                Ok(Some(delivery)) => return Ok(Some(take(delivery))),
                Ok(None) if self.download.has_ended => return Ok(None),
                Ok(None) => self.download.fill(&mut self.reader).await?,
                Err(error) => return Err(unreadable(&mut self.download, error)),
            }
        }
    }
}

/// Reads the whole file into a sweep.
pub(crate) async fn sweep<T: Tickets>(
    download: &mut Download<T>,
    mut sweep: Sweep,
) -> Result<Report, T::Error> {
    while !download.has_ended {
        download.fill(sweep.reader()).await?;
        sweep
            .advance()
            .map_err(|error| unreadable(download, error))?;
    }
    Ok(sweep.report())
}

fn unreadable<T: Tickets>(download: &mut Download<T>, error: ReadError) -> T::Error {
    let failure = download.failure(Error::from(error), &wasm_bindgen::JsValue::UNDEFINED);
    failure.into()
}

type Pulled = (
    Box<BatchReader<ClientTickets>>,
    Result<Option<VecDeque<Record>>, CallError>,
);

enum State {
    Resting(Box<BatchReader<ClientTickets>>),
    Pulling(Pin<Box<dyn Future<Output = Pulled>>>),
    Over,
}

/// A stream of records.
pub struct Profiles {
    state: State,
    ready: VecDeque<Record>,
    progress: Progress,
}

impl Profiles {
    /// How much of the file has been read.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress
    }
}

impl fmt::Debug for Profiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Profiles")
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

async fn pull(mut feed: Box<BatchReader<ClientTickets>>) -> Pulled {
    let pulled = feed.pull(owned).await;
    (feed, pulled)
}

fn owned(delivery: Delivery<'_>) -> VecDeque<Record> {
    match delivery {
        Delivery::Rejected(rejected) => VecDeque::from([Record::Rejected(rejected)]),
        Delivery::Records(batch) => batch
            .records()
            .map(|record| Record::Profile(record.to_vec()))
            .collect(),
    }
}

impl Stream for Profiles {
    type Item = Result<Record, CallError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(record)));
            }
            let mut pulling = match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return Poll::Ready(None),
                State::Resting(feed) => Box::pin(pull(feed)),
                State::Pulling(pulling) => pulling,
            };
            let Poll::Ready((feed, pulled)) = pulling.as_mut().poll(context) else {
                self.state = State::Pulling(pulling);
                return Poll::Pending;
            };
            self.progress = feed.reader.progress();
            match pulled {
                Ok(Some(records)) => {
                    self.ready = records;
                    self.state = State::Resting(feed);
                }
                Ok(None) => return Poll::Ready(None),
                Err(failure) => return Poll::Ready(Some(Err(failure))),
            }
        }
    }
}
