//! Who is to be called back by JavaScript: when a promise settles, a timer runs out, a signal is aborted.
//!
//! Two functions serve all of them for ever, each time bound to the number under which somebody waits. A function for
//! each wait would be watched by the garbage collector, which is a good part of what a call costs. All who
//! wait for one signal share one listener: engines take more than a few of them for a leak, and say so.
//!
//! It is no matter when nobody waits any more: a promise settles whether or not its outcome is still wanted.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
#[cfg(feature = "npm")]
use std::{
    future::Future,
    sync::Arc,
    task::{Context, Wake, Waker},
};

use js_sys::{Function, Object, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::interrupt::{State, Why};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Numbered, ms: f64, number: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);

    /// A function that takes a number before anything else.
    type Numbered;

    #[wasm_bindgen(method, structural)]
    fn bind(this: &Numbered, receiver: &JsValue, number: f64) -> Function;

    /// A promise, of which the next one in the chain is not wanted.
    type Settling;

    #[wasm_bindgen(method, structural)]
    fn then(this: &Settling, fulfilled: &Function, rejected: &Function);
}

/// Timers hold a signed 32-bit count of milliseconds; a longer one would fire at once.
const LONGEST_TIMER_MS: f64 = 2_147_483_647.0;

thread_local! {
    static BOARD: Board = Board {
        last_number: Cell::new(0.0),
        waits: RefCell::default(),
        shared: RefCell::default(),
        fulfilled: numbered(Ok),
        rejected: numbered(Err),
    };
}

/// How a promise settled; of timers and signals, which cannot fail, it says nothing.
type Outcome = Result<JsValue, JsValue>;

/// What is to be done when JavaScript calls.
type Wait = Rc<dyn Fn(Outcome)>;

struct Board {
    last_number: Cell<f64>,
    /// By number, in ascending order.
    waits: RefCell<Vec<(f64, Wait)>>,
    /// The listeners, one for each signal.
    shared: RefCell<Vec<Rc<Shared>>>,
    fulfilled: Numbered,
    rejected: Numbered,
}

/// What JavaScript calls, with the number of who waits.
fn numbered(outcome: fn(JsValue) -> Outcome) -> Numbered {
    let call = move |number, value| call(number, outcome(value));
    let closure = Closure::<dyn Fn(f64, JsValue)>::new(call);
    closure.into_js_value().unchecked_into()
}

fn call(number: f64, outcome: Outcome) {
    // Let go of the board first: who is woken may come here again.
    let wait = BOARD.with(|board| {
        let waits = board.waits.borrow();
        let at = place(&waits, number)?;
        waits.get(at).map(|(_, wait)| Rc::clone(wait))
    });
    if let Some(wait) = wait {
        wait(outcome);
    }
}

fn place(waits: &[(f64, Wait)], number: f64) -> Option<usize> {
    let found = waits.binary_search_by(|(other, _)| other.total_cmp(&number));
    found.ok()
}

/// A place on the board, until it is dropped.
struct Place(f64);

impl Place {
    #[inline(never)]
    fn new(wait: Wait) -> Self {
        BOARD.with(|board| {
            let number = board.last_number.get() + 1.0;
            board.last_number.set(number);
            board.waits.borrow_mut().push((number, wait));
            Self(number)
        })
    }

    /// The function that calls this number.
    fn bound(&self, function: fn(&Board) -> &Numbered) -> Function {
        BOARD.with(|board| function(board).bind(&JsValue::UNDEFINED, self.0))
    }

    /// Has JavaScript call this number when the promise settles.
    #[inline(never)]
    fn await_promise(&self, promise: &JsValue) {
        let promise: Settling = Promise::resolve(promise).unchecked_into();
        let fulfilled = self.bound(|board| &board.fulfilled);
        promise.then(&fulfilled, &self.bound(|board| &board.rejected));
    }
}

impl Drop for Place {
    #[inline(never)]
    fn drop(&mut self) {
        let _dropped_last = BOARD.with(|board| {
            let mut waits = board.waits.borrow_mut();
            place(&waits, self.0).map(|at| waits.remove(at))
        });
    }
}

/// A wait for a promise, until it is dropped.
pub(super) struct Awaited {
    _place: Place,
}

impl Awaited {
    pub(super) fn new(promise: &JsValue, state: &Rc<State>) -> Self {
        let state = Rc::clone(state);
        let place = Place::new(Rc::new(move |outcome| state.settle(outcome)));
        place.await_promise(promise);
        Self { _place: place }
    }
}

