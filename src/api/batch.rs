//! `GET /user/batch`: where a file with all User Profiles can be had, and from when on.

use crate::error::Error;
use crate::json;
use crate::model::USER_BATCH;

/// Path of the request.
#[must_use]
pub fn target() -> String {
    String::from("/user/batch")
}

/// Checks the body of a successful answer.
///
/// # Errors
/// Kind `decode`, with the path at fault.
pub fn decode(body: &[u8]) -> Result<(), Error> {
    json::check(body, USER_BATCH)?;
    Ok(())
}
