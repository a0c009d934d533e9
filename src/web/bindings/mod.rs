//! The exports that the TypeScript package calls. They convert values and make no decisions.

#[cfg(feature = "npm-batch")]
pub mod batch;
#[cfg(feature = "npm-calls")]
pub mod client;
#[cfg(feature = "npm-batch")]
pub mod compare;
#[cfg(feature = "npm-gateway")]
pub mod gateway;
#[cfg(feature = "npm-insight")]
pub mod insight;
