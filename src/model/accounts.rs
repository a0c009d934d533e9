//! The linked accounts of a user, one type per network.
//!
//! Fields are declared in alphabetical order, the order in which Ayrshare sends them: the checker predicts the
//! next field from it.

#![expect(clippy::doc_markdown, reason = "network names are not code")]

use super::macros::{model, string_enum, union};

union! {
    /// One linked account. Its fields depend on `platform`.
    pub enum SocialAccount by "platform" {
        /// Bluesky.
        "bluesky" => Bluesky(BlueskyAccount),
        /// Facebook.
        "facebook" => Facebook(FacebookAccount),
        /// Google Business Profile.
        "gmb" => Gmb(GmbAccount),
        /// Instagram.
        "instagram" => Instagram(InstagramAccount),
        /// LinkedIn.
        "linkedin" => Linkedin(LinkedinAccount),
        /// Pinterest.
        "pinterest" => Pinterest(PinterestAccount),
        /// Reddit.
        "reddit" => Reddit(RedditAccount),
        /// Snapchat.
        "snapchat" => Snapchat(SnapchatAccount),
        /// Telegram.
        "telegram" => Telegram(TelegramAccount),
        /// Threads.
        "threads" => Threads(ThreadsAccount),
        /// TikTok.
        "tiktok" => Tiktok(TiktokAccount),
        /// X.
        "twitter" => Twitter(TwitterAccount),
        /// YouTube.
        "youtube" => Youtube(YoutubeAccount),
        else
        /// A network that this version does not know.
        Unknown(UnknownAccount)
    }
    /// Name of a network. Ayrshare adds networks without notice, so any other string is possible.
    pub struct Network;
}

model! {
    /// A linked account on a network this version does not know, such as the former `fbg`. It has the fields that
    /// every known network has.
    pub struct UnknownAccount {
        required {
            /// Name of the network.
            "platform" => platform: String,
        }
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: all known networks.
            "created" => created: String,
            /// Name shown on the network. Source: all known networks.
            "displayName" => display_name: String,
            /// URL of the account on the network; not always well-formed. Source: all known networks.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue. Source: all known networks.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: all known networks.
            "refreshRequired" => refresh_required: String,
        }
    }
}

model! {
    /// A linked Bluesky account. Source: Ayrshare's own tests.
    pub struct BlueskyAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds.
            /// Source: Ayrshare's own tests.
            "created" => created: String,
            /// Description of the account. Source: newer official docs.
            "description" => description: String,
            /// Name shown on the network. Source: Ayrshare's own tests.
            "displayName" => display_name: String,
            /// Decentralized identifier, such as `did:plc:…`. Source: Ayrshare's own tests.
            "id" => id: String,
            /// URL of the account on the network; not always well-formed.
            /// Source: Ayrshare's own tests.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: Ayrshare's own tests.
            "userImage" => user_image: String,
            /// Handle, in the form of a domain name. Source: Ayrshare's own tests.
            "username" => username: String,
        }
    }
}

model! {
    /// A linked Facebook Page. It has no `username`. Source: specification.
    pub struct FacebookAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Name shown on the network. Source: specification.
            "displayName" => display_name: String,
            /// Id of the Page. Source: specification.
            "id" => id: String,
            /// Whether messaging is on for this account. Source: newer official docs.
            "messagingActive" => messaging_active: bool,
            /// Name of the Page. Source: specification.
            "pageName" => page_name: String,
            /// URL of the account on the network; not always well-formed.
            /// Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// Id of the user who linked the Page. Source: newer official docs.
            "userId" => user_id: String,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: specification.
            "userImage" => user_image: String,
        }
    }
}

model! {
    /// A linked Google Business Profile. It has no `id`, `username` or `userImage`.
    /// Source: specification.
    pub struct GmbAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Description of the business. Source: specification.
            "description" => description: String,
            /// Name shown on the network. Source: specification.
            "displayName" => display_name: String,
            /// URL of the business on Google Maps. Source: specification.
            "mapsUrl" => maps_url: String,
            /// Id of the place on Google Maps. Source: specification.
            "placeId" => place_id: String,
            /// Website of the business. Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// URL where customers write a review. Source: specification.
            "reviewUrl" => review_url: String,
        }
    }
}

