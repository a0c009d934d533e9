//! The answer of `GET /user/batch`.

use super::macros::model;

model! {
    /// Where and when a file with all User Profiles can be had.
    ///
    /// Answer of `GET /user/batch`. The file lies on another host: never send it the API key.
    pub struct UserBatch {
        essential {
            /// Pre-signed address of the file, to be used byte for byte. Source: specification.
            "url" => url: String,
        }
        required {
            /// Always `true`; an answer with `false` is an error. Source: specification.
            "success" => success: bool,
            /// From when on the file can be read, RFC 3339 without fraction; about 5 minutes after
            /// `lastUpdated`. Source: specification.
            "urlAvailable" => url_available: String,
            /// Until when the file can be read, RFC 3339 without fraction; 7 days after
            /// `lastUpdated`. Source: specification.
            "urlExpires" => url_expires: String,
        }
        optional {
            /// When the file was ordered, RFC 3339 with milliseconds. Source: specification.
            "lastUpdated" => last_updated: String,
            /// From when on a newer file can be ordered, RFC 3339 with milliseconds.
            /// Source: specification.
            "nextUpdate" => next_update: String,
        }
    }
}
