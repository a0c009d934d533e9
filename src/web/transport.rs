//! One try over the wire: a request out, a bounded body in.
//!
//! `fetch` is looked up per call and called with no receiver, as browsers and Workers demand. Only
//! method, headers, signal and redirect are set, because some runtimes refuse every other field.
//! Redirects are never followed: `Profile-Key` is a custom header, which `fetch` would carry along
//! to another origin.

use gloo_net::http::Response;
use js_sys::{Array, Function, JSON, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::interrupt::{Interrupt, Why};
use super::value;
use crate::policy::retry::parse_digits;

#[wasm_bindgen]
extern "C" {
    /// `Headers` of any realm, or whatever an injected `fetch` takes for them.
    type AnyHeaders;

    #[wasm_bindgen(method, catch, structural)]
    fn get(this: &AnyHeaders, name: &JsValue) -> Result<Option<String>, JsValue>;
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
    /// The engine's own `Headers`.
    pub headers: JsValue,
    /// A redirect as browsers hand it out, without status and headers.
    pub is_opaque: bool,
    /// A header that is missing from such a reply may have been hidden by CORS.
    pub cors: bool,
    connection: Connection,
}

/// Sends a GET and waits for the headers. `redirect` is `fetch`'s own option.
pub(super) async fn open(
    fetch: Option<&Function>,
    url: &str,
    headers: &[(String, String)],
    redirect: &str,
    interrupt: &Interrupt,
) -> Result<Opened, Broken> {
    let controller = AbortController::new().map_err(Broken::Network)?;
    let init = init(headers, redirect).map_err(Broken::Network)?;
    value::set(&init, "signal", &controller.signal());
    let connection = Connection {
        controller,
        finished: false,
    };
    // Whoever was told of the request may have ended the call.
    interrupt.check()?;
    let answer = interrupt.race(&send(fetch, url, &init)?).await?;
    let (status, headers) = checked(&answer)?;
    let kind = value::text_of(&answer, "type").unwrap_or_default();
    Ok(Opened {
        status,
        answer: Response::from(answer.unchecked_into::<web_sys::Response>()),
        headers,
        is_opaque: kind == "opaqueredirect",
        cors: kind == "cors",
        connection,
    })
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

    /// Where the answer came from in the end.
    pub(super) fn url(&self) -> String {
        self.answer.url()
    }

    /// The body, and the connection it comes through; there is none where there is no body.
    pub(super) fn into_body(
        self,
    ) -> Result<(Option<ReadableStreamDefaultReader>, Connection), Broken> {
        Ok((reader(&self.answer)?, self.connection))
    }
}

/// Reads the body piece by piece.
fn reader(answer: &Response) -> Result<Option<ReadableStreamDefaultReader>, Broken> {
    let Some(stream) = answer.body() else {
        return Ok(None);
    };
    let method = value::method(&stream, "getReader")
        .ok_or(Broken::Fetch("the response's body is no ReadableStream"))?;
    let reader = value::apply(&method, &stream, &Array::new()).map_err(Broken::Network)?;
    Ok(Some(reader.unchecked_into()))
}

/// The next piece of a body; none at its end.
pub(super) async fn chunk(
    reader: &ReadableStreamDefaultReader,
    interrupt: &Interrupt,
) -> Result<Option<Uint8Array>, Broken> {
    let step = interrupt.race(&reader.read()).await?;
    Ok(value::given(value::get(&step, "value")).map(JsCast::unchecked_into))
}

/// Sends a GET and reads the whole body, at most `max_body_bytes` of it.
pub(super) async fn get(
    fetch: Option<&Function>,
    url: &str,
    headers: &[(String, String)],
    max_body_bytes: f64,
    interrupt: &Interrupt,
) -> Result<Reply, Broken> {
    let opened = open(fetch, url, headers, "manual", interrupt).await?;
    if opened.is_opaque {
        return Err(Broken::Redirect);
    }
    let Opened {
        answer,
        status,
        headers,
        cors,
        mut connection,
        ..
    } = opened;
    let body = read(answer, &headers, cors, max_body_bytes, interrupt).await?;
    connection.finished = true;
    Ok(Reply {
        status,
        headers,
        cors,
        body,
    })
}

/// Calls `fetch`; what it returns should be a promise.
fn send(fetch: Option<&Function>, url: &str, init: &JsValue) -> Result<JsValue, Broken> {
    let global;
    let fetch = if let Some(fetch) = fetch {
        fetch
    } else {
        global = value::method(&js_sys::global(), "fetch").ok_or(Broken::Fetch(
            "this runtime has no `fetch`: pass one as an option",
        ))?;
        &global
    };
    let values = Array::of2(&JsValue::from_str(url), init);
    value::apply(fetch, &JsValue::UNDEFINED, &values).map_err(Broken::Network)
}

/// What `fetch` is told beside the address, but for the signal. Handed over in one piece, because each step between
/// the languages has its price.
fn init(headers: &[(String, String)], redirect: &str) -> Result<JsValue, JsValue> {
    let mut init = String::from("{\"method\":\"GET\",\"redirect\":");
    push_string(&mut init, redirect);
    init.push_str(",\"headers\":");
    push_headers(&mut init, headers);
    init.push('}');
    JSON::parse(&init)
}

/// The headers as a plain object.
pub(super) fn header_object(headers: &[(String, String)]) -> Result<JsValue, JsValue> {
    let mut json = String::new();
    push_headers(&mut json, headers);
    JSON::parse(&json)
}

fn push_headers(json: &mut String, headers: &[(String, String)]) {
    json.push('{');
    for (index, (name, text)) in headers.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        push_string(json, name);
        json.push(':');
        push_string(json, text);
    }
    json.push('}');
}

