//! What an observer is told. Nothing here may hold a secret, and no observer may do harm.

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::JsValue;

use super::value;

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

/// Calls an observer, ignoring what it throws or returns. An async one throws by rejecting its promise,
/// and a rejection that nobody awaits would end a Node process.
pub(super) fn tell(observer: &Function, event: &JsValue) {
    let returned = value::apply(observer, &JsValue::UNDEFINED, &Array::of1(event));
    if let Ok(returned) = returned
        && returned.is_object()
    {
        let _ = Promise::all_settled(&Array::of1(&returned));
    }
}
