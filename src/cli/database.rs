//! The database a command works on: the one `DATABASE_URL` names, or the private one, started if it does not run.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::config::{Config, Environment};
use crate::db::commits::{self, Tried};
use crate::db::embedded::{self, PrivatePostgres};
use crate::db::{self, Connection, durability, migrations, privileges};

/// A standby that has not confirmed a command's commits by then is away.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(10);
/// From before anything was committed: read first when the database is opened.
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// An opened database; [`Database::close`] it at the end.
#[derive(Debug)]
pub struct Database {
    /// Where to connect.
    pub url: String,
    owner_url: Option<String>,
    public_role: Option<String>,
    private: Option<PrivatePostgres>,
}

/// A private server that does not stop is not waited for any longer.
const RELEASING: Duration = Duration::from_secs(20);

/// Whether a command may change the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Apply what is pending.
    Migrate,
    /// Refuse to go on while something is pending.
    MustBeCurrent,
    /// Do not look: the role has no right to.
    Trust,
}

/// Opens the database; starts the private one if none is named.
pub async fn open(config: &Config) -> anyhow::Result<Database> {
    let unverified = config.unverified_databases();
    if config.environment == Environment::Production && !unverified.is_empty() {
        bail!("production does not connect: {}", unverified.join("; "));
    }
    LazyLock::force(&STARTED);
    let owner_url = config.database.migration_url.as_ref().map(|url| url.reveal().clone());
    if let Some(url) = &config.database.url {
        return Ok(Database {
            url: url.reveal().clone(),
            owner_url,
            public_role: config.database.public_role.clone(),
            private: None,
        });
    }
    let data_dir = config.data_dir.clone();
    let private = tokio::task::spawn_blocking(move || embedded::ensure(&data_dir)).await??;
    Ok(Database { url: private.url().to_owned(), owner_url: None, public_role: None, private: Some(private) })
}

/// Opens a database a command can work with at once: migrated as the settings allow.
pub async fn open_ready(config: &Config) -> anyhow::Result<Database> {
    let database = open(config).await?;
    let schema = if config.database.auto_migrate { Schema::Migrate } else { Schema::MustBeCurrent };
    database.prepare(schema).await?;
    Ok(database)
}

/// A connection on which a commit waits for the disk of the server and for no standby.
pub(super) async fn connect(url: &str) -> anyhow::Result<Connection> {
    let mut conn = db::connect(url).await.context("cannot connect to the database")?;
    commits::commit_locally(&mut conn).await.context("the database does not answer")?;
    Ok(conn)
}

/// What this command has committed so far is held by the standby too, where there is one.
pub(super) async fn confirm(url: &str) -> anyhow::Result<()> {
    const NOT_CONFIRMED: &str =
        "what was changed could not be confirmed; it may already be saved: look before you repeat the command";
    let names = commits::standbys(&mut connect(url).await.context(NOT_CONFIRMED)?).await.context(NOT_CONFIRMED)?;
    if !names.is_empty() && commits::try_to_confirm(url, CONFIRM_TIMEOUT).await.context(NOT_CONFIRMED)? == Tried::Hangs {
        bail!("{NOT_CONFIRMED}. No server named in synchronous_standby_names ({names}) answers");
    }
    if db::fence::is_outdated(*STARTED) {
        bail!("{NOT_CONFIRMED}. Another server became the primary while it ran");
    }
    Ok(())
}

impl Database {
    /// As whom the tables are owned.
    pub fn owner_url(&self) -> &str {
        self.owner_url.as_deref().unwrap_or(&self.url)
    }

    /// Gives the application's role its rights, where it is not the owner.
    pub async fn grant(&self) -> anyhow::Result<()> {
        privileges::grant(self.owner_url(), &self.url).await?;
        match &self.public_role {
            Some(role) => privileges::grant_public(self.owner_url(), role).await,
            None => Ok(()),
        }
    }

    /// A connection of its own. What is committed on it waits for no standby: [`Database::finish`] does, in bounded time.
    pub async fn connect(&self) -> anyhow::Result<Connection> {
        connect(&self.url).await
    }

    /// The end of a command that changed something: confirms it, then leaves.
    pub async fn finish(self) -> anyhow::Result<()> {
        let confirmed = confirm(&self.url).await;
        let closed = self.close().await;
        confirmed.and(closed)
    }

    /// The private server, if it is ours.
    pub fn private(&self) -> Option<&PrivatePostgres> {
        self.private.as_ref()
    }

    /// Refuses a server that does not wait for the disk.
    pub async fn check_durability(&self) -> anyhow::Result<()> {
        let weak = durability::weaknesses(&mut self.connect().await?).await.context("cannot read the server's settings")?;
        if weak.is_empty() {
            return Ok(());
        }
        bail!(
            "answered inquiries could be lost: {} on this Postgres; switch that on, or set \
             INTAKE__DATABASE__ALLOW_UNSAFE_DURABILITY=true",
            weak.join(", ")
        )
    }

    /// Brings the schema to this version, or refuses to go on. Returns what was applied.
    pub async fn prepare(&self, schema: Schema) -> anyhow::Result<Vec<String>> {
        if schema == Schema::Trust {
            return Ok(Vec::new());
        }
        let owner = self.owner_url();
        let pending = migrations::pending(owner).await?;
        match (pending.as_slice(), schema) {
            ([], _) => Ok(pending),
            (_, Schema::Migrate) => {
                let applied = migrations::run(owner).await?;
                self.grant().await?;
                Ok(applied)
            }
            (missing, Schema::MustBeCurrent | Schema::Trust) => {
                bail!("{} migrations are pending: run `intake migrate`", missing.len())
            }
        }
    }

    /// Leaves the private server; it stops when nobody else uses it.
    pub async fn close(self) -> anyhow::Result<()> {
        let Some(private) = self.private else { return Ok(()) };
        let released = tokio::task::spawn_blocking(move || private.release());
        let Ok(released) = tokio::time::timeout(RELEASING, released).await else {
            tracing::warn!("the private Postgres has not stopped yet; it ends by itself, or is found again at the next start");
            return Ok(());
        };
        released?
    }
}
