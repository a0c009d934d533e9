//! The abort of a caller's signal.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::callbacks::CallbackId;
use super::value;

/// A wait for the abort of a signal; dropping it ends the wait.
pub(crate) struct Subscription {
    signal: AbortSignal,
    /// Missing if the signal refused the listener: a signal that the caller made may throw.
    stop: Option<Function>,
    _place: CallbackId,
}

impl Subscription {
    /// Calls `abort` when the signal is aborted. Those who wait for one signal are called in the order in which they began.
    pub(crate) fn new(signal: &AbortSignal, abort: impl Fn() + 'static) -> Self {
        let place = CallbackId::new(Rc::new(move |_| abort()));
        Self {
            signal: signal.clone(),
            stop: place.listen(signal),
            _place: place,
        }
    }

    /// Whether the signal can abort anything.
    pub(crate) fn accepts_listeners(&self) -> bool {
        self.stop.is_some()
    }

    /// The signal's own reason, unchanged.
    pub(crate) fn reason(&self) -> JsValue {
        value::get(&self.signal, "reason")
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(stop) = &self.stop {
            value::notify(stop, &JsValue::UNDEFINED);
        }
    }
}
