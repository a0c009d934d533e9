//! Everything that touches JavaScript.
//!
//! | Module | What it holds |
//! |---|---|
//! | [`client`] | the client |
//! | `plan`, `run` | a call with its options resolved, and the state machine that runs it |
//! | `flight` | drives the state machine by JavaScript callbacks; for Rust users, a future over it |
//! | `attempt` | one attempt: its API key, how its response is classified, why it failed |
//! | `transport`, `wire.js` | requests and responses over `fetch` |
//! | `interrupt`, `board` | timers, the caller's signal, and the registry of JavaScript callbacks |
//! | [`options`], `given`, `base` | reading and checking what callers set |
//! | `endpoint` | the endpoints as one type |
//! | `download`, `file` | downloading the batch file, through waits and dropped connections |
//! | [`profiles`] | the file's records as a stream, and the sweep over them |
//! | [`failure`], `events` | failures and progress, as callers see them |
//! | `sharing` | the gateway's request coalescing: one request for all callers that want the same |
//! | `exports`, `exports_batch`, `exports_insight`, `exports_gateway`, `exports_guard`, `visit` | the functions that the package's TypeScript calls |
//!
//! Only this module uses the clock, randomness and the network. The decisions are pure and live in `policy`, `json`, `error` and `api`.

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
