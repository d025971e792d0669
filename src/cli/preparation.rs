//! What must hold before a long-running process uses its database: it takes writes, keeps what it confirms, has this program's
//! schema, and is sealed under these keys. Nothing is written before that.
//!
//! A database of `DATABASE_URL` that is away is waited for, however long: after a reboot it may come up later than Intake, and
//! nobody should have to be there. One that answers and does not fit is refused: the process ends with exit code 1.

use std::time::Duration;

use anyhow::{Context, bail};
use tokio::sync::watch;

use super::database::{Database, Schema};
use super::serve::Role;
use crate::config::{Config, Environment};
use crate::db::health;
use crate::sealing::{self, Keys};

/// Longest wait for a connection, over all hosts, and for a short answer.
const CONNECT: Duration = Duration::from_secs(20);
/// Between two tries.
const PAUSE: Duration = Duration::from_secs(1);
/// A process that listens waits so long for a connection before it takes inquiries without its database.
const GRACE: Duration = Duration::from_secs(3);
/// And so long for migrations that are under way.
const MIGRATING: Duration = Duration::from_mins(1);

/// How far the present try came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Connecting,
    Connected,
    Away,
}

/// Checks until the database can be used.
pub(super) struct Preparation<'a> {
    role: Role,
    config: &'a Config,
    database: &'a Database,
    keys: &'a Keys,
    progress: watch::Sender<Progress>,
}

impl<'a> Preparation<'a> {
    pub fn new(role: Role, config: &'a Config, database: &'a Database, keys: &'a Keys) -> Self {
        Self { role, config, database, keys, progress: watch::Sender::new(Progress::Connecting) }
    }

    /// Returns once the database can be used.
    ///
    /// # Errors
    ///
    /// It answers and must not be used: other keys, another schema, settings that would lose inquiries.
    pub async fn done(&self) -> anyhow::Result<()> {
        let mut said = String::new();
        loop {
            let Err(error) = self.check().await else { break };
            if self.database.private().is_some() || self.takes_writes().await.is_ok() {
                return Err(error);
            }
            let why = format!("{error:#}");
            if why != said {
                let meanwhile = if self.role == Role::Staff { "nothing is served" } else { "inquiries are kept on this disk" };
                tracing::warn!(why, "the database cannot be used yet; until it can, {meanwhile}");
                said = why;
            }
            self.progress.send_replace(Progress::Away);
            tokio::time::sleep(PAUSE).await;
        }
        if !said.is_empty() {
            tracing::warn!("the database can be used now");
        }
        Ok(())
    }

    /// Returns when there is no point in waiting any longer before listening: the database is away, silent, or busy for long.
    pub async fn takes_long(&self) {
        let mut progress = self.progress.subscribe();
        let changed = progress.wait_for(|progress| *progress != Progress::Connecting);
        if let Ok(Ok(progress)) = tokio::time::timeout(GRACE, changed).await
            && *progress == Progress::Away
        {
            return;
        }
        if *self.progress.borrow() == Progress::Connected {
            let changed = progress.wait_for(|progress| *progress == Progress::Away);
            let _still_busy = tokio::time::timeout(MIGRATING, changed).await.is_err();
        }
    }

    /// One try.
    async fn check(&self) -> anyhow::Result<()> {
        self.takes_writes().await?;
        self.progress.send_replace(Progress::Connected);
        if !self.config.database.allow_unsafe_durability {
            within(self.database.check_durability()).await?;
        }
        // Migrations take as long as they take.
        self.database.prepare(self.schema()).await?;
        if self.role != Role::Public {
            within(async { sealing::check::verify_or_register(&mut self.database.connect().await?, self.keys).await }).await?;
        }
        if self.config.environment == Environment::Production && self.config.notify.recipients.is_empty() {
            within(self.somebody_is_told()).await?;
        }
        Ok(())
    }

    async fn takes_writes(&self) -> anyhow::Result<()> {
        let asked = async {
            let read_only = health::is_read_only(&mut self.database.connect().await?).await;
            read_only.context("the database does not answer")
        };
        if within(asked).await? {
            bail!("the database takes no writes: it is a standby, or switched to read only");
        }
        Ok(())
    }

    async fn somebody_is_told(&self) -> anyhow::Result<()> {
        if crate::staff::store::anybody_subscribed(&mut self.database.connect().await?).await? {
            return Ok(());
        }
        bail!(
            "production does not start: nobody would be told of a new inquiry: set INTAKE__NOTIFY__RECIPIENTS, or add staff with \
             `intake staff add`"
        )
    }

    fn schema(&self) -> Schema {
        match (self.role, self.config.database.auto_migrate) {
            (Role::Public, _) if self.config.database.url.is_some() => Schema::Trust,
            (_, true) => Schema::Migrate,
            (_, false) => Schema::MustBeCurrent,
        }
    }
}

/// A server that accepts and says nothing is given up.
async fn within<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let late = || anyhow::anyhow!("the database did not answer within {} s", CONNECT.as_secs());
    tokio::time::timeout(CONNECT, work).await.unwrap_or_else(|_late| Err(late()))
}
