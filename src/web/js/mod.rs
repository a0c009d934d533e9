//! JavaScript values, callbacks, timers and signals: the ground on which everything else in `web` is built.

pub(crate) mod abort;
pub(crate) mod callbacks;
pub(crate) mod cancellation;
pub(crate) mod value;
