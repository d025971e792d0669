//! Starts again what a panic ended: one inquiry or one mail that breaks its task must not keep out all that come after it.

use std::future::Future;
use std::time::Duration;

/// A task that panics at once is not started more often than so.
const PAUSE: Duration = Duration::from_millis(200);

/// Runs `start()` as a task until it ends by itself. `None` if it was cancelled.
pub async fn after_a_panic<F>(task: &'static str, start: impl Fn() -> F) -> Option<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    loop {
        match tokio::spawn(start()).await {
            Ok(done) => return Some(done),
            Err(error) if error.is_panic() => {
                tracing::error!(task, "ended by a panic; starting it again");
                tokio::time::sleep(PAUSE).await;
            }
            Err(_cancelled) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    static TIMES: AtomicUsize = AtomicUsize::new(0);

    #[tokio::test]
    async fn a_task_that_panics_twice_is_started_a_third_time() {
        let start = || async { assert!(TIMES.fetch_add(1, Ordering::Relaxed) == 2, "not yet") };
        assert_eq!(after_a_panic("test", start).await, Some(()));
        assert_eq!(TIMES.load(Ordering::Relaxed), 3);
    }
}
