//! The exports that the package's TypeScript calls to examine single profiles: what they need, what has changed, and fields that the types
//! do not declare. They are built as a separate module, loaded on first use and optimized for size.

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::api::endpoint::Endpoint;
use crate::error::Error;
use crate::insight::{self, DiffOptions, HealthOptions};
use crate::json::{self, Fault};
use crate::time::parse_rfc3339_ms;
use crate::web::events::drift_object;
use crate::web::failure::rejection;
use crate::web::js::value::now_ms;
use crate::web::options::reader::{OptionsReader, invalid_option};

const HEALTH_OPTIONS: &str = "now refreshWithinDays quotaShare";
const DIFF_OPTIONS: &str = "includeVolatile";

/// Lists what the types do not declare in a response of the named endpoint, in the form that observers get.
///
/// # Errors
/// A failure of kind `internal` if there is no such endpoint.
#[wasm_bindgen]
pub fn drifts(endpoint: &str, answer: &str) -> Result<Array, JsValue> {
    let endpoint = Endpoint::named(endpoint).map_err(rejection)?;
    let drifts = json::drift(answer.as_bytes(), endpoint.shape());
    Ok(drifts.iter().map(drift_object).collect())
}

/// What a user, given as JSON, needs and by when.
///
/// # Errors
/// A failure of kind `config` or `decode`.
#[wasm_bindgen]
pub fn health(user: &str, options: &JsValue) -> Result<JsValue, JsValue> {
    let options = health_options(options).map_err(rejection)?;
    found(insight::account_health(user.as_bytes(), &options))
}

/// What has changed between two users, or between two lists of users if `lists` is set. Both are given as JSON.
///
/// # Errors
/// A failure of kind `config` or `decode`.
#[wasm_bindgen]
pub fn changes(
    before: &str,
    after: &str,
    options: &JsValue,
    lists: bool,
) -> Result<JsValue, JsValue> {
    let options = diff_options(options).map_err(rejection)?;
    let (before, after) = (before.as_bytes(), after.as_bytes());
    if lists {
        found(insight::diff_profiles(before, after, options))
    } else {
        found(insight::diff_users(before, after, options))
    }
}

fn found(result: Result<impl Serialize, Fault>) -> Result<JsValue, JsValue> {
    let found = result.map_err(|fault| rejection(fault.into()))?;
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    found.serialize(&serializer).map_err(JsValue::from)
}

fn health_options(options: &JsValue) -> Result<HealthOptions, Error> {
    let given = OptionsReader::new(options, HEALTH_OPTIONS)?;
    let mut options = HealthOptions::at(match given.get("now") {
        None => now_ms(),
        Some(now) => time(&now).ok_or_else(|| {
            invalid_option(
                "now",
                "a `Date`, an RFC 3339 time, or milliseconds since 1970",
            )
        })?,
    });
    given.limits(&mut options.refresh_within_days, &mut options.quota_share)?;
    Ok(options)
}

/// Milliseconds since 1970.
fn time(given: &JsValue) -> Option<f64> {
    match given.as_string() {
        Some(text) => parse_rfc3339_ms(&text),
        None => given.as_f64().filter(|ms| ms.is_finite()),
    }
}

fn diff_options(options: &JsValue) -> Result<DiffOptions, Error> {
    let given = OptionsReader::new(options, DIFF_OPTIONS)?;
    Ok(DiffOptions {
        include_volatile: given.boolean("includeVolatile")?.unwrap_or(false),
    })
}
