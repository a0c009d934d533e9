//! The table of the endpoints. The rest of the crate passes an [`Endpoint`] around and asks it; nothing else compares the name or the path of
//! an endpoint. To add one, add a variant, its row, and how its parameters are read.

use super::user::{Checked, UserQuery};
use crate::api::{batch, details, user};
use crate::error::{Error, Kind};
use crate::model;
use crate::model::shape::Shape;

/// An endpoint, with the parameters of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Endpoint {
    User(UserQuery),
    Details,
    Batch,
}

/// What all calls of an endpoint have in common.
struct Row {
    /// The name in events, and by which the package's TypeScript calls it.
    name: &'static str,
    /// The path below the base URL, without a query.
    path: &'static str,
    /// The names of the parameters, separated by spaces.
    parameters: &'static str,
    /// Whether a request carries a Profile Key. The batch file belongs to the Primary Profile.
    takes_profile: bool,
    /// Whether a response says until when it is valid, so that it can be cached.
    is_cacheable: bool,
    /// The type of the body.
    shape: &'static Shape,
    /// Checks a body. The flag is that of `validate`.
    decode: fn(&[u8], bool) -> Result<Checked, Error>,
}

impl Endpoint {
    /// All endpoints, without parameters.
    const ALL: [Self; 3] = [Self::User(UserQuery::NONE), Self::Details, Self::Batch];

    /// Inlined, so that a module holds only the columns that it reads.
    #[inline(always)]
    const fn row(self) -> Row {
        match self {
            Self::User(_) => Row {
                name: "user",
                path: user::PATH,
                parameters: "instagramQuota instagramDetails validate",
                takes_profile: true,
                is_cacheable: true,
                shape: model::USER,
                decode: user::decode,
            },
            Self::Details => Row {
                name: "details",
                path: details::PATH,
                parameters: "platform",
                takes_profile: true,
                is_cacheable: false,
                shape: model::PINTEREST_DETAILS,
                decode: |body, _| details::decode(body).map(Checked::of_short_body),
            },
            Self::Batch => Row {
                name: "batch",
                path: batch::PATH,
                parameters: "",
                takes_profile: false,
                is_cacheable: false,
                shape: model::USER_BATCH,
                decode: |body, _| batch::decode(body).map(Checked::of_short_body),
            },
        }
    }

    /// The endpoint of this name, with its parameters: `given` reads those with the given names.
    pub(crate) fn read<P: Parameters>(
        name: &str,
        given: impl FnOnce(&'static str) -> Result<P, Error>,
    ) -> Result<Self, Error> {
        let endpoint = Self::named(name)?;
        let given = given(endpoint.row().parameters)?;
        Ok(match endpoint {
            Self::User(_) => Self::User(UserQuery {
                instagram_quota: given.flag("instagramQuota")?,
                instagram_details: given.flag("instagramDetails")?,
                validate: given.flag("validate")?,
            }),
            Self::Details => {
                details::Platform::parse(&given.text("platform"))?;
                Self::Details
            }
            Self::Batch => Self::Batch,
        })
    }

    /// The endpoint of this name, without parameters.
    pub(crate) fn named(name: &str) -> Result<Self, Error> {
        let mut all = Self::ALL.into_iter();
        all.find(|endpoint| endpoint.name() == name)
            .ok_or_else(|| Error::new(Kind::Internal, "there is no such endpoint"))
    }

    /// The paths of all endpoints.
    pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().map(|endpoint| endpoint.row().path)
    }

    /// The name in events.
    pub(crate) fn name(self) -> &'static str {
        self.row().name
    }

    /// Path and query, relative to the base URL.
    pub(crate) fn target(self) -> String {
        match self {
            Self::User(query) => user::target(&query),
            _ => self.row().path.to_owned(),
        }
    }

    /// Whether the request carries a Profile Key.
    pub(crate) fn takes_profile(self) -> bool {
        self.row().takes_profile
    }

    /// Whether a response says until when it is valid, so that it can be cached.
    pub(crate) fn is_cacheable(self) -> bool {
        self.row().is_cacheable
    }

    /// Checks what the parameters require of the call.
    pub(crate) fn check(self, has_profile_key: bool) -> Result<(), Error> {
        if self.validates() && !has_profile_key {
            let text = "`validate` checks a User Profile: set `profileKey`";
            return Err(Error::new(Kind::Config, text));
        }
        Ok(())
    }

    /// Checks a body against the types. Fails only if there is nothing to return.
    pub(crate) fn decode(self, body: &[u8]) -> Result<Checked, Error> {
        (self.row().decode)(body, self.validates())
    }

    /// The type of the body, for the drift report.
    pub(crate) fn shape(self) -> &'static Shape {
        self.row().shape
    }

    fn validates(self) -> bool {
        matches!(self, Self::User(query) if query.validate == Some(true))
    }
}

/// The names in events as a TypeScript type.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn typescript() -> String {
    let names = Endpoint::ALL.map(|endpoint| format!("{:?} | ", endpoint.name()));
    let doc = "/** The endpoint of an event; `file` is the download of the batch file. */";
    format!(
        "{doc}\nexport type EndpointName = {}\"file\";\n",
        names.concat()
    )
}

/// What a caller passes to an endpoint, by the name of the parameter.
pub(crate) trait Parameters {
    fn flag(&self, name: &'static str) -> Result<Option<bool>, Error>;

    /// Empty if the parameter is missing or not a string.
    fn text(&self, name: &'static str) -> String;
}
