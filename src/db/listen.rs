//! A dedicated connection that listens, and locks that several processes agree on.

use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, bail};
use diesel::pg::PgNotification;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout, timeout_at};

use super::{CONNECT_TIMEOUT, Connection, fence};

/// A connection on which nothing was heard for this long is asked whether it still lives.
const PROBE_AFTER: Duration = Duration::from_secs(10);
/// One that does not answer within this time is given up.
const PROBE_TIMEOUT: Duration = CONNECT_TIMEOUT;

diesel::define_sql_function! {
    /// Tries to take a lock until the end of the transaction.
    fn pg_try_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

diesel::define_sql_function! {
    /// Waits for a lock, which lasts until the end of the transaction. It returns `void`, which nobody reads.
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Text;
}

/// What several processes must not do at once. The numbers are arbitrary and stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Linking the audit chain.
    AuditChain,
    /// Comparing and registering the key ring.
    KeyCheck,
    /// Counting the snippets and adding one.
    Snippets,
}

impl Lock {
    const fn number(self) -> i64 {
        match self {
            Self::AuditChain => 0x1a7a_c0de_0001,
            Self::KeyCheck => 0x1a7a_c0de_0002,
            Self::Snippets => 0x1a7a_c0de_0003,
        }
    }
}

/// Takes the lock until the end of the caller's transaction; false if another process holds it.
pub async fn try_lock(conn: &mut Connection, lock: Lock) -> QueryResult<bool> {
    diesel::select(pg_try_advisory_xact_lock(lock.number())).get_result(conn).await
}

/// Waits for the lock and holds it until the end of the caller's transaction. What the transaction then reads includes
/// everything earlier holders wrote.
pub async fn lock(conn: &mut Connection, lock: Lock) -> QueryResult<()> {
    diesel::select(pg_advisory_xact_lock(lock.number())).execute(conn).await?;
    Ok(())
}

/// A connection of its own that hears `NOTIFY`. It ends with an error when the server goes away, also without a word, and after a
/// failover: whoever listens connects again.
pub struct Listener {
    connection: Connection,
    made: std::time::Instant,
    probe_at: Instant,
}

/// Listens on a connection of its own. A channel is a word of ours, never of a user's.
pub async fn listen(url: &str, channels: &[&'static str]) -> anyhow::Result<Listener> {
    let made = std::time::Instant::now();
    let connection = super::connect(url).await.context("cannot connect to the database")?;
    Listener::new(connection, made, channels).await
}

impl Listener {
    /// Listens on a connection that was made at the earliest at `made`.
    pub async fn new(mut connection: Connection, made: std::time::Instant, channels: &[&'static str]) -> anyhow::Result<Self> {
        let listen = format!("LISTEN {}", channels.join("; LISTEN "));
        timeout(PROBE_TIMEOUT, connection.batch_execute(&listen)).await.context("the database does not answer")??;
        Ok(Self { connection, made, probe_at: Instant::now() + PROBE_AFTER })
    }

    /// The next notification. Nothing is missed where the caller stops waiting and asks again.
    pub async fn next(&mut self) -> anyhow::Result<PgNotification> {
        loop {
            if fence::is_outdated(self.made) {
                bail!("another server is the primary now");
            }
            let look_again = self.probe_at.min(Instant::now() + Duration::from_secs(1));
            let heard = {
                let mut notifications = pin!(self.connection.notifications_stream());
                timeout_at(look_again, notifications.next()).await
            };
            match heard {
                Ok(notification) => {
                    self.probe_at = Instant::now() + PROBE_AFTER;
                    return Ok(notification.context("the listening connection ended")??);
                }
                Err(_quiet) if Instant::now() >= self.probe_at => {
                    let probe = self.connection.batch_execute("SELECT 1");
                    timeout(PROBE_TIMEOUT, probe).await.context("the database does not answer")??;
                    self.probe_at = Instant::now() + PROBE_AFTER;
                }
                Err(_quiet) => {}
            }
        }
    }
}
