//! What can end a wait early: a timer, or the caller's signal.
//!
//! A [`Cancellation`] lasts for one download or gateway request, with a new timer for every wait.
//! Dropping the [`Timer`] clears it, and dropping the interrupt removes its listener, so that
//! nothing stays behind on a longer-lived signal.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::Function;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::abort::Subscription;
use super::callbacks::{CallbackId, WaitOutcome};
use super::value;

#[cfg(any(feature = "npm-batch", feature = "npm-gateway"))]
mod canceller;

#[cfg(any(feature = "npm-batch", feature = "npm-gateway"))]
pub(crate) use canceller::Canceller;

/// Why a wait ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CancelReason {
    /// The timer ran out.
    Timer,
    /// The caller's signal was aborted.
    Signal,
}

/// How a wait failed.
pub(crate) enum WaitError {
    /// The promise was rejected, with this.
    Rejected(JsValue),
    /// The timer or the signal came first.
    Cancelled(CancelReason),
}

/// The state of a race, shared by its timer, its promise and its signal.
#[derive(Default)]
pub(crate) struct RaceState {
    why: Cell<Option<CancelReason>>,
    settled: Cell<Option<Result<JsValue, JsValue>>>,
    waker: Cell<Option<Waker>>,
}

impl RaceState {
    /// Ends the current race.
    pub(crate) fn fire(&self, why: CancelReason) {
        if self.why.get() != Some(CancelReason::Signal) {
            self.why.set(Some(why));
        }
        self.wake();
    }

    /// The promise of the current race has settled.
    pub(crate) fn settle(&self, outcome: Result<JsValue, JsValue>) {
        self.settled.set(Some(outcome));
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// The caller's signal and at most one timer, to race a promise against.
pub(crate) struct Cancellation {
    state: Rc<RaceState>,
    listener: Option<Subscription>,
}

impl Cancellation {
    /// Listens to the signal, if there is one. A signal that is already aborted takes effect at
    /// once.
    pub(crate) fn new(signal: Option<&AbortSignal>) -> Self {
        let state = Rc::new(RaceState::default());
        let listener = signal.map(|signal| {
            if value::is_aborted(signal) {
                state.fire(CancelReason::Signal);
            }
            let state = Rc::clone(&state);
            Subscription::new(signal, move || state.fire(CancelReason::Signal))
        });
        Self { state, listener }
    }

    /// Whether the caller's signal accepted the listener; true if there is no signal.
    #[cfg(feature = "npm-batch")]
    pub(crate) fn accepts_listeners(&self) -> bool {
        self.listener
            .as_ref()
            .is_none_or(Subscription::accepts_listeners)
    }

    /// Whether the caller's signal was aborted, or the canceller was used.
    pub(crate) fn is_aborted(&self) -> bool {
        self.state.why.get() == Some(CancelReason::Signal)
    }

    /// The signal's own reason, unchanged.
    pub(crate) fn reason(&self) -> JsValue {
        self.listener
            .as_ref()
            .map_or(JsValue::UNDEFINED, Subscription::reason)
    }

    /// Starts a timer that ends races until it is dropped. An infinite time starts none.
    pub(crate) fn start_timeout(&self, ms: f64) -> Timer {
        if self.state.why.get() == Some(CancelReason::Timer) {
            self.state.why.set(None);
        }
        Timer::new(ms, &self.state)
    }

    /// Fails if the timer or the signal has already fired.
    pub(crate) fn check(&self) -> Result<(), WaitError> {
        self.state
            .why
            .get()
            .map_or(Ok(()), |why| Err(WaitError::Cancelled(why)))
    }

    /// Waits for the promise, unless the timer or the signal fires first. Only one race may run at
    /// a time.
    pub(crate) fn race(&self, promise: &JsValue) -> Race<'_> {
        // The promise of an abandoned race may have settled since.
        self.state.settled.set(None);
        Race {
            _awaited: Some(PromiseWait::new(promise, &self.state)),
            state: &self.state,
        }
    }

    /// Waits for `ms`, or until the signal ends the wait.
    pub(crate) async fn sleep(&self, ms: f64) {
        let _timer = self.start_timeout(ms);
        self.state.settled.set(None);
        let never = Race {
            _awaited: None,
            state: &self.state,
        };
        let _ = never.await;
    }
}

/// Waits for a promise, or for nothing, until the interrupt fires.
pub(crate) struct Race<'a> {
    _awaited: Option<PromiseWait>,
    state: &'a RaceState,
}

impl Future for Race<'_> {
    type Output = Result<JsValue, WaitError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(why) = self.state.why.get() {
            return Poll::Ready(Err(WaitError::Cancelled(why)));
        }
        if let Some(settled) = self.state.settled.take() {
            return Poll::Ready(settled.map_err(WaitError::Rejected));
        }
        self.state.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }
}

/// A wait for a promise; dropping it ends the wait.
pub(crate) struct PromiseWait {
    _place: CallbackId,
}

impl PromiseWait {
    pub(crate) fn new(promise: &JsValue, state: &Rc<RaceState>) -> Self {
        let state = Rc::clone(state);
        let place = CallbackId::new(Rc::new(move |outcome| match outcome {
            WaitOutcome::Value(value) => state.settle(Ok(value)),
            WaitOutcome::Cause(cause) => state.settle(Err(cause)),
            WaitOutcome::Timer => {}
        }));
        place.wait(promise);
        Self { _place: place }
    }
}

/// A running timer; dropping it clears it.
pub(crate) struct Timer {
    give_up: Function,
    _place: CallbackId,
}

impl Timer {
    pub(crate) fn new(ms: f64, state: &Rc<RaceState>) -> Self {
        let state = Rc::clone(state);
        let place = CallbackId::new(Rc::new(move |_| state.fire(CancelReason::Timer)));
        Self {
            give_up: place.pause(ms),
            _place: place,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        value::notify(&self.give_up, &JsValue::UNDEFINED);
    }
}
