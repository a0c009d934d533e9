//! The response of `GET /user`.

use super::macros::model;
use super::{Network, SocialAccount};

model! {
    /// The Primary Profile or a User Profile, with its linked social accounts.
    ///
    /// Response of `GET /user`. Ayrshare caches it for about 30 s: see `lastUpdated` and `nextUpdate`.
    pub struct User {
        filled {
            /// Names of the linked networks. Ayrshare omits the field if nothing is linked; `ayrshare-user` delivers an
            /// empty list then. Source: specification.
            "activeSocialAccounts" => active_social_accounts: Vec<Network>,
            /// The linked accounts, at most one per network. `ayrshare-user` delivers an empty list if Ayrshare omits
            /// the field. Source: specification.
            "displayNames" => display_names: Vec<SocialAccount>,
        }
        optional {
            /// URL of the link-in-bio page. Source: specification.
            "ayrlinkUrl" => ayrlink_url: String,
            /// When the profile was created. Source: specification.
            "created" => created: Created,
            /// Email address of the account; `null` for a User Profile. Source: specification.
            "email" => email: String,
            /// Time of the last API call, RFC 3339. Source: newer official docs.
            "lastApiCall" => last_api_call: String,
            /// When this response was generated, RFC 3339 with milliseconds. Source: specification.
            "lastUpdated" => last_updated: String,
            /// Conversations this month; absent without the messaging add-on.
            /// Source: newer official docs.
            "messagingConversationMonthlyCount" => messaging_conversation_monthly_count: f64,
            /// Whether messaging is on; absent without the messaging add-on.
            /// Source: newer official docs.
            "messagingEnabled" => messaging_enabled: bool,
            /// Posts made through the API this month (post calls, despite the name).
            /// Source: specification.
            "monthlyApiCalls" => monthly_api_calls: f64,
            /// Quota for `monthlyApiCalls`; absent on Business plans. Source: specification.
            "monthlyApiCallsQuota" => monthly_api_calls_quota: f64,
            /// Posts this month. Source: newer official docs.
            "monthlyPostCount" => monthly_post_count: f64,
            /// Quota for `monthlyPostCount`; absent if there is no limit.
            /// Source: newer official docs.
            "monthlyPostQuota" => monthly_post_quota: f64,
            /// When a newer response is available, RFC 3339 with milliseconds.
            /// Source: specification.
            "nextUpdate" => next_update: String,
            /// Reference id of the profile, the same as in webhooks. Source: specification.
            "refId" => ref_id: String,
            /// Whether the profile is suspended; usually absent. Source: third-party types.
            "suspended" => suspended: bool,
            /// Title of the profile, `Primary Profile` for the primary one. Business plan only.
            /// Source: specification.
            "title" => title: String,
        }
    }
}

model! {
    /// When a profile was created, in Firestore's format.
    pub struct Created {
        optional {
            /// Seconds since 1970-01-01T00:00:00Z. Source: specification.
            "_seconds" => seconds: f64,
            /// Nanoseconds beyond `_seconds`. Source: specification.
            "_nanoseconds" => nanoseconds: f64,
            /// The same time, RFC 3339 without fraction. Source: specification.
            "utc" => utc: String,
        }
    }
}
