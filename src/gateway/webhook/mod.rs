//! Webhooks: events that Ayrshare sends instead of being asked again and again.
//!
//! Anybody can post to the address, so an event counts only when it is signed with the secret:
//!
//! 1. [`Signed::signatures`] looks at the headers, and gives the signatures that are worth checking;
//! 2. the shell reads at most [`BODY_MAX_BYTES`] of the body and lets Web Crypto `verify` each of them,
//!    as HMAC-SHA256 of the raw body, with each secret; it compares in constant time;
//! 3. [`Event::read`] reads the envelope, [`Seen::claim`] finds out whether it came before;
//! 4. [`Event::effect`] says what it changes here, before the operator's `onEvent` gets it as it came;
//! 5. [`Seen::finish`] or [`Seen::release`] says how that went, and a [`Verdict`] becomes the reply.
//!
//! The signature covers neither the timestamp nor the delivery's headers, as far as is documented. So it is the event's own id
//! that keeps a copied event from counting twice: whoever has a copy can give it another timestamp or delivery id. The timestamp
//! only sorts out honest old ones, and by default it may be as old as ids are remembered, because Ayrshare tries again for more than an
//! hour and takes a 401 for the last word.

mod delivery;
mod event;
mod seen;
mod signature;

pub use delivery::Delivery;
pub use event::{Effect, Event};
pub use seen::{Claim, REMEMBERED_MS, Seen};
pub use signature::{Signed, signature};

use super::reply::{Body, Reply, error_body};

/// The longest body that is read, in bytes.
pub const BODY_MAX_BYTES: usize = 1_048_576;

/// How long `onEvent` is waited for, in milliseconds. Ayrshare gives up after 10 seconds; after this
/// time the event is taken, and `onEvent` goes on beside.
pub const ANSWER_WITHIN_MS: u32 = 8_000;

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is taken, or was before.
    Taken,
    /// It has no signature of Ayrshare's.
    Unsigned,
    /// Its time is too far from now.
    Untimely,
    /// Its body is too long.
    TooLarge,
    /// Its body broke off, or took longer than it may.
    Incomplete,
    /// Its body is no event.
    Malformed,
    /// `onEvent` is busy with it, because it came before.
    Busy,
    /// `onEvent` failed, or the function that knows the secret.
    Failed,
    /// The function that knows the secret took too long.
    Late,
}

impl Verdict {
    /// The reply. Ayrshare sends an event again after a status of 500 and above, and never after 400 to 499.
    #[must_use]
    pub fn reply(self) -> Reply {
        let (status, message) = match self {
            Verdict::Taken => return reply(200, String::from("{\"status\":\"success\"}")),
            Verdict::Unsigned => (401, "the signature is missing or wrong"),
            Verdict::Untimely => (401, "the timestamp is missing, too old or in the future"),
            Verdict::TooLarge => (413, "the event is larger than 1 MiB"),
            // 408 would lose the event.
            Verdict::Incomplete => (503, "the event did not arrive completely in time"),
            Verdict::Malformed => (400, "the body is not an event"),
            Verdict::Busy => (503, "the event is being handled"),
            Verdict::Failed => (500, "the event could not be handled"),
            Verdict::Late => (503, "the event could not be checked in time"),
        };
        reply(status, error_body("webhook", None, message))
    }
}

fn reply(status: u16, body: String) -> Reply {
    Reply {
        status,
        headers: vec![
            ("cache-control", String::from("no-store")),
            (
                "content-type",
                String::from("application/json; charset=utf-8"),
            ),
            ("x-content-type-options", String::from("nosniff")),
        ],
        body: Body::Text(body),
    }
}