/// A running timer; dropping it clears it.
pub(super) struct Timer {
    handle: JsValue,
    _place: Place,
}

impl Timer {
    pub(super) fn new(ms: f64, state: &Rc<State>) -> Self {
        let state = Rc::clone(state);
        let place = Place::new(Rc::new(move |_| state.fire(Why::Timer)));
        let ms = ms.clamp(0.0, LONGEST_TIMER_MS);
        let handle = BOARD.with(|board| set_timeout(&board.fulfilled, ms, place.0));
        Self {
            handle,
            _place: place,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.handle);
    }
}

/// The one listener of a signal.
struct Shared {
    signal: AbortSignal,
    listener: Function,
    /// Everybody it is for.
    states: Rc<RefCell<Vec<Rc<State>>>>,
    _place: Place,
}

impl Shared {
    fn new(signal: &AbortSignal) -> Rc<Self> {
        let states: Rc<RefCell<Vec<Rc<State>>>> = Rc::default();
        let told = Rc::clone(&states);
        let place = Place::new(Rc::new(move |_| {
            // A copy: who is woken may leave.
            let states = told.borrow().clone();
            for state in states {
                state.fire(Why::Signal);
            }
        }));
        let shared = Rc::new(Self {
            signal: signal.clone(),
            listener: place.bound(|board| &board.fulfilled),
            states,
            _place: place,
        });
        BOARD.with(|board| board.shared.borrow_mut().push(Rc::clone(&shared)));
        let _ = signal.add_event_listener_with_callback("abort", &shared.listener);
        shared
    }

    fn of(signal: &AbortSignal) -> Option<Rc<Self>> {
        BOARD.with(|board| {
            let shared = board.shared.borrow();
            // Calls on one signal are mostly made one after the other.
            let mut latest_first = shared.iter().rev();
            let found = latest_first.find(|shared| Object::is(&shared.signal, signal));
            found.cloned()
        })
    }
}

/// A share in the listener of a signal, until it is dropped.
pub(super) struct Listener {
    shared: Rc<Shared>,
    state: Rc<State>,
}

impl Listener {
    pub(super) fn new(signal: &AbortSignal, state: &Rc<State>) -> Self {
        let shared = Shared::of(signal).unwrap_or_else(|| Shared::new(signal));
        let state = Rc::clone(state);
        shared.states.borrow_mut().push(Rc::clone(&state));
        Self { shared, state }
    }

    /// The signal's own reason, untouched.
    pub(super) fn reason(&self) -> JsValue {
        self.shared.signal.reason()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let Shared {
            signal,
            listener,
            states,
            ..
        } = self.shared.as_ref();
        states
            .borrow_mut()
            .retain(|state| !Rc::ptr_eq(state, &self.state));
        if states.borrow().is_empty() {
            let _ = signal.remove_event_listener_with_callback("abort", listener);
            let is_other = |shared: &Rc<Shared>| !Rc::ptr_eq(shared, &self.shared);
            BOARD.with(|board| board.shared.borrow_mut().retain(is_other));
        }
    }
}

/// Runs a future, from the next turn on: who calls this may hold what the future asks for. What wasm-bindgen-futures
/// offers would take a turn for each step, and a kilobyte of what every page downloads.
#[cfg(feature = "npm")]
pub(super) fn spawn(future: impl Future<Output = ()> + 'static) {
    let future = RefCell::new(Box::pin(future));
    let own: Rc<Cell<Option<Place>>> = Rc::default();
    let kept = Rc::clone(&own);
    let place = Place::new(Rc::new(move |_| {
        // Nobody wakes a future that runs: only when it stops does it leave behind how to wake it.
        let Some(place) = own.take() else { return };
        let waker = Waker::from(Arc::new(Number(place.0)));
        let mut future = future.borrow_mut();
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        if polled.is_pending() {
            own.set(Some(place));
        }
    }));
    place.await_promise(&JsValue::UNDEFINED);
    kept.set(Some(place));
}

/// Wakes the future of that number.
#[cfg(feature = "npm")]
struct Number(f64);

#[cfg(feature = "npm")]
impl Wake for Number {
    fn wake(self: Arc<Self>) {
        call(self.0, Ok(JsValue::UNDEFINED));
    }
}
