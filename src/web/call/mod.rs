//! One call of an endpoint, from its options to its response.
//!
//! `prepared` is a call with its options checked, `state_machine` decides what happens next, `attempt` classifies one response,
//! and `drive_callbacks` runs the machine. `shared_request` lets concurrent identical calls of the gateway
//! share one request.

pub(crate) mod attempt;
pub(crate) mod drive_callbacks;
pub(crate) mod prepared;
pub(crate) mod response;
#[cfg(feature = "npm-gateway")]
pub(crate) mod shared_request;
pub(crate) mod state;
pub(crate) mod state_machine;