/// What is sent was checked: of all that JSON wants escaped, only these can occur.
fn push_string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '\t' => json.push_str("\\t"),
            '"' | '\\' => json.extend(['\\', character]),
            _ => json.push(character),
        }
    }
    json.push('"');
}

/// An injected `fetch` may resolve to anything; what is used later is looked at first.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no status has more than three digits"
)]
fn checked(answer: &JsValue) -> Result<(u16, JsValue), Broken> {
    let headers = value::get(answer, "headers");
    let status = value::get(answer, "status").as_f64();
    let usable =
        value::method(&headers, "get").is_some() && value::method(answer, "arrayBuffer").is_some();
    let status = status.filter(|_| usable).ok_or(Broken::Fetch(
        "`fetch` resolved to something that is no Response",
    ))?;
    Ok((status as u16, headers))
}

pub(super) fn header(headers: &JsValue, name: &'static str) -> Option<String> {
    let headers: &AnyHeaders = headers.unchecked_ref();
    headers.get(value::constant(name)).ok()?
}

/// The announced length of an unencoded body is also its real one, so it can be read in one go.
/// Under CORS the encoding is hidden unless the server exposes it, so there every body may be an encoded one.
async fn read(
    answer: Response,
    headers: &JsValue,
    cors: bool,
    max: f64,
    interrupt: &Interrupt,
) -> Result<Vec<u8>, Broken> {
    let announced = content_length(headers);
    if announced.is_some_and(|bytes| bytes > max) {
        return Err(Broken::TooLarge);
    }
    let in_parts = announced.is_none() || cors || header(headers, "content-encoding").is_some();
    let reader = if in_parts { reader(&answer)? } else { None };
    let answer = web_sys::Response::from(answer);
    let mut body = Vec::new();
    loop {
        let piece = if let Some(reader) = &reader {
            let Some(piece) = chunk(reader, interrupt).await? else {
                return Ok(body);
            };
            piece
        } else {
            // Not gloo's `binary()`: it panics where the body fails with something else than an Error.
            let buffer = answer.array_buffer().map_err(Broken::Network)?;
            Uint8Array::new(&interrupt.race(&buffer).await?)
        };
        append(&mut body, &piece, max)?;
        if reader.is_none() {
            return Ok(body);
        }
    }
}

/// The announced length of a body.
pub(super) fn content_length(headers: &JsValue) -> Option<f64> {
    parse_digits(&header(headers, "content-length")?)
}

fn append(body: &mut Vec<u8>, chunk: &Uint8Array, max: f64) -> Result<(), Broken> {
    if length(body) + f64::from(chunk.length()) > max {
        return Err(Broken::TooLarge);
    }
    let start = body.len();
    body.resize(start + chunk.length() as usize, 0);
    if let Some(tail) = body.get_mut(start..) {
        chunk.copy_to(tail);
    }
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "memory of a wasm module is below 2^53 bytes"
)]
fn length(bytes: &[u8]) -> f64 {
    bytes.len() as f64
}
