//! Bringing a copy back into an empty database.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use zip::ZipArchive;

use super::manifest::Manifest;
use super::programs;
use super::signature::{self, DumpSum, Summing};
use crate::db::{self, Connection};

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// True if the database holds no table yet.
pub async fn is_empty(conn: &mut Connection) -> anyhow::Result<bool> {
    let sql = "SELECT count(*) AS count FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    let counted: Counted = diesel::sql_query(sql).get_result(conn).await?;
    Ok(counted.count == 0)
}

pub(super) fn open(file: &Path) -> anyhow::Result<ZipArchive<File>> {
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    ZipArchive::new(opened).with_context(|| format!("{} is no whole backup of Intake", file.display()))
}

/// What a copy says it holds.
pub fn read_manifest(file: &Path) -> anyhow::Result<Manifest> {
    let text = signature::entry(&mut open(file)?, "manifest.json")?;
    let text = text.with_context(|| format!("{} is no backup of Intake", file.display()))?;
    Manifest::parse(&text).with_context(|| format!("{} cannot be used", file.display()))
}

/// Restores the copy into the database of `url` in one transaction: whole, or not at all. `version` is that of the server.
pub async fn restore(url: &str, version: &str, file: &Path, expected: Option<&DumpSum>) -> anyhow::Result<()> {
    let (_, server) = db::connect::reach(url).await.context("cannot connect to the database")?;
    let mut program = programs::command("pg_restore", version, url, &server)?;
    let database = program
        .get_envs()
        .find(|(name, _)| *name == "PGDATABASE")
        .and_then(|(_, value)| value.map(ToOwned::to_owned))
        .context("the database URL names no database")?;
    program.args(["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--dbname"]).arg(database);
    let read = file.to_owned();
    let sum = tokio::task::spawn_blocking(move || unpack(&read, program)).await??;
    if expected.is_some_and(|expected| *expected != sum) {
        bail!("{} was changed while it was read: do not use this database, and restore into another", file.display());
    }
    Ok(())
}

fn unpack(file: &Path, mut program: Command) -> anyhow::Result<DumpSum> {
    let mut archive = open(file)?;
    let mut entry = Summing::new(archive.by_name("database.dump").context("the backup holds no dump")?);
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("cannot run pg_restore")?;
    let mut stdin = child.stdin.take().context("pg_restore takes no input")?;
    // Its last bytes carry a checksum: a damaged file is an error here, and pg_restore's transaction ends without them.
    let copied = io::copy(&mut entry, &mut stdin);
    let damaged = copied.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe);
    if damaged {
        child.kill()?;
    }
    drop(stdin);
    let ended = child.wait_with_output()?;
    if damaged {
        copied.context("the backup is damaged")?;
    }
    if !ended.status.success() {
        bail!("pg_restore failed: {}", String::from_utf8_lossy(&ended.stderr).trim());
    }
    // It may stop reading after the last table.
    io::copy(&mut entry, &mut io::sink()).context("the backup is damaged")?;
    Ok(entry.sum())
}
