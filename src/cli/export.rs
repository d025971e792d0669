//! `intake export`: the rows of the exports page, into a file.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::{Context, bail};
use chrono::{NaiveDate, Utc};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use super::database::{self, Database};
use crate::audit::{Action, Actor, Event, Subject};
use crate::config::Config;
use crate::db::Connection;
use crate::files;
use crate::reports::exports::filter::ExportFilter;
use crate::reports::exports::produce::{Made, Order, produce};
use crate::reports::exports::store::{self, NewExport, Started};
use crate::reports::exports::{ColumnSet, ExportFormat, ExportState, Purpose};
use crate::sealing::{self, KeyRole, Keys};
use crate::values::ExportId;

/// What to export, why, and where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// csv or xlsx.
    #[arg(long, value_name = "csv|xlsx")]
    format: ExportFormat,
    /// First day of receipt, in the facility's zone.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// Last day of receipt.
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<NaiveDate>,
    /// deidentified, or identified: with name, phone, e-mail address and message.
    #[arg(long, default_value = "deidentified", value_name = "deidentified|identified")]
    columns: ColumnSet,
    /// What the file is for; it stays in the list of exports.
    #[arg(long)]
    purpose: String,
    /// The file to write; one that exists is not overwritten.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Writes the file.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let Some(purpose) = Purpose::parse(&args.purpose) else { bail!("--purpose says in 1 to 500 characters what the file is for") };
    if args.from.zip(args.to).is_some_and(|(from, to)| from > to) {
        bail!("--to is before --from");
    }
    if args.out.exists() {
        bail!("{} is there already: choose another name, or remove it first", args.out.display());
    }
    let database = database::open_ready(&config).await?;
    let outcome = export(&args, &config, &database, purpose).await;
    let closed = database.close().await;
    outcome.and(closed)
}

async fn export(args: &Args, config: &Config, database: &Database, purpose: Purpose) -> anyhow::Result<()> {
    let keys = Arc::new(Keys::load(&config.keys, KeyRole::Open)?);
    let (mut reader, mut keeper) = (database.connect().await?, database.connect().await?);
    sealing::check::verify_or_register(&mut keeper, &keys).await?;
    let zone = config.facility.time_zone;
    let as_of = Utc::now();
    let filter = ExportFilter { from: args.from, to: args.to, ..ExportFilter::all() };
    let span = filter.instants(as_of, zone);
    let id = ExportId::new();
    let expected = store::count(&mut keeper, &filter, span).await?;
    let new = NewExport {
        id,
        member_id: None,
        asked_at: as_of,
        as_of,
        state: ExportState::Asked,
        format: args.format,
        column_set: args.columns,
        filter: serde_json::to_value(&filter)?,
        purpose: keys.seal(id.uuid(), &purpose)?,
        expected,
    };
    store::add(&mut keeper, &new).await?;
    let started = json!({ "export": id, "format": args.format, "columns": args.columns, "filter": new.filter, "as_of": as_of, "expected": expected });
    let event = Event::new(Actor::Command, Action::ExportStarted, Subject::None).with(started);
    if store::start(&mut keeper, id, &event).await? != Started::Running {
        bail!("another export is running: try again when it is done (the list is on /staff/exports)");
    }
    let order = Order { id, format: args.format, columns: args.columns, filter, span, zone, rows: Arc::default() };
    let part = args.out.with_extension(format!("{}.part", args.format));
    let made = write((&mut reader, &mut keeper), keys, &order, (&part, expected)).await;
    let ended = made.as_ref().map_or_else(|_| Made::default(), |(made, _)| made.clone());
    let traced = store::end(&mut keeper, id, &ended, &ended.event(Actor::Command, id)).await;
    // Without a trace of its end no file stays, nor with one that a failover may take away.
    let traced = match traced {
        Ok(()) => super::database::confirm(&database.url).await,
        Err(error) => Err(error.into()),
    };
    let named = made.and_then(|(_, file)| {
        traced?;
        files::publish(&file, &part, &args.out).with_context(|| format!("cannot name the file {}", args.out.display()))
    });
    if let Err(error) = named {
        let _gone = std::fs::remove_file(&part);
        return Err(error);
    }
    println!("{} rows, {} bytes, SHA-256 {}", ended.extent.rows, ended.extent.bytes, ended.hash());
    Ok(())
}

/// Writes the bytes as they come, readable by the owner alone.
async fn write(
    connections: (&mut Connection, &mut Connection),
    keys: Arc<Keys>,
    order: &Order,
    (part, expected): (&Path, i64),
) -> anyhow::Result<(Made, std::fs::File)> {
    let cannot = || format!("cannot write {}", part.display());
    let mut file = tokio::fs::File::from_std(files::create_new(part, 0o600).with_context(cannot)?);
    let (to, mut from) = mpsc::channel::<Option<Vec<u8>>>(4);
    let shown = std::io::stderr().is_terminal();
    let writing = async {
        while let Some(Some(portion)) = from.recv().await {
            file.write_all(&portion).await?;
            if shown {
                eprint!("\r{}", bar(order.rows.load(Ordering::Relaxed), expected));
            }
        }
        file.sync_all().await
    };
    let making = async {
        let made = produce(connections, keys, order, &to).await;
        drop(to);
        made
    };
    let (made, written) = tokio::join!(making, writing);
    if shown {
        eprintln!("\r{}", bar(order.rows.load(Ordering::Relaxed), expected));
    }
    written.with_context(cannot)?;
    let made = made?;
    if made.sha256.is_none() {
        bail!("the file could not be written whole");
    }
    Ok((made, file.into_std().await))
}

/// A bar of thirty steps, and the rows.
fn bar(rows: i64, expected: i64) -> String {
    let steps = usize::try_from((rows * 30).checked_div(expected).unwrap_or(30).clamp(0, 30)).unwrap_or(30);
    format!("[{}{}] {rows} of {expected} rows", "#".repeat(steps), " ".repeat(30 - steps))
}
