//! While the mail server is away, one message at a time finds out whether it is back; the others wait untried, so that
//! everything goes out at once when it is.

use std::time::{Duration, Instant};

use crate::mail::Verdict;

/// Mails on their way at once.
const SENDERS: usize = 4;
/// Longest pause between two tries of a server that is away.
const LONGEST: Duration = Duration::from_secs(15);

/// How the mail server was lately.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    again_at: Option<Instant>,
}

impl Breaker {
    /// How many more mails may be started now.
    pub fn room(&self, on_their_way: usize, now: Instant) -> usize {
        match self.again_at {
            None => SENDERS.saturating_sub(on_their_way),
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
