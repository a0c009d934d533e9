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

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        assert_eq!(target(), "/user/batch");
        assert!(decode(include_bytes!("../../tests/fixtures/batch.json")).is_ok());
        let path = |body: &[u8]| decode(body).unwrap_err().path.clone().unwrap();
        assert_eq!(path(br#"{"success":true}"#), "url");
        assert_eq!(path(br#"{"success":true,"url":null}"#), "url");
        assert_eq!(path(br#"{"success":"true"}"#), "success");
    }
}
