//! `intake retention [--dry-run] [--force]`: erases what is kept no longer, or says what would be.

use chrono::Utc;

use super::database;
use crate::audit::Actor;
use crate::config::Config;
use crate::leads::retention::{self, plan};
use crate::sealing::{KeyRole, Keys, check};

/// What to do.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Say what is due and erase nothing.
    #[arg(long)]
    dry_run: bool,
    /// Erase even if more is due at once than `retention.most_at_once_percent` lets pass.
    #[arg(long, conflicts_with = "dry_run")]
    force: bool,
}

/// Runs it.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let keys = Keys::load(&config.keys, KeyRole::Open)?;
    let database = database::open_ready(&config).await?;
    let mut conn = database.connect().await?;
    check::verify_or_register(&mut conn, &keys).await?;
    let zone = config.facility.time_zone;
    if args.dry_run {
        let plan = plan::plan(&mut conn, &config.retention, Utc::now()).await?;
        for line in &plan.lines {
            let kept = line.days.map_or_else(|| "for good".to_owned(), |days| format!("{days} days"));
            let next =
                line.next.map_or_else(|| "-".to_owned(), |at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string());
            println!("{:<13} kept {kept:<10} due {:<6} held {:<5} next {next}", line.class.code(), line.due, line.held);
        }
        if let Some(why) = plan.stopped {
            println!("nothing would be erased now: {}", why.words());
        }
        return database.close().await;
    }
    let mut total = 0;
    loop {
        let swept = retention::run(&mut conn, &keys, &config.retention, args.force, Actor::Command, Utc::now()).await?;
        if let Some(why) = swept.stopped {
            anyhow::bail!("nothing was erased: {}", why.words());
        }
        total += swept.total();
        if !swept.more {
            break;
        }
    }
    println!("{total} records erased");
    database.finish().await
}
