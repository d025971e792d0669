//! The web server: middleware order, one pool per worker thread, graceful stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::dev::{Server as ActixServer, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpServer, web};
use anyhow::Context;
use chrono::Utc;

use crate::app::remembered::Remembered;
use crate::app::startup::Startup;
use crate::app::{App, RailRead};
use crate::config::Config;
use crate::db::{self, Connection};
use crate::enrollment::consent::ConsentWording;
use crate::enrollment::store::Told;
use crate::enrollment::submit::{Writer, WriterSettings};
use crate::health::Probes;
use crate::leads::directory::Directory;
use crate::leads::live::Hub;
use crate::leads::queue::rail;
use crate::mail::Mailer;
use crate::programs::offering::Offering;
use crate::routes::{self, Route};
use crate::sealing::Keys;
use crate::spool::Spool;
use crate::telemetry::metrics::Metrics;
use crate::values::MemberId;
use crate::web::arrivals::Arrivals;
use crate::web::limits::InquiryLimits;
use crate::web::stopping::{self, Stopping};
use crate::web::{changes, cross_site, development, error_pages, headers, listening, methods, starting, trace};

/// Which doors a process opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServeRole {
    /// Form and receipts; only seals.
    Public,
    /// The staff side.
    Staff,
    /// Both.
    All,
}

impl ServeRole {
    fn serves(self, route: &Route) -> bool {
        match self {
            Self::All => true,
            Self::Public => route.access.is_public(),
            Self::Staff => !route.access.is_public() || routes::ALWAYS.contains(&route.path),
        }
    }
}

/// What a server is made of.
#[derive(Clone)]
pub struct Parts {
    /// Settings.
    pub config: Arc<Config>,
    /// Which doors.
    pub role: ServeRole,
    /// Postgres.
    pub database_url: String,
    /// What this process may seal and open.
    pub keys: Arc<Keys>,
    /// Outgoing mail.
    pub mailer: Mailer,
}

/// A bound server; `run` it to answer.
pub struct Server {
    /// The chosen address.
    pub address: SocketAddr,
    /// Base URL: the configured one, or the chosen address.
    pub base_url: Arc<str>,
    /// Where Prometheus reads, if anywhere.
    pub metrics_address: Option<SocketAddr>,
    hub: web::Data<Hub>,
    stopping: Stopping,
    running: ActixServer,
    watched: Option<ActixServer>,
}

impl Server {
    /// A handle to stop it gracefully.
    pub fn handle(&self) -> ServerHandle {
        self.running.handle()
    }

    /// Tells everybody who is answered that the next answer comes from elsewhere (readiness turns red), ends the streams of open pages,
    /// then stops: within some ten seconds after `notice`, whatever a request waits for. Nothing happens before it is polled.
    pub fn leave(&self, notice: Duration) -> impl Future<Output = ()> + use<> {
        let (handle, hub, stopping) = (self.handle(), self.hub.clone(), self.stopping.clone());
        async move {
            hub.close();
            stopping.begin(notice).await;
            handle.stop(true).await;
        }
    }

    /// Answers until stopped.
    pub async fn run(self) -> anyhow::Result<()> {
        if let Some(watched) = self.watched {
            tokio::spawn(watched);
        }
        self.running.await.context("the web server stopped")
    }
}

/// Binds the address and starts the worker threads. Call within an actix or tokio runtime.
pub fn bind(parts: Parts) -> anyhow::Result<Server> {
    bind_during(Startup::complete(), parts)
}

