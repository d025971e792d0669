//! A database per test, copied from a template that was migrated once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use intake::db::embedded::{self, PrivatePostgres};
use intake::db::migrations;

static CLUSTER: OnceLock<PrivatePostgres> = OnceLock::new();
static COUNT: AtomicU32 = AtomicU32::new(0);
static COPYING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The throw-away cluster of this run, with a migrated database named `template_intake`.
fn cluster() -> &'static PrivatePostgres {
    CLUSTER.get_or_init(|| std::thread::spawn(start).join().expect("the throw-away Postgres starts"))
}

fn start() -> PrivatePostgres {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let folder = std::env::temp_dir().join(format!("intake-test-{}", std::process::id()));
    let postgres = embedded::ensure_throwaway(&folder).expect("a throw-away Postgres");
    runtime.block_on(async {
        let mut conn = AsyncPgConnection::establish(postgres.url()).await.expect("the throw-away Postgres answers");
        conn.batch_execute("CREATE DATABASE template_intake").await.unwrap();
        migrations::run(&with_database(postgres.url(), "template_intake")).await.expect("migrations apply to an empty database");
    });
    postgres
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    let (front, query) = url.split_once('?').map_or((url, None), |(front, query)| (front, Some(query)));
    let (server, _) = front.rsplit_once('/').expect("a URL with a database");
    query.map_or_else(|| format!("{server}/{name}"), |query| format!("{server}/{name}?{query}"))
}

/// A database of a test's own.
pub struct TestDatabase {
    pub url: String,
    pub name: String,
}

impl TestDatabase {
    pub async fn fresh() -> Self {
        let cluster = tokio::task::spawn_blocking(cluster).await.unwrap();
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut conn = AsyncPgConnection::establish(cluster.url()).await.unwrap();
        let _one_at_a_time = COPYING.lock().await;
        conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template_intake")).await.unwrap();
        Self { url: with_database(cluster.url(), &name), name }
    }

    /// The same database, for a second server.
    pub fn again(&self) -> Self {
        Self { url: self.url.clone(), name: self.name.clone() }
    }

    pub async fn connect(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.url).await.unwrap()
    }

    /// Drops the database although connections may still be open.
    pub async fn remove(&self) {
        let mut conn = AsyncPgConnection::establish(cluster().url()).await.unwrap();
        // Autovacuum may be at it, and only a superuser may end that; it ends by itself.
        for _ in 0..20 {
            match conn.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await {
                Err(error) if error.to_string().contains("superuser") => tokio::time::sleep(Duration::from_millis(250)).await,
                other => return other.unwrap(),
            }
        }
        panic!("{} cannot be dropped", self.name);
    }
}
