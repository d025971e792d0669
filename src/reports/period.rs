//! The days a report is about, and the days before them it is compared with.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::leads::clocks::first_instant;

/// Longest period, in days.
const LONGEST: i64 = 3_660;
/// Days after which the chart over time counts by week.
const BY_WEEK_FROM: i64 = 93;

/// From one day to another on the wall, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Period {
    /// The last `days` days, today included.
    pub fn last(days: i64, today: NaiveDate) -> Self {
        Self { from: today - Duration::days(days.clamp(1, LONGEST) - 1), to: today }
    }

    /// Between two days, if they stand in order and no further apart than ten years.
    pub fn between(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        let period = Self { from, to };
        (1..=LONGEST).contains(&period.days()).then_some(period)
    }

    /// How many days.
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// As many days right before it.
    #[must_use]
    pub fn before(&self) -> Self {
        let days = Duration::days(self.days());
        Self { from: self.from - days, to: self.to - days }
    }

    /// The first instant of the first day, and the first after the last.
    pub fn instants(&self, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
        let start = |day: NaiveDate| first_instant(day.and_time(NaiveTime::MIN), zone);
        (start(self.from), start(self.to + Duration::days(1)))
    }

    /// Days of one bar of the chart over time.
    pub fn bucket_days(&self) -> i64 {
        match self.days() {
            ..BY_WEEK_FROM => 1,
            BY_WEEK_FROM..=740 => 7,
            _ => 28,
        }
    }

    /// First days of the bars of the chart over time.
    pub fn buckets(&self) -> Vec<NaiveDate> {
        let step = self.bucket_days();
        (0..=(self.days() - 1) / step).map(|at| self.from + Duration::days(at * step)).collect()
    }

    /// "October 22 to November 20, 2026".
    pub fn words(&self) -> String {
        let year = |day: NaiveDate| day.format("%B %-d, %Y").to_string();
        if self.from == self.to {
            return year(self.to);
        }
        let same = self.from.format("%Y").to_string() == self.to.format("%Y").to_string();
        let from = if same { self.from.format("%B %-d").to_string() } else { year(self.from) };
        format!("{from} to {}", year(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_days_before_are_as_many_and_end_right_before() {
        let month = Period::last(30, day("2026-11-20"));
        assert_eq!(month, Period { from: day("2026-10-22"), to: day("2026-11-20") });
        assert_eq!(month.before(), Period { from: day("2026-09-22"), to: day("2026-10-21") });
        assert_eq!(month.words(), "October 22 to November 20, 2026");
    }

    #[test]
    fn a_day_on_which_clocks_change_has_25_hours() {
        let change = Period { from: day("2026-11-01"), to: day("2026-11-01") };
        let (from, to) = change.instants(chrono_tz::America::Los_Angeles);
        assert_eq!((to - from).num_hours(), 25);
    }

    #[test]
    fn days_out_of_order_are_no_period() {
        assert_eq!(Period::between(day("2026-11-02"), day("2026-11-01")), None);
        assert!(Period::between(day("2026-11-01"), day("2026-11-01")).is_some());
        assert_eq!(Period::between(day("2006-11-01"), day("2026-11-01")), None);
    }

    #[test]
    fn a_year_is_shown_by_week() {
        let year = Period::last(365, day("2026-11-20"));
        assert_eq!((year.bucket_days(), year.buckets().len()), (7, 53));
        assert_eq!(Period::last(30, day("2026-11-20")).buckets().len(), 30);
    }
}
