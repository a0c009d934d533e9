//! Decimal numbers, in and out. Not `str::parse` and `to_string`: these bring kilobytes of tables
//! and formatting into the download.

/// Appends a number.
pub(crate) fn push(out: &mut String, number: usize) {
    push_u64(out, number as u64);
}

/// Appends a number that may be beyond the addresses of a small machine, such as a place in a file.
pub(crate) fn push_u64(out: &mut String, number: u64) {
    if number >= 10 {
        push_u64(out, number / 10);
    }
    let digit = (number % 10).to_le_bytes()[0];
    out.push(char::from(b'0' + digit));
}

/// Reads a run of digits; `None` for anything else and for what does not fit.
pub(super) fn unsigned(digits: &[u8]) -> Option<u32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let read = |number: u32, &byte: &u8| number.checked_mul(10)?.checked_add(digit(byte)?);
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0, read)
}

/// The number that `raw` is, in the notation of JSON; infinite when it is out of range.
///
/// Exact for up to 15 digits and powers of ten up to 22, right to about 15 digits beyond: plenty for
/// days, counts and shares. The algorithm that is always exact would bring tables of kilobytes.
pub(crate) fn number(raw: &[u8]) -> Option<f64> {
    let (sign, mut rest) = match raw {
        [b'-', unsigned @ ..] => (-1.0, unsigned),
        _ => (1.0, raw),
    };
    if !rest.first()?.is_ascii_digit() {
        return None;
    }
    let (mut value, mut scale, mut decimals) = (sign * 0.0, 0_i32, 0);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'0'..=b'9' => {
                value = value * 10.0 + sign * f64::from(byte - b'0');
                scale -= decimals;
            }
            b'.' if decimals == 0 => decimals = 1,
            b'e' | b'E' => {
                scale = scale.saturating_add(i32::try_from(exponent(rest)?).ok()?);
                break;
            }
            _ => return None,
        }
    }
    if value == 0.0 {
        // Times an infinite power it would be no number.
        return Some(value);
    }
    let power = 10_f64.powi(scale.saturating_abs());
    Some(if scale < 0 {
        value / power
    } else {
        value * power
    })
}

/// What stands behind the `e` of a number; `None` where that is no number or beyond 64 bits.
pub(super) fn exponent(raw: &[u8]) -> Option<i64> {
    let (sign, digits) = match raw {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] | digits => (1, digits),
    };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| sign * i64::from(byte - b'0'));
    let read = |number: i64, &byte: &u8| number.checked_mul(10)?.checked_add(digit(byte)?);
    digits.first()?;
    digits.iter().try_fold(0, read)
}

/// Whether an integer, in the notation of JSON, fits 64 signed bits.
pub(super) fn fits_i64(raw: &[u8]) -> bool {
    // Up to 18 digits always do; longer ones are rare enough to be read.
    if raw.len() <= 18 {
        return true;
    }
    let (digits, most) = match raw {
        [b'-', digits @ ..] => (digits, b"9223372036854775808"),
        digits => (digits, b"9223372036854775807"),
    };
    // There are no leading zeros, so digits of one length compare like their numbers.
    digits.len() < most.len() || (digits.len() == most.len() && digits <= most.as_slice())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn written() {
        for number in [0, 9, 10, 101, 429, usize::MAX] {
            let mut out = String::from("a");
            push(&mut out, number);
            assert_eq!(out, format!("a{number}"));
        }
    }

    #[test]
    fn unsigned_numbers() {
        for text in ["", "-1", "+1", "1.0", "a", "4294967296", "99999999999"] {
            assert_eq!(unsigned(text.as_bytes()), None, "{text}");
        }
        for text in ["0", "007", "169", "4294967295"] {
            assert_eq!(unsigned(text.as_bytes()), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn numbers_read_as_rust_reads_them() {
        for text in [
            "0",
            "-0",
            "7",
            "-17",
            "59.25",
            "1e3",
            "1.5E+2",
            "25e-1",
            "123456789012",
            "0.1",
            "364.7",
            "-0.003",
            "9007199254740991",
            "1e22",
        ] {
            assert_eq!(number(text.as_bytes()), text.parse().ok(), "{text}");
        }
        for text in ["null", "\"5\"", "", "-", "true", "[1]"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(number(b"1e999"), Some(f64::INFINITY));
        assert_eq!(number(b"1e-999"), Some(0.0));
    }

    #[test]
    fn signed_numbers() {
        let rows = [
            "0",
            "-1",
            "999999999999999999",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "10000000000000000000",
        ];
        for text in rows {
            assert_eq!(
                fits_i64(text.as_bytes()),
                text.parse::<i64>().is_ok(),
                "{text}"
            );
        }
    }
}
