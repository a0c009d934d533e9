//! Parsers for the time formats that Ayrshare and HTTP use. Results are milliseconds since 1970
//! (UTC).

use crate::digits;

const MS_PER_DAY: i64 = 86_400_000;

/// Parses the times in Ayrshare's responses, tolerating common variants:
///
/// - RFC 3339, as documented: `2024-01-04T15:51:17.775Z`, see [`parse_rfc3339_ms`];
/// - an offset without its colon or minutes: `+0000`, `+00`;
/// - no seconds: `2024-01-04T15:51Z`;
/// - no offset: `2024-01-04T15:51:17`, read as UTC, like all documented times;
/// - a date alone: `2024-01-04`, the start of that day in UTC.
///
/// `None` for anything else.
#[must_use]
pub fn parse_time_ms(text: &str) -> Option<f64> {
    let mut rest = Input(text.as_bytes());
    let day = rest.date()?;
    if rest.end().is_some() {
        return Some(total(day, 0));
    }
    rest.any(b"Tt ")?;
    let minute = rest.minute()?;
    let ms = if rest.0.starts_with(b":") {
        rest.second_ms()?
    } else {
        0
    };
    let offset = if rest.end().is_some() {
        0
    } else {
        rest.offset_minutes(false)?
    };
    rest.end()?;
    Some(total(day, (minute - offset) * 60_000 + ms))
}

/// Parses an RFC 3339 time such as `2024-01-04T15:51:17.775Z`. The fraction is optional and
/// truncated to milliseconds; a leap second counts as the first second of the next minute.
#[must_use]
pub fn parse_rfc3339_ms(text: &str) -> Option<f64> {
    let mut rest = Input(text.as_bytes());
    let day = rest.date()?;
    rest.any(b"Tt ")?;
    let (minute, ms) = (rest.minute()?, rest.second_ms()?);
    let offset = rest.offset_minutes(true)?;
    rest.end()?;
    Some(total(day, (minute - offset) * 60_000 + ms))
}

/// Parses a date such as `2024-02-29` as the start of that day in UTC.
#[must_use]
pub fn parse_date_ms(text: &str) -> Option<f64> {
    let mut rest = Input(text.as_bytes());
    let day = rest.date()?;
    rest.end()?;
    Some(total(day, 0))
}

/// The UTC date of a time in milliseconds since 1970, as `2024-02-29`; `None` outside the years 0
/// to 9999, the only ones that RFC 3339 can express.
#[must_use]
pub fn date(ms: f64) -> Option<String> {
    let (first_ms, end_ms) = (total(days(0, 1, 1)?, 0), total(days(9999, 12, 31)? + 1, 0));
    if !(first_ms..end_ms).contains(&ms) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range above is checked"
    )]
    let day = (ms / 86_400_000.0).floor() as i64;
    let (year, month, day) = civil(day);
    let mut text = String::with_capacity(10);
    for (number, width, after) in [(year, 4, "-"), (month, 2, "-"), (day, 2, "")] {
        for place in (0..width).rev() {
            let digit = u32::try_from(number / 10_i64.pow(place) % 10).ok()?;
            text.push(char::from_digit(digit, 10)?);
        }
        text.push_str(after);
    }
    Some(text)
}

/// Parses the time of an HTTP header in any of its three formats, for example
/// `Sun, 06 Nov 1994 08:49:37 GMT`. Two-digit years are read as 1970 to 2069.
#[must_use]
pub fn parse_http_date_ms(text: &str) -> Option<f64> {
    let mut rest = Input(text.trim_ascii().as_bytes());
    let long = rest.one_of(&WEEKDAYS)?;
    if rest.eat(b", ") {
        return imf_fixdate(rest);
    }
    if rest.eat(b" ") {
        return asctime(rest);
    }
    rest.eat(WEEKDAY_ENDS.get(long)?).then_some(())?;
    rest.eat(b", ").then_some(())?;
    rfc850(rest)
}

const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
const WEEKDAY_ENDS: [&[u8]; 7] = [
    b"day", b"sday", b"nesday", b"rsday", b"day", b"urday", b"day",
];
const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

fn imf_fixdate(mut rest: Input<'_>) -> Option<f64> {
    let day = rest.digits(2)?;
    let month = rest.month(b" ")?;
    let year = rest.after(b" ", 4)?;
    rest.gmt(year, month, day)
}

