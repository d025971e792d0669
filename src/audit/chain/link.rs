//! The worker's step: links what was committed, in batches, one process at a time; and signs the head from time to time.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection;

use super::anchor::Anchor;
use super::as_hash;
use super::store::{self, NewLink};
use crate::db::{Connection, Lock, try_lock};
use crate::sealing::Keys;

const BATCH: i64 = 500;
const WALK: i64 = 5_000;
/// A missing id below a row of this age belongs to a transaction that was rolled back.
const DEAD_GAP: TimeDelta = TimeDelta::minutes(10);
const FULL_PASS: TimeDelta = TimeDelta::hours(1);

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// So many rows were linked; a full batch means there may be more.
    Rows(usize),
    /// Another worker links at this moment.
    Elsewhere,
}

/// Remembers how far everything is linked, so that a step reads only what is new.
#[derive(Debug, Default)]
pub struct Linker {
    /// Every committed row at or below it is linked, and no transaction below it is open.
    low: i64,
    full_pass_at: Option<DateTime<Utc>>,
    signed: i64,
}

impl Linker {
    /// Links until nothing committed is left, and returns how many rows that were.
    pub async fn link_all(&mut self, conn: &mut Connection, keys: &Keys, now: DateTime<Utc>) -> anyhow::Result<usize> {
        let mut total = 0;
        while let Linked::Rows(rows) = self.link_batch(conn, keys, now).await? {
            total += rows;
            if rows < usize::try_from(BATCH)? {
                break;
            }
        }
        Ok(total)
    }

    /// Links one batch of committed rows. Looks at the whole log at first and every hour.
    pub async fn link_batch(&mut self, conn: &mut Connection, keys: &Keys, now: DateTime<Utc>) -> anyhow::Result<Linked> {
        if self.full_pass_at.is_none_or(|at| now - at >= FULL_PASS) {
            self.low = 0;
            self.full_pass_at = Some(now);
        }
        let low = self.low;
        let linked = conn.transaction(async |conn| link_above(conn, keys, low).await).await?;
        if let Linked::Rows(rows) = linked
            && rows < usize::try_from(BATCH)?
        {
            self.raise(conn, now).await?;
        }
        Ok(linked)
    }

    /// Moves the low-water mark over linked rows and over gaps that stay.
    async fn raise(&mut self, conn: &mut Connection, now: DateTime<Utc>) -> anyhow::Result<()> {
        loop {
            let rows = store::walk(conn, self.low, WALK).await?;
            let full = i64::try_from(rows.len())? == WALK;
            for (id, at, linked) in rows {
                let open_gap = id != self.low + 1 && now - at < DEAD_GAP;
                if open_gap || !linked {
                    return Ok(());
                }
                self.low = id;
            }
            if !full {
                return Ok(());
            }
        }
    }

    /// A signed checkpoint of the head, if the chain grew since the last one.
    pub async fn checkpoint(&mut self, conn: &mut Connection, keys: &Keys, now: DateTime<Utc>) -> anyhow::Result<Option<Anchor>> {
        let (seq, hash) = store::head(conn).await?;
        if seq == self.signed {
            return Ok(None);
        }
        let anchor = Anchor::sign(keys, seq, &as_hash(&hash)?, now)?;
        self.signed = seq;
        Ok(Some(anchor))
    }

    /// The last checkpoint was given to nobody: the next one is signed even if the chain did not grow.
    pub const fn sign_again(&mut self) {
        self.signed = 0;
    }
}

async fn link_above(conn: &mut Connection, keys: &Keys, low: i64) -> anyhow::Result<Linked> {
    if !try_lock(conn, Lock::AuditChain).await? {
        return Ok(Linked::Elsewhere);
    }
    let rows = store::unlinked(conn, low, BATCH).await?;
    if rows.is_empty() {
        return Ok(Linked::Rows(0));
    }
    let (mut seq, hash) = store::head(conn).await?;
    let mut previous = as_hash(&hash)?;
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        seq += 1;
        previous = row.link(keys, seq, &previous)?;
        links.push(NewLink { seq, event_id: row.id, hash: previous.to_vec() });
    }
    store::insert_links(conn, &links).await.map(Linked::Rows).map_err(Into::into)
}
