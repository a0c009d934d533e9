//! Headers of what callers get to see.

/// Headers of a response, in lower case.
pub type ReplyHeaders = Vec<(&'static str, String)>;
