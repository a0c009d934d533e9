//! What the TypeScript face calls to be a gateway. It is built as a module of its own, with a client of its
//! own inside, so that retries, budgets and the rate-limit guard are those of every client.
//!
//! The decisions are in [`gateway`](crate::gateway). Here they are given the request's parts, and their replies
//! are written down as the face sends them: an encoded head and a body.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::request::GatewayRequest;
use crate::digits;
use crate::error::{Error, config};
use crate::gateway::store::{self, CacheKeyInput};
use crate::gateway::webhook::{
    ANSWER_WITHIN_MS, BODY_MAX_BYTES, Claim, Delivery, Effect, Event, EventDeduplicator, Signed,
    WebhookOutcome,
};
use crate::gateway::{
    Access, Body, Gateway, Options, Profile, Received, Reply, Request, WebhookSecrets,
};
use crate::redact::Secret;
use crate::web::batch::profile_stream::{IDLE_TIMEOUT_MS, WAIT_MS};
use crate::web::call::shared_request::Requests;
use crate::web::client::Client;
use crate::web::failure::CallError;
use crate::web::js::value::{self, now_ms};
use crate::web::options::client::{ApiKey, ClientOptions};
use crate::web::options::reader::{OptionsReader, invalid_option};

/// Events remembered at a time, by their ids.
const EVENTS_REMEMBERED: usize = 10_000;

/// Every call brings its own key in a header; this stands in for it where a client wants to know that there is one.
const KEY_PER_CALL: &str = "given-with-each-call";

/// What the client inside takes as it was given.
const CLIENT_OPTIONS: [&str; 8] = [
    "baseUrl",
    "fetch",
    "timeoutMs",
    "totalTimeoutMs",
    "maxRetries",
    "maxBodyBytes",
    "rateLimitGuard",
    "onEvent",
];

/// How the batch file is read.
#[derive(Clone)]
pub(crate) struct FileRules {
    pub fetch: Option<Function>,
    pub on_event: Option<Function>,
    pub wait_ms: f64,
    pub idle_timeout_ms: f64,
    pub max_record_bytes: Option<usize>,
}

pub(crate) struct GatewayState {
    gateway: Gateway,
    pub client: Client,
    pub base_url: String,
    pub file: FileRules,
    pub requests: Rc<Requests>,
    seen: RefCell<EventDeduplicator>,
}

/// A gateway as the face holds it.
#[wasm_bindgen]
pub struct EdgeGateway(Rc<GatewayState>);

impl std::fmt::Debug for EdgeGateway {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("EdgeGateway")
            .finish_non_exhaustive()
    }
}

