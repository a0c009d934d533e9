//! `GET /user/batch`: the URL of a file with all User Profiles, and when it is available.

use crate::error::{Error, Kind};
use crate::json::{self, Mismatches};
use crate::model::USER_BATCH;

/// Path of the request.
pub const PATH: &str = "/user/batch";

/// Checks the body of a successful response, and lists what contradicts the types.
///
/// # Errors
/// Kind `decode` if the body is not JSON, or its `url` is not an HTTP URL.
pub fn decode(body: &[u8]) -> Result<Mismatches, Error> {
    let mismatches = super::checked(body, USER_BATCH)?.mismatches;
    let url = json::field(body, "url").and_then(json::string);
    if url.is_some_and(|url| is_http(url.as_bytes())) {
        return Ok(mismatches);
    }
    let mut error = Error::new(Kind::Decode, "the response's `url` is not an HTTP URL");
    error.path = Some(String::from("url"));
    Err(error)
}

/// Only a quick check: the download parses the URL.
fn is_http(url: &[u8]) -> bool {
    matches!(
        url,
        [b'h' | b'H', b't' | b'T', b't' | b'T', b'p' | b'P', ..]
    )
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        let sample = include_bytes!("../../tests/fixtures/batch.json");
        assert!(decode(sample).unwrap().is_empty());
        for url in [
            "",
            "null",
            "7",
            "[]",
            "\"\"",
            "\"soon\"",
            "\"//a/b\"",
            "\"ftp://a/b\"",
        ] {
            let url = if url.is_empty() {
                String::new()
            } else {
                format!(",\"url\":{url}")
            };
            let error = decode(format!("{{\"success\":true{url}}}").as_bytes()).unwrap_err();
            assert_eq!(
                (error.kind, error.path.as_deref()),
                (Kind::Decode, Some("url")),
                "{url}"
            );
        }
        let odd = br#"{"success":"true","url":"HTTPS://a/b","urlAvailable":7}"#;
        assert_eq!(decode(odd).unwrap().count(), 3);
    }
}
