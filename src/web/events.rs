//! Events for observers. They contain no secrets, and a failing observer does not affect the call.

use js_sys::{Function, Object};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::js::value;
use crate::json::Drift;

#[wasm_bindgen(module = "/src/web/http/fetch.js")]
extern "C" {
    /// Calls an observer, ignoring what it throws or rejects with.
    pub(crate) fn tell(observer: &Function, event: &JsValue);
}

/// An event; built only if there is an observer.
pub(crate) struct Event(Object);

impl Event {
    pub(crate) fn new(kind: &str, endpoint: &str, url: &str) -> Self {
        Self(Object::new())
            .text("type", kind)
            .text("endpoint", endpoint)
            .text("url", url)
    }

    pub(crate) fn text(self, name: &'static str, text: &str) -> Self {
        value::set(&self.0, name, &JsValue::from_str(text));
        self
    }

    pub(crate) fn number(self, name: &'static str, number: f64) -> Self {
        value::set(&self.0, name, &JsValue::from_f64(number));
        self
    }

    pub(crate) fn object(self, name: &'static str, object: &JsValue) -> Self {
        value::set(&self.0, name, object);
        self
    }

    /// Sends the event. Errors thrown by the observer are ignored.
    pub(crate) fn send(self, observer: &Function) {
        tell(observer, &self.0);
    }
}

/// A drift as passed to observers.
pub(crate) fn drift_object(drift: &Drift) -> Object {
    let report = Object::new();
    value::set(&report, "what", &JsValue::from_str(drift.kind.as_str()));
    value::set(&report, "path", &JsValue::from_str(&drift.path));
    if let Some(word) = drift.value.as_deref().filter(|word| !word.is_empty()) {
        value::set(&report, "value", &JsValue::from_str(word));
    }
    report
}