fn rfc850(mut rest: Input<'_>) -> Option<f64> {
    let day = rest.digits(2)?;
    let month = rest.month(b"-")?;
    let short = rest.after(b"-", 2)?;
    rest.gmt(
        if short < 70 {
            2000 + short
        } else {
            1900 + short
        },
        month,
        day,
    )
}

fn asctime(mut rest: Input<'_>) -> Option<f64> {
    let month = rest.month(b"")?;
    rest.eat(b" ").then_some(())?;
    let day = if rest.eat(b" ") {
        rest.digits(1)?
    } else {
        rest.digits(2)?
    };
    rest.eat(b" ").then_some(())?;
    let time = rest.clock()?;
    let year = rest.after(b" ", 4)?;
    rest.end()?;
    Some(total(days(year, month, day)?, time * 1000))
}

/// The input that is left to parse.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn eat(&mut self, prefix: &[u8]) -> bool {
        let rest = self.0.strip_prefix(prefix);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn any(&mut self, choice: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        choice.iter().find(|byte| *byte == first).copied()
    }

    fn one_of(&mut self, choice: &[&[u8]]) -> Option<usize> {
        choice.iter().position(|word| self.eat(word))
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits::unsigned(digits).map(i64::from)
    }

    fn after(&mut self, prefix: &[u8], count: usize) -> Option<i64> {
        self.eat(prefix).then(|| self.digits(count))?
    }

    fn month(&mut self, before: &[u8]) -> Option<i64> {
        self.eat(before).then_some(())?;
        i64::try_from(self.one_of(&MONTHS)? + 1).ok()
    }

    /// Reads `yyyy-mm-dd` as days since 1970.
    fn date(&mut self) -> Option<i64> {
        let (year, month, day) = (self.digits(4)?, self.after(b"-", 2)?, self.after(b"-", 2)?);
        days(year, month, day)
    }

    /// Reads `hh:mm:ss` as seconds.
    fn clock(&mut self) -> Option<i64> {
        let (minute, second) = (self.minute()?, self.second()?);
        Some(minute * 60 + second)
    }

    /// Reads `hh:mm` as minutes.
    fn minute(&mut self) -> Option<i64> {
        let (hour, minute) = (self.digits(2)?, self.after(b":", 2)?);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    }

    /// Reads `:ss`; 60 is a leap second.
    fn second(&mut self) -> Option<i64> {
        self.after(b":", 2).filter(|second| *second <= 60)
    }

    /// Reads `:ss` and the fraction that may follow as milliseconds.
    fn second_ms(&mut self) -> Option<i64> {
        let second = self.second()?;
        let fraction = if self.eat(b".") { self.fraction()? } else { 0 };
        Some(second * 1000 + fraction)
    }

    /// Reads the digits of a fraction as milliseconds.
    fn fraction(&mut self) -> Option<i64> {
        let (mut value, mut weight) = (self.digits(1)? * 100, 10);
        while let Some(digit) = self.digits_ahead() {
            value += digit * weight;
            weight /= 10;
        }
        Some(value)
    }

    fn digits_ahead(&mut self) -> Option<i64> {
        self.0
            .first()
            .is_some_and(u8::is_ascii_digit)
            .then(|| self.digits(1))?
    }

    /// Reads `Z` or `+hh:mm`; unless `strictly` is set, also `+hhmm` and `+hh`.
    fn offset_minutes(&mut self, strictly: bool) -> Option<i64> {
        let sign = match self.any(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.digits(2)?;
        let colon = self.eat(b":");
        let minutes = match (colon, strictly, self.0.is_empty()) {
            (true, ..) | (_, false, false) => self.digits(2)?,
            (_, false, true) => 0,
            _ => return None,
        };
        (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
    }

    /// Reads the time of day and the zone at the end of two of the HTTP formats.
    fn gmt(&mut self, year: i64, month: i64, day: i64) -> Option<f64> {
        self.eat(b" ").then_some(())?;
        let time = self.clock()?;
        self.eat(b" GMT").then_some(())?;
        self.end()?;
        Some(total(days(year, month, day)?, time * 1000))
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; `None` if the date does not exist.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // A year that starts in March ends with the leap day, so the months before it have fixed
    // offsets.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468)
}

/// Year, month and day of a day number counted from 1970-01-01; the inverse of [`days`].
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    // Every era of 400 years has the same length. Eras begin in March, as above.
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (year, first) = (year + era * 400, (153 * month + 2) / 5);
    if month < 10 {
        (year, month + 3, day - first + 1)
    } else {
        (year + 1, month - 9, day - first + 1)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "ten thousand years of milliseconds are exact"
)]
fn total(days: i64, ms: i64) -> f64 {
    (days * MS_PER_DAY + ms) as f64
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rfc3339() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2022-11-02T01:03:42Z", 1_667_351_022_000.0),
            ("2024-01-04T15:51:47.775Z", 1_704_383_507_775.0),
            ("2024-01-04T15:51:47.7Z", 1_704_383_507_700.0),
            (
                "2024-01-04t15:51:47.7759999999999999999999z",
                1_704_383_507_775.0,
            ),
            ("2024-01-04 17:51:47.775+02:00", 1_704_383_507_775.0),
            ("2024-01-04T10:21:47.775-05:30", 1_704_383_507_775.0),
            ("2024-01-04T15:51:47-00:00", 1_704_383_507_000.0),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000.0),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000.0),
            ("2000-02-29T00:00:00Z", 951_782_400_000.0),
            ("1969-12-31T23:59:59.999Z", -1.0),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000.0),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999.0),
        ];
        for (text, ms) in cases {
            assert_eq!(parse_rfc3339_ms(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn invalid_rfc3339() {
        let bad = [
            "",
            "2024-01-04",
            "2024-01-04T15:51Z",
            "2024-01-04T15:51:47",
            "2024-1-04T15:51:47Z",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-01-00T00:00:00Z",
            "2024-04-31T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2024-01-04T24:00:00Z",
            "2024-01-04T00:60:00Z",
            "2024-01-04T00:00:61Z",
            "2024-01-04T00:00:00.Z",
            "2024-01-04T00:00:00+24:00",
            "2024-01-04T00:00:00+0100",
            "2024-01-04T00:00:00+01",
            "2024-01-04T00:00:00Zz",
            " 2024-01-04T00:00:00Z",
            "+024-01-04T00:00:00Z",
            "2024-01-04T00:00:00,5Z",
            "２024-01-04T00:00:00Z",
            "12024-01-04T00:00:00Z",
        ];
        for text in bad {
            assert_eq!(parse_rfc3339_ms(text), None, "{text}");
        }
    }

    #[test]
    fn times_in_responses() {
        let at = parse_rfc3339_ms("2026-11-27T08:30:00Z");
        let same = [
            "2026-11-27T08:30:00Z",
            "2026-11-27T08:30:00.000+00:00",
            "2026-11-27T08:30:00+0000",
            "2026-11-27T10:00:00+0130",
            "2026-11-27T06:30:00-02",
            "2026-11-27T08:30:00",
            "2026-11-27 08:30:00.000",
            "2026-11-27T08:30",
            "2026-11-27T08:30Z",
            "2026-11-27 09:30+01:00",
        ];
        for text in same {
            assert_eq!(parse_time_ms(text), at, "{text}");
        }
        let midnight = parse_rfc3339_ms("2026-11-27T00:00:00Z");
        assert_eq!(parse_time_ms("2026-11-27"), midnight);
        let bad = [
            "",
            "tomorrow",
            "2026-11-31",
            "2026-11-27T",
            "2026-11-27T08",
            "2026-11-27T08:30:",
            "2026-11-27T08:30:00.",
            "2026-11-27T24:00",
            "2026-11-27T08:30:61",
            "2026-11-27T08:30:00+",
            "2026-11-27T08:30:00+1",
            "2026-11-27T08:30:00+01:",
            "2026-11-27T08:30:00+010",
            "2026-11-27T08:30:00+01000",
            "2026-11-27T08:30:00+2400",
            "2026-11-27T08:30:00 UTC",
            "2026-11-27T08:30:00ZZ",
            "2026-11-27Z",
            " 2026-11-27",
            "27.11.2026",
            "1795766400",
        ];
        for text in bad {
            assert_eq!(parse_time_ms(text), None, "{text}");
        }
    }

    #[test]
    fn dates() {
        let cases = [
            (0.0, Some("1970-01-01")),
            (-1.0, Some("1969-12-31")),
            (1_709_164_799_999.0, Some("2024-02-28")),
            (1_709_164_800_000.0, Some("2024-02-29")),
            (1_709_251_200_000.0, Some("2024-03-01")),
            (951_782_400_000.0, Some("2000-02-29")),
            (951_868_800_000.0, Some("2000-03-01")),
            (-2_203_977_600_000.0, Some("1900-02-28")),
            (-2_203_891_200_000.0, Some("1900-03-01")),
            (1_709_251_199_999.5, Some("2024-02-29")),
            (-62_167_219_200_000.0, Some("0000-01-01")),
            (-62_167_219_200_000.1, None),
            (253_402_300_799_999.0, Some("9999-12-31")),
            (253_402_300_800_000.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ];
        for (ms, text) in cases {
            assert_eq!(super::date(ms).as_deref(), text, "{ms}");
        }
        assert_eq!(parse_date_ms("2024-02-29"), Some(1_709_164_800_000.0));
        for text in [
            "",
            "2023-02-29",
            "2024-2-29",
            "2024-02-29T00:00:00Z",
            "2024-02-29 ",
        ] {
            assert_eq!(parse_date_ms(text), None, "{text}");
        }
    }

    #[test]
    fn http_dates() {
        let cases = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000.0),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777_000.0),
            ("Sun Nov  6 08:49:37 1994", 784_111_777_000.0),
            (" Thu, 29 Feb 2024 00:00:00 GMT ", 1_709_164_800_000.0),
            ("Thursday, 29-Feb-24 00:00:00 GMT", 1_709_164_800_000.0),
            ("Thu Feb 29 00:00:00 2024", 1_709_164_800_000.0),
            ("Wednesday, 31-Dec-69 23:59:60 GMT", 3_155_760_000_000.0),
            ("Tuesday, 01-Jan-70 00:00:00 GMT", 0.0),
            ("Mon, 23 Nov 2026 10:00:00 GMT", 1_795_428_000_000.0),
            ("Saturday, 21-Nov-26 10:00:00 GMT", 1_795_255_200_000.0),
        ];
        for (text, ms) in cases {
            assert_eq!(parse_http_date_ms(text), Some(ms), "{text}");
        }
        let bad = [
            "",
            "120",
            "Sun",
            "Sun,",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 94 08:49:37 GMT",
            "Sonntag, 06-Nov-94 08:49:37 GMT",
            "Monday 06-Nov-94 08:49:37 GMT",
            "Sun Nov 006 08:49:37 1994",
            "Sun Nov  6 08:49:37 1994 GMT",
            "2024-01-04T15:51:47Z",
        ];
        for text in bad {
            assert_eq!(parse_http_date_ms(text), None, "{text}");
        }
    }

    /// The date of a day number, found by counting: slow, but independent of `days`.
    fn date(day: i64) -> (i64, i64, i64) {
        let (mut year, mut left) = (0, day + 719_528);
        let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        while left >= 365 + i64::from(leap(year)) {
            left -= 365 + i64::from(leap(year));
            year += 1;
        }
        let lengths = [
            31,
            28 + i64::from(leap(year)),
            31,
            30,
            31,
            30,
            31,
            31,
            30,
            31,
            30,
            31,
        ];
        let mut month = 1;
        for length in lengths {
            if left < length {
                break;
            }
            left -= length;
            month += 1;
        }
        (year, month, left + 1)
    }

    proptest! {
        #[test]
        fn round_trip(ms in -62_167_219_200_000..253_402_300_800_000i64) {
            let (year, month, day) = date(ms.div_euclid(MS_PER_DAY));
            let (clock, milli) = (ms.rem_euclid(MS_PER_DAY) / 1000, ms.rem_euclid(1000));
            let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z");
            prop_assert_eq!(parse_rfc3339_ms(&text), Some(total(0, ms)));
            prop_assert_eq!(parse_time_ms(&text), Some(total(0, ms)));
            let name = std::str::from_utf8(MONTHS[usize::try_from(month - 1).unwrap()]).unwrap();
            let text = format!("Mon, {day:02} {name} {year:04} {hour:02}:{minute:02}:{second:02} GMT");
            prop_assert_eq!(parse_http_date_ms(&text), Some(total(0, ms - milli)));
            let text = format!("{year:04}-{month:02}-{day:02}");
            prop_assert_eq!(super::date(total(0, ms)), Some(text.clone()));
            prop_assert_eq!(parse_date_ms(&text), Some(total(ms.div_euclid(MS_PER_DAY), 0)));
        }

        #[test]
        fn any_text_is_parsed_or_rejected(text in "\\PC*") {
            prop_assert_eq!(parse_rfc3339_ms(&text).is_some() && parse_http_date_ms(&text).is_some(), false);
        }
    }
}
