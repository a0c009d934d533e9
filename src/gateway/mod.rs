//! The edge gateway: browsers without keys, tenants without leaks.
//!
//! A gateway stands between browsers and Ayrshare, holds the API key, and lets each caller read the
//! profile that the operator's `authorize` grants. Here are its decisions; a shell moves the bytes:
//!
//! 1. [`Gateway::receive`] judges a [`Request`]: a [`Reply`] at once, or a [`Call`] to authorize;
//! 2. [`Call::granted`] judges what `authorize` said: a reply, or a [`Permit`] for one profile;
//! 3. [`Permit::key`] names the place in the store, [`Permit::hit`] answers from it while it is fresh;
//! 4. [`Permit::upstream`] is the only thing that is ever sent to Ayrshare;
//! 5. [`Permit::succeed`] and [`Permit::fail`] turn what came back into a reply, and say what becomes
//!    of the store.
//!
//! A [`Request`] holds the few parts of a request that count. The caller's `Authorization`,
//! `Profile-Key`, cookies and `Host` are not among them, so nothing here can pass them on or be
//! misled by them.
//!
//! | Module | What it decides |
//! |---|---|
//! | [`options`] | what operators may set |
//! | [`route`] | which addresses, methods and query parameters exist |
//! | [`cors`] | which pages may read answers |
//! | [`grant`] | who may read which profile |
//! | [`upstream`] | what Ayrshare gets to see, and what comes back of its headers |
//! | [`reply`] | what callers get to see |
//! | [`call`] | the way of one call through all of these |
//! | [`etag`], [`store`] | which answers are kept, where, and how long |
//! | [`webhook`] | which events are Ayrshare's, and what they change |
//!
//! The addresses of the endpoints stand in [`route`], though `api` has them too: the request is the
//! gateway's own promise, so it is made and tested here, and a test holds both to the same words.

pub mod call;
pub mod cors;
pub mod etag;
pub mod grant;
pub mod options;
pub mod reply;
pub mod route;
pub mod store;
pub mod upstream;
pub mod webhook;

#[cfg(any(fuzzing, all(test, not(target_arch = "wasm32"))))]
pub mod probe;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub use call::{Call, Outcome, Permit, Received, Request, StoreChange};
pub use grant::{Authorization, Grant, Profile};
pub use options::{Access, Gateway, Options, WebhookSecrets};
pub use reply::{Body, Headers, Reply};
