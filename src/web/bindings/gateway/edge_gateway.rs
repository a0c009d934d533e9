//! The gateway as TypeScript sees it. It is built as a separate wasm module that contains a client, so
//! retries, time budgets and the rate-limit guard work as in every client.
//!
//! [`gateway`](crate::gateway) makes the decisions. This file passes it the parts of each request, and
//! encodes its replies for TypeScript.

use std::rc::Rc;

use js_sys::{Function, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::encoding::{encode_reply, header, name_of, object};
use super::request::GatewayRequest;
use super::state::GatewayState;
use crate::gateway::store::CacheKeyInput;
use crate::gateway::webhook::{
    BODY_MAX_BYTES, Claim, Effect, RESPOND_WITHIN_MS, Signed, WebhookDelivery, WebhookEvent,
    WebhookOutcome,
};
use crate::gateway::{GrantedProfile, IncomingRequest, Received};
use crate::redact::Secret;
use crate::web::failure::rejection;
use crate::web::js::value::now_ms;

/// The gateway that TypeScript holds.
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
    /// Checks the options, which TypeScript has already copied. `guarded` replaces `fetch` for all calls to the API.
    /// `kept`, a Map that outlives this instance, holds the state that the rate-limit guard must not lose.
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
        let shared = shared.map_err(rejection)?;
        Ok(Self(Rc::new(shared)))
    }

    /// The name of the Durable Object that guards the rate limit for a call with these headers.
    #[must_use]
    pub fn guard_name(&self, authorization: &str, profile_key: Option<String>) -> String {
        let api_key = authorization.strip_prefix("Bearer ").unwrap_or_default();
        let profile = profile_key.map_or(GrantedProfile::Primary, |key| {
            GrantedProfile::Key(Secret::new(key))
        });
        let api_key = Secret::new(api_key.to_owned());
        name_of(&CacheKeyInput::guard(&self.0.base_url, &api_key, &profile))
    }

    /// Routes a request. `headers` holds one header per line and needs only those in [`IncomingRequest`].
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "ReceivedRequest")]
    pub fn receive(&self, method: &str, url: &str, headers: &str) -> JsValue {
        let received = self.0.gateway.receive(&IncomingRequest {
            method,
            url,
            origin: header(headers, "origin"),
            preflight_method: header(headers, "access-control-request-method"),
            if_none_match: header(headers, "if-none-match"),
        });
        match received {
            Received::Reply(reply) => object(&[("reply", encode_reply(&reply, None))]),
            Received::Call(call) => {
                let request = GatewayRequest::new(Rc::clone(&self.0), call);
                object(&[("request", request.into())])
            }
            Received::Webhook => object(&[]),
        }
    }

    /// Reads the event's signatures.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "EventSignatures")]
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
            Ok(found) => {
                let signatures = Uint8Array::from(found.concat().as_slice());
                object(&[("signatures", signatures.into())])
            }
            Err(outcome) => object(&[("refused", encode(outcome))]),
        }
    }

    /// Reads the profile that the event claims to be about. The signature is not verified yet, so use it only to look up the
    /// signing secret.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "EventProfile")]
    pub fn event_profile(body: &[u8]) -> JsValue {
        match WebhookEvent::read(body) {
            Ok(event) => object(&[("refId", event.ref_id.into())]),
            Err(outcome) => object(&[("refused", encode(outcome))]),
        }
    }

    /// Reads an event with a verified signature, and its delivery headers.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "ClaimedEvent")]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "generated code hands texts over"
    )]
    pub fn claim(
        &self,
        body: &[u8],
        delivery_id: Option<String>,
        attempt: Option<String>,
    ) -> JsValue {
        let replied = |outcome: WebhookOutcome| object(&[("reply", encode(outcome))]);
        let event = match WebhookEvent::read(body) {
            Ok(event) => event,
            Err(outcome) => return replied(outcome),
        };
        match self.0.seen.borrow_mut().claim(&event.id, now_ms()) {
            Claim::New => {}
            Claim::Busy => return replied(WebhookOutcome::Busy),
            Claim::Done => return replied(WebhookOutcome::Taken),
        }
        let outdated = match event.effect() {
            Effect::DropProfile(ref_id) => {
                self.0.requests.close();
                JsValue::from(ref_id)
            }
            Effect::None | Effect::BatchReady => JsValue::UNDEFINED,
        };
        let delivery = WebhookDelivery::read(delivery_id.as_deref(), attempt.as_deref());
        object(&[
            ("id", event.id.into()),
            ("outdated", outdated),
            ("deliveryId", delivery.id.into()),
            ("attempt", delivery.attempt.into()),
        ])
    }

    /// Records the outcome of handling an event. Returns the encoded reply.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "EncodedReply")]
    pub fn settle(&self, id: &str, is_done: bool) -> JsValue {
        let mut seen = self.0.seen.borrow_mut();
        if is_done {
            seen.finish(id);
            encode(WebhookOutcome::Taken)
        } else {
            seen.release(id);
            encode(WebhookOutcome::Failed)
        }
    }

    /// The encoded reply to an event whose secret could not be obtained.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "EncodedReply")]
    pub fn unchecked_event(is_late: bool) -> JsValue {
        encode(if is_late {
            WebhookOutcome::Late
        } else {
            WebhookOutcome::Failed
        })
    }

    /// The encoded reply to an event whose body did not arrive completely.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "EncodedReply")]
    pub fn incomplete_event() -> JsValue {
        encode(WebhookOutcome::Incomplete)
    }

    /// The encoded reply to an event that has no valid signature or is too large.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "EncodedReply")]
    pub fn refuse_event(is_too_large: bool) -> JsValue {
        encode(if is_too_large {
            WebhookOutcome::TooLarge
        } else {
            WebhookOutcome::Unsigned
        })
    }

    /// The store's name for the cache generation of a profile; without `ref_id`, for that of the account.
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

    /// The maximum size of an event in bytes, and how many milliseconds to wait for `onEvent`.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "EventLimits")]
    pub fn event_limits() -> JsValue {
        let max_bytes = u32::try_from(BODY_MAX_BYTES).unwrap_or(u32::MAX);
        object(&[
            ("maxBytes", max_bytes.into()),
            ("answerWithinMs", RESPOND_WITHIN_MS.into()),
        ])
    }
}

fn encode(outcome: WebhookOutcome) -> JsValue {
    encode_reply(&outcome.reply(), None)
}
