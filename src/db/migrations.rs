//! Migrations, carried in the binary. Run under an advisory lock, so that servers starting together migrate once.

use anyhow::Context;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const EMBEDDED: EmbeddedMigrations = embed_migrations!("migrations");
/// Any number, the same in every release.
const LOCK: i64 = 0x0069_6E74_616B_6531;

/// Applies what is missing and returns the names of what was applied. Refuses a schema newer than this binary knows.
pub async fn run(url: &str) -> anyhow::Result<Vec<String>> {
    with_harness(url, |harness| {
        refuse_newer(harness)?;
        let applied = harness.run_pending_migrations(EMBEDDED).map_err(|error| anyhow::anyhow!(error));
        Ok(applied.context("a migration failed")?.iter().map(ToString::to_string).collect())
    })
    .await
}

/// Names of what would be applied. Refuses a schema newer than this binary knows. Needs no right to change anything.
pub async fn pending(url: &str) -> anyhow::Result<Vec<String>> {
    let mut connection = super::connect(url).await.context("cannot connect to the database")?;
    let applied = applied(&mut connection).await.context("cannot read which migrations were applied")?;
    let migrations = embedded()?;
    let known: Vec<String> = migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    if let Some(version) = applied.iter().filter(|version| !known.contains(version)).max() {
        return Err(newer(version));
    }
    let pending = migrations.iter().filter(|migration| !applied.contains(&migration.name().version().to_string()));
    let mut names: Vec<String> = pending.map(|migration| migration.name().to_string()).collect();
    names.sort();
    Ok(names)
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

fn refuse_newer(harness: &mut AsyncMigrationHarness<AsyncPgConnection>) -> anyhow::Result<()> {
    let known: Vec<MigrationVersion<'static>> = embedded()?.iter().map(|migration| migration.name().version().as_owned()).collect();
    let applied = harness.applied_migrations().map_err(|error| anyhow::anyhow!(error))?;
    applied.iter().filter(|version| !known.contains(version)).max().map_or(Ok(()), |version| Err(newer(&version.to_string())))
}

fn newer(version: &str) -> anyhow::Error {
    anyhow::anyhow!("the database was migrated by a newer Intake (to {version}): start that version, or restore a backup")
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
            work(&mut AsyncMigrationHarness::new(connection))
        })
    };
    tokio::task::spawn_blocking(run).await.context("the migration was cut off")?
}
