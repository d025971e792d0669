//! `intake work`: the worker alone, beside web servers elsewhere.

use std::sync::Arc;

use tokio::sync::watch;

use super::database::{self, Database, Schema};
use super::serve::{self, Role, Signals};
use crate::app::App;
use crate::config::Config;
use crate::db;
use crate::mail::Mailer;
use crate::sealing::{self, Keys};
use crate::spool::Spool;
use crate::telemetry::again;
use crate::worker;

/// Connections of the worker's own pool.
const CONNECTIONS: usize = 8;

/// Nothing to choose.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Works until stopped.
pub async fn run(_args: Args, config: Config) -> anyhow::Result<()> {
    serve::refuse(&config, Role::Staff).await?;
    let mut signals = Signals::new()?;
    let database = database::open(&config).await?;
    let outcome = work(Arc::new(config), &database, &mut signals).await;
    let closed = database.close().await;
    outcome.and(closed)
}

async fn work(config: Arc<Config>, database: &Database, signals: &mut Signals) -> anyhow::Result<()> {
    database.prepare(if config.database.auto_migrate { Schema::Migrate } else { Schema::MustBeCurrent }).await?;
    let keys = Arc::new(serve::keys(&config, Role::Staff)?);
    sealing::check::verify_or_register(&mut database.connect().await?, &keys).await?;
    let mailer = Mailer::from_config(&config)?;
    println!("working     {}", mailer.describes());
    let base_url = config.http.public_url.clone().unwrap_or_else(|| format!("http://{}", config.http.bind)).into();
    let worker = Worker::start(app(config, &database.url, mailer, keys, base_url));
    signals.stop().await;
    worker.stop().await
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

    /// Lets it finish the mails it is sending.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        self.running.await?.unwrap_or(Ok(()))
    }
}
