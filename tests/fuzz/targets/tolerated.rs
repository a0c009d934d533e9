//! JSON that engines accept but `serde_json` rejects.

/// Numbers that exceed a double, and escaped lone surrogates.
pub fn by_engines(json: &[u8]) -> bool {
    let surrogate = |pair: &[u8]| matches!(pair, [b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F']);
    let escapes = json.windows(4).any(|part| part.starts_with(b"\\u") && surrogate(&part[2..]));
    let long = json.split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() > 300);
    let exponent = json.windows(2).any(|part| matches!(part, [b'0'..=b'9', b'e' | b'E']));
    escapes || long || exponent
}
