//! Encodes replies for the TypeScript gateway as plain objects.

use js_sys::{Object, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::gateway::store::{self, CacheKeyInput};
use crate::gateway::{Reply, ReplyBody};
use crate::web::js::value;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A response to send. `headers` has one per line; a body of `true` is the one in the store. */
export interface EncodedReply {
  readonly status: number;
  readonly headers: string;
  readonly body: string | Uint8Array<ArrayBuffer> | null | true;
}

/** What becomes of a request: a response, a request to continue with, or neither for a webhook event. */
export interface ReceivedRequest {
  readonly reply?: EncodedReply;
  readonly request?: GatewayRequest;
}

/** A response to store: its headers, one per line, its body, and the name of its profile's cache generation, if it has a profile. */
export interface StoredReply {
  readonly headers: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly generation?: string;
}

/** The response to a call and the change to the store. */
export interface FetchedReply {
  readonly reply: EncodedReply;
  readonly change?: "drop" | StoredReply;
}

/** The response for the batch file and, on success, the first records and the source of the rest. */
export interface OpenedProfiles {
  readonly reply: EncodedReply;
  readonly first?: Uint8Array<ArrayBuffer>;
  readonly rest?: RecordLines;
}

/** The well-formed signatures of an event, 32 bytes each, concatenated; or the response that rejects the event. */
export interface EventSignatures {
  readonly refused?: EncodedReply;
  readonly signatures?: Uint8Array<ArrayBuffer>;
}

/** The profile that an event claims to be about, or the response that rejects the event. */
export interface EventProfile {
  readonly refused?: EncodedReply;
  readonly refId?: string;
}

/** An event to handle; `reply` is set instead if there is nothing left to do. The cached responses of `outdated` must be dropped. */
export interface ClaimedEvent {
  readonly reply?: EncodedReply;
  readonly id?: string;
  readonly outdated?: string;
  readonly deliveryId?: string;
  readonly attempt?: number;
}

/** The maximum size of an event, and how long to wait for its handler. */
export interface EventLimits {
  readonly maxBytes: number;
  readonly answerWithinMs: number;
}
"#;

/// The name in the store for this cache key: its SHA-256 hash, encoded.
pub(crate) fn name_of(preimage: &CacheKeyInput) -> String {
    store::name(&Sha256::digest(preimage.bytes()).into())
}

/// A plain object with these properties. Those that are `undefined` are left out.
pub(crate) fn object(properties: &[(&'static str, JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in properties {
        if !value.is_undefined() {
            value::set(&object, name, value);
        }
    }
    object
}

/// Encodes a reply as an `EncodedReply`. `upstream` is the body of Ayrshare's response.
pub(crate) fn encode_reply(reply: &Reply, upstream: Option<&Uint8Array>) -> JsValue {
    let mut headers = String::new();
    push_lines(&mut headers, &reply.headers);
    let body = match &reply.body {
        ReplyBody::Empty | ReplyBody::Profiles => JsValue::NULL,
        ReplyBody::Text(text) => text.into(),
        ReplyBody::Upstream => upstream.map_or(JsValue::NULL, JsValue::from),
        ReplyBody::Stored => JsValue::TRUE,
    };
    object(&[
        ("status", reply.status.into()),
        ("headers", headers.into()),
        ("body", body),
    ])
}

/// Appends the headers, each on its own line.
pub(crate) fn push_lines(out: &mut String, headers: &[(&'static str, String)]) {
    for (name, text) in headers {
        if !out.is_empty() {
            out.push('\n');
        }
        out.extend([name, ": ", text]);
    }
}

/// Finds a header by name in text with one header per line.
pub(crate) fn header<'a>(lines: &'a str, wanted: &str) -> Option<&'a str> {
    let mut headers = lines.split('\n').filter_map(|line| line.split_once(": "));
    let (_, text) = headers.find(|(name, _)| *name == wanted)?;
    Some(text)
}
