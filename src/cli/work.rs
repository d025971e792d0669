//! `intake work`: the worker alone, beside web servers elsewhere.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use tokio::sync::watch;

use super::database::Database;
use super::preparation::Preparation;
use super::serve::{self, Role};
use super::signals::Signals;
use crate::app::App;
use crate::config::Config;
use crate::db;
use crate::mail::Mailer;
use crate::sealing::Keys;
use crate::spool::Spool;
use crate::telemetry::again;
use crate::worker;

/// Connections of the worker's own pool.
const CONNECTIONS: usize = 8;
/// A worker that stops has so long: the mails on their way eight seconds, then a connection to give back the others.
const STOPPING: Duration = Duration::from_secs(14);

/// Nothing to choose.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Works until stopped; a database that is away is waited for.
pub async fn run(_args: Args, config: Config) -> anyhow::Result<()> {
    serve::refuse(&config, Role::Staff).await?;
    let mut signals = Signals::new()?;
    let Some(database) = signals.open(&config).await? else { return Ok(()) };
    let outcome = work(Arc::new(config), &database, &mut signals).await;
    let closed = database.close().await;
    outcome.and(closed)
}

async fn work(config: Arc<Config>, database: &Database, signals: &mut Signals) -> anyhow::Result<()> {
    let keys = Arc::new(serve::keys(&config, Role::Staff)?);
    let mailer = Mailer::from_config(&config)?;
    let preparation = Preparation::new(Role::Staff, &config, database, &keys);
    tokio::select! {
        outcome = preparation.done() => outcome?,
        () = signals.stop() => return Ok(()),
    }
    println!("working     {}", mailer.describes());
    let base_url = config.http.public_url.clone().unwrap_or_else(|| format!("http://{}", config.http.bind)).into();
    let worker = Worker::start(app(config.clone(), &database.url, mailer, keys.clone(), base_url));
    signals.stop().await;
    tokio::select! {
        outcome = worker.stop() => outcome,
        () = signals.stop() => bail!("stopped at once; claims of mails that were being sent lapse by themselves"),
    }
}

/// What the worker works with: a pool of its own.
pub(super) fn app(config: Arc<Config>, database_url: &str, mailer: Mailer, keys: Arc<Keys>, base_url: Arc<str>) -> App {
    let spool = Arc::new(Spool::new(&config.data_dir, config.spool.max_megabytes));
    App {
        pool: db::pool(database_url, CONNECTIONS),
        config,
        mailer,
        keys,
        spool,
        metrics: Arc::default(),
        read_rail: crate::server::read_rail,
        base_url,
        remembered: Arc::default(),
    }
}

/// A running worker.
pub(super) struct Worker {
    stop: watch::Sender<bool>,
    running: tokio::task::JoinHandle<Option<anyhow::Result<()>>>,
}

impl Worker {
    /// Starts it.
    pub fn start(app: App) -> Self {
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(again::after_a_panic("worker", move || worker::run(app.clone(), stopped.clone())));
        Self { stop, running }
    }

    /// Lets it finish the mails it is sending. One that waits for a silent database is cut off: what it claimed lapses by itself.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        let Ok(ended) = tokio::time::timeout(STOPPING, self.running).await else {
            tracing::warn!("the worker did not end in time: the database does not answer; what it claimed lapses by itself");
            return Ok(());
        };
        ended?.unwrap_or(Ok(()))
    }
}
