//! One try: the key is asked for, the request sent, the answer judged.

#![expect(
    clippy::unnecessary_box_returns,
    reason = "failures are passed on a lot, and boxed they cost one word each time"
)]

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::client::Plan;
use super::failure::{scrub_cause, scrub_error};
use super::interrupt::{Interrupt, Why};
use super::options::{ApiKey, check_key};
use super::transport::{self, Broken, Reply};
use super::value;
use crate::api::user::Checked;
use crate::error::{Error, Kind};
use crate::policy::retry::{self, RetryAfter};
use crate::redact::{self, Secret};

/// Said when the budget of the whole call ends it, and not the time of one try.
pub(super) const TOTAL_TIMEOUT: &str = "the call ran out of time (`totalTimeoutMs`)";

/// An answer that holds what the types promise.
#[derive(Debug)]
pub(super) struct Good {
    pub status: u16,
    pub headers: JsValue,
    pub text: String,
    pub checked: Checked,
}

/// A try that failed, already without secrets.
#[derive(Debug)]
pub(super) struct Bad {
    pub error: Error,
    pub cause: JsValue,
    /// The answer's headers, where one came.
    pub headers: JsValue,
    /// How the policy sees it.
    pub failure: retry::Failure,
    pub status: Option<u16>,
}

/// Makes one try, which ends when the interrupt's timer or signal says so.
pub(super) async fn make(
    plan: &Plan<'_>,
    number: usize,
    interrupt: &Interrupt,
) -> Result<Rc<Good>, Box<Bad>> {
    let mut headers = Vec::new();
    let outcome = exchange(plan, number, interrupt, &mut headers).await;
    outcome.map_err(|mut bad| {
        bad.scrub(&secrets(&headers));
        bad
    })
}

/// One try whose failure may still show secrets; `headers` are those sent in the end.
async fn exchange(
    plan: &Plan<'_>,
    number: usize,
    interrupt: &Interrupt,
    headers: &mut Vec<(String, String)>,
) -> Result<Rc<Good>, Box<Bad>> {
    let key = ask_key(plan, interrupt).await;
    // Also where there is no key to send: other headers hold secrets that a failing `apiKey` function may show.
    *headers = plan.request_headers(key.as_ref().ok().and_then(Option::as_ref));
    key?;
    let options = &plan.shared.options;
    if let Some(observer) = &options.on_event {
        let shown = headers_shown(headers);
        plan.event("request", number)
            .object("headers", &shown)
            .send(observer);
    }
    let started = value::now_ms();
    let fetch = options.fetch.as_ref();
    let reply = transport::get(fetch, &plan.url, headers, options.max_body_bytes, interrupt).await;
    let reply = reply.map_err(|broken| from_broken(broken, interrupt))?;
    let retry_after = plan.observe(&reply);
    if let Some(observer) = &options.on_event {
        let event = plan
            .event("response", number)
            .number("status", f64::from(reply.status));
        event
            .number("durationMs", value::now_ms() - started)
            .send(observer);
    }
    let (status, headers) = (reply.status, reply.headers.clone());
    match judge(plan, reply, retry_after) {
        Ok((text, checked)) => Ok(Rc::new(Good {
            status,
            headers,
            text,
            checked,
        })),
        Err(mut bad) => {
            bad.headers = headers;
            Err(bad)
        }
    }
}

/// Every header value that redaction would hide is a secret wherever else it turns up.
fn secrets(headers: &[(String, String)]) -> Vec<&str> {
    let hidden = headers
        .iter()
        .filter(|(name, text)| redact::header(name, text) != text.as_str());
    hidden
        .map(|(_, text)| text.strip_prefix("Bearer ").unwrap_or(text))
        .collect()
}

/// The headers as observers see them.
fn headers_shown(headers: &[(String, String)]) -> JsValue {
    let shown =
        |(name, text): &(String, String)| (name.clone(), redact::header(name, text).to_owned());
    let shown: Vec<_> = headers.iter().map(shown).collect();
    transport::header_object(&shown).unwrap_or_default()
}

/// The key for this try. A function is asked each time, so that a rotated key is picked up.
async fn ask_key(plan: &Plan<'_>, interrupt: &Interrupt) -> Result<Option<Secret>, Box<Bad>> {
    let ask = match &plan.shared.options.api_key {
        ApiKey::None => return Ok(None),
        ApiKey::Fixed(key) => return Ok(Some(key.clone())),
        ApiKey::Ask(ask) => ask,
    };
    let refused = |cause| {
        let error = Error::new(Kind::Config, "the `apiKey` function failed: see `cause`");
        Bad::last(error, cause)
    };
    let given = value::apply(ask, &JsValue::UNDEFINED, &Array::new()).map_err(refused)?;
    let given = match interrupt.race(&given).await {
        Err(Broken::Network(cause)) => return Err(refused(cause)),
        given => given.map_err(|broken| from_broken(broken, interrupt))?,
    };
    let Some(key) = given.as_string() else {
        let text = "the `apiKey` function must return a string";
        return Err(Bad::last(
            Error::new(Kind::Config, text),
            JsValue::UNDEFINED,
        ));
    };
    check_key("apiKey", &key).map_err(|error| Bad::last(error, JsValue::UNDEFINED))?;
    Ok(Some(Secret::new(key)))
}

