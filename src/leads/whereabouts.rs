//! What time it is where the person is, as far as their state says: nobody is called at night.
//!
//! A state that lies in two zones is asked in both: it is night for it if it is night in either.

use chrono::{DateTime, Duration, Timelike, Utc};
use chrono_tz::{America, Pacific, Tz};

use crate::config::QuietHours;

/// The zones of a state or territory by its two letters; none where the letters say nothing.
pub fn zones_of(state: &str) -> &'static [Tz] {
    match state {
        "CT" | "DC" | "DE" | "GA" | "MA" | "MD" | "ME" | "NC" | "NH" | "NJ" | "NY" | "OH" | "PA" | "RI" | "SC" | "VA" | "VT"
        | "WV" => &[America::New_York],
        "AL" | "AR" | "IA" | "IL" | "LA" | "MN" | "MO" | "MS" | "OK" | "WI" => &[America::Chicago],
        "CO" | "MT" | "NM" | "UT" | "WY" => &[America::Denver],
        "AZ" => &[America::Phoenix, America::Denver],
        "CA" | "NV" | "WA" => &[America::Los_Angeles],
        "FL" | "IN" | "KY" | "MI" | "TN" => &[America::New_York, America::Chicago],
        "KS" | "ND" | "NE" | "SD" | "TX" => &[America::Chicago, America::Denver],
        "ID" | "OR" => &[America::Denver, America::Los_Angeles],
        "AK" => &[America::Anchorage],
        "HI" => &[Pacific::Honolulu],
        "PR" | "VI" => &[America::Puerto_Rico],
        "GU" | "MP" => &[Pacific::Guam],
        "AS" => &[Pacific::Pago_Pago],
        _ => &[],
    }
}

/// Where the person's clocks are: their state's zones, else the facility's.
fn clocks_of(state: Option<&str>, facility: Tz) -> Vec<Tz> {
    let known = state.map_or(&[][..], zones_of);
    if known.is_empty() { vec![facility] } else { known.to_vec() }
}

/// Whether somebody would be disturbed at `at`.
pub fn is_quiet(quiet: QuietHours, state: Option<&str>, facility: Tz, at: DateTime<Utc>) -> bool {
    clocks_of(state, facility).into_iter().any(|zone| quiet.holds(minute_of(at, zone)))
}

/// `at`, or the first quarter of an hour after it at which nobody is disturbed. Quiet hours that never end change nothing.
pub fn not_quiet(quiet: QuietHours, state: Option<&str>, facility: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
    if !is_quiet(quiet, state, facility, at) {
        return at;
    }
    let quarter = i64::from(at.minute() % 15) * 60 + i64::from(at.second());
    let start = at - Duration::seconds(quarter) - Duration::nanoseconds(i64::from(at.nanosecond()));
    let later = (1..=192).map(|step| start + Duration::minutes(15 * step));
    later.into_iter().find(|one| !is_quiet(quiet, state, facility, *one)).unwrap_or(at)
}

/// The person's clock at `at`, if their state says it and lies in one zone: `9:40 pm EST`.
pub fn their_time(state: Option<&str>, at: DateTime<Utc>) -> Option<String> {
    match state.map_or(&[][..], zones_of) {
        [] => None,
        zones => {
            let mut words: Vec<String> =
                zones.iter().map(|zone| at.with_timezone(zone).format("%-I:%M %P %Z").to_string()).collect();
            words.dedup();
            Some(words.join(" or "))
        }
    }
}

fn minute_of(at: DateTime<Utc>, zone: Tz) -> u16 {
    let local = at.with_timezone(&zone);
    u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quiet() -> QuietHours {
        QuietHours::parse("21:00-08:00").unwrap()
    }

    #[test]
    fn a_call_at_night_moves_to_their_morning_not_ours() {
        let zone = America::Los_Angeles;
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        // 19:30 in Los Angeles is 22:30 in New York.
        let evening = at("2026-11-24T03:30:00Z");
        assert!(!is_quiet(quiet(), Some("CA"), zone, evening));
        assert_eq!(not_quiet(quiet(), Some("NY"), zone, evening), at("2026-11-24T13:00:00Z"));
        assert_eq!(not_quiet(quiet(), None, zone, at("2026-11-24T06:10:00Z")), at("2026-11-24T16:00:00Z"));
        assert_eq!(their_time(Some("NY"), evening).as_deref(), Some("10:30 pm EST"));
        assert_eq!(their_time(None, evening), None);
    }

    proptest! {
        #[test]
        fn what_comes_out_is_never_quiet_never_earlier_and_within_a_day(
            seconds in 1_600_000_000_i64..2_200_000_000,
            state in proptest::sample::select(vec!["NY", "CA", "TX", "HI", "AZ", "ID", "GU", "ZZ", "IN"]),
        ) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            let moved = not_quiet(quiet(), Some(state), America::Los_Angeles, at);
            prop_assert!(moved >= at);
            prop_assert!(moved - at <= Duration::hours(24));
            prop_assert!(!is_quiet(quiet(), Some(state), America::Los_Angeles, moved));
        }
    }
}
