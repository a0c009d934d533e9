//! The crate as a Rust program uses it: one test program, because each is compiled and optimized for itself.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test, a panic is how a fault shows"
)]

mod compare_profiles;
mod insight_agreement;
mod insight_diff;
mod mismatches;
mod policy_model;
mod records;
