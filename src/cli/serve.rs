//! `intake serve`: settings → keys → database → web server and worker; stops gracefully on Ctrl-C and SIGTERM. Where the database is
//! away the web server comes first, and the staff side and the worker when it is there.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::database::Database;
use super::preparation::Preparation;
use super::signals::Signals;
use super::work::{self, Worker};
use crate::app::App;
use crate::app::startup::Startup;
use crate::config::{Config, Environment, KeysNeeded, Subscribers};
use crate::db;
use crate::mail::Mailer;
use crate::sealing::{KeyRole, Keys};
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
    let Some(database) = signals.open(&config).await? else { return Ok(()) };
    let outcome = Box::pin(serve(&args, Arc::new(config), &database, &mut signals)).await;
    let closed = database.close().await;
    outcome.and(closed)
}

async fn serve(args: &Args, config: Arc<Config>, database: &Database, signals: &mut Signals) -> anyhow::Result<()> {
    let keys = Arc::new(keys(&config, args.role)?);
    let mailer = Mailer::from_config(&config)?;
    let preparation = Preparation::new(args.role, &config, database, &keys);
    let prepared = preparation.done();
    tokio::pin!(prepared);
    let startup = tokio::select! {
        outcome = &mut prepared => outcome.map(|()| Startup::complete())?,
        () = preparation.takes_long() => Startup::pending(),
        () = signals.stop() => return Ok(()),
    };
    let (role, database_url) = (args.role.doors(), database.url.clone());
    let parts = Parts { config: config.clone(), role, database_url, keys: keys.clone(), mailer: mailer.clone() };
    let server = server::bind_during(startup.clone(), parts)?;
    let base_url = server.base_url.clone();
    let app = || work::app(config.clone(), &database.url, mailer.clone(), keys.clone(), base_url.clone());
    let inside = Inside { args, database, keys: &keys, base_url: &base_url, app };
    let notice = Duration::from_secs(config.http.notice_seconds);
    if startup.is_complete() {
        let (link, worker) = (inside.setup_link().await?, inside.worker());
        greet(args.role, &config, database, (&server, &mailer), link.as_deref());
        let nothing_more = std::future::pending();
        return answer(server, worker, nothing_more, notice, signals).await;
    }
    greet(args.role, &config, database, (&server, &mailer), None);
    let later = async {
        prepared.await?;
        inside.open_late().await;
        startup.finish();
        Ok(inside.worker())
    };
    answer(server, None, later, notice, signals).await
}

/// Answers until stopped, or until `later` refuses the database; its worker is what else starts.
async fn answer(
    server: Server,
    mut worker: Option<Worker>,
    later: impl Future<Output = anyhow::Result<Option<Worker>>>,
    notice: Duration,
    signals: &mut Signals,
) -> anyhow::Result<()> {
    let leaving = server.leave(notice);
    let running = tokio::spawn(server.run());
    tokio::pin!(running, later);
    let (mut waits, mut refused) = (true, None);
    loop {
        tokio::select! {
            ended = &mut running => return ended.context("the web server stopped")?,
            () = signals.stop() => break,
            opened = &mut later, if waits => match opened {
                Ok(started) => (worker, waits) = (started, false),
                Err(refusal) => {
                    refused = Some(refusal);
                    break;
                }
            },
        }
    }
    tokio::select! {
        outcome = stop(leaving, notice, worker) => outcome?,
        () = signals.stop() => bail!("stopped at once; what was being answered was cut off"),
    }
    running.await.context("the web server stopped")??;
    refused.map_or(Ok(()), Err)
}

/// What starts once the database can be used.
struct Inside<'a, A> {
    args: &'a Args,
    database: &'a Database,
    keys: &'a Keys,
    base_url: &'a str,
    app: A,
}

impl<A: Fn() -> App> Inside<'_, A> {
    /// The link for the first account, where there is none yet.
    async fn setup_link(&self) -> anyhow::Result<Option<String>> {
        match self.args.role {
            Role::Public => Ok(None),
            Role::Staff | Role::All => {
                crate::staff::setup::link_if_needed(&mut self.database.connect().await?, self.keys, self.base_url).await
            }
        }
    }

    /// The same for a process that has greeted already. A restart prints another link.
    async fn open_late(&self) {
        let asked = tokio::time::timeout(Duration::from_secs(10), self.setup_link()).await;
        match asked.unwrap_or_else(|_late| Err(anyhow::anyhow!("the database did not answer in time"))) {
            Ok(Some(link)) => say(&format!("set-up      {link}  (once, for the first account)\n")),
            Ok(None) => {}
            Err(error) => tracing::warn!(error = format!("{error:#}"), "no set-up link could be made; a restart prints one"),
        }
    }

    fn worker(&self) -> Option<Worker> {
        (self.args.role != Role::Public && !self.args.no_worker).then(|| Worker::start((self.app)()))
    }
}

/// Mails go on being sent while the last requests are answered, for so long.
const LAST_MAILS: Duration = Duration::from_secs(2);

/// Ends the web server, then the worker. Each has a bound.
async fn stop(leaving: impl Future<Output = ()>, notice: Duration, worker: Option<Worker>) -> anyhow::Result<()> {
    tokio::pin!(leaving);
    let has_left = tokio::time::timeout(notice + LAST_MAILS, &mut leaving).await.is_ok();
    let rest = async {
        if !has_left {
            leaving.await;
        }
    };
    let work = async {
        match worker {
            Some(worker) => worker.stop().await,
            None => Ok(()),
        }
    };
    tokio::join!(rest, work).1
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
    let environment = match config.environment {
        Environment::Development => "development",
        Environment::Production => "production",
    };
    match reasons.as_slice() {
        [] => Ok(()),
        [one] => bail!("{environment} does not start: {one}"),
        many => bail!("{environment} does not start, for {} reasons:\n  {}", many.len(), many.join("\n  ")),
    }
}

/// Longer is not waited for the database before the other reasons are told.
const ASKING: Duration = Duration::from_secs(3);

/// Who is told beside the configured addresses: asked only where it decides. A database that is away refuses nobody: it is asked
/// again when it is there, before anything is written.
async fn subscribers(config: &Config) -> Subscribers {
    let Some(url) = config.database.url.as_ref().filter(|_| config.unverified_databases().is_empty()) else {
        return Subscribers::NoneKnown;
    };
    let asked = async {
        let mut connection = db::connect(url.reveal()).await?;
        anyhow::Ok(crate::staff::store::anybody_subscribed(&mut connection).await?)
    };
    match tokio::time::timeout(ASKING, asked).await {
        Ok(Ok(false)) => Subscribers::NoneKnown,
        Ok(Ok(true) | Err(_)) | Err(_) => Subscribers::Some,
    }
}

/// The first lines: where things lie and where to go.
fn greet(role: Role, config: &Config, database: &Database, (server, mailer): (&Server, &Mailer), setup: Option<&str>) {
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
    say(&(lines.join("\n") + "\n"));
}

/// Who started it may have closed its ears.
fn say(lines: &str) {
    let _nobody_listens = std::io::stdout().write_all(lines.as_bytes());
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
