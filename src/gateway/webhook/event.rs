//! The envelope that all events share, and what an event changes here.

use std::borrow::Cow;

use super::Verdict;
use crate::gateway::{etag, store};
use crate::json;
use crate::model::Shape;

/// The longest id that is remembered, in bytes.
const ID_MAX: usize = 128;

/// An event, as far as it is read here. The operator's `onEvent` gets it whole, known or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<'a> {
    /// What it is about, such as `social` or `batch`; may be one that is not known here.
    pub action: Cow<'a, str>,
    /// The id that stays the same when it is sent again: its `hookId`, or a checksum of the body for
    /// older events, which have none.
    pub id: String,
    /// The profile's reference id.
    pub ref_id: Option<String>,
}

/// What an event changes here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// The answers kept for the profile with this reference id are not the newest any more.
    DropProfile(String),
    /// A batch file is ready.
    BatchReady,
}

impl<'a> Event<'a> {
    /// Reads the body of an event whose signature was checked.
    ///
    /// # Errors
    /// [`Verdict::Malformed`] where it is no JSON object with an `action`.
    pub fn read(body: &'a [u8]) -> Result<Self, Verdict> {
        json::check(body, &Shape::Any).map_err(|_| Verdict::Malformed)?;
        let text = |name| json::field(body, name).and_then(json::string);
        let action = text("action").ok_or(Verdict::Malformed)?;
        let hook_id = text("hookId").filter(|id| (1..=ID_MAX).contains(&id.len()));
        Ok(Event {
            action,
            id: hook_id.map_or_else(|| etag::of(body), Cow::into_owned),
            ref_id: store::ref_id(body),
        })
    }

    /// What it changes here. A link that came, went or was renewed shows in the profile's answers, and a suspended profile has
    /// none. The other documented actions are about posts, messages and comments.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match (self.action.as_ref(), &self.ref_id) {
            ("social" | "suspended", Some(ref_id)) => Effect::DropProfile(ref_id.clone()),
            ("batch", _) => Effect::BatchReady,
            _ => Effect::None,
        }
    }
}
