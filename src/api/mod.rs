//! The endpoints, one file each: from a query to a request target, from bytes to a checked
//! answer. Pure; nothing here sends anything.
//!
//! A target is the path and query below the API's base address. It never holds a secret: keys travel
//! in headers, which the shell sets.

pub mod batch;
pub mod details;
pub mod user;
