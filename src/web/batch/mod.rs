//! The batch file: from a ticket, over waits and dropped connections, to a stream of profiles.

pub(crate) mod batch_reader;
#[cfg(feature = "npm-batch")]
pub(crate) mod compare;
pub(crate) mod download;
mod http;
pub(crate) mod profile_stream;
mod progress;
mod reread;
#[cfg(feature = "npm-batch")]
pub(crate) mod source_in_hand;
pub(crate) mod ticket;

pub use profile_stream::{FileOptions, Profiles, Record};
