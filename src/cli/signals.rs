//! Ctrl-C and SIGTERM, which end a process in good order, also while it starts.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::database::{self, Database};
use crate::config::Config;

/// A private Postgres that is being made or started is waited for this long, so that it can be stopped again.
const OPENING: Duration = Duration::from_secs(10);

/// Both; from its making on they no longer end the process by themselves.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    pub async fn stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Opens the database, which may take long where it is the private one; `None` if a signal came first.
    pub async fn open(&mut self, config: &Config) -> anyhow::Result<Option<Database>> {
        let opening = database::open(config);
        tokio::pin!(opening);
        tokio::select! {
            opened = &mut opening => return opened.map(Some),
            () = self.stop() => {}
        }
        if let Ok(Ok(database)) = tokio::time::timeout(OPENING, opening).await {
            database.close().await?;
        }
        Ok(None)
    }
}
