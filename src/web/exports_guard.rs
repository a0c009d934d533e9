//! What the object that guards a profile's rate limit calls. What it knows stays with it, as numbers: it outlives
//! instances of the wasm, and its own eviction.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::transport;
use crate::policy::guard::{Guard, Memory, RateHeaders, lapses_at_ms};

/// An object is of one profile, and needs no name for it.
const PROFILE: &str = "";

/// Milliseconds that the profile has to pause, 0 where a call may be sent.
#[wasm_bindgen]
#[must_use]
pub fn guard_pause(memory: &[f64], now_ms: f64) -> f64 {
    let admitted = Guard::recall(PROFILE, memory).admit(PROFILE, now_ms);
    admitted.map_or_else(|held| held.retry_after_ms, |()| 0.0)
}

/// What is known after an answer with these `Headers`; empty where that is nothing.
#[wasm_bindgen]
#[must_use]
pub fn guard_learn(memory: &[f64], status: u16, headers: &JsValue, now_ms: f64) -> Vec<f64> {
    let mut guard = Guard::recall(PROFILE, memory);
    let headers = RateHeaders::read(|name| transport::header(headers, name), false, now_ms);
    guard.observe(PROFILE, status, &headers, now_ms);
    guard
        .memory(PROFILE)
        .map_or_else(Vec::new, |memory| memory.to_vec())
}

/// When all of it is over, in milliseconds since 1970.
#[wasm_bindgen]
#[must_use]
pub fn guard_lapses_at(memory: &[f64]) -> f64 {
    Memory::try_from(memory).map_or(0.0, |memory| lapses_at_ms(&memory))
}
