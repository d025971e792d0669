//! `intake doctor`: configuration, database, keys, mail and clock, one line each; fails if any of them does.

use std::path::PathBuf;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use super::database::{self, Database};
use super::{restore_check, standby};
use crate::audit::chain::checkpoints;
use crate::config::{Config, KeysNeeded, Subscribers};
use crate::db::{dump, health, migrations, newer_schema};
use crate::mail::Mailer;
use crate::outbox;
use crate::sealing::{KeyRole, Keys};
use crate::spool::{Room, Spool, Waiting};

/// How much to look at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Also open every envelope and walk the audit log, as after a restore; takes its time.
    #[arg(long)]
    restore_check: bool,
    /// The backup it was restored from: compares the rows of every table.
    #[arg(long, value_name = "FILE", requires = "restore_check")]
    backup: Option<PathBuf>,
    /// Let a backup without a signature pass: whether it was changed cannot be told.
    #[arg(long, requires = "backup")]
    accept_unsigned: bool,
}

/// A clock that is off by more makes sessions, codes and leases wrong.
const CLOCK_SECONDS: i64 = 5;

/// Checks everything, then fails if anything was wrong.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let mut report = Report { failed: 0 };
    report.line("configuration", configuration(&config));
    report.line("proxies", Ok(proxies(&config)));
    match database::open(&config).await {
        Ok(database) => {
            report.line("database", check_database(&database, &config).await);
            report.line("commits", standby::check(&database).await);
            report.line("clock", clock(&database).await);
            report.line("keys", keys(&config));
            if !args.restore_check {
                report.line("audit log", audit_log(&database, &config).await);
            }
            report.line("mail", mail(&config));
            report.line("spool", spool(&config));
            report.line("outbox", outbox(&database, &config).await);
            if args.restore_check {
                check_restored(&mut report, &database, &config, &args).await;
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

/// Whose word on a client's address counts.
fn proxies(config: &Config) -> String {
    let trusted: Vec<String> = config.http.trusted_proxies.iter().map(ToString::to_string).collect();
    match trusted.as_slice() {
        [] => "none is trusted: the address of the connection counts as the client's".to_owned(),
        some => format!("{} of {} names the client", config.http.client_address_header.name(), some.join(", ")),
    }
}

async fn check_database(database: &Database, config: &Config) -> anyhow::Result<String> {
    let mut conn = database.connect().await?;
    let version = health::version(&mut conn).await.context("the database does not answer")?;
    if health::is_read_only(&mut conn).await.context("the database does not answer")? {
        bail!(
            "it takes no writes: a standby, a server whose recovery is paused (pg_promote() ends it), or one switched to read only"
        );
    }
    let encryption = health::encryption(&mut conn).await.context("the database does not answer")?;
    let encrypted = encryption.map_or_else(|| "not encrypted".to_owned(), |version| format!("over {version}"));
    drop(conn);
    if !config.database.allow_unsafe_durability {
        database.check_durability().await?;
    }
    let pending = migrations::pending(&database.url).await?;
    if !pending.is_empty() {
        bail!("{} migrations are pending: run `intake migrate`", pending.len());
    }
    newer_schema::refuse(newer_schema::beyond_erasure(&mut database.connect().await?).await?)?;
    let whose = if database.private().is_some() { "private" } else { "of DATABASE_URL" };
    Ok(format!("Postgres {version}, {whose}, {encrypted}, durable, schema current"))
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

/// Is the end of the log where this host last saw it? A restored copy is older than the checkpoints here: `--restore-check` walks it.
async fn audit_log(database: &Database, config: &Config) -> anyhow::Result<String> {
    let keys = Keys::load(&config.keys, KeyRole::Open)?;
    checkpoints::compare_newest(&mut database.connect().await?, &keys, &config.data_dir).await
}

fn mail(config: &Config) -> anyhow::Result<String> {
    let mailer = Mailer::from_config(config)?;
    Ok(mailer.describes())
}

/// Is everything there that a backup held, and can it be read?
async fn check_restored(report: &mut Report, database: &Database, config: &Config, args: &Args) {
    let backup = args.backup.as_deref();
    let opened = async { anyhow::Ok((Keys::load(&config.keys, KeyRole::Open)?, database.connect().await?)) };
    let (keys, mut conn) = match opened.await {
        Ok(both) => both,
        Err(error) => return report.line("restored", Err(error)),
    };
    if let Some(backup) = backup {
        report.line("signature", restore_check::signature(backup, &keys, args.accept_unsigned));
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

/// A hold is no fault: somebody asked for it. It is said.
async fn outbox(database: &Database, config: &Config) -> anyhow::Result<String> {
    let hold = outbox::hold::store::find(&mut database.connect().await?).await.context("the outbox could not be read")?;
    Ok(hold.map_or_else(
        || "mails are sent".to_owned(),
        |hold| format!("ON HOLD. {} `intake outbox release` ends it.", hold.words(config.facility.time_zone)),
    ))
}

/// What waits is no fault; what was set aside is somebody's inquiry that nobody sees, and a spool that takes nothing refuses the first
/// person who comes while the database is away.
fn spool(config: &Config) -> anyhow::Result<String> {
    let spool = Spool::new(&config.data_dir, config.spool.max_megabytes);
    let Waiting { count, held } = spool.waiting();
    if held > 0 {
        bail!("{held} of {count} inquiries are set aside in {}: see docs/OPERATING.md", spool.folder().display());
    }
    let room = spool.room();
    if room != Room::Ample {
        bail!("an inquiry would find no room, or soon none ({}): look at the disk of {}", room.code(), spool.folder().display());
    }
    Ok(if count == 0 { "empty".to_owned() } else { format!("{count} inquiries wait for the database") })
}