#[wasm_bindgen]
impl EdgeGateway {
    /// Checks the options, which the face has copied by their names. `guarded` stands in for `fetch` in all calls to the API. What the rate-limit guard must not forget
    /// is in `kept`, a Map that outlives this instance.
    ///
    /// # Errors
    /// A failure of kind `config`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        options: &JsValue,
        guarded: Option<Function>,
        kept: JsValue,
    ) -> Result<EdgeGateway, JsValue> {
        let shared = GatewayState::new(options, guarded, kept);
        let shared = shared.map_err(|error| JsValue::from(CallError::from(error)))?;
        Ok(Self(Rc::new(shared)))
    }

    /// The name of the object that guards the rate limit of the profile that a call with these headers is for.
    #[must_use]
    pub fn guard_name(&self, authorization: &str, profile_key: Option<String>) -> String {
        let api_key = authorization.strip_prefix("Bearer ").unwrap_or_default();
        let profile = profile_key.map_or(Profile::Primary, |key| Profile::Key(Secret::new(key)));
        let api_key = Secret::new(api_key.to_owned());
        name_of(&CacheKeyInput::guard(&self.0.base_url, &api_key, &profile))
    }

    /// Judges a request: a flat reply, a [`GatewayRequest`] to go on with, or `undefined` for an event. Of its headers
    /// come those that [`Request`] has, each on a line of its own.
    #[must_use]
    pub fn receive(&self, method: &str, url: &str, headers: &str) -> JsValue {
        let received = self.0.gateway.receive(&Request {
            method,
            url,
            origin: header(headers, "origin"),
            preflight_method: header(headers, "access-control-request-method"),
            if_none_match: header(headers, "if-none-match"),
        });
        match received {
            Received::Reply(reply) => encode_reply(&reply, None).into(),
            Received::Call(call) => GatewayRequest::new(Rc::clone(&self.0), call).into(),
            Received::Webhook => JsValue::UNDEFINED,
        }
    }

    /// The signatures of an event that are worth checking, 32 bytes each, one after the other; or a flat
    /// reply.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "generated code hands texts over"
    )]
    pub fn signatures(
        &self,
        timestamp: Option<String>,
        signature: Option<String>,
        signatures: Option<String>,
    ) -> JsValue {
        let signed = Signed {
            timestamp: timestamp.as_deref(),
            signature: signature.as_deref(),
            signatures: signatures.as_deref(),
        };
        match signed.signatures(now_ms(), self.0.gateway.webhook_tolerance_ms()) {
            Ok(found) => Uint8Array::from(found.concat().as_slice()).into(),
            Err(verdict) => encode_reply(&verdict.reply(), None).into(),
        }
    }

    /// The reference id of the profile that an event says it is about, or a flat reply where it is no event. Its signature is
    /// not checked yet, so that this may only find the secret that would fit.
    #[must_use]
    pub fn ref_id(body: &[u8]) -> JsValue {
        match Event::read(body) {
            Ok(event) => event.ref_id.into(),
            Err(verdict) => encode_reply(&verdict.reply(), None).into(),
        }
    }

    /// Reads an event whose signature was checked, and the headers of its delivery. A flat reply where nothing is left to do;
    /// otherwise its id, the reference id of the profile whose kept answers must go, if any, and the delivery's id and attempt.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "generated code hands texts over"
    )]
    pub fn claim(
        &self,
        body: &[u8],
        delivery_id: Option<String>,
        attempt: Option<String>,
    ) -> Array {
        let event = match Event::read(body) {
            Ok(event) => event,
            Err(verdict) => return encode_reply(&verdict.reply(), None),
        };
        match self.0.seen.borrow_mut().claim(&event.id, now_ms()) {
            Claim::New => {}
            Claim::Busy => return encode_reply(&WebhookOutcome::Busy.reply(), None),
            Claim::Done => return encode_reply(&WebhookOutcome::Taken.reply(), None),
        }
        let dropped = match event.effect() {
            Effect::DropProfile(ref_id) => {
                self.0.requests.close();
                JsValue::from(ref_id)
            }
            Effect::None | Effect::BatchReady => JsValue::UNDEFINED,
        };
        let delivery = Delivery::read(delivery_id.as_deref(), attempt.as_deref());
        Array::of(&[
            JsValue::UNDEFINED,
            event.id.into(),
            dropped,
            delivery.id.into(),
            delivery.attempt.into(),
        ])
    }

    /// Says how handling an event went; the flat reply.
    #[must_use]
    pub fn settle(&self, id: &str, is_done: bool) -> Array {
        let mut seen = self.0.seen.borrow_mut();
        if is_done {
            seen.finish(id);
            encode_reply(&WebhookOutcome::Taken.reply(), None)
        } else {
            seen.release(id);
            encode_reply(&WebhookOutcome::Failed.reply(), None)
        }
    }

    /// The flat reply to an event whose secret could not be had.
    #[must_use]
    pub fn unchecked_event(is_late: bool) -> Array {
        let verdict = if is_late {
            WebhookOutcome::Late
        } else {
            WebhookOutcome::Failed
        };
        encode_reply(&verdict.reply(), None)
    }

    /// The flat reply to an event whose body did not arrive.
    #[must_use]
    pub fn incomplete_event() -> Array {
        encode_reply(&WebhookOutcome::Incomplete.reply(), None)
    }

    /// The flat reply to an event that is not signed by Ayrshare, or too long to be looked at.
    #[must_use]
    pub fn refuse_event(is_too_large: bool) -> Array {
        let verdict = if is_too_large {
            WebhookOutcome::TooLarge
        } else {
            WebhookOutcome::Unsigned
        };
        encode_reply(&verdict.reply(), None)
    }

    /// The name of the generation of the profile with that reference id, or without one of the account.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "generated code hands texts over"
    )]
    pub fn generation(&self, api_key: &str, ref_id: Option<String>) -> String {
        let key = Secret::new(api_key.to_owned());
        let name = CacheKeyInput::generation(&self.0.base_url, &key, ref_id.as_deref());
        name_of(&name)
    }

    /// Bytes that an event may have at most, and milliseconds that `onEvent` is waited for.
    #[must_use]
    pub fn event_limits() -> Array {
        let bytes = u32::try_from(BODY_MAX_BYTES).unwrap_or(u32::MAX);
        Array::of(&[bytes.into(), ANSWER_WITHIN_MS.into()])
    }

    /// Panics, so that tests can see what a panic leaves behind.
    ///
    /// # Panics
    /// Always.
    #[expect(clippy::panic, reason = "tests ask for it")]
    pub fn trap() {
        panic!("asked for by a test");
    }
}

impl GatewayState {
    fn new(options: &JsValue, guarded: Option<Function>, kept: JsValue) -> Result<Self, Error> {
        let given = OptionsReader::copy(options);
        let mut client = client_options(&given)?;
        let file = FileRules {
            fetch: client.fetch.clone(),
            on_event: client.on_event.clone(),
            wait_ms: given.span("waitMs")?.unwrap_or(WAIT_MS),
            idle_timeout_ms: given.duration("idleTimeoutMs")?.unwrap_or(IDLE_TIMEOUT_MS),
            max_record_bytes: given.count("maxRecordBytes")?,
        };
        client.fetch = guarded.or(client.fetch);
        let client = Client::keeping(client, kept)?;
        let gateway = Gateway::new(gateway_options(&given)?)?;
        let seen = EventDeduplicator::new(EVENTS_REMEMBERED, gateway.webhook_tolerance_ms());
        Ok(Self {
            gateway,
            base_url: client.base_url(),
            client,
            file,
            requests: Rc::default(),
            seen: RefCell::new(seen),
        })
    }
}

