//! The reader of the batch file.

mod batches;
mod choices;
mod errors;
mod layouts;
mod report;
pub mod support;
mod sweep;
