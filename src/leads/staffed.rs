//! Staffed hours as stretches of real time: right over midnight and when clocks change.
//!
//! A shift is one stretch from the first moment clocks show its beginning to the last moment they show its end.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::clocks::first_instant;
use crate::config::StaffedHours;

/// What an inquirer may be told about when somebody gets in touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// Within so many minutes from now.
    Minutes(u32),
    /// Somebody is there again from this time on.
    From(DateTime<Utc>),
    /// Staffed hours are not said: no time is promised.
    NotSaid,
}

/// The promise that can be kept at `now`: minutes only if the shift lasts that long, else the next opening.
pub fn honest_promise(now: DateTime<Utc>, hours: Option<&StaffedHours>, zone: Tz, promise_minutes: u32) -> Promise {
    let Some(hours) = hours else { return Promise::NotSaid };
    let wanted = Duration::minutes(i64::from(promise_minutes));
    if continuous_left(hours, zone, now) >= wanted && is_staffed(hours, zone, now) {
        return Promise::Minutes(promise_minutes);
    }
    next_opening(hours, zone, now).map_or(Promise::NotSaid, Promise::From)
}

/// Whether somebody is there at `at`.
pub fn is_staffed(hours: &StaffedHours, zone: Tz, at: DateTime<Utc>) -> bool {
    shifts(hours, zone, at, 1).into_iter().any(|(from, to)| from <= at && at < to)
}

/// The beginning of the next shift after `at`; if `at` lies in a shift, of the one after it. `None` if there never is one.
pub fn next_opening(hours: &StaffedHours, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    joined(shifts(hours, zone, at, 9)).into_iter().map(|(from, _)| from).find(|from| *from > at)
}

/// Staffed time between two instants; zero if `to` is not after `from`.
pub fn staffed_between(hours: &StaffedHours, zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    let days = (to - from).num_days().max(0) + 2;
    joined(shifts(hours, zone, from, days))
        .into_iter()
        .map(|(start, end)| (end.min(to) - start.max(from)).max(Duration::zero()))
        .fold(Duration::zero(), |sum, part| sum + part)
}

/// Stretches of staffed time that begin before `to` and end after `from`, in order, none touching the next.
pub fn shifts_between(
    hours: &StaffedHours,
    zone: Tz,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let days = (to - from).num_days().max(0) + 2;
    joined(shifts(hours, zone, from, days)).into_iter().filter(|(start, end)| *end > from && *start < to).collect()
}

/// How long somebody is there without a break from `at` on; zero if nobody is.
fn continuous_left(hours: &StaffedHours, zone: Tz, at: DateTime<Utc>) -> Duration {
    let shift = joined(shifts(hours, zone, at, 9)).into_iter().find(|(from, to)| *from <= at && at < *to);
    shift.map_or_else(Duration::zero, |(_, to)| to - at)
}

/// Shifts from the local day before `at` to `days` after it, in order.
fn shifts(hours: &StaffedHours, zone: Tz, at: DateTime<Utc>, days: i64) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let first = at.with_timezone(&zone).date_naive() - Duration::days(1);
    let on = |date: NaiveDate| hours.on(date).iter().map(move |(from, to)| (beginning(date, *from, zone), end(date, *to, zone)));
    first.iter_days().take(usize::try_from(days + 2).unwrap_or(0)).flat_map(on).filter(|(from, to)| from < to).collect()
}

/// Joins shifts that touch, as at midnight.
fn joined(shifts: Vec<(DateTime<Utc>, DateTime<Utc>)>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut joined: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::with_capacity(shifts.len());
    for (from, to) in shifts {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            Some(_) | None => joined.push((from, to)),
        }
    }
    joined
}

fn local(date: NaiveDate, minute: u16) -> chrono::NaiveDateTime {
    date.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute))
}

fn beginning(date: NaiveDate, minute: u16, zone: Tz) -> DateTime<Utc> {
    first_instant(local(date, minute), zone)
}

