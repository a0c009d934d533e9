//! Streaming all User Profiles from the batch file, and sweeping over them.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use web_sys::AbortSignal;

use super::batch_reader::{BatchReader, sweep};
use super::download::{Download, DownloadOptions};
use super::ticket::{Ticket, TicketSource};
use crate::model::UserBatch;
use crate::records::{
    Delivery, Progress, Reader, RecordOptions, Rejected, Report, Sweep, SweepOptions,
};
use crate::web::client::Client;
use crate::web::failure::CallError;
use crate::web::js::cancellation::Cancellation;
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
    pub fn stream_profiles(&self, file: &FileOptions, records: RecordOptions) -> Profiles {
        let batch_reader = BatchReader {
            source: self.download(file),
            reader: Reader::new(records),
        };
        Profiles {
            progress: batch_reader.reader.progress(),
            state: State::Idle(Box::new(batch_reader)),
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
            in_hand: file.batch.clone(),
            signal: file.signal.clone(),
        };
        let options = self.options();
        let download = DownloadOptions {
            fetch: options.fetch.clone(),
            on_event: options.on_event.clone(),
            wait_ms: file.wait_ms,
            idle_timeout_ms: file.idle_timeout_ms,
        };
        Download::new(tickets, download, Cancellation::new(file.signal.as_ref()))
    }
}

/// Requests tickets from the API.
struct ClientTickets {
    client: Client,
    /// The caller's ticket, which is used first.
    in_hand: Option<UserBatch>,
    signal: Option<AbortSignal>,
}

impl TicketSource for ClientTickets {
    type Error = CallError;

    async fn request_ticket(&mut self) -> Result<Ticket, CallError> {
        if let Some(batch) = self.in_hand.take() {
            return Ok(Ticket::checked(&batch.into(), None)?);
        }
        let options = CallOptions {
            signal: self.signal.clone(),
            ..CallOptions::default()
        };
        let answer = self.client.get_user_batch(&options).await?;
        let date = answer.meta.date();
        Ok(Ticket::checked(&answer.value.into(), date.as_deref())?)
    }
}

type Pulled = (
    Box<BatchReader<Download<ClientTickets>>>,
    Result<Option<VecDeque<Record>>, CallError>,
);

enum State {
    Idle(Box<BatchReader<Download<ClientTickets>>>),
    Pulling(Pin<Box<dyn Future<Output = Pulled>>>),
    Ended,
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

async fn pull(mut batch_reader: Box<BatchReader<Download<ClientTickets>>>) -> Pulled {
    let pulled = batch_reader.pull(owned).await;
    (batch_reader, pulled)
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
            let mut pulling = match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Idle(batch_reader) => Box::pin(pull(batch_reader)),
                State::Pulling(pulling) => pulling,
            };
            let Poll::Ready((batch_reader, pulled)) = pulling.as_mut().poll(context) else {
                self.state = State::Pulling(pulling);
                return Poll::Pending;
            };
            self.progress = batch_reader.reader.progress();
            match pulled {
                Ok(Some(records)) => {
                    self.ready = records;
                    self.state = State::Idle(batch_reader);
                }
                Ok(None) => return Poll::Ready(None),
                Err(failure) => return Poll::Ready(Some(Err(failure))),
            }
        }
    }
}
