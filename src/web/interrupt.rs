//! What can end a wait early: a timer that runs out, or the caller's signal.
//!
//! An [`Interrupt`] lives as long as one call and is armed anew for every try and every pause.
//! Dropping it, or the [`Timer`] it was armed with, removes the listener and clears the timer:
//! nothing of a finished call stays behind on a signal that outlives it.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Function, ms: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);
}

/// Timers hold a signed 32-bit count of milliseconds; a longer one would fire at once.
const LONGEST_TIMER_MS: f64 = 2_147_483_647.0;

/// Why a wait ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The armed timer ran out.
    Timer,
    /// The caller's signal was aborted.
    Signal,
}

#[derive(Default)]
struct State {
    why: Cell<Option<Why>>,
    waker: RefCell<Option<Waker>>,
}

impl State {
    fn fire(&self, why: Why) {
        if self.why.get() != Some(Why::Signal) {
            self.why.set(Some(why));
        }
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}

/// The caller's signal and at most one timer, as something to race a future against.
pub(super) struct Interrupt {
    state: Rc<State>,
    listener: Option<Listener>,
}

struct Listener {
    signal: AbortSignal,
    closure: Closure<dyn FnMut()>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let handler = self.closure.as_ref().unchecked_ref();
        let _ = self
            .signal
            .remove_event_listener_with_callback("abort", handler);
    }
}

impl Interrupt {
    /// Listens to the signal, if there is one; an already aborted signal counts at once.
    pub(super) fn new(signal: Option<&AbortSignal>) -> Self {
        let state = Rc::new(State::default());
        let listener = signal.map(|signal| {
            if signal.aborted() {
                state.fire(Why::Signal);
            }
            let fired = Rc::clone(&state);
            let closure = Closure::new(move || fired.fire(Why::Signal));
            let handler = closure.as_ref().unchecked_ref();
            let _ = signal.add_event_listener_with_callback("abort", handler);
            Listener {
                signal: signal.clone(),
                closure,
            }
        });
        Self { state, listener }
    }

    /// Whether the caller's signal was aborted.
    pub(super) fn is_aborted(&self) -> bool {
        self.state.why.get() == Some(Why::Signal)
    }

    /// The signal's own reason, untouched.
    pub(super) fn reason(&self) -> JsValue {
        self.listener
            .as_ref()
            .map_or(JsValue::UNDEFINED, |listener| listener.signal.reason())
    }

    /// Starts a timer that ends races until it is dropped. An infinite time starts none.
    pub(super) fn arm(&self, ms: f64) -> Timer {
        if self.state.why.get() == Some(Why::Timer) {
            self.state.why.set(None);
        }
        if ms == f64::INFINITY {
            return Timer { running: None };
        }
        let state = Rc::clone(&self.state);
        let closure = Closure::new(move || state.fire(Why::Timer));
        let handler = closure.as_ref().unchecked_ref();
        let handle = set_timeout(handler, ms.clamp(0.0, LONGEST_TIMER_MS));
        Timer {
            running: Some((handle, closure)),
        }
    }

    /// The future's value, unless a timer or the signal comes first. The future is then dropped.
    pub(super) async fn race<T>(&self, future: impl Future<Output = T>) -> Result<T, Why> {
        let mut future = pin!(future);
        poll_fn(|context| {
            if let Some(why) = self.state.why.get() {
                return Poll::Ready(Err(why));
            }
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                return Poll::Ready(Ok(value));
            }
            *self.state.waker.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Waits that long. False when the signal ended the wait.
    pub(super) async fn sleep(&self, ms: f64) -> bool {
        let _timer = self.arm(ms);
        self.race(std::future::pending::<()>()).await == Err(Why::Timer)
    }
}

/// A running timer; dropping it clears it.
pub(super) struct Timer {
    running: Option<(JsValue, Closure<dyn FnMut()>)>,
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some((handle, _closure)) = self.running.take() {
            clear_timeout(&handle);
        }
    }
}
