//! What may stand in a header: the rules for keys and names that client and gateway share.

use crate::error::{Error, config};

/// A key travels in a header: only visible ASCII, no blank, at least one character.
pub(crate) fn check_key(name: &str, key: &str) -> Result<(), Error> {
    if key.is_empty() {
        return Err(config(&[
            "`",
            name,
            "` is empty: leave it out or give a key",
        ]));
    }
    if key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(config(&[
        "`",
        name,
        "` has a blank, a control character or one beyond ASCII",
    ]))
}

/// Names are tokens of RFC 9110.
pub(crate) fn is_header_name(name: &str) -> bool {
    let is_token = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']' | b'{' | b'}')
    };
    !name.is_empty() && name.bytes().all(is_token)
}
