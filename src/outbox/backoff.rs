//! When to try again. Pure.

/// First pause, in seconds.
const FIRST: u64 = 5;
/// Longest pause, in seconds.
pub const LONGEST_PAUSE: u32 = 30 * 60;

/// What follows a failed try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextTry {
    /// Again after so many seconds.
    After(u32),
    /// It has waited too long: dead.
    GiveUp,
}

/// The pause after try number `attempts` (1 is the first) of a message `age_seconds` old: 5 s, doubled each time up to 30
/// minutes, less up to a fifth by `jitter` (0 to 1), so that messages of one outage do not all come back at once.
pub fn next_try(attempts: u32, age_seconds: i64, give_up_after_hours: u32, jitter: f64) -> NextTry {
    if age_seconds >= i64::from(give_up_after_hours) * 3600 {
        return NextTry::GiveUp;
    }
    let doublings = attempts.saturating_sub(1).min(20);
    let full = (FIRST << doublings).min(LONGEST_PAUSE.into());
    let less = (u32::try_from(full).map_or(0.0, f64::from) * 0.2 * jitter.clamp(0.0, 1.0)).floor();
    let pause = u32::try_from(full).map_or(0.0, f64::from) - less;
    NextTry::After(whole_seconds(pause))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 4 and 1800 by construction")]
fn whole_seconds(pause: f64) -> u32 {
    pause as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pauses_double_from_five_seconds_to_half_an_hour() {
        let pauses: Vec<_> = (1..=12).map(|attempt| next_try(attempt, 0, 72, 0.0)).collect();
        let expected = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800, 1800].map(NextTry::After);
        assert_eq!(pauses, expected);
    }

    #[test]
    fn it_gives_up_only_after_the_configured_hours() {
        assert_eq!(next_try(400, 72 * 3600, 72, 0.5), NextTry::GiveUp);
        assert!(matches!(next_try(400, 72 * 3600 - 1, 72, 0.5), NextTry::After(_)));
    }

    proptest! {
        #[test]
        fn a_pause_is_never_shorter_than_four_seconds_nor_longer_than_half_an_hour(attempts in 0..u32::MAX, jitter in 0.0..1.0f64) {
            let NextTry::After(seconds) = next_try(attempts, 0, 1, jitter) else { panic!("gave up") };
            prop_assert!((4..=1800).contains(&seconds));
        }
    }
}
