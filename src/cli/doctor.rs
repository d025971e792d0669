//! `intake doctor`: configuration, database, keys, mail and clock, one line each; fails if any of them does.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use super::database::{self, Database};
use super::restore_check;
use crate::config::{Config, KeysNeeded, Subscribers};
use crate::db::{dump, health, migrations, newer_schema};
use crate::mail::Mailer;
use crate::sealing::{KeyRole, Keys};
use crate::spool::{Spool, Waiting};

/// How much to look at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Also open every envelope and walk the audit log, as after a restore; takes its time.
    #[arg(long)]
    restore_check: bool,
    /// The backup it was restored from: compares the rows of every table.
    #[arg(long, value_name = "FILE", requires = "restore_check")]
    backup: Option<PathBuf>,
}

/// A clock that is off by more makes sessions, codes and leases wrong.
const CLOCK_SECONDS: i64 = 5;

/// Checks everything, then fails if anything was wrong.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let mut report = Report { failed: 0 };
    report.line("configuration", configuration(&config));
    match database::open(&config).await {
        Ok(database) => {
            report.line("database", check_database(&database, &config).await);
            report.line("clock", clock(&database).await);
            report.line("keys", keys(&config));
            report.line("mail", mail(&config));
            report.line("spool", spool(&config));
            if args.restore_check {
                check_restored(&mut report, &database, &config, args.backup.as_deref()).await;
            }
            database.close().await?;
        }
        Err(error) => {
            report.line("database", Err(error));
            report.line("clock", Err(anyhow::anyhow!("not compared: the database did not answer")));
            report.line("keys", keys(&config));
            report.line("mail", mail(&config));
            report.line("spool", spool(&config));
        }
    }
    match report.failed {
        0 => Ok(()),
        1 => bail!("one check failed"),
        many => bail!("{many} checks failed"),
    }
}

struct Report {
    failed: u32,
}

impl Report {
    fn line(&mut self, name: &str, outcome: anyhow::Result<String>) {
        match outcome {
            Ok(said) => println!("ok    {name:<13} {said}"),
            Err(error) => {
                self.failed += 1;
                println!("FAIL  {name:<13} {}", format!("{error:#}").replace('\n', "; "));
            }
        }
    }
}

fn configuration(config: &Config) -> anyhow::Result<String> {
    let reasons = config.refusals(KeysNeeded::Both, Subscribers::Some);
    if reasons.is_empty() {
        return Ok(format!("{:?}, {}", config.environment, config.facility.short_name).to_lowercase());
    }
    bail!(reasons.join("; "))
}

async fn check_database(database: &Database, config: &Config) -> anyhow::Result<String> {
    let version = health::version(&mut database.connect().await?).await.context("the database does not answer")?;
    if !config.database.allow_unsafe_durability {
        database.check_durability().await?;
    }
    let pending = migrations::pending(&database.url).await?;
    if !pending.is_empty() {
        bail!("{} migrations are pending: run `intake migrate`", pending.len());
    }
    newer_schema::refuse(newer_schema::beyond_erasure(&mut database.connect().await?).await?)?;
    let whose = if database.private().is_some() { "private" } else { "of DATABASE_URL" };
    Ok(format!("Postgres {version}, {whose}, durable, schema current"))
}

async fn clock(database: &Database) -> anyhow::Result<String> {
    let theirs: DateTime<Utc> = health::now(&mut database.connect().await?).await.context("the database does not answer")?;
    let seconds = (Utc::now() - theirs).num_seconds().abs();
    if seconds > CLOCK_SECONDS {
        bail!("this machine and the database differ by {seconds} seconds: set both by NTP");
    }
    Ok("agrees with the database".to_owned())
}

fn keys(config: &Config) -> anyhow::Result<String> {
    Keys::load(&config.keys, KeyRole::Open)?;
    Ok(format!(
        "{} and {}; keep a copy apart from the database",
        config.keys.public_file.display(),
        config.keys.private_file.display()
    ))
}

fn mail(config: &Config) -> anyhow::Result<String> {
    let mailer = Mailer::from_config(config)?;
    Ok(mailer.describes())
}

/// Is everything there that a backup held, and can it be read?
async fn check_restored(report: &mut Report, database: &Database, config: &Config, backup: Option<&Path>) {
    let opened = async { anyhow::Ok((Keys::load(&config.keys, KeyRole::Open)?, database.connect().await?)) };
    let (keys, mut conn) = match opened.await {
        Ok(both) => both,
        Err(error) => return report.line("restored", Err(error)),
    };
    if let Some(backup) = backup {
        report.line("rows", restore_check::rows(&mut conn, backup).await);
    }
    report.line("envelopes", restore_check::envelopes(&mut conn, &keys).await);
    let manifest = backup.map(dump::read_manifest).transpose();
    let anchors = manifest.and_then(|manifest| restore_check::anchors(config, &keys, manifest.as_ref()));
    let audit = match anchors {
        Ok(anchors) => restore_check::audit(&mut conn, &keys, &anchors).await,
        Err(error) => Err(error),
    };
    report.line("audit log", audit);
}

/// What waits is no fault; what was set aside is somebody's inquiry that nobody sees.
fn spool(config: &Config) -> anyhow::Result<String> {
    let spool = Spool::new(&config.data_dir, config.spool.max_megabytes);
    let Waiting { count, held } = spool.waiting();
    if held > 0 {
        bail!("{held} of {count} inquiries are set aside in {}: see docs/OPERATING.md", spool.folder().display());
    }
    Ok(if count == 0 { "empty".to_owned() } else { format!("{count} inquiries wait for the database") })
}
