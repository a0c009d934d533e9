//! One try over the wire: a request out, a bounded body in.
//!
//! `wire.js` sends and reads, because there it takes one step between the languages and not thirty. Only
//! method, headers, signal and redirect are set, because some runtimes refuse every other field.
//! Redirects are never followed: `Profile-Key` is a custom header, which `fetch` would carry along
//! to another origin.

use std::iter;

use gloo_net::http::Response;
use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::board::{Numbered, Outcome, Place};
use super::interrupt::{Interrupt, Why};
use super::value;
use crate::digits;
use crate::json::ascii;

#[wasm_bindgen(module = "/src/web/wire.js")]
extern "C" {
    /// Promises a [`Sent`].
    fn send(
        fetch: Option<&Function>,
        request: &str,
        follows: bool,
        controller: &AbortController,
    ) -> JsValue;

    /// Has the number called with a [`Sent`] and its body, unless the time is over before. Returns a function that gives it up.
    fn attempt(
        number: f64,
        settled: &Numbered,
        ms: f64,
        fetch: Option<&Function>,
        request: &str,
        max_bytes: f64,
    ) -> Function;

    /// Something with a `read` like that of a `ReadableStreamDefaultReader`, where the body can be read piece by piece.
    #[wasm_bindgen(catch, js_name = readerOf)]
    fn reader_of(body: &JsValue) -> Result<Option<ReadableStreamDefaultReader>, JsValue>;

    #[wasm_bindgen(js_name = headerObject)]
    fn object(request: &str) -> JsValue;

    #[wasm_bindgen(catch, js_name = parse)]
    fn parse_bytes(json: &[u8]) -> Result<JsValue, JsValue>;

    /// `Headers` of any realm, or whatever an injected `fetch` takes for them.
    #[wasm_bindgen(js_name = header)]
    fn header_of(headers: &JsValue, name: &JsValue) -> Option<String>;

    /// Promises the next bytes of a body, `undefined` at its end.
    #[wasm_bindgen(js_name = chunk)]
    fn next_chunk(reader: &JsValue) -> JsValue;
}

