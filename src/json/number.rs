//! Numbers in JSON notation. The standard library's `str::parse` would add kilobytes of tables to the download.

/// Parses a number in JSON notation; infinite if it is out of range.
///
/// Exact for up to 15 digits and powers of ten up to 22, and correct to about 15 digits beyond
/// that, which is enough for days, counts and shares. An algorithm that is always exact would need
/// kilobytes of tables.
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
        // Multiplied by an infinite power, it would be NaN.
        return Some(value);
    }
    let power = 10_f64.powi(scale.saturating_abs());
    Some(if scale < 0 {
        value / power
    } else {
        value * power
    })
}

/// Parses what follows the `e` of a number; `None` if it is not a number or exceeds 64 bits.
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

/// Whether an integer in JSON notation fits into 64 signed bits.
pub(super) fn fits_i64(raw: &[u8]) -> bool {
    // Up to 18 digits always fit. Longer numbers are rare, so they can be compared as text.
    if raw.len() <= 18 {
        return true;
    }
    let (digits, most) = match raw {
        [b'-', digits @ ..] => (digits, b"9223372036854775808"),
        digits => (digits, b"9223372036854775807"),
    };
    // There are no leading zeros, so numbers with equally many digits compare like their texts.
    digits.len() < most.len() || (digits.len() == most.len() && digits <= most.as_slice())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

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
