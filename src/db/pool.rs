//! Connection pools. One per web worker thread, made on that thread (see `docs/PERFORMANCE.md`).

use diesel_async::pooled_connection::deadpool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

/// A connection; functions take `&mut Connection`, never the pool.
pub type Connection = AsyncPgConnection;
/// A pool of connections.
pub type Pool = deadpool::Pool<AsyncPgConnection>;
/// A connection on loan from a pool.
pub type Pooled = deadpool::Object<AsyncPgConnection>;

/// A pool of at most `size` connections to `url`; connects on first use.
///
/// # Panics
///
/// Never: building fails only for time-outs without a runtime, and none are set.
#[expect(clippy::expect_used, reason = "see Panics")]
pub fn pool(url: &str, size: usize) -> Pool {
    let mut config = ManagerConfig::default();
    config.custom_setup = Box::new(|url| Box::pin(connect(url)));
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
    deadpool::Pool::builder(manager).max_size(size.max(1)).build().expect("a pool without time-outs can always be built")
}

/// Statements are short: compiling them (`jit`) costs more than it saves.
async fn connect(url: &str) -> diesel::ConnectionResult<AsyncPgConnection> {
    let mut connection = AsyncPgConnection::establish(url).await?;
    connection.batch_execute("SET jit = off").await.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
