//! Making a copy.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, bail};
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::manifest::{Manifest, manifest};
use super::programs;
use super::signature::{self, Summing};
use crate::sealing::Keys;
use crate::{db, files};

#[derive(QueryableByName)]
struct Snapshot {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Writes a copy of the database of `url` to `file`, which must not exist; it appears whole and synced, or not at all. Manifest and
/// dump are of one snapshot, while everything goes on. Signed by `keys`, where they are given.
pub async fn write(url: &str, file: &Path, keys: Option<Arc<Keys>>) -> anyhow::Result<Manifest> {
    if file.exists() {
        bail!("{} exists already and is not overwritten", file.display());
    }
    let (mut conn, server) = db::connect::reach(url).await.context("cannot connect to the database")?;
    conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
    let snapshot: Snapshot = diesel::sql_query("SELECT pg_export_snapshot() AS id").get_result(&mut conn).await?;
    let manifest = manifest(&mut conn).await?;
    let mut dump = programs::command("pg_dump", &manifest.postgres, url, &server)?;
    dump.args(["--format=custom", "--no-owner", "--no-privileges"]).arg(format!("--snapshot={}", snapshot.id));
    let (beside, described) = (unfinished(file), manifest.clone());
    let written = {
        let beside = beside.clone();
        tokio::task::spawn_blocking(move || pack(&beside, described, dump, keys.as_deref())).await?
    };
    conn.batch_execute("ROLLBACK").await?;
    let named = written
        .and_then(|out| files::publish(&out, &beside, file).with_context(|| format!("cannot move the copy to {}", file.display())));
    if let Err(error) = named {
        let _nothing_there = fs::remove_file(&beside);
        return Err(error);
    }
    Ok(manifest)
}

fn unfinished(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    file.with_file_name(name)
}

fn pack(file: &Path, mut manifest: Manifest, mut dump: Command, keys: Option<&Keys>) -> anyhow::Result<fs::File> {
    let out = files::create_new(file, 0o600).with_context(|| format!("cannot write {}", file.display()))?;
    let mut zip = zip::ZipWriter::new(BufWriter::new(out));
    // pg_dump compresses already.
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true).unix_permissions(0o600);
    zip.start_file("database.dump", options)?;
    let mut child = dump.stdout(Stdio::piped()).spawn().context("cannot run pg_dump")?;
    let mut stdout = Summing::new(child.stdout.take().context("pg_dump has no output")?);
    io::copy(&mut stdout, &mut zip).context("the copy could not be written: is the disk full?")?;
    let ended = child.wait_with_output()?;
    if !ended.status.success() {
        bail!("pg_dump failed: {}", String::from_utf8_lossy(&ended.stderr).trim());
    }
    manifest.dump = Some(stdout.sum());
    let described = serde_json::to_vec_pretty(&manifest)?;
    zip.start_file("manifest.json", options)?;
    zip.write_all(&described)?;
    if let Some(keys) = keys {
        zip.start_file(signature::ENTRY, options)?;
        zip.write_all(signature::sign(keys, &described)?.as_bytes())?;
    }
    let out = zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    out.sync_all()?;
    Ok(out)
}