model! {
    /// A linked Instagram account. Source: specification.
    pub struct InstagramAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Name shown on the network. Source: specification.
            "displayName" => display_name: String,
            /// Id on the network. Keep the string: it can be too large for a number.
            /// Source: specification.
            "id" => id: String,
            /// Whether messaging is on for this account. Source: newer official docs.
            "messagingActive" => messaging_active: bool,
            /// Name of the Facebook Page behind the account. Source: specification.
            "pageName" => page_name: String,
            /// URL of the account on the network; not always well-formed.
            /// Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// Type of account; only with `instagramQuota` or `instagramDetails`.
            /// Source: specification.
            "type" => account_type: InstagramAccountType,
            /// Posts in the last 24 hours, of 50 (newer limits are higher); only with
            /// `instagramQuota` or `instagramDetails`.
            /// Source: specification.
            "usedQuota" => used_quota: f64,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: specification.
            "userImage" => user_image: String,
            /// User name on the network. Source: specification.
            "username" => username: String,
        }
    }
}

model! {
    /// A linked LinkedIn page or personal profile. Source: specification.
    pub struct LinkedinAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Name shown on the network. Source: specification.
            "displayName" => display_name: String,
            /// Id on the network. Keep the string: it can be too large for a number.
            /// Source: specification.
            "id" => id: String,
            /// URL of the account on the network; not always well-formed.
            /// Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: specification.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. Source: specification.
            "refreshRequired" => refresh_required: String,
            /// Page or personal profile. Source: specification.
            "type" => account_type: LinkedinAccountType,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: specification.
            "userImage" => user_image: String,
            /// User name of the login behind the page. Source: specification.
            "username" => username: String,
        }
    }
}

model! {
    /// A linked Pinterest account. Source: specification.
    pub struct PinterestAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Name shown on the network. Source: specification.
            "displayName" => display_name: String,
            /// Id on the network. Keep the string: it can be too large for a number.
            /// Source: specification.
            "id" => id: String,
            /// URL of the account on the network; not always well-formed.
            /// Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: specification.
            "userImage" => user_image: String,
            /// User name on the network. Source: specification.
            "username" => username: String,
        }
    }
}

model! {
    /// A linked Reddit account. It has no `id`. Source: specification.
    pub struct RedditAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Name shown on the network. Source: specification.
            "displayName" => display_name: String,
            /// URL of the account on the network; not always well-formed.
            /// Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: specification.
            "userImage" => user_image: String,
            /// User name on the network. Source: specification.
            "username" => username: String,
        }
    }
}

model! {
    /// A linked Snapchat account. Source: Ayrshare's own tests.
    pub struct SnapchatAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds.
            /// Source: Ayrshare's own tests.
            "created" => created: String,
            /// Name shown on the network. Source: Ayrshare's own tests.
            "displayName" => display_name: String,
            /// Id on the network. Source: Ayrshare's own tests.
            "id" => id: String,
            /// URL of the account on the network; not always well-formed.
            /// Source: Ayrshare's own tests.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: Ayrshare's own tests.
            "userImage" => user_image: String,
            /// User name on the network. Source: Ayrshare's own tests.
            "username" => username: String,
        }
    }
}

model! {
    /// A linked Telegram channel. It has no `username`. Source: specification.
    pub struct TelegramAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Name shown on the network. Source: specification.
            "displayName" => display_name: String,
            /// Id of the channel: here a negative number, exact in JavaScript too.
            /// Source: specification.
            "id" => id: i64,
            /// URL of the channel; contains a `#` and a shorter number.
            /// Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// Type of chat. Source: specification.
            "type" => account_type: TelegramAccountType,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: specification.
            "userImage" => user_image: String,
        }
    }
}

