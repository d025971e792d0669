//! Connection pools. One per web worker thread, made on that thread (see `docs/PERFORMANCE.md`).

use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use diesel::IntoSql;
use diesel::sql_types::Integer;
use diesel_async::pooled_connection::deadpool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::commits::{self, Confirmer, Unconfirmed};
use super::fence;

/// How long somebody waits for a connection while all are lent.
const PATIENCE: Duration = Duration::from_secs(5);
/// A connection that was idle is lent once it has answered within this time.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection; functions take `&mut Connection`, never the pool.
pub type Connection = AsyncPgConnection;
/// A pool of connections; cheap to clone.
#[derive(Clone)]
pub struct Pool(deadpool::Pool<AsyncPgConnection>, Confirmer);

/// A connection on loan from a pool.
///
/// A request that is dropped in the middle of a transaction (the browser went away, something panicked) leaves the transaction
/// open. Its connection is closed at once, which ends it: in the pool it would keep its locks until somebody next needs it.
pub struct Pooled(Option<deadpool::Object<AsyncPgConnection>>);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum LendError {
    /// All are lent, and none was given back in time.
    #[error("every connection is in use, and none was given back in {} s", PATIENCE.as_secs())]
    Busy,
    /// None could be opened.
    #[error(transparent)]
    Broken(#[from] deadpool::PoolError),
}

/// True if somebody who asks again in a while may well get an answer: every connection was lent, or a lock was held for too long.
pub fn is_busy(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match cause.downcast_ref::<diesel::result::Error>() {
        // The code (55P03) is not handed on. A server that speaks another language is not understood: its lock time-outs stay a plain 500.
        Some(diesel::result::Error::DatabaseError(_, told)) => told.message().contains("lock timeout"),
        _ => matches!(cause.downcast_ref(), Some(LendError::Busy)),
    })
}

impl Pool {
    /// A connection, as soon as one is free; none from before a failover.
    ///
    /// # Errors
    ///
    /// None can be opened, or none was given back for five seconds: whoever waits is told so instead of waiting without end.
    pub async fn get(&self) -> Result<Pooled, LendError> {
        commits::look(self);
        tokio::time::timeout(PATIENCE, self.lend()).await.unwrap_or(Err(LendError::Busy))
    }

    /// What was committed through this pool since `since` is held by whoever a commit waits for. In bounded time.
    ///
    /// # Errors
    ///
    /// Nothing says so: it may be saved, and it may be lost at a failover.
    pub async fn confirm(&self, since: Instant) -> Result<(), Unconfirmed> {
        let names = async { anyhow::Ok(commits::standbys(&mut *self.get().await?).await?) };
        match tokio::time::timeout(PATIENCE, names).await {
            // The disk of the server is all that is waited for, and that was waited for.
            Ok(Ok(names)) if names.is_empty() && !fence::is_outdated(since) => Ok(()),
            Ok(Ok(_)) => self.1.confirm(since).await,
            Ok(Err(_)) | Err(_) => Err(Unconfirmed),
        }
    }

    /// What confirms the commits of this pool.
    pub const fn confirmer(&self) -> &Confirmer {
        &self.1
    }

    async fn lend(&self) -> Result<Pooled, LendError> {
        loop {
            let lent = self.0.get().await?;
            let metrics = *deadpool::Object::metrics(&lent);
            let mut lent = Unproven { lent: Some(lent), pool: &self.0, since: Instant::now() };
            let is_outdated = fence::is_outdated(metrics.created);
            let is_new = metrics.recycle_count == 0;
            if !is_outdated && (is_new || lent.answers().await) {
                return Ok(Pooled(lent.lent.take()));
            }
        }
    }
}

/// A connection that has to show that it lives. It is closed unless it does, also where whoever waits for it went away.
struct Unproven<'a> {
    lent: Option<deadpool::Object<AsyncPgConnection>>,
    pool: &'a deadpool::Pool<AsyncPgConnection>,
    since: Instant,
}

impl Unproven<'_> {
    async fn answers(&mut self) -> bool {
        let Some(lent) = self.lent.as_mut() else { return false };
        let probe = diesel::select(1_i32.into_sql::<Integer>()).get_result::<i32>(lent);
        matches!(tokio::time::timeout(PROBE_TIMEOUT, probe).await, Ok(Ok(_)))
    }
}

impl Drop for Unproven<'_> {
    fn drop(&mut self) {
        let Some(lent) = self.lent.take() else { return };
        drop(deadpool::Object::take(lent));
        // A server that is silent on one connection is silent on the others: nobody waits for each in turn.
        if self.since.elapsed() >= PROBE_TIMEOUT / 2 {
            self.pool.retain(|_, metrics| metrics.created > self.since);
        }
    }
}

/// How full a pool is.
#[derive(Debug, Clone, Copy)]
pub struct Fill {
    /// Most connections it may have.
    pub most: usize,
    /// Connections there are.
    pub open: usize,
    /// Of these not lent.
    pub idle: usize,
    /// Who waits for one.
    pub awaited: usize,
}

impl Pool {
    /// How full it is.
    pub fn fill(&self) -> Fill {
        let status = self.0.status();
        Fill { most: status.max_size, open: status.size, idle: status.available, awaited: status.waiting }
    }
}

impl Pooled {
    /// Takes it from the pool for good; `None` never happens.
    pub fn take(mut self) -> Option<Connection> {
        self.0.take().map(deadpool::Object::take)
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        if let Some(mut lent) = self.0.take()
            && lent.is_broken()
        {
            drop(deadpool::Object::take(lent));
        }
    }
}

#[expect(clippy::expect_used, reason = "empty only while it is dropped or taken")]
impl Deref for Pooled {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0.as_deref().expect("lent until dropped")
    }
}

#[expect(clippy::expect_used, reason = "empty only while it is dropped or taken")]
impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut Connection {
        self.0.as_deref_mut().expect("lent until dropped")
    }
}

/// A pool of at most `size` connections to `url`; connects on first use.
///
/// # Panics
///
/// Never: building fails only for time-outs without a runtime, and none are set.
#[expect(clippy::expect_used, reason = "see Panics")]
pub fn pool(url: &str, size: usize) -> Pool {
    let mut config = ManagerConfig::default();
    config.custom_setup = Box::new(|url| Box::pin(connect(url)));
    // What was idle is probed before it is lent, with a bound.
    config.recycling_method = RecyclingMethod::Fast;
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
    let connections = deadpool::Pool::builder(manager).max_size(size.max(1)).build();
    Pool(connections.expect("a pool without time-outs can always be built"), Confirmer::new(url))
}

/// Statements are short: compiling them (`jit`) costs more than it saves. A lock that somebody else holds is waited for this long: a
/// table locked by hand must not take every connection for as long as it is. Nor does a standby that is away: see `commits`.
async fn connect(url: &str) -> diesel::ConnectionResult<AsyncPgConnection> {
    let mut connection = super::connect(url).await?;
    connection
        .batch_execute(&format!("SET jit = off; SET lock_timeout = '2s'; {}", commits::COMMIT_LOCALLY))
        .await
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
