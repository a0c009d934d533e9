//! `GET /user/details/:platform`: details of one linked network, so far Pinterest's boards.

use crate::error::{Error, Kind};
use crate::json;
use crate::model::PINTEREST_DETAILS;

/// A network that has details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Pinterest, with its boards.
    Pinterest,
}

impl Platform {
    /// Its name in the path.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Platform::Pinterest => "pinterest",
        }
    }

    /// Reads its name.
    ///
    /// # Errors
    /// Kind `config` for any other name than `pinterest`.
    pub fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "pinterest" => Ok(Platform::Pinterest),
            _ => Err(Error::new(
                Kind::Config,
                "the platform has no details: ask for `pinterest`, the only one that has",
            )),
        }
    }
}

/// Path of the request.
#[must_use]
pub fn target(platform: Platform) -> String {
    ["/user/details/", platform.as_str()].concat()
}

/// Checks the body of a successful answer.
///
/// # Errors
/// Kind `decode`, with the path at fault.
pub fn decode(body: &[u8]) -> Result<(), Error> {
    json::check(body, PINTEREST_DETAILS)?;
    Ok(())
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn only_pinterest_has_details() {
        assert_eq!(
            target(Platform::parse("pinterest").unwrap()),
            "/user/details/pinterest"
        );
        for name in ["", "Pinterest", "facebook", "../user", "pinterest/"] {
            assert_eq!(Platform::parse(name).unwrap_err().kind, Kind::Config);
        }
    }

    #[test]
    fn bodies() {
        assert!(decode(include_bytes!("../../tests/fixtures/details.json")).is_ok());
        assert!(decode(include_bytes!("../../tests/fixtures/details-empty.json")).is_ok());
        assert!(decode(include_bytes!("../../tests/fixtures/details-secret.json")).is_ok());
        let path = |body: &[u8]| decode(body).unwrap_err().path.clone().unwrap();
        assert_eq!(path(b"{}"), "pinterest");
        assert_eq!(path(br#"{"pinterest":{}}"#), "pinterest");
        assert_eq!(
            path(br#"{"pinterest":[{"id":718465015493014420}]}"#),
            "pinterest[0].id"
        );
        assert_eq!(path(br#"{"pinterest":[{"id":"1"}]}"#), "pinterest[0].name");
        assert_eq!(path(b"[]"), "");
    }
}
