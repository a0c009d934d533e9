//! The response of `GET /user/batch`.

use super::macros::model;

model! {
    /// Where and when a file with all User Profiles can be downloaded.
    ///
    /// Response of `GET /user/batch`. The file is on another host: never send the API key there.
    pub struct UserBatch {
        essential {
            /// Pre-signed URL of the file, to be used byte for byte. Source: specification.
            "url" => url: String,
        }
        required {
            /// Always `true`; a response with `false` is an error. Source: specification.
            "success" => success: bool,
            /// When the file becomes available, RFC 3339 without fraction; about 5 minutes after
            /// `lastUpdated`. Source: specification.
            "urlAvailable" => url_available: String,
            /// When the URL expires, RFC 3339 without fraction; 7 days after
            /// `lastUpdated`. Source: specification.
            "urlExpires" => url_expires: String,
        }
        optional {
            /// When the file was requested, RFC 3339 with milliseconds. Source: specification.
            "lastUpdated" => last_updated: String,
            /// When a newer file can be requested, RFC 3339 with milliseconds.
            /// Source: specification.
            "nextUpdate" => next_update: String,
        }
    }
}
