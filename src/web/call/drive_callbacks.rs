//! Drives the [`CallMachine`] of a call by JavaScript callbacks. The npm package uses it directly, because a future would be a large part of what a
//! call costs; [`CallFuture`] wraps it in a future for Rust users.
//!
//! The callback registry owns a call until it ends; afterwards no timer, listener or connection is left. The caller's code (`fetch`,
//! `apiKey` or an observer) may abort the call while it runs; the abort takes effect once that code returns.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::Function;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::attempt::{self, CheckedResponse, FailedAttempt};
use super::prepared::PreparedCall;
use super::state_machine::{Action, CallMachine};
use crate::web::http::fetch::{self, TransportError};
use crate::web::js::abort::Subscription;
use crate::web::js::callbacks::{CallbackId, WaitOutcome};
use crate::web::js::cancellation::CancelReason;
use crate::web::js::value;

/// What to do with the outcome of a call.
pub(crate) type End =
    Box<dyn FnOnce(&mut CallMachine, Result<Rc<CheckedResponse>, Box<FailedAttempt>>)>;

/// What the call waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum WaitingFor {
    #[default]
    Nothing,
    Start,
    Key,
    Response,
    Pause,
}

/// A call in progress.
pub(crate) struct CallbackDriver {
    run: RefCell<CallMachine>,
    awaited: Cell<WaitingFor>,
    /// Cancels the current wait.
    cancel: Cell<Option<Function>>,
    place: RefCell<Option<CallbackId>>,
    listener: RefCell<Option<Subscription>>,
    /// Whether code is running that may abort the call.
    is_busy: Cell<bool>,
    is_aborted: Cell<bool>,
    end: Cell<Option<End>>,
}

impl CallbackDriver {
    /// Starts a call in the next turn, because the code that calls this may hold borrows that the call needs.
    pub(crate) fn start(plan: PreparedCall, signal: Option<&AbortSignal>, end: End) -> Rc<Self> {
        let flight = Rc::new(Self {
            run: RefCell::new(CallMachine::new(plan)),
            awaited: Cell::new(WaitingFor::Start),
            cancel: Cell::default(),
            place: RefCell::default(),
            listener: RefCell::default(),
            is_busy: Cell::default(),
            is_aborted: Cell::new(signal.is_some_and(value::is_aborted)),
            end: Cell::new(Some(end)),
        });
        if let Some(signal) = signal {
            let aborted = Rc::clone(&flight);
            let listener = Subscription::new(signal, move || aborted.abort());
            flight.listener.replace(Some(listener));
        }
        let called = Rc::clone(&flight);
        let place = CallbackId::new(Rc::new(move |outcome| called.on_callback(outcome)));
        place.soon();
        flight.place.replace(Some(place));
        flight
    }

    /// Ends the call on behalf of the caller, once no code of theirs is running.
    pub(crate) fn abort(&self) {
        self.is_aborted.set(true);
        if !self.is_busy.get() {
            self.give_up();
        }
    }

    fn on_callback(&self, outcome: WaitOutcome) {
        let awaited = self.awaited.take();
        self.is_busy.set(true);
        let mut run = self.run.borrow_mut();
        let step = match awaited {
            WaitingFor::Nothing => return,
            WaitingFor::Start if self.is_aborted.get() => Action::Finish(Err(self.aborted())),
            WaitingFor::Start if self.ignores_signal() => {
                Action::Finish(Err(attempt::unusable_signal()))
            }
            WaitingFor::Start => run.start(),
            WaitingFor::Key => run.key_resolved(key(outcome)),
            WaitingFor::Response => {
                let reply = fetch::reply(outcome);
                run.response_received(
                    reply.map_err(|broken| attempt::broken(broken, || self.reason())),
                )
            }
            WaitingFor::Pause => run.sleep_elapsed(),
        };
        drop(run);
        self.perform(step);
    }

    /// Starts to wait for what the step requires, or ends the call.
    fn perform(&self, step: Action) {
        self.awaited.set(match &step {
            Action::Finish(_) => WaitingFor::Nothing,
            Action::ResolveKey(_) => WaitingFor::Key,
            Action::Send => WaitingFor::Response,
            Action::Sleep(_) => WaitingFor::Pause,
        });
        if let Action::Finish(outcome) = step {
            return self.end(outcome);
        }
        if !self.is_aborted.get() {
            self.cancel.set(self.begin_wait(&step));
        }
        self.is_busy.set(false);
        if self.is_aborted.get() {
            self.give_up();
        }
    }

