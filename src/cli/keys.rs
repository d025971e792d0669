//! `intake keys init`, `status`, `rotate`, `remove`: the two key files.

use std::collections::BTreeMap;

use anyhow::bail;
use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;

use super::{database, key_removal};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::Config;
use crate::db::{Connection, newer_schema};
use crate::sealing::{KeyRole, Keys, Place, check, rotation};

/// What to do with the keys.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make both key files; refuses where one exists.
    Init,
    /// Show which keys there are and how many envelopes each holds. Shows no secret.
    Status,
    /// Make a new record key and a new sealing pair, and bring every envelope under the record key, while Intake runs. Goes on
    /// where it was cut off.
    Rotate {
        /// Only make the keys; call again without this after the file was copied to all hosts.
        #[arg(long)]
        key_only: bool,
    },
    /// Take an old record key out of the ring; refused while anything stands under it.
    Remove(key_removal::Args),
}

/// Runs the verb.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    match args.verb {
        Verb::Init => init(&config),
        Verb::Status => status(&config).await,
        Verb::Rotate { key_only } => rotate(&config, key_only).await,
        Verb::Remove(args) => key_removal::run(&args, &config).await,
    }
}

fn init(config: &Config) -> anyhow::Result<()> {
    Keys::init(&config.keys)?;
    println!("made {}", config.keys.public_file.display());
    println!("made {}", config.keys.private_file.display());
    println!("Copy the private file to a safe place now, apart from all database backups: without it nothing can be read again.");
    Ok(())
}

async fn status(config: &Config) -> anyhow::Result<()> {
    let keys = Keys::load(&config.keys, KeyRole::Open)?;
    let database = database::open_ready(config).await?;
    let mut conn = database.connect().await?;
    check::verify_or_register(&mut conn, &keys).await?;
    let counts = counts(&mut conn).await?;
    for (purpose, id) in keys.ids() {
        let held = counts.get(&id).map_or(String::new(), |count| format!("  {count} envelopes"));
        println!("{purpose:<12} {id}{held}");
    }
    let beyond = newer_schema::sealed_beyond(&mut conn).await?;
    if !beyond.is_empty() {
        println!("not counted, because this version does not know them: {}", beyond.join(", "));
    }
    database.close().await
}

/// Envelopes by the key they name.
async fn counts(conn: &mut Connection) -> anyhow::Result<BTreeMap<String, i64>> {
    let mut counts = BTreeMap::new();
    for place in Place::ALL {
        for ((id, _record), count) in rotation::count_by_key(conn, *place).await? {
            *counts.entry(id).or_default() += count;
        }
    }
    Ok(counts)
}

async fn rotate(config: &Config, key_only: bool) -> anyhow::Result<()> {
    let keys = Keys::load(&config.keys, KeyRole::Open)?;
    let database = database::open_ready(config).await?;
    let mut conn = as_owner(config, &database.url).await?;
    check::verify_or_register(&mut conn, &keys).await?;
    newer_schema::refuse(newer_schema::sealed_beyond(&mut conn).await?)?;
    let keys = if unfinished(&mut conn, &keys).await? {
        println!("going on with the rotation that was cut off");
        keys
    } else {
        let [record_key, sealing] = Keys::add_keys(&config.keys)?;
        println!("new record key {record_key}, new sealing pair {sealing}");
        println!("copy {} to a safe place again", config.keys.private_file.display());
        println!(
            "hosts that hold {} alone: copy it to them after every host with the private file has the new one; they seal",
            config.keys.public_file.display()
        );
        println!("for the new pair from their next start, and what they seal for the old one opens as ever");
        record(&mut conn, Action::KeyAdded, json!({ "key": record_key, "sealing": sealing })).await?;
        Keys::load(&config.keys, KeyRole::Open)?
    };
    check::verify_or_register(&mut conn, &keys).await?;
    if key_only {
        return database.finish().await;
    }
    let (sealed_anew, unopened) = reseal_all(&mut conn, &keys).await?;
    newer_schema::refuse(newer_schema::sealed_beyond(&mut conn).await?)?;
    record(&mut conn, Action::KeysRotated, json!({ "sealed_anew": sealed_anew, "unopened": unopened })).await?;
    database.finish().await?;
    if unopened > 0 {
        bail!("{unopened} envelopes did not open and stay as they are; the log names their rows");
    }
    println!(
        "every envelope is under the new key; old keys stay in the file for backups made before, until `intake keys remove ID`"
    );
    Ok(())
}

/// True if record envelopes stand under another key than the one that writes.
async fn unfinished(conn: &mut Connection, keys: &Keys) -> anyhow::Result<bool> {
    let writes = keys.ids().into_iter().find(|(purpose, _)| *purpose == "record").map(|(_, id)| id);
    for place in Place::ALL {
        let by_key = rotation::count_by_key(conn, *place).await?;
        if by_key.keys().any(|(id, record)| *record && Some(id) != writes.as_ref()) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn record(conn: &mut Connection, action: Action, details: serde_json::Value) -> anyhow::Result<()> {
    Ok(audit::record(conn, &Event::new(Actor::Command, action, Subject::None).with(details)).await?)
}

/// How many were sealed anew, and how many did not open.
async fn reseal_all(conn: &mut Connection, keys: &Keys) -> anyhow::Result<(usize, usize)> {
    let (mut total, mut unopened) = (0, 0);
    for place in Place::ALL {
        let (mut after, mut done) = (Uuid::nil(), 0);
        loop {
            let batch = rotation::reseal_batch(conn, keys, *place, after).await?;
            done += batch.sealed_anew;
            unopened += batch.unopened.len();
            for row in &batch.unopened {
                tracing::error!(table = place.table, column = place.column, %row, "an envelope did not open");
            }
            match batch.next {
                Some(next) => after = next,
                None => break,
            }
        }
        println!("{:<28} {done} sealed anew", format!("{}.{}", place.table, place.column));
        total += done;
    }
    Ok((total, unopened))
}

/// The owner of the tables may change every sealed column; the application's role only adds to the timeline.
pub(super) async fn as_owner(config: &Config, url: &str) -> anyhow::Result<Connection> {
    let url = config.database.migration_url.as_ref().map_or(url, |owner| owner.reveal().as_str());
    database::connect(url).await
}
