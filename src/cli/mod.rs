//! Floor 4: one file per subcommand, each with its `Args` and `run(args, config)`.
//!
//! Exit codes: 0 done, 1 it failed (one clear line on stderr: what, where, what to do), 2 wrong usage.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what a command has to say goes to the terminal")]

mod audit;
mod backup;
pub mod database;
mod doctor;
mod export;
mod key_removal;
mod keys;
mod mail_preview;
mod migrate;
mod no_core;
mod openapi;
mod outbox;
mod preparation;
mod restore;
mod restore_check;
mod retention;
mod seed;
mod serve;
mod signals;
mod staff;
mod standby;
mod work;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::config::{self, Config};
use crate::{db, telemetry};

/// The front door of an addiction-treatment center: inquiry form, sealed storage, notification, triage.
#[derive(Debug, Parser)]
#[command(name = "intake", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Web server and worker in one process (what `intake` alone does).
    Serve(serve::Args),
    /// The worker alone: mails, adoption, audit chain.
    Work(work::Args),
    /// The two key files: make, show, rotate.
    Keys(keys::Args),
    /// The audit log: does it hold?
    Audit(audit::Args),
    /// Write every mail with sample values to a folder.
    MailPreview(mail_preview::Args),
    /// Apply pending migrations and print them.
    Migrate(migrate::Args),
    /// Make plainly fictional demonstration data.
    Seed(seed::Args),
    /// Print the OpenAPI document of the interface for other systems.
    Openapi(openapi::Args),
    /// Copy the database, without keys, into one file.
    Backup(backup::Args),
    /// Bring a copy back into an empty database, checked.
    Restore(restore::Args),
    /// Erase what is kept no longer, or say what would be.
    Retention(retention::Args),
    /// Write leads as CSV or XLSX: the rows of the exports page.
    Export(export::Args),
    /// Check configuration, database, keys, mail and clock.
    Doctor(doctor::Args),
    /// Accounts of the center's people.
    Staff(staff::Args),
    /// Whether mail is sent: hold it, release it.
    Outbox(outbox::Args),
}

/// Threads that still wait for something at the end are given so long.
const LEFTOVERS: Duration = Duration::from_secs(1);

/// Reads the command line, runs what it asks for.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = prepare().and_then(|(config, runtime)| {
        let outcome = runtime.block_on(dispatch(cli, config));
        // A thread that waits for a silent database, for a migration say, must not hold up the end.
        runtime.shutdown_timeout(LEFTOVERS);
        outcome
    });
    if let Err(error) = &outcome {
        telemetry::lines::say(&format!("intake: {error:#}"));
    }
    telemetry::lines::flush();
    outcome.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

fn prepare() -> anyhow::Result<(Config, tokio::runtime::Runtime)> {
    let config = config::load()?;
    telemetry::init(config.environment);
    no_core::leave_no_core();
    db::fence::remember_in(&config.data_dir);
    db::set_connect_timeout(Duration::from_secs(config.database.connect_timeout_seconds));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    Ok((config, runtime))
}

async fn dispatch(cli: Cli, config: Config) -> anyhow::Result<()> {
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(args) => serve::run(args, config).await,
        Command::Work(args) => work::run(args, config).await,
        Command::Keys(args) => keys::run(args, config).await,
        Command::Audit(args) => audit::run(args, config).await,
        Command::MailPreview(args) => mail_preview::run(args, config).await,
        Command::Migrate(args) => migrate::run(args, config).await,
        Command::Seed(args) => seed::run(args, config).await,
        Command::Openapi(args) => openapi::run(args),
        Command::Backup(args) => backup::run(args, config).await,
        Command::Restore(args) => restore::run(args, config).await,
        Command::Retention(args) => retention::run(args, config).await,
        Command::Export(args) => export::run(args, config).await,
        Command::Doctor(args) => doctor::run(args, config).await,
        Command::Staff(args) => staff::run(args, config).await,
        Command::Outbox(args) => outbox::run(args, config).await,
    }
}
