//! A failed call: the error, the tries that led to it, and the original failure.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::value;
use crate::error::Error;
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
        }
    }
}

impl From<&Failure> for JsValue {
    /// Plain data for the face, which makes an `AyrshareError` of it.
    fn from(failure: &Failure) -> Self {
        let object: JsValue = js_sys::Object::new().into();
        let error = &failure.error;
        let text = |name: &str, text: Option<&str>| {
            if let Some(text) = text {
                value::set(&object, name, &JsValue::from_str(text));
            }
        };
        let number = |name: &str, number: Option<f64>| {
            if let Some(number) = number {
                value::set(&object, name, &JsValue::from_f64(number));
            }
        };
        text("kind", Some(error.kind.as_str()));
        text("message", Some(&error.message));
        text("action", error.action.as_deref());
        text("details", error.details.as_deref());
        text("path", error.path.as_deref());
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

/// How far a chain of causes is followed.
const MAX_CAUSE_DEPTH: usize = 8;

/// The original failure, untouched, unless its texts hold a secret: an injected `fetch` may put its
/// headers into its error. Such an error is replaced by one with the same name and redacted texts.
pub(super) fn scrub_cause(cause: &JsValue, secrets: &[&str], depth: usize) -> JsValue {
    if let Some(text) = cause.as_string() {
        return JsValue::from_str(&redact::text(&text, secrets));
    }
    if !cause.is_object() || depth >= MAX_CAUSE_DEPTH {
        return if cause.is_object() {
            JsValue::UNDEFINED
        } else {
            cause.clone()
        };
    }
    let shown = |name: &str| {
        let text = value::text_of(cause, name)?;
        let redacted = redact::text(&text, secrets);
        (redacted != text).then_some(redacted)
    };
    let inner = value::get(cause, "cause");
    let scrubbed = scrub_cause(&inner, secrets, depth + 1);
    let (message, stack) = (shown("message"), shown("stack"));
    if message.is_none() && stack.is_none() && js_sys::Object::is(&inner, &scrubbed) {
        return cause.clone();
    }
    let text = message
        .or_else(|| value::text_of(cause, "message"))
        .unwrap_or_default();
    let copy: JsValue = js_sys::Error::new(&text).into();
    let stack = stack
        .or_else(|| value::text_of(cause, "stack"))
        .unwrap_or_default();
    value::set(&copy, "stack", &JsValue::from_str(&stack));
    for name in ["name", "code"] {
        if let Some(text) = value::text_of(cause, name) {
            value::set(&copy, name, &JsValue::from_str(&text));
        }
    }
    if !scrubbed.is_undefined() {
        value::set(&copy, "cause", &scrubbed);
    }
    copy
}
