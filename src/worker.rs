//! Floor 4: the worker. Renders and sends what waits in the outbox, adopts what the public role sealed, links the audit chain,
//! tidies up. Several may run at once, here or elsewhere: claims, locks and leases keep them apart.
//!
//! No transaction is open while mail is sent, and nothing here is needed to answer an inquirer. Each step fails alone: Postgres
//! or the mail server may be away for days, the worker tries again.

mod breaker;
mod delivery;
mod housekeeping;
mod listen;
mod post;

use std::sync::Arc;

use tokio::sync::{Notify, watch};

use crate::app::App;

/// Works until `stop` turns true, then finishes the mails it is sending, or gives them back after a few seconds.
/// The pool of `app` must be the worker's own; it uses up to eight connections.
pub async fn run(app: App, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    let wake = Arc::new(Notify::new());
    tokio::join!(
        delivery::deliver(&app, &wake, stop.clone()),
        listen::listen(&app, &wake, stop.clone()),
        housekeeping::keep(&app, stop),
    );
    Ok(())
}

/// The worker's own step, once: sends until nothing is due, adopts, links. Returns how many mails the mailer took.
pub async fn deliver_once(app: &App) -> anyhow::Result<usize> {
    let taken = delivery::deliver_due(app).await?;
    housekeeping::once(app).await?;
    Ok(taken)
}

const _: () = {
    fn must_be_send<T: Send>(_: T) {}
    #[expect(dead_code, reason = "only checked by the compiler: the worker may be spawned on any runtime")]
    fn check(app: App, stop: watch::Receiver<bool>) {
        must_be_send(run(app, stop));
    }
};
