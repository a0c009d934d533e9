//! Registry of pending JavaScript callbacks: settled promises, timers and abort signals.
//!
//! All callbacks go through one function that is never dropped; its first argument is the id of the callback. A closure for each wait would
//! have to be registered with the garbage collector, which is a large part of what a call costs. All waits on one signal share one
//! listener, because engines warn about a leak when a signal has more than a few.
//!
//! Late settlements are ignored: a promise settles whether or not anything still waits for it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// The function that JavaScript calls with an id, how the wait ended, and a value.
    pub(crate) type Dispatcher;

    #[wasm_bindgen(method, structural)]
    pub(crate) fn bind(this: &Dispatcher, receiver: &JsValue, number: f64, how: u8) -> Function;
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
}

thread_local! {
    static REGISTRY: CallbackRegistry = CallbackRegistry {
        last_number: Cell::new(0.0),
        waits: RefCell::default(),
        settled: settled(),
    };
}

/// How a wait ended. For signals this has no meaning.
pub(crate) enum WaitOutcome {
    /// The promise was fulfilled.
    Value(JsValue),
    /// The promise was rejected.
    Cause(JsValue),
    /// The timer ran out.
    Timer,
}

/// How `fetch.js` encodes [`WaitOutcome::Timer`]; 0 and 1 are the other two.
pub(crate) const TIMER: u8 = 2;

/// What to run when JavaScript calls.
type Callback = Rc<dyn Fn(WaitOutcome)>;

struct CallbackRegistry {
    last_number: Cell<f64>,
    /// Sorted by id.
    waits: RefCell<Vec<(f64, Callback)>>,
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
        let at = place(&waits, number)?;
        waits.get(at).map(|(_, wait)| Rc::clone(wait))
    });
    if let Some(wait) = wait {
        wait(outcome);
    }
}

fn place(waits: &[(f64, Callback)], number: f64) -> Option<usize> {
    let found = waits.binary_search_by(|(other, _)| other.total_cmp(&number));
    found.ok()
}

/// A registered callback. Dropping it unregisters it.
pub(crate) struct CallbackId(f64);

impl CallbackId {
    #[inline(never)]
    pub(crate) fn new(wait: Callback) -> Self {
        REGISTRY.with(|board| {
            let number = board.last_number.get() + 1.0;
            board.last_number.set(number);
            board.waits.borrow_mut().push((number, wait));
            Self(number)
        })
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

    /// Passes the id and the function on, to be called in another way.
    pub(crate) fn with<T>(&self, begin: impl FnOnce(f64, &Dispatcher) -> T) -> T {
        REGISTRY.with(|board| begin(self.0, &board.settled))
    }
}

impl Drop for CallbackId {
    #[inline(never)]
    fn drop(&mut self) {
        let _dropped_last = REGISTRY.with(|board| {
            let mut waits = board.waits.borrow_mut();
            place(&waits, self.0).map(|at| waits.remove(at))
        });
    }
}
