//! `intake keys remove ID --copy-kept`: an old record key leaves the ring, once nothing stands under it.

use anyhow::{Context, bail};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::database;
use super::keys::as_owner;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::Config;
use crate::db::newer_schema::NewerSchema;
use crate::sealing::rotation::{Removal, allow_removal};
use crate::sealing::{KeyRole, Keys, check};
use crate::spool::Spool;

/// Which key.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id of the record key, as `intake keys status` shows it.
    id: String,
    /// A copy of the private file as it is now is kept as long as any backup from before the rotation.
    #[arg(long)]
    copy_kept: bool,
}

/// Removes it, or says what stands in the way. Cut off, it may be called again.
pub async fn run(args: &Args, config: &Config) -> anyhow::Result<()> {
    let id = args.id.trim().to_ascii_lowercase();
    let keys = Keys::load(&config.keys, KeyRole::Open)?;
    let waiting = Spool::new(&config.data_dir, config.spool.max_megabytes).waiting();
    if waiting.count > 0 {
        bail!(
            "{} inquiries wait in {} and may be sealed under this key: let Intake store them first; nothing was removed",
            waiting.count,
            config.data_dir.join("spool").display()
        );
    }
    if !args.copy_kept {
        bail!(
            "backups made before the rotation open with this key alone: keep a copy of {} for as long as one of them exists, \
             then say so with --copy-kept; nothing was removed",
            config.keys.private_file.display()
        );
    }
    let database = database::open_ready(config).await?;
    let mut conn = as_owner(config, &database.url).await?;
    check::verify_or_register(&mut conn, &keys).await?;
    let outcome = conn
        .transaction(async |conn| {
            let outcome = allow_removal(conn, &keys, &id).await?;
            if outcome == Removal::Allowed {
                let event = Event::new(Actor::Command, Action::KeyRemoved, Subject::None).with(json!({ "key": id }));
                audit::record(conn, &event).await?;
            }
            anyhow::Ok(outcome)
        })
        .await;
    drop(conn);
    // That nothing stands under the key was read. Rows that were sealed anew and never reached the standby would come back sealed under
    // it after a failover, and open no more: the key goes only when a commit behind all of them is confirmed.
    if matches!(outcome, Ok(Removal::Allowed)) {
        database::confirm(&database.url).await.context("nothing was removed from the key file")?;
    }
    database.close().await?;
    settle(outcome?, &id, config)
}

fn settle(outcome: Removal, id: &str, config: &Config) -> anyhow::Result<()> {
    match outcome {
        Removal::Allowed => {
            Keys::remove_record_key(&config.keys, id)?;
            println!("record key {id} is out of {}; copy the file to every host", config.keys.private_file.display());
            Ok(())
        }
        Removal::Unknown => bail!("there is no record key {id} in the ring; `intake keys status` shows them"),
        Removal::Writes => bail!("record key {id} is the one that writes: run `intake keys rotate` first; nothing was removed"),
        Removal::TooSoon => bail!("the key that writes is younger than a minute: try again then; nothing was removed"),
        Removal::Elsewhere => bail!("another process changes the keys at this moment: try again; nothing was removed"),
        Removal::NewerSchema(beyond) => bail!("{}; nothing was removed", NewerSchema(beyond)),
        Removal::InUse(columns) => {
            let total: i64 = columns.values().sum();
            let list: Vec<String> = columns.iter().map(|(column, count)| format!("{column} {count}")).collect();
            bail!(
                "{total} envelopes still stand under record key {id} ({}): run `intake keys rotate`; nothing was removed",
                list.join(", ")
            )
        }
    }
}
