//! The few notations of time that Ayrshare and HTTP use, as milliseconds since 1970 (UTC).

const MS_PER_DAY: i64 = 86_400_000;

/// Reads an RFC 3339 time such as `2024-01-04T15:51:17.775Z`. The fraction may be absent, and counts up
/// to the millisecond; a leap second counts as the first second of the next minute.
#[must_use]
pub fn parse_rfc3339_ms(text: &str) -> Option<f64> {
    let mut rest = Reader(text.as_bytes());
    let (year, month, day) = (rest.digits(4)?, rest.after(b"-", 2)?, rest.after(b"-", 2)?);
    rest.any(b"Tt ")?;
    let time = rest.clock(60)?;
    let fraction = if rest.eat(b".") { rest.fraction()? } else { 0 };
    let offset = rest.offset_minutes()?;
    rest.end()?;
    total(
        days(year, month, day)?,
        time * 1000 + fraction - offset * 60_000,
    )
}

/// Reads the time of an HTTP header in any of its three forms, for example
/// `Sun, 06 Nov 1994 08:49:37 GMT`. A year of two digits lies between 1970 and 2069.
#[must_use]
pub fn parse_http_date_ms(text: &str) -> Option<f64> {
    let mut rest = Reader(text.trim_ascii().as_bytes());
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

fn imf_fixdate(mut rest: Reader<'_>) -> Option<f64> {
    let day = rest.digits(2)?;
    let month = rest.month(b" ")?;
    let year = rest.after(b" ", 4)?;
    rest.gmt(year, month, day)
}

fn rfc850(mut rest: Reader<'_>) -> Option<f64> {
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

fn asctime(mut rest: Reader<'_>) -> Option<f64> {
    let month = rest.month(b"")?;
    rest.eat(b" ").then_some(())?;
    let day = if rest.eat(b" ") {
        rest.digits(1)?
    } else {
        rest.digits(2)?
    };
    rest.eat(b" ").then_some(())?;
    let time = rest.clock(60)?;
    let year = rest.after(b" ", 4)?;
    rest.end()?;
    total(days(year, month, day)?, time * 1000)
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn eat(&mut self, prefix: &[u8]) -> bool {
        let rest = self.0.strip_prefix(prefix);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn any(&mut self, choice: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        choice.contains(first).then_some(*first)
    }

    fn one_of(&mut self, choice: &[&[u8]]) -> Option<usize> {
        choice.iter().position(|word| self.eat(word))
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let mut value = 0;
        for _ in 0..count {
            value = value * 10 + i64::from(self.any(b"0123456789")? - b'0');
        }
        Some(value)
    }

    fn after(&mut self, prefix: &[u8], count: usize) -> Option<i64> {
        self.eat(prefix).then(|| self.digits(count))?
    }

    fn month(&mut self, before: &[u8]) -> Option<i64> {
        self.eat(before).then_some(())?;
        i64::try_from(self.one_of(&MONTHS)? + 1).ok()
    }

    /// Reads `hh:mm:ss` as seconds.
    fn clock(&mut self, second_max: i64) -> Option<i64> {
        let (hour, minute, second) = (self.digits(2)?, self.after(b":", 2)?, self.after(b":", 2)?);
        let valid = hour < 24 && minute < 60 && second <= second_max;
        valid.then_some((hour * 60 + minute) * 60 + second)
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

    fn offset_minutes(&mut self) -> Option<i64> {
        let sign = match self.any(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let (hours, minutes) = (self.digits(2)?, self.after(b":", 2)?);
        (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
    }

    /// Reads the time of day and the zone that end two of the HTTP forms.
    fn gmt(&mut self, year: i64, month: i64, day: i64) -> Option<f64> {
        self.eat(b" ").then_some(())?;
        let time = self.clock(60)?;
        self.eat(b" GMT").then_some(())?;
        self.end()?;
        total(days(year, month, day)?, time * 1000)
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; `None` when there is no such date.
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
    // Years counted from March end with the leap day, so the months before it have fixed lengths.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "ten thousand years of milliseconds are exact"
)]
fn total(days: i64, ms: i64) -> Option<f64> {
    Some((days * MS_PER_DAY + ms) as f64)
}
