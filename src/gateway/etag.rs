//! Entity tags, which show whether a caller already has a response.

/// A longer `If-None-Match` is ignored, in bytes.
const HEADER_MAX: usize = 2_048;

/// The entity tag of a body. It is weak, because intermediaries may compress the body.
///
/// It consists of an FNV-1a hash and the length. It need not resist attacks: callers only compare
/// it with their own responses.
#[must_use]
pub fn of(body: &[u8]) -> String {
    let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = body.iter().fold(0xcbf2_9ce4_8422_2325, step);
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let mut tag = String::from("W/\"");
    push_hex(&mut tag, &hash.to_be_bytes());
    push_hex(&mut tag, &length.to_be_bytes());
    tag.push('"');
    tag
}

/// Appends bytes as lower-case hexadecimal digits.
pub(super) fn push_hex(out: &mut String, bytes: &[u8]) {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    out.extend(nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)));
}

/// Whether `If-None-Match` contains this tag, by weak comparison as RFC 9110 requires. A malformed
/// header matches nothing, so the caller gets the full response.
#[must_use]
pub fn matches(if_none_match: &str, tag: &str) -> bool {
    let list = if_none_match.trim_ascii();
    if list == "*" {
        return true;
    }
    let wanted = opaque(tag);
    list.len() <= HEADER_MAX
        && tags(list).is_some_and(|tags| tags.iter().any(|it| Some(*it) == wanted))
}

/// The quoted part of a tag.
fn opaque(tag: &str) -> Option<&str> {
    tag.strip_prefix("W/")
        .unwrap_or(tag)
        .strip_prefix('"')?
        .strip_suffix('"')
}

/// The quoted parts of a list of tags. The list cannot be split at commas, since tags may contain
/// commas.
fn tags(list: &str) -> Option<Vec<&str>> {
    let (mut tags, mut rest) = (Vec::new(), list);
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Some(tags);
        }
        let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
        let (tag, after) = quoted.split_once('"')?;
        tag.bytes()
            .all(|byte| byte > b' ' && byte != 0x7f)
            .then_some(())?;
        tags.push(tag);
        rest = after.trim_ascii_start();
        (rest.is_empty() || rest.starts_with(',')).then_some(())?;
    }
}
