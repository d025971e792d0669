//! Migrations, carried in the binary. Run under an advisory lock, so that servers starting together migrate once.
//!
//! A program meets migrations it does not know while a newer release is rolled out. It goes on where `schema_floor` says that its
//! own newest migration is new enough, and is refused otherwise: see `migrations/README.md`.

use anyhow::{Context, bail};
use diesel::OptionalExtension;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const EMBEDDED: EmbeddedMigrations = embed_migrations!("migrations");
/// How often a migration that fell into a deadlock with the work of others is tried again.
const TRIES: usize = 20;
/// Any number, the same in every release.
const LOCK: i64 = 0x0069_6E74_616B_6531;

/// Applies what is missing and returns the names of what was applied. Refuses a schema that this binary is too old for.
pub async fn run(url: &str) -> anyhow::Result<Vec<String>> {
    with_harness(url, |harness| {
        let (mut applied, mut tries) = (Vec::new(), TRIES);
        while harness.has_pending_migration(EMBEDDED).map_err(|error| anyhow::anyhow!(error))? {
            match harness.run_next_migration(EMBEDDED).map(|version| version.to_string()) {
                Ok(version) => applied.push(version),
                // Whoever is being served went first; it was taken back whole.
                Err(error) if tries > 0 && error.to_string().contains("deadlock") => tries -= 1,
                Err(error) => return Err(anyhow::anyhow!(error).context("a migration failed")),
            }
        }
        Ok(applied)
    })
    .await
}

/// Names of what would be applied. Refuses a schema that this binary is too old for. Needs no right to change anything.
pub async fn pending(url: &str) -> anyhow::Result<Vec<String>> {
    let mut connection = super::connect(url).await.context("cannot connect to the database")?;
    let applied = applied(&mut connection).await.context("cannot read which migrations were applied")?;
    if let Some(newer) = beyond(&mut connection).await? {
        tracing::warn!(newer, "a newer Intake migrated the database, in a way that this version can live with: it goes on");
    }
    let migrations = embedded()?;
    let pending = migrations.iter().filter(|migration| !applied.contains(&migration.name().version().to_string()));
    let mut names: Vec<String> = pending.map(|migration| migration.name().to_string()).collect();
    names.sort();
    Ok(names)
}

/// True if a newer program has been here: what it gave is not ours to take back.
pub async fn is_beyond_us(url: &str) -> anyhow::Result<bool> {
    Ok(beyond(&mut super::connect(url).await.context("cannot connect to the database")?).await?.is_some())
}

/// The newest migration that this binary does not know; an error if it cannot live with it.
async fn beyond(connection: &mut AsyncPgConnection) -> anyhow::Result<Option<String>> {
    let known: Vec<String> = embedded()?.iter().map(|migration| migration.name().version().to_string()).collect();
    let applied = applied(connection).await.context("cannot read which migrations were applied")?;
    let Some(newest) = applied.into_iter().filter(|version| !known.contains(version)).max() else { return Ok(None) };
    let floor = floor(connection).await.context("cannot read which programs may serve this schema")?;
    match (floor, known.iter().max()) {
        (Some(floor), Some(ours)) if *ours >= floor => Ok(Some(newest)),
        (Some(_) | None, _) => bail!(
            "the database was migrated by a newer Intake (to {newest}), and this version is too old for it: start that version, or \
             restore a backup"
        ),
    }
}

async fn floor(connection: &mut AsyncPgConnection) -> diesel::QueryResult<Option<String>> {
    let table = "SELECT 'x' AS version WHERE to_regclass('schema_floor') IS NOT NULL";
    if diesel::sql_query(table).load::<Version>(connection).await?.is_empty() {
        return Ok(None);
    }
    let row: Option<Version> =
        diesel::sql_query("SELECT oldest_program AS version FROM schema_floor").get_result(connection).await.optional()?;
    Ok(row.map(|row| row.version))
}

#[derive(diesel::QueryableByName)]
struct Version {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

async fn applied(connection: &mut AsyncPgConnection) -> diesel::QueryResult<Vec<String>> {
    let table = "SELECT to_regclass('__diesel_schema_migrations')::text AS version WHERE to_regclass('__diesel_schema_migrations') IS NOT NULL";
    if diesel::sql_query(table).load::<Version>(connection).await?.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Version> = diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(connection).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

/// Takes back the newest `count` migrations; for the test that walks down and up again.
pub async fn revert(url: &str, count: usize) -> anyhow::Result<Vec<String>> {
    with_harness(url, move |harness| {
        let mut reverted = Vec::new();
        for _ in 0..count {
            let version = harness.revert_last_migration(EMBEDDED).map_err(|error| anyhow::anyhow!(error))?;
            reverted.push(version.to_string());
        }
        Ok(reverted)
    })
    .await
}

/// Names of every migration this binary carries, oldest first.
pub fn known() -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> = embedded()?.iter().map(|migration| migration.name().to_string()).collect();
    names.sort();
    Ok(names)
}

fn embedded() -> anyhow::Result<Vec<Box<dyn Migration<Pg>>>> {
    EMBEDDED.migrations().map_err(|error| anyhow::anyhow!(error))
}

/// The harness blocks inside a multi-thread runtime, so it gets one of its own, on a thread that may block.
async fn with_harness<T: Send + 'static>(
    url: &str,
    work: impl FnOnce(&mut AsyncMigrationHarness<AsyncPgConnection>) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let url = url.to_owned();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.block_on(async {
            let mut connection = super::connect(&url).await.context("cannot connect to the database")?;
            diesel::sql_query("SELECT pg_advisory_lock($1)")
                .bind::<diesel::sql_types::BigInt, _>(LOCK)
                .execute(&mut connection)
                .await
                .context("cannot lock the schema")?;
            super::commits::commit_locally(&mut connection).await.context("cannot set up the connection")?;
            beyond(&mut connection).await?;
            work(&mut AsyncMigrationHarness::new(connection))
        })
    };
    tokio::task::spawn_blocking(run).await.context("the migration was cut off")?
}
