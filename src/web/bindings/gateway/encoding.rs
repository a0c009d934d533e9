//! How replies are written down for the TypeScript gateway: a head of lines, and a body.

use js_sys::{Array, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;

use crate::digits;
use crate::gateway::store::{self, CacheKeyInput};
use crate::gateway::{Body, Reply};

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
