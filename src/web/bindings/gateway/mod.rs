//! What the TypeScript gateway calls.

pub mod edge_gateway;
pub mod guard;
pub mod request;
