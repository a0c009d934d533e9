//! Who may read which profile: the result of `authorize`, and whether it covers the request.

use super::reply::GatewayRefusal;
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
pub enum GrantedProfile {
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
    pub profile: Option<GrantedProfile>,
    /// Whether the caller may use the batch routes too.
    pub all_profiles: bool,
}

impl Authorization {
    /// Converts it to a grant. A contradictory grant is a bug in the operator's code, and grants
    /// nothing.
    pub(super) fn grant(self) -> Result<Grant, GatewayRefusal> {
        let (profile_key, scope) = match self {
            Authorization::Unknown => return Err(GatewayRefusal::Unauthorized),
            Authorization::Failed => return Err(GatewayRefusal::Failed),
            Authorization::Late => return Err(GatewayRefusal::Late),
            Authorization::Granted { profile_key, scope } => (profile_key, scope),
        };
        if let Some(key) = &profile_key {
            check_key("profileKey", key.expose()).map_err(|_| GatewayRefusal::Failed)?;
        }
        let profile = profile_key.map(GrantedProfile::Key);
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
                profile: Some(GrantedProfile::Primary),
                all_profiles: false,
            }),
            (Some(_), _) => Err(GatewayRefusal::Failed),
        }
    }
}

impl Grant {
    /// The profile to request on this route, if the grant covers it. The batch file belongs to the
    /// Primary Profile.
    pub(super) fn profile_for(self, route: &Route) -> Result<GrantedProfile, GatewayRefusal> {
        if route.is_batch() {
            return self
                .all_profiles
                .then_some(GrantedProfile::Primary)
                .ok_or(GatewayRefusal::Forbidden);
        }
        self.profile.ok_or(GatewayRefusal::Forbidden)
    }
}
