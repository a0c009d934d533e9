//! Compares two batch files: who joined, left, linked, unlinked, linked again and was renamed between them.
//!
//! [`diff_profiles`](crate::insight::diff_profiles) needs both lists in memory. A [`Comparison`] reads one file after the other, in chunks,
//! and keeps a few dozen bytes per linked account, whatever else the files contain. Both share their rules: each profile is reduced to what
//! the reported changes depend on, and the reduced profiles go through the same comparison.
//!
//! - `pack.rs` stores JSON values in few bytes: ids, times and hashes take half a byte per character;
//! - `reduce.rs` reduces a profile, and turns the reduced form into JSON again;
//! - `table.rs` holds the reduced profiles and finds them by reference id;
//! - `findings.rs` counts the changes and collects the lists, which are limited;
//! - `comparison.rs` reads the files and compares.
//!
//! ```
//! use ayrshare_user::compare::{CompareOptions, Comparison};
//!
//! let mut comparison = Comparison::new(CompareOptions::default());
//! for file in [&br#"[{"refId":"a"},{"refId":"b"}]"#[..], &br#"[{"refId":"b"}]"#[..]] {
//!     comparison.reader().feed(file);
//!     comparison.reader().end();
//!     comparison.advance()?;
//!     comparison.end_file();
//! }
//! while comparison.compare(1_000) {}
//! let result = comparison.result();
//! assert_eq!(result.counts.left, 1);
//! assert_eq!(result.left[0].ref_id.as_deref(), Some("a"));
//! # Ok::<(), ayrshare_user::records::ReadError>(())
//! ```

mod comparison;
mod findings;
mod pack;
mod reduce;
mod table;

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub use comparison::{CompareOptions, ComparedFile, Comparison, FileSide, ProfilesComparison};
pub use findings::ChangeCounts;
