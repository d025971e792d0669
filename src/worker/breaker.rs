//! While the mail server is away, one message at a time finds out whether it is back; the others wait untried, so that
//! everything goes out at once when it is.

use std::time::{Duration, Instant};

use crate::mail::Verdict;

/// Mails on their way at once, not counting those that take long.
const SENDERS: usize = 4;
/// A mail takes long that is on its way for more than this: it holds up no other any more.
const LONG: Duration = Duration::from_secs(3);
/// Mails on their way at most, however long they take.
const MOST: usize = 16;
/// Longest pause between two tries of a server that is away.
const LONGEST: Duration = Duration::from_secs(15);

/// How the mail server was lately.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    again_at: Option<Instant>,
}

impl Breaker {
    /// How many more mails may be started now, where those on their way were started at `begun`.
    pub fn room(&self, begun: impl ExactSizeIterator<Item = Instant>, now: Instant) -> usize {
        let on_their_way = begun.len();
        match self.again_at {
            None => {
                let brisk = begun.filter(|begun| now.saturating_duration_since(*begun) < LONG).count();
                SENDERS.saturating_sub(brisk).min(MOST.saturating_sub(on_their_way))
            }
            Some(at) => usize::from(on_their_way == 0 && now >= at),
        }
    }

    /// False while the server is away.
    pub const fn is_calm(&self) -> bool {
        self.again_at.is_none()
    }

    /// Learns from a try. True if the server is back after it was away.
    pub fn learn(&mut self, verdict: &Verdict, now: Instant) -> bool {
        match verdict {
            // Mails that were on their way when it went tell nothing new.
            Verdict::RetryLater(reply) if reply.is_about_server() && self.again_at.is_some_and(|at| now < at) => false,
            Verdict::RetryLater(reply) if reply.is_about_server() => {
                let pause = Duration::from_secs(1 << self.failures.min(4)).min(LONGEST);
                self.failures += 1;
                self.again_at = Some(now + pause);
                false
            }
            Verdict::Sent | Verdict::RetryLater(_) | Verdict::NeverRetry(_) => {
                self.failures = 0;
                self.again_at.take().is_some()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Reply;

    #[test]
    fn mails_that_take_long_hold_up_no_other_until_there_are_very_many() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        let room = |long: usize, brisk: usize| {
            let begun = [vec![now; long], vec![now + LONG; brisk]].concat();
            breaker.room(begun.into_iter(), now + LONG)
        };
        assert_eq!([room(0, 0), room(0, 3), room(0, 4), room(4, 0), room(4, 4)], [4, 1, 0, 4, 0]);
        assert_eq!([room(12, 0), room(14, 0), room(16, 0)], [4, 2, 0]);
    }

    #[test]
    fn mails_that_were_on_their_way_when_the_server_went_count_as_one_failure() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..16 {
            assert!(!breaker.learn(&Verdict::RetryLater(Reply::of_server("connect")), now));
        }
        assert_eq!([0, 1].map(|seconds| breaker.room([].into_iter(), now + Duration::from_secs(seconds))), [0, 1]);
    }

    #[test]
    fn while_the_server_is_away_one_mail_asks_after_it() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        breaker.again_at = Some(now);
        assert_eq!(breaker.room([].into_iter(), now), 1);
        assert_eq!(breaker.room([now].into_iter(), now + LONG), 0);
        assert!(breaker.learn(&Verdict::Sent, now) && breaker.is_calm());
    }
}
