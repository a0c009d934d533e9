//! The exports for the Durable Object that guards a profile's rate limit. The object stores the state as numbers, because that has to
//! outlive both the wasm instance and the object's own eviction.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::policy::guard::{Guard, RateHeaders, Snapshot, lapses_at_ms};
use crate::web::http::fetch;

/// Each object guards one profile, so the profile needs no name.
const PROFILE: &str = "";

/// Milliseconds until the profile may call again; 0 if it may call now.
#[wasm_bindgen]
#[must_use]
pub fn guard_pause(snapshot: &[f64], now_ms: f64) -> f64 {
    let admitted = Guard::from_snapshot(PROFILE, snapshot).admit(PROFILE, now_ms);
    admitted.map_or_else(|held| held.retry_after_ms, |()| 0.0)
}

/// The state after a response with these `Headers`; empty if there is nothing to remember.
#[wasm_bindgen]
#[must_use]
pub fn guard_learn(snapshot: &[f64], status: u16, headers: &JsValue, now_ms: f64) -> Vec<f64> {
    let mut guard = Guard::from_snapshot(PROFILE, snapshot);
    let headers = RateHeaders::read(|name| fetch::header(headers, name), false, now_ms);
    guard.observe(PROFILE, status, &headers, now_ms);
    guard
        .snapshot(PROFILE)
        .map_or_else(Vec::new, |snapshot| snapshot.to_vec())
}

/// When the state expires, in milliseconds since 1970.
#[wasm_bindgen]
#[must_use]
pub fn guard_lapses_at(snapshot: &[f64]) -> f64 {
    Snapshot::try_from(snapshot).map_or(0.0, |snapshot| lapses_at_ms(&snapshot))
}
