//! A dedicated connection that listens, and locks that several processes agree on.

use diesel::ConnectionResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;

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

/// A connection of its own that hears `NOTIFY` on `channel`; read it with `notifications_stream()`. The channel is a word of
/// ours, never of a user's.
pub async fn listen(url: &str, channel: &'static str) -> ConnectionResult<Connection> {
    let mut conn = super::connect(url).await?;
    diesel::sql_query(format!("LISTEN {channel}"))
        .execute(&mut conn)
        .await
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}
