//! Stores numbers and JSON values in few bytes, without losing anything.

/// The characters of times and decimal ids.
const TIME: &[u8; 16] = b"0123456789-:.TZ+";
/// The characters of hashes, such as most reference ids.
const HEX: &[u8; 16] = b"0123456789abcdef";

/// How a value is stored: as JSON, as a string without its quotes, or as a string with half a byte per character.
const JSON: usize = 0;
const TEXT: usize = 1;
const TIME_DIGITS: usize = 2;
const HEX_DIGITS: usize = 3;

/// Appends a number: seven bits per byte, the lowest first.
pub(super) fn push_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(low_byte(number) | 0x80);
        number >>= 7;
    }
    out.push(low_byte(number));
}

fn low_byte(number: usize) -> u8 {
    number.to_le_bytes()[0]
}

/// Which alphabets lack a byte, and its digit in those that have it.
const NOT_TIME: u8 = 0x10;
const NOT_HEX: u8 = 0x20;
const ESCAPE: u8 = 0x40;
const CLASSES: [u8; 256] = classes();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time, where a panic is a compile error"
)]
const fn classes() -> [u8; 256] {
    let mut classes = [NOT_TIME | NOT_HEX; 256];
    classes[b'\\' as usize] |= ESCAPE;
    let mut digit = 0;
    while digit < 16 {
        let (time, hex) = (TIME[digit as usize], HEX[digit as usize]);
        if time == hex {
            classes[time as usize] = digit;
        } else {
            classes[time as usize] = NOT_HEX | digit;
            classes[hex as usize] = NOT_TIME | digit;
        }
        digit += 1;
    }
    classes
}

#[inline(always)]
fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Appends a JSON value that has no white space around it.
pub(super) fn push_value(out: &mut Vec<u8>, raw: &[u8]) {
    let [b'"', text @ .., b'"'] = raw else {
        return push_bytes(out, raw, JSON);
    };
    let lacks = text.iter().fold(0, |lacks, byte| lacks | class(*byte));
    let kind = if lacks & NOT_TIME == 0 {
        TIME_DIGITS
    } else if lacks & NOT_HEX == 0 {
        HEX_DIGITS
    } else if lacks & ESCAPE == 0 {
        return push_bytes(out, text, TEXT);
    } else {
        return push_bytes(out, raw, JSON);
    };
    push_number(out, text.len() << 2 | kind);
    let (pairs, rest) = text.as_chunks::<2>();
    let digit = |byte| class(byte) & 15;
    let pairs = pairs.iter();
    out.extend(pairs.map(|[first, second]| digit(*first) << 4 | digit(*second)));
    out.extend(rest.iter().map(|last| digit(*last) << 4));
}

fn push_bytes(out: &mut Vec<u8>, bytes: &[u8], kind: usize) {
    push_number(out, bytes.len() << 2 | kind);
    out.extend_from_slice(bytes);
}

/// Reads what the functions above have written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unpacker<'a>(pub &'a [u8]);

impl<'a> Unpacker<'a> {
    pub fn number(&mut self) -> usize {
        let (mut number, mut shift) = (0, 0);
        while let [byte, rest @ ..] = self.0 {
            self.0 = rest;
            number |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }

    pub fn bytes(&mut self, len: usize) -> &'a [u8] {
        let (bytes, rest) = self.0.split_at_checked(len).unwrap_or((self.0, &[]));
        self.0 = rest;
        bytes
    }

    /// Appends the value as JSON, spelled as it was pushed.
    pub fn value(&mut self, out: &mut Vec<u8>) {
        let header = self.number();
        let (len, kind) = (header >> 2, header & 3);
        let alphabet = match kind {
            JSON => return out.extend_from_slice(self.bytes(len)),
            TEXT => None,
            TIME_DIGITS => Some(TIME),
            _ => Some(HEX),
        };
        out.push(b'"');
        match alphabet {
            None => out.extend_from_slice(self.bytes(len)),
            Some(alphabet) => {
                let pairs = self.bytes(len.div_ceil(2)).iter();
                let digits = pairs.flat_map(|pair| [pair >> 4, pair & 15]);
                let digits = digits.filter_map(|digit| alphabet.get(usize::from(digit)));
                out.extend(digits.take(len));
            }
        }
        out.push(b'"');
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(raw: &str) -> (usize, String) {
        let (mut out, mut json) = (Vec::new(), Vec::new());
        push_value(&mut out, raw.as_bytes());
        let mut unpacker = Unpacker(&out);
        unpacker.value(&mut json);
        assert!(unpacker.0.is_empty(), "{raw}");
        (out.len(), String::from_utf8(json).unwrap())
    }

    #[test]
    fn values_come_back_as_they_were() {
        let rows = [
            (r#""2024-02-29T12:00:00.000Z""#, 13),
            (r#""106891058521430758565""#, 12),
            (r#""140b8709bd6ade092b242d845a268fb886130c53""#, 22),
            (r#""""#, 1),
            (r#""a""#, 2),
            (r#""ä 🎬""#, 8),
            (r#""a\"b""#, 7),
            (r#""\u0061""#, 9),
            ("null", 5),
            ("7", 2),
            (r#"{"a":[1,"b"]}"#, 14),
        ];
        for (raw, len) in rows {
            assert_eq!(packed(raw), (len, raw.to_owned()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_string_comes_back(text in "[0-9a-f:.TZ+-]{0,40}|.{0,20}") {
            let raw = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(packed(&raw).1, raw);
        }

        #[test]
        fn any_number_comes_back(number in prop_oneof![0..1_000_usize, any::<usize>()]) {
            let mut out = Vec::new();
            push_number(&mut out, number);
            prop_assert_eq!(Unpacker(&out).number(), number);
        }
    }
}
