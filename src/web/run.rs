//! One call as a machine: it hears what has happened and says what is to be done, until the end.
//!
//! It waits for nothing itself: `flight` does, by what JavaScript calls back.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::attempt::{self, Bad, Good};
use super::client::{Answer, Meta, Parsed, parsed};
use super::failure::{Failure, TryReport};
use super::options::{ApiKey, OnMismatch};
use super::plan::Plan;
use super::transport::{Reply, Request};
use super::value::{self, now_ms};
use crate::error::Kind;
use crate::policy::retry::{Call, Next, Try};
use crate::redact::{self, Secret};

/// What is to be done now.
pub(super) enum Step {
    /// Wait for what the `apiKey` function returned, as long as the try may take.
    Ask(JsValue),
    /// Send the request, and wait as long as the try may take.
    Send,
    /// Wait that many milliseconds, and begin again.
    Wait(f64),
    /// Nothing more.
    End(Result<Rc<Good>, Box<Bad>>),
}

/// A call under way.
pub(super) struct Run {
    pub plan: Plan,
    /// What is sent; secrets among it must not be shown.
    headers: Vec<(String, String)>,
    tries: Vec<TryReport>,
    waited_ms: f64,
    from_cache: bool,
    policy: Call,
    granted: Option<Try>,
    /// When the try began, or the wait.
    began_ms: f64,
    sent_ms: f64,
    last: Option<Box<Bad>>,
}

impl Run {
    pub(super) fn new(plan: Plan) -> Self {
        Self {
            policy: Call::new(plan.limits, now_ms()),
            plan,
            headers: Vec::new(),
            tries: Vec::new(),
            waited_ms: 0.0,
            from_cache: false,
            granted: None,
            began_ms: 0.0,
            sent_ms: 0.0,
            last: None,
        }
    }

    /// The first step. An answer kept in memory ends the call with it.
    pub(super) fn start(&mut self) -> Step {
        let kept = self.plan.kept();
        self.from_cache = kept.is_some();
        kept.map_or_else(|| self.begin(), |kept| Step::End(Ok(kept)))
    }

    /// Begins a try, if guard and budget grant one.
    fn begin(&mut self) -> Step {
        if let Err(bad) = self.plan.admit() {
            return Step::End(Err(bad));
        }
        self.began_ms = now_ms();
        let Ok(granted) = self.policy.begin(self.began_ms) else {
            let last = self.last.take();
            return Step::End(Err(last.unwrap_or_else(attempt::out_of_time)));
        };
        self.granted = Some(granted);
        let shared = Rc::clone(&self.plan.shared);
        match &shared.options.api_key {
            ApiKey::None => self.send(None),
            ApiKey::Fixed(key) => self.send(Some(key)),
            // A function is asked each time, so that a rotated key is picked up.
            ApiKey::Ask(ask) => match value::apply(ask, &JsValue::UNDEFINED, &Array::new()) {
                Ok(given) => Step::Ask(given),
                Err(cause) => self.keyed(Err(attempt::no_key(cause))),
            },
        }
    }

    /// The `apiKey` function has answered, or will not.
    pub(super) fn keyed(&mut self, given: Result<JsValue, Box<Bad>>) -> Step {
        match given.and_then(|given| attempt::key(&given)) {
            Ok(key) => self.send(Some(&key)),
            Err(bad) => {
                // Other headers hold secrets that a failing function may show, too.
                self.headers = self.plan.request_headers(None);
                self.failed(bad)
            }
        }
    }

    fn send(&mut self, key: Option<&Secret>) -> Step {
        self.headers = self.plan.request_headers(key);
        if let Some(observer) = &self.plan.shared.options.on_event {
            let shown = attempt::headers_shown(&self.headers);
            let event = self.plan.event("request", self.tries.len() + 1);
            event.object("headers", &shown).send(observer);
            self.sent_ms = now_ms();
        }
        Step::Send
    }

