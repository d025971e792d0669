//! `intake backup --out FILE`: a consistent copy of the database, without keys.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use super::database;
use crate::config::Config;
use crate::db::dump;
use crate::sealing::{KeyRole, Keys};
use crate::spool::{Spool, Waiting};

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write; refuses where one exists.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Without a signature, where this host holds no private.key. Whoever can write to such a file can add accounts to it; `intake restore`
    /// takes it only with --accept-unsigned.
    #[arg(long)]
    unsigned: bool,
}

/// Copies whichever database is in use; Intake may go on meanwhile.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let keys = signing(&args, &config)?;
    let signed = keys.is_some();
    let database = database::open(&config).await?;
    let written = dump::write(database.owner_url(), &args.out, keys).await;
    database.close().await?;
    let manifest = written?;
    let count = |table: &str| manifest.rows.get(table).copied().unwrap_or(0);
    println!("wrote       {} ({} bytes)", args.out.display(), std::fs::metadata(&args.out)?.len());
    println!("holds       {} leads, {} inquiries, {} audit rows", count("leads"), count("inquiries"), count("audit_events"));
    if signed {
        println!("signed      under {}: `intake restore` refuses it if it is changed", config.keys.private_file.display());
    } else {
        println!("unsigned    keep it where nobody else can write: `intake restore` cannot tell whether it was changed");
    }
    println!("no keys     copy {} to another place than this file:", config.keys.private_file.display());
    println!("            without it nobody can read the inquiries in it, and who holds both holds everything");
    let Waiting { count, .. } = Spool::new(&config.data_dir, config.spool.max_megabytes).waiting();
    if count > 0 {
        println!("spool       {count} inquiries wait in {} and are not in it", config.data_dir.join("spool").display());
    }
    Ok(())
}

/// The keys to sign with.
fn signing(args: &Args, config: &Config) -> anyhow::Result<Option<Arc<Keys>>> {
    if args.unsigned {
        return Ok(None);
    }
    let keys = Keys::load(&config.keys, KeyRole::Open).context(
        "a backup is signed under private.key, which cannot be read here: run this where it can, or give --unsigned (whoever can write \
         to such a file can add accounts to it)",
    )?;
    Ok(Some(Arc::new(keys)))
}
