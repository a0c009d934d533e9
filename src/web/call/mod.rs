//! One call of an endpoint, from its options to its response.
//!
//! `prepared` is the call as it was asked for, `state_machine` decides what happens next, `attempt` classifies one response,
//! and `drive_callbacks` runs the machine for the npm package. `shared_request` is one request of the gateway for all callers
//! that ask for the same thing at the same time.

pub(crate) mod attempt;
#[cfg(any(feature = "npm", feature = "npm-gateway"))]
pub(crate) mod drive_callbacks;
pub(crate) mod prepared;
pub(crate) mod response;
#[cfg(feature = "npm-gateway")]
pub(crate) mod shared_request;
pub(crate) mod state;
pub(crate) mod state_machine;
