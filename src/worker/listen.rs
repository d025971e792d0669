//! Wakes the sender as soon as something was enqueued. Only a comfort: it looks every second anyway.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use diesel_async::SimpleAsyncConnection;
use futures_util::StreamExt;
use tokio::sync::{Notify, watch};

use crate::app::App;
use crate::db::{Pooled, fence};

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
    let outdated = fence::outdated();
    // Taken out of the pool for good: a connection that listens is nobody else's.
    let mut conn = Pooled::take(app.pool.get().await?).context("a connection that was lent")?;
    conn.batch_execute("LISTEN intake_inquiries; LISTEN intake_outbox").await?;
    let mut notifications = std::pin::pin!(conn.notifications_stream().take_until(outdated));
    while let Some(notification) = notifications.next().await {
        notification?;
        wake.notify_one();
    }
    Ok(())
}
