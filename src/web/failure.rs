//! A failed call: the error, the attempts that led to it, and the original cause.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::js::value;
use crate::digits;
use crate::error::Error;
use crate::json::Mismatches;
use crate::redact;

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The HTTP status if there was a response, otherwise the reason why there was none.
    pub outcome: Result<u16, &'static str>,
    /// Milliseconds from sending to the end of the body, or to the failure.
    pub duration_ms: f64,
}

/// Why a call failed. Holds no secret.
#[derive(Clone, Debug)]
pub struct CallError {
    /// What went wrong.
    pub error: Error,
    /// Every attempt, in order; empty when nothing was sent.
    pub attempts: Vec<Attempt>,
    /// The requested URL, redacted.
    pub url: Option<String>,
    /// What `fetch` was rejected with, or the signal's reason; otherwise `undefined`.
    pub cause: JsValue,
    /// The `Headers` of the last response; `undefined` if there was none.
    pub headers: JsValue,
}

impl std::fmt::Display for CallError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(formatter)
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self {
            error,
            attempts: Vec::new(),
            url: None,
            cause: JsValue::UNDEFINED,
            headers: JsValue::UNDEFINED,
        }
    }
}

impl From<CallError> for JsValue {
    fn from(failure: CallError) -> Self {
        Self::from(&failure)
    }
}

impl From<&CallError> for JsValue {
    /// Plain data, from which TypeScript creates an `AyrshareError`.
    fn from(failure: &CallError) -> Self {
        let object: JsValue = js_sys::Object::new().into();
        let error = &failure.error;
        let text = |name: &'static str, text: Option<&str>| {
            if let Some(text) = text {
                value::set(&object, name, &JsValue::from_str(text));
            }
        };
        let number = |name: &'static str, number: Option<f64>| {
            if let Some(number) = number {
                value::set(&object, name, &JsValue::from_f64(number));
            }
        };
        text("kind", Some(error.kind.as_str()));
        text("message", Some(&error.message));
        text("action", error.action.as_deref());
        text("details", error.details.as_deref());
        text("path", error.path.as_deref());
        value::set(&object, "mismatches", &mismatches(&error.mismatches));
        text("url", failure.url.as_deref());
        number("status", error.status.map(f64::from));
        number("code", error.code.map(f64::from));
        number("retryAfterMs", error.retry_after_ms);
        value::set(&object, "retryable", &JsValue::from_bool(error.retryable));
        value::set(&object, "attempts", &flat_attempts(&failure.attempts));
        value::set(&object, "cause", &failure.cause);
        object
    }
}

/// The failure of a call that was not sent.
#[cfg(feature = "npm")]
pub(crate) fn rejection(error: Error) -> JsValue {
    JsValue::from(&CallError::from(error))
}

/// The number of mismatches and the first 100, one per line; `undefined` if there are none. A string is cheap to build, and TypeScript
/// expands it only when it is read.
pub(crate) fn mismatches(mismatches: &Mismatches) -> JsValue {
    if mismatches.is_empty() {
        return JsValue::UNDEFINED;
    }
    let mut text = String::new();
    digits::push(&mut text, mismatches.count());
    text.push('\n');
    text.push_str(mismatches.lines());
    JsValue::from_str(&text)
}

/// For each attempt, its status or reason and its milliseconds. TypeScript expands the flat array only when it is read.
pub(crate) fn flat_attempts(attempts: &[Attempt]) -> Array {
    let flat = Array::new();
    for report in attempts {
        flat.push(&match report.outcome {
            Ok(status) => JsValue::from_f64(f64::from(status)),
            Err(reason) => JsValue::from_str(reason),
        });
        flat.push(&JsValue::from_f64(report.duration_ms));
    }
    flat
}

/// Redacts the secrets in an error's texts.
pub(crate) fn scrub_error(error: &mut Error, secrets: &[&str]) {
    error.message = redact::text(&error.message, secrets);
    error.details = error
        .details
        .take()
        .map(|text| redact::text(&text, secrets));
    error.action = error.action.take().map(|text| redact::text(&text, secrets));
    error.path = error.path.take().map(|path| redact::text(&path, secrets));
}

