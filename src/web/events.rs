//! What an observer is told. Nothing here may hold a secret, and no observer may do harm.

use js_sys::{Function, Object};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::value;

#[wasm_bindgen(module = "/src/web/wire.js")]
extern "C" {
    /// Calls an observer, ignoring what it throws or rejects with.
    pub(super) fn tell(observer: &Function, event: &JsValue);
}

/// One event, built only where somebody listens.
pub(super) struct Event(Object);

impl Event {
    pub(super) fn new(kind: &str, endpoint: &str, url: &str) -> Self {
        Self(Object::new())
            .text("type", kind)
            .text("endpoint", endpoint)
            .text("url", url)
    }

    pub(super) fn text(self, name: &'static str, text: &str) -> Self {
        value::set(&self.0, name, &JsValue::from_str(text));
        self
    }

    pub(super) fn number(self, name: &'static str, number: f64) -> Self {
        value::set(&self.0, name, &JsValue::from_f64(number));
        self
    }

    pub(super) fn object(self, name: &'static str, object: &JsValue) -> Self {
        value::set(&self.0, name, object);
        self
    }

    /// Hands the event over. What the observer throws is its own affair.
    pub(super) fn send(self, observer: &Function) {
        tell(observer, &self.0);
    }
}
