//! The remembered fingerprints.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::fingerprint::{Fingerprint, Remembered};
use crate::db::Connection;
use crate::db::schema::key_checks;

/// All of them, oldest first.
pub async fn remembered(conn: &mut Connection) -> QueryResult<Vec<Remembered>> {
    let rows: Vec<(String, String, Vec<u8>)> = key_checks::table
        .order((key_checks::created_at, key_checks::purpose, key_checks::key_id))
        .select((key_checks::purpose, key_checks::key_id, key_checks::fingerprint))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(purpose, key_id, digest)| Remembered { purpose, key_id, digest }).collect())
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
