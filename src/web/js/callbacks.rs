//! Registry of pending JavaScript callbacks: settled promises, timers and abort signals.
//!
//! All callbacks go through one function that is never dropped; its first argument is the id of the callback. A closure for each wait would
//! have to be registered with the garbage collector, which is a large part of what a call costs.
//!
//! Late settlements are ignored: a promise settles whether or not anything still waits for it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use crate::numbered::Numbered;

#[wasm_bindgen]
extern "C" {
    /// The function that JavaScript calls with an id, how the wait ended, and a value.
    pub(crate) type Dispatcher;
}

#[wasm_bindgen(module = "/src/web/http/fetch.js")]
extern "C" {
    /// Schedules a call of the function with the id, in the next turn.
    fn soon(number: f64, settled: &Dispatcher);

    /// Calls the function with the id and the outcome when the promise settles.
    fn wait(number: f64, settled: &Dispatcher, promise: &JsValue);

    /// Like [`wait`], with a timeout. Returns a function that cancels it.
    fn race(number: f64, settled: &Dispatcher, ms: f64, promise: &JsValue) -> Function;

    /// Calls the function after `ms`; never, if that is infinite. Returns a function that cancels it.
    fn pause(number: f64, settled: &Dispatcher, ms: f64) -> Function;

    /// Calls the function when the signal is aborted. Returns a function that cancels it, unless the signal refuses the listener.
    fn listen(number: f64, settled: &Dispatcher, signal: &AbortSignal) -> Option<Function>;
}

thread_local! {
    static REGISTRY: CallbackRegistry = CallbackRegistry {
        waits: RefCell::default(),
        settled: settled(),
    };
}

/// How a wait ended, as `fetch.js` encodes it. For signals this has no meaning.
pub(crate) enum WaitOutcome {
    /// The promise was fulfilled.
    Value(JsValue),
    /// The promise was rejected.
    Cause(JsValue),
    /// The timer ran out.
    Timer,
}

/// What to run when JavaScript calls.
type Callback = Rc<dyn Fn(WaitOutcome)>;

struct CallbackRegistry {
    waits: RefCell<Numbered<Callback>>,
    settled: Dispatcher,
}

fn settled() -> Dispatcher {
    let call = |number, how, value| {
        let outcome = match how {
            0 => WaitOutcome::Value(value),
            1 => WaitOutcome::Cause(value),
            _ => WaitOutcome::Timer,
        };
        call(number, outcome);
    };
    let closure = Closure::<dyn Fn(f64, u8, JsValue)>::new(call);
    closure.into_js_value().unchecked_into()
}

fn call(number: f64, outcome: WaitOutcome) {
    // Release the borrow first: the callback may register or drop callbacks.
    let wait = REGISTRY.with(|board| {
        let waits = board.waits.borrow();
        waits.get(number).map(Rc::clone)
    });
    if let Some(wait) = wait {
        wait(outcome);
    }
}

/// A registered callback. Dropping it unregisters it.
pub(crate) struct CallbackId(f64);

impl CallbackId {
    #[inline(never)]
    pub(crate) fn new(wait: Callback) -> Self {
        REGISTRY.with(|board| Self(board.waits.borrow_mut().add(wait)))
    }

    /// Schedules the callback for when the promise settles.
    pub(crate) fn wait(&self, promise: &JsValue) {
        REGISTRY.with(|board| wait(self.0, &board.settled, promise));
    }

    /// Schedules the callback for the next turn.
    pub(crate) fn soon(&self) {
        self.with(soon);
    }

    /// Like [`Self::wait`], with a timeout. Returns a function that cancels it.
    pub(crate) fn race(&self, ms: f64, promise: &JsValue) -> Function {
        self.with(|number, settled| race(number, settled, ms, promise))
    }

    /// Schedules the callback for after `ms`. Returns a function that cancels it.
    pub(crate) fn pause(&self, ms: f64) -> Function {
        self.with(|number, settled| pause(number, settled, ms))
    }

    /// Schedules the callback for when the signal is aborted. Returns a function that cancels it, unless the signal refuses the listener.
    pub(crate) fn listen(&self, signal: &AbortSignal) -> Option<Function> {
        self.with(|number, settled| listen(number, settled, signal))
    }

    /// Passes the id and the function on, to be called in another way.
    pub(crate) fn with<T>(&self, begin: impl FnOnce(f64, &Dispatcher) -> T) -> T {
        REGISTRY.with(|board| begin(self.0, &board.settled))
    }
}

impl Drop for CallbackId {
    #[inline(never)]
    fn drop(&mut self) {
        let _dropped_last = REGISTRY.with(|board| board.waits.borrow_mut().remove(self.0));
    }
}