/// The same for a process whose database may not have been checked yet: until `startup` is complete nothing is written there.
pub fn bind_during(startup: Startup, parts: Parts) -> anyhow::Result<Server> {
    let wanted = parts.config.http.bind;
    let listener = TcpListener::bind(wanted)
        .with_context(|| format!("cannot listen on {wanted}: choose another address with INTAKE__HTTP__BIND"))?;
    listener.set_nonblocking(true)?;
    listening::prepare(&listener)?;
    let address = listener.local_addr()?;
    let base_url: Arc<str> = parts.config.http.public_url.clone().unwrap_or_else(|| format!("http://{address}")).into();
    let workers = match parts.config.http.workers {
        0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
        some => some,
    };
    let url = base_url.clone();
    let metrics = Arc::<Metrics>::default();
    let pools = Pools::default();
    let watched = watch(&parts, &metrics, &pools, &base_url)?;
    let spool = Arc::new(Spool::new(&parts.config.data_dir, parts.config.spool.max_megabytes));
    let writer = web::Data::new(Writer::start(writer_settings(&parts, &spool, &metrics, &startup)?));
    let probes = web::Data::new(Probes::start(parts.role, &parts.database_url, startup.clone(), Arc::clone(&spool)));
    let directory = directory(&parts, &startup);
    let startup = web::Data::new(startup);
    let offering = web::Data::new(Offering::start(&parts.database_url));
    let remembered = Arc::<Remembered>::default();
    let hub = web::Data::new(hub(&parts, &remembered));
    let streams = hub.clone();
    let stopping = Stopping::default();
    let leaving = web::Data::new(stopping.clone());
    let limits = web::Data::new(InquiryLimits::new(&parts.config.limits));
    let arrivals = web::Data::new(Arrivals::default());
    let running = HttpServer::new(move || {
        let pool = db::pool(&parts.database_url, parts.config.database.pool_size);
        pools.lock().unwrap_or_else(PoisonError::into_inner).push(pool.clone());
        let app = App {
            pool,
            config: parts.config.clone(),
            mailer: parts.mailer.clone(),
            keys: parts.keys.clone(),
            spool: Arc::clone(&spool),
            metrics: Arc::clone(&metrics),
            read_rail,
            base_url: url.clone(),
            remembered: Arc::clone(&remembered),
        };
        let role = parts.role;
        let doors = routes::TABLE.iter().filter(|route| role.serves(route)).map(|route| (route.method, route.path));
        ActixApp::new()
            .app_data(web::Data::new(app))
            .app_data(limits.clone())
            .app_data(arrivals.clone())
            .app_data(writer.clone())
            .app_data(offering.clone())
            .app_data(streams.clone())
            .app_data(leaving.clone())
            .app_data(startup.clone())
            .app_data(probes.clone())
            .app_data(web::Data::from(Arc::clone(&directory)))
            .configure(move |config| routes::configure(config, |route| role.serves(route)))
            .default_service(methods::unmatched(doors))
            .wrap(from_fn(starting::hold))
            .wrap(from_fn(changes::tell))
            .wrap(from_fn(cross_site::refuse))
            .wrap(from_fn(error_pages::fill))
            .wrap(from_fn(development::refuse_public_names))
            .wrap(from_fn(headers::apply))
            .wrap(from_fn(stopping::part))
            .wrap(from_fn(trace::request))
    })
    .workers(workers)
    .disable_signals()
    .shutdown_timeout(10)
    .client_request_timeout(Duration::from_secs(5))
    .listen(listener)?
    .run();
    let (metrics_address, watched) = watched.unzip();
    Ok(Server { address, base_url, metrics_address, hub, stopping, running, watched })
}

/// The side bar of staff pages on every floor.
pub fn read_rail<'a>(conn: &'a mut Connection, app: &'a App, member: MemberId) -> RailRead<'a> {
    Box::pin(rail(conn, app, member, Utc::now()))
}

/// Pools of the worker threads, for counting alone.
pub type Pools = Arc<Mutex<Vec<db::Pool>>>;

/// Binds the address of the metrics, where one is set: one page, never on the public address.
fn watch(
    parts: &Parts,
    metrics: &Arc<Metrics>,
    pools: &Pools,
    base_url: &Arc<str>,
) -> anyhow::Result<Option<(SocketAddr, ActixServer)>> {
    let Some(wanted) = parts.config.http.metrics_bind else { return Ok(None) };
    let app = App {
        pool: db::pool(&parts.database_url, 1),
        config: parts.config.clone(),
        mailer: parts.mailer.clone(),
        keys: parts.keys.clone(),
        spool: Arc::new(Spool::new(&parts.config.data_dir, parts.config.spool.max_megabytes)),
        metrics: Arc::clone(metrics),
        read_rail,
        base_url: base_url.clone(),
        remembered: Arc::default(),
    };
    let pools = pools.clone();
    let listener = TcpListener::bind(wanted).with_context(|| format!("cannot listen on {wanted} (INTAKE__HTTP__METRICS_BIND)"))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let running = HttpServer::new(move || {
        ActixApp::new()
            .app_data(web::Data::new(app.clone()))
            .app_data(web::Data::new(pools.clone()))
            .route("/metrics", web::get().to(crate::health::metrics))
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .listen(listener)?
    .run();
    Ok(Some((address, running)))
}

/// The search in memory; a process without keys to open, or without staff pages, holds nobody.
fn directory(parts: &Parts, startup: &Startup) -> Arc<Directory> {
    match parts.role {
        ServeRole::All | ServeRole::Staff if parts.keys.can_open() => {
            Directory::start_after(startup, &parts.database_url, parts.keys.clone())
        }
        ServeRole::All | ServeRole::Staff | ServeRole::Public => Arc::new(Directory::empty()),
    }
}

/// The streams of open pages; without staff pages nobody listens.
fn hub(parts: &Parts, remembered: &Arc<Remembered>) -> Hub {
    match parts.role {
        ServeRole::All | ServeRole::Staff => Hub::start(&parts.database_url, Arc::clone(remembered)),
        ServeRole::Public => Hub::deaf(),
    }
}

/// What the writers of submissions need to know.
fn writer_settings(parts: &Parts, spool: &Arc<Spool>, metrics: &Arc<Metrics>, startup: &Startup) -> anyhow::Result<WriterSettings> {
    Ok(WriterSettings {
        database_url: parts.database_url.clone(),
        told: Told::of(&parts.config, &parts.keys)?,
        reference_prefix: parts.config.facility.reference_prefix.clone(),
        wordings: ConsentWording::all(),
        spool: Arc::clone(spool),
        keys: parts.keys.clone(),
        metrics: Arc::clone(metrics),
        startup: startup.clone(),
        confirmer: db::commits::Confirmer::new(&parts.database_url),
    })
}
