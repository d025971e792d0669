//! `intake backup --out FILE`: a consistent copy of the database, without keys.

use std::path::PathBuf;

use super::database;
use crate::config::Config;
use crate::db::dump;
use crate::spool::{Spool, Waiting};

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write; refuses where one exists.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Copies whichever database is in use; Intake may go on meanwhile.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let database = database::open(&config).await?;
    let written = dump::write(database.owner_url(), &args.out).await;
    database.close().await?;
    let manifest = written?;
    let count = |table: &str| manifest.rows.get(table).copied().unwrap_or(0);
    println!("wrote       {} ({} bytes)", args.out.display(), std::fs::metadata(&args.out)?.len());
    println!("holds       {} leads, {} inquiries, {} audit rows", count("leads"), count("inquiries"), count("audit_events"));
    println!("no keys     copy {} to another place than this file:", config.keys.private_file.display());
    println!("            without it nobody can read the inquiries in it, and who holds both holds everything");
    let Waiting { count, .. } = Spool::new(&config.data_dir, config.spool.max_megabytes).waiting();
    if count > 0 {
        println!("spool       {count} inquiries wait in {} and are not in it", config.data_dir.join("spool").display());
    }
    Ok(())
}
