//! Does everything open? Asked after a restore; changes nothing.

use uuid::Uuid;

use super::store;
use crate::db::Connection;
use crate::sealing::{Keys, Place};

const BATCH: i64 = 1_000;

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// How many opened.
    pub opened: usize,
    /// Rows that did not.
    pub unopened: Vec<Uuid>,
    /// Where the next batch starts; `None` at the end of the column.
    pub next: Option<Uuid>,
}

/// Opens the next envelopes of a column.
pub async fn try_batch(conn: &mut Connection, keys: &Keys, place: Place, after: Uuid) -> anyhow::Result<Tried> {
    let rows = store::read(conn, place, after, BATCH).await?;
    let full = i64::try_from(rows.len())? == BATCH;
    let next = rows.last().filter(|_| full).map(|(id, _)| *id);
    let total = rows.len();
    let unopened: Vec<Uuid> =
        rows.into_iter().filter(|(row, envelope)| !keys.opens(place, *row, envelope)).map(|(row, _)| row).collect();
    Ok(Tried { opened: total - unopened.len(), unopened, next })
}
