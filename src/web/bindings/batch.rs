//! The exports that the package's TypeScript calls to read the batch file. They are built as a separate module, loaded on first use: small,
//! but fast in the code that every byte of a file passes through.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::error::{Error, Kind, config};
use crate::records::{
    Delivery, Filter, OnInvalid, Reader, RecordOptions, Rejected, Sweep, SweepOptions,
};
use crate::web::batch::batch_reader::{self, BatchReader, ByteSource};
use crate::web::batch::download::{Download, DownloadOptions};
use crate::web::batch::profile_stream::{IDLE_TIMEOUT_MS, WAIT_MS};
use crate::web::batch::source_in_hand::SourceInHand;
use crate::web::batch::ticket::{BatchTicket, Ticket, TicketSource};
use crate::web::failure::{CallError, rejection};
use crate::web::js::cancellation::{Cancellation, Canceller};
use crate::web::js::value::{self, float, now_ms};
use crate::web::options::client::OnMismatch;
use crate::web::options::reader::{OptionsReader, invalid_option};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse(text: &JsValue) -> Result<JsValue, JsValue>;

    /// Shared by all batches, because creating one costs more than using it.
    type TextDecoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextDecoder;

    #[wasm_bindgen(method)]
    fn decode(this: &TextDecoder, bytes: &[u8]) -> JsValue;
}

const STREAM_OPTIONS: &str = "fetch onEvent requestTicket source signal waitMs idleTimeoutMs maxRecordBytes select where check onInvalid";
const SWEEP_OPTIONS: &str = "fetch onEvent requestTicket source signal waitMs idleTimeoutMs maxRecordBytes refreshWithinDays quotaShare maxEntries onInvalid";

/// A batch file being read.
#[wasm_bindgen]
pub struct BatchFile {
    /// Taken out while a batch is being read.
    reader: Rc<RefCell<Option<BatchReader<FileSource>>>>,
    canceller: Canceller,
    bytes_reread: Rc<Cell<f64>>,
    decoder: Rc<TextDecoder>,
}

impl std::fmt::Debug for BatchFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("BatchFile").finish_non_exhaustive()
    }
}

#[wasm_bindgen]
impl BatchFile {
    /// A file whose records are streamed. Does no I/O.
    ///
    /// # Errors
    /// A failure of kind `config`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<BatchFile, JsValue> {
        let opened = open(options, STREAM_OPTIONS).and_then(|(given, source)| {
            let reader = Reader::new(record_options(&given)?);
            Ok(BatchReader { source, reader })
        });
        let reader = opened.map_err(rejection)?;
        Ok(Self {
            canceller: reader.source.canceller(),
            bytes_reread: reader.source.bytes_reread(),
            reader: Rc::new(RefCell::new(Some(reader))),
            decoder: Rc::new(TextDecoder::new()),
        })
    }

    /// The next batch and the progress: `[records, rejected, bytesRead, bytesTotal, profiles, invalid, filtered, resumes]`. With neither
    /// `records` nor `rejected`, the file has ended; a failure also ends the stream.
    pub fn next(&self) -> Promise {
        let (slot, decoder) = (Rc::clone(&self.reader), Rc::clone(&self.decoder));
        future_to_promise(async move {
            let taken = slot.borrow_mut().take();
            let Some(mut reader) = taken else {
                return Ok(Array::new().into());
            };
            let (records, rejected, is_over) = loop {
                let pulled = reader.pull(|delivery| handed_over(&decoder, delivery));
                match pulled.await? {
                    None => break (JsValue::UNDEFINED, JsValue::UNDEFINED, true),
                    Some(Ok((records, rejected))) => break (records, rejected, false),
                    // The engine rejects the batch, so check its records one by one.
                    Some(Err(_)) if reader.reader.reread() => {}
                    Some(Err(cause)) => return Err(unparsable(cause)),
                }
            };
            let answer = batch_and_progress(&reader, records, rejected);
            if !is_over {
                slot.replace(Some(reader));
            }
            Ok(answer)
        })
    }

    /// How many bytes were read a second time so far. Can be called while a batch is pending.
    #[must_use]
    #[wasm_bindgen(js_name = bytesReread)]
    pub fn bytes_reread(&self) -> f64 {
        self.bytes_reread.get()
    }

    /// Closes the connection. A pending batch fails with kind `aborted`.
    pub fn cancel(&self) {
        self.canceller.cancel();
        self.reader.borrow_mut().take();
    }

    /// Sweeps a whole file without streaming records; resolves to a report.
    pub fn sweep(options: JsValue) -> Promise {
        future_to_promise(async move {
            let started_ms = now_ms();
            let (given, mut source) = open(&options, SWEEP_OPTIONS).map_err(rejection)?;
            let sweep = Sweep::new(sweep_options(&given).map_err(rejection)?);
            let report = batch_reader::sweep(&mut source, sweep).await?;
            let serializer = serde_wasm_bindgen::Serializer::json_compatible();
            let report = report.serialize(&serializer).map_err(JsValue::from)?;
            value::set(&report, "resumes", &source.resumes().into());
            value::set(&report, "durationMs", &(now_ms() - started_ms).into());
            Ok(report)
        })
    }
}

