//! Whether the time can be trusted enough to erase by it.

use chrono::{DateTime, Duration, Utc};

/// This machine and the database may differ by so much.
const AGREE: Duration = Duration::hours(1);
/// If nothing happened for so long, a clock that jumped is likelier than a center where nobody did anything.
const QUIET: Duration = Duration::days(7);

/// Why nothing should be erased now; `None` if nothing speaks against it. `newest` is the last thing a person did here.
pub(super) fn doubt(now: DateTime<Utc>, database: DateTime<Utc>, newest: Option<DateTime<Utc>>) -> Option<&'static str> {
    if (now - database).abs() > AGREE {
        return Some("The clocks of this machine and of the database disagree.");
    }
    match newest {
        Some(newest) if newest > now + AGREE => Some("The newest record lies in the future: a clock went back."),
        Some(newest) if now - newest > QUIET => {
            Some("Nobody wrote or signed in for a week, so the clock may have jumped. It goes on as soon as somebody does.")
        }
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumped_stops_the_schedule() {
        let now: DateTime<Utc> = "2026-11-23T12:00:00Z".parse().unwrap();
        let day = Duration::days(1);
        assert_eq!(doubt(now, now, None), None);
        assert_eq!(doubt(now, now + Duration::seconds(90), Some(now - day)), None);
        assert!(doubt(now + day * 10, now, Some(now)).is_some(), "this machine alone jumped");
        assert!(doubt(now, now + day * 10, Some(now)).is_some(), "the database alone jumped");
        assert!(doubt(now + day * 10, now + day * 10, Some(now)).is_some(), "both jumped");
        assert!(doubt(now - day, now - day, Some(now)).is_some(), "both went back");
    }
}
