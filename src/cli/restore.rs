//! `intake restore --from FILE`: a copy comes back into an empty database, checked.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::database::{self, Database, Schema};
use super::restore_check;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::Config;
use crate::db::dump::{self, Checked, Manifest, Signature};
use crate::db::{self, Connection, health};
use crate::outbox::hold::HoldReason;
use crate::sealing::{KeyRole, Keys, check};
use crate::staff::credentials;
use crate::staff::deliveries::hold;

/// Where from.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file that `intake backup` wrote.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Restore although the key files that open it are not here: nothing in it can be read until they are.
    #[arg(long)]
    without_keys: bool,
    /// Restore although the backup carries no signature (made by an older Intake, or with --unsigned): whoever could write to the file
    /// may have added accounts, roles and records, and nothing here can tell.
    #[arg(long)]
    accept_unsigned: bool,
}

/// Restores into whichever database is in use, which must be empty. Refuses before it writes anything where the keys do not fit.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let manifest = dump::read_manifest(&args.from)?;
    let keys = match Keys::load(&config.keys, KeyRole::Open) {
        Ok(keys) => Some(keys),
        Err(_missing) if args.without_keys => None,
        Err(error) => {
            return Err(error).context(
                "this backup holds no keys: put the private.key and public.key that belong to it in place first \
                 (or give --without-keys to bring back what nobody can read)",
            );
        }
    };
    if let Some(missing) = keys.as_ref().and_then(|keys| missing_key(&manifest, keys)) {
        bail!(
            "the key files here are not those of this backup: its {} key {} is not among them. Nothing was written",
            missing.0,
            missing.1
        );
    }
    let (manifest, signature) = match &keys {
        Some(keys) => {
            let checked = checked(&args, keys)?;
            (checked.manifest, Some(checked.signature))
        }
        None => (manifest, None),
    };
    let database = database::open(&config).await?;
    let copy = Source { file: &args.from, manifest: &manifest, signature };
    let outcome = restore(&database, &copy, keys.as_ref(), &config.data_dir).await;
    database.close().await?;
    outcome
}

/// A key the backup is sealed under that the ring lacks.
fn missing_key<'a>(manifest: &'a Manifest, keys: &Keys) -> Option<&'a (String, String)> {
    let held = keys.ids();
    manifest.keys.iter().find(|(purpose, id)| !held.iter().any(|(ours, our_id)| ours == purpose && our_id == id))
}

/// A backup about to be restored.
struct Source<'a> {
    file: &'a Path,
    manifest: &'a Manifest,
    /// `None` where there are no keys to check it with.
    signature: Option<Signature>,
}

/// Refuses a backup that was changed; and one without a signature, unless it is accepted.
fn checked(args: &Args, keys: &Keys) -> anyhow::Result<Checked> {
    let checked = dump::check_signature(&args.from, keys)?;
    if checked.signature == Signature::Missing && !args.accept_unsigned {
        bail!(
            "{} carries no signature: an older Intake made it, or `intake backup --unsigned`, or somebody took it off. Whoever could \
             write to the file may have added accounts and roles. Nothing was written. If you know where it has been, give \
             --accept-unsigned",
            args.from.display()
        );
    }
    Ok(checked)
}

async fn restore(database: &Database, copy: &Source<'_>, keys: Option<&Keys>, data_dir: &Path) -> anyhow::Result<()> {
    let url = database.owner_url();
    let mut conn = db::connect(url).await.context("cannot connect to the database")?;
    if !dump::is_empty(&mut conn).await? {
        bail!("the database is not empty: restore into a new one (without DATABASE_URL: set INTAKE__DATA_DIR to a new folder)");
    }
    let server = health::version(&mut conn).await?;
    dump::restore(url, &server, copy.file, copy.manifest.dump.as_ref()).await?;
    finish(database, &mut conn, copy).await.context(
        "the copy is there, but not ready: its sessions may still open and its mails may still be sent. Do not start Intake on it; \
         restore into another database",
    )?;
    let Some(keys) = keys else {
        println!("no keys     nothing in it can be read until the private.key that belongs to it is in place;");
        println!("            its signature was not checked: then run `intake doctor --restore-check --backup` with this file");
        return Ok(());
    };
    check::verify_or_register(&mut conn, keys).await?;
    println!("keys        {}", restore_check::envelopes(&mut conn, keys).await?);
    println!("audit       {}", restore_check::audit(&mut conn, keys, &[]).await?);
    restore_check::first_checkpoint(&mut conn, keys, data_dir).await?;
    println!("next        intake doctor --restore-check --backup {}, then start Intake", copy.file.display());
    Ok(())
}

/// Is every row there? Then the schema is brought up to date, nobody is signed in to the copy, and nobody is mailed by it.
async fn finish(database: &Database, conn: &mut Connection, copy: &Source<'_>) -> anyhow::Result<()> {
    let manifest = copy.manifest;
    let differences = manifest.differences(&dump::counts(conn).await?);
    if !differences.is_empty() {
        bail!("restored, but not whole: {}", differences.join("; "));
    }
    let rows = manifest.rows.values().sum::<i64>();
    println!("restored    {} tables, {rows} rows, as of {}", manifest.rows.len(), manifest.made_at);
    for name in database.prepare(Schema::Migrate).await? {
        println!("migrated    {name}");
    }
    database.grant().await?;
    let details = json!({ "as_of": manifest.made_at, "signed": copy.signature == Some(Signature::Valid) });
    conn.transaction(async |conn| {
        credentials::end_everything(conn).await?;
        hold::hold(conn, Actor::Command, HoldReason::Restore).await?;
        audit::record(conn, &Event::new(Actor::Command, Action::DatabaseRestored, Subject::None).with(details)).await
    })
    .await?;
    if copy.signature == Some(Signature::Valid) {
        println!("signed      by these keys, and unchanged since");
    }
    println!("ended       every session, link and invitation of the copy: everyone signs in again");
    println!("mail        on hold: nobody is mailed until `intake outbox release`, or \"Deliveries\" in the browser");
    Ok(())
}
