//! Request coalescing: callers that want the same thing at the same time share one request to Ayrshare.
//!
//! Each caller gets its own reply, built from the shared outcome. A caller that leaves does not affect the others; when the last one
//! leaves, the request is aborted.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::attempt::{self, CheckedResponse};
use super::drive_callbacks::CallbackDriver;
use super::prepared::PreparedCall;
use crate::web::failure::CallError;
use crate::web::js::abort::Subscription;
use crate::web::js::value;

/// The outcome of a request. The bytes are those of the body, copied once for all callers.
pub(crate) type SharedOutcome<'a> = Result<(&'a CheckedResponse, &'a Uint8Array), &'a CallError>;

/// Builds a caller's reply from the outcome. The flag is true for exactly one caller of each request: the one that caches the response.
type BuildReply = Box<dyn FnOnce(SharedOutcome<'_>, bool)>;

/// The pending requests that can still be joined, by name.
#[derive(Default)]
pub(crate) struct Requests(RefCell<BTreeMap<String, Rc<SharedRequest>>>);

struct SharedRequest {
    name: Option<String>,
    all: Weak<Requests>,
    driver: RefCell<Option<Rc<CallbackDriver>>>,
    /// Those who left too: searching for each would take too long if all leave.
    callers: RefCell<Vec<Rc<Caller>>>,
    /// How many have not left.
    waiting: Cell<usize>,
}

struct Caller {
    request: Rc<SharedRequest>,
    build_reply: Cell<Option<BuildReply>>,
    listener: RefCell<Option<Subscription>>,
}

impl Requests {
    /// Joins the request of that name, or starts it. A request without a name cannot be joined.
    pub(crate) fn ask(
        self: &Rc<Self>,
        name: Option<String>,
        plan: PreparedCall,
        signal: Option<&AbortSignal>,
        build_reply: BuildReply,
    ) {
        if let Some(signal) = signal.filter(|signal| value::is_aborted(signal)) {
            return build_reply(Err(&aborted(value::get(signal, "reason"))), false);
        }
        let named = name.as_ref();
        let under_way = named.and_then(|name| self.0.borrow().get(name).cloned());
        let request = under_way.unwrap_or_else(|| self.start(name, plan));
        let caller = Rc::new(Caller {
            request: Rc::clone(&request),
            build_reply: Cell::new(Some(build_reply)),
            listener: RefCell::default(),
        });
        if let Some(signal) = signal {
            let aborted = Rc::clone(&caller);
            let listener = Subscription::new(signal, move || aborted.abort());
            caller.listener.replace(Some(listener));
        }
        request.waiting.set(request.waiting.get() + 1);
        request.callers.borrow_mut().push(caller);
    }

    fn start(self: &Rc<Self>, name: Option<String>, plan: PreparedCall) -> Rc<SharedRequest> {
        let request = Rc::new(SharedRequest {
            name,
            all: Rc::downgrade(self),
            driver: RefCell::default(),
            callers: RefCell::default(),
            waiting: Cell::default(),
        });
        let ended = Rc::clone(&request);
        let driver = CallbackDriver::start(
            plan,
            None,
            Box::new(move |run, outcome| {
                let outcome = outcome.map_err(|bad| run.failure(*bad));
                ended.end(outcome.as_deref());
            }),
        );
        request.driver.replace(Some(driver));
        if let Some(name) = request.name.clone() {
            self.0.borrow_mut().insert(name, Rc::clone(&request));
        }
        request
    }

    /// Stops callers from joining the requests that are pending now, because their responses may be out of date.
    pub(crate) fn close(&self) {
        self.0.take();
    }
}

impl SharedRequest {
    fn end(&self, outcome: Result<&CheckedResponse, &CallError>) {
        self.close();
        self.driver.take();
        let body = outcome.map_or(&[][..], |good| good.body.as_slice());
        let bytes = Uint8Array::from(body);
        let outcome = outcome.map(|good| (good, &bytes));
        let mut keeps = true;
        for caller in self.callers.take() {
            keeps &= !caller.finish(outcome, keeps);
        }
    }

    fn leave(&self) {
        let waiting = self.waiting.get() - 1;
        self.waiting.set(waiting);
        if waiting == 0 {
            self.close();
            let driver = self.driver.take();
            driver.inspect(|driver| driver.abort());
        }
    }

    /// Stops callers from joining.
    fn close(&self) {
        let all = self.all.upgrade();
        if let Some((name, all)) = self.name.as_ref().zip(all) {
            let mut all = all.0.borrow_mut();
            let is_this = |other: &Rc<SharedRequest>| std::ptr::eq(other.as_ref(), self);
            if all.get(name).is_some_and(is_this) {
                all.remove(name);
            }
        }
    }
}

impl Caller {
    /// Returns whether the caller was still waiting.
    fn finish(&self, outcome: SharedOutcome<'_>, keeps: bool) -> bool {
        self.listener.take();
        let build_reply = self.build_reply.take();
        build_reply
            .map(|build_reply| build_reply(outcome, keeps))
            .is_some()
    }

    fn abort(&self) {
        let reason = self.listener.borrow().as_ref().map(Subscription::reason);
        if self.finish(Err(&aborted(reason.unwrap_or_default())), false) {
            self.request.leave();
        }
    }
}

fn aborted(reason: JsValue) -> CallError {
    let bad = *attempt::aborted(reason);
    let mut failure = CallError::from(bad.error);
    failure.cause = bad.cause;
    failure
}
