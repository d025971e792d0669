//! One look at a time, however many ask, and nobody waits for it long: a balancer that gives up after a second must get an answer.
//!
//! A look is never cut off because somebody does not wait for it any more. One that takes long, because the first of several
//! database hosts is silent, still comes to its end, and its answer is there for the next who asks.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

/// How long one who asks waits for a new look. Kubernetes gives up after one second, `HAProxy` after two.
const WAIT: Duration = Duration::from_millis(500);
/// A look that does not end makes the last one count for so long.
const TRUST: Duration = Duration::from_secs(5);

type Seen<T> = Option<(Instant, T)>;

/// What can be asked; the looking ends when it is dropped.
#[derive(Debug)]
pub struct Probe<T> {
    asked: Arc<Notify>,
    seen: watch::Receiver<Seen<T>>,
}

/// The side of who looks.
#[derive(Debug)]
pub struct Questions<T> {
    asked: Arc<Notify>,
    seen: watch::Sender<Seen<T>>,
}

impl<T: Clone + Send + Sync + 'static> Probe<T> {
    /// Starts `watch`, which answers each of its questions; the first is asked at once. Call within a tokio runtime.
    pub fn start<F: Future<Output = ()> + Send + 'static>(watch: impl FnOnce(Questions<T>) -> F) -> Self {
        let (sender, seen) = watch::channel(None);
        let asked = Arc::<Notify>::default();
        asked.notify_one();
        tokio::spawn(watch(Questions { asked: Arc::clone(&asked), seen: sender }));
        Self { asked, seen }
    }

    /// What a look finds now, or what the last one found where this one takes long; `None` if nothing is known.
    pub async fn ask(&self) -> Option<T> {
        let mut seen = self.seen.clone();
        seen.mark_unchanged();
        self.asked.notify_one();
        let _late = tokio::time::timeout(WAIT, seen.changed()).await;
        let seen = seen.borrow();
        let (at, found) = seen.as_ref()?;
        (at.elapsed() < TRUST).then(|| found.clone())
    }
}

impl<T> Questions<T> {
    /// Waits for the next question; false once nobody can ask any more.
    pub async fn next(&self) -> bool {
        tokio::select! {
            () = self.asked.notified() => true,
            () = self.seen.closed() => false,
        }
    }

    /// Answers everybody who waits.
    pub fn answer(&self, found: T) {
        self.seen.send_replace(Some((Instant::now(), found)));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn many_who_ask_cost_one_look_and_one_that_hangs_makes_the_last_count_for_a_while() {
        let looks = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&looks);
        let probe = Probe::start(|questions| async move {
            while questions.next().await {
                let number = counted.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                if number > 10 {
                    std::future::pending::<()>().await;
                }
                questions.answer(number);
            }
        });
        let all = futures_util::future::join_all((0..100).map(|_| probe.ask())).await;
        assert!(all.iter().all(|answer| *answer == all[0] && answer.is_some()), "{all:?}");
        assert!(looks.load(Ordering::SeqCst) <= 2);
        let mut last = None;
        for _ in 0..12 {
            last = probe.ask().await;
        }
        assert_eq!(last, Some(10), "the last look that came to an end");
    }
}
