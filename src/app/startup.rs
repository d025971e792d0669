//! Whether this process may use its database yet. Until its keys and the schema are known to fit, nothing is written there:
//! inquiries go to the spool, staff pages answer 503, the worker and the search wait.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

/// Shared by everything that waits for the start to be over; cheap to clone.
#[derive(Debug, Clone)]
pub struct Startup(Arc<watch::Sender<bool>>);

impl Startup {
    /// The database has not been checked yet.
    pub fn pending() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Nothing to wait for.
    pub fn complete() -> Self {
        Self(Arc::new(watch::Sender::new(true)))
    }

    /// The database fits: everything that waits goes on.
    pub fn finish(&self) {
        self.0.send_replace(true);
    }

    /// True once the database may be used.
    pub fn is_complete(&self) -> bool {
        *self.0.borrow()
    }

    /// Runs `work` once the database may be used.
    pub async fn then<F: Future>(self, work: F) -> F::Output {
        let mut phase = self.0.subscribe();
        // The sender lives as long as `self`.
        let _complete = phase.wait_for(|complete| *complete).await.is_ok();
        work.await
    }
}
