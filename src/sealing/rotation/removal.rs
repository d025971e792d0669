//! May an old record key leave the ring? Asked and noted in one transaction, before the file changes.

use std::collections::BTreeMap;

use super::count_by_key;
use crate::db::{Connection, Lock, newer_schema, try_lock};
use crate::sealing::{Keys, Place, store};

/// What became of the wish to remove a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// Nothing needs it; the database no longer asks for it.
    Allowed,
    /// It is no record key of this ring.
    Unknown,
    /// It is the one that writes.
    Writes,
    /// The key that writes is younger than a minute: something sealed under the old one may still be on its way.
    TooSoon,
    /// Envelopes under it, by column.
    InUse(BTreeMap<String, i64>),
    /// A newer program added sealed columns that this one does not know, so it cannot look through them.
    NewerSchema(Vec<String>),
    /// Another process changes the keys at this moment.
    Elsewhere,
}

/// Looks through every sealed column, and notes the removal where nothing stands under the key. Belongs in a transaction.
pub async fn allow_removal(conn: &mut Connection, keys: &Keys, key_id: &str) -> anyhow::Result<Removal> {
    let records: Vec<String> = keys.ids().into_iter().filter(|(purpose, _)| *purpose == "record").map(|(_, id)| id).collect();
    let Some((writes, others)) = records.split_first() else { return Ok(Removal::Unknown) };
    if writes == key_id {
        return Ok(Removal::Writes);
    }
    if !others.iter().any(|id| id == key_id) {
        return Ok(Removal::Unknown);
    }
    if !try_lock(conn, Lock::KeyCheck).await? {
        return Ok(Removal::Elsewhere);
    }
    if !store::settled(conn, writes).await? {
        return Ok(Removal::TooSoon);
    }
    let beyond = newer_schema::sealed_beyond(conn).await?;
    if !beyond.is_empty() {
        return Ok(Removal::NewerSchema(beyond));
    }
    let in_use = in_use(conn, key_id).await?;
    if !in_use.is_empty() {
        return Ok(Removal::InUse(in_use));
    }
    store::forget(conn, key_id).await?;
    Ok(Removal::Allowed)
}

async fn in_use(conn: &mut Connection, key_id: &str) -> anyhow::Result<BTreeMap<String, i64>> {
    let mut columns = BTreeMap::new();
    for place in Place::ALL {
        let by_key = count_by_key(conn, *place).await?;
        let held: i64 = by_key.iter().filter(|((id, record), _)| *record && id == key_id).map(|(_, count)| count).sum();
        if held > 0 {
            columns.insert(format!("{}.{}", place.table, place.column), held);
        }
    }
    Ok(columns)
}
