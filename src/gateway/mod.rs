//! The edge gateway: it keeps keys out of browsers, and tenants apart.
//!
//! A gateway is a server between browsers and Ayrshare. It holds the API key, and lets each caller
//! read the profile that the operator's `authorize` grants. This module makes its decisions and
//! does no I/O:
//!
//! 1. [`Gateway::receive`] validates an [`IncomingRequest`]. The result is a [`Reply`] or a [`Call`] to
//!    authorize.
//! 2. [`Call::granted`] checks the result of `authorize`. The result is a reply or an [`AuthorizedRequest`] for
//!    one profile.
//! 3. [`AuthorizedRequest::key`] is the cache key, and [`AuthorizedRequest::cached_reply`] replies from the cache while the entry
//!    is fresh.
//! 4. [`AuthorizedRequest::upstream`] is the only request that is ever sent to Ayrshare.
//! 5. [`AuthorizedRequest::succeed`] and [`AuthorizedRequest::fail`] turn the result into a reply and a change of the
//!    cache.
//!
//! An [`IncomingRequest`] contains only the parts of a request that matter. The caller's `Authorization`,
//! `Profile-Key`, cookies and `Host` are not among them, so nothing here can forward them or depend
//! on them.
//!
//! | Module | What it decides |
//! |---|---|
//! | [`options`] | what operators may configure |
//! | [`route`] | which paths, methods and query parameters exist |
//! | [`cors`] | which pages may read responses |
//! | [`grant`] | who may read which profile |
//! | [`upstream`] | what is sent to Ayrshare, and which of its response headers are passed on |
//! | [`reply`] | what callers get |
//! | [`call`] | the life of one call, through all of these |
//! | [`etag`], [`store`] | which responses are cached, under which key, and for how long |
//! | [`webhook`] | which events are Ayrshare's, and what they change |
//!
//! [`route`] defines the paths of the endpoints, although `api` has them too: they are part of the
//! gateway's own contract, so they are defined and tested here. A test compares the two.

pub mod call;
pub mod cors;
pub mod etag;
pub mod grant;
mod headers;
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

pub use call::{AuthorizedRequest, Call, GatewayOutcome, IncomingRequest, Received, StoreChange};
pub use grant::{Authorization, Grant, GrantedProfile};
pub use headers::ReplyHeaders;
pub use options::{Access, Gateway, GatewayOptions, WebhookSecrets};
pub use reply::{Reply, ReplyBody};
