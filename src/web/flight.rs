//! Drives the [`Run`] of a call by JavaScript callbacks. The npm package uses it directly, because a future would be a large part of what a
//! call costs; [`Pending`] wraps it in a future for Rust users.
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

use super::attempt::{self, Bad, Good};
use super::board::{Abortable, Listener, Outcome, Place};
use super::interrupt::Why;
use super::plan::Plan;
use super::run::{Run, Step};
use super::transport::{self, Broken};
use super::value;

/// What to do with the outcome of a call.
pub(super) type End = Box<dyn FnOnce(&mut Run, Result<Rc<Good>, Box<Bad>>)>;

/// What the call waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Awaited {
    #[default]
    Nothing,
    Start,
    Key,
    Answer,
    Pause,
}

/// A call in progress.
pub(super) struct Flight {
    run: RefCell<Run>,
    awaited: Cell<Awaited>,
    /// Cancels the current wait.
    cancel: Cell<Option<Function>>,
    place: RefCell<Option<Place>>,
    listener: RefCell<Option<Listener>>,
    /// Whether code is running that may abort the call.
    is_busy: Cell<bool>,
    is_aborted: Cell<bool>,
    end: Cell<Option<End>>,
}

impl Abortable for Flight {
    fn abort(&self) {
        self.is_aborted.set(true);
        if !self.is_busy.get() {
            self.give_up();
        }
    }
}

impl Flight {
    /// Starts a call in the next turn, because the code that calls this may hold borrows that the call needs.
    pub(super) fn start(plan: Plan, signal: Option<&AbortSignal>, end: End) -> Rc<Self> {
        let flight = Rc::new(Self {
            run: RefCell::new(Run::new(plan)),
            awaited: Cell::new(Awaited::Start),
            cancel: Cell::default(),
            place: RefCell::default(),
            listener: RefCell::default(),
            is_busy: Cell::default(),
            is_aborted: Cell::new(signal.is_some_and(value::is_aborted)),
            end: Cell::new(Some(end)),
        });
        if let Some(signal) = signal {
            flight
                .listener
                .replace(Some(Listener::new(signal, flight.clone())));
        }
        let called = Rc::clone(&flight);
        let place = Place::new(Rc::new(move |outcome| called.hear(outcome)));
        place.soon();
        flight.place.replace(Some(place));
        flight
    }

    fn hear(&self, outcome: Outcome) {
        let awaited = self.awaited.take();
        self.is_busy.set(true);
        let mut run = self.run.borrow_mut();
        let step = match awaited {
            Awaited::Nothing => return,
            Awaited::Start if self.is_aborted.get() => Step::End(Err(self.aborted())),
            Awaited::Start if self.is_deaf() => Step::End(Err(attempt::deaf())),
            Awaited::Start => run.start(),
            Awaited::Key => run.keyed(key(outcome)),
            Awaited::Answer => {
                let reply = transport::reply(outcome);
                run.answered(reply.map_err(|broken| attempt::broken(broken, || self.reason())))
            }
            Awaited::Pause => run.waited(),
        };
        drop(run);
        self.take(step);
    }

    /// Starts to wait for what the step requires, or ends the call.
    fn take(&self, step: Step) {
        self.awaited.set(match &step {
            Step::End(_) => Awaited::Nothing,
            Step::Ask(_) => Awaited::Key,
            Step::Send => Awaited::Answer,
            Step::Wait(_) => Awaited::Pause,
        });
        if let Step::End(outcome) = step {
            return self.end(outcome);
        }
        if !self.is_aborted.get() {
            self.cancel.set(self.launch(&step));
        }
        self.is_busy.set(false);
        if self.is_aborted.get() {
            self.give_up();
        }
    }

    fn launch(&self, step: &Step) -> Option<Function> {
        let (run, place) = (self.run.borrow(), self.place.borrow());
        let place = place.as_ref()?;
        Some(match step {
            Step::End(_) => return None,
            Step::Ask(given) => place.race(run.left_ms(), given),
            Step::Send => transport::launch(place, run.left_ms(), &run.request()),
            Step::Wait(ms) => place.pause(*ms),
        })
    }

    /// Ends the call on behalf of the caller's signal.
    fn give_up(&self) {
        if let Some(cancel) = self.cancel.take() {
            value::hand(&cancel, &JsValue::UNDEFINED);
        }
        let mut run = self.run.borrow_mut();
        let step = match self.awaited.get() {
            // `hear` handles the abort in the first turn.
            Awaited::Nothing | Awaited::Start => return,
            Awaited::Key => run.keyed(Err(self.aborted())),
            Awaited::Answer => run.answered(Err(self.aborted())),
            Awaited::Pause => run.cut_short(self.aborted()),
        };
        drop(run);
        self.take(step);
    }

    /// Whether the caller's signal refused the listener.
    fn is_deaf(&self) -> bool {
        let listener = self.listener.borrow();
        let mut listener = listener.iter();
        listener.any(|listener| !listener.is_heard())
    }

    fn reason(&self) -> JsValue {
        let listener = self.listener.borrow();
        listener.as_ref().map(Listener::reason).unwrap_or_default()
    }

    #[expect(
        clippy::unnecessary_box_returns,
        reason = "failures are passed on a lot, and boxed they cost one word each time"
    )]
    fn aborted(&self) -> Box<Bad> {
        attempt::aborted(self.reason())
    }

    fn end(&self, outcome: Result<Rc<Good>, Box<Bad>>) {
        self.place.take();
        self.listener.take();
        if let Some(end) = self.end.take() {
            end(&mut self.run.borrow_mut(), outcome);
        }
    }
}

fn key(outcome: Outcome) -> Result<JsValue, Box<Bad>> {
    match outcome {
        Outcome::Value(given) => Ok(given),
        Outcome::Cause(cause) => Err(attempt::no_key(cause)),
        Outcome::Timer => {
            let broken = Broken::Interrupted(Why::Timer);
            Err(attempt::broken(broken, JsValue::default))
        }
    }
}

/// A [`Flight`] as a future. Dropping it ends the call and closes its connection.
pub(super) struct Pending<T> {
    flight: Rc<Flight>,
    state: Rc<State<T>>,
}

struct State<T> {
    output: Cell<Option<T>>,
    waker: Cell<Option<Waker>>,
}

impl<T: 'static> Pending<T> {
    /// Starts a call. The future resolves to what `finish` returns for the outcome.
    pub(super) fn new<F>(plan: Plan, signal: Option<&AbortSignal>, finish: F) -> Self
    where
        F: FnOnce(&mut Run, Result<Rc<Good>, Box<Bad>>) -> T + 'static,
    {
        let state = Rc::new(State {
            output: Cell::default(),
            waker: Cell::default(),
        });
        let ended = Rc::clone(&state);
        let end = move |run: &mut Run, outcome| {
            ended.output.set(Some(finish(run, outcome)));
            if let Some(waker) = ended.waker.take() {
                waker.wake();
            }
        };
        Self {
            flight: Flight::start(plan, signal, Box::new(end)),
            state,
        }
    }
}

impl<T> Future for Pending<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        if let Some(output) = self.state.output.take() {
            return Poll::Ready(output);
        }
        self.state.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        self.flight.abort();
    }
}
