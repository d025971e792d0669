//! `intake outbox status`, `hold`, `release`: whether mail is sent.

use anyhow::bail;
use clap::Subcommand;

use super::database;
use crate::audit::Actor;
use crate::config::Config;
use crate::db::Connection;
use crate::outbox::hold::{HoldReason, Older, store};
use crate::staff::deliveries::hold;

/// What to do with the outbox.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Say whether mail is on hold, and what waits.
    Status,
    /// Send no mail until it is released: before Intake starts on a copy of a database that `intake restore` did not make.
    Hold,
    /// Send mail again.
    Release {
        /// Discard the mails that waited when the hold began; those that came since are sent.
        #[arg(long)]
        discard_older: bool,
    },
}

/// Runs the verb.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let database = database::open_ready(&config).await?;
    let mut conn = database.connect().await?;
    let outcome = dispatch(&args.verb, &config, &mut conn).await;
    drop(conn);
    let closed = database.close().await;
    outcome.and(closed)
}

async fn dispatch(verb: &Verb, config: &Config, conn: &mut Connection) -> anyhow::Result<()> {
    match verb {
        Verb::Status => {}
        Verb::Hold => hold::hold(conn, Actor::Command, HoldReason::Command).await?,
        Verb::Release { discard_older } => {
            let older = if *discard_older { Older::Discard } else { Older::Send };
            let Some(released) = hold::release(conn, Actor::Command, older).await? else { bail!("mail is not on hold") };
            println!("released    {} waiting to be sent, {} discarded", released.waiting, released.discarded);
            return Ok(());
        }
    }
    match store::find(conn).await? {
        Some(hold) => {
            println!("on hold     {}", hold.words(config.facility.time_zone));
            println!("waiting     {} from before, {} since", hold.before, hold.after);
        }
        None => println!("not on hold {} mails wait and are sent", store::waiting(conn).await?),
    }
    Ok(())
}