    /// An answer has come, or will not.
    pub(super) fn answered(&mut self, reply: Result<Reply, Box<Bad>>) -> Step {
        let reply = match reply {
            Ok(reply) => reply,
            Err(bad) => return self.failed(bad),
        };
        let retry_after = self.plan.observe(&reply);
        if let Some(observer) = &self.plan.shared.options.on_event {
            let event = self.plan.event("response", self.tries.len() + 1);
            let event = event.number("status", f64::from(reply.status));
            let duration_ms = now_ms() - self.sent_ms;
            event.number("durationMs", duration_ms).send(observer);
        }
        match attempt::judge(self.plan.endpoint, reply, retry_after) {
            Ok(good) => {
                self.report(Ok(good.status));
                Step::End(Ok(good))
            }
            Err(bad) => self.failed(bad),
        }
    }

    /// The try failed: the policy says whether there is another one.
    fn failed(&mut self, mut bad: Box<Bad>) -> Step {
        bad.scrub(&attempt::secrets(&self.headers));
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
                Step::End(Err(bad))
            }
            Next::Again { wait_ms } => {
                if let Some(observer) = &self.plan.shared.options.on_event {
                    let event = self.plan.event("retry", self.tries.len());
                    let event = event.text("reason", bad.error.kind.as_str());
                    event.number("waitMs", wait_ms).send(observer);
                }
                self.last = Some(bad);
                self.began_ms = value::now_ms();
                Step::Wait(wait_ms)
            }
        }
    }

    fn report(&mut self, outcome: Result<u16, &'static str>) {
        self.tries.push(TryReport {
            outcome,
            duration_ms: now_ms() - self.began_ms,
        });
    }

    /// The wait is over.
    pub(super) fn waited(&mut self) -> Step {
        self.waited_ms += now_ms() - self.began_ms;
        self.begin()
    }

    /// The wait was ended by the caller.
    pub(super) fn cut_short(&mut self, aborted: Box<Bad>) -> Step {
        self.waited_ms += now_ms() - self.began_ms;
        Step::End(Err(aborted))
    }

    /// What is sent.
    pub(super) fn request(&self) -> Request<'_> {
        let options = &self.plan.shared.options;
        Request {
            fetch: options.fetch.as_ref(),
            url: &self.plan.url,
            headers: &self.headers,
            max_body_bytes: options.max_body_bytes,
        }
    }

    /// How long the try under way may still take.
    pub(super) fn left_ms(&self) -> f64 {
        let timeout_ms = self
            .granted
            .as_ref()
            .map_or(0.0, |granted| granted.timeout_ms);
        timeout_ms - (now_ms() - self.began_ms)
    }

    /// What callers get to see of it all.
    pub(super) fn end(
        &mut self,
        outcome: Result<Rc<Good>, Box<Bad>>,
    ) -> Result<Answer<Parsed>, Failure> {
        let good = outcome.map_err(|bad| self.failure(*bad))?;
        if !self.from_cache {
            self.plan.keep(&good);
        }
        let mismatches = good.checked.mismatches.clone();
        if self.plan.on_invalid == OnMismatch::Throw
            && let Err(fault) = mismatches.clone().deny()
        {
            return Err(self.failure(Bad::of(fault.into(), &good)));
        }
        Ok(Answer {
            value: parsed(&good)?,
            meta: Meta {
                status: good.status,
                headers: good.headers.clone(),
                tries: std::mem::take(&mut self.tries),
                waited_ms: self.waited_ms,
                from_cache: self.from_cache,
                mismatches,
            },
        })
    }

    /// The answer as it came, for the gateway.
    #[cfg(feature = "npm-gateway")]
    pub(super) fn text(
        &mut self,
        outcome: Result<Rc<Good>, Box<Bad>>,
    ) -> Result<Rc<Good>, Failure> {
        outcome.map_err(|bad| self.failure(*bad))
    }

    /// What callers get to see of a failure.
    pub(super) fn failure(&mut self, bad: Bad) -> Failure {
        Failure {
            error: bad.error,
            tries: std::mem::take(&mut self.tries),
            url: Some(redact::url(&self.plan.url)),
            cause: bad.cause,
            headers: bad.headers,
        }
    }
}
