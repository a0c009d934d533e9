//! Syntax of HTTP headers: the rules for keys and header names that the client and the gateway
//! share.

use crate::error::{Error, config};

/// Checks a key, which is sent as a header value: it must be visible ASCII without spaces, and not
/// empty.
pub(crate) fn check_key(name: &str, key: &str) -> Result<(), Error> {
    if key.is_empty() {
        return Err(config(&["`", name, "` is empty: omit it or pass a key"]));
    }
    if key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(config(&[
        "`",
        name,
        "` must be visible ASCII without spaces",
    ]))
}

/// Whether this is a header name: a token as RFC 9110 defines it.
pub(crate) fn is_header_name(name: &str) -> bool {
    let is_token = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']' | b'{' | b'}')
    };
    !name.is_empty() && name.bytes().all(is_token)
}
