//! Which part of a period is read from packs and which from the rows: pure arithmetic over days.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

/// A part of a period, read one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// From the rows: from the first instant on, before the second.
    Rows(DateTime<Utc>, DateTime<Utc>),
    /// From packs: from the first day to the last, both included.
    Packs(NaiveDate, NaiveDate),
}

/// When a day begins.
pub fn begins(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// When a day is over.
pub fn ends(day: NaiveDate) -> DateTime<Utc> {
    day.checked_add_days(Days::new(1)).map_or(DateTime::<Utc>::MAX_UTC, begins)
}

/// The period from `from` on and before `to` as stretches, the latest first; `packed` are the packed days, the latest first.
/// A pack may begin before `from` and end after `to`: who reads it leaves out what lies beyond. An empty period has none.
pub fn stretches(from: DateTime<Utc>, to: DateTime<Utc>, packed: &[NaiveDate]) -> Vec<Stretch> {
    let mut all = Vec::new();
    if from >= to {
        return all;
    }
    let mut upto = to;
    for day in packed.iter().copied().filter(|day| begins(*day) < to && ends(*day) > from) {
        if ends(day) < upto {
            all.push(Stretch::Rows(ends(day), upto));
        }
        match all.last_mut() {
            Some(Stretch::Packs(first, _)) => *first = day,
            _ => all.push(Stretch::Packs(day, day)),
        }
        upto = begins(day);
    }
    if from < upto {
        all.push(Stretch::Rows(from, upto));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_hour_of_a_period_is_read_once_and_the_latest_first(from in 0_i64..200, length in 0_i64..400, days in proptest::collection::btree_set(0_u64..25, 0..12)) {
            let start = begins(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
            let (from, to) = (start + chrono::Duration::hours(from), start + chrono::Duration::hours(from + length));
            let packed: Vec<NaiveDate> = days.iter().rev().map(|day| start.date_naive() + Days::new(*day)).collect();
            let mut hours = Vec::new();
            for stretch in stretches(from, to, &packed) {
                let (first, upto) = match stretch {
                    Stretch::Rows(first, upto) => (first, upto),
                    Stretch::Packs(first, last) => {
                        prop_assert!(packed.contains(&first) && packed.contains(&last));
                        (begins(first).max(from), ends(last).min(to))
                    }
                };
                prop_assert!(first < upto);
                let mut at = upto;
                while at > first {
                    at -= chrono::Duration::hours(1);
                    hours.push(at);
                }
            }
            let mut wanted = Vec::new();
            let mut at = to;
            while at > from {
                at -= chrono::Duration::hours(1);
                wanted.push(at);
            }
            prop_assert_eq!(hours, wanted);
        }
    }
}
