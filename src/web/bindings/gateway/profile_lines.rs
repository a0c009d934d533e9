//! The records of the batch file as lines: what a [`GatewayRequest`](super::request::GatewayRequest) for them reads from Ayrshare.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;

use super::state::GatewayState;
use crate::api::endpoint::Endpoint;
use crate::gateway::route::{ProfilesQuery, Where};
use crate::json;
use crate::records::{Delivery, Filter, Reader, RecordOptions};
use crate::web::batch::batch_reader::BatchReader;
use crate::web::batch::download::{Download, DownloadOptions};
use crate::web::batch::ticket::{BatchTicket, Ticket, TicketSource};
use crate::web::failure::CallError;
use crate::web::http::fetch;
use crate::web::js::cancellation::{Cancellation, Canceller};
use crate::web::js::value::now_ms;
use crate::web::options::client::CallOptions;

type LinesReader = BatchReader<Download<TicketCalls>>;

/// Reads the batch file. `options` are those of the calls that request its tickets.
pub(crate) fn reader(
    shared: &Rc<GatewayState>,
    query: &ProfilesQuery,
    options: CallOptions,
) -> LinesReader {
    let file = shared.file.clone();
    let cancellation = Cancellation::new(options.signal.as_ref());
    let tickets = TicketCalls {
        shared: Rc::clone(shared),
        options,
    };
    let rules = DownloadOptions {
        fetch: file.fetch,
        on_event: file.on_event,
        wait_ms: file.wait_ms,
        idle_timeout_ms: file.idle_timeout_ms,
    };
    BatchReader {
        source: Download::new(tickets, rules, cancellation),
        reader: Reader::new(record_options(query, file.max_record_bytes)),
    }
}

/// Requests batch tickets with the API key of the call.
pub(crate) struct TicketCalls {
    shared: Rc<GatewayState>,
    options: CallOptions,
}

impl TicketSource for TicketCalls {
    type Error = CallError;

    async fn request_ticket(&mut self) -> Result<Ticket, CallError> {
        let client = &self.shared.client;
        let good = client.text(Endpoint::Batch, &self.options).await?;
        let text = |name| {
            let found = json::field(&good.body, name).and_then(json::string);
            found.map(std::borrow::Cow::into_owned)
        };
        let order = BatchTicket {
            url: text("url").unwrap_or_default(),
            available: text("urlAvailable"),
            expires: text("urlExpires"),
            last_updated: text("lastUpdated"),
        };
        let date = fetch::header(&good.headers, "date");
        Ok(Ticket::checked(&order, date.as_deref())?)
    }
}

/// The records of the batch file as NDJSON, held by TypeScript.
#[wasm_bindgen]
pub struct RecordLines {
    /// `None` while a read is in progress.
    feed: Rc<RefCell<Option<LinesReader>>>,
    canceller: Canceller,
}

impl std::fmt::Debug for RecordLines {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RecordLines")
            .finish_non_exhaustive()
    }
}

impl RecordLines {
    pub(crate) fn new(feed: LinesReader) -> Self {
        Self {
            canceller: feed.source.cancellation.canceller(),
            feed: Rc::new(RefCell::new(Some(feed))),
        }
    }
}

#[wasm_bindgen]
impl RecordLines {
    /// Resolves to the next lines, or to `undefined` at the end and after a failure.
    #[wasm_bindgen(unchecked_return_type = "Promise<Uint8Array<ArrayBuffer> | undefined>")]
    pub fn next(&self) -> Promise {
        let slot = Rc::clone(&self.feed);
        future_to_promise(async move {
            let taken = slot.borrow_mut().take();
            let Some(mut feed) = taken else {
                return Ok(JsValue::UNDEFINED);
            };
            let Some(lines) = feed.pull(|delivery| lines(&delivery)).await? else {
                return Ok(JsValue::UNDEFINED);
            };
            slot.replace(Some(feed));
            Ok(lines.into())
        })
    }

    /// Closes the connection.
    pub fn cancel(&self) {
        self.canceller.cancel();
        self.feed.borrow_mut().take();
    }
}

/// The records, one per line. Line breaks inside a record become spaces: in JSON they occur only as whitespace.
pub(crate) fn lines(delivery: &Delivery<'_>) -> Uint8Array {
    let mut lines = Vec::new();
    if let Delivery::Records(batch) = delivery {
        lines.reserve(batch.text().len());
        for record in batch.records() {
            let is_end = |byte: u8| matches!(byte, b'\n' | b'\r');
            lines.extend(
                record
                    .iter()
                    .map(|&byte| if is_end(byte) { b' ' } else { byte }),
            );
            lines.push(b'\n');
        }
    }
    Uint8Array::from(lines.as_slice())
}

fn record_options(query: &ProfilesQuery, max_record_bytes: Option<usize>) -> RecordOptions {
    let mut options = RecordOptions {
        select: query.select.clone(),
        ..RecordOptions::default()
    };
    if let Some(bytes) = max_record_bytes {
        options.max_record_bytes = bytes;
    }
    let wanted = &query.filter;
    options.filter = (*wanted != Where::default()).then(|| Filter {
        network: wanted.network.clone(),
        refresh_within_days: wanted.refresh_within_days.map(f64::from),
        nothing_linked: wanted.nothing_linked,
        now_ms: now_ms(),
    });
    options
}
