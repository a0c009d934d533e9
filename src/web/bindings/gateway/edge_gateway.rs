//! What the TypeScript face calls to be a gateway. It is built as a module of its own, with a client of its
//! own inside, so that retries, budgets and the rate-limit guard are those of every client.
//!
//! The decisions are in [`gateway`](crate::gateway). Here they are given the request's parts, and their replies
//! are written down as the face sends them: an encoded head and a body.

use std::rc::Rc;

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::encoding::{encode_reply, header, name_of};
use super::request::GatewayRequest;
use super::state::GatewayState;
use crate::gateway::store::CacheKeyInput;
use crate::gateway::webhook::{
    ANSWER_WITHIN_MS, BODY_MAX_BYTES, Claim, Delivery, Effect, Event, Signed, WebhookOutcome,
};
use crate::gateway::{Profile, Received, Request};
use crate::redact::Secret;
use crate::web::failure::CallError;
use crate::web::js::value::now_ms;

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
