//! Webhooks: events that Ayrshare sends, so that clients need not poll.
//!
//! Anyone can post to the URL, so an event is accepted only if it is signed with the secret:
//!
//! 1. [`Signed::signatures`] reads the headers and returns the signatures that are worth checking.
//! 2. The JavaScript side reads at most [`BODY_MAX_BYTES`] of the body, and has Web Crypto `verify` each signature
//!    as HMAC-SHA256 of the raw body with each secret, in constant time.
//! 3. [`WebhookEvent::read`] parses the envelope, and [`EventDeduplicator::claim`] checks whether the event arrived before.
//! 4. [`WebhookEvent::effect`] returns what it changes in the gateway. Then the operator's `onEvent` gets it unchanged.
//! 5. [`EventDeduplicator::finish`] or [`EventDeduplicator::release`] records the result, and a [`WebhookOutcome`] becomes the reply.
//!
//! As far as documented, the signature covers neither the timestamp nor the delivery headers. So the event's own id is what protects
//! against replays: whoever has a copy of an event can give it another timestamp or delivery id. The timestamp only rejects old events,
//! and by default it may be as old as the time for which ids are remembered, because Ayrshare retries for more than an hour and
//! does not retry after a 401.

mod delivery;
mod event;
mod seen;
mod signature;

pub use delivery::WebhookDelivery;
pub use event::{Effect, WebhookEvent};
pub use seen::{Claim, EventDeduplicator, REMEMBERED_MS};
pub use signature::{Signed, signature};

use super::reply::{Reply, error_body};

/// The maximum length of a body, in bytes.
pub const BODY_MAX_BYTES: usize = 1_048_576;

/// How long the reply waits for `onEvent`, in milliseconds. Ayrshare times out after 15 seconds (older documents: 10); after this
/// time the event is acknowledged, and `onEvent` continues in the background.
pub const RESPOND_WITHIN_MS: u32 = 8_000;

/// The outcome of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookOutcome {
    /// It is accepted, or was before.
    Taken,
    /// It has no valid signature.
    Unsigned,
    /// Its timestamp is missing or too far from now.
    Untimely,
    /// Its body is too long.
    TooLarge,
    /// Its body was cut short or timed out.
    Incomplete,
    /// Its body is not an event.
    Malformed,
    /// It arrived before, and `onEvent` is still handling it.
    Busy,
    /// `onEvent` failed, or the function that knows the secret.
    Failed,
    /// The function that knows the secret took too long.
    Late,
}

impl WebhookOutcome {
    /// The reply. Ayrshare resends an event after a status of 500 or above and after 408, 425 and 429, but not after other statuses
    /// from 400 to 499.
    #[must_use]
    pub fn reply(self) -> Reply {
        let (status, message) = match self {
            WebhookOutcome::Taken => {
                return Reply::json_for_servers(200, String::from("{\"status\":\"success\"}"));
            }
            WebhookOutcome::Unsigned => (401, "the signature is missing or wrong"),
            WebhookOutcome::Untimely => (401, "the timestamp is missing, too old or in the future"),
            WebhookOutcome::TooLarge => (413, "the event is larger than 1 MiB"),
            // According to older documents, Ayrshare resends after no status from 400 to 499.
            WebhookOutcome::Incomplete => (503, "the event did not arrive completely in time"),
            WebhookOutcome::Malformed => (400, "the body is not an event"),
            WebhookOutcome::Busy => (503, "the event is being handled"),
            WebhookOutcome::Failed => (500, "the event could not be handled"),
            WebhookOutcome::Late => (503, "the event could not be checked in time"),
        };
        Reply::json_for_servers(status, error_body(Some("webhook"), None, message))
    }
}
