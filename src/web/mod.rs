//! Everything that touches JavaScript.
//!
//! | Room | What it holds |
//! |---|---|
//! | `bindings` | what the TypeScript package calls: `#[wasm_bindgen]` and nothing else |
//! | [`batch`] | the batch file: a ticket, the download with its waits and dropped connections, and the profiles as a stream |
//! | [`client`] | the client for Rust applications |
//! | `call` | one call: prepared, tried, and driven by JavaScript's callbacks or by a future |
//! | [`options`] | what callers may set, read and checked |
//! | `http` | requests and responses over `fetch` |
//! | [`failure`], `events` | what callers get to see when a call fails, and while it runs |
//! | `js` | the ground: values, callbacks, timers and signals |
//!
//! Each room uses only rooms below it in this table. Only `web` knows the time, randomness and the network. What it decides is
//! pure and lives in `policy`, `json`, `error` and `api`.

pub mod batch;
pub mod bindings;
mod call;
pub mod client;
mod events;
pub mod failure;
mod http;
mod js;
pub mod options;
