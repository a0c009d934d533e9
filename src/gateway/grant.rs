//! Who may read which profile: the result of `authorize`, and whether it covers the request.

use super::reply::Refusal;
use super::route::Route;
use crate::header::check_key;
use crate::redact::Secret;

/// The result of the operator's `authorize`.
#[derive(Debug, Clone)]
pub enum Authorization {
    /// It returned null: the caller is unknown.
    Unknown,
    /// It threw, or returned something that is not a grant.
    Failed,
    /// It timed out.
    Late,
    /// It returned an object.
    Granted {
        /// Its `profileKey`; `None` if absent or null.
        profile_key: Option<Secret>,
        /// Its `scope`: `all-profiles` or `primary-profile`.
        scope: Option<String>,
    },
}

/// The profile that a caller may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// The Primary Profile, which has no Profile Key. It must be granted explicitly: a `profileKey`
    /// that the operator did not find must not give access to the account's own profile.
    Primary,
    /// The User Profile with this Profile Key.
    Key(Secret),
}

/// What a caller may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The profile, if any.
    pub profile: Option<Profile>,
    /// Whether the caller may use the batch routes too.
    pub all_profiles: bool,
}

impl Authorization {
    /// Converts it to a grant. A contradictory grant is a bug in the operator's code, and grants
    /// nothing.
    pub(super) fn grant(self) -> Result<Grant, Refusal> {
        let (profile_key, scope) = match self {
            Authorization::Unknown => return Err(Refusal::Unauthorized),
            Authorization::Failed => return Err(Refusal::Failed),
            Authorization::Late => return Err(Refusal::Late),
            Authorization::Granted { profile_key, scope } => (profile_key, scope),
        };
        if let Some(key) = &profile_key {
            check_key("profileKey", key.expose()).map_err(|_| Refusal::Failed)?;
        }
        let profile = profile_key.map(Profile::Key);
        match (scope.as_deref(), profile) {
            (None, profile) => Ok(Grant {
                profile,
                all_profiles: false,
            }),
            (Some("all-profiles"), profile) => Ok(Grant {
                profile,
                all_profiles: true,
            }),
            (Some("primary-profile"), None) => Ok(Grant {
                profile: Some(Profile::Primary),
                all_profiles: false,
            }),
            (Some(_), _) => Err(Refusal::Failed),
        }
    }
}

impl Grant {
    /// The profile to request on this route, if the grant covers it. The batch file belongs to the
    /// Primary Profile.
    pub(super) fn profile_for(self, route: &Route) -> Result<Profile, Refusal> {
        if route.is_batch() {
            return self
                .all_profiles
                .then_some(Profile::Primary)
                .ok_or(Refusal::Forbidden);
        }
        self.profile.ok_or(Refusal::Forbidden)
    }
}
