//! One call as a state machine: events in, actions out.
//!
//! It never waits itself; `flight` does, driven by JavaScript callbacks.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::attempt::{self, CheckedResponse, FailedAttempt};
use super::prepared::PreparedCall;
use crate::error::Kind;
use crate::policy::retry::{GrantedAttempt, Next, RetryPolicy};
use crate::redact::{self, Secret};
use crate::web::call::response::{Meta, Parsed, Response, parsed};
use crate::web::failure::{Attempt, CallError};
use crate::web::http::fetch::{RawResponse, Request};
use crate::web::js::value::{self, now_ms};
use crate::web::options::client::{ApiKey, OnMismatch};

/// The next action.
pub(crate) enum Action {
    /// Wait for what the `apiKey` function returned, for as long as the attempt may take.
    ResolveKey(JsValue),
    /// Send the request, and wait for as long as the attempt may take.
    Send,
    /// Wait for that many milliseconds, then start the next attempt.
    Sleep(f64),
    /// Finish the call.
    Finish(Result<Rc<CheckedResponse>, Box<FailedAttempt>>),
}

/// A call in progress.
pub(crate) struct CallMachine {
    pub plan: PreparedCall,
    /// The request headers. They contain secrets.
    headers: Vec<(String, String)>,
    /// What the `apiKey` function has returned so far.
    keys: Vec<Secret>,
    attempts: Vec<Attempt>,
    waited_ms: f64,
    from_cache: bool,
    policy: RetryPolicy,
    granted: Option<GrantedAttempt>,
    /// When the attempt or the wait began.
    began_ms: f64,
    sent_ms: f64,
    last: Option<Box<FailedAttempt>>,
}

impl CallMachine {
    pub(crate) fn new(plan: PreparedCall) -> Self {
        Self {
            policy: RetryPolicy::new(plan.limits, now_ms()),
            plan,
            headers: Vec::new(),
            keys: Vec::new(),
            attempts: Vec::new(),
            waited_ms: 0.0,
            from_cache: false,
            granted: None,
            began_ms: 0.0,
            sent_ms: 0.0,
            last: None,
        }
    }

    /// The first step. A cached response ends the call.
    pub(crate) fn start(&mut self) -> Action {
        if self.asks_for_key() {
            return self.begin();
        }
        self.cached().unwrap_or_else(|| self.begin())
    }

    /// Whether the key, and with it the account, is known only after a function was called.
    fn asks_for_key(&self) -> bool {
        matches!(self.plan.shared.options.api_key, ApiKey::Ask(_))
    }

    fn cached(&mut self) -> Option<Action> {
        let kept = self.plan.kept(self.keys.last())?;
        self.from_cache = true;
        Some(Action::Finish(Ok(kept)))
    }

    /// Starts an attempt, if the guard and the time budget allow it.
    fn begin(&mut self) -> Action {
        if !self.asks_for_key()
            && let Err(bad) = self.plan.admit()
        {
            return Action::Finish(Err(bad));
        }
        self.began_ms = now_ms();
        let Ok(granted) = self.policy.begin(self.began_ms) else {
            let last = self.last.take();
            return Action::Finish(Err(last.unwrap_or_else(attempt::out_of_time)));
        };
        self.granted = Some(granted);
        let shared = Rc::clone(&self.plan.shared);
        match &shared.options.api_key {
            ApiKey::None | ApiKey::PerCall => self.send(None),
            ApiKey::Fixed(key) => self.send(Some(key)),
            // Called for each attempt, so that a rotated key is picked up.
            ApiKey::Ask(ask) => match value::try_call(ask, &JsValue::UNDEFINED, &Array::new()) {
                Ok(given) => Action::ResolveKey(given),
                Err(cause) => self.key_resolved(Err(attempt::no_key(cause))),
            },
        }
    }

    /// The `apiKey` function has returned a key or failed, or the wait for it ended.
    pub(crate) fn key_resolved(&mut self, given: Result<JsValue, Box<FailedAttempt>>) -> Action {
        match given.and_then(|given| attempt::key(&given)) {
            Ok(key) => {
                self.keys.push(key.clone());
                if self.attempts.is_empty()
                    && let Some(cached) = self.cached()
                {
                    return cached;
                }
                if let Err(bad) = self.plan.admit() {
                    return Action::Finish(Err(bad));
                }
                self.send(Some(&key))
            }
            Err(bad) => {
                // A failing function may also reveal secrets from other headers, so they have to be
                // known.
                self.headers = self.plan.request_headers(None);
                self.failed(bad)
            }
        }
    }

    fn send(&mut self, key: Option<&Secret>) -> Action {
        self.headers = self.plan.request_headers(key);
        if let Some(observer) = &self.plan.shared.options.on_event {
            let shown = attempt::headers_shown(&self.headers);
            let event = self.plan.event("request", self.attempts.len() + 1);
            event.object("headers", &shown).send(observer);
            self.sent_ms = now_ms();
        }
        Action::Send
    }

