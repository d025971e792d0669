//! Which rungs a lead has reached: pure arithmetic over the promise and the staffed hours.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

use crate::config::StaffedHours;
use crate::leads::staffed::{is_staffed, next_opening};

crate::coded_choice! {
    /// How far an unkept promise has climbed.
    Rung { DueSoon = "due_soon", Late = "late", StillLate = "still_late" }
}

/// When first contact is owed: the due time, or the same span after the next opening where nobody is there at that time.
pub fn promise(due_at: DateTime<Utc>, minutes: u32, hours: Option<&StaffedHours>, zone: Tz) -> DateTime<Utc> {
    let Some(hours) = hours.filter(|hours| !is_staffed(hours, zone, due_at)) else { return due_at };
    next_opening(hours, zone, due_at).map_or(due_at, |opening| opening + Duration::minutes(minutes.into()))
}

/// The rungs reached at `now`: two thirds of the promise are over, all of it, and `after` minutes more. A lead that is due sooner
/// than the promise, as one of a person who wrote before, is warned of after two thirds of its own time.
pub fn rungs(received_at: DateTime<Utc>, promised_at: DateTime<Utc>, minutes: u32, after: u32, now: DateTime<Utc>) -> Vec<Rung> {
    let given = (promised_at - received_at).clamp(Duration::zero(), Duration::minutes(minutes.into()));
    let soon = promised_at - given / 3;
    let still = promised_at + Duration::minutes(after.into());
    let reached = [(Rung::DueSoon, soon), (Rung::Late, promised_at), (Rung::StillLate, still)];
    reached.into_iter().filter(|(_, at)| now >= *at).map(|(rung, _)| rung).collect()
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Los_Angeles;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_ladder_is_climbed_rung_by_rung() {
        let due = at("2026-11-23T20:15:00Z");
        let reached = |now: &str| rungs(at("2026-11-23T20:00:00Z"), due, 15, 10, at(now));
        assert_eq!(reached("2026-11-23T20:09:59Z"), []);
        assert_eq!(reached("2026-11-23T20:10:00Z"), [Rung::DueSoon]);
        assert_eq!(reached("2026-11-23T20:15:00Z"), [Rung::DueSoon, Rung::Late]);
        assert_eq!(reached("2026-11-23T20:25:00Z"), [Rung::DueSoon, Rung::Late, Rung::StillLate]);
    }

    #[test]
    fn a_shorter_promise_is_not_warned_of_as_it_is_given() {
        let came = at("2026-11-23T20:00:00Z");
        let reached = |now: &str| rungs(came, at("2026-11-23T20:05:00Z"), 15, 10, at(now));
        assert_eq!(reached("2026-11-23T20:03:19Z"), []);
        assert_eq!(reached("2026-11-23T20:03:20Z"), [Rung::DueSoon]);
        assert_eq!(reached("2026-11-23T20:05:00Z"), [Rung::DueSoon, Rung::Late]);
    }

    #[test]
    fn at_night_the_promise_counts_from_the_next_opening() {
        let hours = StaffedHours::parse("Mon-Sun 07:00-21:00").unwrap();
        let owed = |due: &str| promise(at(due), 15, Some(&hours), Los_Angeles);
        assert_eq!(owed("2026-11-23T10:00:00Z"), at("2026-11-23T15:15:00Z"));
        assert_eq!(owed("2026-11-23T20:00:00Z"), at("2026-11-23T20:00:00Z"));
        assert_eq!(promise(at("2026-11-23T10:00:00Z"), 15, None, Los_Angeles), at("2026-11-23T10:00:00Z"));
    }
}
