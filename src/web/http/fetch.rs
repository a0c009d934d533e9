//! The transport of one attempt: sends a request and reads a bounded body.
//!
//! `fetch.js` sends and reads, which takes one call across the wasm boundary instead of thirty. Only method, headers, signal and redirect
//! are set, because some runtimes reject all other fields. Redirects are not followed: `Profile-Key` is a custom header, which `fetch`
//! would forward to another origin.

use std::iter;

use gloo_net::http::Response;
use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, ReadableStreamDefaultReader};

use crate::digits;
use crate::json::ascii;
use crate::web::js::callbacks::{CallbackId, Dispatcher, WaitOutcome};
use crate::web::js::cancellation::{CancelReason, Cancellation, WaitError};
use crate::web::js::value;

#[wasm_bindgen(module = "/src/web/http/fetch.js")]
extern "C" {
    /// Returns a promise of a [`Sent`].
    fn send(
        fetch: Option<&Function>,
        request: &str,
        follows: bool,
        controller: &AbortController,
    ) -> JsValue;

    /// Calls the function with the id and a [`Sent`] with its body, or when the time runs out. Returns a function that cancels it.
    fn attempt(
        number: f64,
        settled: &Dispatcher,
        ms: f64,
        fetch: Option<&Function>,
        request: &str,
        max_bytes: f64,
    ) -> Function;

    /// An object with a `read` method like that of a `ReadableStreamDefaultReader`, if the body can be read in chunks.
    #[wasm_bindgen(catch, js_name = readerOf)]
    fn reader_of(body: &JsValue) -> Result<Option<ReadableStreamDefaultReader>, JsValue>;

    #[wasm_bindgen(js_name = headerObject)]
    fn object(request: &str) -> JsValue;

    #[wasm_bindgen(catch, js_name = parse)]
    fn parse_bytes(json: &[u8]) -> Result<JsValue, JsValue>;

    /// `headers` may be of any realm, or whatever an injected `fetch` uses instead.
    #[wasm_bindgen(js_name = header)]
    fn header_of(headers: &JsValue, name: &JsValue) -> Option<String>;

    /// Returns a promise of the next bytes of a body; `undefined` at its end.
    #[wasm_bindgen(js_name = chunk)]
    fn next_chunk(reader: &JsValue) -> JsValue;
}

#[wasm_bindgen]
extern "C" {
    /// What `fetch.js` returns for a response. If there is no fault, the other fields are set.
    type Sent;

    #[wasm_bindgen(method, getter, structural)]
    fn fault(this: &Sent) -> Option<u8>;

    #[wasm_bindgen(method, getter, structural)]
    fn response(this: &Sent) -> web_sys::Response;

    #[wasm_bindgen(method, getter, structural)]
    fn status(this: &Sent) -> u16;

    #[wasm_bindgen(method, getter, structural)]
    fn headers(this: &Sent) -> JsValue;

    #[wasm_bindgen(method, getter, structural, js_name = isCors)]
    fn is_cors(this: &Sent) -> bool;

    #[wasm_bindgen(method, getter, structural, js_name = isOpaque)]
    fn is_opaque(this: &Sent) -> bool;

    #[wasm_bindgen(method, getter, structural)]
    fn body(this: &Sent) -> Vec<u8>;
}

/// A complete response.
pub(crate) struct RawResponse {
    pub status: u16,
    /// The `Headers` of the response.
    pub headers: JsValue,
    /// Whether it is a CORS response: a header that is missing may be hidden.
    pub cors: bool,
    pub body: Vec<u8>,
}

impl RawResponse {
    fn of(sent: &Sent) -> Self {
        Self {
            status: sent.status(),
            headers: sent.headers(),
            cors: sent.is_cors(),
            body: sent.body(),
        }
    }

    /// The header's value, if it is present and readable.
    pub(crate) fn header(&self, name: &'static str) -> Option<String> {
        header(&self.headers, name)
    }
}

/// Why there is no response.
pub(crate) enum TransportError {
    /// `fetch` or the body's stream failed with this value.
    Network(JsValue),
    /// The attempt's timer or the caller's signal fired first.
    Interrupted(CancelReason),
    /// The body is larger than allowed.
    TooLarge,
    /// An opaque redirect, as browsers return it: without status and headers.
    Redirect,
    /// The injected `fetch` misbehaves, in the way that the text describes.
    Fetch(&'static str),
}

/// The message for a body that cannot be read.
const NO_BYTES: &str =
    "the response's body is neither a ReadableStream of bytes nor an async iterable of bytes";

impl From<WaitError> for TransportError {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Rejected(cause) => Self::Network(cause),
            WaitError::Cancelled(reason) => Self::Interrupted(reason),
        }
    }
}

impl TransportError {
    /// Decodes the fault numbers of `fetch.js`.
    fn from_fault(fault: u8) -> Self {
        match fault {
            1 => Self::Fetch("this runtime has no `fetch`: pass one as an option"),
            2 => Self::Fetch("`fetch` did not resolve to a Response"),
            3 => Self::Fetch(NO_BYTES),
            4 => Self::Redirect,
            _ => Self::TooLarge,
        }
    }
}

/// Aborts the request when dropped early, so that a dropped call leaves no open connection.
pub(crate) struct Connection {
    controller: AbortController,
    finished: bool,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if !self.finished {
            self.controller.abort();
        }
    }
}

