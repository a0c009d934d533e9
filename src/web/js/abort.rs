//! The abort of a caller's signal: one listener for all who wait for it.

use std::cell::{Cell, RefCell};
use std::ptr;
use std::rc::Rc;

use js_sys::{Function, Object};
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::callbacks::{CallbackId, TIMER};
use super::value;

thread_local! {
    /// The listeners, one for each signal.
    static LISTENERS: RefCell<Vec<Rc<SignalListener>>> = RefCell::default();
}

/// Something that a signal can abort.
pub(crate) trait Abortable {
    /// Called when the signal is aborted.
    fn abort(&self);
}

/// The only listener of a signal.
struct SignalListener {
    signal: AbortSignal,
    listener: Function,
    /// Whether the signal accepted the listener: a signal that the caller made may throw.
    accepts_listeners: Cell<bool>,
    /// Everything to abort with the signal.
    subscribers: Rc<RefCell<Vec<Rc<dyn Abortable>>>>,
    _place: CallbackId,
}

impl SignalListener {
    fn new(signal: &AbortSignal) -> Rc<Self> {
        let subscribers: Rc<RefCell<Vec<Rc<dyn Abortable>>>> = Rc::default();
        let all = Rc::clone(&subscribers);
        let place = CallbackId::new(Rc::new(move |_| {
            // A copy, because a subscriber may unsubscribe while it is called.
            let all = all.borrow().clone();
            for one in all {
                one.abort();
            }
        }));
        let listener =
            place.with(|number, settled| settled.bind(&JsValue::UNDEFINED, number, TIMER));
        let shared = Rc::new(Self {
            signal: signal.clone(),
            listener,
            accepts_listeners: Cell::default(),
            subscribers,
            _place: place,
        });
        LISTENERS.with(|listeners| listeners.borrow_mut().push(Rc::clone(&shared)));
        let added = signal.add_event_listener_with_callback("abort", &shared.listener);
        shared.accepts_listeners.set(added.is_ok());
        shared
    }

    fn of(signal: &AbortSignal) -> Option<Rc<Self>> {
        LISTENERS.with(|listeners| {
            let shared = listeners.borrow();
            // Most recent first: consecutive calls usually share a signal.
            let mut latest_first = shared.iter().rev();
            let found = latest_first.find(|shared| Object::is(&shared.signal, signal));
            found.cloned()
        })
    }
}

/// A subscription to a signal's listener; dropping it unsubscribes.
pub(crate) struct Subscription {
    shared: Rc<SignalListener>,
    subscribers: Rc<dyn Abortable>,
}

impl Subscription {
    pub(crate) fn new(signal: &AbortSignal, subscribers: Rc<dyn Abortable>) -> Self {
        let shared = SignalListener::of(signal).unwrap_or_else(|| SignalListener::new(signal));
        shared
            .subscribers
            .borrow_mut()
            .push(Rc::clone(&subscribers));
        Self {
            shared,
            subscribers,
        }
    }

    /// Whether the signal can abort anything: it may have refused the listener.
    pub(crate) fn accepts_listeners(&self) -> bool {
        self.shared.accepts_listeners.get()
    }

    /// The signal's own reason, unchanged.
    pub(crate) fn reason(&self) -> JsValue {
        value::get(&self.shared.signal, "reason")
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let SignalListener {
            signal,
            listener,
            subscribers,
            ..
        } = self.shared.as_ref();
        let is_me =
            |one: &Rc<dyn Abortable>| ptr::addr_eq(Rc::as_ptr(one), Rc::as_ptr(&self.subscribers));
        subscribers.borrow_mut().retain(|one| !is_me(one));
        if subscribers.borrow().is_empty() {
            let _ = signal.remove_event_listener_with_callback("abort", listener);
            let is_other = |shared: &Rc<SignalListener>| !Rc::ptr_eq(shared, &self.shared);
            LISTENERS.with(|listeners| listeners.borrow_mut().retain(is_other));
        }
    }
}
