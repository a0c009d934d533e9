//! The shell: everything that touches JavaScript.
//!
//! | Module | What it holds |
//! |---|---|
//! | [`client`] | the client |
//! | `plan`, `run` | a call as it was asked for, and as a machine from step to step |
//! | `flight` | drives it by what JavaScript calls back, for the package; a future over it serves Rust |
//! | `attempt` | one try: its key, what its answer means, why it failed |
//! | `transport`, `wire.js` | bytes over `fetch` |
//! | `interrupt`, `board` | timers, the caller's signal, and what JavaScript calls back |
//! | [`options`], `given`, `base` | what callers may set, checked |
//! | `endpoint` | the endpoints as one type |
//! | `download`, `file` | the batch file, through waits and broken lines |
//! | [`profiles`] | the file's records as a stream, and the sweep over them |
//! | [`failure`], `events` | what callers get to see when things go wrong, or go on |
//! | `sharing` | one request of the gateway for all callers that ask for the same thing at once |
//! | `exports`, `exports_batch`, `exports_insight`, `exports_gateway`, `exports_guard`, `visit` | what the TypeScript face calls |
//!
//! Only this module knows the time, randomness and the network. What it decides is pure and lives in
//! `policy`, `json`, `error` and `api`.

mod attempt;
mod base;
mod board;
pub mod client;
mod download;
mod endpoint;
mod events;
#[cfg(feature = "npm")]
pub mod exports;
#[cfg(feature = "npm-batch")]
pub mod exports_batch;
#[cfg(feature = "npm-gateway")]
pub mod exports_gateway;
#[cfg(feature = "npm-gateway")]
pub mod exports_guard;
#[cfg(feature = "npm-insight")]
pub mod exports_insight;
pub mod failure;
mod file;
mod flight;
mod given;
mod interrupt;
pub mod options;
mod plan;
pub mod profiles;
mod run;
#[cfg(feature = "npm-gateway")]
mod sharing;
mod transport;
mod value;
#[cfg(feature = "npm-gateway")]
pub mod visit;
