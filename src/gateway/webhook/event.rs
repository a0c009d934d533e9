//! The envelope that all events share, and what an event changes in the gateway.

use std::borrow::Cow;

use super::WebhookOutcome;
use crate::gateway::{etag, store};
use crate::json;
use crate::model::Shape;

/// A longer `hookId` is ignored, in bytes.
const ID_MAX: usize = 128;

/// The parts of an event that the gateway reads. The operator's `onEvent` gets the whole event,
/// known or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent<'a> {
    /// What it is about, such as `social` or `batch`; may be unknown.
    pub action: Cow<'a, str>,
    /// An id that stays the same if the event is resent: its `hookId`, or a hash of the body for
    /// older events, which have none.
    pub id: String,
    /// The reference id of the profile.
    pub ref_id: Option<String>,
}

/// What an event changes in the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// The cached responses for the profile with this reference id are stale.
    DropProfile(String),
    /// A batch file is ready.
    BatchReady,
}

impl<'a> WebhookEvent<'a> {
    /// Parses the body of an event whose signature was verified.
    ///
    /// # Errors
    /// [`WebhookOutcome::Malformed`] if it is not a JSON object with an `action`.
    pub fn read(body: &'a [u8]) -> Result<Self, WebhookOutcome> {
        json::check(body, &Shape::Any).map_err(|_| WebhookOutcome::Malformed)?;
        let text = |name| json::field(body, name).and_then(json::string);
        let action = text("action").ok_or(WebhookOutcome::Malformed)?;
        let hook_id = text("hookId").filter(|id| (1..=ID_MAX).contains(&id.len()));
        Ok(WebhookEvent {
            action,
            id: hook_id.map_or_else(|| etag::of(body), Cow::into_owned),
            ref_id: store::ref_id(body),
        })
    }

    /// What it changes in the gateway. A link that was added, removed or renewed changes the profile's responses, and a suspended
    /// profile has none. The other documented actions are about posts, messages and comments.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match (self.action.as_ref(), &self.ref_id) {
            ("social" | "suspended", Some(ref_id)) => Effect::DropProfile(ref_id.clone()),
            ("batch", _) => Effect::BatchReady,
            _ => Effect::None,
        }
    }
}