fn batch_and_progress(
    batch: &BatchReader<FileSource>,
    records: JsValue,
    rejected: JsValue,
) -> JsValue {
    let progress = batch.reader.progress();
    let answer = Array::of(&[
        records,
        rejected,
        float(progress.bytes).into(),
        batch.source.likely_total(&batch.reader).into(),
        float(progress.records).into(),
        float(progress.invalid).into(),
        float(progress.filtered).into(),
        batch.source.resumes().into(),
    ]);
    answer.into()
}

/// Converts a batch to an array of records, and an invalid record to `{ index, offset, path, message, raw, delivered, mismatches }`. Fails
/// if the engine cannot parse the batch.
fn handed_over(
    decoder: &TextDecoder,
    delivery: Delivery<'_>,
) -> Result<(JsValue, JsValue), JsValue> {
    match delivery {
        Delivery::Records(batch) => {
            let records = parse(&decoder.decode(batch.text()))?;
            Ok((records, JsValue::UNDEFINED))
        }
        Delivery::Rejected(rejected) => Ok((JsValue::UNDEFINED, described(rejected))),
    }
}

fn unparsable(cause: JsValue) -> JsValue {
    let text = "the engine could not parse a record of the batch file";
    let mut failure = CallError::from(Error::new(Kind::Decode, text));
    failure.cause = cause;
    failure.into()
}

fn described(rejected: Rejected) -> JsValue {
    let described = JsValue::from(js_sys::Object::new());
    let (index, offset) = (rejected.error.index, rejected.error.offset);
    let mismatches = Array::new();
    for mismatch in rejected.error.mismatches.iter() {
        let entry = JsValue::from(js_sys::Object::new());
        value::set(&entry, "path", &mismatch.path.into());
        value::set(&entry, "expected", &mismatch.expected.into());
        value::set(&entry, "found", &mismatch.found.into());
        mismatches.push(&entry);
    }
    value::set(&described, "mismatches", &mismatches);
    value::set(&described, "delivered", &rejected.is_handed_out.into());
    let error = Error::from(rejected.error);
    if let Some(index) = index {
        value::set(&described, "index", &float(index).into());
    }
    value::set(&described, "offset", &float(offset).into());
    value::set(&described, "message", &error.message.as_str().into());
    if let Some(path) = &error.path {
        value::set(&described, "path", &path.as_str().into());
    }
    if let Some(raw) = rejected.raw {
        let raw = js_sys::Uint8Array::from(raw.as_slice());
        value::set(&described, "raw", &raw);
    }
    described
}

/// Where the bytes of a file come from.
enum FileSource {
    /// A download.
    Host(Box<Download<TicketFunction>>),
    /// A source that the caller has in hand.
    Caller(SourceInHand),
}

impl FileSource {
    fn canceller(&self) -> Canceller {
        match self {
            Self::Host(download) => download.cancellation.canceller(),
            Self::Caller(source) => source.cancellation.canceller(),
        }
    }

    fn bytes_reread(&self) -> Rc<Cell<f64>> {
        match self {
            Self::Host(download) => Rc::clone(&download.bytes_reread),
            Self::Caller(_) => Rc::default(),
        }
    }

    /// How often a dropped connection was resumed.
    fn resumes(&self) -> u32 {
        match self {
            Self::Host(download) => download.resumes,
            Self::Caller(_) => 0,
        }
    }
}

impl ByteSource for FileSource {
    type Error = JsValue;

    async fn fill(&mut self, reader: &mut Reader) -> Result<(), JsValue> {
        match self {
            Self::Host(download) => download.fill(reader).await,
            Self::Caller(source) => source.fill(reader).await,
        }
    }

    fn has_ended(&self) -> bool {
        match self {
            Self::Host(download) => download.has_ended(),
            Self::Caller(source) => source.has_ended(),
        }
    }

    fn likely_total(&self, reader: &Reader) -> Option<f64> {
        match self {
            Self::Host(download) => download.likely_total(reader),
            Self::Caller(source) => source.likely_total(reader),
        }
    }

    fn unreadable(&mut self, error: Error) -> JsValue {
        match self {
            Self::Host(download) => download.unreadable(error),
            Self::Caller(source) => source.unreadable(error),
        }
    }
}

