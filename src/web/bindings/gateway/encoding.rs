//! Encodes replies for the TypeScript gateway as a head (status and header lines) and a body.

use js_sys::{Array, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;

use crate::digits;
use crate::gateway::store::{self, CacheKeyInput};
use crate::gateway::{Body, Reply};

/// The name in the store for this cache key: its SHA-256 hash, encoded.
pub(crate) fn name_of(preimage: &CacheKeyInput) -> String {
    store::name(&Sha256::digest(preimage.bytes()).into())
}

/// Encodes a reply for TypeScript: `[head, body]`. The head is the status, then one header per line;
/// the body is text, bytes, `null`, or `true` for the body in the store.
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

/// Appends the headers, each on its own line.
pub(crate) fn push_lines(out: &mut String, headers: &[(&'static str, String)]) {
    for (name, text) in headers {
        out.extend(["\n", name, ": ", text]);
    }
}

/// Finds a header by name in text with one header per line.
pub(crate) fn header<'a>(lines: &'a str, wanted: &str) -> Option<&'a str> {
    let mut headers = lines.split('\n').filter_map(|line| line.split_once(": "));
    let (_, text) = headers.find(|(name, _)| *name == wanted)?;
    Some(text)
}
