//! A dedicated connection that listens, and locks that several processes agree on.

use diesel::ConnectionResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;

diesel::define_sql_function! {
    /// Tries to take a lock until the end of the transaction.
    fn pg_try_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

/// What several processes must not do at once. The numbers are arbitrary and stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Linking the audit chain.
    AuditChain,
    /// Comparing and registering the key ring.
    KeyCheck,
}

impl Lock {
    const fn number(self) -> i64 {
        match self {
            Self::AuditChain => 0x1a7a_c0de_0001,
            Self::KeyCheck => 0x1a7a_c0de_0002,
        }
    }
}

/// Takes the lock until the end of the caller's transaction; false if another process holds it.
pub async fn try_lock(conn: &mut Connection, lock: Lock) -> QueryResult<bool> {
    diesel::select(pg_try_advisory_xact_lock(lock.number())).get_result(conn).await
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