model! {
    /// A linked Threads account. Source: Ayrshare's own tests.
    pub struct ThreadsAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds.
            /// Source: Ayrshare's own tests.
            "created" => created: String,
            /// Name shown on the network. Source: Ayrshare's own tests.
            "displayName" => display_name: String,
            /// Id on the network. Source: Ayrshare's own tests.
            "id" => id: String,
            /// Whether posts can be restricted to some countries. Source: third-party types.
            "isEligibleForGeoRestrictions" => is_eligible_for_geo_restrictions: bool,
            /// Whether the network has verified the account. Source: third-party types.
            "isVerified" => is_verified: bool,
            /// URL of the account on the network; not always well-formed.
            /// Source: Ayrshare's own tests.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: Ayrshare's own tests.
            "userImage" => user_image: String,
            /// User name on the network. Source: Ayrshare's own tests.
            "username" => username: String,
        }
    }
}

model! {
    /// A linked TikTok account. Source: specification.
    pub struct TiktokAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Name shown on the network. Source: specification.
            "displayName" => display_name: String,
            /// Id on the network. Keep the string: it can be too large for a number.
            /// Source: specification.
            "id" => id: String,
            /// URL of the account on the network; not always well-formed.
            /// Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: specification.
            "userImage" => user_image: String,
            /// User name; may begin with `@`. Source: specification.
            "username" => username: String,
        }
    }
}

model! {
    /// A linked X account. Ayrshare always calls the network `twitter`. Source: specification.
    pub struct TwitterAccount {
        optional {
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Name shown on the network. Source: specification.
            "displayName" => display_name: String,
            /// Id on the network. Keep the string: it can be too large for a number.
            /// Source: specification.
            "id" => id: String,
            /// Whether messaging is on for this account. Source: newer official docs.
            "messagingActive" => messaging_active: bool,
            /// URL of the account on the network; not always well-formed.
            /// Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// Paid subscription of the account on X. Source: third-party types.
            "subscriptionType" => subscription_type: String,
            /// X usage this month; Primary Profile only. Source: specification.
            "twitterUsage" => twitter_usage: TwitterUsage,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: specification.
            "userImage" => user_image: String,
            /// User name on the network. Source: specification.
            "username" => username: String,
            /// Type of verification on X. Source: third-party types.
            "verifiedType" => verified_type: String,
        }
    }
}

model! {
    /// A linked YouTube channel. Source: specification.
    pub struct YoutubeAccount {
        optional {
            /// Id of the channel. Source: third-party types.
            "channelId" => channel_id: String,
            /// Title of the channel. Source: third-party types.
            "channelTitle" => channel_title: String,
            /// When the account was linked, RFC 3339 with milliseconds. Source: specification.
            "created" => created: String,
            /// Handle, beginning with `@`. Source: specification.
            "displayName" => display_name: String,
            /// Id of the Google account: 21 digits, too large for a number.
            /// Source: specification.
            "id" => id: String,
            /// URL of the account on the network; not always well-formed.
            /// Source: specification.
            "profileUrl" => profile_url: String,
            /// Days until the link must be renewed; zero or negative if overdue.
            /// Source: third-party types.
            "refreshDaysRemaining" => refresh_days_remaining: f64,
            /// When the link must be renewed, RFC 3339 with milliseconds. `ayrshare-user` also accepts a date alone (the
            /// start of that day), an offset such as `+0000`, and no offset, which means UTC.
            /// Source: third-party types.
            "refreshRequired" => refresh_required: String,
            /// URL of the profile picture when the account was linked; it may no longer work.
            /// Source: specification.
            "userImage" => user_image: String,
            /// Handle, beginning with `@`. Source: specification.
            "username" => username: String,
        }
    }
}

model! {
    /// X usage through Ayrshare, for the whole account. Source: specification.
    pub struct TwitterUsage {
        optional {
            /// Calls this month. Source: specification.
            "monthlyUsage" => monthly_usage: f64,
            /// Calls allowed per month. Source: specification.
            "monthlyLimit" => monthly_limit: f64,
            /// Day on which the count resets, `YYYY-MM-DD`. Source: specification.
            "monthlyReset" => monthly_reset: String,
        }
    }
}

string_enum! {
    /// Type of an Instagram account; creators are reported as `business`, too.
    pub struct InstagramAccountType { "business", "creator" }
}

string_enum! {
    /// Type of a LinkedIn account.
    pub struct LinkedinAccountType { "corporate", "personal" }
}

string_enum! {
    /// Type of a Telegram chat.
    pub struct TelegramAccountType { "channel" }
}
