//! What callers may set: read from JavaScript once, checked, and typed from then on.

pub(crate) mod base_url;
pub(crate) mod client;
pub(crate) mod reader;

pub use client::{ApiKey, Cache, CallOptions, ClientOptions, Headers, OnMismatch, Profile};
