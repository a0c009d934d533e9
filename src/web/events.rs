//! What an observer is told. Nothing here may hold a secret, and no observer may do harm.

use js_sys::{Array, Function, Object};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::value;

#[wasm_bindgen]
extern "C" {
    /// `Reflect.apply` without a result: an import that throws leaves the table slot of its missing
    /// result behind for ever, and observers may throw every time.
    #[wasm_bindgen(catch, js_namespace = Reflect)]
    fn apply(function: &Function, receiver: &JsValue, values: &Array) -> Result<(), JsValue>;
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

    pub(super) fn text(self, name: &str, text: &str) -> Self {
        value::set(&self.0, name, &JsValue::from_str(text));
        self
    }

    pub(super) fn number(self, name: &str, number: f64) -> Self {
        value::set(&self.0, name, &JsValue::from_f64(number));
        self
    }

    pub(super) fn object(self, name: &str, object: &JsValue) -> Self {
        value::set(&self.0, name, object);
        self
    }

    /// Hands the event over. What the observer throws is its own affair.
    pub(super) fn send(self, observer: &Function) {
        tell(observer, &self.0);
    }
}

/// Calls an observer, ignoring what it throws or returns.
pub(super) fn tell(observer: &Function, value: &JsValue) {
    let _ = apply(observer, &JsValue::UNDEFINED, &Array::of1(value));
}
