//! `GET /user/details/:platform`: details of one linked network; so far, the boards of Pinterest.

use crate::error::{Error, Kind};
use crate::json::Mismatches;
use crate::model::PINTEREST_DETAILS;

/// Path of the request. So far, there is one platform.
pub const PATH: &str = "/user/details/pinterest";

/// A network for which Ayrshare has details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Pinterest, with its boards.
    Pinterest,
}

impl Platform {
    /// Parses its name.
    ///
    /// # Errors
    /// Kind `config` for any name but `pinterest`.
    pub fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "pinterest" => Ok(Platform::Pinterest),
            _ => Err(Error::new(
                Kind::Config,
                "`platform` must be \"pinterest\", the only one with details",
            )),
        }
    }
}

/// Checks the body of a successful response, and lists what contradicts the types.
///
/// # Errors
/// Kind `decode` if the body is not JSON, or has no list of boards.
pub fn decode(body: &[u8]) -> Result<Mismatches, Error> {
    Ok(super::checked(body, PINTEREST_DETAILS)?.mismatches)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn only_pinterest_has_details() {
        assert_eq!(Platform::parse("pinterest").unwrap(), Platform::Pinterest);
        for name in ["", "Pinterest", "facebook", "../user", "pinterest/"] {
            assert_eq!(Platform::parse(name).unwrap_err().kind, Kind::Config);
        }
    }

    #[test]
    fn bodies() {
        let samples: [&[u8]; 3] = [
            include_bytes!("../../tests/fixtures/details.json"),
            include_bytes!("../../tests/fixtures/details-empty.json"),
            include_bytes!("../../tests/fixtures/details-secret.json"),
        ];
        assert!(samples.iter().all(|body| decode(body).unwrap().is_empty()));
        let path = |body: &[u8]| decode(body).unwrap_err().path.clone().unwrap();
        assert_eq!(path(b"{}"), "pinterest");
        assert_eq!(path(br#"{"pinterest":{}}"#), "pinterest");
        let odd = br#"{"pinterest":[{"id":718465015493014420}]}"#;
        let mismatches = decode(odd).unwrap();
        let paths: Vec<_> = mismatches.iter().map(|it| it.path).collect();
        assert_eq!(paths, ["pinterest[0].id", "pinterest[0].name"]);
        assert_eq!(path(b"[]"), "");
    }
}
