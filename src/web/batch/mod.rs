//! The batch file: from a ticket, over waits and dropped connections, to a stream of profiles.

pub(crate) mod download;
mod http;
pub(crate) mod profile_stream;

pub use profile_stream::{FileOptions, Profiles, Record};
