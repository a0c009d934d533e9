//! The types of the endpoints' responses.
//!
//! Each type is declared once, with `model!`, `string_enum!` or `union!` (see `macros.rs`). The
//! declaration generates a Rust type, the [`Shape`] table that [`crate::json::check`] uses, and a
//! TypeScript type.
//!
//! Nearly all fields are optional, since Ayrshare omits fields that do not apply. Fields, networks
//! and values that are not declared here are passed through unchanged: Rust users find them in
//! `extra`, JavaScript users in the object itself. So are values of the wrong type, which the check
//! lists as [`Mismatch`](crate::json::Mismatch)es; the Rust field is then `None`.

mod accounts;
mod batch;
mod details;
mod macros;
pub mod shape;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
#[cfg(not(target_arch = "wasm32"))]
mod typescript;
mod user;
mod value;

pub use accounts::{
    BlueskyAccount, FacebookAccount, GmbAccount, InstagramAccount, InstagramAccountType,
    LinkedinAccount, LinkedinAccountType, Network, PinterestAccount, RedditAccount,
    SnapchatAccount, SocialAccount, TelegramAccount, TelegramAccountType, ThreadsAccount,
    TiktokAccount, TwitterAccount, TwitterUsage, UnknownAccount, YoutubeAccount,
};
pub use batch::UserBatch;
pub use details::{PinterestBoard, PinterestBoardOwner, PinterestBoardPrivacy, PinterestDetails};
pub use shape::{HasShape, Shape, ShapeOf};
#[cfg(not(target_arch = "wasm32"))]
pub use typescript::typescript;
pub use user::{Created, User};
pub use value::Value;

/// The shape of [`User`].
pub const USER: &Shape = ShapeOf::<User>::SHAPE;
/// The shape of [`PinterestDetails`].
pub const PINTEREST_DETAILS: &Shape = ShapeOf::<PinterestDetails>::SHAPE;
/// The shape of [`UserBatch`].
pub const USER_BATCH: &Shape = ShapeOf::<UserBatch>::SHAPE;

/// The shapes of all responses.
#[cfg(not(target_arch = "wasm32"))]
const RESPONSES: [&Shape; 3] = [USER, PINTEREST_DETAILS, USER_BATCH];
