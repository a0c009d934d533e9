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
