//! The response of `GET /user/details/pinterest`.

use super::macros::{model, string_enum};

model! {
    /// The Pinterest boards of a profile.
    ///
    /// Response of `GET /user/details/pinterest`.
    pub struct PinterestDetails {
        essential {
            /// The boards; may be empty. Source: specification.
            "pinterest" => pinterest: Vec<PinterestBoard>,
        }
    }
}

model! {
    /// One Pinterest board.
    pub struct PinterestBoard {
        required {
            /// Id of the board. Keep the string: it is too large for a number. Source: specification.
            "id" => id: String,
            /// Name of the board. Source: specification.
            "name" => name: String,
        }
        optional {
            /// Description, often empty. Source: specification.
            "description" => description: String,
            /// Owner of the board. Source: specification.
            "owner" => owner: PinterestBoardOwner,
            /// Who can see the board. Source: specification.
            "privacy" => privacy: PinterestBoardPrivacy,
        }
    }
}

model! {
    /// Owner of a Pinterest board.
    pub struct PinterestBoardOwner {
        optional {
            /// User name on Pinterest. Source: specification.
            "username" => username: String,
        }
    }
}

string_enum! {
    /// Who can see a Pinterest board: `PUBLIC` is in the specification, the others are from Pinterest's API.
    pub struct PinterestBoardPrivacy { "PUBLIC", "PROTECTED", "SECRET" }
}
