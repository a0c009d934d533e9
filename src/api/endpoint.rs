//! The endpoints as one type, so that one driver serves all of them.

use super::user::{Checked, UserQuery};
use crate::api::{batch, details, user};
use crate::error::{Error, Kind};
use crate::model;
use crate::model::shape::Shape;

/// The endpoint of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Endpoint {
    User(UserQuery),
    Details,
    Batch,
}

impl Endpoint {
    /// The name in events.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Details => "details",
            Self::Batch => "batch",
        }
    }

    /// Path and query, relative to the base URL.
    pub(crate) fn target(self) -> String {
        match self {
            Self::User(query) => user::target(&query),
            Self::Details => details::target(details::Platform::Pinterest),
            Self::Batch => batch::target(),
        }
    }

    /// Whether the request carries a Profile Key. The batch file belongs to the Primary Profile.
    pub(crate) fn takes_profile(self) -> bool {
        match self {
            Self::User(_) | Self::Details => true,
            Self::Batch => false,
        }
    }

    /// Checks what the query requires of the call.
    pub(crate) fn check(self, has_profile_key: bool) -> Result<(), Error> {
        match self {
            Self::User(query) if query.validate == Some(true) && !has_profile_key => {
                let text = "`validate` checks a User Profile: set `profileKey`";
                Err(Error::new(Kind::Config, text))
            }
            _ => Ok(()),
        }
    }

    /// Checks a body against the types. Fails only if there is nothing to return.
    pub(crate) fn decode(self, body: &[u8]) -> Result<Checked, Error> {
        let mismatches = match self {
            Self::User(query) => return user::decode(body, query.validate == Some(true)),
            Self::Details => details::decode(body)?,
            Self::Batch => batch::decode(body)?,
        };
        // These bodies are short, so parsing them again to look for an error is cheap.
        Ok(Checked {
            has_unknown: true,
            mismatches,
            ..Checked::default()
        })
    }

    /// The type of the body, for the drift report.
    pub(crate) fn shape(self) -> &'static Shape {
        match self {
            Self::User(_) => model::USER,
            Self::Details => model::PINTEREST_DETAILS,
            Self::Batch => model::USER_BATCH,
        }
    }
}
