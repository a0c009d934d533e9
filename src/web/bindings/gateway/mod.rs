//! The exports that the TypeScript gateway calls.

pub mod edge_gateway;
mod encoding;
pub mod guard;
pub mod profile_lines;
pub mod request;
mod state;
