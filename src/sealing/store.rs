//! The remembered fingerprints.

use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use super::fingerprint::{Fingerprint, Remembered};
use crate::db::Connection;
use crate::db::schema::key_checks;

/// All of them, oldest first.
pub async fn remembered(conn: &mut Connection) -> QueryResult<Vec<Remembered>> {
    let rows: Vec<(String, String, Vec<u8>, bool)> = key_checks::table
        .order((key_checks::created_at, key_checks::purpose, key_checks::key_id))
        .select((key_checks::purpose, key_checks::key_id, key_checks::fingerprint, key_checks::removed_at.is_not_null()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(purpose, key_id, digest, removed)| Remembered { purpose, key_id, digest, removed }).collect())
}

/// Remembers new ones.
pub async fn remember(conn: &mut Connection, keys: &[&Fingerprint]) -> QueryResult<usize> {
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            (key_checks::purpose.eq(key.purpose), key_checks::key_id.eq(&key.key_id), key_checks::fingerprint.eq(&key.digest))
        })
        .collect();
    diesel::insert_into(key_checks::table).values(rows).on_conflict_do_nothing().execute(conn).await
}

/// True if the record key was remembered at least a minute ago, by the database's clock.
pub async fn settled(conn: &mut Connection, key_id: &str) -> QueryResult<bool> {
    let old = key_checks::created_at.le(now.into_sql::<Timestamptz>() - 1.minute());
    let found: Option<String> =
        key_checks::table.find(("record", key_id)).filter(old).select(key_checks::key_id).first(conn).await.optional()?;
    Ok(found.is_some())
}

/// Notes that a record key leaves the ring.
pub async fn forget(conn: &mut Connection, key_id: &str) -> QueryResult<usize> {
    let row = key_checks::table.find(("record", key_id)).filter(key_checks::removed_at.is_null());
    diesel::update(row).set(key_checks::removed_at.eq(now)).execute(conn).await
}
