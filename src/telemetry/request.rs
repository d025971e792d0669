//! The id of the request being answered: in its span, in the audit log, on the page that says something broke.
//!
//! It travels beside the call and not through it: it decides nothing, and one forgotten argument would cost the trace.

use std::future::Future;

use uuid::Uuid;

tokio::task_local! {
    static CURRENT: Uuid;
}

/// Runs `work` as the request `id`.
pub async fn scope<F: Future>(id: Uuid, work: F) -> F::Output {
    CURRENT.scope(id, work).await
}

/// The request being answered; `None` in the worker and at the command line.
pub fn current() -> Option<String> {
    CURRENT.try_with(ToString::to_string).ok()
}
