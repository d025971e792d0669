//! `intake serve`: settings → database → keys → web server and worker; stops gracefully on Ctrl-C and SIGTERM.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::ValueEnum;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::database::{self, Database, Schema};
use super::work::{self, Worker};
use crate::config::{Config, Environment, KeysNeeded, Subscribers};
use crate::db;
use crate::mail::Mailer;
use crate::sealing::{self, KeyRole, Keys};
use crate::server::{self, Parts, ServeRole, Server};

/// What to serve.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Which doors to open: the form (only seals), the staff side, or both.
    #[arg(long, value_enum, default_value_t = Role::All)]
    role: Role,
    /// Web server alone; `intake work` then sends the mails.
    #[arg(long)]
    no_worker: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Role {
    Public,
    Staff,
    All,
}

impl Role {
    fn doors(self) -> ServeRole {
        match self {
            Self::Public => ServeRole::Public,
            Self::Staff => ServeRole::Staff,
            Self::All => ServeRole::All,
        }
    }

    fn keys(self) -> KeyRole {
        if self == Self::Public { KeyRole::SealOnly } else { KeyRole::Open }
    }
}

/// Serves until stopped.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    refuse(&config, args.role).await?;
    raise_file_limit();
    let mut signals = Signals::new()?;
    let database = database::open(&config).await?;
    let outcome = serve(&args, Arc::new(config), &database, &mut signals).await;
    let closed = database.close().await;
    outcome.and(closed)
}

async fn serve(args: &Args, config: Arc<Config>, database: &Database, signals: &mut Signals) -> anyhow::Result<()> {
    if !config.database.allow_unsafe_durability && !may_wait(args.role, &config, database).await {
        database.check_durability().await?;
    }
    database.prepare(schema(args.role, &config)).await?;
    let keys = Arc::new(keys(&config, args.role)?);
    if args.role != Role::Public {
        sealing::check::verify_or_register(&mut database.connect().await?, &keys).await?;
    }
    let mailer = Mailer::from_config(&config)?;
    let server = server::bind(Parts {
        config: config.clone(),
        role: args.role.doors(),
        database_url: database.url.clone(),
        keys: keys.clone(),
        mailer: mailer.clone(),
    })?;
    let worker = (args.role != Role::Public && !args.no_worker)
        .then(|| Worker::start(work::app(config.clone(), &database.url, mailer.clone(), keys.clone(), server.base_url.clone())));
    let setup = match args.role {
        Role::Public => None,
        Role::Staff | Role::All => {
            crate::staff::setup::link_if_needed(&mut database.connect().await?, &keys, &server.base_url).await?
        }
    };
    greet(args.role, &config, database, &server, &mailer, setup.as_deref());
    let (handle, hub, stopping) = (server.handle(), server.hub(), server.stopping());
    let notice = Duration::from_secs(config.http.notice_seconds);
    let running = tokio::spawn(server.run());
    tokio::pin!(running);
    tokio::select! {
        ended = &mut running => return ended.context("the web server stopped")?,
        () = signals.stop() => {}
    }
    hub.close();
    tokio::select! {
        () = stopping.begin(notice) => {}
        () = signals.stop() => bail!("stopped at once; what was being answered was cut off"),
    }
    tokio::select! {
        () = handle.stop(true) => {}
        () = signals.stop() => bail!("stopped at once; what was being answered was cut off"),
    }
    running.await.context("the web server stopped")??;
    match worker {
        Some(worker) => worker.stop().await,
        None => Ok(()),
    }
}

/// The public role checks nothing in the database and opens nothing: where the database is away it starts all the same, and keeps
/// inquiries on this disk. The others compare their keys with the database before they write anything.
async fn may_wait(role: Role, config: &Config, database: &Database) -> bool {
    let away = role == Role::Public && config.database.url.is_some() && database.connect().await.is_err();
    if away {
        tracing::warn!("the database does not answer; until it does, inquiries are kept on this disk");
    }
    away
}

fn schema(role: Role, config: &Config) -> Schema {
    match (role, config.database.auto_migrate) {
        (Role::Public, _) if config.database.url.is_some() => Schema::Trust,
        (_, true) => Schema::Migrate,
        (_, false) => Schema::MustBeCurrent,
    }
}

pub(super) fn keys(config: &Config, role: Role) -> anyhow::Result<Keys> {
    Ok(match config.environment {
        Environment::Development => Keys::load_or_init(&config.keys, role.keys())?,
        Environment::Production => Keys::load(&config.keys, role.keys())?,
    })
}

/// All reasons at once, before anything is touched.
pub(super) async fn refuse(config: &Config, role: Role) -> anyhow::Result<()> {
    let needed = if role == Role::Public { KeysNeeded::Public } else { KeysNeeded::Both };
    let subscribers = if config.environment == Environment::Production && config.notify.recipients.is_empty() {
        subscribers(config).await
    } else {
        Subscribers::NoneKnown
    };
    let reasons = config.refusals(needed, subscribers);
    match reasons.as_slice() {
        [] => Ok(()),
        [one] => bail!("production does not start: {one}"),
        many => bail!("production does not start, for {} reasons:\n  {}", many.len(), many.join("\n  ")),
    }
}

/// Who is told beside the configured addresses: asked only where it decides.
async fn subscribers(config: &Config) -> Subscribers {
    let Some(url) = &config.database.url else { return Subscribers::NoneKnown };
    let Ok(mut connection) = db::connect(url.reveal()).await else { return Subscribers::NoneKnown };
    match crate::staff::store::anybody_subscribed(&mut connection).await {
        Ok(true) => Subscribers::Some,
        Ok(false) | Err(_) => Subscribers::NoneKnown,
    }
}

/// The first lines: where things lie and where to go.
fn greet(role: Role, config: &Config, database: &Database, server: &Server, mailer: &Mailer, setup: Option<&str>) {
    let base = &server.base_url;
    let mut lines = Vec::new();
    match database.private() {
        Some(private) => lines.push(format!("data        {}", private.folder().display())),
        None => lines.push(format!("data        the database of DATABASE_URL; files in {}", config.data_dir.display())),
    }
    if let Some(note) = database.private().and_then(crate::db::embedded::PrivatePostgres::note) {
        lines.push(format!("            {note}"));
    }
    if role != Role::Staff {
        lines.push(format!("form        {base}/"));
    }
    if role != Role::Public {
        lines.push(format!("staff       {base}/staff/leads"));
        if let Some(link) = setup {
            lines.push(format!("set-up      {link}  (once, for the first account)"));
        }
        lines.push(format!("mails       {}", mailer.describes()));
    }
    if let Some(address) = server.metrics_address {
        lines.push(format!("metrics     http://{address}/metrics"));
    }
    lines.push(format!("listening on http://{}", server.address));
    // Who starts it may have closed its ears.
    let _nobody_listens = std::io::stdout().write_all((lines.join("\n") + "\n").as_bytes());
}

/// Ctrl-C and SIGTERM.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    pub async fn stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ten thousand visitors, and what the program itself keeps open.
const ENOUGH_FILES: u64 = 11_000;

/// Ten thousand idle visitors need ten thousand open files: take what the system allows.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum {
        let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
        if let Err(errno) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%errno, "the limit of open files could not be raised");
        }
    }
    if let Some(allowed) = limit.maximum.filter(|allowed| *allowed < ENOUGH_FILES) {
        tracing::warn!(allowed, wanted = ENOUGH_FILES, "few open files are allowed: many idle visitors could keep others out");
    }
}
