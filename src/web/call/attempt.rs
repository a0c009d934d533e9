//! One attempt: its API key, how its response is classified, and why it failed.

#![expect(
    clippy::unnecessary_box_returns,
    reason = "failures are passed on a lot, and boxed they cost one word each time"
)]

use std::rc::Rc;

use wasm_bindgen::JsValue;

use crate::api::endpoint::Endpoint;
use crate::api::user::Checked;
use crate::error::{Error, Kind};
use crate::policy::retry::{self, RetryAfter};
use crate::redact::{self, Secret};
use crate::web::failure::{self, scrub_cause, scrub_error};
use crate::web::http::fetch::{self, RawResponse, TransportError};
use crate::web::js::cancellation::CancelReason;
use crate::web::js::value;
use crate::web::options::client::check_key;

/// The message when the budget of the whole call runs out, as opposed to that of one attempt.
pub(crate) const TOTAL_TIMEOUT: &str = "the call timed out (`totalTimeoutMs`)";

/// A successful response, checked against the types.
#[derive(Debug)]
pub(crate) struct CheckedResponse {
    pub status: u16,
    pub headers: JsValue,
    /// Validated JSON, and therefore UTF-8.
    pub body: Vec<u8>,
    pub checked: Checked,
}

/// A failed attempt. Secrets are already removed.
#[derive(Debug)]
pub(crate) struct FailedAttempt {
    pub error: Error,
    pub cause: JsValue,
    /// The response's headers; `undefined` when there was no response.
    pub headers: JsValue,
    /// The failure as the retry policy classifies it.
    pub failure: retry::Failure,
    pub status: Option<u16>,
}

/// The values to redact: every header value that redaction would hide, wherever else it appears.
pub(crate) fn secrets(headers: &[(String, String)]) -> Vec<&str> {
    let hidden = headers
        .iter()
        .filter(|(name, text)| redact::header(name, text) != text.as_str());
    hidden
        .map(|(_, text)| text.strip_prefix("Bearer ").unwrap_or(text))
        .collect()
}

/// The redacted headers, as passed to observers.
pub(crate) fn headers_shown(headers: &[(String, String)]) -> JsValue {
    let shown =
        |(name, text): &(String, String)| (name.clone(), redact::header(name, text).to_owned());
    let shown: Vec<_> = headers.iter().map(shown).collect();
    fetch::header_object(&shown)
}

/// Checks the key that the `apiKey` function returned.
pub(crate) fn key(given: &JsValue) -> Result<Secret, Box<FailedAttempt>> {
    let refused = |error| FailedAttempt::last(error, JsValue::UNDEFINED);
    let Some(key) = given.as_string() else {
        let text = "the `apiKey` function must return a string";
        return Err(refused(Error::new(Kind::Config, text)));
    };
    check_key("apiKey", &key).map_err(refused)?;
    Ok(Secret::new(key))
}

/// The `apiKey` function threw or its promise was rejected.
pub(crate) fn no_key(cause: JsValue) -> Box<FailedAttempt> {
    let error = Error::new(Kind::Config, "the `apiKey` function failed: see `cause`");
    FailedAttempt::last(error, cause)
}

/// The attempt got no response. `reason` returns the abort reason of the caller's signal.
pub(crate) fn broken(
    broken: TransportError,
    reason: impl FnOnce() -> JsValue,
) -> Box<FailedAttempt> {
    match broken {
        TransportError::Network(cause) => unreachable_api(cause),
        TransportError::Interrupted(CancelReason::Timer) => {
            let text = "the attempt timed out (`timeoutMs`)";
            let error = Error::new(Kind::Timeout, text);
            FailedAttempt::new(error, JsValue::UNDEFINED, retry::Failure::Timeout)
        }
        TransportError::Interrupted(CancelReason::Signal) => aborted(reason()),
        TransportError::TooLarge => {
            let text = "the response is larger than `maxBodyBytes`";
            FailedAttempt::last(Error::new(Kind::Decode, text), JsValue::UNDEFINED)
        }
        TransportError::Redirect => {
            let text = "redirects are not followed: check `baseUrl`";
            FailedAttempt::last(Error::new(Kind::Api, text), JsValue::UNDEFINED)
        }
        TransportError::Fetch(text) => {
            FailedAttempt::last(Error::new(Kind::Config, text), JsValue::UNDEFINED)
        }
    }
}

