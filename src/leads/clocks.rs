//! Clocks of a lead and how they are said: age against the promise, due times local to the facility.
//!
//! Lead response time runs around the clock; what the receipt may promise keeps to staffed hours ([`honest_promise`]).

use chrono::{DateTime, Duration, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

pub use super::staffed::{Promise, honest_promise};

/// What a due time is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueFor {
    /// Nobody has spoken with the person yet; they asked at this time.
    FirstContact {
        /// When they asked.
        asked: DateTime<Utc>,
    },
    /// A promise to get in touch again.
    FollowUp,
}

/// A due time in words, with the sign that stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueWords {
    /// Class of the tag: `bad`, `warn` or `quiet`.
    pub tone: &'static str,
    /// Symbol beside it; empty where a ring is drawn.
    pub symbol: &'static str,
    /// Share of the promise that is left, in percent, where a ring is drawn.
    pub ring: Option<i64>,
    /// "22 min late", "3 min left", "11:30 am", "Mon, Nov 23".
    pub main: String,
    /// "asked 37 min ago", "was due 10:30 am", "in 20 min".
    pub sub: String,
}

/// Words for a due time at `now`.
pub fn due_words(due: DateTime<Utc>, about: DueFor, promise_minutes: u32, now: DateTime<Utc>, zone: Tz) -> DueWords {
    let left = due - now;
    let promise = Duration::minutes(i64::from(promise_minutes.max(1)));
    match about {
        _ if left < Duration::zero() => late(due, about, now, zone),
        DueFor::FirstContact { asked } if left <= promise => {
            let share = (left.num_seconds() * 100 / promise.num_seconds()).clamp(0, 100);
            let tone = if share < 34 { "warn" } else { "quiet" };
            let main = format!("{} left", span_up(left));
            DueWords { tone, symbol: "", ring: Some(share), main, sub: format!("asked {}", ago(now - asked)) }
        }
        DueFor::FirstContact { .. } | DueFor::FollowUp => {
            let today = now < end_of_day(now, zone) && due < end_of_day(now, zone);
            let (symbol, main) = if today { ("clock", clock(due, zone)) } else { ("calendar", day(due, zone)) };
            DueWords { tone: "quiet", symbol, ring: None, main, sub: format!("in {}", span(left)) }
        }
    }
}

fn late(due: DateTime<Utc>, about: DueFor, now: DateTime<Utc>, zone: Tz) -> DueWords {
    let main = format!("{} late", span(now - due));
    let sub = match about {
        DueFor::FirstContact { asked } => format!("asked {}", ago(now - asked)),
        DueFor::FollowUp if same_day(due, now, zone) => format!("was due {}", clock(due, zone)),
        DueFor::FollowUp => format!("was due {}", day(due, zone)),
    };
    DueWords { tone: "bad", symbol: "alert", ring: None, main, sub }
}

/// A length of time as people say it, rounded down, never "0 min": `1 min`, `2 h 50 min`, `3 days`.
pub fn span(length: Duration) -> String {
    let minutes = length.num_minutes().max(1);
    let (hours, days) = (minutes / 60, minutes / (24 * 60));
    match (days, hours, minutes % 60) {
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, ..) if hours < 6 => format!("{hours} h {} min", minutes % 60),
        (0, ..) => format!("{hours} h"),
        (1, ..) => "1 day".to_owned(),
        _ => format!("{days} days"),
    }
}

/// As [`span`], started minutes counted whole: what is left is never said too short.
fn span_up(length: Duration) -> String {
    span(Duration::minutes((length.num_seconds() + 59) / 60))
}

/// How long ago: `just now`, `12 min ago`.
pub fn ago(length: Duration) -> String {
    if length < Duration::minutes(1) { "just now".to_owned() } else { format!("{} ago", span(length)) }
}

/// `10:30 am`, local to the facility.
pub fn clock(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-I:%M %P").to_string()
}

/// `Mon, Nov 23`, local to the facility.
pub fn day(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a, %b %-d").to_string()
}

/// `Tue, Oct 26, 2032`: a day far away.
pub fn date(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a, %b %-d, %Y").to_string()
}

/// `Mon, Nov 23, 10:30 am PST`: a time that stands alone names its zone.
pub fn stamp(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a, %b %-d, %-I:%M %P %Z").to_string()
}

/// A past time beside others: `10:30 am` today, `yesterday 5:12 pm`, else the day.
pub fn past(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let days = now.with_timezone(&zone).date_naive().signed_duration_since(at.with_timezone(&zone).date_naive()).num_days();
    match days {
        0 if now - at < Duration::hours(1) => ago(now - at),
        0 => clock(at, zone),
        1 => format!("yesterday {}", clock(at, zone)),
        _ => day(at, zone),
    }
}

