//! `intake audit verify [--anchors FILE]`: does the audit log hold?

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;

use super::database;
use crate::audit::chain::{Anchor, Broken, Flaw, Report, checkpoints, verify};
use crate::config::Config;
use crate::sealing::{KeyRole, Keys, check};

/// What to do with the audit log.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Check every row against the chain; fails and names the first that does not fit.
    Verify {
        /// Signed checkpoints to compare with; they show an end that was cut off. Default: `DATA_DIR/audit-anchors.jsonl`.
        #[arg(long, value_name = "FILE")]
        anchors: Option<PathBuf>,
    },
}

/// Runs the verb.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let Verb::Verify { anchors } = args.verb;
    let keys = Keys::load(&config.keys, KeyRole::Open)?;
    let anchors = match anchors {
        None => checkpoints::read(&keys, &config.data_dir)
            .with_context(|| format!("{} cannot be trusted", checkpoints::file(&config.data_dir).display()))?,
        Some(path) => {
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Anchor::read_all(&keys, &text).with_context(|| format!("{} cannot be trusted", path.display()))?
        }
    };
    let database = database::open_ready(&config).await?;
    let mut conn = database.connect().await?;
    check::verify_or_register(&mut conn, &keys).await?;
    let report = verify(&mut conn, &keys, &anchors).await?;
    database.close().await?;
    if report.is_without_checkpoints() {
        bail!("{} rows hold; {}", report.linked, checkpoints::missing(&config.data_dir));
    }
    say(&report)
}

fn say(report: &Report) -> anyhow::Result<()> {
    let Report { linked, unlinked, anchors, since, broken } = report;
    if let Some(Broken { seq, event_id, flaw }) = broken {
        let what = match flaw {
            Flaw::LinksMissing => "links before it are missing",
            Flaw::EventMissing => "its event is gone",
            Flaw::Changed => "its event or the order of rows was changed",
            Flaw::AnchorDiffers => "a signed checkpoint says otherwise",
            Flaw::CutOff => "a signed checkpoint names it, but the log ends before it",
        };
        let event = event_id.map_or_else(String::new, |id| format!(" (event {id})"));
        bail!("the audit log is broken at row {seq}{event}: {what}; {linked} rows before it hold");
    }
    let since = since.as_deref().map_or_else(String::new, |since| format!(", the first of {since}"));
    println!("{linked} rows hold, {unlinked} are not linked yet, {anchors} checkpoints agree{since}");
    Ok(())
}
