//! A whole Intake on port 0 with a database of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel_async::AsyncPgConnection;
use intake::app::App;
use intake::config::Config;
use intake::db;
use intake::mail::Mailer;
use intake::sealing::Keys;
use intake::server::{self, Parts, ServeRole};
use intake::spool::Spool;

use super::client::{Client, Page};
use super::database::TestDatabase;
use super::inquiries::InquiryFields;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// What a test wants otherwise than usual.
pub struct Settings {
    pub config: Config,
    pub role: ServeRole,
    pub keys: Arc<Keys>,
    pub database: Option<TestDatabase>,
    pub mailer: Option<Mailer>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { config: config(), role: ServeRole::All, keys: Arc::new(Keys::for_tests()), database: None, mailer: None }
    }
}

/// The settings of tests: no limits in the way, one web worker.
fn config() -> Config {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("intake-test-{}-data", std::process::id())).join(number.to_string());
    let mut config = Config::for_tests(&folder);
    config.http.workers = 1;
    config.limits.inquiries_per_minute = 0;
    config
}

/// A running Intake.
pub struct TestApp {
    pub base: String,
    pub database: TestDatabase,
    pub app: App,
    pub data_dir: PathBuf,
    pub metrics: Option<std::net::SocketAddr>,
    handle: actix_web::dev::ServerHandle,
}

impl TestApp {
    /// Starts with the usual settings.
    pub async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    /// Starts with other settings.
    pub async fn start_with(settings: Settings) -> Self {
        super::statements::count();
        let database = match settings.database {
            Some(database) => database,
            None => TestDatabase::fresh().await,
        };
        let config = Arc::new(settings.config);
        let mailer = settings.mailer.unwrap_or_else(Mailer::memory);
        let parts = Parts {
            config: config.clone(),
            role: settings.role,
            database_url: database.url.clone(),
            keys: settings.keys.clone(),
            mailer: mailer.clone(),
        };
        let server = server::bind(parts).expect("the server binds");
        let base = format!("http://{}", server.address);
        let (handle, metrics) = (server.handle(), server.metrics_address);
        let app = App {
            pool: db::pool(&database.url, 4),
            config: config.clone(),
            mailer,
            keys: settings.keys,
            metrics: Arc::default(),
            spool: Arc::new(Spool::new(&config.data_dir, config.spool.max_megabytes)),
            read_rail: server::read_rail,
            base_url: server.base_url.clone(),
            remembered: Arc::default(),
        };
        actix_web::rt::spawn(server.run());
        Self { base, database, app, data_dir: config.data_dir.clone(), metrics, handle }
    }

    /// Somebody without a session.
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    pub async fn conn(&self) -> AsyncPgConnection {
        self.database.connect().await
    }

    /// Sends the public form.
    pub async fn submit(&self, fields: &InquiryFields) -> Page {
        self.client().post("/inquiries", &fields.pairs()).await
    }

    /// Sends the public form and gives the receipt code.
    pub async fn receipt_of(&self, fields: &InquiryFields) -> String {
        let page = self.submit(fields).await.assert_status(303);
        page.location().strip_prefix("/receipts/").expect("a receipt").to_owned()
    }

    /// Runs the worker's own step until nothing is due. Returns how many mails were taken.
    pub async fn deliver_mail(&self) -> usize {
        intake::worker::deliver_once(&self.app).await.expect("the worker's step")
    }

    /// Stops answering and removes the database.
    pub async fn stop(self) {
        self.handle.stop(false).await;
        self.database.remove().await;
    }
}
