//! The hold, and what waits under it. Times are the database's.

use chrono::{DateTime, Utc};
use diesel::dsl::now;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use super::{Hold, HoldReason};
use crate::db::Connection;
use crate::db::schema::{outbox_hold, outbox_messages};
use crate::outbox::MessageState;

/// The hold, if one stands.
pub async fn find(conn: &mut Connection) -> QueryResult<Option<Hold>> {
    let row: Option<(DateTime<Utc>, HoldReason)> =
        outbox_hold::table.select((outbox_hold::since, outbox_hold::reason)).first(conn).await.optional()?;
    let Some((since, reason)) = row else { return Ok(None) };
    let older = outbox_messages::table.filter(outbox_messages::settled_at.is_null()).filter(outbox_messages::created_at.lt(since));
    let before: i64 = older.count().get_result(conn).await?;
    Ok(Some(Hold { since, reason, before, after: waiting(conn).await? - before }))
}

/// Puts the hold there. After a restore it begins anew: what the copy brought along is older than it.
pub async fn set(conn: &mut Connection, reason: HoldReason) -> QueryResult<()> {
    let row = (outbox_hold::only_one.eq(true), outbox_hold::reason.eq(reason), outbox_hold::since.eq(now));
    let insert = diesel::insert_into(outbox_hold::table).values(row);
    match reason {
        HoldReason::Restore => {
            let anew = (outbox_hold::reason.eq(reason), outbox_hold::since.eq(now));
            insert.on_conflict(outbox_hold::only_one).do_update().set(anew).execute(conn).await?
        }
        HoldReason::Command => insert.on_conflict_do_nothing().execute(conn).await?,
    };
    Ok(())
}

/// Since when the hold stands, locked until the transaction ends.
pub async fn lock(conn: &mut Connection) -> QueryResult<Option<DateTime<Utc>>> {
    outbox_hold::table.select(outbox_hold::since).for_update().first(conn).await.optional()
}

/// Takes the hold away.
pub async fn clear(conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(outbox_hold::table).execute(conn).await?;
    Ok(())
}

/// Drops what waited before `since`; how many. What a worker has claimed is on its way.
pub async fn discard_before(conn: &mut Connection, since: DateTime<Utc>) -> QueryResult<i64> {
    let unclaimed =
        outbox_messages::claim_token.is_null().or(outbox_messages::claimed_until.lt(now.into_sql::<Timestamptz>().nullable()));
    let older = outbox_messages::table
        .filter(outbox_messages::settled_at.is_null())
        .filter(outbox_messages::created_at.lt(since))
        .filter(unclaimed);
    let dropped = diesel::update(older)
        .set((
            outbox_messages::state.eq(MessageState::Dropped),
            outbox_messages::reply_code.eq("discarded"),
            outbox_messages::claim_token.eq(None::<uuid::Uuid>),
            outbox_messages::claimed_until.eq(None::<DateTime<Utc>>),
            outbox_messages::settled_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(i64::try_from(dropped).unwrap_or(i64::MAX))
}

/// How many wait.
pub async fn waiting(conn: &mut Connection) -> QueryResult<i64> {
    outbox_messages::table.filter(outbox_messages::settled_at.is_null()).count().get_result(conn).await
}