/// The abbreviation of the facility's zone at `at`: `PST`.
pub fn zone_name(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Z").to_string()
}

/// The first instant of the next local day.
pub fn end_of_day(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let tomorrow = now.with_timezone(&zone).date_naive().succ_opt().unwrap_or(chrono::NaiveDate::MAX);
    first_instant(tomorrow.and_time(NaiveTime::MIN), zone)
}

/// The first instant of the local day `now` lies in.
pub fn start_of_day(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    first_instant(now.with_timezone(&zone).date_naive().and_time(NaiveTime::MIN), zone)
}

/// The first instant at which local clocks show `local`, or the end of the gap that swallows it.
pub fn first_instant(local: chrono::NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let shown = |minutes| zone.from_local_datetime(&(local + Duration::minutes(minutes))).earliest();
    (0..=1440).find_map(shown).map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

fn same_day(one: DateTime<Utc>, other: DateTime<Utc>, zone: Tz) -> bool {
    one.with_timezone(&zone).date_naive() == other.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Los_Angeles;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn words(due: &str, about: DueFor, now: &str) -> (String, String, &'static str) {
        let words = due_words(at(due), about, 15, at(now), Los_Angeles);
        (words.main, words.sub, words.tone)
    }

    #[test]
    fn first_contact_counts_down_and_then_up() {
        let asked = DueFor::FirstContact { asked: at("2026-11-20T18:00:00Z") };
        let said = |main: &str, sub: &str, tone| (main.to_owned(), sub.to_owned(), tone);
        assert_eq!(words("2026-11-20T18:15:00Z", asked, "2026-11-20T18:37:00Z"), said("22 min late", "asked 37 min ago", "bad"));
        assert_eq!(words("2026-11-20T18:15:00Z", asked, "2026-11-20T18:12:10Z"), said("3 min left", "asked 12 min ago", "warn"));
        assert_eq!(words("2026-11-20T18:15:00Z", asked, "2026-11-20T18:00:20Z"), said("15 min left", "asked just now", "quiet"));
        assert_eq!(words("2026-11-20T22:00:00Z", asked, "2026-11-20T19:10:00Z"), said("2:00 pm", "in 2 h 50 min", "quiet"));
    }

    #[test]
    fn follow_ups_name_the_hour_today_and_the_day_later() {
        let said = |main: &str, sub: &str, tone| (main.to_owned(), sub.to_owned(), tone);
        let due = "2026-11-20T18:30:00Z";
        assert_eq!(words(due, DueFor::FollowUp, "2026-11-20T19:10:00Z"), said("40 min late", "was due 10:30 am", "bad"));
        assert_eq!(words(due, DueFor::FollowUp, "2026-11-20T18:10:00Z"), said("10:30 am", "in 20 min", "quiet"));
        assert_eq!(words(due, DueFor::FollowUp, "2026-11-17T18:10:00Z"), said("Fri, Nov 20", "in 3 days", "quiet"));
        assert_eq!(stamp(at(due), Los_Angeles), "Fri, Nov 20, 10:30 am PST");
    }

    #[test]
    fn a_day_ends_at_local_midnight_also_when_clocks_change() {
        assert_eq!(end_of_day(at("2026-11-01T07:30:00Z"), Los_Angeles), at("2026-11-02T08:00:00Z"), "25 hours");
        assert_eq!(end_of_day(at("2026-03-08T08:30:00Z"), Los_Angeles), at("2026-03-09T07:00:00Z"), "23 hours");
        let beirut = chrono_tz::Asia::Beirut;
        assert_eq!(end_of_day(at("2026-03-28T12:00:00Z"), beirut), at("2026-03-28T22:00:00Z"), "midnight itself is skipped there");
    }

    proptest! {
        #[test]
        fn late_and_left_never_mix(due in 0_i64..4_000_000_000, offset in -10_000_000_i64..10_000_000) {
            let (due, now) = (DateTime::from_timestamp(due, 0).unwrap(), DateTime::from_timestamp(due + offset, 0).unwrap());
            for about in [DueFor::FollowUp, DueFor::FirstContact { asked: due }] {
                let words = due_words(due, about, 15, now, Los_Angeles);
                prop_assert_eq!(words.main.ends_with("late"), now > due);
                prop_assert!(!words.main.starts_with("0 "));
            }
            prop_assert!(end_of_day(now, Los_Angeles) > now);
            prop_assert!(start_of_day(now, Los_Angeles) <= now);
        }
    }
}