/// A response whose headers have arrived, but not its body.
pub(crate) struct ResponseHead {
    /// gloo-net's wrapper around the response of an open download, until its body is taken. Its methods are not used: they throw where the
    /// response of an injected `fetch` is not a real one. Its requests are not used either: they cannot be sent with an injected `fetch`.
    response: Response,
    status: u16,
    /// The URL of the response, after redirects.
    pub url: String,
    /// The `Headers` of the response.
    pub headers: JsValue,
    /// Whether it is an opaque redirect, as browsers return it: without status and headers.
    pub is_opaque: bool,
    /// Whether it is a CORS response: a header that is missing may be hidden.
    pub cors: bool,
    connection: Connection,
}

impl Connection {
    /// For a request that is about to be sent.
    fn new(interrupt: &Cancellation) -> Result<Self, TransportError> {
        // An observer of the request may have aborted the call.
        interrupt.check()?;
        Ok(Self {
            controller: AbortController::new().map_err(TransportError::Network)?,
            finished: false,
        })
    }
}

/// Checks what the promise of `fetch.js` resolved to.
fn whole(sent: JsValue) -> Result<Sent, TransportError> {
    let sent: Sent = sent.unchecked_into();
    match sent.fault() {
        Some(fault) => Err(TransportError::from_fault(fault)),
        None => Ok(sent),
    }
}

/// Sends a GET request and waits for the headers.
pub(crate) async fn open(
    fetch: Option<&Function>,
    url: &str,
    headers: &[(String, String)],
    follows: bool,
    interrupt: &Cancellation,
) -> Result<ResponseHead, TransportError> {
    let connection = Connection::new(interrupt)?;
    let promise = send(fetch, &lines(url, headers), follows, &connection.controller);
    let sent = whole(interrupt.race(&promise).await?)?;
    Ok(ResponseHead {
        status: sent.status(),
        url: value::text_of(&sent.response(), "url").unwrap_or_default(),
        response: Response::from(sent.response()),
        headers: sent.headers(),
        is_opaque: sent.is_opaque(),
        cors: sent.is_cors(),
        connection,
    })
}

/// A GET request whose whole body is read.
pub(crate) struct Request<'a> {
    pub fetch: Option<&'a Function>,
    pub url: &'a str,
    pub headers: &'a [(String, String)],
    /// The maximum size of the body.
    pub max_body_bytes: f64,
}

/// Sends the request, and schedules the callback with what [`reply`] decodes, or for when the time runs out. Returns a function that
/// cancels it.
pub(crate) fn start_fetch(place: &CallbackId, ms: f64, request: &Request<'_>) -> Function {
    let lines = lines(request.url, request.headers);
    place.with(|number, settled| {
        attempt(
            number,
            settled,
            ms,
            request.fetch,
            &lines,
            request.max_body_bytes,
        )
    })
}

/// Decodes the outcome of [`start_fetch`].
pub(crate) fn reply(outcome: WaitOutcome) -> Result<RawResponse, TransportError> {
    match outcome {
        WaitOutcome::Value(sent) => Ok(RawResponse::of(&whole(sent)?)),
        WaitOutcome::Cause(cause) => Err(TransportError::Network(cause)),
        WaitOutcome::Timer => Err(TransportError::Interrupted(CancelReason::Timer)),
    }
}

impl ResponseHead {
    /// HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    /// The header's value, if it is present and readable.
    pub(crate) fn header(&self, name: &'static str) -> Option<String> {
        header(&self.headers, name)
    }

    /// The body and its connection. The reader is `None` if the response has no body.
    pub(crate) fn into_body(
        self,
    ) -> Result<(Option<ReadableStreamDefaultReader>, Connection), TransportError> {
        Ok((reader(&self.response.into())?, self.connection))
    }
}

/// A reader for the body.
fn reader(
    response: &web_sys::Response,
) -> Result<Option<ReadableStreamDefaultReader>, TransportError> {
    let Some(stream) = value::given(value::get(response, "body")) else {
        return Ok(None);
    };
    let reader = reader_of(&stream).map_err(TransportError::Network)?;
    Ok(Some(reader.ok_or(TransportError::Fetch(NO_BYTES))?))
}

/// The next chunk of a body; `None` at its end.
pub(crate) async fn chunk(
    reader: &ReadableStreamDefaultReader,
    interrupt: &Cancellation,
) -> Result<Option<Uint8Array>, TransportError> {
    let bytes = interrupt.race(&next_chunk(reader)).await?;
    if bytes.is_null() {
        return Err(TransportError::Fetch(NO_BYTES));
    }
    Ok(value::given(bytes).map(JsCast::unchecked_into))
}

/// Parses JSON with the engine.
pub(crate) fn parse(json: &[u8]) -> Result<JsValue, JsValue> {
    if ascii::is_plain(json) {
        return parse_bytes(json);
    }
    let mut text = Vec::with_capacity(json.len() + json.len() / 8);
    ascii::push(json, &mut text);
    parse_bytes(&text)
}

/// The headers as a plain object.
pub(crate) fn header_object(headers: &[(String, String)]) -> JsValue {
    object(&lines("", headers))
}

/// A value that removes the header. No header can have it.
pub(crate) const REMOVED: &str = "\0";

/// The URL, then alternating names and values, joined into one text, because each value that crosses the wasm boundary takes time. All of
/// them were checked before and hold no line breaks.
fn lines(url: &str, headers: &[(String, String)]) -> String {
    let named = headers
        .iter()
        .flat_map(|(name, text)| ["\n", name, "\n", text]);
    iter::once(url).chain(named).collect()
}

pub(crate) fn header(headers: &JsValue, name: &'static str) -> Option<String> {
    header_of(headers, value::constant(name))
}

/// The body's `Content-Length`.
pub(crate) fn content_length(headers: &JsValue) -> Option<f64> {
    digits::number(header(headers, "content-length")?.as_bytes())
}
