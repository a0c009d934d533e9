//! The endpoints, one file each: from a query to a request target, from bytes to a checked
//! answer. Pure; nothing here sends anything.
//!
//! A target is the path and query below the API's base address. It never holds a secret: keys travel
//! in headers, which the shell sets.

pub mod batch;
pub mod details;
pub mod user;

use crate::error::Error;
use crate::json::{self, Checked};
use crate::model::Shape;

/// Checks a body, as an error of the API where it is refused. Kept in one piece, because the conversion is not small.
#[inline(never)]
fn checked(body: &[u8], shape: &'static Shape) -> Result<Checked, Error> {
    Ok(json::check(body, shape)?)
}
