//! Last week's figures by mail, each Monday, to those who asked for it and may see reports. Figures only: whatever the reader may
//! see on the page, a mail tells nothing about one to four people.

pub mod emails;
pub mod enqueue;
pub mod store;
pub mod weekly_page;

use chrono::{DateTime, Datelike, Duration, Timelike, Utc};
use chrono_tz::Tz;

use super::period::Period;

/// The hour of Monday, on the facility's clocks, from which it is sent.
const HOUR: u32 = 6;

/// The last whole week, Monday to Sunday, before the Monday morning that `now` lies after.
pub fn week_before(now: DateTime<Utc>, zone: Tz) -> Period {
    let local = now.with_timezone(&zone);
    let early = local.weekday() == chrono::Weekday::Mon && local.hour() < HOUR;
    let back = i64::from(local.weekday().num_days_from_monday()) + if early { 7 } else { 0 };
    let monday = local.date_naive() - Duration::days(back);
    Period { from: monday - Duration::days(7), to: monday - Duration::days(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_is_whole_and_changes_on_monday_morning() {
        let week = |now: &str| week_before(now.parse().unwrap(), chrono_tz::America::Los_Angeles).words();
        assert_eq!(week("2026-11-23T13:59:00Z"), "November 9 to November 15, 2026", "Monday before six");
        assert_eq!(week("2026-11-23T14:00:00Z"), "November 16 to November 22, 2026", "Monday at six");
        assert_eq!(week("2026-11-29T20:00:00Z"), "November 16 to November 22, 2026", "Sunday");
    }
}
