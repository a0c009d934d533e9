//! A failed call: the error, the tries that led to it, and the original failure.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::value;
use crate::digits;
use crate::error::Error;
use crate::json::Mismatches;
use crate::redact;

/// How one try ended.
#[derive(Clone, Debug, PartialEq)]
pub struct TryReport {
    /// HTTP status, where an answer came; otherwise why none came.
    pub outcome: Result<u16, &'static str>,
    /// Milliseconds from sending to the end of the body, or to the failure.
    pub duration_ms: f64,
}

/// Why a call failed. Holds no secret.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What went wrong.
    pub error: Error,
    /// Every try made, in order; empty when nothing was sent.
    pub tries: Vec<TryReport>,
    /// The address called, redacted.
    pub url: Option<String>,
    /// What `fetch` failed with, or the signal's reason; `undefined` where there is none.
    pub cause: JsValue,
    /// The `Headers` of the last answer; `undefined` where none came.
    pub headers: JsValue,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(formatter)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            error,
            tries: Vec::new(),
            url: None,
            cause: JsValue::UNDEFINED,
            headers: JsValue::UNDEFINED,
        }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        Self::from(&failure)
    }
}

impl From<&Failure> for JsValue {
    /// Plain data for the face, which makes an `AyrshareError` of it.
    fn from(failure: &Failure) -> Self {
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
        value::set(&object, "tries", &flat_tries(&failure.tries));
        value::set(&object, "cause", &failure.cause);
        object
    }
}

/// What the face gets where nothing was sent.
#[cfg(any(feature = "npm", feature = "npm-batch", feature = "npm-insight"))]
pub(super) fn rejection(error: Error) -> JsValue {
    JsValue::from(&Failure::from(error))
}

/// Their number and the first 100, a line each, or `undefined` where there are none: cheap to make, expanded only when asked for.
pub(super) fn mismatches(mismatches: &Mismatches) -> JsValue {
    if mismatches.is_empty() {
        return JsValue::UNDEFINED;
    }
    let mut text = String::new();
    digits::push(&mut text, mismatches.count());
    text.push('\n');
    text.push_str(mismatches.lines());
    JsValue::from_str(&text)
}

/// A status or a reason, then milliseconds, for each try: cheap to make, expanded only when asked for.
pub(super) fn flat_tries(tries: &[TryReport]) -> Array {
    let flat = Array::new();
    for report in tries {
        flat.push(&match report.outcome {
            Ok(status) => JsValue::from_f64(f64::from(status)),
            Err(reason) => JsValue::from_str(reason),
        });
        flat.push(&JsValue::from_f64(report.duration_ms));
    }
    flat
}

/// Takes the secrets out of an error's texts.
pub(super) fn scrub_error(error: &mut Error, secrets: &[&str]) {
    error.message = redact::text(&error.message, secrets);
    error.details = error
        .details
        .take()
        .map(|text| redact::text(&text, secrets));
    error.action = error.action.take().map(|text| redact::text(&text, secrets));
    error.path = error.path.take().map(|path| redact::text(&path, secrets));
}

/// What Node, Bun and others say of a failed connection: a code and, where they know it, the address, such as
/// `ECONNREFUSED 127.0.0.1:80`. Node's `fetch` keeps it in the cause of its error, and one for each address tried.
pub(super) fn runtime_code(failure: &JsValue) -> Option<String> {
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

/// How far a chain of causes is followed.
const MAX_CAUSE_DEPTH: usize = 8;

/// The original failure, untouched where nothing in it can show a secret. An injected `fetch` may put
/// its headers into its error, or throw anything at all: such a value is replaced by an error with
/// the same name, code and texts, redacted.
pub(super) fn scrub_cause(cause: &JsValue, secrets: &[&str], depth: usize) -> JsValue {
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

/// Whether the value is an error whose fields, its cause apart, are plain and without secrets. What
/// an object in a field would show cannot be known: a `Request` shows its headers to a logger.
fn is_harmless(cause: &JsValue, secrets: &[&str]) -> bool {
    let is_clean = |value: &JsValue| match value.as_string() {
        Some(text) => redact::text(&text, secrets) == text,
        None => !value.is_object() && !value.is_function() && !value.is_symbol(),
    };
    // Some engines keep these on the prototype.
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