#[wasm_bindgen]
extern "C" {
    /// What `wire.js` makes of an answer. Without a fault, the other fields are there.
    type Sent;

    #[wasm_bindgen(method, getter, structural)]
    fn fault(this: &Sent) -> Option<u8>;

    #[wasm_bindgen(method, getter, structural)]
    fn answer(this: &Sent) -> web_sys::Response;

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

/// What came back, whole.
pub(super) struct Reply {
    pub status: u16,
    /// The engine's own `Headers`.
    pub headers: JsValue,
    /// A header that is missing from such a reply may have been hidden by CORS.
    pub cors: bool,
    pub body: Vec<u8>,
}

impl Reply {
    fn of(sent: &Sent) -> Self {
        Self {
            status: sent.status(),
            headers: sent.headers(),
            cors: sent.is_cors(),
            body: sent.body(),
        }
    }

    /// The header's value, if it was sent and can be read.
    pub(super) fn header(&self, name: &'static str) -> Option<String> {
        header(&self.headers, name)
    }
}

/// Why there is no reply.
pub(super) enum Broken {
    /// `fetch` or the body's stream failed, with what it was rejected with.
    Network(JsValue),
    /// The try's timer or the caller's signal came first.
    Interrupted(Why),
    /// The body is larger than allowed.
    TooLarge,
    /// A redirect as browsers hand it out, without status and headers.
    Redirect,
    /// The injected `fetch` is at fault, with what is wrong.
    Fetch(&'static str),
}

/// What is wrong with a body that cannot be read.
const NO_BYTES: &str =
    "the response's body is neither a ReadableStream of bytes nor an async iterable of bytes";

impl Broken {
    /// What `wire.js` numbers so.
    fn from_fault(fault: u8) -> Self {
        match fault {
            1 => Self::Fetch("this runtime has no `fetch`: pass one as an option"),
            2 => Self::Fetch("`fetch` resolved to something that is no Response"),
            3 => Self::Fetch(NO_BYTES),
            4 => Self::Redirect,
            _ => Self::TooLarge,
        }
    }
}

/// Aborts the request when dropped before its end: a dropped call leaves no open connection.
pub(super) struct Connection {
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

/// An answer whose headers have come, and whose body has not.
pub(super) struct Opened {
    answer: Response,
    status: u16,
    /// Where the answer came from in the end.
    pub url: String,
    /// The engine's own `Headers`.
    pub headers: JsValue,
    /// A redirect as browsers hand it out, without status and headers.
    pub is_opaque: bool,
    /// A header that is missing from such a reply may have been hidden by CORS.
    pub cors: bool,
    connection: Connection,
}

impl Connection {
    /// One that is about to be opened.
    fn new(interrupt: &Interrupt) -> Result<Self, Broken> {
        // Whoever was told of the request may have ended the call.
        interrupt.check()?;
        Ok(Self {
            controller: AbortController::new().map_err(Broken::Network)?,
            finished: false,
        })
    }
}

/// Reads what `wire.js` promised.
fn whole(sent: JsValue) -> Result<Sent, Broken> {
    let sent: Sent = sent.unchecked_into();
    match sent.fault() {
        Some(fault) => Err(Broken::from_fault(fault)),
        None => Ok(sent),
    }
}

/// Sends a GET and waits for the headers.
pub(super) async fn open(
    fetch: Option<&Function>,
    url: &str,
    headers: &[(String, String)],
    follows: bool,
    interrupt: &Interrupt,
) -> Result<Opened, Broken> {
    let connection = Connection::new(interrupt)?;
    let promise = send(fetch, &lines(url, headers), follows, &connection.controller);
    let sent = whole(interrupt.race(&promise).await?)?;
    Ok(Opened {
        status: sent.status(),
        url: value::text_of(&sent.answer(), "url").unwrap_or_default(),
        answer: Response::from(sent.answer()),
        headers: sent.headers(),
        is_opaque: sent.is_opaque(),
        cors: sent.is_cors(),
        connection,
    })
}

/// A GET whose whole body is wanted.
pub(super) struct Request<'a> {
    pub fetch: Option<&'a Function>,
    pub url: &'a str,
    pub headers: &'a [(String, String)],
    /// How much of the body there may be.
    pub max_body_bytes: f64,
}

/// Sends it, and has the number called with what [`reply`] reads, unless the time is over before. Returns a function that
/// gives it up.
pub(super) fn launch(place: &Place, ms: f64, request: &Request<'_>) -> Function {
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

/// What came of a launch.
pub(super) fn reply(outcome: Outcome) -> Result<Reply, Broken> {
    match outcome {
        Outcome::Value(sent) => Ok(Reply::of(&whole(sent)?)),
        Outcome::Cause(cause) => Err(Broken::Network(cause)),
        Outcome::Timer => Err(Broken::Interrupted(Why::Timer)),
    }
}

impl Opened {
    /// HTTP status.
    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// The header's value, if it was sent and can be read.
    pub(super) fn header(&self, name: &'static str) -> Option<String> {
        header(&self.headers, name)
    }

    /// The body, and the connection it comes through; there is none where there is no body.
    pub(super) fn into_body(
        self,
    ) -> Result<(Option<ReadableStreamDefaultReader>, Connection), Broken> {
        Ok((reader(&self.answer.into())?, self.connection))
    }
}

/// Reads the body piece by piece.
fn reader(answer: &web_sys::Response) -> Result<Option<ReadableStreamDefaultReader>, Broken> {
    let Some(stream) = value::given(value::get(answer, "body")) else {
        return Ok(None);
    };
    let reader = reader_of(&stream).map_err(Broken::Network)?;
    Ok(Some(reader.ok_or(Broken::Fetch(NO_BYTES))?))
}

/// The next piece of a body; none at its end.
pub(super) async fn chunk(
    reader: &ReadableStreamDefaultReader,
    interrupt: &Interrupt,
) -> Result<Option<Uint8Array>, Broken> {
    let bytes = interrupt.race(&next_chunk(reader)).await?;
    if bytes.is_null() {
        return Err(Broken::Fetch(NO_BYTES));
    }
    Ok(value::given(bytes).map(JsCast::unchecked_into))
}

/// What the engine makes of JSON.
pub(super) fn parse(json: &[u8]) -> Result<JsValue, JsValue> {
    if ascii::is_plain(json) {
        return parse_bytes(json);
    }
    let mut text = Vec::with_capacity(json.len() + json.len() / 8);
    ascii::push(json, &mut text);
    parse_bytes(&text)
}

/// The headers as a plain object.
pub(super) fn header_object(headers: &[(String, String)]) -> JsValue {
    object(&lines("", headers))
}

/// An address, and then names and values in turns: one text, because each takes a while from language to language. What is
/// sent was checked, and holds no line break.
fn lines(url: &str, headers: &[(String, String)]) -> String {
    let named = headers
        .iter()
        .flat_map(|(name, text)| ["\n", name, "\n", text]);
    iter::once(url).chain(named).collect()
}

pub(super) fn header(headers: &JsValue, name: &'static str) -> Option<String> {
    header_of(headers, value::constant(name))
}

/// The announced length of a body.
pub(super) fn content_length(headers: &JsValue) -> Option<f64> {
    digits::number(header(headers, "content-length")?.as_bytes())
}