    /// A response has arrived, or the attempt ended without one.
    pub(crate) fn response_received(
        &mut self,
        reply: Result<RawResponse, Box<FailedAttempt>>,
    ) -> Action {
        let reply = match reply {
            Ok(reply) => reply,
            Err(bad) => return self.failed(bad),
        };
        let retry_after = self.plan.observe(&reply);
        if let Some(observer) = &self.plan.shared.options.on_event {
            let event = self.plan.event("response", self.attempts.len() + 1);
            let event = event.number("status", f64::from(reply.status));
            let duration_ms = now_ms() - self.sent_ms;
            event.number("durationMs", duration_ms).send(observer);
        }
        match attempt::classify_response(self.plan.endpoint, reply, retry_after) {
            Ok(good) => {
                self.report(Ok(good.status));
                Action::Finish(Ok(good))
            }
            Err(bad) => self.failed(bad),
        }
    }

    /// The attempt failed: the policy decides whether to retry.
    fn failed(&mut self, mut bad: Box<FailedAttempt>) -> Action {
        let mut secrets = attempt::secrets(&self.headers);
        secrets.extend(self.keys.iter().map(Secret::expose));
        bad.scrub(&secrets);
        self.report(bad.status.ok_or(bad.error.kind.as_str()));
        let was_cut = self.granted.as_ref().is_some_and(|it| it.cut_by_total);
        if bad.error.kind == Kind::Timeout && was_cut {
            attempt::TOTAL_TIMEOUT.clone_into(&mut bad.error.message);
        }
        let now_ms = now_ms();
        match self
            .policy
            .after(&bad.failure, now_ms, js_sys::Math::random())
        {
            Next::Stop { retry_after_ms } => {
                bad.error.retry_after_ms = retry_after_ms.or(bad.error.retry_after_ms);
                Action::Finish(Err(bad))
            }
            Next::Again { wait_ms } => {
                if let Some(observer) = &self.plan.shared.options.on_event {
                    let event = self.plan.event("retry", self.attempts.len());
                    let event = event.text("reason", bad.error.kind.as_str());
                    event.number("waitMs", wait_ms).send(observer);
                }
                self.last = Some(bad);
                self.began_ms = value::now_ms();
                Action::Sleep(wait_ms)
            }
        }
    }

    fn report(&mut self, outcome: Result<u16, &'static str>) {
        self.attempts.push(Attempt {
            outcome,
            duration_ms: now_ms() - self.began_ms,
        });
    }

    /// The wait has elapsed.
    pub(crate) fn sleep_elapsed(&mut self) -> Action {
        self.waited_ms += now_ms() - self.began_ms;
        self.begin()
    }

    /// The caller's signal ended the wait.
    pub(crate) fn sleep_aborted(&mut self, aborted: Box<FailedAttempt>) -> Action {
        self.waited_ms += now_ms() - self.began_ms;
        Action::Finish(Err(aborted))
    }

    /// The request to send.
    pub(crate) fn request(&self) -> Request<'_> {
        let options = &self.plan.shared.options;
        Request {
            fetch: options.fetch.as_ref(),
            url: &self.plan.url,
            headers: &self.headers,
            max_body_bytes: options.max_body_bytes,
        }
    }

    /// How much time the current attempt has left.
    pub(crate) fn left_ms(&self) -> f64 {
        let timeout_ms = self
            .granted
            .as_ref()
            .map_or(0.0, |granted| granted.timeout_ms);
        timeout_ms - (now_ms() - self.began_ms)
    }

    /// Converts the outcome to what the caller gets.
    pub(crate) fn end(
        &mut self,
        outcome: Result<Rc<CheckedResponse>, Box<FailedAttempt>>,
    ) -> Result<Response<Parsed>, CallError> {
        let good = outcome.map_err(|bad| self.failure(*bad))?;
        if !self.from_cache {
            self.plan.keep(&good, self.keys.last(), self.began_ms);
        }
        let mismatches = good.checked.mismatches.clone();
        if self.plan.on_invalid == OnMismatch::Throw
            && let Err(fault) = mismatches.clone().deny()
        {
            return Err(self.failure(FailedAttempt::of(fault.into(), &good)));
        }
        Ok(Response {
            value: parsed(&good)?,
            meta: Meta {
                status: good.status,
                headers: good.headers.clone(),
                attempts: std::mem::take(&mut self.attempts),
                waited_ms: self.waited_ms,
                from_cache: self.from_cache,
                mismatches,
            },
        })
    }

    /// The unparsed response, for the gateway.
    #[cfg(feature = "npm-gateway")]
    pub(crate) fn text(
        &mut self,
        outcome: Result<Rc<CheckedResponse>, Box<FailedAttempt>>,
    ) -> Result<Rc<CheckedResponse>, CallError> {
        outcome.map_err(|bad| self.failure(*bad))
    }

    /// Converts a failed attempt to the call's failure.
    pub(crate) fn failure(&mut self, bad: FailedAttempt) -> CallError {
        CallError {
            error: bad.error,
            attempts: std::mem::take(&mut self.attempts),
            url: Some(redact::url(&self.plan.url)),
            cause: bad.cause,
            headers: bad.headers,
        }
    }
}