fn open(options: &JsValue, known: &'static str) -> Result<(OptionsReader, FileSource), Error> {
    let given = OptionsReader::new(options, known)?;
    if let Some(source) = given.get("source") {
        let source = source_in_hand(&given, source)?;
        return Ok((given, FileSource::Caller(source)));
    }
    let cancellation = cancellation(&given)?;
    let download = DownloadOptions {
        on_event: given.function("onEvent")?,
        idle_timeout_ms: idle_timeout_ms(&given)?,
        fetch: given.function("fetch")?,
        wait_ms: given.span("waitMs")?.unwrap_or(WAIT_MS),
    };
    let request_ticket = given.function("requestTicket")?;
    let missing = || config(&["`requestTicket` is missing"]);
    let tickets = TicketFunction(request_ticket.ok_or_else(missing)?);
    let download = Download::new(tickets, download, cancellation);
    Ok((given, FileSource::Host(Box::new(download))))
}

/// The caller's source, with the options that all functions for sources have.
pub(super) fn source_in_hand(
    given: &OptionsReader,
    source: JsValue,
) -> Result<SourceInHand, Error> {
    let cancellation = cancellation(given)?;
    let on_event = given.function("onEvent")?;
    let idle_timeout_ms = idle_timeout_ms(given)?;
    Ok(SourceInHand::new(
        source,
        on_event,
        idle_timeout_ms,
        cancellation,
    ))
}

fn cancellation(given: &OptionsReader) -> Result<Cancellation, Error> {
    let cancellation = Cancellation::new(given.signal()?.as_ref());
    if !cancellation.accepts_listeners() {
        return Err(invalid_option("signal", "an AbortSignal"));
    }
    Ok(cancellation)
}

fn idle_timeout_ms(given: &OptionsReader) -> Result<f64, Error> {
    let given = given.duration("idleTimeoutMs")?;
    Ok(given.unwrap_or(IDLE_TIMEOUT_MS))
}

fn record_options(given: &OptionsReader) -> Result<RecordOptions, Error> {
    let mut options = RecordOptions {
        ascii: true,
        select: given.names("select")?,
        ..RecordOptions::default()
    };
    options.on_invalid = match given.get("onInvalid") {
        Some(function) if function.is_function() => OnInvalid::HandOver,
        _ => {
            let words = ["report", "throw", "skip"];
            let expected = "\"report\", \"throw\", \"skip\" or a function";
            match given.word("onInvalid", &words, expected)? {
                None | Some(0) => OnInvalid::Report,
                Some(1) => OnInvalid::Throw,
                Some(_) => OnInvalid::Skip,
            }
        }
    };
    if given.boolean("check")? == Some(false) {
        options.check = None;
    }
    if let Some(bytes) = given.count("maxRecordBytes")? {
        options.max_record_bytes = bytes;
    }
    if let Some(filter) = given.get("where") {
        let given =
            OptionsReader::inside("where", &filter, "network refreshWithinDays nothingLinked")?;
        options.filter = Some(Filter {
            network: given.string("network")?,
            refresh_within_days: given.span("refreshWithinDays")?,
            nothing_linked: given.boolean("nothingLinked")?.unwrap_or(false),
            now_ms: now_ms(),
        });
    }
    Ok(options)
}

fn sweep_options(given: &OptionsReader) -> Result<SweepOptions, Error> {
    let mut options = SweepOptions::at(now_ms());
    given.limits(&mut options.refresh_within_days, &mut options.quota_share)?;
    options.on_invalid = match given.on_invalid()? {
        Some(OnMismatch::Throw) => OnInvalid::Throw,
        _ => OnInvalid::Report,
    };
    if let Some(max_entries) = given.count("maxEntries")? {
        options.max_entries = max_entries;
    }
    if let Some(bytes) = given.count("maxRecordBytes")? {
        options.max_record_bytes = bytes;
    }
    Ok(options)
}

/// Tickets from TypeScript: a function that resolves to a `UserBatch` and the `Date` header of its response.
struct TicketFunction(Function);

impl TicketSource for TicketFunction {
    type Error = JsValue;

    async fn request_ticket(&mut self) -> Result<Ticket, JsValue> {
        // The package's own function, which always returns a native promise.
        let requested = value::try_call(&self.0, &JsValue::UNDEFINED, &Array::new())?;
        let answer: Array = JsFuture::from(requested.unchecked_into::<Promise>())
            .await?
            .unchecked_into();
        let (batch, date) = (answer.get(0), answer.get(1).as_string());
        let text = |name: &'static str| value::text_of(&batch, name);
        let Some(url) = text("url") else {
            let text = "`batch` must be what `getUserBatch` resolved to";
            return Err(rejection(config(&[text])));
        };
        let fields = BatchTicket {
            url,
            available: text("urlAvailable"),
            expires: text("urlExpires"),
            last_updated: text("lastUpdated"),
        };
        Ticket::checked(&fields, date.as_deref()).map_err(rejection)
    }
}
