//! Reads the batch file: chunks of bytes in, records out, in constant memory.
//!
//! The file behind `/user/batch` is one JSON text with many profiles. Its layout is not documented, so `layout.rs` infers it from the
//! bytes: an array, a map from reference id to record, either of them inside other objects, or one record after another. A [`Reader`] is
//! fed chunks and returns [`Batch`]es, each a JSON array of many records, because calling into JavaScript and parsing are cheapest for many
//! records at a time.
//!
//! - `reader.rs` is the state machine; `outside.rs` handles the bytes around the records, `inside.rs` those within them;
//! - `validate.rs` checks a record, and `decide.rs` decides whether it is delivered, filtered out or rejected;
//! - `batch.rs` is a JSON array of many records, and `deliver.rs` joins them into it, in place if possible;
//! - `sweep.rs` reads a whole file without returning records, and `network_counts.rs` counts for it. It and [`Filter`] use the
//!   [`rules`](crate::rules).
//!
//! ```
//! use ayrshare_user::records::{Delivery, RecordOptions, Reader};
//!
//! let mut reader = Reader::new(RecordOptions::default());
//! let mut count = 0;
//! for chunk in [&br#"[{"refId":"a"},{"re"#[..], &br#"fId":"b"}]"#[..]] {
//!     reader.feed(chunk);
//!     while let Some(Delivery::Records(batch)) = reader.next_batch()? {
//!         count += batch.len();
//!     }
//! }
//! reader.end();
//! assert!(reader.next_batch()?.is_none());
//! assert_eq!(count, 2);
//! # Ok::<(), ayrshare_user::records::ReadError>(())
//! ```
//!
//! When a connection drops, feed the same reader the bytes from [`Progress::bytes`] on. Alternatively, call [`Reader::resume`] and feed the
//! bytes from [`Reader::resume_offset`] on. Either way, no record is repeated or lost.

mod batch;
mod buffer;
mod decide;
mod deliver;
mod error;
mod filter;
mod inside;
mod layout;
mod network_counts;
mod options;
mod outcome;
mod outside;
mod position;
mod reader;
mod report;
mod skip_value;
mod sweep;
mod validate;

pub use batch::{Batch, Delivery};
pub use error::{ListPlace, Problem, ReadError};
pub use filter::Filter;
pub use options::{OnInvalid, RecordOptions};
pub use outcome::Rejected;
pub use reader::{Progress, Reader};
pub use report::{LinkDue, MismatchCount, NetworkCount, QuotaUse, Report};
pub use sweep::{Sweep, SweepOptions};
