//! What a call resolves to, and how it came about.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::attempt::CheckedResponse;
use crate::error::{Error, Kind};
use crate::json::Mismatches;
use crate::web::failure::{Attempt, CallError};
use crate::web::http::fetch;
use crate::web::js::value;

/// How a response was obtained.
#[derive(Clone, Debug)]
pub struct Meta {
    /// HTTP status.
    pub status: u16,
    /// The response's `Headers`.
    pub headers: JsValue,
    /// Every attempt, in order; empty when the response came from the cache.
    pub attempts: Vec<Attempt>,
    /// Milliseconds spent waiting between attempts.
    pub waited_ms: f64,
    /// Whether the response came from the cache.
    pub from_cache: bool,
    /// Where the response contradicts the types. A field that does not fit its Rust type is `None`, and its value is in `extra`; in a list
    /// of names or boards, an element that does not fit is left out.
    pub mismatches: Mismatches,
}

impl Meta {
    /// The response's `Date` header, if it can be read.
    pub(crate) fn date(&self) -> Option<String> {
        fetch::header(&self.headers, "date")
    }
}

/// A response and how it was obtained.
#[derive(Clone, Debug)]
pub struct Response<T> {
    /// The decoded response.
    pub value: T,
    /// How it was obtained.
    pub meta: Meta,
}

/// A checked response, parsed by the engine.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub json: JsValue,
    /// Whether this is the response to `validate` for a deleted profile.
    pub deleted: bool,
}

/// Parses the body with the engine. A missing account list means that nothing is linked, so it becomes an empty one.
pub(crate) fn parsed(good: &CheckedResponse) -> Result<Parsed, CallError> {
    let failed = |cause| CallError {
        cause,
        ..CallError::from(Error::new(
            Kind::Decode,
            "the engine could not parse the body",
        ))
    };
    let json = fetch::parse(&good.body).map_err(failed)?;
    if good.checked.lacks_active_social_accounts {
        value::set(&json, "activeSocialAccounts", &Array::new());
    }
    if good.checked.lacks_display_names {
        value::set(&json, "displayNames", &Array::new());
    }
    Ok(Parsed {
        json,
        deleted: good.checked.deleted,
    })
}
