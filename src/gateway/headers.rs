//! Headers of what callers get to see.

/// Headers of a response, in lower case.
pub type Headers = Vec<(&'static str, String)>;
