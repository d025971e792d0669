//! Connection pools. One per web worker thread, made on that thread (see `docs/PERFORMANCE.md`).

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool;

/// A connection; functions take `&mut Connection`, never the pool.
pub type Connection = AsyncPgConnection;
/// A pool of connections.
pub type Pool = deadpool::Pool<AsyncPgConnection>;
/// A connection on loan from a pool.
pub type Pooled = deadpool::Object<AsyncPgConnection>;

/// A pool of at most `size` connections to `url`; connects on first use.
pub fn pool(url: &str, size: usize) -> anyhow::Result<Pool> {
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(url);
    Ok(deadpool::Pool::builder(manager).max_size(size).build()?)
}
