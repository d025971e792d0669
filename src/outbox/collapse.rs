//! When one mail stands for many. Pure.

use super::message::Pressure;

/// While a recipient is flooded, messages gather this long, in seconds, before the next mail stands for them.
const GATHER: i64 = 10;

/// What to do with a new-inquiry message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gathering {
    /// A mail of its own.
    Single,
    /// One mail for everything that waits for this recipient.
    Together,
    /// The last mail went out just now: wait so many seconds, then together.
    Wait(i32),
}

/// Decides by what waits and what was sent within a minute; `above` is the number at which it still is one mail each.
pub fn gathering(pressure: Pressure, above: u32) -> Gathering {
    if pressure.waiting + pressure.accepted_last_minute <= i64::from(above) {
        return Gathering::Single;
    }
    match pressure.seconds_since_last {
        Some(seconds) if seconds < GATHER => Gathering::Wait(i32::try_from(GATHER - seconds.max(0)).unwrap_or(1)),
        Some(_) | None => Gathering::Together,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_day_is_one_mail_each() {
        let pressure = Pressure { waiting: 20, accepted_last_minute: 40, seconds_since_last: Some(0) };
        assert_eq!(gathering(pressure, 60), Gathering::Single);
    }

    #[test]
    fn a_flood_is_one_mail_at_once_and_then_one_every_ten_seconds() {
        let first = Pressure { waiting: 500, accepted_last_minute: 0, seconds_since_last: None };
        assert_eq!(gathering(first, 60), Gathering::Together);
        let next = Pressure { waiting: 3, accepted_last_minute: 500, seconds_since_last: Some(2) };
        assert_eq!(gathering(next, 60), Gathering::Wait(8));
        let later = Pressure { waiting: 30, accepted_last_minute: 500, seconds_since_last: Some(11) };
        assert_eq!(gathering(later, 60), Gathering::Together);
    }
}
