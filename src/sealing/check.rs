//! At every start, before anything is written: do these keys fit this database?

use std::time::Duration;

use anyhow::bail;
use diesel_async::AsyncConnection;

use super::fingerprint::compare;
use super::{Keys, store};
use crate::db::{Connection, Lock, try_lock};

const TRIES: u32 = 100;

/// Refuses a ring that lacks a key this database is sealed under, and says what to do. Keys the database has not met are
/// remembered: all of them at the first start, the new one after a rotation.
pub async fn verify_or_register(conn: &mut Connection, keys: &Keys) -> anyhow::Result<()> {
    if compare(keys.fingerprints(), &store::remembered(conn).await?)?.is_empty() {
        return Ok(());
    }
    for _ in 0..TRIES {
        if conn.transaction(async |conn| register(conn, keys).await).await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("another process is registering its keys and does not end; look at the sessions of the database")
}

/// Compares again under a lock, so that two first starts with different keys do not both succeed.
async fn register(conn: &mut Connection, keys: &Keys) -> anyhow::Result<bool> {
    if !try_lock(conn, Lock::KeyCheck).await? {
        return Ok(false);
    }
    let remembered = store::remembered(conn).await?;
    store::remember(conn, &compare(keys.fingerprints(), &remembered)?).await?;
    Ok(true)
}