fn from_broken(broken: Broken, interrupt: &Interrupt) -> Box<Bad> {
    match broken {
        Broken::Network(cause) => {
            let text = "could not reach the API: offline, DNS, TLS, a refused connection or CORS; a browser does not say which";
            Bad::new(
                Error::new(Kind::Network, text),
                cause,
                retry::Failure::Network,
            )
        }
        Broken::Interrupted(Why::Timer) => {
            let text = "the try ran out of time (`timeoutMs`)";
            let error = Error::new(Kind::Timeout, text);
            Bad::new(error, JsValue::UNDEFINED, retry::Failure::Timeout)
        }
        Broken::Interrupted(Why::Signal) => aborted(interrupt),
        Broken::TooLarge => {
            let text = "the answer is larger than `maxBodyBytes` allows";
            Bad::last(Error::new(Kind::Decode, text), JsValue::UNDEFINED)
        }
        Broken::Redirect => {
            let text = "the answer is a redirect, which is not followed: check `baseUrl`";
            Bad::last(Error::new(Kind::Api, text), JsValue::UNDEFINED)
        }
        Broken::Fetch(text) => Bad::last(Error::new(Kind::Config, text), JsValue::UNDEFINED),
    }
}

/// The caller's signal ended the call; its reason is handed back untouched.
pub(super) fn aborted(interrupt: &Interrupt) -> Box<Bad> {
    let error = Error::new(Kind::Aborted, "the call was aborted by its signal");
    Bad::last(error, interrupt.reason())
}

/// The budget was used up before a try could start.
pub(super) fn out_of_time() -> Box<Bad> {
    Bad::last(Error::new(Kind::Timeout, TOTAL_TIMEOUT), JsValue::UNDEFINED)
}

/// The guard holds the call back.
pub(super) fn held(retry_after_ms: f64) -> Box<Bad> {
    let text =
        "the profile's rate limit is used up: nothing was sent; call again after `retryAfterMs`";
    let mut error = Error::new(Kind::RateLimit, text);
    error.retry_after_ms = Some(retry_after_ms);
    Bad::last(error, JsValue::UNDEFINED)
}

fn judge(
    plan: &Plan<'_>,
    reply: Reply,
    retry_after: RetryAfter,
) -> Result<(String, Checked), Box<Bad>> {
    let status = reply.status;
    let is_success = (200..300).contains(&status);
    // Most bodies are plainly no error, and need not be read a second time to find that out.
    let decoded = is_success.then(|| plan.endpoint.decode(&reply.body));
    let is_plain = matches!(&decoded, Some(Ok(checked)) if !checked.has_unknown);
    let error = if is_plain {
        None
    } else {
        Error::from_answer(status, &reply.body)
    };
    let checked = match (error, decoded) {
        (Some(error), _) => {
            let failure = retry::Failure::Answer {
                status,
                code: error.code,
                retry_after,
            };
            return Err(Bad::answered(status, error, failure));
        }
        (None, Some(Ok(checked))) => checked,
        (None, Some(Err(error))) => {
            return Err(Bad::answered(status, error, retry::Failure::Final));
        }
        (None, None) => {
            let error = Error::new(Kind::Internal, "an answer was neither success nor error");
            return Err(Bad::answered(status, error, retry::Failure::Final));
        }
    };
    let Ok(text) = String::from_utf8(reply.body) else {
        let error = Error::new(Kind::Decode, "the body is not UTF-8");
        return Err(Bad::answered(status, error, retry::Failure::Final));
    };
    Ok((text, checked))
}

impl Bad {
    fn new(error: Error, cause: JsValue, failure: retry::Failure) -> Box<Self> {
        Box::new(Self {
            error,
            cause,
            headers: JsValue::UNDEFINED,
            failure,
            status: None,
        })
    }

    fn answered(status: u16, mut error: Error, failure: retry::Failure) -> Box<Self> {
        error.status = Some(status);
        let mut bad = Self::new(error, JsValue::UNDEFINED, failure);
        bad.status = Some(status);
        bad
    }

    /// A failure that no further try can mend.
    fn last(error: Error, cause: JsValue) -> Box<Self> {
        Self::new(error, cause, retry::Failure::Final)
    }

    /// Without secrets. The reason of the caller's own signal is the caller's, and stays as it is.
    fn scrub(&mut self, secrets: &[&str]) {
        scrub_error(&mut self.error, secrets);
        if self.error.kind != Kind::Aborted {
            self.cause = scrub_cause(&self.cause, secrets, 0);
        }
    }
}
