//! The batch file: from bytes that come in chunks of any size to records, in constant memory.
//!
//! The file that `/user/batch` leads to is one JSON text of many profiles, whose layout is not public.
//! The layout is found from the bytes (`layout.rs`): an array, a map from reference id to record, either of them inside
//! other objects, or one record after the other. A [`Reader`] is fed chunks and hands out
//! [`Batch`]es, each a JSON array of many records, because crossing into JavaScript and parsing cost
//! least when done for many at a time.
//!
//! - `reader.rs` is the state machine, `outside.rs` its part around the records and `inside.rs` the one
//!   within them;
//! - `verdict.rs` decides what becomes of a record: checked, filtered, rejected;
//! - `batch.rs` makes one text of many records, where they lie if possible;
//! - `sweep.rs` goes over a file without handing out records, `networks.rs` counts for it; it and [`Filter`] judge by the
//!   [`rules`](crate::rules).
//!
//! ```
//! use ayrshare_user::records::{Delivery, Options, Reader};
//!
//! let mut reader = Reader::new(Options::default());
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
//! When a connection breaks, feed the bytes from [`Progress::bytes`] on to the same reader; or call
//! [`Reader::resume`] and feed those from [`Reader::resume_offset`] on. Either way no record comes
//! twice, and none is missing.

mod batch;
mod buffer;
mod error;
mod filter;
mod inside;
mod layout;
mod loose;
mod networks;
mod options;
mod outside;
mod reader;
mod sweep;
mod verdict;

pub use batch::{Batch, Delivery};
pub use error::{ListPlace, Problem, ReadError};
pub use filter::Filter;
pub use options::{OnInvalid, Options};
pub use reader::{Progress, Reader};
pub use sweep::{LinkDue, MismatchCount, NetworkCount, QuotaUse, Report, Sweep, SweepOptions};
pub use verdict::Rejected;
