//! The endpoints, one file each: each turns a query into a request target, and the bytes of a
//! response into a checked result. Pure: nothing here does I/O.
//!
//! A target is the path and query below the API's base URL. It never contains a secret: keys are
//! sent in headers, which the caller of this module sets.

pub mod batch;
pub mod details;
#[allow(
    dead_code,
    reason = "only `web` makes calls, and not every build reads every column"
)]
pub(crate) mod endpoint;
pub mod user;

#[cfg(not(target_arch = "wasm32"))]
pub use endpoint::typescript;

use crate::error::Error;
use crate::json::{self, CheckedJson};
use crate::model::Shape;

/// Checks a body, and converts a fault to an [`Error`]. Not inlined, because the conversion is not
/// small.
#[inline(never)]
fn checked(body: &[u8], shape: &'static Shape) -> Result<CheckedJson, Error> {
    Ok(json::check(body, shape)?)
}
