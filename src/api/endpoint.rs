//! The table of the endpoints. The rest of the crate passes an [`Endpoint`] around and asks it; nothing else compares the name or the path of
//! an endpoint. To add one, add a variant, its row, and how its parameters are read and its body is decoded.

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
}

impl Endpoint {
    /// All endpoints, without parameters.
    pub(crate) const ALL: [Self; 3] = [Self::User(UserQuery::NONE), Self::Details, Self::Batch];

    /// The names of all endpoints.
    const NAMES: [&str; 3] = {
        let [a, b, c] = Self::ALL;
        [a.row().name, b.row().name, c.row().name]
    };

    /// The paths of all endpoints.
    pub(crate) const PATHS: [&str; 3] = {
        let [a, b, c] = Self::ALL;
        [a.row().path, b.row().path, c.row().path]
    };

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
            },
            Self::Details => Row {
                name: "details",
                path: details::PATH,
                parameters: "platform",
                takes_profile: true,
                is_cacheable: false,
                shape: model::PINTEREST_DETAILS,
            },
            Self::Batch => Row {
                name: "batch",
                path: batch::PATH,
                parameters: "",
                takes_profile: false,
                is_cacheable: false,
                shape: model::USER_BATCH,
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
        let at = Self::NAMES.iter().position(|known| *known == name);
        at.and_then(|at| Self::ALL.get(at).copied())
            .ok_or_else(|| Error::new(Kind::Internal, "no such endpoint"))
    }

    /// The name in events.
    pub(crate) fn name(self) -> &'static str {
        self.row().name
    }

    /// The path below the base URL, without a query.
    pub(crate) fn path(self) -> &'static str {
        self.row().path
    }

    /// The names of the parameters, separated by spaces.
    pub(crate) fn parameters(self) -> &'static str {
        self.row().parameters
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
        // Not a column of the table: calls through pointers take 300 bytes of every page.
        let mismatches = match self {
            Self::User(_) => return user::decode(body, self.validates()),
            Self::Details => details::decode(body)?,
            Self::Batch => batch::decode(body)?,
        };
        // These bodies are short, so reading them again to look for an error is cheap.
        Ok(Checked {
            has_unknown: true,
            mismatches,
            ..Checked::default()
        })
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
    let names = Endpoint::NAMES.map(|name| format!("{name:?} | "));
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

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    struct Given(&'static [(&'static str, &'static str)]);

    impl Parameters for Given {
        fn flag(&self, name: &'static str) -> Result<Option<bool>, Error> {
            Ok(Some(self.text(name))
                .filter(|text| !text.is_empty())
                .map(|text| text == "true"))
        }

        fn text(&self, name: &'static str) -> String {
            let mut given = self.0.iter().filter(|(known, _)| *known == name);
            given
                .next()
                .map(|(_, text)| (*text).to_owned())
                .unwrap_or_default()
        }
    }

    fn read(name: &str, given: &'static [(&'static str, &'static str)]) -> Result<Endpoint, Error> {
        Endpoint::read(name, |known| {
            let known: Vec<_> = known.split(' ').collect();
            assert!(
                given.iter().all(|(name, _)| known.contains(name)),
                "{known:?}"
            );
            Ok(Given(given))
        })
    }

    #[test]
    fn each_endpoint_is_found_by_its_name_and_has_a_path_of_its_own() {
        for endpoint in Endpoint::ALL {
            let found = Endpoint::named(endpoint.name()).unwrap();
            assert_eq!(found.target(), endpoint.target());
            let same = Endpoint::PATHS
                .iter()
                .filter(|path| **path == found.target());
            assert_eq!(same.count(), 1);
        }
        assert_eq!(Endpoint::named("orbit").unwrap_err().kind, Kind::Internal);
    }

    #[test]
    fn parameters_become_the_query() {
        let given = &[("instagramQuota", "true"), ("validate", "false")];
        let endpoint = read("user", given).unwrap();
        assert_eq!(
            endpoint.target(),
            "/user?instagramQuota=true&validate=false"
        );
        assert!(endpoint.check(false).is_ok());
        let endpoint = read("user", &[("validate", "true")]).unwrap();
        assert_eq!(endpoint.check(false).unwrap_err().kind, Kind::Config);
        assert!(endpoint.check(true).is_ok());
        assert_eq!(read("batch", &[]).unwrap().target(), "/user/batch");
    }

    #[test]
    fn details_need_a_platform_that_has_some() {
        let pinterest = read("details", &[("platform", "pinterest")]).unwrap();
        assert_eq!(pinterest.target(), "/user/details/pinterest");
        for other in [&[][..], &[("platform", "facebook")]] {
            assert_eq!(read("details", other).unwrap_err().kind, Kind::Config);
        }
    }

    #[test]
    fn a_failure_to_read_parameters_is_the_callers() {
        let failed = |_| Err::<Given, _>(Error::new(Kind::Config, "odd"));
        assert_eq!(Endpoint::read("batch", failed).unwrap_err().message, "odd");
    }

    #[test]
    fn the_names_for_typescript_include_the_file() {
        let names = Endpoint::NAMES
            .map(|name| format!("\"{name}\" | "))
            .concat();
        assert!(
            typescript().ends_with(&format!("\nexport type EndpointName = {names}\"file\";\n"))
        );
    }
}
