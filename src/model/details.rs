//! The answer of `GET /user/details/pinterest`.

use super::macros::{model, open};

model! {
    /// The Pinterest boards of a profile.
    ///
    /// Answer of `GET /user/details/pinterest`.
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
            /// Id of the board. Too large for a number: keep the string. Source: specification.
            "id" => id: String,
            /// Name of the board. Source: specification.
            "name" => name: String,
        }
        optional {
            /// Description, often empty. Source: specification.
            "description" => description: String,
            /// Whose board it is. Source: specification.
            "owner" => owner: PinterestBoardOwner,
            /// Who sees the board. Source: specification.
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

open! {
    /// Who sees a Pinterest board: `PUBLIC` in the specification, the others after Pinterest's API.
    pub struct PinterestBoardPrivacy { "PUBLIC", "PROTECTED", "SECRET" }
}
