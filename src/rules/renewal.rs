//! When a link must be renewed.

/// Milliseconds per day. Times are UTC, so all days have the same length.
const DAY_MS: f64 = 86_400_000.0;

/// The default number of days before a link must be renewed from which it is reported.
pub const REFRESH_WITHIN_DAYS: f64 = 14.0;

/// When the link must be renewed, according to a linked account.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Renewal {
    /// `refreshDaysRemaining`; zero or less means overdue.
    pub days_remaining: Option<f64>,
    /// `refreshRequired`, in milliseconds since 1970, as read by [`parse_time_ms`](crate::time::parse_time_ms).
    pub required_ms: Option<f64>,
    /// When the days were counted: `lastUpdated` of the user, in milliseconds since 1970. If it is
    /// unknown, they count from now.
    pub as_of_ms: Option<f64>,
}

/// When a link must be renewed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Due {
    /// The time, in milliseconds since 1970.
    pub at_ms: f64,
    /// Whole days from now until then: 0 on the last day, negative if it has passed.
    pub days_left: f64,
    /// Whether the link has expired.
    pub expired: bool,
}

impl Renewal {
    /// When the link must be renewed, by the earlier of the two dates; `None` if neither is known,
    /// as for networks whose links do not expire.
    #[must_use]
    pub fn due(&self, now_ms: f64) -> Option<Due> {
        // If this clock is behind the server's, the count must not start in the future.
        let counted_ms = self
            .as_of_ms
            .map_or(now_ms, |as_of_ms| as_of_ms.min(now_ms));
        let by_days = self.days_remaining.map(|days| counted_ms + days * DAY_MS);
        let both = [by_days, self.required_ms];
        let at_ms = both
            .into_iter()
            .flatten()
            .filter(|ms| ms.is_finite())
            .reduce(f64::min)?;
        Some(Due {
            at_ms,
            days_left: days_until(at_ms, now_ms),
            expired: at_ms <= now_ms,
        })
    }
}

impl Due {
    /// Whether the link must be renewed within this many days, or has already expired.
    #[must_use]
    pub fn within(&self, days: f64, now_ms: f64) -> bool {
        self.expired || self.at_ms - now_ms <= days * DAY_MS
    }
}

/// Whole periods of 24 hours from `now_ms` to `at_ms`: 0 during the last one, negative if `at_ms`
/// has passed.
#[must_use]
pub fn days_until(at_ms: f64, now_ms: f64) -> f64 {
    ((at_ms - now_ms) / DAY_MS).floor()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::float_cmp, reason = "whole days are exact")]
mod tests {
    use super::*;
    use crate::time::parse_rfc3339_ms;

    fn ms(text: &str) -> f64 {
        parse_rfc3339_ms(text).unwrap()
    }

    fn required(text: &str) -> Renewal {
        Renewal {
            required_ms: Some(ms(text)),
            ..Renewal::default()
        }
    }

    fn days(days: f64) -> Renewal {
        Renewal {
            days_remaining: Some(days),
            ..Renewal::default()
        }
    }

    #[test]
    fn a_day_is_left_until_its_last_millisecond() {
        let now_ms = ms("2024-02-28T12:00:00Z");
        let left = |text| {
            required(text)
                .due(now_ms)
                .map(|due| (due.days_left, due.expired))
        };
        assert_eq!(left("2024-02-29T12:00:00.000Z"), Some((1.0, false)));
        assert_eq!(left("2024-02-29T11:59:59.999Z"), Some((0.0, false)));
        assert_eq!(left("2024-02-28T12:00:00.001Z"), Some((0.0, false)));
        assert_eq!(left("2024-02-28T12:00:00.000Z"), Some((0.0, true)));
        assert_eq!(left("2024-02-28T11:59:59.999Z"), Some((-1.0, true)));
        assert_eq!(
            left("2024-03-01T12:00:00Z"),
            Some((2.0, false)),
            "2024 has a leap day"
        );
        assert_eq!(left("2024-02-29T13:00:00+01:00"), Some((1.0, false)));
    }

    #[test]
    fn days_count_from_when_they_were_computed() {
        let now_ms = ms("2024-05-10T00:00:00Z");
        let counted = Renewal {
            as_of_ms: Some(ms("2024-05-07T00:00:00Z")),
            ..days(10.0)
        };
        assert_eq!(counted.due(now_ms).unwrap().days_left, 7.0);
        let ahead = Renewal {
            as_of_ms: Some(ms("2024-05-12T00:00:00Z")),
            ..days(10.0)
        };
        assert_eq!(ahead.due(now_ms).unwrap().days_left, 10.0);
        assert_eq!(days(10.0).due(now_ms).unwrap().days_left, 10.0);
    }

    #[test]
    fn zero_and_negative_days_are_overdue_and_absent_days_are_no_date() {
        assert!(days(0.0).due(5.0).unwrap().expired);
        assert!(days(-3.0).due(5.0).unwrap().expired);
        assert!(!days(0.5).due(5.0).unwrap().expired);
        assert_eq!(Renewal::default().due(5.0), None);
    }

    #[test]
    fn the_sooner_date_counts() {
        let now_ms = ms("2024-05-10T00:00:00Z");
        let both = |days, text| Renewal {
            days_remaining: Some(days),
            ..required(text)
        };
        assert_eq!(
            both(3.0, "2024-05-20T00:00:00Z")
                .due(now_ms)
                .unwrap()
                .days_left,
            3.0
        );
        assert_eq!(
            both(30.0, "2024-05-20T00:00:00Z")
                .due(now_ms)
                .unwrap()
                .days_left,
            10.0
        );
    }

    #[test]
    fn the_last_day_of_a_window_belongs_to_it() {
        let now_ms = ms("2024-05-10T00:00:00Z");
        assert!(
            required("2024-05-24T00:00:00Z")
                .due(now_ms)
                .unwrap()
                .within(14.0, now_ms)
        );
        assert!(
            !required("2024-05-24T00:00:00.001Z")
                .due(now_ms)
                .unwrap()
                .within(14.0, now_ms)
        );
        assert!(
            required("2020-01-01T00:00:00Z")
                .due(now_ms)
                .unwrap()
                .within(0.0, now_ms)
        );
    }

    #[test]
    fn an_expired_link_is_due_in_any_window() {
        let due = days(0.0).due(5.0).unwrap();
        assert!(due.within(-1.0, 5.0));
    }
}
