//! What can end a wait early: a timer that runs out, or the caller's signal.
//!
//! An [`Interrupt`] lives as long as one call and is armed anew for every try and every pause.
//! Dropping it, or the [`Timer`] it was armed with, removes the listener and clears the timer:
//! nothing of a finished call stays behind on a signal that outlives it.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::transport::Broken;

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
    waker: Cell<Option<Waker>>,
}

impl State {
    fn fire(&self, why: Why) {
        if self.why.get() != Some(Why::Signal) {
            self.why.set(Some(why));
        }
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// The caller's signal and at most one timer, as something to race a promise against.
pub(super) struct Interrupt {
    state: Rc<State>,
    listener: Option<Listener>,
}

/// Ends an [`Interrupt`]'s races from elsewhere, as an aborted signal does.
pub(super) struct Canceller(Rc<State>);

impl Canceller {
    /// Ends the race under way, and all later ones.
    pub(super) fn cancel(&self) {
        self.0.fire(Why::Signal);
    }
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

    /// Another way to end it.
    pub(super) fn canceller(&self) -> Canceller {
        Canceller(Rc::clone(&self.state))
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

    /// Fails when a timer or the signal has already come.
    pub(super) fn check(&self) -> Result<(), Broken> {
        self.state
            .why
            .get()
            .map_or(Ok(()), |why| Err(Broken::Interrupted(why)))
    }

    /// What the promise resolves to, unless a timer or the signal comes first.
    pub(super) fn race(&self, promise: &JsValue) -> Race<'_> {
        let promise = JsFuture::from(Promise::resolve(promise));
        Race {
            promise: Some(promise),
            interrupt: self,
        }
    }

    /// Waits that long, or until the signal ends the wait.
    pub(super) async fn sleep(&self, ms: f64) {
        let _timer = self.arm(ms);
        let never = Race {
            promise: None,
            interrupt: self,
        };
        let _ = never.await;
    }
}

/// A promise, or nothing at all, against the interrupt.
pub(super) struct Race<'a> {
    promise: Option<JsFuture>,
    interrupt: &'a Interrupt,
}

impl Future for Race<'_> {
    type Output = Result<JsValue, Broken>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.interrupt.check()?;
        if let Some(promise) = &mut self.promise
            && let Poll::Ready(settled) = Pin::new(promise).poll(context)
        {
            return Poll::Ready(settled.map_err(Broken::Network));
        }
        self.interrupt
            .state
            .waker
            .set(Some(context.waker().clone()));
        Poll::Pending
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