fn client_options(given: &OptionsReader) -> Result<ClientOptions, Error> {
    let own = Object::new();
    for name in CLIENT_OPTIONS {
        if let Some(option) = given.get(name) {
            value::set(&own, name, &option);
        }
    }
    let mut options = ClientOptions::from_js(&own)?;
    options.api_key = ApiKey::Fixed(Secret::new(KEY_PER_CALL.to_owned()));
    Ok(options)
}

fn gateway_options(given: &OptionsReader) -> Result<Options, Error> {
    let has_authorize = given.function("authorize")?.is_some();
    let is_open = given.boolean("allowUnauthenticated")?.unwrap_or(false);
    let mut options = Options::new(Access::check(has_authorize, is_open)?);
    options.api_key = fixed_key(given)?;
    options.profile_key = given.string("profileKey")?.map(Secret::new);
    if let Some(prefix) = given.string("prefix")? {
        options.prefix = prefix;
    }
    options.allowed_origins = given.names("allowedOrigins")?.unwrap_or_default();
    options.allowed_headers = given.names("allowedHeaders")?.unwrap_or_default();
    options.allow_credentials = given.boolean("allowCredentials")?.unwrap_or(false);
    if let Some(ms) = given.span("staleIfErrorMs")? {
        options.stale_if_error_ms = ms;
    }
    // The face calls and waits for these itself.
    given.function("onError")?;
    given.duration("callbackTimeoutMs")?;
    given.duration("storeTimeoutMs")?;
    if let Some(webhooks) = given.get("webhooks") {
        read_webhooks(&webhooks, &mut options)?;
    }
    Ok(options)
}

/// A function is asked by the face, for each call.
fn fixed_key(given: &OptionsReader) -> Result<Option<Secret>, Error> {
    match given.get("apiKey") {
        Some(key) if key.is_string() => Ok(key.as_string().map(Secret::new)),
        Some(key) if key.is_function() => Ok(None),
        Some(_) => Err(invalid_option(
            "apiKey",
            "a string or a function that returns one",
        )),
        None => Err(config(&[
            "`apiKey` is missing: the gateway is there to hold it",
        ])),
    }
}

fn read_webhooks(webhooks: &JsValue, options: &mut Options) -> Result<(), Error> {
    let given = OptionsReader::copy(webhooks);
    given.function("onEvent")?;
    given.duration("bodyTimeoutMs")?;
    if let Some(ms) = given.span("toleranceMs")? {
        options.webhook_tolerance_ms = ms;
    }
    let secrets = match given.get("secret") {
        // The face asks it.
        Some(secret) if secret.is_function() => {
            options.webhook_secrets = Some(WebhookSecrets::Asked);
            return Ok(());
        }
        Some(secret) if secret.is_string() => secret.as_string().into_iter().collect(),
        Some(_) => given.names("secret")?.unwrap_or_default(),
        None => Vec::new(),
    };
    let secrets = secrets.into_iter().map(Secret::new).collect();
    options.webhook_secrets = Some(WebhookSecrets::Given(secrets));
    Ok(())
}

/// The name in the store that a preimage stands for.
pub(crate) fn name_of(preimage: &CacheKeyInput) -> String {
    store::name(&Sha256::digest(preimage.bytes()).into())
}

/// A reply as the face sends it: `[head, body]`. The head is the status and, a line each, the headers;
/// the body is text, bytes, `null`, or `true` for the one in the store.
pub(crate) fn encode_reply(reply: &Reply, upstream: Option<&Uint8Array>) -> Array {
    let mut head = String::new();
    digits::push(&mut head, reply.status.into());
    push_lines(&mut head, &reply.headers);
    let body = match &reply.body {
        Body::Empty | Body::Profiles => JsValue::NULL,
        Body::Text(text) => text.into(),
        Body::Upstream => upstream.map_or(JsValue::NULL, JsValue::from),
        Body::Stored => JsValue::TRUE,
    };
    Array::of(&[head.into(), body])
}

/// Each header on a line of its own.
pub(crate) fn push_lines(out: &mut String, headers: &[(&'static str, String)]) {
    for (name, text) in headers {
        out.extend(["\n", name, ": ", text]);
    }
}

/// The header of that name, from headers with each on a line of its own.
pub(crate) fn header<'a>(lines: &'a str, wanted: &str) -> Option<&'a str> {
    let mut headers = lines.split('\n').filter_map(|line| line.split_once(": "));
    let (_, text) = headers.find(|(name, _)| *name == wanted)?;
    Some(text)
}
