//! Digits, in and out. The standard library's `str::parse` and `to_string` would bring kilobytes of tables and formatting into the
//! download.

/// The largest number that [`number`] returns. It is larger than any time, size or count in use, and keeps sums finite.
pub(crate) const LARGEST: f64 = 1e15;

/// Reads decimal digits, at most as [`LARGEST`]. No sign, no fraction, no exponent; `None` for anything else.
pub(crate) fn number(digits: &[u8]) -> Option<f64> {
    digits.first()?;
    let read = |number: f64, &byte: &u8| Some(number * 10.0 + f64::from(decimal(byte)?));
    let number = digits.iter().try_fold(0.0, read)?;
    Some(number.min(LARGEST))
}

/// Reads decimal digits; `None` for anything else and for what does not fit.
pub(crate) fn unsigned(digits: &[u8]) -> Option<u32> {
    digits.first()?;
    let read = |number: u32, &byte: &u8| number.checked_mul(10)?.checked_add(decimal(byte)?.into());
    digits.iter().try_fold(0, read)
}

fn decimal(digit: u8) -> Option<u8> {
    digit.is_ascii_digit().then(|| digit - b'0')
}

/// The value of a hexadecimal digit of either case.
pub(crate) fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Appends a number in decimal digits.
pub(crate) fn push(out: &mut String, number: usize) {
    push_u64(out, number as u64);
}

/// Appends a number that may not fit the `usize` of wasm, such as an offset in a file.
pub(crate) fn push_u64(out: &mut String, number: u64) {
    if number >= 10 {
        push_u64(out, number / 10);
    }
    let digit = (number % 10).to_le_bytes()[0];
    out.push(char::from(b'0' + digit));
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_and_written() {
        for text in ["0", "7", "10", "0042", "4294967295"] {
            let number = text.parse::<u32>().unwrap();
            assert_eq!(unsigned(text.as_bytes()), Some(number), "{text}");
            assert_eq!(self::number(text.as_bytes()), Some(number.into()), "{text}");
            let mut out = String::new();
            push(&mut out, number.try_into().unwrap());
            assert_eq!(out, number.to_string());
        }
        let mut out = String::new();
        push_u64(&mut out, u64::MAX);
        assert_eq!(out, u64::MAX.to_string());
    }

    #[test]
    fn anything_else_is_not_a_number() {
        for text in ["", "-1", "+1", "1.0", "1e3", " 1", "0x1", "١", "inf", "NaN"] {
            assert_eq!(unsigned(text.as_bytes()), None, "{text}");
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(unsigned(b"4294967296"), None);
        assert_eq!(number(b"99999999999999999999"), Some(LARGEST));
    }

    #[test]
    fn every_byte_is_a_hexadecimal_digit_or_none() {
        for byte in 0..=u8::MAX {
            let expected = char::from(byte)
                .to_digit(16)
                .and_then(|it| it.try_into().ok());
            assert_eq!(hex(byte), expected, "{byte}");
        }
    }
}
