//! Wakes the sender as soon as something was enqueued. Only a comfort: it looks every second anyway.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::{Notify, watch};

use crate::app::App;
use crate::db::{Listener, Pooled};

/// Listens until told to stop; connects anew when the connection is lost.
pub(super) async fn listen(app: &App, wake: &Arc<Notify>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            ended = attend(app, wake) => {
                if let Err(error) = ended {
                    tracing::debug!(error = format!("{error:#}"), "not listening; trying again");
                }
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                    _ = stop.changed() => {}
                }
            }
            _ = stop.changed() => {}
        }
    }
}

async fn attend(app: &App, wake: &Arc<Notify>) -> anyhow::Result<()> {
    let made = Instant::now();
    // Taken out of the pool for good: a connection that listens is nobody else's.
    let conn = Pooled::take(app.pool.get().await?).context("a connection that was lent")?;
    let mut listener = Listener::new(conn, made, &["intake_inquiries", "intake_outbox"]).await?;
    loop {
        listener.next().await?;
        wake.notify_one();
    }
}