/// `fetch` failed. Some runtimes give the reason in an error code; browsers do not.
fn unreachable_api(cause: JsValue) -> Box<FailedAttempt> {
    // jsdom and similar test environments bring their own `AbortController`, whose signals Node's `fetch` always rejects. Compared
    // as bytes, because the standard library's text search is large.
    let is_named = |text: String| text.as_bytes().windows(11).any(|it| it == b"AbortSignal");
    if value::text_of(&cause, "message").is_some_and(is_named) {
        let text = "`fetch` refused the signal of this environment's `AbortController`: pass a `fetch` of the same environment";
        return FailedAttempt::last(Error::new(Kind::Config, text), cause);
    }
    let reason = failure::runtime_code(&cause).unwrap_or_else(|| {
        "offline, DNS, TLS, a refused connection or CORS; browsers do not say which".to_owned()
    });
    let error = Error::new(
        Kind::Network,
        ["could not reach the API: ", &reason].concat(),
    );
    FailedAttempt::new(error, cause, retry::Failure::Network)
}

/// The caller's signal aborted the call. Its reason is passed on unchanged.
pub(crate) fn aborted(reason: JsValue) -> Box<FailedAttempt> {
    let error = Error::new(Kind::Aborted, "the call was aborted by its signal");
    FailedAttempt::last(error, reason)
}

/// The caller's signal did not accept a listener, so it could not abort anything.
pub(crate) fn unusable_signal() -> Box<FailedAttempt> {
    let error = Error::new(Kind::Config, "`signal` must be an AbortSignal");
    FailedAttempt::last(error, JsValue::UNDEFINED)
}

/// The time budget ran out before an attempt could start.
pub(crate) fn out_of_time() -> Box<FailedAttempt> {
    FailedAttempt::last(Error::new(Kind::Timeout, TOTAL_TIMEOUT), JsValue::UNDEFINED)
}

/// The rate-limit guard rejected the call.
pub(crate) fn held(retry_after_ms: f64) -> Box<FailedAttempt> {
    let text =
        "the profile's rate limit is used up: nothing was sent; call again after `retryAfterMs`";
    let mut error = Error::new(Kind::RateLimit, text);
    error.retry_after_ms = Some(retry_after_ms);
    FailedAttempt::last(error, JsValue::UNDEFINED)
}

/// Classifies a response.
pub(crate) fn classify_response(
    endpoint: Endpoint,
    reply: RawResponse,
    retry_after: RetryAfter,
) -> Result<Rc<CheckedResponse>, Box<FailedAttempt>> {
    let RawResponse {
        status,
        headers,
        body,
        ..
    } = reply;
    match classify_body(endpoint, status, &body, retry_after) {
        Ok(checked) => Ok(Rc::new(CheckedResponse {
            status,
            headers,
            body,
            checked,
        })),
        Err((error, failure)) => {
            let mut bad = FailedAttempt::new(error, JsValue::UNDEFINED, failure);
            bad.error.status = Some(status);
            bad.status = Some(status);
            bad.headers = headers;
            Err(bad)
        }
    }
}

fn classify_body(
    endpoint: Endpoint,
    status: u16,
    body: &[u8],
    retry_after: RetryAfter,
) -> Result<Checked, (Error, retry::Failure)> {
    let is_success = (200..300).contains(&status);
    // A body without unknown fields cannot hold an error, so it need not be parsed a second time.
    let decoded = is_success.then(|| endpoint.decode(body));
    let is_plain = matches!(&decoded, Some(Ok(checked)) if !checked.has_unknown);
    if !is_plain && let Some(error) = Error::from_response(status, body) {
        let failure = retry::Failure::Response {
            status,
            code: error.code,
            retry_after,
        };
        return Err((error, failure));
    }
    let decoded = decoded.unwrap_or_else(|| {
        let text = "a response is neither success nor error";
        Err(Error::new(Kind::Internal, text))
    });
    decoded.map_err(|error| (error, retry::Failure::Final))
}

impl FailedAttempt {
    fn new(error: Error, cause: JsValue, failure: retry::Failure) -> Box<Self> {
        Box::new(Self {
            error,
            cause,
            headers: JsValue::UNDEFINED,
            failure,
            status: None,
        })
    }

    /// The failure for a response that the caller's options reject.
    pub(crate) fn of(mut error: Error, good: &CheckedResponse) -> Self {
        error.status = Some(good.status);
        let mut bad = *Self::last(error, JsValue::UNDEFINED);
        bad.headers.clone_from(&good.headers);
        bad
    }

    /// A failure that retrying cannot fix.
    fn last(error: Error, cause: JsValue) -> Box<Self> {
        Self::new(error, cause, retry::Failure::Final)
    }

    /// Redacts the secrets. The abort reason of the caller's own signal belongs to the caller and stays unchanged.
    pub(crate) fn scrub(&mut self, secrets: &[&str]) {
        scrub_error(&mut self.error, secrets);
        if self.error.kind != Kind::Aborted {
            self.cause = scrub_cause(&self.cause, secrets, 0);
        }
    }
}