/// The last moment clocks show the end. Midnight ends with the day, whichever way clocks change.
fn end(date: NaiveDate, minute: u16, zone: Tz) -> DateTime<Utc> {
    let wanted = local(date, minute);
    match zone.from_local_datetime(&wanted).latest() {
        Some(at) if minute < 1440 => at.with_timezone(&Utc),
        Some(_) | None => first_instant(wanted, zone),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Timelike;
    use chrono_tz::America::Los_Angeles;
    use proptest::prelude::*;

    use super::*;

    fn hours(text: &str) -> StaffedHours {
        StaffedHours::parse(text).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn promise(now: &str, text: &str) -> Promise {
        honest_promise(at(now), Some(&hours(text)), Los_Angeles, 15)
    }

    #[test]
    fn minutes_are_promised_only_while_the_shift_lasts_that_long() {
        let day = "Mon-Sun 07:00-21:00";
        assert_eq!(promise("2026-11-20T18:00:00Z", day), Promise::Minutes(15));
        assert_eq!(promise("2026-11-21T04:45:00Z", day), Promise::Minutes(15), "8:45 pm: the shift lasts exactly that long");
        assert_eq!(promise("2026-11-21T04:50:00Z", day), Promise::From(at("2026-11-21T15:00:00Z")), "8:50 pm");
        assert_eq!(promise("2026-11-20T10:00:00Z", day), Promise::From(at("2026-11-20T15:00:00Z")), "2 am");
        assert_eq!(honest_promise(at("2026-11-20T10:00:00Z"), None, Los_Angeles, 15), Promise::NotSaid);
    }

    #[test]
    fn a_night_shift_keeps_its_promise_over_midnight_and_around_the_clock_means_always() {
        assert_eq!(promise("2026-11-21T07:55:00Z", "Fri 20:00-02:00"), Promise::Minutes(15), "11:55 pm on Friday");
        assert_eq!(promise("2026-11-21T07:55:00Z", "Mon-Sun 00:00-24:00"), Promise::Minutes(15));
        assert_eq!(promise("2026-11-22T07:55:00Z", "Fri 20:00-02:00"), Promise::From(at("2026-11-28T04:00:00Z")));
    }

    #[test]
    fn a_shift_is_an_hour_longer_or_shorter_when_clocks_change() {
        let night = hours("Sat 22:00-06:00");
        let between = |from, to| staffed_between(&night, Los_Angeles, at(from), at(to)).num_minutes();
        assert_eq!(between("2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z"), 9 * 60);
        assert_eq!(between("2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z"), 7 * 60);
        assert_eq!(between("2026-06-06T12:00:00Z", "2026-06-08T12:00:00Z"), 8 * 60);
        assert_eq!(between("2026-06-08T12:00:00Z", "2026-06-06T12:00:00Z"), 0);
    }

    /// What a person with a clock on the wall would say, where the clock is not turned.
    fn by_the_wall(hours: &StaffedHours, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&Los_Angeles);
        let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap();
        hours.on(local.date_naive()).iter().any(|(from, to)| (*from..*to).contains(&minute))
    }

    fn some_hours() -> impl Strategy<Value = StaffedHours> {
        let span = (0_u16..1440).prop_flat_map(|from| (Just(from), from + 1..=1440));
        let day = proptest::option::weighted(0.7, span).prop_map(|span| span.into_iter().collect::<Vec<_>>());
        let holiday = (1_u32..=12, 1_u32..=28).prop_map(|(month, day)| crate::config::Holiday::Yearly(month, day));
        (proptest::collection::vec(day, 7), proptest::collection::vec(holiday, 0..4))
            .prop_map(|(days, holidays)| StaffedHours { days: days.try_into().unwrap(), holidays })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_shifts_agree_with_the_clock_on_the_wall(hours in some_hours(), start in 1_767_225_600_i64..1_830_297_600) {
            let start = DateTime::from_timestamp(start - start % 60, 0).unwrap();
            for step in 0..96 {
                let at = start + Duration::minutes(step * 17);
                let offset = |hours| (at + Duration::hours(hours)).with_timezone(&Los_Angeles).format("%z").to_string();
                if offset(-2) == offset(2) {
                    prop_assert_eq!(is_staffed(&hours, Los_Angeles, at), by_the_wall(&hours, at), "{}", at);
                }
            }
        }

        #[test]
        fn staffed_time_adds_up_and_never_exceeds_real_time(hours in some_hours(), start in 1_767_225_600_i64..1_830_297_600, first in 0_i64..20_000, second in 0_i64..20_000) {
            let from = DateTime::from_timestamp(start, 0).unwrap();
            let (middle, to) = (from + Duration::minutes(first), from + Duration::minutes(first + second));
            let between = |a, b| staffed_between(&hours, Los_Angeles, a, b);
            prop_assert_eq!(between(from, middle) + between(middle, to), between(from, to));
            prop_assert!(between(from, to) <= to - from);
        }

        #[test]
        fn a_promise_is_kept(hours in some_hours(), now in 1_767_225_600_i64..1_830_297_600, minutes in 1_u32..120) {
            let now = DateTime::from_timestamp(now, 0).unwrap();
            match honest_promise(now, Some(&hours), Los_Angeles, minutes) {
                Promise::Minutes(said) => {
                    let whole = Duration::minutes(i64::from(said));
                    prop_assert_eq!(staffed_between(&hours, Los_Angeles, now, now + whole), whole);
                }
                Promise::From(at) => prop_assert!(at > now && is_staffed(&hours, Los_Angeles, at)),
                Promise::NotSaid => prop_assert!(next_opening(&hours, Los_Angeles, now).is_none()),
            }
        }
    }
}
