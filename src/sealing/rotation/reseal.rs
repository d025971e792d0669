//! One batch of one column, one transaction.

use std::collections::BTreeMap;

use diesel_async::AsyncConnection;
use uuid::Uuid;

use super::store;
use crate::db::Connection;
use crate::sealing::envelope::{Head, KeyId};
use crate::sealing::{Keys, Place};

const BATCH: i64 = 500;
const COUNTED: i64 = 10_000;

/// What a batch did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Brought under the key that writes.
    pub sealed_anew: usize,
    /// Rows that did not open; they stay as they are.
    pub unopened: Vec<Uuid>,
    /// Where the next batch starts; `None` at the end of the column.
    pub next: Option<Uuid>,
}

/// Brings the next rows of a column under the key that writes. Rows that are there already are passed over.
pub async fn reseal_batch(conn: &mut Connection, keys: &Keys, place: Place, after: Uuid) -> anyhow::Result<Batch> {
    conn.transaction(async |conn| {
        let rows = store::envelopes(conn, place, after, BATCH).await?;
        let full = i64::try_from(rows.len())? == BATCH;
        let next = rows.last().filter(|_| full).map(|(id, _)| *id);
        let mut batch = Batch { sealed_anew: 0, unopened: Vec::new(), next };
        for (row, envelope) in rows {
            if keys.is_current_envelope(&envelope) {
                continue;
            }
            match keys.reseal_envelope(place, row, &envelope) {
                Ok(anew) => batch.sealed_anew += store::replace(conn, place, row, &anew).await?,
                Err(_unopened) => batch.unopened.push(row),
            }
        }
        Ok(batch)
    })
    .await
}

/// How many envelopes of a column each key holds, by the key's id; `true` if it is a record key.
pub async fn count_by_key(conn: &mut Connection, place: Place) -> anyhow::Result<BTreeMap<(String, bool), i64>> {
    let mut counts = BTreeMap::new();
    let mut after = Uuid::nil();
    loop {
        let heads = store::heads(conn, place, after, COUNTED).await?;
        let Some((last, _)) = heads.last() else { return Ok(counts) };
        after = *last;
        for (_, head) in heads {
            let id = head.last_chunk::<8>().map_or_else(|| "damaged".to_owned(), |id| KeyId(*id).to_string());
            *counts.entry((id, head.get(1) == Some(&Head::RECORD))).or_default() += 1;
        }
    }
}
