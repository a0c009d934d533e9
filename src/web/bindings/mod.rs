//! What the TypeScript package calls. Values pass through as they are; nothing here decides anything.

#[cfg(feature = "npm-batch")]
pub mod batch;
#[cfg(feature = "npm")]
pub mod client;
#[cfg(feature = "npm-gateway")]
pub mod gateway;
#[cfg(feature = "npm-insight")]
pub mod insight;
