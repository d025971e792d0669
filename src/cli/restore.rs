//! `intake restore --from FILE`: a copy comes back into an empty database, checked.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::database::{self, Database, Schema};
use super::restore_check;
use crate::config::Config;
use crate::db::dump::{self, Manifest};
use crate::db::{self, health};
use crate::sealing::{KeyRole, Keys, check};

/// Where from.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file that `intake backup` wrote.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Restore although the key files that open it are not here: nothing in it can be read until they are.
    #[arg(long)]
    without_keys: bool,
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
    let database = database::open(&config).await?;
    let outcome = restore(&database, &args, &manifest, keys.as_ref(), &config.data_dir).await;
    database.close().await?;
    outcome
}

/// A key the backup is sealed under that the ring lacks.
fn missing_key<'a>(manifest: &'a Manifest, keys: &Keys) -> Option<&'a (String, String)> {
    let held = keys.ids();
    manifest.keys.iter().find(|(purpose, id)| !held.iter().any(|(ours, our_id)| ours == purpose && our_id == id))
}

async fn restore(
    database: &Database,
    args: &Args,
    manifest: &Manifest,
    keys: Option<&Keys>,
    data_dir: &Path,
) -> anyhow::Result<()> {
    let url = database.owner_url();
    let mut conn = db::connect(url).await.context("cannot connect to the database")?;
    if !dump::is_empty(&mut conn).await? {
        bail!("the database is not empty: restore into a new one (without DATABASE_URL: set INTAKE__DATA_DIR to a new folder)");
    }
    let server = health::version(&mut conn).await?;
    dump::restore(url, &server, &args.from).await?;
    let differences = manifest.differences(&dump::counts(&mut conn).await?);
    if !differences.is_empty() {
        bail!("restored, but not whole: {}", differences.join("; "));
    }
    println!(
        "restored    {} tables, {} rows, as of {}",
        manifest.rows.len(),
        manifest.rows.values().sum::<i64>(),
        manifest.made_at
    );
    for name in database.prepare(Schema::Migrate).await? {
        println!("migrated    {name}");
    }
    database.grant().await?;
    let Some(keys) = keys else {
        println!("no keys     nothing in it can be read until the private.key that belongs to it is in place");
        return Ok(());
    };
    check::verify_or_register(&mut conn, keys).await?;
    println!("keys        {}", restore_check::envelopes(&mut conn, keys).await?);
    println!("audit       {}", restore_check::audit(&mut conn, keys, &[]).await?);
    restore_check::first_checkpoint(&mut conn, keys, data_dir).await?;
    println!("next        intake doctor --restore-check --backup {}, then start Intake", args.from.display());
    Ok(())
}