/// The error code and, if known, the address that Node, Bun and other runtimes report for a failed connection, such as
/// `ECONNREFUSED 127.0.0.1:80`. Node's `fetch` puts it into the cause of its error, with one entry for each address tried.
pub(crate) fn runtime_code(failure: &JsValue) -> Option<String> {
    let inner = value::given(value::get(failure, "cause")).unwrap_or_else(|| failure.clone());
    let first = value::get(&value::get(&inner, "errors"), "0");
    let error = value::given(first).unwrap_or(inner);
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut text = value::text_of(&error, "code")
        .filter(|code| (1..=40).contains(&code.len()) && code.bytes().all(is_word))?;
    let is_address = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
    if let Some(address) = value::text_of(&error, "address")
        && address.len() <= 45
        && address.bytes().all(is_address)
        && let Some(port) = value::get(&error, "port").as_f64()
        && (0.0..65_536.0).contains(&port)
    {
        text.extend([" ", &address, ":"]);
        digits::push_u64(&mut text, whole(port));
    }
    Some(text)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked before"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

/// How deep a chain of causes is followed.
const MAX_CAUSE_DEPTH: usize = 8;

/// The original cause, unchanged if nothing in it can reveal a secret. An injected `fetch` may put its headers into its error, or throw any
/// value; such a value is replaced by an error with the same name, code and texts, redacted.
pub(crate) fn scrub_cause(cause: &JsValue, secrets: &[&str], depth: usize) -> JsValue {
    if let Some(text) = cause.as_string() {
        return JsValue::from_str(&redact::text(&text, secrets));
    }
    if cause.is_function() || cause.is_symbol() || (cause.is_object() && depth >= MAX_CAUSE_DEPTH) {
        return JsValue::UNDEFINED;
    }
    if !cause.is_object() {
        return cause.clone();
    }
    let inner = value::get(cause, "cause");
    let scrubbed = scrub_cause(&inner, secrets, depth + 1);
    if js_sys::Object::is(&inner, &scrubbed) && is_harmless(cause, secrets) {
        return cause.clone();
    }
    let shown = |name: &'static str| {
        let text = value::text_of(cause, name).unwrap_or_default();
        redact::text(&text, secrets)
    };
    let copy: JsValue = js_sys::Error::new(&shown("message")).into();
    for name in ["name", "stack", "code"] {
        if value::get(cause, name).is_string() {
            value::set(&copy, name, &JsValue::from_str(&shown(name)));
        }
    }
    if !scrubbed.is_undefined() {
        value::set(&copy, "cause", &scrubbed);
    }
    copy
}

/// Whether the value is an error whose fields, except its cause, are primitive and without secrets. An object in a field might reveal
/// anything: a logger prints the headers of a `Request`.
fn is_harmless(cause: &JsValue, secrets: &[&str]) -> bool {
    let is_clean = |value: &JsValue| match value.as_string() {
        Some(text) => redact::text(&text, secrets) == text,
        None => !value.is_object() && !value.is_function() && !value.is_symbol(),
    };
    // Some engines keep these on the prototype, so they are not among the own keys.
    let has_clean_texts =
        ["name", "message", "stack"].map(|name| is_clean(&value::get(cause, name))) == [true; 3];
    let Ok(keys) = js_sys::Reflect::own_keys(cause) else {
        return false;
    };
    let is_clean_field = |key: JsValue| {
        let is_cause = key.as_string().is_some_and(|name| name == "cause");
        let field = js_sys::Reflect::get(cause, &key).unwrap_or_default();
        is_cause || (is_clean(&field) && (key.is_symbol() || is_clean(&key)))
    };
    cause.is_instance_of::<js_sys::Error>() && has_clean_texts && keys.iter().all(is_clean_field)
}