    fn begin_wait(&self, step: &Action) -> Option<Function> {
        let (run, place) = (self.run.borrow(), self.place.borrow());
        let place = place.as_ref()?;
        Some(match step {
            Action::Finish(_) => return None,
            Action::ResolveKey(given) => place.race(run.left_ms(), given),
            Action::Send => fetch::start_fetch(place, run.left_ms(), &run.request()),
            Action::Sleep(ms) => place.pause(*ms),
        })
    }

    /// Ends the call on behalf of the caller's signal.
    fn give_up(&self) {
        if let Some(cancel) = self.cancel.take() {
            value::notify(&cancel, &JsValue::UNDEFINED);
        }
        let mut run = self.run.borrow_mut();
        let step = match self.awaited.get() {
            // `on_callback` handles the abort in the first turn.
            WaitingFor::Nothing | WaitingFor::Start => return,
            WaitingFor::Key => run.key_resolved(Err(self.aborted())),
            WaitingFor::Response => run.response_received(Err(self.aborted())),
            WaitingFor::Pause => run.sleep_aborted(self.aborted()),
        };
        drop(run);
        self.perform(step);
    }

    /// Whether the caller's signal refused the listener.
    fn ignores_signal(&self) -> bool {
        let listener = self.listener.borrow();
        let mut listener = listener.iter();
        listener.any(|listener| !listener.accepts_listeners())
    }

    fn reason(&self) -> JsValue {
        let listener = self.listener.borrow();
        listener
            .as_ref()
            .map(Subscription::reason)
            .unwrap_or_default()
    }

    #[expect(
        clippy::unnecessary_box_returns,
        reason = "failures are passed on a lot, and boxed they cost one word each time"
    )]
    fn aborted(&self) -> Box<FailedAttempt> {
        attempt::aborted(self.reason())
    }

    fn end(&self, outcome: Result<Rc<CheckedResponse>, Box<FailedAttempt>>) {
        self.place.take();
        self.listener.take();
        if let Some(end) = self.end.take() {
            end(&mut self.run.borrow_mut(), outcome);
        }
    }
}

fn key(outcome: WaitOutcome) -> Result<JsValue, Box<FailedAttempt>> {
    match outcome {
        WaitOutcome::Value(given) => Ok(given),
        WaitOutcome::Cause(cause) => Err(attempt::no_key(cause)),
        WaitOutcome::Timer => {
            let broken = TransportError::Interrupted(CancelReason::Timer);
            Err(attempt::broken(broken, JsValue::default))
        }
    }
}

/// A [`CallbackDriver`] as a future. Dropping it ends the call and closes its connection.
pub(crate) struct CallFuture<T> {
    flight: Rc<CallbackDriver>,
    state: Rc<FutureState<T>>,
}

struct FutureState<T> {
    output: Cell<Option<T>>,
    waker: Cell<Option<Waker>>,
}

impl<T: 'static> CallFuture<T> {
    /// Starts a call. The future resolves to what `finish` returns for the outcome.
    pub(crate) fn new<F>(plan: PreparedCall, signal: Option<&AbortSignal>, finish: F) -> Self
    where
        F: FnOnce(&mut CallMachine, Result<Rc<CheckedResponse>, Box<FailedAttempt>>) -> T + 'static,
    {
        let state = Rc::new(FutureState {
            output: Cell::default(),
            waker: Cell::default(),
        });
        let ended = Rc::clone(&state);
        let end = move |run: &mut CallMachine, outcome| {
            ended.output.set(Some(finish(run, outcome)));
            if let Some(waker) = ended.waker.take() {
                waker.wake();
            }
        };
        Self {
            flight: CallbackDriver::start(plan, signal, Box::new(end)),
            state,
        }
    }
}

impl<T> Future for CallFuture<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        if let Some(output) = self.state.output.take() {
            return Poll::Ready(output);
        }
        self.state.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }
}

impl<T> Drop for CallFuture<T> {
    fn drop(&mut self) {
        self.flight.abort();
    }
}
